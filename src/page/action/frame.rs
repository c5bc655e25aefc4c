//! The page around its data: `browser/page.html` with the sentences of the language in which it opens, so that it can be read
//! where no script runs.

use std::fmt::Write as _;

use super::data::{self, PREFIX};
use super::{ActionPage, PageError, Version, missions};
use crate::content_policy::policy;
use crate::embassy::{Checked, Confidence};
use crate::language::Direction;
use crate::letter::form::html::escape;
use crate::letter::gapped::{Gap, Piece};
use crate::page::parts::filled;
use crate::words::Words;

const PAGE: &str = include_str!("browser/page.html");
const STYLE: &str = include_str!("browser/page.css");
/// What hides the form where nothing can be done with it.
const STYLE_WITHOUT_SCRIPT: &str = ".form, .ways, .webmail { display: none; }\n";
const SCRIPT: &str = concat!(
    "'use strict';\n",
    include_str!("browser/data.js"),
    include_str!("browser/text.js"),
    include_str!("browser/country.js"),
    include_str!("browser/letter.js"),
    include_str!("browser/mail.js"),
    include_str!("browser/page.js"),
);

/// The file.
pub(super) fn render(page: &ActionPage<'_>, versions: &[Version]) -> Result<String, PageError> {
    let Some(opening) = versions.first() else { return Ok(String::new()) };
    let words = opening.words;
    let data = data::json(page, versions)?;
    let contact = page.contact.map(ToString::to_string);
    // Each {name} in page.html is a sentence of the words or one of the parts below.
    Ok(filled(PAGE, data.len() + 128 * 1024, |name, html| match name {
        "policy" => html.push_str(&policy(&[SCRIPT], &[STYLE, STYLE_WITHOUT_SCRIPT])),
        "style" => html.push_str(STYLE),
        "style_without_script" => html.push_str(STYLE_WITHOUT_SCRIPT),
        "script" => html.push_str(SCRIPT),
        "data" => html.push_str(&data),
        "lang" => html.push_str(&escape(words.tag())),
        "dir" => html.push_str(Direction::of(words.tag()).word()),
        "letter_lang" => html.push_str(&escape(opening.tag())),
        "letter_dir" => html.push_str(Direction::of(opening.tag()).word()),
        "title" => html.push_str(&escape(page.title.unwrap_or(words.sentence("page_title")))),
        "subject" => html.push_str(&escape(&open(&opening.gapped.subjects[0], words))),
        "letter" => html.push_str(&escape(&text(opening))),
        "contact" => html.push_str(
            &contact
                .as_deref()
                .map_or_else(String::new, |contact| words_with_link("page_contact", contact, words)),
        ),
        "checked" => html.push_str(&escape(
            &words.with("page_addresses_checked", &[("date", &missions::newest_check(page.book))]),
        )),
        "source" => html.push_str(&escape(&words.with("page_source", &[("source", &opening.source())]))),
        "addresses" => addresses(html, page, opening),
        key if key.starts_with(PREFIX) => html.push_str(&escape(words.sentence(key))),
        other => html.push_str(other),
    }))
}

impl Version {
    /// What the letter's language calls itself.
    pub(super) fn name(&self) -> String {
        if self.words.tag() == self.tag() || crate::language::is_same_language(self.words.tag(), self.tag()) {
            self.words.sentence("language").to_owned()
        } else {
            self.tag().to_owned()
        }
    }

    /// Whose words the letter has.
    pub(super) fn source(&self) -> String {
        let front_matter = &self.template.front_matter;
        let source = front_matter.source.as_deref().unwrap_or(&front_matter.title);
        match &front_matter.published {
            Some(published) => format!("{source}, {published}"),
            None => source.to_owned(),
        }
    }
}

/// The letter as it stands before anybody has typed anything.
fn text(version: &Version) -> String {
    let paragraphs = version.gapped.texts[0].iter().filter_map(|place| version.gapped.paragraphs.get(*place));
    paragraphs.map(|paragraph| open(paragraph, version.words)).collect::<Vec<_>>().join("\n\n")
}

/// Pieces with what stands for a value that is not there yet.
fn open(pieces: &[Piece], words: &Words) -> String {
    let shown = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Gap(Gap::Name) => words.sentence("page_your_name").to_owned(),
        Piece::Gap(Gap::Country | Gap::TheCountry) => words.sentence("page_your_country").to_owned(),
        Piece::Gap(_) => "…".to_owned(),
    };
    pieces.iter().map(shown).collect()
}

/// A sentence with an e-mail address in it that can be followed.
fn words_with_link(key: &str, address: &str, words: &Words) -> String {
    let (before, after) = words.sentence(key).split_once("{contact}").unwrap_or_default();
    let link = format!("<a href=\"mailto:{0}\" rel=\"noreferrer noopener\">{0}</a>", escape(address));
    format!("{}{link}{}", escape(before), escape(after))
}

/// Every mission's address, for browsers that run no script. The links have no subject: percent-encoded in Hindi, a hundred
/// and fifty of them would be a third of the page.
fn addresses(html: &mut String, page: &ActionPage<'_>, opening: &Version) {
    let words = opening.words;
    let mut last = None;
    for row in missions::written_to(page.book) {
        if last != Some(row.country) {
            html.push_str(if last.is_some() { "</ul>\n" } else { "" });
            let _ = write!(html, "<h3>{}</h3>\n<ul>\n", escape(row.country.name_in(opening.tag())));
            last = Some(row.country);
        }
        let kind = words.sentence(&format!("page_kind_{}", row.kind.to_string().replace('-', "_")));
        let _ = write!(html, "<li>{}, {}", escape(kind), escape(&row.city));
        let standing = |checked: &Checked, sure: Confidence| {
            format!(
                "(<bdi dir=\"ltr\">{checked}</bdi>, {})",
                escape(words.sentence(&format!("page_sure_{sure}")))
            )
        };
        if row.address.is_some() {
            let lines = escape(&row.post_lines()[1..].join(", "));
            let standing = standing(&row.checked, row.confidence);
            let _ = write!(html, ": <span lang=\"en\" dir=\"auto\">{lines}</span> {standing}");
        }
        if let Some(email) = &row.email {
            let address = escape(&email.mailbox.to_string());
            let standing = standing(&email.checked, email.confidence);
            let _ = write!(
                html,
                " · <a href=\"mailto:{address}\" rel=\"noreferrer noopener\">{address}</a> {standing}"
            );
        }
        html.push_str("</li>\n");
    }
    html.push_str(if last.is_some() { "</ul>\n" } else { "" });
}
