//! What makes a letter one that must not go out under a signer's name, though it can be read: a field of another
//! program, which would stand there as it is, or no signer's name at all.

use std::fmt;

use super::field::Field;
use crate::place::Place;
use crate::signer;
use crate::signer::list::synonyms;

/// Why a letter is shown and not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    place: Option<Place>,
    file: String,
    problem: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.problem),
            None => write!(f, "{}: {}", self.file, self.problem),
        }
    }
}

const UNSIGNED: &str = "this letter does not hold {{signer.name}}: nobody's name would stand under it";

/// The flaw of the letter whose text begins at byte `start` of `source` and has these fields.
pub(super) fn find<'a>(
    file: &str,
    source: &str,
    start: usize,
    mut fields: impl Iterator<Item = &'a Field>,
) -> Option<Flaw> {
    let flaw = |place, problem| Flaw { place, file: file.to_owned(), problem };
    let is_signed = fields.any(|field| *field == Field::SignerName);
    if let Some((offset, shown, meant)) = foreign(&source[start..]) {
        let hint = match meant {
            Some(field) => format!("did you mean {{{{{field}}}}}?"),
            None => "a letter's fields stand in double braces, such as {{signer.name}}".to_owned(),
        };
        let place = Place::of(file, source, start + offset);
        let unsigned = if is_signed { String::new() } else { format!(" As it is, {UNSIGNED}") };
        let problem = format!("{shown} looks like a field of another program; {hint}{unsigned}");
        return Some(flaw(Some(place), problem));
    }
    (!is_signed).then(|| flaw(None, UNSIGNED.to_owned()))
}

/// What opens and closes a field, and what must be true of the words in it.
type Mark = (&'static str, &'static str, fn(&str) -> bool);

/// How other programs write a field.
const MARKS: [Mark; 11] = [
    ("*|", "|*", is_short),
    ("<<", ">>", is_word),
    ("[[", "]]", is_word),
    ("%%", "%%", is_word),
    ("${", "}", is_word),
    ("#{", "}", is_word),
    ("{", "}", is_word),
    ("%", "%", is_word),
    // These are punctuation too: only what names a part of a letter is a field.
    ("«", "»", is_part),
    ("[", "]", is_part),
    ("(", ")", is_part),
];

/// Whether one of the marks begins so: of a letter's characters next to none does.
fn may_open(c: char) -> bool {
    matches!(c, '*' | '<' | '[' | '%' | '$' | '#' | '{' | '«' | '(')
}

/// The first field of another program in `text`: where, as it stands there, and the field of ours that it means.
fn foreign(text: &str) -> Option<(usize, String, Option<Field>)> {
    for (offset, _) in text.char_indices().filter(|(_, c)| may_open(*c)) {
        let rest = &text[offset..];
        // Ours, which may stand in quotation marks or brackets.
        if rest.starts_with("{{") || text[..offset].ends_with('{') {
            continue;
        }
        for (opens, closes, fits) in MARKS {
            let Some(inner) = rest.strip_prefix(opens) else { continue };
            let Some(end) =
                inner.char_indices().take(60).map(|(at, _)| at).find(|at| inner[*at..].starts_with(closes))
            else {
                continue;
            };
            let word = &inner[..end];
            // A link's text is no field.
            let is_link = opens == "[" && inner[end + 1..].starts_with(['(', '[', ':']);
            if !is_link && !word.contains(['{', '\n']) && fits(word) {
                return Some((offset, format!("{opens}{word}{closes}"), meant(word)));
            }
        }
    }
    None
}

fn is_short(word: &str) -> bool {
    !word.trim().is_empty()
}

/// `FNAME`, `first name`, `merge-field.1`: begins with a letter, and has no punctuation of prose in it.
fn is_word(word: &str) -> bool {
    word.starts_with(char::is_alphabetic)
        && word.ends_with(char::is_alphanumeric)
        && word.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c))
}

/// Whether these words name a part of a letter: "Your Name", "Ort", "氏名".
fn is_part(word: &str) -> bool {
    is_word(word.trim()) && meant(word).is_some()
}

/// The field that these words mean.
fn meant(word: &str) -> Option<Field> {
    let key = synonyms::key(word);
    let bare = ["insert", "enter", "your", "my", "the", "signers", "signer"]
        .iter()
        .fold(key.as_str(), |key, before| {
            key.strip_prefix(before).filter(|rest| !rest.is_empty()).unwrap_or(key)
        });
    if let Some(field) = synonyms::field(bare).or_else(|| synonyms::field(&key)) {
        return match field {
            signer::Field::Name => Some(Field::SignerName),
            signer::Field::City => Some(Field::SignerCity),
            signer::Field::Country => Some(Field::SignerCountry),
            signer::Field::Note => Some(Field::SignerNote),
            signer::Field::Addressee => Some(Field::Addressee),
            _ => None,
        };
    }
    match bare {
        "date" | "today" => Some(Field::Date),
        _ if synonyms::may_be_a_note(bare) => Some(Field::SignerNote),
        _ if synonyms::part_of_a_name(bare).is_some()
            || ["name", "fname", "lname"].iter().any(|end| bare.ends_with(end)) =>
        {
            Some(Field::SignerName)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{MARKS, foreign, may_open};

    #[test]
    fn every_mark_is_looked_for() {
        assert!(MARKS.iter().all(|(opens, ..)| opens.starts_with(may_open)));
    }

    #[test]
    fn a_field_of_another_program_is_seen_and_the_one_that_it_means_named() {
        for (text, shown, meant) in [
            ("Yours,\n*|FULLNAME|*", "*|FULLNAME|*", Some("signer.name")),
            ("Yours, [Your Name]", "[Your Name]", Some("signer.name")),
            ("«Name»", "«Name»", Some("signer.name")),
            ("(Your name)", "(Your name)", Some("signer.name")),
            ("I live in <<City>>", "<<City>>", Some("signer.city")),
            ("%FIRST_NAME%", "%FIRST_NAME%", Some("signer.name")),
            ("{signer.name}", "{signer.name}", Some("signer.name")),
            ("${land}", "${land}", Some("signer.country")),
            ("[氏名]", "[氏名]", Some("signer.name")),
            ("[Vorname]", "[Vorname]", Some("signer.name")),
            ("*|MC_PREVIEW_TEXT|*", "*|MC_PREVIEW_TEXT|*", None),
        ] {
            let (_, found, field) = foreign(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (found.as_str(), field.map(|field| field.to_string()).as_deref()),
                (shown, meant),
                "{text}"
            );
        }
    }

    #[test]
    fn prose_brackets_links_and_our_own_fields_are_none() {
        for text in [
            "the \"Convention\" («Convention de Genève») of 1951 [sic]",
            "see [the name](https://example.org)",
            "({{signer.name}}) [{{signer.city}}] «{{date}}»",
            "50% of 20% are (most of them) children",
            "a < b << c, and {in braces, with a comma}",
            "{{#if signer.note}}x{{/if}}",
        ] {
            assert_eq!(foreign(text), None, "{text}");
        }
    }
}
