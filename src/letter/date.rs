//! Dates as a letter writes them, in the letter's language: CLDR's long date, and its month and day.
//!
//! A language that letters are not written in gets ISO 8601, which misleads nobody.

use chrono::{Datelike as _, NaiveDate};

use super::languages::Language;
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

/// What stands between a place and a date: "Osaka, December 2, 2026".
pub(super) fn separator(language: &str) -> &'static str {
    Language::of(language).map_or(", ", |language| language.separator)
}

fn pattern(pattern: &str, language: &Language, date: NaiveDate) -> String {
    pattern
        .replace("{d}", &date.day().to_string())
        .replace("{m}", &date.month().to_string())
        .replace("{M}", language.month(date.month()))
        .replace("{y}", &(date.year() + language.years).to_string())
}

#[cfg(test)]
mod tests {
    use super::{full, month_and_day};
    use crate::month_day::MonthDay;
    use crate::zone::date;

    /// As ICU's `DateFormat` writes them (long style; skeleton `MMMMd`).
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
            ("pl", "2 grudnia 2026", "2 grudnia"),
            ("cs", "2. prosince 2026", "2. prosince"),
            ("ru", "2 декабря 2026\u{202f}г.", "2 декабря"),
            ("uk", "2 грудня 2026\u{202f}р.", "2 грудня"),
            ("sv", "2 december 2026", "2 december"),
            ("ar", "2 ديسمبر 2026", "2 ديسمبر"),
            ("hi", "2 दिसंबर 2026", "2 दिसंबर"),
            ("th", "2 ธันวาคม 2569", "2 ธันวาคม"),
            ("vi", "2 tháng 12, 2026", "2 tháng 12"),
            ("id", "2 Desember 2026", "2 Desember"),
            ("mn", "2026\u{202f}оны арван хоёрдугаар сарын 2", "арван хоёрдугаар сарын 2"),
        ] {
            assert_eq!(full(date(2026, 12, 2), language), long);
            assert_eq!(month_and_day(MonthDay::DECEMBER_2, language), day);
        }
    }

    #[test]
    fn a_regions_tag_gets_its_languages_dates_and_an_unknown_one_iso_8601() {
        assert_eq!(month_and_day(MonthDay::DECEMBER_2, "en-GB"), "December 2");
        assert_eq!(full(date(2026, 2, 28), "pt-BR"), "28 de fevereiro de 2026");
        assert_eq!(full(date(2026, 12, 2), "tlh"), "2026-12-02");
        assert_eq!(month_and_day(MonthDay::DECEMBER_2, "tlh"), "12-02");
    }
}
