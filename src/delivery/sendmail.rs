//! The local sendmail program as a relay. It adds this machine's host and user name to the message by itself.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::ledger::{KeptReply, Outcome};
use crate::message::compose::Composed;

/// Where sendmail is looked for beside PATH (Filesystem Hierarchy Standard; Debian Policy 11.6).
const PLACES: [&str; 2] = ["/usr/sbin/sendmail", "/usr/lib/sendmail"];
/// sysexits `EX_TEMPFAIL`.
const TEMPORARY_FAILURE: i32 = 75;

/// The program, if there is one.
pub(crate) fn find() -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    in_path
        .map(|folder| folder.join("sendmail"))
        .chain(PLACES.iter().map(PathBuf::from))
        .find(|path| path.is_file())
}

/// Hands over one message. Exit status 0 is accepted, 75 deferred, any other refused, a signal a doubt.
pub(super) fn deliver(program: &std::path::Path, composed: &Composed) -> Outcome {
    let relay = || "sendmail".to_owned();
    let unsent =
        |words: String| Outcome::Deferred(KeptReply { words, relay: relay(), ..KeptReply::default() });
    let envelope = &composed.envelope;
    let child = Command::new(program)
        .args(["-i", "-f", &envelope.reverse_path.to_string(), "--", &envelope.forward_path.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return unsent(format!("{} cannot be run: {error}", program.display())),
    };
    // Local programs read lines that end as this system's do.
    let message: Vec<u8> = composed.bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
    let written = child.stdin.take().map(|mut stdin| stdin.write_all(&message));
    match child.wait_with_output() {
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let words: String =
                words.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
            let reply = KeptReply { words, relay: relay(), ..KeptReply::default() };
            match (output.status.code(), written) {
                (Some(0), Some(Ok(()))) => Outcome::Accepted(reply),
                (Some(0), _) => {
                    Outcome::InDoubt("sendmail ended well before it had read the message".to_owned())
                }
                (Some(TEMPORARY_FAILURE), _) => Outcome::Deferred(reply),
                (Some(_), _) => Outcome::Refused(reply),
                (None, _) => Outcome::InDoubt("sendmail was killed".to_owned()),
            }
        }
        Err(error) => Outcome::InDoubt(format!("nobody knows how sendmail ended: {error}")),
    }
}
