//! The local sendmail program as a relay. It adds this machine's host and user name to the message by itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::ledger::{KeptReply, Outcome};
use crate::message::compose::Composed;
use crate::program::{self, Limits, Ran};

/// Where sendmail is looked for beside PATH (Filesystem Hierarchy Standard; Debian Policy 11.6).
const PLACES: [&str; 2] = ["/usr/sbin/sendmail", "/usr/lib/sendmail"];
/// sysexits `EX_NOUSER`: the address is unknown.
const NO_USER: i32 = 67;
/// sysexits `EX_TEMPFAIL`.
const TEMPORARY_FAILURE: i32 = 75;

/// The program, if there is one.
pub(crate) fn find() -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    in_path
        .map(|folder| folder.join("sendmail"))
        .chain(PLACES.iter().map(PathBuf::from))
        .find(|path| path.is_file())
}

/// What handing a message over came to.
#[derive(Debug)]
pub(super) enum Handed {
    /// The letter has its outcome, with the program's own words.
    Settled(Outcome),
    /// The program can take no letter at all: this is about the account or the machine.
    Impossible(String),
}

/// Hands over one message; a program that is not done after `patience` is ended.
pub(super) fn deliver(program: &Path, composed: &Composed, patience: Duration) -> Handed {
    let envelope = &composed.envelope;
    let mut command = program::command(program);
    command.args(["-i", "-f", &envelope.reverse_path.to_string(), "--", &envelope.forward_path.to_string()]);
    program::piped(&mut command);
    program::apart(&mut command);
    // Local programs read lines that end as this system's do.
    let message: Vec<u8> = composed.bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
    match program::run(command, message, Limits { time: patience, output: 16 << 10 }) {
        Ok(ran) => meaning(&ran),
        Err(error) => Handed::Impossible(format!("{} cannot be run: {error}", program.display())),
    }
}

/// What the program's end means (sysexits): 0 is accepted, 75 deferred, 67 refused; any other from 64 to 78 is about the
/// account or this machine, as are the shell's 126 and 127; a kill is a doubt.
fn meaning(ran: &Ran) -> Handed {
    let words = last_words(&ran.stderr);
    let reply = |words: String| KeptReply { words, relay: "sendmail".to_owned(), ..KeptReply::default() };
    let doubt = |why: &str| Handed::Settled(Outcome::InDoubt(why.to_owned()));
    let Some(status) = ran.status else { return doubt("sendmail took too long, and was ended") };
    match status.code() {
        Some(0) if ran.took_input => Handed::Settled(Outcome::Accepted(reply(words))),
        Some(0) => doubt("sendmail ended well before it had read the message"),
        Some(TEMPORARY_FAILURE) => Handed::Settled(Outcome::Deferred(reply(words))),
        Some(NO_USER) => Handed::Settled(Outcome::Refused(reply(words))),
        Some(code @ (64..=78 | 126 | 127)) => Handed::Impossible(match words.as_str() {
            "" => format!("it ended with {code} and said nothing"),
            words => format!("{words} (it ended with {code})"),
        }),
        Some(code) => Handed::Settled(Outcome::Refused(reply(match words.as_str() {
            "" => format!("it ended with {code}"),
            words => words.to_owned(),
        }))),
        None => doubt("sendmail was killed"),
    }
}

/// What it complained of, in one line.
fn last_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take(3).collect::<Vec<_>>().join(" ")
}
