//! The library at work: one signer, one embassy, one letter.
//!
//!     cargo run --example preview

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use protest_letter::country;
use protest_letter::embassy::AddressBook;
use protest_letter::letter::desk::Desk;
use protest_letter::letter::shelf::Shelf;
use protest_letter::letter::text;
use protest_letter::signer::{Particulars, Signer, Wishes};

fn main() {
    let wishes = Wishes::default();
    let desk =
        Desk::new(AddressBook::builtin(), Shelf::builtin(), wishes.clone(), None, jiff::Timestamp::now());
    let particulars = Particulars { name: "Example Signer", country: "Japan", ..Particulars::default() };
    let signer = match Signer::new(&particulars, country::find) {
        Ok(signer) => signer,
        Err(errors) => return errors.iter().for_each(|error| eprintln!("{error}")),
    };
    match desk.letter(&signer, &wishes) {
        Ok(letter) => print!("{}", text::render(&letter, text::WIDTH)),
        Err(error) => eprintln!("{error}"),
    }
}
