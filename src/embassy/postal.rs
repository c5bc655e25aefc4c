//! A mission's address as the post reads it: which parts stand on a line of their own, and where a line may be broken.
//!
//! The book has an address as one text. What is a street, a post-office box and a town in it is found by the city's name
//! and by the shape of postcodes; the parts keep their order, and nothing is added but the mission's name and country.

use unicode_normalization::UnicodeNormalization as _;

use super::Embassy;
use super::fact::Kind;
use crate::country::{self, Territory};

/// The lines of an address, the recipient's first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PostalAddress {
    lines: Vec<Line>,
}

/// What stands on one line where it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    parts: Vec<String>,
    joint: &'static str,
}

/// What stands in the place of a street that nobody knows.
pub(crate) const STREET_NOT_KNOWN: &str = "(street not known)";

/// Columns of a line where nothing says how wide it may be: the longest of the missions' names.
const COLUMNS: usize = 51;

impl Line {
    fn of(parts: &[&str]) -> Line {
        Line { parts: parts.iter().map(|part| (*part).to_owned()).collect(), joint: ", " }
    }
}

impl PostalAddress {
    /// Its lines, each as full as it `fits`.
    pub(crate) fn lines(&self, mut fits: impl FnMut(&str) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        for Line { parts, joint } in &self.lines {
            let mut line = String::new();
            for part in parts {
                let longer = if line.is_empty() { part.clone() } else { format!("{line}{joint}{part}") };
                if line.is_empty() || fits(&longer) {
                    line = longer;
                } else {
                    lines.push(std::mem::replace(&mut line, part.clone()));
                }
            }
            lines.extend(Some(line).filter(|line| !line.is_empty()));
        }
        lines
    }

    /// Its lines as plain text has them.
    pub(crate) fn text_lines(&self) -> Vec<String> {
        self.lines(|line| line.chars().count() <= COLUMNS)
    }

    /// The same address with the mission's short name, for a label.
    #[must_use]
    pub(crate) fn shortened(mut self, kind: Kind) -> PostalAddress {
        if let Some(recipient) = self.lines.first_mut() {
            *recipient = Line::of(&[kind.short_name()]);
        }
        self
    }
}

impl Embassy {
    /// The postal address with the country in capitals at its end, but for post within the country.
    pub(crate) fn postal(&self, posted_from: Option<Territory>) -> PostalAddress {
        let mut lines =
            vec![Line { parts: self.kind.official_name().map(str::to_owned).to_vec(), joint: " " }];
        if let Some(address) = &self.address {
            lines.extend(within_country(address, &self.city, self.country));
        } else {
            let city = Some(self.city.as_str()).filter(|city| !city.is_empty());
            lines.extend([STREET_NOT_KNOWN].into_iter().chain(city).map(|line| Line::of(&[line])));
        }
        // What is not yet an address names its country, wherever it is posted.
        if posted_from != Some(self.country) || self.address.is_none() {
            lines.push(Line::of(&[&self.country.capitals()]));
        }
        PostalAddress { lines }
    }

    /// The postal address in lines of plain text, with its country.
    pub(crate) fn post_lines(&self) -> Vec<String> {
        self.postal(None).text_lines()
    }
}

/// Street, box and town of an address.
fn within_country(address: &str, city: &str, country: Territory) -> Vec<Line> {
    let (address, bracketed) = without_box(address);
    let mut parts = parts(address);
    // The country has a line of its own; of a city that is called like it there may be no other word.
    let is_country = |part: &str| country::named(part) == Some(country) && !begins_with(part, city);
    if parts.len() > 1 && parts.last().is_some_and(|part| is_country(part)) {
        parts.pop();
    }
    let (street, town) = parts.split_at(town_begins(&parts, city, country));
    let mut lines = vec![Line::of(street)];
    match bracketed {
        // One that has its own town, such as "P.O. Box 7365, 11118 Amman", is another place than the street.
        Some(other) if other.contains(',') => {
            lines.extend([town_lines(town, country), vec![Line::of(&[other])]].concat());
        }
        other => {
            lines.extend(other.map(|other| Line::of(&[other])));
            lines.extend(town_lines(town, country));
        }
    }
    lines.retain(|line| !line.parts.is_empty());
    lines
}

/// The parts between commas, but not between those in brackets.
fn parts(address: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let parts = address.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// An address, and the post-office box that stands in brackets behind it.
fn without_box(address: &str) -> (&str, Option<&str>) {
    let address = address.trim();
    let bracketed = address.strip_suffix(')').and_then(|address| address.rsplit_once('('));
    match bracketed {
        Some((before, inside))
            if inside.contains(|c: char| c.is_ascii_digit()) && !before.trim().is_empty() =>
        {
            (before.trim().trim_end_matches(','), Some(inside.trim()))
        }
        _ => (address, None),
    }
}

/// Which part the town begins with: one with a postcode or the city's name; where there is neither, the last. The first
/// part is the street, whatever number it has.
fn town_begins(parts: &[&str], city: &str, country: Territory) -> usize {
    let last = parts.len().saturating_sub(1);
    let tail = 1.min(last);
    let with_postcode = (tail.max(last.saturating_sub(2))..=last).find(|&place| {
        let part = parts[place];
        begins_with_postcode(part, country) || (place + 1 >= last && ends_with_postcode(part))
    });
    // "Rīga, LV-1045": what stands alone belongs to the town before it.
    let with_postcode = with_postcode.map(|place| match parts.get(place) {
        Some(part) if place > tail && is_code(part) => place - 1,
        _ => place,
    });
    let with_city = (tail..=last).rev().find(|&place| begins_with(parts[place], city));
    with_postcode.into_iter().chain(with_city).min().unwrap_or(last)
}

/// `10179 Berlin`, `154 52 Athens`, `L-2152 Luxembourg`, `70443-900 Brasília`, `2517 JT The Hague`; in Iceland three digits.
fn begins_with_postcode(part: &str, country: Territory) -> bool {
    let code = part.trim_start_matches(|c: char| c.is_ascii_uppercase()).trim_start_matches('-');
    let is_of_code = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-');
    let (code, rest) = code.split_at(code.find(|c| !is_of_code(c)).unwrap_or(code.len()));
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let least = if country.code() == "IS" { 3 } else { 4 };
    code.ends_with(' ') && digits >= least && rest.starts_with(char::is_alphabetic)
}

/// `Tokyo 106-0046`, `London W1B 1JL`, `IL 60654`, `Rīga LV-1045`, `Bandar Seri Begawan BC2115`.
fn ends_with_postcode(part: &str) -> bool {
    let is_of_code =
        |word: &str| word.contains(|c: char| c.is_ascii_digit()) && !word.contains(char::is_lowercase);
    let code = part.split(' ').rev().take_while(|word| is_of_code(word)).collect::<String>();
    let signs = code.chars().filter(char::is_ascii_alphanumeric).count();
    signs >= 4
        && code.bytes().filter(u8::is_ascii_digit).count() >= 2
        && part.starts_with(char::is_alphabetic)
}

/// A postcode without its town: `LV-1045`, `STJ 1264`.
fn is_code(part: &str) -> bool {
    part.contains(|c: char| c.is_ascii_digit()) && !part.contains(char::is_lowercase)
}

/// Whether a part begins with the city's name, whatever its accents and apostrophes.
fn begins_with(part: &str, city: &str) -> bool {
    let plain = |text: &str| -> String {
        let bare = text.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
        bare.collect::<String>().replace('’', "'").to_lowercase()
    };
    // "Palikir (Pohnpei)" is Palikir, and "Washington, D.C." has been parted at its comma.
    let city = plain(city.split(['(', ',']).next().unwrap_or_default().trim());
    let part = plain(part);
    let rest = if city.is_empty() { None } else { part.strip_prefix(&city) };
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Where the post wants the postcode below the town (Royal Mail; UPU's sheet of the Russian Federation).
const POSTCODE_BELOW: [&str; 5] = ["GB", "GG", "JE", "IM", "RU"];

fn town_lines(town: &[&str], country: Territory) -> Vec<Line> {
    let (Some((last, before)), true) = (town.split_last(), POSTCODE_BELOW.contains(&country.code())) else {
        return vec![Line::of(town)];
    };
    let words: Vec<&str> = last.split(' ').collect();
    let of_code = words.iter().rev().take_while(|word| word.contains(|c: char| c.is_ascii_digit())).count();
    if of_code == 0 || of_code == words.len() {
        return vec![Line::of(town)];
    }
    let (name, code) = words.split_at(words.len() - of_code);
    let name = name.join(" ");
    let town: Vec<&str> = before.iter().copied().chain([name.as_str()]).collect();
    vec![Line::of(&town), Line::of(&[&code.join(" ")])]
}

#[cfg(test)]
mod tests;
