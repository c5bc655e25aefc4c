//! Dates as forms and spreadsheets write them: ISO 8601, numbers in one order or the other, months in words.
//!
//! The time of day and its zone are passed over: the day is the one that stands there. Which of two numbers is the day is
//! for the whole column to say.

use super::ConsentError;
use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization as _;

/// Which number of a date is the day, where the year is last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// 21/11/2026.
    DayFirst,
    /// 11/21/2026.
    MonthFirst,
}

impl Order {
    /// The order of that name in `[columns]`.
    pub(crate) fn named(name: &str) -> Option<Order> {
        match name {
            "day-first" => Some(Order::DayFirst),
            "month-first" => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Order::DayFirst => "day-first",
            Order::MonthFirst => "month-first",
        }
    }
}

/// A text that is a date, as far as it says so itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dated {
    /// This day, however it is read.
    Day(NaiveDate),
    /// Two numbers and a year.
    Numbers(Numbers),
    /// A bare number, which is no date outside a spreadsheet.
    Number,
    /// A day that the calendar does not have.
    NoSuchDay,
}

/// A date of two numbers and a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    first: u32,
    second: u32,
    year: i32,
    has_short_year: bool,
}

impl Numbers {
    /// The order that its own numbers leave, if they leave one only.
    pub(crate) fn order(self) -> Option<Order> {
        match (self.first > 12, self.second > 12) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// The day, where both orders give the same.
    pub(super) fn in_either_order(self) -> Option<NaiveDate> {
        (self.first == self.second).then(|| self.in_order(Order::DayFirst).ok()).flatten()
    }

    /// The day in this order.
    pub(super) fn in_order(self, order: Order) -> Result<NaiveDate, ConsentError> {
        if self.has_short_year && !(2020..2050).contains(&self.year) {
            return Err(ConsentError::ShortYear);
        }
        let (day, month) = match order {
            Order::DayFirst => (self.first, self.second),
            Order::MonthFirst => (self.second, self.first),
        };
        if day == 0 || month == 0 || self.year == 0 {
            return Err(ConsentError::Zero);
        }
        NaiveDate::from_ymd_opt(self.year, month, day).ok_or(ConsentError::NoSuchDay)
    }
}

/// Whether a day is the first of a program's calendar: Unix, Excel on Windows and on the Mac, .NET, SQL.
pub(super) fn is_zero(day: NaiveDate) -> bool {
    ZEROS.iter().any(|&(year, month, date)| NaiveDate::from_ymd_opt(year, month, date) == Some(day))
}

const ZEROS: [(i32, u32, u32); 8] = [
    (1, 1, 1),
    (0, 1, 1),
    (1899, 12, 30),
    (1899, 12, 31),
    (1900, 1, 1),
    (1904, 1, 1),
    (1970, 1, 1),
    (1969, 12, 31),
];

/// The longest text that may be a date.
const LONGEST: usize = 80;

/// The date that a text is; none where it is no date.
pub(crate) fn read(text: &str) -> Option<Dated> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST || !text.contains(|c: char| c.is_numeric()) {
        return None;
    }
    let plain: String =
        if text.is_ascii() { text.to_lowercase() } else { text.nfkc().collect::<String>().to_lowercase() };
    if plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
        && plain.matches(['.', ',']).count() < 2
    {
        return Some(Dated::Number);
    }
    let (words, month) = words(&plain);
    let rest = &words[words.len().min(if month.is_some() { 2 } else { 3 })..];
    if !rest.iter().all(|word| matches!(word, Word::Time | Word::Number { .. })) && !rest.is_empty() {
        return None;
    }
    match (month, words.as_slice()) {
        (
            Some(month),
            [Word::Number { value: one, digits: long }, Word::Number { value: two, digits: longer }, ..],
        ) => {
            let (day, year) = match (long, longer) {
                (4, 1 | 2) => (two, one),
                (1 | 2, 4) => (one, two),
                _ => return None,
            };
            found(i32::try_from(*year).ok()?, month, *day)
        }
        (
            None,
            [
                Word::Number { value: year, digits: 4 },
                Word::Number { value: month, digits: 1 | 2 },
                Word::Number { value: day, digits: 1 | 2 },
                ..,
            ],
        ) => found(i32::try_from(*year).ok()?, *month, *day),
        (
            None,
            [
                Word::Number { value: first, digits: 1 | 2 },
                Word::Number { value: second, digits: 1 | 2 },
                Word::Number { value: year, digits: length @ (2 | 4) },
                ..,
            ],
        ) => {
            let has_short_year = *length == 2;
            let year = i32::try_from(*year).ok()? + if has_short_year { 2000 } else { 0 };
            if *first > 31 || *second > 31 || (*first > 12 && *second > 12) {
                return None;
            }
            Some(Dated::Numbers(Numbers { first: *first, second: *second, year, has_short_year }))
        }
        _ => None,
    }
}

/// A day of the calendar; one that there is not is no date, but for a program's zeros.
fn found(year: i32, month: u32, day: u32) -> Option<Dated> {
    if month == 0 || day == 0 || year == 0 {
        return NaiveDate::from_ymd_opt(0, 1, 1).map(Dated::Day);
    }
    if month > 12 || day > 31 {
        return None;
    }
    Some(NaiveDate::from_ymd_opt(year, month, day).map_or(Dated::NoSuchDay, Dated::Day))
}

/// A part of a text that may be a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Number {
        value: u32,
        digits: usize,
    },
    /// What belongs to a time of day, its zone or a weekday.
    Time,
    /// What belongs to no date.
    Other,
}

/// The numbers of a date with its time behind them, and its month where that is a word.
fn words(text: &str) -> (Vec<Word>, Option<u32>) {
    let mut words = Vec::new();
    let mut month = None;
    let mut before_time = true;
    for chunk in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')')) {
        if chunk.is_empty() {
            continue;
        }
        if !before_time || chunk.contains(':') && !chunk.contains('t') && !has_date_signs(chunk) {
            words.push(time(chunk));
            before_time = false;
            continue;
        }
        for part in of_chunk(chunk) {
            match part {
                Part::Number(digits) => match digits.parse() {
                    Ok(value) if digits.len() <= 4 => {
                        words.push(Word::Number { value, digits: digits.len() });
                    }
                    _ => words.push(Word::Other),
                },
                Part::Month(number) if month.is_none() => month = Some(number),
                Part::Time(true) if words.len() + usize::from(month.is_some()) >= 3 => {
                    words.push(Word::Time);
                    before_time = false;
                }
                Part::Time(_) | Part::Month(_) => words.push(Word::Other),
                Part::Passed => {}
            }
        }
    }
    (words, month)
}

fn has_date_signs(chunk: &str) -> bool {
    chunk.matches(['-', '/', '.']).count() >= 2
}

enum Part<'a> {
    Number(&'a str),
    Month(u32),
    /// The rest of the chunk is a time; whether it is one indeed.
    Time(bool),
    /// A weekday, or a word between the parts of a date.
    Passed,
}

/// The parts of a chunk without white space: `2026-11-21t08:14:44z`, `21.november`, `2026年11月21日`.
fn of_chunk(chunk: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = chunk;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, behind) = rest.split_at(end);
            parts.push(Part::Number(digits));
            rest = behind;
            // 2026-11-21T08:14:44+09:00
            if let Some(time_of_day) =
                rest.strip_prefix('t').filter(|time| time.starts_with(|c: char| c.is_ascii_digit()))
            {
                parts.push(Part::Time(time(time_of_day) == Word::Time));
                return parts;
            }
        } else if matches!(c, '-' | '/' | '.' | '年' | '月' | '日' | '년' | '월' | '일') {
            rest = &rest[c.len_utf8()..];
        } else {
            let end =
                rest.find(|c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.')).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            parts.push(match month_named(word) {
                Some(month) => Part::Month(month),
                None if PASSED.split(' ').any(|passed| passed == word) || is_weekday(word) => Part::Passed,
                None => Part::Time(time(word) == Word::Time),
            });
            rest = behind;
        }
    }
    parts
}

/// Whether a chunk belongs to a time of day or its zone.
fn time(chunk: &str) -> Word {
    let digits = chunk.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'z'));
    let known = || {
        let bare = chunk.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.'));
        let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '+' | '-' | '.'));
        TIMES.split(' ').any(|word| word == bare.trim_end_matches('.')) || bare.is_empty()
    };
    let zone = || chunk.len() <= 5 && chunk.chars().all(|c| c.is_ascii_alphabetic());
    let name_of_a_zone =
        || chunk.contains('/') && chunk.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '_'));
    if digits || known() || zone() || name_of_a_zone() { Word::Time } else { Word::Other }
}

const TIMES: &str = "am pm a.m p.m a p h hrs uhr z utc gmt at um à kl o'clock 午前 午後 上午 下午 오전 오후 時 分 秒 시 분 초 time standard daylight";

/// Words between the parts of a date, and endings of its numbers.
const PASSED: &str = "st nd rd th de del of the at um à kl le el der den di d' г р року года t";

fn is_weekday(word: &str) -> bool {
    WEEKDAYS.split(' ').any(|day| day == word)
}

const WEEKDAYS: &str = "mon tue wed thu fri sat sun tues thur thurs monday tuesday wednesday thursday friday saturday sunday \
    lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche \
    mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag \
    lunes martes miércoles jueves viernes sábado domingo segunda terça quarta quinta sexta feira lunedì martedì mercoledì giovedì \
    venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
    понедельник вторник среда четверг пятница суббота воскресенье";

/// The month that goes by this name or its beginning, which ends with a point or not.
fn month_named(word: &str) -> Option<u32> {
    // Looked for as it stands first: each list is some 40 words, and a name with a number in it is asked for each word.
    let row =
        MONTHS.iter().position(|names| names.contains(word) && names.split(' ').any(|name| name == word))?;
    u32::try_from(row + 1).ok()
}

/// In English, French, German, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Russian, Ukrainian, Swedish, Norwegian,
/// Danish, Finnish, Turkish, Indonesian, Hungarian, Romanian and Greek.
const MONTHS: [&str; 12] = [
    "january jan janvier janv januar jänner enero ene janeiro gennaio gen januari stycznia styczeń sty ledna leden января январь янв січня \
     januára tammikuuta ocak oca január ianuarie ιανουαρίου",
    "february feb février févr fév februar febrero fevereiro fev febbraio februari lutego luty lut února únor февраля февраль фев лютого \
     helmikuuta şubat şub február februarie φεβρουαρίου pebruari",
    "march mar mars märz mär marzo março maart mrt marca marzec března březen марта март мар березня maret maaliskuuta mart március martie \
     μαρτίου",
    "april apr avril avr abril abr aprile kwietnia kwiecień kwi dubna duben апреля апрель апр квітня huhtikuuta nisan nis április aprilie \
     απριλίου",
    "may mai mayo maio maggio mag mei maja maj května květen мая май травня toukokuuta mayıs május μαΐου",
    "june jun juin juni junio junho giugno giu czerwca czerwiec cze června červen июня июнь июн червня kesäkuuta haziran június iunie ιουνίου",
    "july jul juillet juil juli julio julho luglio lug lipca lipiec lip července červenec июля июль июл липня heinäkuuta temmuz július iulie \
     ιουλίου",
    "august aug août aou agosto ago augustus sierpnia sierpień sie srpna srpen августа август авг серпня augusti elokuuta ağustos agustus \
     augusztus αυγούστου",
    "september sep sept septembre septiembre setembro set settembre września wrzesień wrz září сентября сентябрь сен сент вересня syyskuuta \
     eylül szeptember septembrie σεπτεμβρίου",
    "october oct octobre oktober okt octubre outubro out ottobre ott października październik paź října říjen октября октябрь окт жовтня \
     oktobra lokakuuta ekim október octombrie οκτωβρίου",
    "november nov novembre noviembre novembro listopada listopad lis listopadu ноября ноябрь ноя листопада marraskuuta kasım kas noiembrie \
     νοεμβρίου nopember",
    "december dec décembre déc dezember dez diciembre dic dezembro dicembre grudnia grudzień gru prosince prosinec декабря декабрь дек грудня \
     joulukuuta aralık ara desember des decembrie δεκεμβρίου",
];

#[cfg(test)]
mod tests;
