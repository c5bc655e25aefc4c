//! What can be wrong with a template, each with its place and what to do.

use super::flaw::Flaw;
use crate::exit::{Exit, ExitCode};
use crate::keyed_toml::TomlError;
use crate::place::Place;
use crate::suggestion;

/// Why a template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's sentence says what it is")]
pub(crate) enum TemplateError {
    #[error(
        "{file}:1:1: a letter file begins with a line of +++, then title, language, subject and addressee, then another +++ (`protest letters new FILE` makes one to start from)"
    )]
    NoFrontMatter { file: String },
    #[error("{file}:1:1: the front matter that begins here has no closing line of +++")]
    OpenFrontMatter { file: String },
    #[error(transparent)]
    FrontMatter(#[from] TomlError),
    #[error(
        "{file}: this is {kind}, not plain text: open it in its program, and save it as plain text (UTF-8)"
    )]
    NotText { file: String, kind: &'static str },
    #[error("{file}: it has {kilobytes} kB, and a letter at most 500")]
    TooLarge { file: String, kilobytes: usize },
    #[error("{0}")]
    Flawed(Flaw),
    #[error("{place}: this byte is not UTF-8; save the file as UTF-8")]
    NotUtf8 { place: Place },
    #[error("{place}: U+{:04X} may not stand in a letter; delete it", u32::from(*character))]
    Forbidden { place: Place, character: char },
    #[error("{place}: {problem}")]
    Syntax { place: Place, problem: String },
    #[error("{place}: unknown field {{{{{name}}}}}; {hint}")]
    UnknownField { place: Place, name: String, hint: String },
    #[error(
        "{place}: a letter knows fields, {{{{#if FIELD}}}} … {{{{/if}}}} and {{{{#unless FIELD}}}}, nothing else of Handlebars"
    )]
    NotAField { place: Place },
    #[error("{place}: write {{{{{name}}}}} with two braces; a field's value is always plain text")]
    Triple { place: Place, name: String },
    #[error(
        "{place}: {{{{salutation}}}} stands in a letter's text alone, and needs two lines in the front matter: salutation = \"Dear President Xi Jinping\" and salutation_to = \"Dear {{{{addressee}}}}\""
    )]
    NoSalutation { place: Place },
    #[error(
        "{place}: {{{{{name}}}}} is a column of a signers' list, which a page does not have: take it out, or name another letter"
    )]
    Column { place: Place, name: String },
    #[error(
        "{place}: a letter has at most {} different fields, and this is one more",
        super::field::MOST_FIELDS
    )]
    TooManyFields { place: Place },
    #[error("{file}: there is no text after the front matter")]
    NoText { file: String },
    #[error("{place}: {what} has no place in a letter; write plain text or Markdown")]
    Unfit { place: Place, what: &'static str },
    #[error("{file}: the text cannot be filled: {problem}")]
    Fill { file: String, problem: String },
    #[error("{file}:{line}: the subject with its values: {problem}")]
    Subject { file: String, line: usize, problem: String },
}

impl TemplateError {
    pub(super) fn unknown_field<'a>(
        place: Place,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> TemplateError {
        let known: Vec<&str> = known.collect();
        // Who writes {{name}} means {{signer.name}}.
        let short = |known: &str| known.rsplit('.').next().unwrap_or(known).to_owned();
        let by_end = known.iter().copied().find(|known| short(known) == short(name));
        let hint = match by_end.or_else(|| suggestion::nearest(name, known.iter().copied())) {
            Some(known) => format!("did you mean {{{{{known}}}}}?"),
            None if name.starts_with("extra.") => {
                "{{extra.COLUMN}} is a column of a signers' list: give one with --signers, or leave it out"
                    .to_owned()
            }
            None => format!("a letter's fields are {}", known.join(", ")),
        };
        TemplateError::UnknownField { place, name: name.to_owned(), hint }
    }
}

impl ExitCode for TemplateError {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}
