//! What the page's script knows, as compact JSON: rows in fixed places rather than names over and over.
//!
//! The order of every row is that in which `browser/data.js` takes it apart.

use serde::Serialize;
use serde_json::{Value, json};

use super::webmail::{self, Webmail};
use super::{ActionPage, PageError, Version, countries, missions};
use crate::content_policy;
use crate::language::Direction;
use crate::letter::date;
use crate::letter::gapped::{Gapped, Piece};
use crate::letter::template::Translation;
use crate::words::Words;

/// The keys of the page's own sentences.
pub(super) const PREFIX: &str = "page_";

#[derive(Serialize)]
struct Data<'a> {
    /// Whether the page may offer the browser's language: nobody has chosen one for it.
    offers: bool,
    title: Option<&'a str>,
    contact: Option<String>,
    /// The keys of the sentences, in the order in which each language has them.
    keys: Vec<&'a str>,
    languages: Vec<Value>,
    countries: countries::Countries,
    missions: missions::Missions<'a>,
    webmail: Vec<Webmail>,
}

/// The data of `page` as a script element can hold them.
pub(super) fn json(page: &ActionPage<'_>, versions: &[Version]) -> Result<String, PageError> {
    let keys: Vec<&str> = Words::of("en").beginning_with(PREFIX).map(|(key, _)| key).collect();
    let tags: Vec<&str> = versions.iter().map(Version::tag).collect();
    let data = Data {
        offers: page.languages.is_empty() && versions.len() > 1,
        title: page.title,
        contact: page.contact.map(ToString::to_string),
        languages: versions.iter().map(|version| language(version, &keys)).collect(),
        keys,
        countries: countries::Countries::of(&tags),
        missions: missions::Missions::of(page.book),
        webmail: webmail::all(),
    };
    Ok(content_policy::for_a_script(&serde_json::to_string(&data).map_err(PageError::Data)?))
}

fn language(version: &Version, keys: &[&str]) -> Value {
    let front_matter = &version.template.front_matter;
    let tag = version.tag();
    let words: Vec<&str> = keys.iter().map(|key| version.words.sentence(key)).collect();
    json!({
        "tag": tag,
        "name": version.name(),
        "dir": Direction::of(tag).word(),
        // The words may be English where there are none in the letter's language.
        "said": [version.words.tag(), Direction::of(version.words.tag()).word()],
        "unreviewed": version.words.is_unreviewed() || front_matter.translation == Translation::Unreviewed,
        "words": words,
        "countries": countries::names(tag),
        "date": date::manner(tag),
        "source": version.source(),
        "letter": letter(&version.gapped),
    })
}

fn letter(gapped: &Gapped) -> Value {
    let subjects = &gapped.subjects;
    let is_one = subjects.iter().all(|subject| *subject == subjects[0]);
    json!({
        // One where city and note make no difference.
        "subjects": subjects.iter().take(if is_one { 1 } else { 4 }).map(|subject| pieces(subject)).collect::<Vec<_>>(),
        "paragraphs": gapped.paragraphs.iter().map(|paragraph| pieces(paragraph)).collect::<Vec<_>>(),
        "texts": gapped.texts,
        "saysCityOnce": gapped.says_city_once,
    })
}

/// A text alone, or pieces between which the numbers of gaps stand.
fn pieces(pieces: &[Piece]) -> Value {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => json!(text),
        Piece::Gap(gap) => json!(gap.number()),
    };
    match pieces {
        [Piece::Text(text)] => json!(text),
        pieces => pieces.iter().map(piece).collect(),
    }
}
