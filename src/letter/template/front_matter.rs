//! The TOML between the `+++` lines at the head of a template: what the letter is, apart from its text.
//!
//! Guarantees that every value may stand in a letter, and that a mistyped key is named with the right one.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::{Place, TemplateError};
use crate::plain_text;

/// How far a translation has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Translation {
    /// Not a translation.
    #[default]
    Original,
    /// No native speaker has read it yet.
    Unreviewed,
    /// A native speaker has read it.
    Reviewed,
}

/// What the head of a template says.
#[derive(Clone, Debug)]
pub(crate) struct FrontMatter {
    /// What the letter is called in lists.
    pub title: String,
    /// BCP 47 language tag of the text.
    pub language: String,
    /// The subject line, still with its fields.
    pub subject: String,
    /// Line of the file on which the subject stands.
    pub(super) subject_line: usize,
    /// Whom the letter addresses unless the signer says otherwise.
    pub addressee: String,
    /// Month and day of the protest.
    pub protest_day: (i8, i8),
    /// When it was published.
    pub published: Option<String>,
    /// Whether it is a translation, and how sure one.
    pub translation: Translation,
}

const KEYS: [&str; 8] =
    ["title", "language", "subject", "addressee", "protest_day", "source", "published", "translation"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: Option<Spanned<String>>,
    language: Option<Spanned<String>>,
    subject: Option<Spanned<String>>,
    addressee: Option<Spanned<String>>,
    protest_day: Option<Spanned<String>>,
    source: Option<Spanned<String>>,
    published: Option<Spanned<String>>,
    #[serde(default)]
    translation: Translation,
}

/// The front matter of `source`, and the byte at which the letter's text begins.
pub(super) fn read(file: &str, source: &str) -> Result<(FrontMatter, usize), TemplateError> {
    let toml_range = locate(file, source)?;
    let toml = &source[toml_range.clone()];
    let place = |span: Range<usize>| Place::of(file, source, toml_range.start + span.start);
    let raw: Raw = toml::from_str(toml).map_err(|error| refusal(&error, &place))?;

    let line = |key: &'static str, value: &Spanned<String>| {
        plain_text::line(value.get_ref()).map_err(|problem| TemplateError::Value {
            place: place(value.span()),
            key,
            problem: problem.to_string(),
        })
    };
    let required = |key: &'static str, value: &Option<Spanned<String>>| match value {
        Some(value) => line(key, value),
        None => Err(TemplateError::MissingKey { file: file.to_owned(), key, example: example(key) }),
    };
    let optional = |key: &'static str, value: &Option<Spanned<String>>| {
        value.as_ref().map(|value| line(key, value)).transpose()
    };

    let language = required("language", &raw.language)?;
    if !is_language_tag(&language) {
        return Err(TemplateError::Value {
            place: place(raw.language.as_ref().map_or(0..0, Spanned::span)),
            key: "language",
            problem: format!(
                "{language:?} is no language tag; write one such as \"en\", \"ja\" or \"zh-Hant\""
            ),
        });
    }
    let subject = required("subject", &raw.subject)?;
    // Told to a reader of the file alone, and checked like the rest.
    optional("source", &raw.source)?;
    let front_matter = FrontMatter {
        addressee: required("addressee", &raw.addressee)?,
        subject_line: place(raw.subject.as_ref().map_or(0..0, Spanned::span)).line,
        title: optional("title", &raw.title)?.unwrap_or_else(|| subject.clone()),
        published: optional("published", &raw.published)?,
        protest_day: match &raw.protest_day {
            None => (12, 2),
            Some(value) => month_and_day(value.get_ref()).ok_or_else(|| TemplateError::Value {
                place: place(value.span()),
                key: "protest_day",
                problem: format!("{:?} is no month and day; write it as \"12-02\"", value.get_ref()),
            })?,
        },
        translation: raw.translation,
        language,
        subject,
    };
    let after_fence = source[toml_range.end..].find('\n').map_or(source.len(), |n| toml_range.end + n + 1);
    Ok((front_matter, after_fence))
}

/// The bytes between the two `+++` lines.
fn locate(file: &str, source: &str) -> Result<Range<usize>, TemplateError> {
    let missing = || TemplateError::NoFrontMatter { file: file.to_owned() };
    let rest = source.strip_prefix("+++").ok_or_else(missing)?;
    let start = 3 + rest.find('\n').ok_or_else(missing)? + 1;
    if !source[3..start].trim().is_empty() {
        return Err(missing());
    }
    let mut offset = start;
    for line in source[start..].split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Ok(start..offset);
        }
        offset += line.len();
    }
    Err(TemplateError::OpenFrontMatter { file: file.to_owned() })
}

fn refusal(error: &toml::de::Error, place: &dyn Fn(Range<usize>) -> Place) -> TemplateError {
    let message = error.message().lines().next().unwrap_or("it cannot be read").to_owned();
    let problem = match unknown_key(&message) {
        Some(key) => match crate::suggestion::nearest(key, KEYS) {
            Some(known) => format!("unknown key \"{key}\"; did you mean \"{known}\"?"),
            None => format!("unknown key \"{key}\"; the known ones are {}", KEYS.join(", ")),
        },
        None if message.starts_with("unknown variant") => {
            "translation: write \"original\", \"unreviewed\" or \"reviewed\"".to_owned()
        }
        None => message,
    };
    TemplateError::FrontMatter { place: place(error.span().unwrap_or(0..0)), problem }
}

fn unknown_key(message: &str) -> Option<&str> {
    message.strip_prefix("unknown field `")?.split('`').next()
}

fn example(key: &str) -> &'static str {
    match key {
        "language" => "language = \"en\"",
        "subject" => "subject = \"Please stop repatriating North Korean refugees\"",
        _ => "addressee = \"President Xi Jinping\"",
    }
}

fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A leap year, so that February 29 is a day.
    jiff::civil::Date::new(2024, month, day).ok().map(|_| (month, day))
}

fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    subtags.next().is_some_and(|primary| {
        (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic())
    }) && subtags.all(|s| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()))
}
