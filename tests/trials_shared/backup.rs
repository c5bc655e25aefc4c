//! An old backup is restored: what it has forgotten is noticed, and put in doubt.

use std::collections::BTreeMap;

use crate::support::joint::{Joint, arrived, signers_of};
use crate::support::postgres::{Cluster, Wanted};
use crate::support::relay::{FakeRelay, Script};
use crate::support::trial::{Chance, size};
use crate::tally::Tally;

#[test]
fn a_restored_backup_that_has_forgotten_letters_is_refused_and_settled_from_the_counter() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    let mut chance = Chance::new(3);
    let mut tally = Tally::default();
    let mut refused = 0;
    for trial in 0..size(3, 60) {
        let joint = Joint::begin(&cluster);
        let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
        let letters = 20 + chance.below(30);
        let groups = [
            joint.group("one", &signers_of(0..letters), cluster.port),
            joint.group("two", &signers_of(letters / 2..letters + 10), cluster.port),
        ];
        // The second group is served by then, or has not sent yet.
        let is_second_first = chance.below(2) == 0;
        if is_second_first {
            groups[1].send(&relay, "");
        }
        groups[0].send(&relay, &format!("--limit {}", 1 + chance.below(8)));
        let whole_server = trial % 2 == 0;
        let dump = if whole_server {
            cluster.keep_a_copy();
            String::new()
        } else {
            cluster.dump(&joint.database)
        };
        groups[0].send(&relay, &format!("--limit {}", 1 + chance.below(8)));
        if whole_server {
            cluster.restore_the_copy();
        } else {
            cluster.restore(&joint.database, &dump);
        }
        let before = arrived(&relay).len();
        let ran = groups[0].send(&relay, "");
        ran.refused(78, "settle --from-counter");
        assert_eq!(arrived(&relay).len(), before, "something left all the same");
        refused += 1;
        let settled = groups[0].run("settle --from-counter --yes");
        assert!([0, 1].contains(&settled.code), "{settled:?}");
        // What was pending in the backup is in doubt, and stays so until it is said what became of it.
        let ran = groups[0].send(&relay, "");
        assert_eq!(ran.code, 1, "{} settled, then {ran:?}", settled.stderr);
        // The other group's own letters may be in no doubt at all.
        let other = groups[1].send(&relay, "");
        assert!([0, 1].contains(&other.code), "{other:?}");
        tally.count(letters + 10, &relay, &groups[0], "backup");
    }
    tally.print("backups restored", &BTreeMap::from([("refused", refused)]));
}
