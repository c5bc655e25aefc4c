//! The program on a terminal, and what is typed into it. Wants `script`, of Debian's bsdutils.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{Place, Ran};

impl Place {
    /// Types this into `protest LINE` on a terminal, and then the end of input; what is shown is all in stdout.
    pub fn typed(&self, line: &str, typed: &str) -> Ran {
        self.typed_with(&[], line, typed)
    }

    /// The same in an environment that has these variables too.
    pub fn typed_with(&self, variables: &[(&str, &str)], line: &str, typed: &str) -> Ran {
        let command = format!("{} {line}", env!("CARGO_BIN_EXE_protest"));
        let mut child = Command::new("script")
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            .current_dir(self.path(""))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("LC_ALL", "C.UTF-8")
            .envs(variables.iter().copied())
            .env_remove("PROTEST_CONFIG")
            .env_remove("PROTEST_SMTP_PASSWORD")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that asks nothing may have ended before it could read.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        Ran::of(&child.wait_with_output().unwrap())
    }
}
