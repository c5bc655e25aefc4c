//! The one signer of a command: what is missing is asked for, where somebody can answer.

use super::failure::Failure;
use super::terminal::Terminal;
use crate::campaign::settings::signers::SignerOptions;
use crate::country;
use crate::exit::Exit;
use crate::signer::{Particulars, Signer};

/// Sees to it that the options name the signer, or somebody can be asked: it is a pity to ask for nothing.
pub(super) fn must_be_named(options: &SignerOptions, terminal: Terminal) -> Result<(), Failure> {
    let missing = [(&options.name, "--name"), (&options.country, "--country")];
    match missing.iter().find(|(given, _)| given.is_none()) {
        Some((_, option)) if !terminal.can_ask() => Err(unnamed(option)),
        _ => Ok(()),
    }
}

fn unnamed(option: &str) -> Failure {
    Failure::usage(format!(
        "whose letter? Add {option}, for example: --name \"Your Name\" --country Japan (or --signers FILE.csv for many)"
    ))
}

/// The one signer of the options; what is missing is asked for, where somebody can answer.
pub(super) fn one_signer(options: &SignerOptions, terminal: Terminal) -> Result<Signer, Failure> {
    let answer = |given: &Option<String>, option: &str, question: &str| match given {
        Some(text) => Ok(text.clone()),
        None if terminal.can_ask() => terminal
            .ask(question)
            .ok_or_else(|| Failure::new(Exit::Interrupted, "no answer; nothing was done")),
        None => Err(unnamed(option)),
    };
    let name = answer(&options.name, "--name", "Your name, as it shall stand under the letter:")?;
    let country = answer(&options.country, "--country", "Your country:")?;
    let particulars = Particulars {
        name: &name,
        country: &country,
        city: options.city.as_deref(),
        email: options.email.as_deref(),
        note: options.note.as_deref(),
        extra: Vec::new(),
    };
    Signer::new(&particulars, country::find).map_err(|errors| {
        let sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::new(Exit::Data, sentences.join("\n"))
    })
}
