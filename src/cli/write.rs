//! `protest write`: the letter in a file, in the form that the file's ending names.

use std::path::PathBuf;

use clap::Args;

use super::failure::{Failure, Outcome};
use super::options::{PaperOptions, SenderOptions, SignerOptions};
use super::session::Session;
use super::{batch, correspondence, language, notices, one_signer, printing, sources, to_copy};
use crate::campaign::config::Config;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::letter::form::{Form, Needs, text};
use crate::signer::Wishes;

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  protest write --name \"Your Name\" --country Japan -o letter.pdf")]
pub(super) struct Write {
    #[command(flatten)]
    pub(super) signer: SignerOptions,
    #[command(flatten)]
    pub(super) sender: SenderOptions,
    #[command(flatten)]
    pub(super) paper: PaperOptions,
    /// The file, ending in .txt, .md, .html, .eml or .pdf; with --signers the folder
    #[arg(short, long, value_name = "PATH")]
    pub(super) output: PathBuf,
    /// With --signers: the form of every letter, named like the endings above
    #[arg(
        long = "as",
        value_enum,
        hide_possible_values = true,
        value_name = "FORMAT",
        help_heading = "Many signers",
        conflicts_with = "name"
    )]
    pub(super) form: Option<Form>,
    /// With --signers: one PDF of all letters for the printer, in the order of the embassies; -o names it
    #[arg(long, help_heading = "Many signers", conflicts_with = "name")]
    pub(super) merge: bool,
    /// Replace a file that is there
    #[arg(long)]
    pub(super) force: bool,
    /// Columns of plain text [default: 72]; 0: no line breaks within a paragraph
    #[arg(long, value_name = "COLUMNS")]
    wrap: Option<usize>,
}

impl Write {
    /// What the letter's form may need.
    pub(super) fn needs(&self, config: Option<&Config>) -> Needs {
        Needs {
            width: self.wrap.unwrap_or(text::WIDTH),
            stationery: printing::stationery(self.paper.paper, config),
        }
    }
}

pub(super) fn run(options: &Write, session: &Session) -> Outcome {
    let config = sources::config(&session.globals)?;
    if let Some(path) = sources::signers_list(&options.signer, config.as_ref()) {
        return if options.merge {
            printing::merge(options, &path, config.as_ref(), session)
        } else {
            batch::write(options, &path, config.as_ref(), session)
        };
    }
    if options.merge || options.form.is_some() {
        return Err(sources::no_list("--as and --merge"));
    }
    let form = Form::of(&options.output)?;
    let desk = sources::desk(&session.globals, &options.signer.letter, config.as_ref(), session.now)?;
    let signer = one_signer::one_signer(&options.signer, session.terminal)?;
    let (signer, from) = correspondence::with_account(signer, &desk, &options.sender, config.as_ref())?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    let mut maker = match form.maker(options.needs(config.as_ref()))? {
        Some(maker) => maker,
        None => Box::new(correspondence::in_person(&letter, from, &options.sender, session)?),
    };
    let made = maker.make(&letter, &Wishes::default()).map_err(Failure::of_letter)?;
    let bytes = made.ok_or_else(|| to_copy::no_mail_address(&letter, &options.signer, session))?;
    files::write(&options.output, &bytes, Old::by(options.force))?;
    session.terminal.notice(&format!("{}: written.", options.output.display()));
    notices::of_letter(&letter, session.today(), session.terminal);
    if form == Form::Eml {
        let relay = correspondence::relay(&options.sender, config.as_ref())?;
        notices::of_mail(&letter, relay.as_ref(), session.terminal);
    }
    Ok(Exit::Done)
}
