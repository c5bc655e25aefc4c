//! Why options and campaign.toml together cannot be used: one sentence, with its place where it stands in the file.

use std::fmt;

use crate::exit::{Exit, ExitCode};
use crate::keyed_toml::TomlError;
use crate::place::Place;

/// Something that is wrong with what the command line and campaign.toml say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingsError {
    /// What it is about: the word that `check` has for it.
    pub about: &'static str,
    place: Option<Place>,
    problem: String,
    exit: Exit,
}

impl SettingsError {
    /// Something wrong in an option, or in what is missing.
    pub(crate) fn new(about: &'static str, exit: Exit, problem: impl fmt::Display) -> SettingsError {
        SettingsError { about, place: None, problem: problem.to_string(), exit }
    }

    /// Something wrong at a place of campaign.toml.
    pub(crate) fn at(
        place: Place,
        about: &'static str,
        exit: Exit,
        problem: impl fmt::Display,
    ) -> SettingsError {
        SettingsError { place: Some(place), ..SettingsError::new(about, exit, problem) }
    }

    /// The one to be told where only one is: of several the one with the code that counts first, then the one that
    /// stands first.
    pub(crate) fn first(errors: Vec<SettingsError>) -> Option<SettingsError> {
        errors.into_iter().min_by_key(|error| before_anything_began(error.exit))
    }

    /// By their places in the file; those without one keep theirs after them.
    pub(super) fn by_place(errors: &mut [SettingsError]) {
        errors.sort_by_key(|error| match &error.place {
            Some(place) => (0, place.line, place.column),
            None => (1, 0, 0),
        });
    }
}

/// Of several codes before anything began 2 counts first, then 78, 66 and 65.
fn before_anything_began(exit: Exit) -> u8 {
    match exit {
        Exit::Usage => 0,
        Exit::Config => 1,
        Exit::NoInput => 2,
        Exit::Data => 3,
        _ => 4,
    }
}

impl From<TomlError> for SettingsError {
    fn from(TomlError { place, problem }: TomlError) -> SettingsError {
        SettingsError::at(place, "config", Exit::Config, problem)
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for SettingsError {}

impl ExitCode for SettingsError {
    fn exit(&self) -> Exit {
        self.exit
    }
}

#[cfg(test)]
mod tests {
    use super::SettingsError;
    use crate::exit::Exit;

    #[test]
    fn of_several_errors_the_command_lines_own_counts_before_the_files_and_these_before_wrong_values() {
        let errors = |exits: [Exit; 3]| {
            let errors = exits.into_iter().enumerate();
            let errors = errors.map(|(n, exit)| SettingsError::new("config", exit, n)).collect();
            SettingsError::first(errors).unwrap().to_string()
        };
        assert_eq!(errors([Exit::Data, Exit::Config, Exit::Usage]), "2");
        assert_eq!(errors([Exit::Data, Exit::NoInput, Exit::Data]), "1");
        assert_eq!(errors([Exit::Config, Exit::Config, Exit::Data]), "0");
    }
}
