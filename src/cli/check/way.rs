//! The way to the embassies: what the provider allows, and the relay as far as its log-in.

use super::findings::kept;
use crate::campaign::settings::Settings;
use crate::check::{Finding, pace, relay};
use crate::cli::route;
use crate::cli::terminal::Terminal;
use crate::delivery::work::Line;
use crate::mailbox::Mailbox;
use crate::provider;
use crate::relay::{Host, Relay};

/// The pace beside what the relay's provider is known to allow.
pub(super) fn limits(mail: u64, relay: &Relay, settings: &Settings, findings: &mut Vec<Finding>) {
    let Relay::Smtp(smtp) = relay else { return };
    let Host::Name(host) = &smtp.host else { return };
    if mail == 0 || settings.who.list().is_none() {
        return;
    }
    match provider::at_host(host) {
        Some(provider) => {
            findings.extend(pace::limits(mail, &settings.pace, provider));
        }
        None => findings.push(Finding::note(
            "limits",
            format!("what {host} lets an account send is not known here"),
            "ask whoever runs it, and keep under it with rate and limit",
        )),
    }
}

/// The relay as far as its log-in.
pub(super) fn server(
    relay: &Relay,
    from: &Mailbox,
    settings: &Settings,
    terminal: Terminal,
    findings: &mut Vec<Finding>,
) {
    let smtp = match relay {
        Relay::Smtp(smtp) => smtp,
        Relay::Directory(folder) => {
            findings.push(Finding::note(
                "relay",
                format!("letters are written to {} and not sent: a rehearsal on disk", folder.display()),
                "give --smtp for the day itself",
            ));
            return;
        }
        Relay::Sendmail => {
            let line = route::line(Relay::Sendmail, from, settings, terminal);
            if let Some(line) = kept("relay", line, findings) {
                findings.extend(relay::judge(&line));
            }
            return;
        }
    };
    let Some(mut access) = kept("tls", route::access(smtp, from, settings), findings) else {
        return;
    };
    let credential = route::credential(smtp, settings, terminal);
    let mut of_log_in = Vec::new();
    access.credential = kept("log-in", credential, &mut of_log_in).flatten();
    findings.extend(relay::judge(&Line::Smtp(smtp.clone(), access)));
    findings.extend(of_log_in);
}
