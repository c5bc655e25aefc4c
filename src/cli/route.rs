//! The way to the relay, with what is needed to get in.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ClientConfig;

use super::failure::Failure;
use super::password;
use super::terminal::Terminal;
use crate::campaign::settings::Settings;
use crate::campaign::settings::relay::Auth;
use crate::delivery::auth::Credential;
use crate::delivery::sendmail;
use crate::delivery::session::{Access, Timeouts};
use crate::delivery::work::Line;
use crate::exit::Exit;
use crate::mailbox::Mailbox;
use crate::provider::{self, Provider};
use crate::relay::{Relay, Security, SmtpRelay};
use crate::tls;

/// The relay of the provider at which the account is, where only an address was given; it says which.
pub(super) fn of_account(address: &Mailbox, terminal: Terminal) -> Result<Relay, Failure> {
    let provider = provider::of_domain(address.domain());
    let url = provider.and_then(|provider| provider.relay_url(address.local_part(), address.domain()));
    let (Some(provider), Some(url)) = (provider, url) else {
        let why = match provider.and_then(Provider::how_to_log_in) {
            Some(how) => how,
            None => format!(
                "the mail server of {} is not known here; your provider's help names it",
                address.domain()
            ),
        };
        return Err(Failure::new(
            Exit::Config,
            format!("through which mail server? Add --smtp smtps://{address}@SERVER: {why}"),
        ));
    };
    let how = provider.how_to_log_in().map(|how| format!("; {how}")).unwrap_or_default();
    terminal.notice(&format!("Through {}'s mail server: --smtp {url}{how}.", provider.name));
    Ok(Relay::parse(&url)?)
}

/// The way to the relay, with everything that is needed before the first connection; the password is asked for here.
pub(super) fn line(
    relay: Relay,
    from: &Mailbox,
    settings: &Settings,
    terminal: Terminal,
) -> Result<Line, Failure> {
    let relay = match relay {
        Relay::Smtp(relay) => relay,
        Relay::Sendmail => {
            let patience = timeouts(settings).dot;
            return Ok(Line::Sendmail(sendmail_program()?, patience));
        }
        Relay::Directory(_) => return Err(Failure::usage("file: is written, not sent to")),
    };
    let mut access = access(&relay, from, settings)?;
    access.credential = credential(&relay, settings, terminal)?;
    Ok(Line::Smtp(relay, access))
}

/// What a session needs, but for the log-in.
pub(super) fn access(relay: &SmtpRelay, from: &Mailbox, settings: &Settings) -> Result<Access, Failure> {
    let tls = tls_to(relay, settings)?;
    Ok(Access { ehlo_domain: from.domain().to_owned(), credential: None, timeouts: timeouts(settings), tls })
}

fn timeouts(settings: &Settings) -> Timeouts {
    settings.access.timeout.map_or_else(Timeouts::default, Timeouts::all)
}

/// The log-in, where the relay's URL has a user; the secret is asked for here.
pub(super) fn credential(
    relay: &SmtpRelay,
    settings: &Settings,
    terminal: Terminal,
) -> Result<Option<Credential>, Failure> {
    let Some(user) = &relay.user else { return Ok(None) };
    let only_login = settings.access.auth == Auth::Login;
    let secret = password::find(user, relay, settings, terminal)?;
    Ok(Some(Credential { user: user.clone(), secret, only_login }))
}

/// What can be known of the way before anybody is asked anything: a dry run fails where the run would.
pub(super) fn must_be_there(relay: &Relay, settings: &Settings, terminal: Terminal) -> Result<(), Failure> {
    if let Some(doubt) = relay.doubt() {
        terminal.notice(&doubt);
    }
    match relay {
        Relay::Smtp(relay) => tls_to(relay, settings).map(drop),
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

fn tls_to(relay: &SmtpRelay, settings: &Settings) -> Result<Option<Arc<ClientConfig>>, Failure> {
    let ca = settings.access.ca.as_deref();
    Ok(match relay.security {
        Security::Plaintext => None,
        Security::Implicit | Security::StartTls => Some(tls::config(ca)?),
    })
}
