//! The files that a command reads: nothing that it makes is written over one of them.

use std::path::{Path, PathBuf};

use super::Settings;
use super::error::SettingsError;
use crate::exit::Exit;
use crate::files;

/// The ending of letters of one's own.
const LETTER: &str = "md";

impl Settings {
    /// Sees to it that `output` is no file that is read here.
    ///
    /// # Errors
    /// Where it is one; whatever `--force` says.
    pub(crate) fn must_not_read(&self, output: &Path) -> Result<(), SettingsError> {
        let inputs = self.inputs();
        let read = inputs.iter().find(|(_, input)| files::is_same(output, input)).map(|(what, _)| *what);
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

    fn is_among_the_letters(&self, output: &Path) -> bool {
        let folder = self.sources.letters.as_deref();
        let lies_there = |folder: &Path| files::is_same(files::folder_of(output), folder);
        is_letter(output) && output.exists() && folder.is_some_and(lies_there)
    }
}

fn is_letter(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(LETTER))
}
