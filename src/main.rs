//! The `protest` program: parse, run, exit code.

fn main() {}
