//! What a trial came to, in one line.

use std::collections::BTreeMap;

use crate::support::joint::{Group, arrived};
use crate::support::relay::FakeRelay;

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) tried: usize,
    pub(crate) lost: u64,
    pub(crate) twice: u64,
    pub(crate) in_doubt: u64,
    pub(crate) untrue: u64,
}

impl Tally {
    /// Counts a campaign that is at its end: `letters` signers, each once.
    pub(crate) fn count(&mut self, letters: usize, relay: &FakeRelay, group: &Group, what: &str) {
        let (arrived, status) = (arrived(relay), group.status());
        let of = |word: &str| status.get(word).copied().unwrap_or_default();
        let twice = arrived.values().filter(|count| **count > 1).count() as u64;
        let known = of("accepted") + of("in_doubt");
        let lost = (letters as u64).abs_diff(known);
        // None is called accepted that did not arrive, and none that arrived is called otherwise than accepted or in doubt.
        let there = arrived.len() as u64;
        let untrue = of("accepted").saturating_sub(there) + there.saturating_sub(known);
        if twice + lost + untrue > 0 {
            println!("{what}: {twice} twice, {lost} lost, {untrue} untrue: {status:?}, {there} arrived");
        }
        self.tried += 1;
        self.twice += twice;
        self.lost += lost;
        self.untrue += untrue;
        self.in_doubt += of("in_doubt");
    }

    pub(crate) fn print(&self, what: &str, more: &BTreeMap<&str, usize>) {
        let more: String = more.iter().map(|(name, count)| format!(", {name} {count}")).collect();
        let Tally { tried, lost, twice, in_doubt, untrue } = self;
        println!(
            "{what}: tried {tried}, lost {lost}, twice {twice}, untrue {untrue}, in doubt {in_doubt}{more}"
        );
        assert_eq!((*lost, *twice, *untrue), (0, 0, 0), "{what}");
    }
}
