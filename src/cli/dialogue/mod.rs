//! `protest` alone on a terminal: asks name and country, shows the letter, and the next commands to copy.

use super::failure::Outcome;
use super::notices::Way;
use super::session::Session;
use super::shown::shown;
use super::{language, notices, one_signer, terminal, to_copy};
use crate::campaign::settings::letter::LetterOptions;
use crate::campaign::settings::signers::SignerOptions;
use crate::exit::Exit;
use crate::letter::form::text;

pub(super) fn run(session: &Session) -> Outcome {
    session.terminal.say(
        "This writes a letter to the Chinese embassy in your country, for North Korean refugees.\n\
         Nothing is sent: you will see the letter first.\n",
    );
    let signer = one_signer::one_signer(&SignerOptions::default(), session.terminal)?;
    let desk = session.settings(&session.given())?.desk()?;
    let wishes = language::wishes(&desk, session.terminal);
    let letter = desk.letter(&signer, &wishes)?;
    session.terminal.say("");
    terminal::print_text(&shown(&letter, None, text::WIDTH)?)?;
    session.terminal.say("");
    notices::of_letter(&letter, Way::Either(None), session.today(), session.terminal);
    let words = |letter| {
        let options = SignerOptions { letter, ..SignerOptions::default() };
        to_copy::words_of(&signer, &options, &session.globals)
    };
    let in_language = wishes.lang.as_ref().map(|tag| format!(" --lang {tag}")).unwrap_or_default();
    let who = words(LetterOptions { lang: wishes.lang, ..LetterOptions::default() });
    let own = words(LetterOptions { letter: Some("my.md".to_owned()), ..LetterOptions::default() });
    let mut next = format!("\nTo print it, copy this:\n\n  protest write {who} -o letter.pdf\n");
    if letter.embassy.email.is_some() {
        next.push_str(&format!(
            "\nTo send it from your own mail account, put your address and your mail server into this:\n\n  \
             protest send {who} --smtp smtps://you@example.org@smtp.example.org\n"
        ));
    }
    next.push_str(&format!(
        "\nTo put it into your own words, copy this, edit my.md, and look at it again:\n\n  \
         protest letters new my.md{in_language}\n  protest preview {own}"
    ));
    session.terminal.say(&next);
    Ok(Exit::Done)
}
