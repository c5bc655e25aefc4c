//! The files that a command reads: nothing that it makes is written over one of them.

use std::path::{Path, PathBuf};

use super::Settings;
use super::error::SettingsError;
use crate::exit::Exit;
use crate::files;

/// The ending of letters of one's own.
const LETTER: &str = "md";

/// How the names go on of the files that stand beside a ledger.
const BESIDE_A_LEDGER: [&[u8]; 7] = [b"-wal", b"-shm", b"-journal", b".run-", b".log", b".lock", b".damaged"];

impl Settings {
    /// Sees to it that `output` is no file that is read here.
    ///
    /// # Errors
    /// Where it is one; whatever `--force` says.
    pub(crate) fn must_not_read(&self, output: &Path) -> Result<(), SettingsError> {
        let inputs = self.inputs();
        let read = inputs.iter().find(|(_, input)| files::is_same(output, input)).map(|(what, _)| *what);
        let read = read.or_else(|| self.is_of_a_ledger(output).then_some("a file of the ledger"));
        let read = read.or_else(|| self.is_among_the_letters(output).then_some("one of the letters"));
        read.map_or(Ok(()), |what| {
            let problem =
                format!("{} is {what} itself: give what is to be written another name", output.display());
            Err(SettingsError::new("report", Exit::Usage, problem))
        })
    }

    fn inputs(&self) -> Vec<(&'static str, PathBuf)> {
        let own = self.letter.letter().map(PathBuf::from);
        let named = [
            ("the campaign's file", self.file.clone()),
            ("the signers' file", self.who.list().map(Path::to_owned)),
            ("the address book", self.sources.embassies.clone()),
            ("the letter", own.filter(|path| is_letter(path))),
            ("the ledger", self.ledger.of_campaign().file().map(Path::to_owned)),
            ("the ledger", self.ledger.of_one().ok()),
            ("the certificate", self.access.ca.clone()),
            ("the logo", self.paper.logo.clone()),
        ];
        named.into_iter().filter_map(|(what, path)| Some((what, path?))).collect()
    }

    /// Whether it is one of the files that stand beside a ledger under its name: what is not yet in it, its log, its locks.
    fn is_of_a_ledger(&self, output: &Path) -> bool {
        let of_campaign = self.ledger.of_campaign();
        let of_one = self.ledger.of_one().ok();
        let ledgers = [of_campaign.file(), of_one.as_deref()];
        let name = output.file_name().unwrap_or_default().as_encoded_bytes();
        let stands_beside = |ledger: &Path| {
            let own = ledger.file_name().unwrap_or_default().as_encoded_bytes();
            let ending = name.strip_prefix(own).unwrap_or_default();
            BESIDE_A_LEDGER.iter().any(|beginning| ending.starts_with(beginning))
                && files::is_same(files::folder_of(output), files::folder_of(ledger))
        };
        output.exists() && ledgers.into_iter().flatten().any(stands_beside)
    }

    fn is_among_the_letters(&self, output: &Path) -> bool {
        let folder = self.sources.letters.as_deref();
        let lies_there = |folder: &Path| files::is_same(files::folder_of(output), folder);
        is_letter(output) && output.exists() && folder.is_some_and(lies_there)
    }
}

fn is_letter(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(LETTER))
}
