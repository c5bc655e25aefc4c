//! `protest` alone on a terminal: asks name and country, shows the letter, and the next commands to copy.

use super::correspondence::shell_quoted;
use super::failure::Outcome;
use super::options::{LetterOptions, SignerOptions};
use super::{Session, language, notices, preview, sources, terminal};
use crate::exit::Exit;
use crate::letter::text;

pub(super) fn run(session: &Session) -> Outcome {
    session.terminal.say(
        "This writes a letter to the Chinese embassy in your country, for North Korean refugees.\n\
         Nothing is sent: you will see the letter first.\n",
    );
    let signer = sources::signer(&SignerOptions::default(), session.terminal)?;
    let config = sources::config(&session.globals)?;
    let desk = sources::desk(&session.globals, &LetterOptions::default(), config.as_ref(), session.now)?;
    let wishes = language::wishes(&desk, session.terminal);
    let letter = desk.letter(&signer, &wishes)?;
    session.terminal.say("");
    terminal::print(preview::shown(&letter, None, text::WIDTH)?.as_bytes())?;
    session.terminal.say("");
    notices::of_letter(&letter, session.today(), session.terminal);
    let who = format!("--name {} --country {}", shell_quoted(signer.name()), signer.country().code());
    let lang = wishes.lang.map(|tag| format!(" --lang {tag}")).unwrap_or_default();
    let mut next =
        format!("\nNext, copy one of these:\n\n  protest write {who}{lang} -o letter.html    to print it");
    if letter.embassy.email.is_some() {
        next.push_str(&format!(
            "\n  protest send {who}{lang} --smtp smtps://YOU@YOUR-PROVIDER    to send it from your own mail account"
        ));
    }
    next.push_str(&format!(
        "\n  protest letters new my.md{lang}    to put it into your own words, then\n  protest preview {who} --letter my.md"
    ));
    session.terminal.say(&next);
    Ok(Exit::Done)
}
