//! The way to the relay, and the pace on it: what options and campaign.toml say together.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::TimeDelta;
use rustls::ClientConfig;

use super::failure::Failure;
use super::options::{PlanOptions, SenderOptions};
use super::session::Session;
use super::{correspondent, password};
use crate::campaign::amount::{Paces, Rate};
use crate::campaign::settings::file::CampaignFile;
use crate::campaign::settings::relay::Auth;
use crate::delivery::auth::Credential;
use crate::delivery::session::{Access, Timeouts};
use crate::delivery::work::{Line, Manner};
use crate::delivery::{sendmail, tls};
use crate::exit::Exit;
use crate::mailbox::Mailbox;
use crate::relay::{Relay, Security, SmtpRelay};

/// The relay, which sending needs.
pub(super) fn relay(options: &SenderOptions, config: Option<&CampaignFile>) -> Result<Relay, Failure> {
    correspondent::relay(options, config)?.ok_or_else(|| {
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
    options: &PlanOptions,
    config: Option<&CampaignFile>,
    session: &Session,
) -> Result<Line, Failure> {
    let relay = match relay {
        Relay::Smtp(relay) => relay,
        Relay::Sendmail => {
            let patience = timeouts(options, config).dot;
            return Ok(Line::Sendmail(sendmail_program()?, patience));
        }
        Relay::Directory(_) => return Err(Failure::usage("file: is written, not sent to")),
    };
    let mut access = access(&relay, from, options, config)?;
    access.credential = credential(&relay, config, session)?;
    Ok(Line::Smtp(relay, access))
}

/// What a session needs, but for the log-in.
pub(super) fn access(
    relay: &SmtpRelay,
    from: &Mailbox,
    options: &PlanOptions,
    config: Option<&CampaignFile>,
) -> Result<Access, Failure> {
    let tls = tls_to(relay, options, config)?;
    Ok(Access {
        ehlo_domain: from.domain().to_owned(),
        credential: None,
        timeouts: timeouts(options, config),
        tls,
    })
}

fn timeouts(options: &PlanOptions, config: Option<&CampaignFile>) -> Timeouts {
    let timeout = options.timeout.or(config.and_then(|config| Some(config.relay.timeout.as_ref()?.value)));
    timeout.map_or_else(Timeouts::default, Timeouts::all)
}

/// The log-in, where the relay's URL has a user; the secret is asked for here.
pub(super) fn credential(
    relay: &SmtpRelay,
    config: Option<&CampaignFile>,
    session: &Session,
) -> Result<Option<Credential>, Failure> {
    let Some(user) = &relay.user else { return Ok(None) };
    let only_login = config.and_then(|config| Some(config.relay.auth.as_ref()?.value)) == Some(Auth::Login);
    let secret = password::find(user, relay, config, session)?;
    Ok(Some(Credential { user: user.clone(), secret, only_login }))
}

/// What can be known of the way before anybody is asked anything: a dry run fails where the run would.
pub(super) fn must_be_there(
    relay: &Relay,
    options: &PlanOptions,
    config: Option<&CampaignFile>,
) -> Result<(), Failure> {
    match relay {
        Relay::Smtp(relay) => tls_to(relay, options, config).map(drop),
        Relay::Sendmail => sendmail_program().map(drop),
        Relay::Directory(_) => Ok(()),
    }
}

fn sendmail_program() -> Result<PathBuf, Failure> {
    sendmail::find().ok_or_else(|| {
        Failure::new(
            Exit::Unavailable,
            "there is no sendmail program on this machine: use --smtp smtps://USER@HOST",
        )
    })
}

fn tls_to(
    relay: &SmtpRelay,
    options: &PlanOptions,
    config: Option<&CampaignFile>,
) -> Result<Option<Arc<ClientConfig>>, Failure> {
    let ca =
        options.ca.as_deref().or(config.and_then(|config| Some(config.relay.ca.as_ref()?.value.as_path())));
    Ok(match relay.security {
        Security::Plaintext => None,
        Security::Implicit | Security::StartTls => Some(tls::config(ca)?),
    })
}

/// How the run goes about it: it waits for windows unless the caller says otherwise.
pub(super) fn manner(options: &PlanOptions, config: Option<&CampaignFile>, is_batch: bool) -> Manner {
    let default_rate = if is_batch { Rate::per_minute(30.0) } else { Rate::Unlimited };
    let default_retry =
        if is_batch { std::time::Duration::from_secs(15 * 60) } else { std::time::Duration::ZERO };
    let retry_for =
        options.retry_for.or(config.and_then(|config| config.pace.retry_for)).unwrap_or(default_retry);
    Manner {
        connections: options.connections.or(config.and_then(|config| config.pace.connections)).unwrap_or(1),
        per_connection: options.per_connection.or(config.and_then(|config| config.pace.per_connection)),
        paces: Paces {
            rate: options.rate.or(config.and_then(|config| config.pace.rate)).unwrap_or(default_rate),
            per_domain: config.and_then(|config| config.pace.per_domain).unwrap_or(Rate::Unlimited),
            per_embassy: config.and_then(|config| config.pace.per_embassy).unwrap_or(Rate::Unlimited),
        },
        limit: options.limit.or(config.and_then(|config| config.pace.limit)),
        retry_for: TimeDelta::from_std(retry_for).unwrap_or(TimeDelta::MAX),
        after_window: options.after_window,
        wait: true,
    }
}
