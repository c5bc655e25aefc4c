//! What one letter and a list have in common: the way to the relay, and the run itself.

use std::sync::atomic::AtomicBool;

use jiff::{SignedDuration, Timestamp};

use super::Send;
use super::password;
use super::progress::Progress;
use crate::campaign::amount::Rate;
use crate::campaign::config::Config;
use crate::cli::Session;
use crate::cli::failure::Failure;
use crate::delivery::auth::Credential;
use crate::delivery::outbox::Outbox;
use crate::delivery::relay::{Relay, Security};
use crate::delivery::run::{self, Line, Manner, Setting, Stop};
use crate::delivery::session::{Access, Timeouts};
use crate::delivery::throttle::Paces;
use crate::delivery::{sendmail, tls};
use crate::exit::Exit;
use crate::ledger;
use crate::mailbox::Mailbox;

/// The relay, which sending needs.
pub(super) fn relay(options: &Send, config: Option<&Config>) -> Result<Relay, Failure> {
    crate::cli::correspondence::relay(&options.sender, config)?.ok_or_else(|| {
        Failure::new(
            Exit::Config,
            "through which mail server? Add --smtp, for example: --smtp smtps://you@example.org@smtp.example.org",
        )
    })
}

/// The way to the relay, with everything that is needed before the first connection; the password is asked for here.
pub(super) fn line(
    relay: Relay,
    from: &Mailbox,
    options: &Send,
    config: Option<&Config>,
    session: &Session,
) -> Result<Line, Failure> {
    let relay = match relay {
        Relay::Smtp(relay) => relay,
        Relay::Sendmail => {
            let program = sendmail::find().ok_or_else(|| {
                Failure::new(
                    Exit::Unavailable,
                    "there is no sendmail program on this machine: use --smtp smtps://USER@HOST",
                )
            })?;
            return Ok(Line::Sendmail(program));
        }
        Relay::Directory(_) => return Err(Failure::usage("file: is written, not sent to")),
    };
    let timeout = options.timeout.or(config.and_then(|config| config.timeout));
    let ca = options.ca.as_deref().or(config.and_then(|config| config.ca.as_deref()));
    let tls = match relay.security {
        Security::Plaintext => None,
        Security::Implicit | Security::StartTls => Some(tls::config(ca)?),
    };
    let credential = match &relay.user {
        None => None,
        Some(user) => {
            let command = config.and_then(|config| config.password_command.as_deref());
            Some(Credential { user: user.clone(), secret: password::find(user, &relay, command, session)? })
        }
    };
    let access = Access {
        ehlo_domain: from.domain().to_owned(),
        credential,
        timeouts: timeout.map_or_else(Timeouts::default, Timeouts::all),
        tls,
    };
    Ok(Line::Smtp(relay, access))
}

/// How the run goes about it.
pub(super) fn manner(options: &Send, config: Option<&Config>, is_batch: bool) -> Manner {
    let config = config.filter(|_| is_batch);
    let default_rate = if is_batch { Rate::per_minute(30.0) } else { Rate::Unlimited };
    let default_retry =
        if is_batch { std::time::Duration::from_secs(15 * 60) } else { std::time::Duration::ZERO };
    let retry_for = options.retry_for.or(config.and_then(|config| config.retry_for)).unwrap_or(default_retry);
    Manner {
        connections: options.connections.or(config.and_then(|config| config.connections)).unwrap_or(1),
        per_connection: options.per_connection.or(config.and_then(|config| config.per_connection)),
        paces: Paces {
            rate: options.rate.or(config.and_then(|config| config.rate)).unwrap_or(default_rate),
            per_domain: config.and_then(|config| config.per_domain).unwrap_or(Rate::Unlimited),
            per_embassy: config.and_then(|config| config.per_embassy).unwrap_or(Rate::Unlimited),
        },
        limit: options.limit.or(config.and_then(|config| config.limit)),
        retry_for: SignedDuration::try_from(retry_for).unwrap_or(SignedDuration::ZERO),
        after_window: options.after_window,
        wait: !options.no_wait,
    }
}

/// Sends, and tells how it goes; gives why the run stopped early, if it did.
pub(super) fn carry_out(
    outbox: &dyn Outbox,
    ledger: &ledger::Run,
    line: &Line,
    manner: &Manner,
    interrupted: &AtomicBool,
    progress: &Progress,
) -> Option<Stop> {
    let setting = Setting {
        outbox,
        ledger,
        line,
        manner,
        clock: &Timestamp::now,
        interrupted,
        observer: &|event| progress.tell(event),
    };
    run::run(&setting)
}

/// The flag that Ctrl-C sets.
pub(super) fn interruption() -> Result<std::sync::Arc<AtomicBool>, Failure> {
    run::interruption().map_err(|error| {
        Failure::new(Exit::Unavailable, format!("this system does not let the program hear Ctrl-C: {error}"))
    })
}
