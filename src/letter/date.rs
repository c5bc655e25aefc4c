//! Dates as a letter writes them, in the letter's language.
//!
//! The patterns are CLDR's long date and its month-and-day form; a language that is not here gets ISO 8601,
//! which misleads nobody.

use jiff::civil::Date;

/// `date` with its year: "December 2, 2026".
pub fn full(date: Date, language: &str) -> String {
    let Some(style) = style(language) else { return date.to_string() };
    pattern(style.full, style.months, date)
}

/// The day alone: "December 2".
pub fn month_and_day(month: i8, day: i8, language: &str) -> String {
    // A leap year, so that February 29 is a day; its year is not shown.
    let Ok(date) = Date::new(2024, month, day) else { return String::new() };
    match style(language) {
        Some(style) => pattern(style.day, style.months, date),
        None => date.strftime("%m-%d").to_string(),
    }
}

struct Style {
    /// With `{d}` day, `{m}` month's number, `{M}` month's name, `{y}` year.
    full: &'static str,
    day: &'static str,
    months: &'static [&'static str; 12],
}

fn pattern(pattern: &str, months: &[&str; 12], date: Date) -> String {
    let month = usize::try_from(date.month()).unwrap_or(1);
    pattern
        .replace("{d}", &date.day().to_string())
        .replace("{m}", &date.month().to_string())
        .replace("{M}", months.get(month - 1).copied().unwrap_or_default())
        .replace("{y}", &date.year().to_string())
}

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn style(language: &str) -> Option<&'static Style> {
    const STYLES: [(&str, Style); 1] =
        [("en", Style { full: "{M} {d}, {y}", day: "{M} {d}", months: &ENGLISH })];
    STYLES
        .iter()
        .find(|(tag, _)| language == *tag || language.split('-').next() == Some(tag))
        .map(|(_, style)| style)
}

#[cfg(test)]
mod tests {
    use super::{full, month_and_day};
    use jiff::civil::date;

    #[test]
    fn a_date_reads_as_the_language_writes_it() {
        assert_eq!(full(date(2026, 12, 2), "en"), "December 2, 2026");
        assert_eq!(month_and_day(12, 2, "en-GB"), "December 2");
        assert_eq!(full(date(2026, 12, 2), "tlh"), "2026-12-02");
    }
}
