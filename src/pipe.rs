//! The machine session: JSON lines on standard input and output.
