//! How fast letters leave, and when: the options, the keys, and what follows from them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;

use super::signers::Who;
use crate::campaign::amount::{self, Paces, Rate};
use crate::campaign::window::{Opening, Phase, Window};
use crate::keyed_toml::{KeyedToml, Set};

/// How fast, on the command line.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct PaceOptions {
    /// Connections side by side [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Pace")]
    pub connections: Option<u16>,
    /// Letters on one connection before it is closed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Pace")]
    pub per_connection: Option<u32>,
    /// How fast: N/s, N/min, N/h, N/day or none [default for a list: 30/min]
    #[arg(long, value_name = "RATE", value_parser = parse_rate, help_heading = "Pace")]
    pub rate: Option<Rate>,
    /// How long a letter that was deferred is tried again [default: 15min for a list, 0 for one letter]
    #[arg(long, value_name = "DURATION", value_parser = amount::duration, help_heading = "Pace")]
    pub retry_for: Option<Duration>,
    /// How long to wait for the relay [default: 30s to connect, 5min for a command, 10min for a letter]
    #[arg(long, value_name = "DURATION", value_parser = amount::some_time, help_heading = "Pace")]
    pub timeout: Option<Duration>,
    /// Send also to embassies whose window is over
    #[arg(long, help_heading = "Pace")]
    pub after_window: bool,
    /// At most so many letters by mail in this run
    #[arg(long, value_name = "N", help_heading = "Pace")]
    pub limit: Option<u64>,
}

fn parse_rate(text: &str) -> Result<Rate, amount::AmountError> {
    text.parse()
}

/// How a run is to go about it.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    /// Connections side by side.
    pub connections: u16,
    /// Letters on one connection before it is closed.
    pub per_connection: Option<u32>,
    /// How fast.
    pub paces: Paces,
    /// How many letters may be claimed.
    pub limit: Option<u64>,
    /// How long a deferred letter is tried again.
    pub retry_for: TimeDelta,
    /// What becomes of letters whose window is over.
    pub after_window: AfterWindow,
    /// What becomes of letters that are not due yet.
    pub early: Early,
}

/// What becomes of a letter whose window is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterWindow {
    /// It stays, pending.
    Stays,
    /// It leaves all the same.
    Leaves,
}

/// What becomes of a letter that is not due yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Early {
    /// The run waits for its window.
    Waits,
    /// The run ends without it.
    Stays,
}

impl Manner {
    /// A list goes slowly, and its deferred letters are tried again; one letter goes at once. It waits for windows
    /// unless the caller says otherwise.
    pub(super) fn of(options: &PaceOptions, keys: &PaceKeys, who: &Who) -> Manner {
        let (usual_rate, usual_retry) = match who {
            Who::List(_) => (Rate::per_minute(30.0), Duration::from_secs(15 * 60)),
            Who::One | Who::Nobody => (Rate::Unlimited, Duration::ZERO),
        };
        let retry_for = options.retry_for.or(keys.retry_for).unwrap_or(usual_retry);
        Manner {
            connections: options.connections.or(keys.connections).unwrap_or(1),
            per_connection: options.per_connection.or(keys.per_connection),
            paces: Paces {
                rate: options.rate.or(keys.rate).unwrap_or(usual_rate),
                per_domain: keys.per_domain.unwrap_or(Rate::Unlimited),
                per_embassy: keys.per_embassy.unwrap_or(Rate::Unlimited),
            },
            limit: options.limit.or(keys.limit),
            // What is longer than chrono can say is as good as for ever.
            retry_for: TimeDelta::from_std(retry_for).unwrap_or(TimeDelta::MAX),
            after_window: if options.after_window { AfterWindow::Leaves } else { AfterWindow::Stays },
            early: Early::Waits,
        }
    }

    /// The window that a letter has to keep: one that is over counts for nothing where letters may leave after it.
    pub(crate) fn window_of(&self, opening: Option<Opening>, now: DateTime<Utc>) -> Option<Opening> {
        opening
            .filter(|opening| self.after_window == AfterWindow::Stays || opening.phase(now) != Phase::After)
    }
}

/// What campaign.toml says of the pace.
#[derive(Clone, Debug, Default)]
pub(crate) struct PaceKeys {
    /// `connections`
    pub connections: Option<u16>,
    /// `per_connection`
    pub per_connection: Option<u32>,
    /// `rate`: all letters together.
    pub rate: Option<Rate>,
    /// `per_domain`
    pub per_domain: Option<Rate>,
    /// `per_embassy`
    pub per_embassy: Option<Rate>,
    /// `limit`
    pub limit: Option<u64>,
    /// `retry_for`
    pub retry_for: Option<Duration>,
    /// `[window]`
    pub window: Option<Window>,
}

impl PaceKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>) -> PaceKeys {
        let number = |number: Option<Set<u64>>| number.map(|number| number.value);
        PaceKeys {
            connections: number(toml.number("connections", 1..=256)).and_then(|n| u16::try_from(n).ok()),
            per_connection: number(toml.number("per_connection", 1..=u64::from(u32::MAX)))
                .and_then(|n| u32::try_from(n).ok()),
            rate: toml.text("rate", str::parse).map(|rate| rate.value),
            per_domain: toml.text("per_domain", str::parse).map(|rate| rate.value),
            per_embassy: toml.text("per_embassy", str::parse).map(|rate| rate.value),
            limit: number(toml.number("limit", 0..=u64::MAX)),
            retry_for: toml.text("retry_for", amount::duration).map(|time| time.value),
            window: toml.table("window", window).flatten(),
        }
    }
}

fn window(toml: &mut KeyedToml<'_>) -> Option<Window> {
    let day = toml.text("day", str::parse);
    let day = toml.needed("day", "day = \"12-02\"", day);
    let hours = toml.text("hours", str::parse);
    let hours = toml.needed("hours", "hours = \"09:00-17:00\"", hours);
    Some(Window { day: day?.value, hours: hours?.value })
}
