//! Commands that the user can copy: quoted for the shell.

use std::path::PathBuf;

use super::failure::Failure;
use super::options::GlobalOptions;
use super::session::Session;
use crate::campaign::settings::signers::SignerOptions;
use crate::exit::Exit;
use crate::letter::Letter;
use crate::signer::Signer;

/// What a signer hears whose embassy has no e-mail address: where to post the letter, and how to print it.
pub(super) fn no_mail_address(letter: &Letter<'_>, options: &SignerOptions, session: &Session) -> Failure {
    let title = letter.embassy.title();
    let mut text = format!("no e-mail address of {title} is known.");
    if letter.embassy.address.is_some() {
        text.push_str(" Print the letter and post it to:\n\n    ");
        text.push_str(&letter.embassy.post_lines().join("\n    "));
        text.push_str("\n\n");
    } else if let Some(website) = &letter.embassy.website {
        text.push_str(&format!(" Nor is a street address; its website is {website}\n"));
    } else {
        text.push_str(" Nor is a street address.\n");
    }
    let who = words_of(letter.signer, options, &session.globals);
    text.push_str(&format!(
        "This writes the letter ready to print:\n\n    protest write {who} -o letter.pdf"
    ));
    Failure::new(Exit::Unavailable, text)
}

/// The options that make this signer's letter, to be copied behind another command.
pub(super) fn words_of(signer: &Signer, options: &SignerOptions, globals: &GlobalOptions) -> String {
    let letter = &options.letter;
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let mut words = format!("--name {} --country {}", shell_quoted(signer.name()), signer.country().code());
    for (option, value) in [
        ("--city", options.city.clone()),
        ("--note", options.note.clone()),
        ("--letter", letter.letter.clone()),
        ("--lang", letter.lang.clone()),
        ("--addressee", letter.addressee.clone()),
        ("--date", letter.date.clone()),
        ("--mission", letter.mission.clone()),
        ("--embassies", path(&globals.sources.embassies)),
        ("--letters", path(&globals.sources.letters)),
        ("--config", path(&globals.sources.config)),
    ] {
        if let Some(value) = value {
            words.push_str(&format!(" {option} {}", shell_quoted(&value)));
        }
    }
    if letter.bilingual {
        words.push_str(" --bilingual");
    }
    words
}

/// A word as a shell reads it.
pub(super) fn shell_quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('`', "\\`"))
}
