//! A letter on the screen: the header lines, a blank line, the text.

use std::fmt::Write as _;

use clap::Args;

use super::failure::Failure;
use crate::exit::Exit;
use crate::letter::Letter;
use crate::letter::form::text;
use crate::mailbox::Mailbox;

/// Between the letters of several signers.
pub(super) const FORM_FEED: &str = "\u{c}\n";

/// How a previewed letter is shown.
#[derive(Args, Debug, Clone, Copy)]
pub(super) struct Look {
    /// The whole message as it would be sent, every byte of it
    #[arg(long)]
    pub(super) headers: bool,
    /// Columns of the text [default: 72]; 0: no line breaks within a paragraph
    #[arg(long, value_name = "COLUMNS", conflicts_with = "headers")]
    wrap: Option<usize>,
}

impl Look {
    pub(super) fn width(self) -> usize {
        self.wrap.unwrap_or(text::WIDTH)
    }
}

/// The letter as it is shown.
pub(super) fn shown(letter: &Letter<'_>, from: Option<&Mailbox>, width: usize) -> Result<String, Failure> {
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
