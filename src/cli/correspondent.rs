//! Letters as messages: from which address they come, and with which Message-ID.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::shared_ledger;
use super::terminal::Terminal;
use crate::campaign::letters::sender_of;
use crate::campaign::settings::Settings;
use crate::campaign::settings::ledger::LedgerPlace;
use crate::exit::Exit;
use crate::files;
use crate::ledger::{Keys, Ledger, Location, Purpose};
use crate::letter::Letter;
use crate::letter::desk::Desk;
use crate::letter::form::maker::{Maker, Unmade};
use crate::mailbox::Mailbox;
use crate::message::Sender;
use crate::message::compose;
use crate::message::sender::CampaignSender;
use crate::signer::{Signer, Wishes};

/// Who sends one letter, with what its Message-ID is derived from.
pub(super) struct Correspondent {
    pub(super) sender: Sender,
    pub(super) keys: Arc<Keys>,
    /// The date of its messages.
    pub(super) now: DateTime<Utc>,
}

impl Correspondent {
    /// The message, every byte of it; nothing where the embassy has no mailbox.
    pub(super) fn message(&self, letter: &Letter<'_>) -> Option<Vec<u8>> {
        let composed = compose::compose(letter, &self.sender, &self.keys, Purpose::Letter, self.now);
        composed.map(|composed| composed.bytes)
    }
}

impl Maker for Correspondent {
    fn make(&mut self, letter: &Letter<'_>, _: &Wishes) -> Result<Option<Vec<u8>>, Unmade> {
        Ok(self.message(letter))
    }
}

/// The signer in person, for a message that is only looked at: it makes the ledger with its secret if need be,
/// so that the message sent later has the same Message-ID.
pub(super) fn in_person(
    letter: &Letter<'_>,
    from: Option<Mailbox>,
    settings: &Settings,
    terminal: Terminal,
) -> Result<Correspondent, Failure> {
    let from = from.ok_or_else(no_from)?;
    let keys = keys_to_look_at(
        settings.ledger.of_one().map(Location::from).map_err(Failure::from),
        settings,
        terminal,
    )?;
    Ok(Correspondent { sender: Sender::in_person(letter.signer.name(), from), keys, now: settings.at })
}

/// What is missing where nothing says from which address a single letter comes.
pub(super) fn no_from() -> Failure {
    Failure::usage(
        "from which address? Add --from ADDRESS (or --email ADDRESS, or --smtp URL with your address as the user)",
    )
}

/// The signer, and the address that the letter comes from, if one is known. That account is the signer's own: it
/// is the signer's e-mail where no other was given.
pub(super) fn with_account(
    signer: Signer,
    desk: &Desk,
    settings: &Settings,
) -> Result<(Signer, Option<Mailbox>), Failure> {
    let from = settings.sender.of_one(&signer);
    let own = signer.email().into_iter().chain(&from);
    if let Some(address) = own.into_iter().find(|address| desk.book.is_a_missions(address)) {
        return Err(Failure::new(
            Exit::Data,
            format!("{address} is an embassy's own address: write your own"),
        ));
    }
    Ok(match from {
        Some(from) => (signer.writing_from(&from), Some(from)),
        None => (signer, None),
    })
}

/// The ledger there, made if there is none.
pub(super) fn open_ledger(location: &Location, settings: &Settings) -> Result<Ledger, Failure> {
    let folder = location.file().and_then(Path::parent);
    if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        files::make_folder(folder)?;
    }
    let LedgerPlace { id, year, .. } = &settings.ledger;
    Ok(Ledger::open_or_create(location, id.as_deref(), *year, settings.at)?)
}

/// The ledger there, or one in memory: looking leaves no file behind.
pub(super) fn ledger_to_look_at(location: &Location, settings: &Settings) -> Result<Ledger, Failure> {
    let LedgerPlace { id, year, .. } = &settings.ledger;
    match Ledger::look_at(location, id.as_deref())? {
        Some(ledger) => Ok(ledger),
        None => Ok(Ledger::ephemeral(id.as_deref(), *year)?),
    }
}

/// The keys of the ledger there, which is made if need be; where it cannot be made, keys for this once.
fn keys_to_look_at(
    location: Result<Location, Failure>,
    settings: &Settings,
    terminal: Terminal,
) -> Result<Arc<Keys>, Failure> {
    let opened = location.and_then(|location| {
        // One that is there is only read, and so stays in its release's schema.
        let ledger = match Ledger::look_at(&location, settings.ledger.id.as_deref())? {
            Some(ledger) => ledger,
            None => open_ledger(&location, settings)?,
        };
        Ok(ledger.keys()?)
    });
    match opened {
        Err(failure) if failure.exit == Exit::CannotCreate => {
            terminal.notice(&format!(
                "{failure}. So the Message-ID shown here is made for this once; the message sent will have another."
            ));
            let LedgerPlace { id, year, .. } = &settings.ledger;
            Ok(Ledger::ephemeral(id.as_deref(), *year)?.keys()?)
        }
        opened => opened,
    }
}

/// What turns a list's letters into messages: the campaign's addresses and the ledger's keys.
pub(super) struct Office {
    sender: CampaignSender,
    keys: Arc<Keys>,
    now: DateTime<Utc>,
}

impl Office {
    pub(super) fn new(settings: &Settings, terminal: Terminal) -> Result<Office, Failure> {
        let sender = settings.sender.of_campaign()?;
        let keys = keys_to_look_at(shared_ledger::of_campaign(settings), settings, terminal)?;
        Ok(Office { sender, keys, now: settings.at })
    }

    pub(super) fn message(&self, letter: &Letter<'_>, wishes: &Wishes) -> Option<Vec<u8>> {
        let sender = sender_of(&self.sender, letter.signer, wishes);
        let keys = Arc::clone(&self.keys);
        Correspondent { sender, keys, now: self.now }.message(letter)
    }
}

impl Maker for Office {
    fn make(&mut self, letter: &Letter<'_>, wishes: &Wishes) -> Result<Option<Vec<u8>>, Unmade> {
        Ok(self.message(letter, wishes))
    }
}
