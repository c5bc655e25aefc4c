//! Dates and places as a letter writes them, in the letter's language: CLDR's long date, its month and day, and what
//! stands over a letter and under a name.
//!
//! A language that letters are not written in gets ISO 8601, which misleads nobody.

use chrono::{Datelike as _, NaiveDate};

use super::languages::Language;
use crate::language::Direction;
use crate::month_day::MonthDay;

/// `date` with its year: "December 2, 2026".
pub(crate) fn full(date: NaiveDate, language: &str) -> String {
    match Language::of(language) {
        Some(language) => pattern(language.full, &language, date),
        None => date.to_string(),
    }
}

/// The day alone: "December 2".
pub(crate) fn month_and_day(day: MonthDay, language: &str) -> String {
    match Language::of(language) {
        Some(language) => pattern(language.day, &language, day.in_a_leap_year()),
        None => day.to_string(),
    }
}

/// `date` as it stands over a letter from `city`: "Osaka, December 2, 2026".
pub(super) fn over_a_letter(city: Option<&str>, date: NaiveDate, language: &str) -> String {
    let known = Language::of(language);
    let date = full(date, language);
    match (city, known) {
        (Some(city), Some(known)) => known
            .dateline
            .replace("{date}", &date)
            .replace("{city}", &(city.to_owned() + end_of_name(language))),
        (Some(city), None) => format!("{city}, {date}"),
        (None, Some(known)) => capitalized(&known.alone.replace("{date}", &date)),
        (None, None) => date,
    }
}

/// "Osaka, Japan", in the order and with the marks of the language.
pub(super) fn place(city: &str, country: &str, language: &str) -> String {
    let pattern = Language::of(language).map_or("{city}, {country}", |known| known.place);
    pattern.replace("{country}", country).replace("{city}", city)
}

/// In a line from right to left a day that follows a name in Latin letters would stand on the wrong side of the name,
/// apart from its month (UAX #9, W7): a mark that is not seen ends the name.
fn end_of_name(language: &str) -> &'static str {
    match Direction::of(language) {
        Direction::Rtl => "\u{200F}",
        Direction::Ltr => "",
    }
}

/// A line of its own begins with a capital, in the scripts that have them.
fn capitalized(line: &str) -> String {
    let mut rest = line.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// How a language writes dates, for whoever writes them elsewhere: as [`full`] and [`over_a_letter`] do.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Manner {
    /// A date, with `{d}` day, `{m}` month's number, `{M}` month's name, `{y}` year; `{0m}` and `{0d}` have two figures.
    full: &'static str,
    /// The first day of a month.
    first: &'static str,
    /// What its calendar counts more than the Gregorian one.
    years: i32,
    /// January first; none where months have no names here.
    months: Vec<&'static str>,
    /// City and date over a letter, with `{city}` and `{date}`.
    dateline: &'static str,
    /// The date over a letter from no city.
    alone: &'static str,
}

/// How `language` writes dates.
pub(crate) fn manner(language: &str) -> Manner {
    match Language::of(language) {
        Some(known) => Manner {
            full: known.full,
            first: known.first,
            years: known.years,
            months: (1..=12).map(|number| known.month(number)).collect(),
            dateline: known.dateline,
            alone: known.alone,
        },
        None => Manner {
            full: "{y}-{0m}-{0d}",
            first: "1",
            years: 0,
            months: Vec::new(),
            dateline: "{city}, {date}",
            alone: "{date}",
        },
    }
}

fn pattern(pattern: &str, language: &Language, date: NaiveDate) -> String {
    let day = if date.day() == 1 { language.first.to_owned() } else { date.day().to_string() };
    pattern
        .replace("{d}", &day)
        .replace("{m}", &date.month().to_string())
        .replace("{M}", language.month(date.month()))
        .replace("{y}", &(date.year() + language.years).to_string())
}

#[cfg(test)]
mod tests {
    use super::{full, month_and_day, over_a_letter, place};
    use crate::month_day::MonthDay;
    use crate::zone::date;

    /// As ICU's `DateFormat` writes them (long style; skeleton `MMMMd`), but for three: Polish letters end the year
    /// with "r.", Vietnamese ones write the words for day and year, and Mongolian ones the month's number.
    #[test]
    fn a_date_reads_as_each_language_writes_it() {
        for (language, long, day) in [
            ("en", "December 2, 2026", "December 2"),
            ("ja", "2026年12月2日", "12月2日"),
            ("ko", "2026년 12월 2일", "12월 2일"),
            ("zh-Hans", "2026年12月2日", "12月2日"),
            ("zh-Hant", "2026年12月2日", "12月2日"),
            ("fr", "2 décembre 2026", "2 décembre"),
            ("de", "2. Dezember 2026", "2. Dezember"),
            ("es", "2 de diciembre de 2026", "2 de diciembre"),
            ("pt", "2 de dezembro de 2026", "2 de dezembro"),
            ("it", "2 dicembre 2026", "2 dicembre"),
            ("nl", "2 december 2026", "2 december"),
            ("pl", "2 grudnia 2026\u{202f}r.", "2 grudnia"),
            ("cs", "2. prosince 2026", "2. prosince"),
            ("ru", "2 декабря 2026\u{202f}г.", "2 декабря"),
            ("uk", "2 грудня 2026\u{202f}р.", "2 грудня"),
            ("sv", "2 december 2026", "2 december"),
            ("ar", "2 ديسمبر 2026", "2 ديسمبر"),
            ("hi", "2 दिसंबर 2026", "2 दिसंबर"),
            ("th", "2 ธันวาคม 2569", "2 ธันวาคม"),
            ("vi", "ngày 2 tháng 12 năm 2026", "ngày 2 tháng 12"),
            ("id", "2 Desember 2026", "2 Desember"),
            ("mn", "2026\u{202f}оны 12 дугаар сарын 2", "12 дугаар сарын 2"),
        ] {
            assert_eq!(full(date(2026, 12, 2), language), long);
            assert_eq!(month_and_day(MonthDay::DECEMBER_2, language), day);
        }
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal_where_the_language_has_it_so() {
        let first = |language| full(date(2026, 12, 1), language);
        assert_eq!(first("fr"), "1er décembre 2026");
        assert_eq!(first("it"), "1º dicembre 2026");
        assert_eq!(first("pt"), "1 de dezembro de 2026");
    }

    #[test]
    fn place_and_date_stand_over_a_letter_as_its_language_has_them() {
        let day = date(2026, 12, 2);
        for (language, city, with_city, alone) in [
            ("en", "Osaka", "Osaka, December 2, 2026", "December 2, 2026"),
            ("fr", "Paris", "Paris, le 2 décembre 2026", "Le 2 décembre 2026"),
            ("sv", "Stockholm", "Stockholm den 2 december 2026", "2 december 2026"),
            ("cs", "Praha", "Praha 2. prosince 2026", "2. prosince 2026"),
            ("pl", "Warszawa", "Warszawa, 2 grudnia 2026\u{202f}r.", "2 grudnia 2026\u{202f}r."),
            ("th", "กรุงเทพมหานคร", "กรุงเทพมหานคร 2 ธันวาคม 2569", "2 ธันวาคม 2569"),
            ("vi", "Hà Nội", "Hà Nội, ngày 2 tháng 12 năm 2026", "Ngày 2 tháng 12 năm 2026"),
            ("ja", "大阪", "2026年12月2日", "2026年12月2日"),
            ("zh-Hans", "新加坡", "2026年12月2日于新加坡", "2026年12月2日"),
            ("zh-Hant", "臺北", "2026年12月2日於臺北", "2026年12月2日"),
            ("tlh", "Qo", "Qo, 2026-12-02", "2026-12-02"),
        ] {
            assert_eq!(over_a_letter(Some(city), day, language), with_city);
            assert_eq!(over_a_letter(None, day, language), alone);
        }
        assert_eq!(place("大阪", "日本", "ja"), "日本　大阪");
        assert_eq!(place("서울", "대한민국", "ko"), "대한민국 서울");
        assert_eq!(place("Osaka", "Japan", "en"), "Osaka, Japan");
        assert_eq!(place("กรุงเทพฯ", "ไทย", "th"), "กรุงเทพฯ ไทย");
    }

    #[test]
    fn a_regions_tag_gets_its_languages_dates_and_an_unknown_one_iso_8601() {
        assert_eq!(month_and_day(MonthDay::DECEMBER_2, "en-GB"), "December 2");
        assert_eq!(full(date(2026, 2, 28), "pt-BR"), "28 de fevereiro de 2026");
        assert_eq!(full(date(2026, 12, 2), "tlh"), "2026-12-02");
        assert_eq!(month_and_day(MonthDay::DECEMBER_2, "tlh"), "12-02");
    }
}
