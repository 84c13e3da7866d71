//! Long output through a pager, at a terminal only.

use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

/// Shows output: through `$PAGER` (or `less -RFX`) where it is longer than the terminal is high.
pub fn show(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let lines = bytes.iter().filter(|b| **b == b'\n').count();
    let height = terminal_size::terminal_size().map_or(usize::MAX, |(_, height)| usize::from(height.0));
    if lines + 2 < height || !stdout.is_terminal() || !io::stdin().is_terminal() {
        return stdout.write_all(bytes);
    }
    drop(stdout);
    match page(bytes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => io::stdout().write_all(bytes),
        done => done,
    }
}

fn page(bytes: &[u8]) -> io::Result<()> {
    let pager = std::env::var("PAGER").unwrap_or_else(|_| "less -RFX".to_owned());
    let mut words = pager.split_whitespace();
    // An empty `PAGER` means none.
    let Some(program) = words.next() else { return io::stdout().write_all(bytes) };
    let mut child =
        Command::new(program).args(words).env("LESSCHARSET", "utf-8").stdin(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        match input.write_all(bytes) {
            // Leaving the pager early is what pagers are for.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            done => done?,
        }
    }
    child.wait().map(|_| ())
}
