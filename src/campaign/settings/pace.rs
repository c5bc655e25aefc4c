//! How fast, and when: what campaign.toml says of it.

use std::time::Duration;

use crate::campaign::amount::{self, Rate};
use crate::campaign::window::Window;
use crate::keyed_toml::{KeyedToml, Set};

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
