//! TOML asked key by key: each value comes with its place, and whoever asks says what may stand there.
//!
//! There is no list of keys beside the questions: a key that nobody asked for is named in the end, with the one that
//! was meant. Every fault is a sentence of ours, told with file, line and column; a value that may be a secret is not
//! echoed.

mod syntax;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::place::Place;
use crate::suggestion;
use crate::wording::quoted;

/// A value that was given, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub(crate) struct TomlError {
    /// Where.
    pub place: Place,
    /// What is wrong there, and what to write.
    pub problem: String,
}

/// What is said of a key that nobody asks for, where there is more to say than "did you mean".
pub(crate) type Remark = fn(&str) -> Option<&'static str>;

/// A TOML document, or the table of one, that is being read.
pub(crate) struct KeyedToml<'a> {
    text: Source<'a>,
    /// The table's name with a dot, such as `window.`; empty for the document.
    prefix: String,
    /// Where a sentence about the whole table points to, counted in the document.
    start: usize,
    entries: Vec<Entry<'a>>,
    asked: Vec<(String, &'static str)>,
    left: Vec<(String, String, Place)>,
    faults: Vec<TomlError>,
    /// Told after the others: a mistyped key explains why one is missing.
    missing: Vec<TomlError>,
    remark: Remark,
}

type Entry<'a> = (Spanned<DeString<'a>>, Spanned<DeValue<'a>>);

/// The file in which the document stands, which may begin within it.
#[derive(Clone, Copy)]
struct Source<'a> {
    file: &'a str,
    whole: &'a str,
    from: usize,
}

impl Source<'_> {
    fn place(self, offset: usize) -> Place {
        Place::of(self.file, self.whole, self.from + offset)
    }
}

impl<'a> KeyedToml<'a> {
    /// Reads the TOML that stands at `range` of `whole`, the text of `file`.
    ///
    /// # Errors
    /// The first place where it is no TOML.
    pub(crate) fn read(
        file: &'a str,
        whole: &'a str,
        range: Range<usize>,
    ) -> Result<KeyedToml<'a>, TomlError> {
        let text = Source { file, whole, from: range.start };
        let toml = whole.get(range).unwrap_or_default();
        let (table, errors) = DeTable::parse_recoverable(toml);
        if let Some(error) = errors.first() {
            let at = error.span().map_or(0, |span| span.start);
            let (offset, problem) = syntax::explained(toml, at, table.get_ref());
            return Err(TomlError { place: text.place(offset), problem });
        }
        Ok(KeyedToml {
            text,
            prefix: String::new(),
            start: 0,
            entries: table.into_inner().into_iter().collect(),
            asked: Vec::new(),
            left: Vec::new(),
            faults: Vec::new(),
            missing: Vec::new(),
            remark: |_| None,
        })
    }

    /// Says `remark` of keys that nobody asks for.
    pub(crate) fn remarking(mut self, remark: Remark) -> Self {
        self.remark = remark;
        self
    }

    /// The text at `key`, as `parse` reads it. A date written without quotation marks is its text.
    pub(crate) fn text<T, E: Display>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Set<T>> {
        let (value, at) = self.taken(key)?;
        let parsed = match &value {
            DeValue::String(text) => parse(text),
            DeValue::Datetime(date) => parse(&date.to_string()),
            _ => return self.unfit(key, at, "write it between quotation marks: \"…\""),
        };
        match parsed {
            Ok(value) => Some(Set { value, place: self.text.place(at) }),
            Err(problem) => self.unfit(key, at, &problem.to_string()),
        }
    }

    /// Says that `key` is missing, with an example of its line, unless it was `found`. A value that was refused is not
    /// missing.
    pub(crate) fn needed<T>(&mut self, key: &'static str, example: &str, found: Option<T>) -> Option<T> {
        let was_refused = || self.faults.iter().any(|fault| fault.problem.starts_with(&self.named(key)));
        if found.is_none() && !was_refused() {
            let problem =
                format!("{} is missing here; add a line such as {example}", self.prefix.clone() + key);
            self.missing.push(TomlError { place: self.text.place(self.start), problem });
        }
        found
    }

    /// Everything that was wrong, by place: refused values, and keys that nobody asked for; then what is missing.
    pub(crate) fn faults(mut self) -> Vec<TomlError> {
        self.leave_rest();
        for (table, key, place) in std::mem::take(&mut self.left) {
            let problem = self.of_stranger(&table, &key);
            self.faults.push(TomlError { place, problem });
        }
        self.faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
        self.faults.append(&mut self.missing);
        self.faults
    }

    /// # Errors
    /// The first of the [`faults`](KeyedToml::faults).
    pub(crate) fn end(self) -> Result<(), TomlError> {
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    fn taken(&mut self, key: &'static str) -> Option<(DeValue<'a>, usize)> {
        self.asked.push((self.prefix.clone(), key));
        let index = self.entries.iter().position(|(known, _)| known.get_ref() == key)?;
        let (_, value) = self.entries.swap_remove(index);
        let at = value.span().start;
        Some((value.into_inner(), at))
    }

    fn unfit<T>(&mut self, key: &'static str, at: usize, problem: &str) -> Option<T> {
        let problem = format!("{}{problem}", self.named(key));
        self.faults.push(TomlError { place: self.text.place(at), problem });
        None
    }

    /// How a sentence about the value of `key` begins.
    fn named(&self, key: &str) -> String {
        format!("{}{key}: ", self.prefix)
    }

    fn leave_rest(&mut self) {
        for (key, _) in std::mem::take(&mut self.entries) {
            let place = self.text.place(key.span().start);
            self.left.push((self.prefix.clone(), key.into_inner().into_owned(), place));
        }
    }

    /// What is said of `key` in `table`, which nobody asked for.
    fn of_stranger(&self, table: &str, key: &str) -> String {
        if let Some(remark) = (self.remark)(key) {
            return format!("{}: {remark}", quoted(key));
        }
        let here = self.asked.iter().filter(|(home, _)| home == table).map(|(_, key)| *key);
        if let Some((home, _)) = self.asked.iter().find(|(_, known)| *known == key) {
            return match home.strip_suffix('.') {
                // What follows a [table]'s line belongs to that table: the usual slip of who adds a key at the end.
                None => format!("{} belongs above the first line in [brackets]", quoted(key)),
                Some(home) => format!("{} belongs below a line [{home}]", quoted(key)),
            };
        }
        match suggestion::nearest(key, here.clone()) {
            Some(known) => format!("unknown key {}; did you mean {}?", quoted(key), quoted(known)),
            None if here.clone().count() <= 12 => {
                format!(
                    "unknown key {}; the known ones are {}",
                    quoted(key),
                    here.collect::<Vec<_>>().join(", ")
                )
            }
            None => format!("unknown key {}", quoted(key)),
        }
    }
}

impl<'a> KeyedToml<'a> {
    /// A value that was read well and is wrong all the same.
    pub(crate) fn refuse(&mut self, place: Place, problem: String) {
        self.faults.push(TomlError { place, problem });
    }

    /// The whole number at `key`.
    pub(crate) fn number(&mut self, key: &'static str, within: RangeInclusive<u64>) -> Option<Set<u64>> {
        let (value, at) = self.taken(key)?;
        let number = match &value {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if let Some(value) = number.filter(|number| within.contains(number)) {
            return Some(Set { value, place: self.text.place(at) });
        }
        let (least, most) = within.into_inner();
        let bounds =
            if most == u64::MAX { format!(", at least {least}") } else { format!(" from {least} to {most}") };
        self.unfit(key, at, &format!("write a whole number{bounds}, without quotation marks"))
    }

    /// The number at `key`, whole or with a decimal point; `unit` is what it counts, such as "millimetres".
    pub(crate) fn measure(
        &mut self,
        key: &'static str,
        within: RangeInclusive<f32>,
        unit: &str,
    ) -> Option<Set<f32>> {
        let (value, at) = self.taken(key)?;
        let number = match &value {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        if let Some(value) = number.filter(|number| within.contains(number)) {
            return Some(Set { value, place: self.text.place(at) });
        }
        let (least, most) = within.into_inner();
        self.unfit(key, at, &format!("write {unit}, from {least} to {most}"))
    }

    /// The yes or no at `key`.
    pub(crate) fn switch(&mut self, key: &'static str) -> Option<Set<bool>> {
        let (value, at) = self.taken(key)?;
        match value {
            DeValue::Boolean(value) => Some(Set { value, place: self.text.place(at) }),
            _ => self.unfit(key, at, "write true or false, without quotation marks"),
        }
    }

    /// The path at `key`, as it is written.
    pub(crate) fn path(&mut self, key: &'static str) -> Option<Set<PathBuf>> {
        self.text(key, |text| match text {
            "" => Err("it is empty; write a path, or leave the line out".to_owned()),
            // "C:\new" is C:, a line end, and ew.
            text if text.chars().any(char::is_control) => Err(syntax::SINGLE_QUOTES.to_owned()),
            text => Ok(PathBuf::from(text)),
        })
    }

    /// The list of texts at `key`; `example` is one, as it would be written.
    pub(crate) fn words(&mut self, key: &'static str, example: &str) -> Option<Set<Vec<String>>> {
        let (value, at) = self.taken(key)?;
        let words = match &value {
            DeValue::Array(items) => {
                items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
            }
            _ => None,
        };
        match words {
            Some(value) => Some(Set { value, place: self.text.place(at) }),
            None => self.unfit(key, at, &format!("write a list of texts, such as {example}")),
        }
    }

    /// One text at `key`, or a list of them.
    pub(crate) fn text_or_words(&mut self, key: &'static str, example: &str) -> Option<Set<Vec<String>>> {
        let is_text = |(known, value): &Entry<'_>| known.get_ref() == key && value.get_ref().is_str();
        if self.entries.iter().any(is_text) {
            return self.text(key, |text| Ok::<_, String>(vec![text.to_owned()]));
        }
        self.words(key, example)
    }

    /// Whether a table stands at `key`, where another kind of value may stand as well.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.entries.iter().any(|(known, value)| known.get_ref() == key && value.get_ref().is_table())
    }

    /// What `read` makes of the table at `key`, whose faults and left keys are told with the document's.
    pub(crate) fn table<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut KeyedToml<'a>) -> T,
    ) -> Option<T> {
        let (value, at) = self.taken(key)?;
        let DeValue::Table(entries) = value else {
            return self.unfit(key, at, &format!("write a line [{key}], and its keys below it"));
        };
        let mut table = KeyedToml {
            text: self.text,
            prefix: format!("{}{key}.", self.prefix),
            start: at,
            entries: entries.into_iter().collect(),
            asked: Vec::new(),
            left: Vec::new(),
            faults: Vec::new(),
            missing: Vec::new(),
            remark: self.remark,
        };
        let made = read(&mut table);
        table.leave_rest();
        self.asked.append(&mut table.asked);
        self.left.append(&mut table.left);
        self.faults.append(&mut table.faults);
        self.missing.append(&mut table.missing);
        Some(made)
    }
}
