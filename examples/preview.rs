//! The library at work: one signer, one embassy, one letter.
//!
//!     cargo run --example preview

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

fn main() {
    match protest_letter::workbench::letter("Example Signer", "Japan") {
        Ok(letter) => print!("{letter}"),
        Err(error) => eprintln!("{error}"),
    }
}
