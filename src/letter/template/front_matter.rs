//! The TOML between the `+++` lines at the head of a template: what the letter is, apart from its text.
//!
//! Guarantees that every value may stand in a letter, and that a mistyped key is named with the right one.

use std::ops::Range;

use super::TemplateError;
use super::salutation::{self, Salutation};
use crate::keyed_toml::KeyedToml;
use crate::month_day::MonthDay;
use crate::plain_text;
use crate::wording::quoted;

/// How far a translation has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
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

impl Translation {
    fn named(text: &str) -> Result<Translation, &'static str> {
        match text {
            "original" => Ok(Translation::Original),
            "unreviewed" => Ok(Translation::Unreviewed),
            "reviewed" => Ok(Translation::Reviewed),
            _ => Err("write \"original\", \"unreviewed\" or \"reviewed\""),
        }
    }
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
    /// What `{{salutation}}` stands for, if the letter has one.
    pub salutation: Option<Salutation>,
    /// Month and day of the protest.
    pub protest_day: MonthDay,
    /// Whose words it has.
    pub source: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// Whether it is a translation, and how sure one.
    pub translation: Translation,
}

/// The front matter of `source`, and the byte at which the letter's text begins.
pub(super) fn read(file: &str, source: &str) -> Result<(FrontMatter, usize), TemplateError> {
    let range = locate(file, source)?;
    let after_fence = source[range.end..].find('\n').map_or(source.len(), |n| range.end + n + 1);
    let mut toml = KeyedToml::read(file, source, range)?;
    let language = toml.text("language", language);
    let language = toml.needed("language", "language = \"en\"", language);
    let subject = toml.text("subject", plain_text::line);
    let example = "subject = \"Please stop repatriating North Korean refugees\"";
    let subject = toml.needed("subject", example, subject);
    let addressee = toml.text("addressee", plain_text::line);
    let addressee = toml.needed("addressee", "addressee = \"President Xi Jinping\"", addressee);
    let own = toml.text("salutation", salutation::own);
    let to = toml.text("salutation_to", salutation::to);
    // One without the other would greet somebody in the wrong form.
    let (own, to) = match (own, to) {
        (None, None) => (None, None),
        (own, to) => (
            toml.needed("salutation", "salutation = \"Dear President Xi Jinping\"", own),
            toml.needed("salutation_to", "salutation_to = \"Dear {{addressee}}\"", to),
        ),
    };
    let title = toml.text("title", plain_text::line);
    let source = toml.text("source", plain_text::line);
    let published = toml.text("published", plain_text::line);
    let protest_day = toml.text("protest_day", str::parse);
    let translation = toml.text("translation", Translation::named);
    toml.end()?;
    let (Some(language), Some(subject), Some(addressee)) = (language, subject, addressee) else {
        // What is missing was told by `end`.
        return Err(TemplateError::NoFrontMatter { file: file.to_owned() });
    };
    let front_matter = FrontMatter {
        title: title.map_or_else(|| subject.value.clone(), |title| title.value),
        language: language.value,
        subject_line: subject.place.line,
        subject: subject.value,
        addressee: addressee.value,
        salutation: own.zip(to).map(|(own, to)| Salutation::new(own.value, to.value)),
        protest_day: protest_day.map_or(MonthDay::DECEMBER_2, |day| day.value),
        source: source.map(|source| source.value),
        published: published.map(|published| published.value),
        translation: translation.map(|translation| translation.value).unwrap_or_default(),
    };
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

fn language(text: &str) -> Result<String, String> {
    let language = plain_text::line(text).map_err(|problem| problem.to_string())?;
    if is_language_tag(&language) {
        return Ok(language);
    }
    Err(format!("{} is no language tag; write one such as \"en\", \"ja\" or \"zh-Hant\"", quoted(&language)))
}

fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    subtags.next().is_some_and(|primary| {
        (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic())
    }) && subtags.all(|s| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()))
}
