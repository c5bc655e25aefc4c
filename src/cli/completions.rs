//! `protest completions`: the script with which a shell completes commands, options, countries and letters.
//!
//! Countries, cities and letters are made known to the script alone. The program itself looks them up, in any
//! language and spelling, and a run that completes nothing never makes the lists.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Args, Command, CommandFactory as _};
use clap_complete::Shell;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::failure::Outcome;
use super::{Cli, Session, terminal};
use crate::country::{self, Territory};
use crate::embassy::AddressBook;
use crate::exit::Exit;
use crate::letter::templates::Templates;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  source <(protest completions bash)\n  protest completions fish | source\n\nThese last until the shell is closed. To have it always, write it where the shell looks for it:\n  protest completions bash > ~/.local/share/bash-completion/completions/protest\n  protest completions zsh > ~/.zfunc/_protest\n  protest completions fish > ~/.config/fish/completions/protest.fish"
)]
pub(super) struct Completions {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_enum, hide_possible_values = true)]
    shell: Shell,
}

pub(super) fn run(options: &Completions, _session: &Session) -> Outcome {
    terminal::print(&script(options.shell))?;
    Ok(Exit::Done)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::with_capacity(1 << 17);
    let mut command = Offers::all().added_to(Cli::command());
    clap_complete::generate(shell, &mut command, "protest", &mut script);
    script
}

/// The values that a shell can offer, beside what the parser knows.
struct Offers {
    countries: Vec<PossibleValue>,
    places: Vec<PossibleValue>,
    letters: Vec<PossibleValue>,
    languages: Vec<PossibleValue>,
}

impl Offers {
    fn all() -> Offers {
        let countries = countries();
        let places = countries.iter().cloned().chain(cities()).collect();
        Offers { countries, places, letters: letters(), languages: languages() }
    }

    /// The command and those under it, with these values.
    fn added_to(&self, command: Command) -> Command {
        let name = command.get_name().to_owned();
        command
            .mut_args(|argument| self.added_to_argument(argument, &name))
            .mut_subcommands(|sub| self.added_to(sub))
    }

    fn added_to_argument(&self, argument: Arg, command: &str) -> Arg {
        let values = match (argument.get_id().as_str(), command) {
            ("country", _) => &self.countries,
            ("mission", _) | ("query", "embassies") => &self.places,
            ("letter", _) | ("id", "show") | ("from", "new") => &self.letters,
            ("lang", _) => &self.languages,
            _ => return argument,
        };
        argument.value_parser(PossibleValuesParser::new(values.iter().cloned()))
    }
}

/// Every country that a letter can be written from; by its code where its name may be another's too (Guinea).
fn countries() -> Vec<PossibleValue> {
    let writable = Territory::all().filter(|territory| territory.danger().is_none());
    let value = |territory: Territory| {
        let name = one_word(territory.name());
        if country::find(&name) == Ok(territory) {
            PossibleValue::new(name).help(territory.code())
        } else {
            PossibleValue::new(territory.code()).help(territory.name())
        }
    };
    writable.map(value).collect()
}

fn cities() -> Vec<PossibleValue> {
    let book = AddressBook::builtin();
    let mut cities: Vec<String> = book.missions().map(|mission| one_word(&mission.city)).collect();
    cities.retain(|city| !city.is_empty());
    cities.sort();
    cities.dedup();
    cities.into_iter().map(PossibleValue::new).collect()
}

fn letters() -> Vec<PossibleValue> {
    let templates = Templates::builtin();
    let mut ids: Vec<&str> = templates.each().map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(|id| PossibleValue::new(id.to_owned())).collect()
}

fn languages() -> Vec<PossibleValue> {
    let templates = Templates::builtin();
    let mut tags: Vec<String> =
        templates.each().filter_map(|(_, template)| Some(template.ok()?.front_matter.language)).collect();
    tags.sort();
    tags.dedup();
    tags.into_iter().map(PossibleValue::new).collect()
}

/// A name that needs no quotation marks in any shell: the look-up is blind to what is left out.
fn one_word(name: &str) -> String {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_offered_is_one_word_and_is_found_again() {
        let offered = countries();
        assert!(offered.len() > 190);
        for value in offered {
            let name = value.get_name();
            assert!(name.chars().all(|c| c.is_alphanumeric() || c == '-'), "{name}");
            let found = country::find(name).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(found.danger().is_none(), "{name}");
            let help = value.get_help().unwrap().to_string();
            assert!([found.code(), found.name()].contains(&help.as_str()), "{name}: {help}");
        }
    }

    #[test]
    fn every_city_offered_is_one_word_that_names_a_mission() {
        let book = AddressBook::builtin();
        let known: Vec<String> = book.missions().map(|mission| country::fold(&mission.city)).collect();
        for value in cities() {
            let name = value.get_name();
            assert!(known.contains(&country::fold(name)) && !name.contains(char::is_whitespace), "{name}");
        }
    }

    #[test]
    fn every_shell_gets_countries_and_letters() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let script = String::from_utf8(script(shell)).unwrap();
            assert!(script.contains("preview") && script.contains("country"), "{shell}");
        }
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = String::from_utf8(script(shell)).unwrap();
            for word in ["Japan", "South-Korea", "Osaka", "plain"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }
}
