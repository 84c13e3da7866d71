//! The binary: everything is in the library.

use std::process::ExitCode;

/// Rows come and go in small pieces, which this allocator hands out faster than that of the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    whichlaw::cli::main()
}
