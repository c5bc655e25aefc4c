//! The parser of the one command that is called.
//!
//! To make the options of every command known is most of the memory that a start takes, and a good part of its time. So
//! a line that begins with a command's name is read by a parser that knows this command alone. What that one cannot
//! read, a mistake or a question for help, the whole parser reads again, and answers.

use std::ffi::OsString;

use clap::{Args, FromArgMatches as _, Parser as _};

use super::options::GlobalOptions;
use super::{
    Cli, bounces, check, completions, embassies, forget, init, labels, letters, login, man, open, page,
    preview, results, send, settle, status, write,
};

/// What the user typed, the program's name first.
pub(super) fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    alone(arguments).map_or_else(|| Cli::try_parse_from(arguments), Ok)
}

fn alone(arguments: &[OsString]) -> Option<Cli> {
    let command = command(arguments.get(1)?.to_str()?)?;
    let protest = GlobalOptions::augment_args(clap::Command::new("protest")).subcommand(command);
    let matches = protest.try_get_matches_from(arguments).ok()?;
    Cli::from_arg_matches(&matches).ok()
}

/// The command of this name, with what it takes.
fn command(name: &str) -> Option<clap::Command> {
    let augment = match name {
        "preview" => preview::options::Preview::augment_args,
        "write" => write::options::Write::augment_args,
        "send" => send::options::Send::augment_args,
        "open" => open::Open::augment_args,
        "page" => page::Page::augment_args,
        "init" => init::Init::augment_args,
        "check" => check::Check::augment_args,
        "status" => status::Status::augment_args,
        "results" => results::ResultsOptions::augment_args,
        "settle" => settle::Settle::augment_args,
        "bounces" => bounces::Bounces::augment_args,
        "forget" => forget::Forget::augment_args,
        "login" => login::Login::augment_args,
        "embassies" => embassies::Embassies::augment_args,
        "letters" => letters::Letters::augment_args,
        "labels" => labels::Labels::augment_args,
        "completions" => completions::Completions::augment_args,
        "man" => man::Man::augment_args,
        _ => return None,
    };
    Some(augment(clap::Command::new(name.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    /// Everything that a command takes, as the parser sees it.
    fn taken(command: &clap::Command) -> Vec<String> {
        let own = command.get_arguments().map(|argument| format!("{argument:?}"));
        own.chain(command.get_groups().map(|group| format!("{group:?}")))
            .chain(command.get_subcommands().flat_map(taken))
            .collect()
    }

    #[test]
    fn each_command_takes_alone_what_it_takes_among_all() {
        let whole = Cli::command();
        assert!(whole.get_subcommands().count() > 15);
        for among_all in whole.get_subcommands() {
            let name = among_all.get_name();
            let alone = command(name).unwrap_or_else(|| panic!("`{name}` is not known alone"));
            assert_eq!(taken(&alone), taken(among_all), "{name}");
        }
    }

    #[test]
    fn a_line_is_read_the_same_by_both() {
        for line in [
            vec!["protest", "preview", "--name", "A B", "--country", "Japan", "-q"],
            vec!["protest", "--quiet", "preview", "--name", "A B", "--country", "Japan"],
            vec!["protest", "letters", "show", "plain", "--lang", "fr", "--color", "never"],
            vec!["protest", "send", "--signers", "a.csv", "--smtp", "localhost:25", "--ledger", "l", "-v"],
            vec!["protest", "embassies", "Japan"],
        ] {
            let typed: Vec<OsString> = line.iter().map(OsString::from).collect();
            let (one, all) = (parse(&typed).unwrap(), Cli::try_parse_from(&typed).unwrap());
            assert_eq!(format!("{one:?}"), format!("{all:?}"), "{line:?}");
        }
    }

    #[test]
    fn a_mistake_and_a_question_for_help_are_answered_by_the_whole_parser() {
        for line in [
            vec!["protest", "preview", "--nmae", "A"],
            vec!["protest", "preview", "--help"],
            vec!["protest", "prview"],
            vec!["protest", "help", "send"],
            vec!["protest", "letters", "shwo"],
        ] {
            let typed: Vec<OsString> = line.iter().map(OsString::from).collect();
            let (one, all) = (parse(&typed).unwrap_err(), Cli::try_parse_from(&typed).unwrap_err());
            assert_eq!(one.render().to_string(), all.render().to_string(), "{line:?}");
        }
    }
}
