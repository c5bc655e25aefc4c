//! `PgBouncer` before a server of the tests' own, with a pool mode to choose.

#![allow(clippy::panic, reason = "this is how a test fails")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::postgres::{PASSWORD, ROLE, leave_out};

pub struct Pooler {
    pub port: u16,
    watchdog: Child,
    _folder: tempfile::TempDir,
}

/// Ends the pooler when its input ends, which is the end of the test, however that comes about.
const WATCHDOG: &str = r#""$@" >/dev/null 2>&1 & cat >/dev/null; kill $! 2>/dev/null; wait"#;

impl Pooler {
    /// Starts one before the server at `port`; nothing where there is no `PgBouncer`, and where one is demanded that is a failure.
    pub fn start(port: u16, pool_mode: &str, more: &str) -> Option<Pooler> {
        if Command::new("pgbouncer").arg("--version").output().is_err() {
            leave_out("PgBouncer", "it is not there; install the package pgbouncer");
            return None;
        }
        let own = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let users = file("users.txt", &format!("\"{ROLE}\" \"{PASSWORD}\"\n"));
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {own}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = {pool_mode}\n{more}\n",
            users.display()
        );
        let config = file("pgbouncer.ini", &text);
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "sh"]);
        if rustix::process::geteuid().is_root() {
            // It refuses to be run by root.
            watchdog.args(["setpriv", "--reuid=nobody", "--clear-groups", "--inh-caps=-all"]);
        }
        watchdog.arg("pgbouncer").arg(config).process_group(0).stdin(Stdio::piped());
        let watchdog = watchdog.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Pooler { port: own, watchdog, _folder: folder };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", own)).is_ok() {
                return Some(pooler);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("PgBouncer does not answer");
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}
