//! `protest preview`: the letter on stdout, before anything leaves this machine.

use std::fmt::Write as _;

use clap::Args;

use super::batch::{self, Rows};
use super::failure::{Failure, Outcome};
use super::options::{SenderOptions, SignerOptions};
use super::session::Session;
use super::{correspondence, language, notices, one_signer, sources, terminal, to_copy};
use crate::exit::Exit;
use crate::letter::Letter;
use crate::letter::form::text;

/// Between the letters of `--all`.
pub(super) const FORM_FEED: &str = "\u{c}\n";

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  protest preview --name \"Your Name\" --country Japan")]
pub(super) struct Preview {
    #[command(flatten)]
    pub(super) signer: SignerOptions,
    #[command(flatten)]
    pub(super) sender: SenderOptions,
    #[command(flatten)]
    pub(super) form: Form,
    /// With --signers: the letter of this row (the first is 1, without the header)
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Many signers",
        conflicts_with = "name"
    )]
    row: Option<u64>,
    /// With --signers: every letter, with a form feed between them
    #[arg(long, help_heading = "Many signers", conflicts_with_all = ["row", "name"])]
    all: bool,
}

/// How a previewed letter is shown.
#[derive(Args, Debug, Clone, Copy)]
pub(super) struct Form {
    /// The whole message as it would be sent, every byte of it
    #[arg(long)]
    pub(super) headers: bool,
    /// Columns of the text [default: 72]; 0: no line breaks within a paragraph
    #[arg(long, value_name = "COLUMNS", conflicts_with = "headers")]
    wrap: Option<usize>,
}

impl Form {
    pub(super) fn width(self) -> usize {
        self.wrap.unwrap_or(text::WIDTH)
    }
}

impl Preview {
    /// Which rows of a list are meant, if the options say so.
    pub(super) fn rows(&self) -> Option<Rows> {
        match self.row {
            Some(number) => Some(Rows::One(number)),
            None => self.all.then_some(Rows::All),
        }
    }
}

pub(super) fn run(options: &Preview, session: &Session) -> Outcome {
    let config = sources::config(&session.globals)?;
    if let Some(path) = sources::signers_list(&options.signer, config.as_ref()) {
        return batch::preview(options, &path, config.as_ref(), session);
    }
    if options.rows().is_some() {
        return Err(sources::no_list("--row and --all"));
    }
    let relay = correspondence::relay(&options.sender, config.as_ref())?;
    let desk = sources::desk(&session.globals, &options.signer.letter, config.as_ref(), session.now)?;
    let signer = one_signer::one_signer(&options.signer, session.terminal)?;
    let (signer, from) = correspondence::with_account(signer, &desk, &options.sender, config.as_ref())?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    if options.form.headers {
        let correspondent = correspondence::in_person(&letter, from, &options.sender, session)?;
        let message = correspondent.message(&letter);
        let message = message.ok_or_else(|| to_copy::no_mail_address(&letter, &options.signer, session))?;
        terminal::print(&message)?;
    } else {
        terminal::print(shown(&letter, from.as_ref(), options.form.width())?.as_bytes())?;
    }
    notices::of_letter(&letter, session.today(), session.terminal);
    notices::of_mail(&letter, relay.as_ref(), session.terminal);
    Ok(Exit::Done)
}

/// The header lines, a blank line, the letter.
pub(super) fn shown(
    letter: &Letter<'_>,
    from: Option<&crate::mailbox::Mailbox>,
    width: usize,
) -> Result<String, Failure> {
    let mut shown = String::with_capacity(4096);
    let mut line = |name: &str, value: &str| writeln!(shown, "{name}: {value}");
    let written = (|| {
        if let Some(from) = from {
            line("From", &format!("{} <{from}>", letter.signer.name()))?;
        }
        if let Some(email) = &letter.embassy.email {
            line("To", &email.mailbox.to_string())?;
        }
        if letter.embassy.address.is_some() {
            line("Post", &letter.embassy.post_lines().join(", "))?;
        }
        line("Subject", &letter.subject)
    })();
    written.map_err(|error| Failure::new(Exit::CannotCreate, error.to_string()))?;
    shown.push('\n');
    shown.push_str(&text::render(letter, width));
    Ok(shown)
}
