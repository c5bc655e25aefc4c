//! How a campaign stands: in words, and as an exit code.

use std::fmt::Write as _;

use crate::campaign::plan::{Channel, Plan, PlanLane};
use crate::exit::Exit;
use crate::ledger::{Copies, Counts, Held, Tally};
use crate::wording::count;

/// The counts of a campaign in words: those that are not zero.
pub(super) fn counts_in_words(counts: &Counts) -> String {
    let named = [
        (counts.accepted, "accepted"),
        (counts.by_post, "by post"),
        (counts.pending, "pending"),
        (counts.deferred, "deferred"),
        (counts.refused, "refused"),
        (counts.bounced, "bounced"),
        (counts.in_doubt, "in doubt"),
    ];
    let parts: Vec<String> =
        named.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// How the campaign stands after a run: numbers that add up to the list.
pub(super) fn summary(
    counts: &Counts,
    plan: &Plan<'_>,
    has_post_folder: bool,
    held: &[Held],
    with_another_list: u64,
) -> String {
    let (mail, post) = (plan.count(Channel::Mail), plan.count(Channel::Post));
    let mut text = count(plan.rows, "row");
    // Letters sent earlier whose rows are gone stay in the ledger.
    let earlier = (counts.total() + with_another_list).saturating_sub(mail + post);
    if earlier > 0 {
        let _ = write!(text, " and {} of earlier lists", count(earlier, "letter"));
    }
    let _ = write!(text, ": {}", counts_in_words(counts));
    let rest = [
        (with_another_list, "sent with another list"),
        (plan.left_out, "said no"),
        (plan.without_post, "without post"),
        (plan.repeats.len() as u64, "repeated"),
        (plan.faults.rows(), "faulty"),
    ];
    for (rows, word) in rest.into_iter().filter(|(rows, _)| *rows > 0) {
        let _ = write!(text, ", {rows} {word}");
    }
    text.push('.');
    if post > counts.by_post && counts.pending > 0 && !has_post_folder {
        let _ = write!(text, " {mail} by mail, {post} by post: give --post DIR.");
    }
    if counts.in_doubt > 0 {
        text.push_str(" `protest status --in-doubt` names those in doubt, `protest settle` settles them.");
    }
    for held in held {
        let _ = write!(
            text,
            " {} {} for another address of the embassy than {}, which is held: change it in the address book, or give \
             --retry-refused if it is right.",
            count(held.waiting, "letter"),
            if held.waiting == 1 { "waits" } else { "wait" },
            held.address
        );
    }
    text
}

/// Whether more is to be sent: letters to addresses that are held wait for something else.
pub(super) fn goes_on(counts: &Counts, held: &[Held]) -> bool {
    counts.pending + counts.deferred > held.iter().map(|held| held.waiting).sum()
}

/// What the same command does with the letters that are still to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rest {
    /// Letters that it would try.
    pub(super) goes_on: u64,
    /// Letters whose windows are over: it would leave them.
    pub(super) too_late: u64,
}

impl Rest {
    /// `is_over`: whether nothing leaves through a lane any more, unless the user says so.
    pub(super) fn of(
        tally: &Tally,
        held: &[Held],
        plan: &Plan<'_>,
        has_post_folder: bool,
        is_over: impl Fn(&PlanLane<'_>) -> bool,
    ) -> Rest {
        let left = |lane: &PlanLane<'_>| {
            let destination = lane.embassy.destination();
            let counts = tally.by_destination.iter().find(|(known, _)| *known == destination);
            counts.map_or(0, |(_, counts)| counts.pending + counts.deferred)
        };
        let mut rest = Rest::default();
        for lane in plan.lanes.iter().filter(|lane| lane.letters > 0) {
            match lane.channel {
                Channel::Post if !has_post_folder => {}
                Channel::Mail if is_over(lane) => rest.too_late += left(lane),
                _ => rest.goes_on += left(lane),
            }
        }
        rest.goes_on = rest.goes_on.saturating_sub(held.iter().map(|held| held.waiting).sum());
        rest
    }

    /// What the user should know of it, if anything.
    pub(super) fn in_words(self) -> String {
        let mut text = String::new();
        if self.too_late > 0 {
            let whose = if self.too_late == 1 { "its window is" } else { "their windows are" };
            let _ = write!(text, " {}: {whose} over; --after-window sends", count(self.too_late, "letter"));
            text.push_str(if self.too_late == 1 { " it." } else { " them." });
        }
        if self.goes_on > 0 {
            text.push_str(" The same command goes on with the rest.");
        }
        text
    }
}

/// What is to be said of the copies to signers, if anything.
pub(super) fn copies(owed: u64, copies: Copies, are_wanted: bool) -> Option<String> {
    let mut text = String::new();
    if owed > 0 {
        let verb = if owed == 1 { "is" } else { "are" };
        let how = if are_wanted { "the same command sends the rest" } else { "--copy-to-signer sends them" };
        let _ = write!(text, "{owed} of the copies to signers {verb} still owed: {how}. ");
    }
    if copies.in_doubt > 0 {
        let _ = write!(
            text,
            "{} begun, and nobody knows whether {} arrived: no second one is sent.",
            if copies.in_doubt == 1 {
                "1 copy was".to_owned()
            } else {
                format!("{} copies were", copies.in_doubt)
            },
            if copies.in_doubt == 1 { "it" } else { "they" },
        );
    }
    (!text.is_empty()).then(|| text.trim_end().to_owned())
}

/// How the whole campaign stands, as an exit code.
pub(super) fn verdict(counts: &Counts, held: &[Held]) -> Exit {
    if goes_on(counts, held) {
        Exit::TemporaryFailure
    } else if counts.refused > 0 || counts.bounced > 0 || counts.in_doubt > 0 || !held.is_empty() {
        Exit::SomeLettersFailed
    } else {
        Exit::Done
    }
}
