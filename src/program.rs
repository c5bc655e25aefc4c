//! Running another program with limits: how long it may take, and how much of what it prints is kept.
//!
//! It never gets the passwords that this program may have in its environment, and is not ended by the Ctrl-C that is
//! meant for us. Somebody else's child that keeps its pipes open keeps nobody waiting.

use std::io::{self, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// The variables that hold passwords.
pub(crate) const SECRETS: [&str; 2] = ["PROTEST_SMTP_PASSWORD", "PROTEST_LEDGER_PASSWORD"];

/// A command without our secrets in its environment.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for secret in SECRETS {
        command.env_remove(secret);
    }
    command
}

/// What a program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// How it ended; nothing where it took too long and was killed.
    pub status: Option<ExitStatus>,
    /// The first of what it printed.
    pub stdout: Vec<u8>,
    /// The first of what it complained of.
    pub stderr: Vec<u8>,
    /// Whether it was given all of its input.
    pub took_input: bool,
}

/// How much a program may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How long it may take.
    pub time: Duration,
    /// How many bytes are kept of each of its outputs; the rest is read and dropped.
    pub output: usize,
}

/// How long a pipe is listened to after its program has ended: another may hold it open.
const AFTER_THE_END: Duration = Duration::from_millis(500);
/// How often it is looked whether it has ended.
const TICK: Duration = Duration::from_millis(5);

/// Runs `command` with `input`, whose outputs are kept as far as they are piped.
///
/// # Errors
/// Where it cannot be started.
pub(crate) fn run(mut command: Command, input: Vec<u8>, limits: Limits) -> io::Result<Ran> {
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().map(|pipe| listen(pipe, limits.output)).transpose()?;
    let stderr = child.stderr.take().map(|pipe| listen(pipe, limits.output)).transpose()?;
    let written = child.stdin.take().map(|mut stdin| {
        let (tell, told) = mpsc::channel();
        std::thread::Builder::new()
            .spawn(move || {
                // Who no longer listens has ended the program.
                let _ = tell.send(stdin.write_all(&input).is_ok());
            })
            .map(|_| told)
    });
    let written = written.transpose()?;
    let status = wait(&mut child, limits.time)?;
    let took_input = written.is_none_or(|told| told.recv_timeout(AFTER_THE_END).unwrap_or(false));
    let heard = |told: Option<Receiver<Vec<u8>>>| {
        let mut all = Vec::new();
        let deadline = Instant::now() + AFTER_THE_END;
        while let Some(Ok(more)) =
            told.as_ref().map(|told| told.recv_timeout(deadline.saturating_duration_since(Instant::now())))
        {
            all.extend(more);
        }
        all
    };
    Ok(Ran { status, stdout: heard(stdout), stderr: heard(stderr), took_input })
}

/// Reads a pipe to its end in a thread of its own, so that a full one holds nobody up, and passes the first bytes on.
fn listen(mut pipe: impl Read + Send + 'static, most: usize) -> io::Result<Receiver<Vec<u8>>> {
    let (tell, told) = mpsc::channel();
    std::thread::Builder::new().spawn(move || {
        let mut room = most;
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            let kept = count.min(room);
            room -= kept;
            if kept > 0 && tell.send(buffer[..kept].to_vec()).is_err() {
                return;
            }
        }
    })?;
    Ok(told)
}

/// Waits for the end, or makes one.
fn wait(child: &mut Child, time: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + time;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            // It may have ended this very moment.
            let _ = child.kill();
            let _ = child.wait();
            return Ok(None);
        }
        std::thread::sleep(TICK);
    }
}

/// In a process group of its own: a Ctrl-C at the terminal is for us, who end in order.
#[cfg(unix)]
pub(crate) fn apart(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Where there are no process groups, it stays as it is.
#[cfg(not(unix))]
pub(crate) fn apart(_command: &mut Command) {}

/// With every output piped, and input too.
pub(crate) fn piped(command: &mut Command) {
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::{Limits, Ran, apart, command, piped, run};
    use std::time::{Duration, Instant};

    fn shell(script: &str, input: &[u8], seconds: u64) -> Ran {
        let mut shell = command("/bin/sh");
        shell.args(["-c", script]);
        piped(&mut shell);
        apart(&mut shell);
        let limits = Limits { time: Duration::from_secs(seconds), output: 1_000 };
        run(shell, input.to_vec(), limits).unwrap()
    }

    #[test]
    fn what_it_reads_and_complains_of_is_passed_on_up_to_the_limit() {
        let ran = shell("cat >&2", &vec![b'a'; 100_000], 20);
        assert!(ran.status.unwrap().success() && ran.took_input);
        assert_eq!(ran.stderr, [b'a'; 1_000]);
    }

    #[test]
    fn a_program_that_takes_too_long_or_reads_nothing_is_ended() {
        let before = Instant::now();
        let ran = shell("exec sleep 60", &vec![b'a'; 1_000_000], 1);
        assert!(ran.status.is_none() && !ran.took_input);
        assert!(before.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_child_that_keeps_the_pipe_open_keeps_nobody_waiting() {
        let before = Instant::now();
        let ran = shell("echo said >&2; sleep 60 & exit 3", b"", 30);
        assert_eq!(ran.status.unwrap().code(), Some(3));
        assert_eq!(ran.stderr, b"said\n");
        assert!(before.elapsed() < Duration::from_secs(25));
    }
}
