//! The data directory is embedded in the program: build anew when it changes.

fn main() {
    println!("cargo::rerun-if-changed=data");
}
