//! The amounts that options and campaign.toml share: a rate of letters, a length of time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::wording::quoted;

/// How many letters may leave in a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rate {
    /// As fast as the relay takes them.
    Unlimited,
    /// So many a second.
    PerSecond(f64),
}

/// How fast the letters of a campaign may leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paces {
    /// All letters together.
    pub rate: Rate,
    /// Letters to one domain.
    pub per_domain: Rate,
    /// Letters to one mailbox.
    pub per_embassy: Rate,
}

impl Paces {
    /// One pace for all letters together, and no caps.
    pub(crate) const fn only(rate: Rate) -> Paces {
        Paces { rate, per_domain: Rate::Unlimited, per_embassy: Rate::Unlimited }
    }

    /// "30/min"; where a cap may count more, "these paces".
    pub(crate) fn in_words(&self) -> String {
        let has_caps = self.per_domain.per_second().is_some() || self.per_embassy.per_second().is_some();
        if has_caps { "these paces".to_owned() } else { self.rate.to_string() }
    }
}

/// Why a text is no rate or no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AmountError {
    /// Not `N/s`, `N/min`, `N/h`, `N/day` or `none`.
    #[error("{} is no rate: write for example 30/min, 2/s, 500/h, 500/day or none", quoted(.0))]
    Rate(String),
    /// Not a number with a unit.
    #[error("{} is no length of time: write for example 30s, 15min or 2h", quoted(.0))]
    Duration(String),
}

impl Rate {
    /// A number of letters a minute.
    pub(crate) const fn per_minute(letters: f64) -> Rate {
        Rate::PerSecond(letters / 60.0)
    }

    /// Letters a second; none where there is no limit.
    pub(crate) fn per_second(self) -> Option<f64> {
        match self {
            Rate::Unlimited => None,
            Rate::PerSecond(letters) => Some(letters),
        }
    }
}

impl FromStr for Rate {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Rate, AmountError> {
        let refused = || AmountError::Rate(text.chars().take(40).collect());
        if text.trim() == "none" {
            return Ok(Rate::Unlimited);
        }
        let (number, unit) = text.split_once('/').ok_or_else(refused)?;
        let number: u32 = number.trim().parse().map_err(|_| refused())?;
        let seconds = match unit.trim() {
            "s" | "sec" | "second" => 1.0,
            "min" | "m" | "minute" => 60.0,
            "h" | "hour" => 3600.0,
            "d" | "day" => 86_400.0,
            _ => return Err(refused()),
        };
        if number == 0 {
            return Err(refused());
        }
        Ok(Rate::PerSecond(f64::from(number) / seconds))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.per_second() {
            None => f.write_str("no limit"),
            Some(rate) if rate >= 1.0 => write!(f, "{}/s", rounded(rate)),
            Some(rate) if rate * 60.0 >= 1.0 => write!(f, "{}/min", rounded(rate * 60.0)),
            Some(rate) if rate * 3600.0 >= 1.0 => write!(f, "{}/h", rounded(rate * 3600.0)),
            Some(rate) => write!(f, "{}/day", rounded(rate * 86_400.0)),
        }
    }
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// A length of time such as `30s`, `15min`, `1h 30min`; `0` is none at all.
///
/// # Errors
/// [`AmountError::Duration`]
pub(crate) fn duration(text: &str) -> Result<Duration, AmountError> {
    let refused = || AmountError::Duration(text.chars().take(40).collect());
    let mut rest = text.trim();
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    let (mut whole, mut last_unit) = (0.0, f64::INFINITY);
    while !rest.is_empty() || last_unit.is_infinite() {
        let number;
        (number, rest) = split(rest, |c| c.is_ascii_digit() || c == '.');
        let word;
        (word, rest) = split(rest.trim_start(), |c| c.is_ascii_alphabetic());
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        let unit = seconds(word).filter(|unit| *unit < last_unit).ok_or_else(refused)?;
        whole += number.parse::<f64>().map_err(|_| refused())? * unit;
        last_unit = unit;
    }
    Duration::try_from_secs_f64(whole).map_err(|_| refused())
}

/// How many seconds a unit has.
fn seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    })
}

/// What a text begins with, as long as its characters are such, and the rest.
fn split(text: &str, is_such: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !is_such(c)).unwrap_or(text.len()))
}

/// A length of time that is more than none.
///
/// # Errors
/// [`AmountError::Duration`]
pub(crate) fn some_time(text: &str) -> Result<Duration, AmountError> {
    let time = duration(text)?;
    if time.is_zero() { Err(AmountError::Duration(text.chars().take(40).collect())) } else { Ok(time) }
}

/// A length of time in words, rounded up: `11 h 07 min`, `3 min 05 s`, `12 s`.
pub(crate) fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => {
            let minutes = seconds.div_ceil(60);
            format!("{} h {:02} min", minutes / 60, minutes % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, duration, in_words, some_time};
    use std::time::Duration;

    #[test]
    fn rates_are_read_and_shown() {
        for (text, shown) in [
            ("30/min", "30/min"),
            ("2/s", "2/s"),
            ("500/h", "8.3/min"),
            ("10/h", "10/h"),
            ("none", "no limit"),
        ] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), shown);
        }
        for text in ["", "30", "0/min", "-1/s", "1/week", "x/s", "1.5/s"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_of_time_are_read_and_shown() {
        assert_eq!(duration("15min").unwrap(), Duration::from_secs(900));
        for an_hour_and_a_half in ["1h 30m", "1h30min", "1 hour, 30 minutes", "90 min", "1.5h"] {
            assert_eq!(
                duration(an_hour_and_a_half).unwrap(),
                Duration::from_secs(5400),
                "{an_hour_and_a_half}"
            );
        }
        assert_eq!(duration("90s").unwrap(), Duration::from_secs(90));
        assert_eq!(duration("2d 250ms").unwrap(), Duration::from_millis(172_800_250));
        assert_eq!(duration("0").unwrap(), Duration::ZERO);
        for text in [
            "",
            "15",
            "-3s",
            "soon",
            "h",
            "1.2.3s",
            "30m 1h",
            "1m 1m",
            "PT15M",
            "1e3s",
            "1 fortnight",
            "9999999999999999999d",
        ] {
            assert!(duration(text).is_err() && some_time("0").is_err(), "{text}");
        }
        assert_eq!(in_words(Duration::from_secs(40_000)), "11 h 07 min");
        assert_eq!(in_words(Duration::from_secs(7_141)), "2 h 00 min");
        assert_eq!(in_words(Duration::from_secs(185)), "3 min 05 s");
    }
}
