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
    as_typed(&arguments_of(signer, options, globals))
}

/// The same, word by word, as the program's own parser takes them.
pub(super) fn arguments_of(signer: &Signer, options: &SignerOptions, globals: &GlobalOptions) -> Vec<String> {
    let letter = &options.letter;
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let mut words = vec!["--name".to_owned(), signer.name().to_owned()];
    for (option, value) in [
        ("--country", Some(signer.country().code().to_owned())),
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
        match value {
            // The parser would take it for an option.
            Some(value) if value.starts_with('-') => words.push(format!("{option}={value}")),
            Some(value) => words.extend([option.to_owned(), value]),
            None => {}
        }
    }
    if letter.bilingual {
        words.push("--bilingual".to_owned());
    }
    words
}

/// Arguments as they are typed into a shell: what is more than a plain word is quoted.
pub(super) fn as_typed(arguments: &[String]) -> String {
    let mut typed = Vec::with_capacity(arguments.len());
    let mut is_name = false;
    for word in arguments {
        let is_plain =
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:@,+=".contains(&b));
        // A name is what the user puts another into, so that it always shows how.
        typed.push(if is_plain && !is_name { word.clone() } else { shell_quoted(word) });
        is_name = word == "--name";
    }
    typed.join(" ")
}

/// A word as a shell reads it. Between double quotation marks a few characters still mean something to a shell, and `!`
/// to one that is typed into: a word with one of these stands between single ones.
pub(super) fn shell_quoted(word: &str) -> String {
    if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', "'\\''"))
    } else {
        format!("\"{word}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::{as_typed, shell_quoted};

    #[test]
    fn a_shell_reads_back_every_word() {
        for word in
            ["Your Name", "O'Brien", "say \"stop\"!", "$HOME `id` \\", "it's $5", "김하나", "", "a;b&c|d"]
        {
            let script = format!("printf %s {}", shell_quoted(word));
            let ran = std::process::Command::new("bash").args(["--norc", "-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(ran.stdout).unwrap(), word);
        }
        let words = ["--name", "Aiko", "--country", "JP", "--note", "My own words!"].map(str::to_owned);
        assert_eq!(as_typed(&words), "--name \"Aiko\" --country JP --note 'My own words!'");
    }
}
