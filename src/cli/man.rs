//! `protest man`: the manual pages, made from the same words as `--help`, so that they cannot fall behind it.

mod page;

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _};

use super::failure::{Failure, Outcome};
use super::{Cli, Session, terminal};
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::suggestion;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest man send | man -l -\n  protest man --output ~/.local/share/man/man1"
)]
pub(super) struct Man {
    /// The command whose page to print [default: the page of protest itself]
    command: Vec<String>,
    /// A folder to write every page to, in place of printing one
    #[arg(short, long, value_name = "DIR", conflicts_with = "command")]
    output: Option<PathBuf>,
    /// Replace pages that are there
    #[arg(long, requires = "output")]
    force: bool,
}

pub(super) fn run(options: &Man, session: &Session) -> Outcome {
    let mut protest = Cli::command().disable_help_subcommand(true);
    protest.build();
    let Some(folder) = &options.output else {
        terminal::print(&page::of(find(&protest, &options.command)?)?)?;
        return Ok(Exit::Done);
    };
    files::make_folder(folder)?;
    let mut commands = Vec::new();
    collect(&protest, &mut commands);
    for command in &commands {
        let file = folder.join(format!("{}.1", page::name(command)));
        files::write(&file, &page::of(command)?, Old::by(options.force))?;
    }
    session.terminal.notice(&format!("{}: {} pages written.", folder.display(), commands.len()));
    Ok(Exit::Done)
}

/// The command that these words name.
fn find<'a>(protest: &'a Command, words: &[String]) -> Result<&'a Command, Failure> {
    words.iter().try_fold(protest, |command, word| {
        command.find_subcommand(word).ok_or_else(|| {
            let known = command.get_subcommands().map(Command::get_name);
            let hint = suggestion::nearest(word, known);
            let hint = hint.map_or_else(String::new, |hint| format!("; did you mean \"{hint}\"?"));
            let whole = command.get_bin_name().unwrap_or_else(|| command.get_name());
            Failure::usage(format!("{whole} has no command \"{word}\"{hint}"))
        })
    })
}

fn collect<'a>(command: &'a Command, found: &mut Vec<&'a Command>) {
    found.push(command);
    command.get_subcommands().for_each(|sub| collect(sub, found));
}
