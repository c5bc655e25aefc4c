//! Logging in on an open session (RFC 4954).

use secrecy::ExposeSecret as _;

use super::error::SessionError;
use super::opening::Offer;
use super::{Session, said};
use crate::delivery::auth::{self, Credential, Exchange, Secret};
use crate::delivery::reply::Reply;
use crate::provider::{self, Provider};
use crate::relay::SmtpRelay;

impl Session<'_> {
    /// Logs in with the first mechanism that the relay offers; where it offers PLAIN and cannot do it, with LOGIN.
    pub(super) fn log_in(
        &mut self,
        relay: &SmtpRelay,
        credential: &Credential,
        offer: &Offer,
    ) -> Result<(), SessionError> {
        let mut ways = auth::exchanges(&offer.mechanisms, credential).into_iter();
        let first = ways.next().ok_or_else(|| match credential.secret {
            Secret::Password(_) => SessionError::NoMechanism { relay: self.relay.clone() },
            Secret::Token(_) => SessionError::NoTokens { relay: self.relay.clone() },
        })?;
        let second = ways.next();
        let reply = self.exchange(&first)?;
        // 534 and 535 are about who wants in; any other 5yz is about the mechanism (RFC 4954 §6).
        let (exchange, reply) = match second {
            Some(second) if reply.code() / 100 == 5 && !matches!(reply.code(), 534 | 535) => {
                let reply = self.exchange(&second)?;
                (second, reply)
            }
            _ => (first, reply),
        };
        match reply.code() {
            235 => Ok(()),
            400..500 => {
                Err(SessionError::LogInDeferred { relay: self.relay.clone(), reply: reply.to_string() })
            }
            _ => Err(self.refused(relay, offer, &exchange, &reply)),
        }
    }

    fn exchange(&mut self, exchange: &Exchange) -> Result<Reply, SessionError> {
        let mut reply = self.secret_line(exchange.first.expose_secret())?;
        for line in &exchange.then {
            if reply.code() != 334 {
                return Ok(reply);
            }
            reply = self.secret_line(line.expose_secret())?;
        }
        if reply.code() == 334 {
            // XOAUTH2 tells in a 334 what was wrong, and gives its verdict after an empty line.
            reply = self.secret_line("")?;
        }
        Ok(reply)
    }

    fn refused(&self, relay: &SmtpRelay, offer: &Offer, exchange: &Exchange, reply: &Reply) -> SessionError {
        let (name, reply) = (self.relay.clone(), said(reply.to_string().as_bytes()));
        let hint = match exchange.renew() {
            Some(Ok(())) => return SessionError::TokenExpired { relay: name, reply },
            Some(Err(problem)) => Some(problem),
            None => provider::at_host(&relay.host.to_string()).and_then(Provider::how_to_log_in),
        };
        let takes_login = exchange.is_plain()
            && offer.mechanisms.iter().any(|mechanism| mechanism.eq_ignore_ascii_case("LOGIN"));
        let hint = hint.or_else(|| {
            takes_login.then(|| {
                "Are user name and password right? Then it takes LOGIN perhaps, and not PLAIN as it says: `auth = \"login\"` \
                 in campaign.toml tries that"
                    .to_owned()
            })
        });
        SessionError::LogInRefused { relay: name, reply, hint }
    }

    fn secret_line(&mut self, line: &str) -> Result<Reply, SessionError> {
        self.command(line).map_err(|lost| self.lost(&lost, "while logging in"))
    }
}
