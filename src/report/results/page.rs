//! The results as a page: whole in one file, read without a script, which only changes the language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::chart::bars;
use super::hidden::Shown;
use super::logo::Logo;
use super::{Days, Results, map};
use crate::content_policy::{self, policy};
use crate::country::Territory;
use crate::exit::{Exit, ExitCode};
use crate::language::{self, Direction};
use crate::ledger::Counts;
use crate::letter::form::html::escape;
use crate::letter::language_names::{Meant, meant};
use crate::page::parts::filled;
use crate::wording::grouped;
use crate::words::{self, Words};

const PAGE: &str = include_str!("browser/results.html");
const STYLE: &str = include_str!("browser/results.css");
const SCRIPT: &str = include_str!("browser/results.js");

/// What the results page is made from.
pub(crate) struct ResultsPage<'a> {
    /// What is shown.
    pub results: &'a Results,
    /// What the page is called, where it is not what it says of itself.
    pub title: Option<&'a str>,
    /// A picture over the title.
    pub logo: Option<&'a Logo>,
    /// Its languages, that in which it opens first.
    pub languages: Vec<&'static Words>,
}

/// A language in which there are no words for the page.
#[derive(Debug, thiserror::Error)]
#[error("the page cannot speak \"{0}\"{1}; it can speak {2}")]
pub(crate) struct UnknownLanguage(String, String, String);

impl ExitCode for UnknownLanguage {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

/// The languages asked for and English; where none was asked for, all, English first.
///
/// # Errors
/// Where there are no words in one.
pub(crate) fn languages(asked: &[String]) -> Result<Vec<&'static Words>, UnknownLanguage> {
    let mut tags: Vec<&'static str> = asked.iter().map(|text| known(text)).collect::<Result<_, _>>()?;
    tags.extend(words::tags().take(if asked.is_empty() { usize::MAX } else { 1 }));
    let mut languages: Vec<&Words> = Vec::new();
    for tag in tags {
        if !languages.iter().any(|known| known.tag() == tag) {
            languages.push(Words::of(tag));
        }
    }
    Ok(languages)
}

fn known(text: &str) -> Result<&'static str, UnknownLanguage> {
    let choose = |tag: &str| language::choose(tag, words::tags());
    let hint = match (choose(text), meant(text)) {
        (Some(tag), _) => return Ok(tag),
        (None, Meant::Tag(tag)) => match choose(tag) {
            Some(tag) => return Ok(tag),
            None => Vec::new(),
        },
        (None, Meant::Perhaps(tags)) => tags,
    };
    let hint = if hint.is_empty() { String::new() } else { format!(": did you mean {}?", hint.join(" or ")) };
    let known = words::tags().collect::<Vec<_>>().join(", ");
    Err(UnknownLanguage(text.to_owned(), hint, known))
}

/// The outcomes with the keys of their words, and how many letters each has.
fn outcomes(counts: &Counts) -> [(&'static str, u64); 7] {
    [
        ("results_accepted", counts.accepted),
        ("results_by_post", counts.by_post),
        ("results_pending", counts.pending),
        ("results_deferred", counts.deferred),
        ("results_refused", counts.refused),
        ("results_in_doubt", counts.in_doubt),
        ("results_bounced", counts.bounced),
    ]
}

impl ResultsPage<'_> {
    /// The page's file.
    pub(crate) fn render(&self) -> String {
        let words = self.languages.first().copied().unwrap_or(Words::of("en"));
        let results = self.results;
        let has_choice = self.languages.len() > 1;
        // Each {name} in results.html is a sentence of the words or one of the parts below.
        filled(PAGE, 128 * 1024, |name, html| match name {
            "policy" => html.push_str(&policy(if has_choice { &[SCRIPT] } else { &[] }, &[STYLE])),
            "style" => html.push_str(STYLE),
            "lang" => html.push_str(words.tag()),
            "dir" => html.push_str(Direction::of(words.tag()).word()),
            "title" => html.push_str(&escape(self.title.unwrap_or(words.sentence("results_title")))),
            "logo" => html.push_str(&self.logo.map_or_else(String::new, |logo| {
                format!("<img class=\"logo\" alt=\"\" src=\"{}\">\n", logo.address())
            })),
            "as_of" => html.push_str(&escape(&self.as_of(words))),
            "chooser" if has_choice => {
                let label = escape(words.sentence("page_language"));
                let _ = write!(
                    html,
                    "<p id=\"chooser\" class=\"chooser\" hidden><label for=\"language\" data-word=\"page_language\">{label}</label>\n\
                         <select id=\"language\" autocomplete=\"off\"></select></p>\n",
                );
            }
            "total" => html.push_str(&grouped(results.totals.total())),
            "outcomes" => {
                let told = outcomes(&results.totals)
                    .into_iter()
                    .filter(|(key, count)| *count > 0 || *key == "results_accepted");
                told.for_each(|(key, count)| row(html, key, count, words));
            }
            "channels" => {
                let Counts { by_post, pending, .. } = results.totals;
                let by_mail = results.totals.total() - by_post - pending;
                let told = [
                    ("results_by_mail", by_mail),
                    ("results_by_post", by_post),
                    ("results_pending", pending),
                ];
                told.into_iter()
                    .filter(|(_, count)| *count > 0)
                    .for_each(|(key, count)| row(html, key, count, words));
            }
            "few" if !results.has_parts() => html.push_str(&said("p", "means", "results_few", words)),
            "parts" => {
                countries(html, &results.countries, words);
                days(html, &results.days, words);
            }
            "data" if has_choice => {
                let _ =
                    writeln!(html, "<script type=\"application/json\" id=\"data\">{}</script>", self.data());
            }
            "script" if has_choice => {
                let _ = writeln!(html, "<script>{SCRIPT}</script>");
            }
            key if key.starts_with("results_") => html.push_str(&escape(words.sentence(key))),
            _ => {}
        })
    }

    fn as_of(&self, words: &Words) -> String {
        // Isolated, so that it stays in its order in a line from right to left.
        let at = format!("\u{2066}{}\u{2069}", self.results.at.format("%Y-%m-%d %H:%M"));
        words.with("results_as_of", &[("date", &at)])
    }

    /// What the script needs to speak each language.
    fn data(&self) -> String {
        let languages: Vec<Value> = self
            .languages
            .iter()
            .map(|words| {
                let sentences: BTreeMap<&str, &str> = words
                    .beginning_with("results_")
                    .chain([("page_language", words.sentence("page_language"))])
                    .collect();
                let named = self.results.countries.iter().map(|(country, _)| country);
                let countries: BTreeMap<&str, &str> =
                    named.map(|country| (country.code(), country.name_in(words.tag()))).collect();
                json!({
                    "tag": words.tag(),
                    "name": words.sentence("language"),
                    "dir": Direction::of(words.tag()).word(),
                    "title": self.title.is_none().then(|| words.sentence("results_title")),
                    "asOf": self.as_of(words),
                    "words": sentences,
                    "countries": countries,
                })
            })
            .collect();
        content_policy::for_a_script(&Value::Array(languages).to_string())
    }
}

/// An element that holds one sentence, which the script can change.
fn said(element: &str, class: &str, key: &str, words: &Words) -> String {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    format!("<{element}{class} data-word=\"{key}\">{}</{element}>\n", escape(words.sentence(key)))
}

fn row(html: &mut String, key: &str, count: u64, words: &Words) {
    let name = escape(words.sentence(key));
    let _ = writeln!(
        html,
        "<tr><th scope=\"row\" data-word=\"{key}\">{name}</th><td class=\"number\">{}</td></tr>",
        grouped(count)
    );
}

/// The beginning of a table of letters by country or by day; one with many rows is set in columns.
fn head(html: &mut String, key: &str, rows: usize, words: &Words) {
    const FEW_ROWS: usize = 12;
    let columns = if rows > FEW_ROWS { " class=\"columns\"" } else { "" };
    let _ = writeln!(
        html,
        "<div{columns}><table>\n<thead><tr><th scope=\"col\" data-word=\"{key}\">{}</th><th scope=\"col\" class=\"number\" \
         data-word=\"results_letters\">{}</th></tr></thead>\n<tbody>",
        escape(words.sentence(key)),
        escape(words.sentence("results_letters"))
    );
}

/// The map, the bars and the table of the countries.
fn countries(html: &mut String, countries: &[(Territory, Shown)], words: &Words) {
    if countries.is_empty() {
        return;
    }
    let heading = words.sentence("results_countries");
    html.push_str("<section>\n");
    html.push_str(&said("h2", "", "results_countries", words));
    map::draw(html, countries, heading);
    html.push_str("<ul class=\"legend\">\n");
    let has_hidden = countries.iter().any(|(_, shown)| !matches!(shown, Shown::Letters(_)));
    if has_hidden {
        let hidden = said("span", "", "results_not_shown", words);
        let _ = writeln!(html, "<li><i class=\"c0\"></i>{hidden}</li>");
    }
    for (class, letters) in map::legend() {
        if countries.iter().any(|(_, shown)| map::class(*shown) == class) {
            let _ = writeln!(html, "<li><i class=\"c{class}\"></i><bdi dir=\"ltr\">{letters}</bdi></li>");
        }
    }
    html.push_str("</ul>\n");
    let told: Vec<(&Territory, u64)> = countries
        .iter()
        .filter_map(|(country, shown)| match shown {
            Shown::Letters(sum) => Some((country, *sum)),
            Shown::Few | Shown::Hidden => None,
        })
        .collect();
    let labels = told.iter().map(|(country, _)| {
        format!("<tspan data-country=\"{}\">{}</tspan>", country.code(), escape(country.name_in(words.tag())))
    });
    bars(
        html,
        &labels.zip(told.iter().map(|(_, sum)| *sum)).collect::<Vec<_>>(),
        "results_countries",
        heading,
    );
    head(html, "results_country", countries.len(), words);
    for (country, shown) in countries {
        let name = escape(country.name_in(words.tag()));
        let figure = match shown {
            Shown::Letters(sum) => format!("<td class=\"number\">{}</td>", grouped(*sum)),
            Shown::Few => said("td", "number", "results_fewer", words),
            Shown::Hidden => said("td", "number", "results_not_shown", words),
        };
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\" data-country=\"{}\">{name}</th>{figure}</tr>",
            country.code()
        );
    }
    html.push_str("</tbody></table></div>\n");
    if has_hidden {
        html.push_str(&said("p", "means", "results_hidden_means", words));
    }
    html.push_str(&said("p", "means", "results_map_source", words));
    html.push_str("</section>\n");
}

/// Bars and table of the days.
fn days(html: &mut String, days: &[Days], words: &Words) {
    if days.is_empty() {
        return;
    }
    let heading = words.sentence("results_days");
    html.push_str("<section>\n");
    html.push_str(&said("h2", "", "results_days", words));
    let label = |days: &Days| match days {
        Days { first, last, .. } if first == last => first.to_string(),
        Days { first, last, .. } => format!("{first} – {last}"),
    };
    let drawn: Vec<(String, u64)> = days.iter().map(|days| (label(days), days.letters)).collect();
    bars(html, &drawn, "results_days", heading);
    head(html, "results_day", drawn.len(), words);
    for (label, letters) in drawn {
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\"><bdi dir=\"ltr\">{label}</bdi></th><td class=\"number\">{}</td></tr>",
            grouped(letters)
        );
    }
    html.push_str("</tbody></table></div>\n");
    html.push_str(&said("p", "means", "results_days_means", words));
    html.push_str("</section>\n");
}

#[cfg(test)]
mod tests;
