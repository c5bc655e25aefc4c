//! Terminal manners: stdout is for the result, stderr for talk; nothing asks where nobody can answer.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use serde::Serialize;
use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter};

use super::failure::{Failure, of_stdout};
use crate::exit::Exit;
use crate::plain_text::is_forbidden;
use crate::wording::harmless;

/// How much the program says on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Talk {
    /// Errors and questions only.
    Quiet,
    /// Notices as well.
    Normal,
    /// Each step as well.
    Verbose,
}

/// The user's terminal, or what stands in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    pub(super) talk: Talk,
    colour: bool,
}

/// What a plan is shown for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlanIs {
    /// A dry run's result.
    Result,
    /// To be known: the question was answered beforehand.
    Agreed,
    /// What the question after it is about.
    AskedAbout,
}

/// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Terminal {
    pub(super) fn new(colour: Colour, talk: Talk) -> Terminal {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => wanted && io::stderr().is_terminal(),
        };
        Terminal { talk, colour }
    }

    /// Whether a question can be answered.
    pub(super) fn can_ask(self) -> bool {
        io::stdin().is_terminal()
    }

    /// Something the user should know, once.
    pub(super) fn notice(self, text: &str) {
        if self.talk >= Talk::Normal {
            self.say(&wrapped(text));
        }
    }

    /// The same terminal, on which only errors and questions are said.
    pub(super) fn quietly(self) -> Terminal {
        Terminal { talk: Talk::Quiet, ..self }
    }

    /// Whether everything is wanted that there is to say.
    pub(super) fn says_all(self) -> bool {
        self.talk >= Talk::Verbose
    }

    /// How many lines a notice takes on a terminal of the usual width: on a narrow one nothing is left out.
    pub(super) fn lines_of(self, text: &str) -> usize {
        filled_to(USUAL_WIDTH, text, "", "  ").lines().count()
    }

    /// A notice that is one line, however long: for those who read them with a program.
    pub(super) fn notice_line(self, text: &str) {
        if self.talk >= Talk::Normal {
            self.say(text);
        }
    }

    /// A plan: of a dry run it is the result, else it is what the question after it is about.
    pub(super) fn show_plan(self, plan: &str, shown: PlanIs) -> Result<(), Failure> {
        match shown {
            PlanIs::Result => return print_text(&format!("{plan}\n")),
            PlanIs::Agreed => self.notice_line(plan),
            PlanIs::AskedAbout => self.say(plan),
        }
        Ok(())
    }

    /// What the user has to read, quiet or not.
    pub(super) fn say(self, text: &str) {
        // Nobody is left to be told that stderr is closed.
        let _ = writeln!(io::stderr().lock(), "{}", harmless(text));
    }

    /// The sentence with which a run fails.
    pub(super) fn error(self, failure: &Failure) {
        if self.colour {
            let _ = write!(io::stderr().lock(), "\u{1b}[1;31merror:\u{1b}[0m ");
            self.say(&failure.to_string());
        } else {
            self.say(&format!("error: {failure}"));
        }
    }

    /// Asks, and reads a line: `None` at the end of input.
    pub(super) fn ask(self, question: &str) -> Option<String> {
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{} ", harmless(question));
        let _ = stderr.flush();
        let mut answer = String::new();
        match io::stdin().lock().read_line(&mut answer) {
            Ok(0) | Err(_) => {
                let _ = writeln!(stderr);
                None
            }
            Ok(_) => Some(answer.trim().to_owned()),
        }
    }

    /// Asks for a yes: everything else, the end of input included, is a no.
    pub(super) fn agrees(self, question: &str) -> bool {
        let answer = self.ask(&format!("{question} [y/N]")).unwrap_or_default();
        matches!(answer.to_lowercase().as_str(), "y" | "yes")
    }
}

/// Whether the reader of stdout is likely to see more than ASCII.
pub(super) fn shows_unicode() -> bool {
    if cfg!(windows) {
        return io::stdout().is_terminal();
    }
    // POSIX: the first of these that is set decides.
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

const USUAL_WIDTH: usize = 80;

/// How wide the terminal is on which notices are read, up to the usual width.
pub(super) fn width() -> usize {
    let columns = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    columns.unwrap_or(USUAL_WIDTH).clamp(20, USUAL_WIDTH)
}

/// A notice in lines that fit the terminal.
fn wrapped(text: &str) -> String {
    filled(text, "", "  ")
}

/// `text` in lines that fit the terminal. An address, a path or a command's option stays in one piece, so that it can be
/// copied; other words come apart where their script lets them.
pub(super) fn filled(text: &str, first: &str, rest: &str) -> String {
    filled_to(width(), text, first, rest)
}

/// As [`filled`], in lines of this width.
pub(super) fn filled_to(width: usize, text: &str, first: &str, rest: &str) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::Custom(pieces));
    textwrap::fill(text, options)
}

/// The pieces between which a line may end: at spaces, and within words that are not ASCII.
fn pieces(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let words = WordSeparator::AsciiSpace.find_words(line);
    Box::new(words.flat_map(|word| {
        if word.word.is_ascii() {
            return vec![word];
        }
        let mut pieces: Vec<Word<'_>> = WordSeparator::UnicodeBreakProperties.find_words(word.word).collect();
        if let Some(last) = pieces.last_mut() {
            last.whitespace = word.whitespace;
        }
        pieces
    }))
}

/// Writes what the parser of the command line says to stderr.
pub(super) fn print_error(text: &str) -> io::Result<()> {
    io::stderr().lock().write_all(text.as_bytes())
}

/// Writes a result that people read to stdout.
pub(super) fn print_text(text: &str) -> Result<(), Failure> {
    print(harmless(text).as_bytes())
}

/// Writes a result that programs read to stdout: what a terminal would obey is escaped, as JSON allows.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(Exit::CannotCreate, error.to_string()))?;
    let mut escaped = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if c != '\n' && is_forbidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped.push('\n');
    print(escaped.as_bytes())
}

/// Writes bytes to stdout that are made to be read as they are: a message, a script.
pub(super) fn print(result: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(result).and_then(|()| stdout.flush()).map_err(|error| of_stdout(&error))
}
