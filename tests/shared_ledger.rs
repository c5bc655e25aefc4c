//! One campaign, many senders: a ledger on a real `PostgreSQL`, which the tests start.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]
#![cfg(unix)]

mod support;

use support::Place;
use support::postgres::{Cluster, Wanted};

const SEND: &str = "send --signers signers.csv --embassies e.csv --from c@example.org --smtp smtps://c@example.org@smtp.example.org";

#[test]
fn a_url_that_cannot_be_a_ledger_is_told_before_anything_is_opened() {
    let place = Place::with_signers(&support::signers(2));
    let with = |ledger: &str| place.run(&format!("{SEND} --dry-run --ledger {ledger}"));
    with("postgresql://me:hunter2@db.example.org/dec2").refused(2, "has a password in it");
    assert!(!with("postgresql://me:hunter2@db.example.org/dec2").stderr.contains("hunter2"));
    with("postgres://me@db.example.org/dec2").refused(78, "did you mean postgresql://?");
    with("postgresql://db.example.org/dec2").refused(78, "names no user");
    place.run("send --name Aiko --country Japan --embassies e.csv --dry-run --ledger postgresql://me@db.example.org/dec2 --from a@example.org --smtp sendmail:").refused(2, "is a campaign's");
    place.write(
        "campaign.toml",
        "ledger = \"postgresql://me:hunter2@db.example.org/dec2\"\nledger_password_command = []\n",
    );
    place.run("send --signers signers.csv --dry-run").refused(2, "has a password in it");
    let told = place.run("check --signers signers.csv").stdout;
    assert!(
        told.contains("campaign.toml:1:10: ledger: the ledger's URL has a password")
            && !told.contains("hunter2"),
        "{told}"
    );
    assert!(told.contains("campaign.toml:2:27: ledger_password_command: it is empty"), "{told}");
    assert_eq!(place.files(), ["campaign.toml", "e.csv", "signers.csv"]);
}

#[test]
fn who_writes_one_letter_does_not_need_the_campaigns_database() {
    let place = Place::with_signers(&support::signers(2));
    place.write("campaign.toml", "ledger = \"postgresql://me@127.0.0.1:1/dec2\"\n");
    place.run("send --name Aiko --country Japan --embassies e.csv --dry-run --from a@example.org --smtp smtps://a@example.org@smtp.example.org").done();
    place.run("preview --name Aiko --country Japan --embassies e.csv").done();
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_program_without_shared_ledgers_says_where_they_are() {
    let place = Place::with_signers(&support::signers(2));
    for command in [SEND, "init begun --from a@example.org --smtp sendmail:"] {
        let ran = place.run(&format!("{command} --ledger postgresql://me@127.0.0.1/dec2"));
        ran.refused(78, "--features postgres");
    }
    assert_eq!(place.files(), ["e.csv", "signers.csv"]);
}

#[cfg(feature = "postgres")]
#[test]
fn a_shared_ledger_wants_its_secret_and_nobody_else_to_read_it() {
    let place = Place::with_signers(&support::signers(2));
    let line = format!("{SEND} --dry-run");
    place.write("campaign.toml", "ledger = \"postgresql://me@127.0.0.1:1/dec2\"\n");
    place.run(&line).refused(78, "needs the campaign's secret");
    place.write("campaign.toml", "ledger = \"postgresql://me@127.0.0.1:1/dec2\"\nsecret = \"s\"\n");
    place.run(&line).refused(66, "the campaign's secret is not there");
    place.write("s", "ab".repeat(32));
    place.run(&line).refused(78, "chmod 600");
}

#[test]
fn a_server_of_the_tests_own_is_killed_restored_and_filled() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    let database = cluster.database();
    cluster.sql(&database, "CREATE TABLE t (n int); INSERT INTO t VALUES (1)");
    let dump = cluster.dump(&database);
    cluster.kill();
    cluster.start_again();
    cluster.sql(&database, "INSERT INTO t VALUES (2)");
    assert_eq!(cluster.sql(&database, "SELECT n FROM t"), "1\n2");
    cluster.restore(&database, &dump);
    assert_eq!(cluster.sql(&database, "SELECT n FROM t"), "1");
    cluster.keep_a_copy();
    cluster.sql(&database, "INSERT INTO t VALUES (3)");
    cluster.restore_the_copy();
    assert_eq!(cluster.sql(&database, "SELECT n FROM t"), "1");
    let Some(small) = Cluster::start(&Wanted { disk: Some(80_000), ..Wanted::default() }) else { return };
    small.sql("postgres", "CREATE TABLE t (n text)");
    small.fill_the_disk();
    let filled =
        small.try_sql("postgres", "INSERT INTO t SELECT repeat('x', 1000) FROM generate_series(1, 9000)");
    assert!(filled.is_err());
    small.free_the_disk();
    small.start_again();
    small.sql("postgres", "INSERT INTO t VALUES ('y')");
}
