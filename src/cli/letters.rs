//! `protest letters`: which letters there are, the text of one, a copy to put into one's own words.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::failure::Outcome;
use super::session::Session;
use super::terminal;
use super::to_copy::shell_quoted;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::letter::template::Translation;
use crate::letter::templates::DEFAULT_ID;

#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  protest letters new my.md\n  protest preview --letter my.md --name \"Your Name\" --country Japan"
)]
pub(super) struct Letters {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Show a letter's text with its fields
    #[command(after_help = "Example:\n  protest letters show dec2")]
    Show {
        /// The letter's id
        id: String,
        /// Its language
        #[arg(long, value_name = "TAG")]
        lang: Option<String>,
    },
    /// Write a copy of a letter to a new file, to put it into your own words
    #[command(after_help = "Example:\n  protest letters new my.md")]
    New {
        /// The file, ending in .md
        file: PathBuf,
        /// The letter to start from
        #[arg(long, value_name = "ID", default_value = DEFAULT_ID)]
        from: String,
        /// Its language
        #[arg(long, value_name = "TAG")]
        lang: Option<String>,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
    },
}

pub(super) fn run(options: &Letters, session: &Session) -> Outcome {
    let templates = session.globals.sources.templates()?;
    match &options.action {
        None => list(&templates, session),
        Some(Action::Show { id, lang }) => {
            terminal::print_text(&templates.text(id, lang.as_deref())?)?;
            Ok(Exit::Done)
        }
        Some(Action::New { file, from, lang, force }) => {
            let text = templates.text(from, lang.as_deref())?;
            if file.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("md")) {
                return Err(super::failure::Failure::usage(format!(
                    "{}: a letter's file ends in .md, so that --letter knows it for a file",
                    file.display()
                )));
            }
            files::write(file, text.as_bytes(), Old::by(*force))?;
            session.terminal.notice(&format!(
                "{}: written. Edit it, then: protest preview --letter {} --name \"Your Name\" --country Japan",
                file.display(),
                shell_quoted(&file.display().to_string())
            ));
            Ok(Exit::Done)
        }
    }
}

fn list(templates: &crate::letter::templates::Templates, session: &Session) -> Outcome {
    let mut table = super::table::new(["id", "language", "title", "text"]);
    let mut exit = Exit::Done;
    for (id, template) in templates.each() {
        match template {
            Ok(template) => {
                let front_matter = &template.front_matter;
                let standing = match front_matter.translation {
                    Translation::Original => "original",
                    Translation::Unreviewed => "translation, unreviewed",
                    Translation::Reviewed => "translation, reviewed",
                };
                table.add_row([id, &front_matter.language, &front_matter.title, standing]);
            }
            Err(error) => {
                session.terminal.say(&error.to_string());
                exit = Exit::Data;
            }
        }
    }
    terminal::print_text(&format!("{}\n", super::table::shown(&table)))?;
    Ok(exit)
}
