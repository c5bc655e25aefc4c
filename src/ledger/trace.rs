//! What holds signers' names outside the ledger, where `forget` cannot reach it and names it.

use std::path::PathBuf;

/// A file or folder that holds signers' names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    /// What `--report` wrote.
    Report,
    /// Where `--post` wrote letters.
    PostFolder,
    /// The list of signers that was sent.
    List,
    /// What `write` wrote.
    Letters,
}

impl Trace {
    pub(super) fn word(self) -> &'static str {
        match self {
            Trace::Report => "report",
            Trace::PostFolder => "post folder",
            Trace::List => "list",
            Trace::Letters => "letters",
        }
    }
}

/// How the ledger's place differs from where it was last sent with: it may be a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// The path that it had then.
    pub was_at: Option<PathBuf>,
    /// Whether that was on another machine, and not only another file.
    pub on_another_machine: bool,
}
