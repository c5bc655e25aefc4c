//! The plan in words, before the question; and the sums after the run.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::campaign::amount::in_words;
use crate::campaign::forecast::Forecast;
use crate::campaign::letters::Letters;
use crate::campaign::plan::{Channel, Plan};
use crate::campaign::settings::pace::{Early, Manner};
use crate::cli::sums::counts_in_words;
use crate::cli::table;
use crate::ledger::{Comparison, Location, LookAlike, LookAlikes, Shared};
use crate::letter::languages;
use crate::relay::Relay;
use crate::wording::{count, grouped, grouped_count, instant};

/// Everything that the question is about.
pub(super) struct Shown<'a> {
    pub(super) campaign_id: &'a str,
    pub(super) ledger: &'a Location,
    pub(super) plan: &'a Plan<'a>,
    pub(super) letters: &'a Letters<'a>,
    pub(super) relay: &'a Relay,
    pub(super) manner: &'a Manner,
    /// The list beside the ledger.
    pub(super) standing: Comparison,
    /// How long the letters take.
    pub(super) forecast: &'a Forecast,
    pub(super) look_alikes: LookAlikes,
    pub(super) post_folder: Option<&'a Path>,
    pub(super) now: DateTime<Utc>,
}

/// The most rows named of one kind.
const NAMED: usize = 10;

/// The plan, line by line.
pub(super) fn plan_in_words(shown: &Shown<'_>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_plan(&mut text, shown);
    text.trim_end().to_owned()
}

fn write_plan(text: &mut String, shown: &Shown<'_>) -> std::fmt::Result {
    let plan = shown.plan;
    let (mail, post) = (plan.count(Channel::Mail), plan.count(Channel::Post));
    writeln!(text, "Campaign {} (ledger {})", shown.campaign_id, shown.ledger)?;
    writeln!(text, "{}: {} by mail, {post} by post", count(plan.rows, "row"), count(mail, "letter"))?;
    if !plan.unreviewed.is_empty() {
        writeln!(text, "Translations that no native speaker has reviewed: {}", unreviewed(plan))?;
    }
    left_out(text, plan)?;
    let sender = &shown.letters.sender;
    let name = sender.name.as_deref().unwrap_or(sender.from.domain());
    writeln!(text, "From:     \"NAME via {name}\" <{}>", sender.from)?;
    writeln!(text, "Answers:  {} (or the signer, where the row's reply_to says yes)", sender.reply_to)?;
    writeln!(text, "Failures: {}", sender.bounce)?;
    writeln!(text, "Through:  {}", shown.relay)?;
    standing(text, shown)?;
    text.push('\n');
    text.push_str(&embassies(plan, shown));
    text.push('\n');
    pace(text, shown)?;
    if post > 0 {
        match shown.post_folder {
            Some(folder) => {
                writeln!(text, "By post: {}, written to {}", count(post, "letter"), folder.display())?;
            }
            None => {
                writeln!(text, "{mail} by mail, {post} by post: give --post DIR, or they stay pending")?;
            }
        }
    }
    look_alikes(text, &shown.look_alikes)
}

/// "Japanese (ja) in 12 letters, Korean (ko) in 1 letter".
pub(super) fn unreviewed(plan: &Plan<'_>) -> String {
    let named = plan
        .unreviewed
        .iter()
        .map(|(tag, letters)| format!("{} ({tag}) in {}", languages::name(tag), count(*letters, "letter")));
    named.collect::<Vec<_>>().join(", ")
}

fn left_out(text: &mut String, plan: &Plan<'_>) -> std::fmt::Result {
    if plan.left_out > 0 {
        writeln!(text, "Left out: {} whose signers said no", count(plan.left_out, "row"))?;
    }
    if plan.without_post > 0 {
        writeln!(
            text,
            "Left out: {} (--no-post) to embassies whose e-mail is not known",
            count(plan.without_post, "row")
        )?;
    }
    if !plan.faults.is_empty() {
        writeln!(text, "Left out: {} that cannot be used", count(plan.faults.rows(), "row"))?;
    }
    if !plan.repeats.is_empty() {
        let named = plan
            .repeats
            .iter()
            .take(NAMED)
            .map(|repeat| format!("row {} repeats row {}", repeat.row, repeat.earlier));
        let more = plan.repeats.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named: Vec<String> = named.collect();
        writeln!(text, "Left out: {}{more}", named.join(", "))?;
    }
    Ok(())
}

fn standing(text: &mut String, shown: &Shown<'_>) -> std::fmt::Result {
    let Comparison { new, known, now_by_mail, now_by_post, .. } = &shown.standing;
    if known.total() > 0 {
        writeln!(text, "Ledger:   {new} new; of the others {}", counts_in_words(known))?;
    }
    let elsewhere = shown.standing.with_another_list;
    if elsewhere > 0 {
        writeln!(
            text,
            "Shared:   {} sent with another list of the campaign: left out here",
            count(elsewhere, "letter")
        )?;
    }
    let (moved, same) = (shown.standing.came_back_and_moved, shown.standing.came_back);
    if moved > 0 {
        let their = if moved == 1 { "its embassy has" } else { "their embassies have" };
        writeln!(
            text,
            "Came back: {}, and {their} another address now (--retry-bounced)",
            count(moved, "letter")
        )?;
    }
    if same > 0 {
        writeln!(text, "Came back: {} from the address that the book still has", count(same, "letter"))?;
    }
    let dropped = shown.standing.no_longer_listed;
    if dropped > 0 {
        let (verb, go) = if dropped == 1 { ("is", "does not go") } else { ("are", "do not go") };
        writeln!(
            text,
            "Dropped:  {} of an earlier list {verb} not in this one, and {go}",
            count(dropped, "pending letter")
        )?;
    }
    for (letters, from, to) in [(*now_by_mail, "post", "mail"), (*now_by_post, "mail", "post")] {
        if letters > 0 {
            let letters = count(letters, "pending letter");
            writeln!(text, "Channel:  {letters} changed from {from} to {to} with the address book of today")?;
        }
    }
    Ok(())
}

fn embassies(plan: &Plan<'_>, shown: &Shown<'_>) -> String {
    let mut rows = table::new(["", "embassy", "letters", "channel", "to", "an hour", "window (UTC)"]);
    let mut lanes: Vec<_> = plan.lanes.iter().filter(|lane| lane.letters > 0).collect();
    lanes.sort_by_key(|lane| (std::cmp::Reverse(lane.letters), lane.embassy.destination()));
    for lane in lanes {
        let (channel, to) = match (lane.channel, &lane.embassy.email) {
            (Channel::Mail, Some(email)) => ("mail", email.mailbox.to_string()),
            _ => ("post", lane.embassy.address.clone().unwrap_or_else(|| "street not known".to_owned())),
        };
        let window = lane.opening.map_or(String::new(), |opening| {
            format!("{} to {}", opening.from.format("%b %d %H:%M"), opening.until.format("%b %d %H:%M"))
        });
        rows.add_row([
            lane.embassy.country.code().to_owned(),
            lane.embassy.city.clone(),
            lane.letters.to_string(),
            channel.to_owned(),
            to,
            an_hour(lane, shown),
            window,
        ]);
    }
    table::shown(&rows) + "\n"
}

/// Letters that one mailbox gets in an hour, at the most.
fn an_hour(lane: &crate::campaign::plan::PlanLane<'_>, shown: &Shown<'_>) -> String {
    if lane.channel == Channel::Post {
        return String::new();
    }
    let paces = &shown.manner.paces;
    let rates = [paces.rate, paces.per_domain, paces.per_embassy];
    let rate = rates.iter().filter_map(|rate| rate.per_second()).fold(f64::INFINITY, f64::min);
    let spread = lane.opening.map_or(f64::INFINITY, |opening| {
        let open = (opening.until - opening.from.max(shown.now)).as_seconds_f64();
        precise(lane.letters) / open.max(1.0)
    });
    let an_hour = (rate.min(spread) * 3600.0).ceil().min(precise(lane.letters));
    format!("{an_hour:.0}")
}

#[allow(clippy::cast_precision_loss, reason = "no plan has 2^52 letters")]
fn precise(letters: u64) -> f64 {
    letters as f64
}

fn pace(text: &mut String, shown: &Shown<'_>) -> std::fmt::Result {
    let manner = shown.manner;
    let connections = manner.connections;
    let over =
        if connections == 1 { "one connection".to_owned() } else { format!("{connections} connections") };
    writeln!(text, "Pace: {} over {over}", manner.paces.rate)?;
    for (rate, what) in [(manner.paces.per_domain, "domain"), (manner.paces.per_embassy, "mailbox")] {
        if rate.per_second().is_some() {
            writeln!(text, "At most {rate} to one {what}")?;
        }
    }
    if let Some(limit) = manner.limit {
        writeln!(text, "Limit: at most {} by mail in this run", count(limit, "letter"))?;
    }
    duration(text, shown)
}

/// How long it takes, and whether it fits the windows.
fn duration(text: &mut String, shown: &Shown<'_>) -> std::fmt::Result {
    let Forecast { letters, needs, fits, left_over, span, .. } = *shown.forecast;
    if let (Some(needs), 1..) = (needs, letters) {
        let pace = shown.manner.paces.in_words();
        let verb = if letters == 1 { "needs" } else { "need" };
        write!(text, "{} at {pace} {verb} {}", grouped_count(letters, "letter"), in_words(needs))?;
        if left_over > 0 {
            write!(text, "; their windows hold {}", grouped(fits))?;
        } else if shown.forecast.has_windows() {
            text.push_str(if letters == 1 { "; it fits its window" } else { "; they fit their windows" });
        }
        text.push('\n');
    }
    if let (Some((from, until)), Early::Waits) = (span, shown.manner.early) {
        let (from, until) = (from.format("%Y-%m-%d %H:%M"), until.format("%Y-%m-%d %H:%M UTC"));
        let whose = if letters == 1 { "It leaves" } else { "They leave" };
        writeln!(text, "{whose} between {from} and {until}, spread evenly over each embassy's window")?;
    }
    if left_over > 0 {
        writeln!(
            text,
            "{} {} pending: a faster --rate, or --after-window",
            grouped_count(left_over, "letter"),
            if left_over == 1 { "does not fit and stays" } else { "do not fit and stay" }
        )?;
    }
    Ok(())
}

fn look_alikes(text: &mut String, found: &LookAlikes) -> std::fmt::Result {
    if found.total == 0 {
        return Ok(());
    }
    let (look, second) = match found.total {
        1 => ("looks like one already sent", "it would be a second one"),
        _ => ("look like letters already sent", "they would be second ones"),
    };
    writeln!(text, "\n{} {look}; after a corrected typo {second}:", count(found.total, "new letter"))?;
    for alike in &found.first {
        writeln!(text, "  row {}: {}", alike.row, alike_in_words(alike))?;
    }
    Ok(())
}

/// What a new letter has in common with one already sent, and what became of that.
pub(super) fn alike_in_words(alike: &LookAlike) -> String {
    let shared = match alike.shared {
        Shared::NameAtEmbassy => "the same name at the same embassy",
        Shared::EmailAtEmbassy => "the same e-mail at the same embassy",
        Shared::Signer => "the same signer at another embassy",
    };
    let at = alike.at.map(|at| format!(" on {}", instant(at))).unwrap_or_default();
    format!("{shared}, {}{at}", alike.state.word().replace('_', " "))
}
