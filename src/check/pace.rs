//! The sum: how long the letters take, whether they fit their windows and the provider's limits, and which pace would.

use chrono::{DateTime, Utc};

use super::Finding;
use crate::campaign::amount::in_words;
use crate::campaign::forecast::{Forecast, Late, Tight};
use crate::campaign::settings::pace::Manner;
use crate::exit::Exit;
use crate::provider::Provider;
use crate::wording::count;

/// The most embassies that are named.
const NAMED: usize = 10;

/// The sum of a plan.
pub(crate) fn judge(forecast: &Forecast, manner: &Manner) -> Vec<Finding> {
    if forecast.letters == 0 {
        return Vec::new();
    }
    let mut findings = vec![whole(forecast, manner)];
    findings.extend(forecast.tight.iter().map(|Tight { key, rate, left }| {
        let named: Vec<String> =
            left.iter().take(NAMED).map(|(letters, to)| format!("{letters} to {to}")).collect();
        Finding::bad(
            "pace",
            Exit::TemporaryFailure,
            format!("{key} = \"{rate}\" leaves letters over: {}", named.join("; ")),
            format!("raise {key}, or leave it out"),
        )
    }));
    findings
}

fn whole(forecast: &Forecast, manner: &Manner) -> Finding {
    let letters = count(forecast.letters, "letter");
    let paces = manner.paces.in_words();
    if forecast.left_over == 0 {
        let (need, fit) =
            if forecast.letters == 1 { ("needs", "fits its window") } else { ("need", "fit their windows") };
        return Finding::good(
            "pace",
            match forecast.needs {
                Some(needs) if forecast.has_windows() => {
                    format!("{letters} at {paces} {need} {} and {fit}", in_words(needs))
                }
                Some(needs) => format!("{letters} at {paces} {need} {}", in_words(needs)),
                None => format!("{letters}, as fast as the relay takes them"),
            },
        );
    }
    let late = forecast.late.iter().take(NAMED).map(|Late { city, left, of, opening }| {
        let window = opening.map_or(String::new(), |opening| {
            let hour = |at: DateTime<Utc>| at.format("%b %d %H:%M").to_string();
            format!(", open {} to {} UTC", hour(opening.from), hour(opening.until))
        });
        format!("{left} of {of} to {city}{window}")
    });
    let late: Vec<String> = late.collect();
    let more = forecast.late.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more embassies") } else { String::new() };
    Finding::bad(
        "pace",
        Exit::TemporaryFailure,
        format!(
            "{} of {letters} do not fit their windows at {paces}: {}{more}",
            forecast.left_over,
            late.join("; ")
        ),
        match forecast.fitting_rate() {
            Some(a_minute) => format!("{a_minute}/min would do: rate = \"{a_minute}/min\", or longer hours"),
            None if !forecast.tight.is_empty() => {
                "no rate would do while the caps hold: raise them, or longer hours".to_owned()
            }
            None => "no pace would do, since windows are over: --after-window, or another day".to_owned(),
        },
    )
}

/// The pace beside what the provider is known to allow.
pub(crate) fn limits(letters: u64, manner: &Manner, provider: &Provider) -> Vec<Finding> {
    const CHECK: &str = "limits";
    let (Some(known), Some(sentence)) = (&provider.limits, provider.limits_in_words()) else {
        return vec![Finding::note(
            CHECK,
            format!("what {} lets an account send is not known here", provider.name),
            "ask its help, and keep under it with rate and limit",
        )];
    };
    let said_by = format!("{sentence} ({}; {})", known.source, known.checked);
    let over = |message: String, what_to_do: String| {
        Finding::bad(CHECK, Exit::TemporaryFailure, format!("{message}: {said_by}"), what_to_do)
    };
    let limits = known.facts;
    let mut findings = Vec::new();
    let day =
        limits.a_day.filter(|a_day| letters > *a_day && manner.limit.is_none_or(|limit| limit > *a_day));
    if let Some(a_day) = day {
        findings.push(over(
            format!("{letters} letters are more than this account may send on a day"),
            format!("send over {} days with limit = {a_day} and without a window, or through a mail server for lists", letters.div_ceil(a_day)),
        ));
    }
    if let Some(a_minute) = limits.a_minute {
        let is_over =
            manner.paces.rate.per_second().is_none_or(|rate| rate * 60.0 > f64::from(a_minute) + 0.001);
        if is_over {
            findings.push(over(
                format!("a pace of {} is more than this account may send", manner.paces.rate),
                format!("rate = \"{a_minute}/min\""),
            ));
        }
    }
    if let Some(most) = limits.connections.filter(|most| manner.connections > *most) {
        findings.push(over(
            format!("{} connections are more than this account may have", manner.connections),
            format!("connections = {most}"),
        ));
    }
    if let Some(most) = limits.a_connection.filter(|most| manner.per_connection.is_none_or(|n| n > *most)) {
        findings.push(Finding::note(
            CHECK,
            format!("a connection that goes on is closed by the server: {said_by}"),
            format!("per_connection = {most}"),
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::good(CHECK, said_by));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::limits;
    use crate::campaign::amount::{Paces, Rate};
    use crate::campaign::settings::pace::{AfterWindow, Early, Manner};
    use crate::check::{Finding, exit};
    use crate::exit::Exit;
    use crate::provider;
    use chrono::TimeDelta;

    fn manner(a_minute: f64, connections: u16, limit: Option<u64>) -> Manner {
        Manner {
            connections,
            per_connection: None,
            paces: Paces::only(Rate::per_minute(a_minute)),
            limit,
            retry_for: TimeDelta::zero(),
            after_window: AfterWindow::Stays,
            early: Early::Waits,
        }
    }

    fn judged(host: &str, letters: u64, manner: &Manner) -> Vec<Finding> {
        limits(letters, manner, provider::at_host(host).unwrap())
    }

    #[test]
    fn more_letters_than_an_account_may_send_on_a_day_take_several_days() {
        let over = judged("smtp.gmail.com", 1_200, &manner(30.0, 1, None));
        assert_eq!(exit(&over), Exit::TemporaryFailure);
        assert!(over[0].what_to_do.as_ref().unwrap().contains("over 3 days with limit = 500"), "{over:?}");
        assert_eq!(exit(&judged("smtp.gmail.com", 1_200, &manner(30.0, 1, Some(500)))), Exit::Done);
        assert_eq!(exit(&judged("smtp.gmail.com", 500, &manner(30.0, 1, None))), Exit::Done);
    }

    #[test]
    fn a_pace_and_connections_beyond_what_is_known_are_hindrances() {
        let fast = judged("smtp.office365.com", 100, &manner(60.0, 4, None));
        let to_do: Vec<&str> = fast.iter().filter_map(|finding| finding.what_to_do.as_deref()).collect();
        assert_eq!(to_do, ["rate = \"30/min\"", "connections = 3"]);
        assert_eq!(exit(&judged("smtp.office365.com", 100, &manner(30.0, 3, None))), Exit::Done);
    }

    #[test]
    fn where_nothing_is_known_it_says_so() {
        let unknown = judged("posteo.de", 100, &manner(30.0, 1, None));
        assert!(unknown[0].message.contains("is not known here"), "{unknown:?}");
    }
}
