//! One manual page: what clap knows of a command, and on the main page what it does not: exit codes, files,
//! environment.

use clap::Command;
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use crate::cli::failure::Failure;
use crate::exit::Exit;

/// What the program reads from its environment.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("PROTEST_CONFIG", "The campaign's file, as --config names it."),
    ("PROTEST_SMTP_PASSWORD", "The password of the mail account. It is never read from the command line."),
    ("PROTEST_LEDGER_PASSWORD", "The password of a shared ledger's database."),
    ("NO_COLOR", "If it is set to anything, no colour is used."),
    ("XDG_STATE_HOME", "The folder in which the ledger of single letters lies [~/.local/state]."),
];

/// The files that are read and written where no option names another.
const FILES: [(&str, &str); 3] = [
    (
        "campaign.toml",
        "In the current folder: what would else stand on the command line. Keys are the options' names with _.",
    ),
    (
        "dec2-YEAR.ledger",
        "In the current folder: what became of each letter of a list, without names and addresses of signers.",
    ),
    ("~/.local/state/protest/dec2-YEAR.ledger", "The same for single letters."),
];

/// What a page is called: protest-letters-new.
pub(super) fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// The page of `command`, as roff.
pub(super) fn of(command: &Command) -> Result<Vec<u8>, Failure> {
    let man =
        Man::new(command.clone()).manual("protest").source(concat!("protest ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::with_capacity(1 << 14);
    write(&man, command, &mut page).map_err(|error| Failure::new(Exit::CannotCreate, error.to_string()))?;
    Ok(page)
}

fn write(man: &Man, command: &Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    if command.get_subcommands().next().is_some() {
        man.render_subcommands_section(page)?;
    }
    let is_main = name(command) == "protest";
    if is_main {
        section("EXIT STATUS", Exit::ALL.map(|exit| (exit.code().to_string(), exit.meaning())), page)?;
        section("ENVIRONMENT", ENVIRONMENT.map(owned), page)?;
        section("FILES", FILES.map(owned), page)?;
    }
    if let Some(words) = command.get_after_help() {
        closing_words(&words.to_string(), page)?;
    }
    if !is_main {
        let mut see_also = Roff::new();
        see_also.control("SH", ["SEE ALSO"]).text([bold("protest"), roman("(1)")]);
        see_also.to_writer(page)?;
    }
    Ok(())
}

fn owned((term, text): (&str, &'static str)) -> (String, &'static str) {
    (term.to_owned(), text)
}

fn section<const N: usize>(
    title: &str,
    rows: [(String, &str); N],
    page: &mut Vec<u8>,
) -> std::io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    for (term, text) in rows {
        roff.control("TP", []).text([bold(term)]).text([roman(text)]);
    }
    roff.to_writer(page)
}

/// The words after the options, paragraph by paragraph: lines that begin with two spaces are commands, and stand as
/// they are typed; what comes before the examples are notes.
fn closing_words(text: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut roff = Roff::new();
    for (number, paragraph) in text.split("\n\n").enumerate() {
        let (commands, words): (Vec<&str>, Vec<&str>) =
            paragraph.lines().partition(|line| line.starts_with("  "));
        let heading = words.iter().find(|line| line.starts_with("Example"));
        match heading {
            Some(_) => drop(roff.control("SH", ["EXAMPLES"])),
            None if number == 0 && commands.is_empty() => drop(roff.control("SH", ["NOTES"])),
            None if number == 0 => drop(roff.control("SH", ["EXAMPLES"])),
            None => drop(roff.control("PP", [])),
        }
        let words: Vec<&str> = words.into_iter().filter(|line| !line.starts_with("Example")).collect();
        if !words.is_empty() {
            roff.text([roman(words.join(" "))]);
        }
        if !commands.is_empty() {
            roff.control("PP", []).control("nf", []);
            for command in &commands {
                roff.text([roman(command.get(2..).unwrap_or_default())]);
            }
            roff.control("fi", []);
        }
    }
    roff.to_writer(page)
}
