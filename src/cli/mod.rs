//! The command line: it parses, chooses, calls the library and prints. One file per command.

mod bounces;
mod check;
mod completions;
mod correspondent;
mod desktop;
mod dialogue;
mod each_letter;
mod embassies;
mod failure;
mod forget;
mod init;
mod keyring;
mod labels;
mod language;
mod letters;
mod login;
mod man;
mod notices;
mod one_command;
mod one_signer;
mod one_way;
mod open;
mod options;
mod page;
mod password;
mod preview;
mod published;
mod results;
mod route;
mod send;
mod session;
mod settle;
mod shared_ledger;
mod shown;
mod status;
mod sums;
mod table;
mod terminal;
mod to_copy;
mod traces;
mod unquoted;
mod write;

use std::borrow::Cow;
use std::ffi::OsString;
use std::process::ExitCode;

use chrono::Utc;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::exit::Exit;
use crate::wording;
use failure::Outcome;
use options::GlobalOptions;
use session::Session;
use terminal::{Colour, Talk, Terminal};

/// Write to the Chinese embassy in your country for North Korean refugees.
#[derive(Parser, Debug)]
#[command(
    name = "protest",
    version,
    max_term_width = 100,
    after_help = "Start with:\n  protest preview --name \"Your Name\" --country Japan\n\nEach command has its own help: protest preview --help"
)]
struct Cli {
    #[command(flatten)]
    globals: GlobalOptions,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Show the letter before anything leaves this machine
    Preview(preview::options::Preview),
    /// Write the letter to a file: text, Markdown, HTML, PDF, a message
    Write(write::options::Write),
    /// Send the letter from your own mail account, or the letters of a list
    Send(Box<send::options::Send>),
    /// Open the letter as a draft in your mail program
    Open(open::Open),
    /// Make a page that writes the letter in any browser
    Page(page::Page),
    /// Make a campaign's folder, ready to edit
    Init(init::Init),
    /// Judge a plan before the day, without sending anything
    Check(Box<check::Check>),
    /// Tell where a campaign stands
    Status(status::Status),
    /// Make a page of a campaign's numbers, to publish
    Results(results::ResultsOptions),
    /// Record what the relay's log says of a letter in doubt
    Settle(settle::Settle),
    /// Read returned mail and record which letters came back
    Bounces(bounces::Bounces),
    /// After the campaign, erase the ledger's secret and every hash
    Forget(forget::Forget),
    /// Keep the mail account's password in the system's keyring
    Login(login::Login),
    /// Show the addresses of the Chinese embassies
    Embassies(embassies::Embassies),
    /// List the letters, show one, copy one to put it into your own words
    Letters(letters::Letters),
    /// Print address labels for the embassies that a list writes to
    Labels(labels::Labels),
    /// Print the script that lets your shell complete commands, countries and letters
    Completions(completions::Completions),
    /// Print a manual page, or write them all to a folder
    Man(man::Man),
}

/// Runs the program with these arguments, the program's own name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    keep_file_size_limit_an_error();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match one_command::parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let told = tell(&error, &arguments);
            return match told.map_err(|error| failure::of_stdout(&error)) {
                Err(failure) if !error.use_stderr() => {
                    end(Err(failure), Terminal::new(Colour::Auto, Talk::Normal))
                }
                // Nobody is left to be told that the terminal is closed.
                _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
            };
        }
    };
    let talk = match (cli.globals.quiet, cli.globals.verbose) {
        (true, _) => Talk::Quiet,
        (_, true) => Talk::Verbose,
        _ => Talk::Normal,
    };
    let terminal = Terminal::new(cli.globals.color, talk);
    let session = Session { globals: cli.globals, terminal, now: Utc::now() };
    let outcome = match &cli.command {
        Some(command) => carry_out(command, &session),
        None if terminal.can_ask() => {
            dialogue::run(&session, &|words, is_quiet| again(words, is_quiet, &session))
        }
        None => {
            session.terminal.say(&Cli::command().render_help().to_string());
            Ok(Exit::Usage)
        }
    };
    end(outcome, terminal)
}

/// Runs a command.
fn carry_out(command: &Command, session: &Session) -> Outcome {
    match command {
        Command::Preview(options) => preview::run(options, session),
        Command::Write(options) => write::run(options, session),
        Command::Send(options) => send::run(options, session),
        Command::Init(options) => init::run(options, session),
        Command::Check(options) => check::run(options, session),
        Command::Status(options) => status::run(options, session),
        Command::Results(options) => results::run(options, session),
        Command::Settle(options) => settle::run(options, session),
        Command::Bounces(options) => bounces::run(options, session),
        Command::Forget(options) => forget::run(options, session),
        Command::Login(options) => login::run(options, session),
        Command::Embassies(options) => embassies::run(options, session),
        Command::Letters(options) => letters::run(options, session),
        Command::Open(options) => open::run(options, session),
        Command::Page(options) => page::run(options, session),
        Command::Labels(options) => labels::run(options, session),
        Command::Completions(options) => completions::run(options, session),
        Command::Man(options) => man::run(options, session),
    }
}

/// Runs the command that these words make, as if they had been typed.
fn again(words: &[String], is_quiet: bool, session: &Session) -> Outcome {
    let typed = std::iter::once("protest").chain(words.iter().map(String::as_str)).map(OsString::from);
    let cli = one_command::parse(&typed.collect::<Vec<_>>())
        .map_err(|error| failure::Failure::usage(error.to_string()))?;
    let terminal = if is_quiet { session.terminal.quietly() } else { session.terminal };
    let session = Session { globals: cli.globals, terminal, now: session.now };
    cli.command.as_ref().map_or(Ok(Exit::Usage), |command| carry_out(command, &session))
}

/// The parser's own words, and what was probably meant.
fn tell(error: &clap::Error, arguments: &[OsString]) -> std::io::Result<()> {
    // What the user typed may hold what a file is called.
    let plain = error.render().to_string();
    match wording::harmless(&plain) {
        Cow::Owned(harmless) => terminal::print_error(&harmless)?,
        Cow::Borrowed(_) => error.print()?,
    }
    if let Some(ContextValue::String(stranger)) = error.get(ContextKind::InvalidArg)
        && let Some(hint) = unquoted::hint(arguments, stranger)
    {
        Terminal::new(Colour::Auto, Talk::Normal).say(&format!("\n{hint}"));
    }
    Ok(())
}

/// Tells what went wrong, if anything did, and how the process ends.
fn end(outcome: Outcome, terminal: Terminal) -> ExitCode {
    let exit = outcome.unwrap_or_else(|failure| {
        if !failure.is_closed_pipe() {
            terminal.error(&failure);
        }
        failure.exit
    });
    ExitCode::from(exit.code())
}

/// A file that grows past its limit is an error to be told, not a signal that kills the program half-way.
#[cfg(unix)]
fn keep_file_size_limit_an_error() {
    let seen = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    // Without it the program still works; only that one end would be less polite.
    let _ = signal_hook::flag::register(SIGXFSZ, seen);
}

/// POSIX `SIGXFSZ`, which signal-hook does not name.
#[cfg(any(target_os = "linux", target_os = "macos"))]
const SIGXFSZ: std::ffi::c_int = 25;

#[cfg(not(unix))]
fn keep_file_size_limit_an_error() {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands in what follows a command's options: the lines that begin with two spaces and `protest`.
    fn examples(command: &clap::Command) -> Vec<String> {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let mut typed = after.lines().filter(|line| line.starts_with("  "));
        assert!(typed.all(|line| line.len() <= 100), "a command would be broken in two: {after}");
        let after = after.replace("\\\n    ", "");
        let own = after.lines().filter_map(|line| line.strip_prefix("  protest ")).map(str::to_owned);
        own.chain(command.get_subcommands().flat_map(examples)).collect()
    }

    /// The words of a command line up to a pipe or a redirection; white space within quotation marks stays.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(['|', '>']).next().unwrap_or_default();
        let parts = line.split('"').enumerate();
        let mut words = Vec::new();
        for (number, part) in parts {
            match number % 2 {
                0 => words.extend(part.split_whitespace().map(str::to_owned)),
                _ => words.push(part.to_owned()),
            }
        }
        words
    }

    #[test]
    fn the_parser_takes_every_example_of_the_help() {
        let examples = examples(&Cli::command());
        assert!(examples.len() > 10, "{examples:?}");
        for example in examples {
            let line = [vec!["protest".to_owned()], words(&example)].concat();
            match Cli::try_parse_from(&line) {
                Ok(_) => {}
                Err(error) => assert_eq!(error.exit_code(), 0, "{example}: {error}"),
            }
        }
    }
}
