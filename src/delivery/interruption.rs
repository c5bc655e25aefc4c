//! Signals that ask for an end: a run ends in order, anything else at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::exit::Exit;

/// What Ctrl-C, SIGTERM and SIGHUP do: before the run they end the process at once; within it the first asks for an
/// end, and a second one ends at once.
#[derive(Clone, Debug)]
pub(crate) struct Interruption {
    wanted: Arc<AtomicBool>,
    at_once: Arc<AtomicBool>,
}

impl Interruption {
    /// Listens to signals from now on. They are the process's, and so is this: whoever listens hears the same.
    ///
    /// # Errors
    /// Where the system does not let the program hear them.
    pub(crate) fn listen() -> std::io::Result<Interruption> {
        static HEARD: OnceLock<Interruption> = OnceLock::new();
        if let Some(heard) = HEARD.get() {
            return Ok(heard.clone());
        }
        let interruption = Interruption { wanted: Arc::default(), at_once: Arc::new(AtomicBool::new(true)) };
        for signal in TERMINATING {
            let code = i32::from(Exit::Interrupted.code());
            signal_hook::flag::register_conditional_shutdown(
                *signal,
                code,
                Arc::clone(&interruption.at_once),
            )?;
            signal_hook::flag::register(*signal, Arc::clone(&interruption.wanted))?;
            signal_hook::flag::register(*signal, Arc::clone(&interruption.at_once))?;
        }
        Ok(HEARD.get_or_init(|| interruption).clone())
    }

    /// The flag itself, for who waits elsewhere.
    pub(crate) fn wanted(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.wanted)
    }

    /// The run begins, and is to end in order; gives the flag that says so.
    pub(crate) fn begin(&self) -> &AtomicBool {
        self.at_once.store(false, Ordering::Relaxed);
        &self.wanted
    }
}

#[cfg(unix)]
const TERMINATING: &[std::ffi::c_int] =
    &[signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const TERMINATING: &[std::ffi::c_int] = &[signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
