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

use support::postgres::{Cluster, Wanted};

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
