//! Whether the relay can be reached, protects the connection, and lets the account in. No MAIL is said to it.

use super::{Finding, Verdict};
use crate::delivery::session::error::SessionError;
use crate::delivery::session::{Session, Watch};
use crate::delivery::work::Line;
use crate::exit::ExitCode as _;
use crate::relay::Security;

/// Opens a session and takes leave at once.
pub(crate) fn judge(line: &Line) -> Vec<Finding> {
    let (relay, access) = match line {
        Line::Smtp(relay, access) => (relay, access),
        Line::Sendmail(program, _) => {
            return vec![Finding::good(
                "relay",
                format!("the local sendmail program is {}", program.display()),
            )];
        }
    };
    let reached = Finding::good("relay", format!("{relay} answers"));
    let protected = match relay.security {
        Security::Plaintext => {
            Finding::good("tls", format!("{relay} is this machine: no encryption is needed"))
        }
        Security::Implicit | Security::StartTls => {
            Finding::good("tls", format!("{relay} is who it says it is, and the connection is encrypted"))
        }
    };
    let error = match Session::open(relay, access, Watch { give_up: &|| false, tell: &|_| () }) {
        Ok(session) => {
            session.quit();
            let mut findings = vec![reached, protected];
            if let Some(credential) = &access.credential {
                findings.push(Finding::good("log-in", format!("{relay} lets {} in", credential.user)));
            }
            return findings;
        }
        Err(error) => error,
    };
    let refused = |check| Finding {
        check,
        verdict: Verdict::Bad(error.exit()),
        message: error.to_string(),
        what_to_do: Some(what_to_do(&error).to_owned()),
    };
    match &error {
        SessionError::NoConnection { .. }
        | SessionError::Lost { .. }
        | SessionError::Unwilling { .. }
        | SessionError::WrongPort { .. } => {
            vec![refused("relay")]
        }
        SessionError::Certificate { .. }
        | SessionError::NoTls { .. }
        | SessionError::OldTls { .. }
        | SessionError::NoStartTls { .. }
        | SessionError::StartTlsRefused { .. }
        | SessionError::Injected { .. } => vec![reached, refused("tls")],
        SessionError::LogInRefused { .. }
        | SessionError::LogInDeferred { .. }
        | SessionError::TokenExpired { .. }
        | SessionError::NoTokens { .. }
        | SessionError::NoMechanism { .. } => {
            vec![reached, protected, refused("log-in")]
        }
    }
}

fn what_to_do(error: &SessionError) -> &'static str {
    match error {
        SessionError::NoConnection { .. } => {
            "see to it that host and port are right, and that this network lets mail out"
        }
        SessionError::Lost { .. } | SessionError::Unwilling { .. } | SessionError::LogInDeferred { .. } => {
            "try again later, or ask whoever runs the server"
        }
        SessionError::Certificate { .. } => {
            "see to it that the host's name is right; --ca adds an authority that this system does not know"
        }
        SessionError::NoTls { .. } | SessionError::NoStartTls { .. } | SessionError::WrongPort { .. } => {
            "try the other way: smtps:// (port 465) or smtp+starttls:// (port 587)"
        }
        SessionError::OldTls { .. } => "use another server, or ask whoever runs this one for TLS 1.2 or 1.3",
        SessionError::StartTlsRefused { .. } | SessionError::Injected { .. } => {
            "try another network, and ask whoever runs the server"
        }
        SessionError::LogInRefused { .. } | SessionError::TokenExpired { .. } => {
            "see to it that the user name and the password are right"
        }
        SessionError::NoTokens { .. } | SessionError::NoMechanism { .. } => {
            "use another account, or another way to log in"
        }
    }
}
