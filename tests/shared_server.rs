//! The server of a shared ledger: its TLS, its settings, and what stands before it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]
#![cfg(all(unix, feature = "postgres"))]

mod support;

use support::joint::{Joint, arrived, signers_of};
use support::pooler::Pooler;
use support::postgres::{Cluster, PASSWORD, Wanted, authority_for};
use support::relay::{FakeRelay, Script};
use support::wire::{Cut, Manner, Wire};
use support::{Place, Ran, words};

/// `protest init` with a ledger there, in a folder of its own.
fn init(ledger: &str) -> Ran {
    init_with(ledger, Some(PASSWORD))
}

fn init_with(ledger: &str, password: Option<&str>) -> Ran {
    let place = Place::new();
    let line = format!(
        "init begun --name Joint --from first@example.org --smtp smtps://first@example.org@smtp.example.org --day 12-02 \
         --ledger {ledger}"
    );
    let mut command = place.command();
    command.args(words(&line));
    if let Some(password) = password {
        command.env("PROTEST_LEDGER_PASSWORD", password);
    }
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!(place.has("begun"), ran.code == 0, "{ran:?}");
    ran
}

fn with_tls(name: &str) -> Option<Cluster> {
    Cluster::start(&Wanted { tls_name: Some(name.to_owned()), ..Wanted::default() })
}

#[test]
fn a_server_with_a_certificate_of_an_authority_that_the_url_names_is_spoken_to_in_tls() {
    let Some(cluster) = with_tls("localhost") else { return };
    let joint = Joint::begin_by(&cluster, &cluster.tls_url("localhost"));
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let seoul = joint.group("seoul", &signers_of(1..=12), cluster.port);
    seoul.send(&relay, "--connections 2").done();
    assert_eq!(arrived(&relay).len(), 12);
    let sessions = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND usename = 'protest'";
    assert_eq!(cluster.sql("postgres", sessions), "0", "a session is left");
    assert_eq!(seoul.status()["accepted"], 12);
}

#[test]
fn a_certificate_for_another_name_or_of_an_unknown_authority_ends_it_before_the_password_is_sent() {
    let Some(cluster) = with_tls("db.example.org") else { return };
    let database = cluster.database();
    let url = cluster.tls_url("localhost").replace("DATABASE", &database);
    init(&url).refused(77, "its certificate is made out to another name (db.example.org)");
    let Some(other) = with_tls("localhost") else { return };
    let foreign = url.replace(&cluster.port.to_string(), &other.port.to_string());
    init(&foreign)
        .refused(77, "an issuer that this system does not trust; if it is your own, ?sslrootcert=FILE");
    let place = Place::new();
    let remade = place.write("remade.pem", authority_for("localhost").pem());
    let other_url = format!("{}?sslrootcert={}", other.url(&database), remade.display());
    init(&other_url.replace("127.0.0.1", "localhost"))
        .refused(77, "signed by another authority than the one of that name that is trusted here");
    init(&format!("{}.gone", other.tls_url("localhost"))).refused(77, "authority.pem.gone: cannot be read");
}

#[test]
fn a_server_that_wants_tls_or_has_none_is_named() {
    let Some(cluster) = with_tls("localhost") else { return };
    // On the same machine nothing is encrypted unless the URL names an authority.
    init(&cluster.url(&cluster.database())).refused(77, "pg_hba.conf");
    let Some(clear) = Cluster::shared() else { return };
    let url = format!("{}?sslrootcert={}", clear.url(&clear.database()), cluster.authority().display());
    init(&url).refused(77, "speaks no TLS");
}

#[test]
fn nothing_in_the_url_switches_the_verification_off() {
    for mode in ["disable", "prefer", "require", "verify-ca", "verify-full"] {
        let ran = init(&format!("postgresql://protest@127.0.0.1:1/dec2?sslmode={mode}"));
        ran.refused(78, "The connection is encrypted always");
    }
}

#[test]
fn a_server_that_may_lose_what_it_has_recorded_is_refused() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    let joint = Joint::begin(&cluster);
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let seoul = joint.group("seoul", &signers_of(1..=3), cluster.port);
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        cluster.sql("postgres", &format!("ALTER SYSTEM SET {setting} = off"));
        cluster.sql("postgres", "SELECT pg_reload_conf()");
        cluster.wait_for_setting(setting, "off");
        seoul.send(&relay, "").refused(78, &format!("the server has {setting} = off"));
        init(&cluster.url(&cluster.database())).refused(78, &format!("the server has {setting} = off"));
        cluster.sql("postgres", &format!("ALTER SYSTEM RESET {setting}"));
        cluster.sql("postgres", "SELECT pg_reload_conf()");
        cluster.wait_for_setting(setting, "on");
    }
    // A role's or a database's own setting counts as well.
    joint.sql(&format!("ALTER DATABASE {} SET synchronous_commit = off", joint.database));
    seoul.send(&relay, "").refused(78, "the server has synchronous_commit = off");
    joint.sql(&format!("ALTER DATABASE {} RESET synchronous_commit", joint.database));
    assert_eq!(relay.accepted().len(), 0);
    seoul.send(&relay, "").done();
}

#[test]
fn a_pooler_that_keeps_sessions_is_good() {
    let Some(cluster) = Cluster::shared() else { return };
    let Some(pooler) = Pooler::start(cluster.port, "session", "") else { return };
    let joint = Joint::begin(cluster);
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let seoul = joint.group("seoul", &signers_of(1..=12), pooler.port);
    seoul.send(&relay, "--connections 2").done();
    assert_eq!(arrived(&relay).len(), 12);
    assert_eq!(seoul.status()["accepted"], 12);
    // No lock is left behind in the pooler's own sessions: a run is dead when it is gone.
    assert_eq!(cluster.sql("postgres", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0");
}

#[test]
fn a_pooler_that_gives_each_transaction_another_session_is_refused_before_a_letter_leaves() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    for (mode, more) in [("transaction", ""), ("transaction", "server_round_robin = 1"), ("statement", "")] {
        let Some(pooler) = Pooler::start(cluster.port, mode, more) else { return };
        let joint = Joint::begin(&cluster);
        let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
        let seoul = joint.group("seoul", &signers_of(1..=3), pooler.port);
        let ran = seoul.send(&relay, "");
        ran.refused(78, "does not keep a session together (a pooler");
        assert_eq!(relay.accepted().len(), 0, "{mode} {more}");
        drop(pooler);
        seoul.by_way_of(cluster.port);
        seoul.send(&relay, "").done();
        assert_eq!(arrived(&relay).len(), 3);
    }
}

/// A log-in for each group, as docs/shared-ledger.md has it, all of whom work as the role that the tables belong to.
#[test]
fn groups_with_log_ins_of_their_own_share_the_tables_and_come_back_when_the_connection_was_cut() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    cluster.sql("postgres", "CREATE ROLE dec2 NOLOGIN IN ROLE protest");
    for group in ["seoul", "tokyo"] {
        let make = format!("CREATE ROLE dec2_{group} LOGIN PASSWORD '{PASSWORD}' IN ROLE dec2");
        cluster.sql("postgres", &make);
        cluster.sql("postgres", &format!("ALTER ROLE dec2_{group} SET role = 'dec2'"));
    }
    let of = |group: &str, port: u16| format!("postgresql://dec2_{group}@127.0.0.1:{port}/DATABASE");
    let joint = Joint::begin_by(&cluster, &of("seoul", cluster.port));
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    // Somewhere among the rounds.
    let cut = Some((50, Cut::BeforeItsAnswer));
    let wire = Wire::to(cluster.port, Manner { cut, ..Manner::default() });
    let seoul = joint.group("seoul", &signers_of(1..=60), wire.port);
    seoul.send(&relay, "--retry-for 30s").done();
    assert!(wire.is_cut());
    let tokyo = joint.group("tokyo", &signers_of(41..=80), cluster.port);
    let url = of("tokyo", cluster.port).replace("DATABASE", &joint.database);
    tokyo.send(&relay, &format!("--ledger {url}")).done();
    assert_eq!(arrived(&relay).len(), 80);
    assert!(arrived(&relay).values().all(|times| *times == 1));
    let owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'protest'";
    assert_eq!(joint.sql(owners), "dec2");
}

#[test]
fn a_server_that_lets_nobody_in_says_why() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database();
    let url = cluster.url(&database);
    init("postgresql://protest@127.0.0.1:1/dec2").refused(69, "the database server cannot be reached");
    init_with(&url, Some("made up too")).refused(77, "refuses the password");
    init_with(&url, None).refused(77, "wants a password");
    init(&cluster.url("nowhere")).refused(78, "has no such database");
    cluster.sql("postgres", &format!("CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'"));
    init(&url.replace("protest@", "guest@")).refused(77, "does not let this user do that");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'protest'";
    assert_eq!(cluster.sql(&database, tables), "0", "a table is left of one that failed");
    init(&url).done();
    init(&url).refused(73, "there is a campaign already");
}

#[test]
fn another_campaigns_tables_another_secret_and_another_schema_are_refused() {
    let Some(cluster) = Cluster::shared() else { return };
    let (joint, other) = (Joint::begin(cluster), Joint::begin(cluster));
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let seoul = joint.group("seoul", &signers_of(1..=3), cluster.port);
    let stranger = other.group("tokyo", &signers_of(1..=3), cluster.port);
    let foreign = format!("--ledger {}", cluster.url(&joint.database));
    stranger
        .send(&relay, &foreign)
        .refused(78, "the secret here is another one than the campaign began with");
    joint.sql("UPDATE protest.campaign SET id = 'another-2026'");
    seoul.send(&relay, "").refused(78, "another-2026");
    joint.sql("UPDATE protest.campaign SET id = 'joint-2026', schema = 0");
    seoul.send(&relay, "").refused(78, "has schema 0, which is an older one than this program knows");
    // A later release may have other columns.
    joint.sql(
        "UPDATE protest.campaign SET schema = 99; ALTER TABLE protest.campaign RENAME key_rules TO rules",
    );
    seoul.send(&relay, "").refused(78, "99");
    assert_eq!(relay.accepted().len(), 0);
    joint.sql(
        "UPDATE protest.campaign SET schema = 1; ALTER TABLE protest.campaign RENAME rules TO key_rules",
    );
    seoul.send(&relay, "").done();
}
