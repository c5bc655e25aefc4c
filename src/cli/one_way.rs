//! `--channel`: of a list's letters those that go one way, without what a ledger knows to have gone already.

use std::sync::Arc;

use clap::Args;

use super::correspondent;
use super::failure::Failure;
use super::session::Session;
use super::shared_ledger;
use crate::campaign::plan::{self, Addresses, Channel};
use crate::campaign::settings::Settings;
use crate::ledger::{Keys, Ledger, Location, State};
use crate::letter::Letter;
use crate::message::compose;
use crate::wording::count;

/// Which of a list's letters are meant.
#[derive(Args, Debug, Clone, Copy, Default)]
pub(super) struct ChannelOptions {
    /// With --signers: only the letters that go this way and have not gone yet
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "mail|post",
        help_heading = "Many signers"
    )]
    channel: Option<Channel>,
}

impl ChannelOptions {
    /// Whether one way is asked for.
    pub(super) fn is_given(self) -> bool {
        self.channel.is_some()
    }

    /// What sorts a list's letters.
    ///
    /// # Errors
    /// Where the campaign's ledger cannot be read.
    pub(super) fn sieve(self, settings: &Settings) -> Result<Sieve, Failure> {
        let gone = match self.channel {
            Some(_) => Some(Gone::new(settings)?),
            None => None,
        };
        Ok(Sieve { channel: self.channel, gone, other_way: 0, gone_already: 0 })
    }
}

/// Lets through what is meant, and counts the rest.
pub(super) struct Sieve {
    channel: Option<Channel>,
    gone: Option<Gone>,
    other_way: u64,
    gone_already: u64,
}

/// The campaign's ledger, or one without letters where there is none.
struct Gone {
    location: Location,
    ledger: Ledger,
    keys: Arc<Keys>,
}

impl Gone {
    fn new(settings: &Settings) -> Result<Gone, Failure> {
        let location = shared_ledger::of_campaign(settings)?;
        let ledger = correspondent::ledger_to_look_at(&location, settings)?;
        let keys = ledger.keys()?;
        Ok(Gone { location, ledger, keys })
    }
}

impl Sieve {
    /// Whether this letter is one of those that are meant.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(super) fn lets_through(&mut self, letter: &Letter<'_>) -> Result<bool, Failure> {
        let (Some(channel), Some(gone)) = (self.channel, &self.gone) else { return Ok(true) };
        if plan::channel(letter.embassy, Addresses::Sure) != channel {
            self.other_way += 1;
            return Ok(false);
        }
        let key = compose::key(&gone.keys, letter.signer, letter.embassy);
        let state = gone.ledger.standing(key)?.map(|standing| standing.state);
        let has_gone = matches!(state, Some(State::Accepted | State::ByPost));
        self.gone_already += u64::from(has_gone);
        Ok(!has_gone)
    }

    /// Says what was left out.
    pub(super) fn tell(&self, session: &Session) {
        let (Some(channel), Some(gone)) = (self.channel, &self.gone) else { return };
        if self.other_way > 0 {
            let other = match channel {
                Channel::Mail => "by post",
                Channel::Post => "by mail",
            };
            let letters = count(self.other_way, "letter");
            session.terminal.notice(&format!("Left out: {letters} that {} {other}.", go(self.other_way)));
        }
        if self.gone_already > 0 {
            let letters = count(self.gone_already, "letter");
            session.terminal.notice(&format!(
                "Left out: {letters} that the ledger has as accepted or by post ({}).",
                gone.location
            ));
        }
    }
}

fn go(letters: u64) -> &'static str {
    if letters == 1 { "goes" } else { "go" }
}
