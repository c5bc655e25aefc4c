//! How a run of the program ends, as a number that scripts can rely on (BSD `sysexits`).
//!
//! Every error type of the library names its own code through [`ExitCode`], where the cause is known;
//! nobody derives a code from a sentence.

/// What the process answers to the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: what was asked is done.
    Done,
    /// 1: some letters were refused or are in doubt.
    SomeLettersFailed,
    /// 2: the command line cannot be carried out as it stands.
    Usage,
    /// 65: a value is wrong: name, country, note, template, row, consent.
    Data,
    /// 66: a file named by the user is not there.
    NoInput,
    /// 69: no connection, a time-out, the circuit breaker, or no mail address for a single letter.
    Unavailable,
    /// 73: an output exists or cannot be written, a disk is full, a ledger cannot be made.
    CannotCreate,
    /// 75: running the same command again would carry on.
    TemporaryFailure,
    /// 77: log-in or certificate refused, STARTTLS not offered or tampered with.
    NoPermission,
    /// 78: campaign.toml, the relay URL or the ledger does not fit.
    Config,
    /// 130: interrupted, or "no" at the question.
    Interrupted,
}

impl Exit {
    /// Every end that there is, in the order of their numbers.
    pub(crate) const ALL: [Exit; 11] = [
        Exit::Done,
        Exit::SomeLettersFailed,
        Exit::Usage,
        Exit::Data,
        Exit::NoInput,
        Exit::Unavailable,
        Exit::CannotCreate,
        Exit::TemporaryFailure,
        Exit::NoPermission,
        Exit::Config,
        Exit::Interrupted,
    ];

    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::SomeLettersFailed => 1,
            Exit::Usage => 2,
            Exit::Data => 65,
            Exit::NoInput => 66,
            Exit::Unavailable => 69,
            Exit::CannotCreate => 73,
            Exit::TemporaryFailure => 75,
            Exit::NoPermission => 77,
            Exit::Config => 78,
            Exit::Interrupted => 130,
        }
    }

    /// What the number means, for the manual page.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "What was asked is done.",
            Exit::SomeLettersFailed => "Some letters were refused or are in doubt.",
            Exit::Usage => "The command line cannot be carried out as it stands.",
            Exit::Data => "A value is wrong: a name, a country, a note, a letter's file, a row, a consent.",
            Exit::NoInput => "A file that was named is not there.",
            Exit::Unavailable => {
                "No connection, a time-out, too many refusals in a row, or no e-mail address for a single letter."
            }
            Exit::CannotCreate => {
                "An output exists already or cannot be written, the disk is full, the ledger cannot be made."
            }
            Exit::TemporaryFailure => "Letters remain: running the same command again carries on.",
            Exit::NoPermission => {
                "The log-in or the certificate was refused, or STARTTLS was not offered or tampered with."
            }
            Exit::Config => "campaign.toml, the relay's URL or the ledger does not fit.",
            Exit::Interrupted => "Interrupted, or \"no\" at the question.",
        }
    }

    /// Of two ends of one run, the one that the user has to know of first.
    #[must_use]
    pub(crate) fn or_worse(self, other: Exit) -> Exit {
        if other.precedence() < self.precedence() { other } else { self }
    }

    fn precedence(self) -> usize {
        const FIRST_TO_LAST: [Exit; 11] = [
            Exit::Interrupted,
            Exit::Usage,
            Exit::Config,
            Exit::NoInput,
            Exit::Data,
            Exit::CannotCreate,
            Exit::NoPermission,
            Exit::Unavailable,
            Exit::TemporaryFailure,
            Exit::SomeLettersFailed,
            Exit::Done,
        ];
        FIRST_TO_LAST.iter().position(|&exit| exit == self).unwrap_or(FIRST_TO_LAST.len())
    }
}

/// An error that knows how the process should end.
pub(crate) trait ExitCode {
    /// The end of a run that stops with this error.
    fn exit(&self) -> Exit;
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn an_interruption_outweighs_everything_and_done_outweighs_nothing() {
        assert_eq!(Exit::Done.or_worse(Exit::SomeLettersFailed), Exit::SomeLettersFailed);
        assert_eq!(Exit::SomeLettersFailed.or_worse(Exit::TemporaryFailure), Exit::TemporaryFailure);
        assert_eq!(Exit::CannotCreate.or_worse(Exit::NoPermission), Exit::CannotCreate);
        assert_eq!(Exit::Interrupted.or_worse(Exit::CannotCreate), Exit::Interrupted);
    }
}
