//! The sum: how long the letters take, whether they fit their windows and the provider's limits, and which pace would.

use chrono::{DateTime, Utc};

use super::Finding;
use crate::campaign::amount::{Paces, Rate, in_words};
use crate::campaign::forecast::{self, Group};
use crate::campaign::plan::{Channel, Plan, PlanLane};
use crate::campaign::settings::pace::Manner;
use crate::exit::Exit;
use crate::ledger::Comparison;
use crate::provider::Provider;
use crate::wording::count;

/// The most embassies that are named.
const NAMED: usize = 10;

/// The sum of a plan, of which the ledger says how much is still to go.
pub(crate) fn judge(
    plan: &Plan<'_>,
    standing: &Comparison,
    manner: &Manner,
    now: DateTime<Utc>,
) -> Vec<Finding> {
    let lanes: Vec<&PlanLane<'_>> =
        plan.lanes.iter().filter(|lane| lane.channel == Channel::Mail && lane.letters > 0).collect();
    if lanes.is_empty() {
        return Vec::new();
    }
    let group = |lane: &&PlanLane<'_>| Group {
        opening: lane.opening.filter(|_| !manner.after_window),
        letters: standing.to_go(lane.letters, &lane.embassy.destination()),
        domain: domain(lane),
    };
    let groups: Vec<Group> = lanes.iter().map(group).collect();
    let mut findings = vec![whole(&lanes, &groups, manner, now)];
    findings.extend(caps(&lanes, &groups, manner, now));
    findings
}

fn whole(lanes: &[&PlanLane<'_>], groups: &[Group], manner: &Manner, now: DateTime<Utc>) -> Finding {
    let rate = manner.paces.rate;
    let alone = Paces::only(rate);
    let forecast = forecast::forecast(groups, &alone, now);
    let letters = count(groups.iter().map(|group| group.letters).sum(), "letter");
    if forecast.left_over == 0 {
        return Finding::good(
            "pace",
            match forecast.needs {
                Some(needs) if groups.iter().any(|group| group.opening.is_some()) => {
                    format!("{letters} at {rate} need {} and fit their windows", in_words(needs))
                }
                Some(needs) => format!("{letters} at {rate} need {}", in_words(needs)),
                None => format!("{letters}, as fast as the relay takes them"),
            },
        );
    }
    let left = forecast::left_by_group(groups, &alone, now);
    let late: Vec<String> = lanes
        .iter()
        .zip(&left)
        .filter(|(_, left)| **left > 0)
        .map(|(lane, left)| {
            let window = lane.opening.map_or(String::new(), |opening| {
                let hour = |at: DateTime<Utc>| at.format("%b %d %H:%M").to_string();
                format!(", open {} to {} UTC", hour(opening.from), hour(opening.until))
            });
            format!("{} of {} to {}{window}", left, lane.letters, lane.embassy.city)
        })
        .collect();
    let more = late.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more embassies") } else { String::new() };
    Finding::bad(
        "pace",
        Exit::TemporaryFailure,
        format!(
            "{} of {letters} do not fit their windows at {rate}: {}{more}",
            forecast.left_over,
            late[..late.len().min(NAMED)].join("; ")
        ),
        match forecast::fitting_rate(groups, now) {
            Some(a_minute) => format!("{a_minute}/min would do: rate = \"{a_minute}/min\", or longer hours"),
            None => "no pace would do, since windows are over: --after-window, or another day".to_owned(),
        },
    )
}

/// What `per_embassy` and `per_domain` leave over.
fn caps(lanes: &[&PlanLane<'_>], groups: &[Group], manner: &Manner, now: DateTime<Utc>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut cap = |key: &'static str, rate: Rate, name_of: fn(&PlanLane<'_>) -> String| {
        if rate.per_second().is_none() {
            return;
        }
        let mut by_name: std::collections::BTreeMap<String, Vec<Group>> = std::collections::BTreeMap::new();
        for (lane, group) in lanes.iter().zip(groups) {
            by_name.entry(name_of(lane)).or_default().push(group.clone());
        }
        let late: Vec<String> = by_name
            .iter()
            .filter_map(|(name, groups)| {
                let left = forecast::forecast(groups, &Paces::only(rate), now).left_over;
                (left > 0).then(|| format!("{left} to {name}"))
            })
            .collect();
        if !late.is_empty() {
            findings.push(Finding::bad(
                "pace",
                Exit::TemporaryFailure,
                format!(
                    "{key} = \"{rate}\" leaves letters over: {}",
                    late[..late.len().min(NAMED)].join("; ")
                ),
                format!("raise {key}, or leave it out"),
            ));
        }
    };
    cap("per_embassy", manner.paces.per_embassy, address);
    cap("per_domain", manner.paces.per_domain, domain);
    findings
}

fn domain(lane: &PlanLane<'_>) -> String {
    lane.embassy.email.as_ref().map(|email| email.mailbox.domain().to_owned()).unwrap_or_default()
}

fn address(lane: &PlanLane<'_>) -> String {
    lane.embassy.email.as_ref().map(|email| email.mailbox.to_string()).unwrap_or_default()
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
    use crate::campaign::settings::pace::Manner;
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
            after_window: false,
            wait: true,
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
