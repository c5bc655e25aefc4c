//! Why a command ends early: one sentence for the user, and the exit code.

use std::fmt;
use std::io;

use crate::exit::{Exit, ExitCode};
use crate::letter::form::maker::Unmade;

/// A command's early end.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    message: String,
}

pub(super) type Outcome = Result<Exit, Failure>;

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Failure {
        Failure { exit, message: message.into() }
    }

    pub(super) fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, message)
    }

    /// What keeps the letter of a single signer from being made.
    pub(super) fn of_letter(unmade: Unmade) -> Failure {
        match unmade {
            Unmade::Field(_, sentence) => Failure::new(Exit::Data, sentence),
            Unmade::Failed(sentence, exit) => Failure::new(exit, sentence),
        }
    }

    /// What to say where an option for lists was given without one.
    pub(super) fn no_list(options: &str) -> Failure {
        Failure::usage(format!("{options} go with a list: add --signers FILE.csv"))
    }

    /// The reader of stdout has had enough (`| head -1`): the end, and no error.
    pub(super) fn is_closed_pipe(&self) -> bool {
        self.exit == Exit::Done
    }
}

impl<E: ExitCode + fmt::Display> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::new(error.exit(), error.to_string())
    }
}

/// What writing to stdout can come to.
pub(super) fn of_stdout(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::new(Exit::Done, ""),
        _ => Failure::new(Exit::CannotCreate, format!("cannot write to standard output: {error}")),
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
