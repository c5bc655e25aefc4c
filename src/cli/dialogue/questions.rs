//! The questions, each asked again after an answer that cannot be used, with the reason.

use std::ops::RangeInclusive;

use super::Talk;
use crate::cli::failure::Failure;
use crate::cli::terminal;
use crate::country::{self, Territory};
use crate::embassy::NoEmbassy;
use crate::exit::Exit;
use crate::letter::desk::Desk;
use crate::letter::template::Translation;
use crate::letter::templates::DEFAULT_LANGUAGE;
use crate::signer::{Field, Particulars, Signer, Wishes};
use crate::words::Words;

impl Talk<'_> {
    /// An answer, which may be empty. The end of input is an end.
    pub(super) fn ask(&self, key: &str, values: &[(&str, &str)]) -> Result<String, Failure> {
        let question = terminal::filled(&self.words.with(key, values), "", "");
        self.session.terminal.ask(&question).ok_or_else(|| {
            // That nothing was written holds only until something was tried.
            let told = if self.has_acted.get() { "" } else { self.words.sentence("dialogue_stopped") };
            Failure::new(Exit::Interrupted, told)
        })
    }

    /// The signer, and the mission where it is not the country's embassy.
    pub(super) fn signer(&self, desk: &Desk) -> Result<(Signer, Option<String>), Failure> {
        let name = self.answer("dialogue_name", Field::Name, |name| Particulars { name, ..anybody() })?;
        let (country, mission) = self.country(desk)?;
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let city = self.answer("dialogue_city", Field::City, |city| Particulars {
            city: Some(city).filter(|city| !city.is_empty()),
            ..anybody()
        })?;
        let note = self.answer("dialogue_note", Field::Note, |note| Particulars {
            note: Some(note).filter(|note| !note.is_empty()),
            ..anybody()
        })?;
        let (city, note) = (given(&city), given(&note));
        let particulars = Particulars {
            name: &name,
            country: &country,
            city: city.as_deref(),
            note: note.as_deref(),
            ..Particulars::default()
        };
        let signer = Signer::new(&particulars, country::find).map_err(|errors| {
            let sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Failure::new(Exit::Data, sentences.join("\n"))
        })?;
        Ok((signer, mission))
    }

    /// An answer that this field takes, put where it belongs by `particulars`.
    fn answer<'a>(
        &self,
        key: &str,
        field: Field,
        particulars: impl for<'t> Fn(&'t str) -> Particulars<'t> + 'a,
    ) -> Result<String, Failure> {
        loop {
            let answer = self.ask(key, &[])?;
            let errors = Signer::new(&particulars(&answer), country::find).err().unwrap_or_default();
            match errors.into_iter().find(|error| error.field() == Some(field)) {
                Some(error) => self.say(&error.to_string()),
                None => return Ok(answer),
            }
        }
    }

    /// A country, and the mission to write to where it has no embassy.
    fn country(&self, desk: &Desk) -> Result<(String, Option<String>), Failure> {
        loop {
            let answer = self
                .answer("dialogue_country", Field::Country, |country| Particulars { country, ..anybody() })?;
            let particulars = Particulars { country: &answer, ..anybody() };
            let Ok(signer) = Signer::new(&particulars, country::find) else { continue };
            match desk.embassy(&signer, &Wishes::default()) {
                Ok(_) => return Ok((answer, None)),
                Err(NoEmbassy::Danger(_)) => {
                    self.say(&self.danger(signer.country()));
                    continue;
                }
                Err(error) => self.say(&error.to_string()),
            }
            if let Some(mission) = self.mission(desk, &signer)? {
                return Ok((answer, Some(mission)));
            }
        }
    }

    /// Why nobody writes from there, in the signer's language.
    fn danger(&self, country: Territory) -> String {
        let name = country.name_in(self.words.tag());
        let danger = self.words.with("page_danger", &[("country", name)]);
        match country.code() {
            "KP" => format!("{danger} {}", self.words.sentence("page_danger_korea")),
            _ => danger,
        }
    }

    /// Another mission; none, where the country is to be named again.
    fn mission(&self, desk: &Desk, signer: &Signer) -> Result<Option<String>, Failure> {
        loop {
            let answer = self.ask("dialogue_mission", &[])?;
            if answer.is_empty() {
                return Ok(None);
            }
            let wishes = Wishes { mission: Some(answer.clone()), ..Wishes::default() };
            match desk.embassy(signer, &wishes) {
                Ok(_) => return Ok(Some(answer)),
                Err(NoEmbassy::Danger(reason)) => self.say(&reason),
                Err(error) => self.say(&error.to_string()),
            }
        }
    }

    /// The letter's language, where it is there in the signer's own: English unless that is chosen.
    pub(super) fn letter_language(&self, desk: &Desk, tag: &str) -> Result<Option<String>, Failure> {
        let Some(template) = desk.in_own_language(tag).filter(|_| !tag.is_empty()) else { return Ok(None) };
        let own = template.front_matter.language.clone();
        self.say(self.words.sentence("dialogue_language"));
        let unreviewed = match template.front_matter.translation {
            Translation::Unreviewed => format!(" ({})", self.words.sentence("dialogue_unreviewed")),
            Translation::Original | Translation::Reviewed => String::new(),
        };
        let called = |tag: &str| Words::of(tag).sentence("language").to_owned();
        for line in
            [format!("  1  {}", called(DEFAULT_LANGUAGE)), format!("  2  {}{unreviewed}", called(&own))]
        {
            self.session.terminal.say(&terminal::filled(&line, "", "     "));
        }
        let number = self.number(1..=2, Some(1))?;
        Ok(Some(if number == 2 { own } else { DEFAULT_LANGUAGE.to_owned() }))
    }

    /// One of these numbers; the `usual` one, where the answer is empty.
    pub(super) fn number(
        &self,
        numbers: RangeInclusive<usize>,
        usual: Option<usize>,
    ) -> Result<usize, Failure> {
        loop {
            let answer = self.ask("dialogue_number", &[])?;
            // Digits of the scripts that the dialogue speaks, not only ASCII's.
            let digits: String = answer.chars().map(|c| ascii_digit(c).unwrap_or(c)).collect();
            let number = if answer.is_empty() { usual } else { digits.parse().ok() };
            if let Some(number) = number.filter(|number| numbers.contains(number)) {
                return Ok(number);
            }
            let known: Vec<String> = numbers.clone().map(|number| number.to_string()).collect();
            self.say(&self.words.with("dialogue_wrong_number", &[("numbers", &known.join(", "))]));
        }
    }
}

/// Particulars in which one answer is tried by itself.
fn anybody() -> Particulars<'static> {
    Particulars { name: "X", country: "JP", ..Particulars::default() }
}

/// The ASCII digit of a digit as keyboards for Arabic, Hindi, Thai and Japanese type it.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [char; 5] = ['\u{660}', '\u{6F0}', '\u{966}', '\u{E50}', '\u{FF10}'];
    let value =
        ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10))
}
