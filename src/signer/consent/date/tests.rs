//! Dates of consent as lists have them.

use super::{Dated, Order, read};
use crate::zone::date;

#[test]
fn the_twenty_first_of_november_is_read_however_it_is_written() {
    for text in [
        "2026-11-21",
        "2026-11-21T08:14:44.123Z",
        "2026-11-21 08:14:44",
        "2026-11-21T08:14:44+09:00",
        "2026-11-21 08:14:44 +0000",
        "2026-11-21 08:14:44 UTC",
        "2026/11/21 8:14:44",
        "2026/11/21 午前 8:14:44 GMT+9",
        "2026. 11. 21 오전 8:14:44",
        "2026. 11. 21. 오후 8:14:44",
        "2026年11月21日",
        "2026年11月21日 8:14",
        "2026년 11월 21일",
        "２０２６/１１/２１",
        "November 21, 2026",
        "Nov 21, 2026, 8:14 AM",
        "Nov 21, 2026 8:14:44 PM",
        "21 November 2026",
        "21-Nov-2026",
        "21. November 2026",
        "21 novembre 2026 à 08:14",
        "21 de noviembre de 2026",
        "Sat, 21 Nov 2026 08:14:44 +0000",
        "Saturday, November 21, 2026",
        "Saturday, November 21st, 2026 at 8:14 am",
        "21 ноября 2026 г.",
        "21 listopada 2026",
        "Sat Nov 21 2026 08:14:44 GMT+0900 (Japan Standard Time)",
        "2026.11.21",
        "2026-11-21 08:14:44 Europe/Berlin",
    ] {
        assert_eq!(read(text), Some(Dated::Day(date(2026, 11, 21))), "{text}");
    }
}

#[test]
fn two_numbers_before_the_year_wait_for_the_column() {
    for (text, order) in [
        ("21/11/2026 08:14:44", Some(Order::DayFirst)),
        ("11/21/2026 8:14:44", Some(Order::MonthFirst)),
        ("21.11.2026", Some(Order::DayFirst)),
        ("21-11-2026 8:14", Some(Order::DayFirst)),
        ("11/21/26", Some(Order::MonthFirst)),
        ("11/21/2026 8:14 PM", Some(Order::MonthFirst)),
        ("05/06/2026", None),
    ] {
        let Some(Dated::Numbers(numbers)) = read(text) else { panic!("{text}: {:?}", read(text)) };
        assert_eq!(numbers.order(), order, "{text}");
    }
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "yes",
        "",
        "+81 90 0000 0000",
        "12:30",
        "room 21, house 11",
        "99/99/2026",
        "1/2",
        "2026-13-41",
        "version 1.2.3.4",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(read("46346"), Some(Dated::Number));
    assert_eq!(read("46347.34"), Some(Dated::Number));
}
