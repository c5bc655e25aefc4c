//! `protest` alone on a terminal: a letter in a few answers. It asks, shows the letter, offers what can be done for this
//! embassy, does it, and tells the one command that would do the same.
//!
//! What it does, it does through that command: nothing is built here a second time. The end of input and Ctrl-C end it
//! with 130, and nothing is written.

mod deeds;
mod offers;
mod questions;

use std::cell::Cell;

use super::failure::{Failure, Outcome};
use super::language::locale;
use super::notices::{self, Way};
use super::session::Session;
use super::shown::shown;
use super::{terminal, to_copy};
use crate::campaign::settings::letter::LetterOptions;
use crate::campaign::settings::signers::SignerOptions;
use crate::delivery::interruption::Interruption;
use crate::exit::Exit;
use crate::language;
use crate::letter::Letter;
use crate::letter::form::text;
use crate::signer::Wishes;
use crate::words::Words;
use deeds::Deed;
use offers::Offer;

/// Runs the command that these arguments make, quietly if so asked.
pub(super) type CarryOut<'r> = &'r dyn Fn(&[String], bool) -> Outcome;

/// Somebody at a terminal, who is spoken to in their language.
pub(super) struct Talk<'s> {
    session: &'s Session,
    words: &'static Words,
    /// Whether something was done that may have left a file.
    has_acted: Cell<bool>,
}

pub(super) fn run(session: &Session, carry_out: CarryOut<'_>) -> Outcome {
    Interruption::listen().map_err(|error| Failure::new(Exit::Unavailable, error.to_string()))?;
    let locale = locale();
    let tag = locale.as_deref().and_then(language::of_locale).unwrap_or_default();
    let talk = Talk { session, words: Words::of(tag), has_acted: Cell::new(false) };
    match conversation(&talk, tag, carry_out) {
        Err(failure) if failure.exit == Exit::Interrupted => {
            let told = failure.to_string();
            if !told.is_empty() {
                talk.say(&told);
            }
            Ok(Exit::Interrupted)
        }
        ended => ended,
    }
}

fn conversation(talk: &Talk<'_>, tag: &str, carry_out: CarryOut<'_>) -> Outcome {
    let session = talk.session;
    talk.say(talk.words.sentence("dialogue_lead"));
    session.terminal.say("");
    let desk = session.settings(&session.given())?.desk()?;
    let (signer, mission) = talk.signer(&desk)?;
    let lang = talk.letter_language(&desk, tag)?;
    let letter = LetterOptions { lang, mission, ..LetterOptions::default() };
    let options = SignerOptions {
        city: signer.city().map(str::to_owned),
        note: signer.note().map(str::to_owned),
        letter,
        ..SignerOptions::default()
    };
    let wishes = Wishes {
        lang: options.letter.lang.clone(),
        mission: options.letter.mission.clone(),
        ..Wishes::default()
    };
    let letter = desk.letter(&signer, &wishes)?;
    session.terminal.say("");
    let whole = shown(&letter, None, text::WIDTH.min(terminal::width()))?;
    let (head, body) = whole.split_once("\n\n").unwrap_or(("", &whole));
    let head: Vec<String> = head.lines().map(|line| terminal::filled(line, "", "  ")).collect();
    terminal::print_text(&format!("{}\n\n{body}", head.join("\n")))?;
    session.terminal.say("");
    notices::of_letter(&letter, Way::Either(None), session.today(), session.terminal);
    let arguments = to_copy::arguments_of(&signer, &options, &session.globals);
    loop {
        let Some(offer) = talk.offer(&letter)? else { return Ok(Exit::Done) };
        let Some(deed) = Deed::of(offer, talk, &letter, &arguments)? else { continue };
        talk.has_acted.set(true);
        match carry_out(&deed.arguments, deed.is_quiet) {
            Err(failure) if failure.exit != Exit::Interrupted => session.terminal.error(&failure),
            Ok(exit) if exit != Exit::Interrupted => {
                if exit == Exit::Done {
                    session.terminal.say("");
                    deed.afterwards.iter().for_each(|line| session.terminal.say(line));
                }
                // Where it is not done, it has said what became of the letter: the same command goes on from there.
                talk.say(talk.words.sentence("dialogue_repeat"));
                session.terminal.say(&format!("\n  protest {}", to_copy::as_typed(&deed.arguments)));
                return Ok(exit);
            }
            ended => return ended,
        }
    }
}

impl Talk<'_> {
    /// Says something in lines that fit the terminal.
    fn say(&self, text: &str) {
        self.session.terminal.say(&terminal::filled(text, "", ""));
    }

    /// What is to be done with a letter to this embassy; nothing, where that is what is wanted.
    fn offer(&self, letter: &Letter<'_>) -> Result<Option<Offer>, Failure> {
        let mut offers = Offer::for_embassy(letter.embassy);
        // A letter of the user's own is in own words, and lies where it can be changed.
        offers.retain(|offer| *offer != Offer::OwnWords || !letter.template.is_own());
        self.session.terminal.say("");
        self.say(self.words.sentence("dialogue_choose"));
        for (number, offer) in offers.iter().enumerate() {
            let text = self.words.sentence(offer.key());
            self.session.terminal.say(&terminal::filled(text, &format!("  {}  ", number + 1), "     "));
        }
        self.session.terminal.say(&terminal::filled(
            self.words.sentence("dialogue_nothing"),
            "  0  ",
            "     ",
        ));
        let number = self.number(0..=offers.len(), None)?;
        Ok(number.checked_sub(1).and_then(|index| offers.get(index).copied()))
    }
}
