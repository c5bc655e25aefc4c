//! Letters as messages: from which address they come, and with which Message-ID.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::options::SenderOptions;
use super::session::Session;
use super::sources;
use crate::campaign::letters::sender_of;
use crate::campaign::settings::file::CampaignFile;
use crate::exit::Exit;
use crate::files;
use crate::keyed_toml::Set;
use crate::ledger::{Keys, Ledger, Purpose};
use crate::letter::Letter;
use crate::letter::desk::Desk;
use crate::letter::form::maker::{Maker, Unmade};
use crate::mailbox::Mailbox;
use crate::message::Sender;
use crate::message::compose;
use crate::message::sender::CampaignSender;
use crate::month_day::MonthDay;
use crate::relay::Relay;
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
    options: &SenderOptions,
    session: &Session,
) -> Result<Correspondent, Failure> {
    let from = from.ok_or_else(no_from)?;
    let keys = keys_to_look_at(ledger_path(options, session), None, year(session), session)?;
    Ok(Correspondent { sender: Sender::in_person(letter.signer.name(), from), keys, now: session.now })
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
    options: &SenderOptions,
    config: Option<&CampaignFile>,
) -> Result<(Signer, Option<Mailbox>), Failure> {
    let from = from_address(&signer, options, config)?;
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

/// The address that a single letter comes from: `--from`, else the signer's own, else the user in `--smtp`; what
/// campaign.toml says comes last, since it speaks for a campaign.
fn from_address(
    signer: &Signer,
    options: &SenderOptions,
    config: Option<&CampaignFile>,
) -> Result<Option<Mailbox>, Failure> {
    if let Some(from) = &options.from {
        let from =
            Mailbox::parse(from).map_err(|error| Failure::new(Exit::Data, format!("--from: {error}")))?;
        return Ok(Some(from));
    }
    // A relay that is not allowed is told, whoever the letter comes from.
    let user =
        relay(options, config)?.and_then(|relay| relay.user().and_then(|user| Mailbox::parse(user).ok()));
    let campaigns = config.and_then(|config| Some(&config.sender.from.as_ref()?.value));
    let (first, last) = match options.smtp {
        Some(_) => (user.as_ref(), campaigns),
        None => (campaigns, user.as_ref()),
    };
    Ok(signer.email().or(first).or(last).cloned())
}

/// The relay that the options or the campaign's file name.
pub(super) fn relay(
    options: &SenderOptions,
    config: Option<&CampaignFile>,
) -> Result<Option<Relay>, Failure> {
    match &options.smtp {
        Some(url) => Ok(Some(Relay::parse(url)?)),
        None => Ok(config.and_then(|config| Some(config.relay.smtp.as_ref()?.value.clone()))),
    }
}

/// Where a single letter's ledger lies.
pub(super) fn ledger_path(options: &SenderOptions, session: &Session) -> Result<PathBuf, Failure> {
    if let Some(path) = &options.ledger {
        return Ok(path.clone());
    }
    let folder = sources::state_folder().ok_or_else(|| {
        Failure::new(
            Exit::CannotCreate,
            "no folder for the ledger is known (HOME is not set): add --ledger FILE",
        )
    })?;
    Ok(folder.join(format!("dec2-{}.ledger", year(session))))
}

/// The year of the December 2 that is nearest to now.
pub(super) fn year(session: &Session) -> i32 {
    MonthDay::DECEMBER_2.nearest_year(session.today())
}

/// The ledger at `path`, made if it is not there.
pub(super) fn open_ledger(
    path: &Path,
    id: Option<&str>,
    year: i32,
    session: &Session,
) -> Result<Ledger, Failure> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::make_folder(folder)?;
    }
    Ok(Ledger::open_or_create(path, id, year, session.now)?)
}

/// The keys of the ledger at `path`, which is made if need be; where it cannot be made, keys for this once.
pub(super) fn keys_to_look_at(
    path: Result<PathBuf, Failure>,
    id: Option<&str>,
    year: i32,
    session: &Session,
) -> Result<Arc<Keys>, Failure> {
    let opened = path.and_then(|path| {
        // One that is there is only read, and so stays in its release's schema.
        let ledger = if path.exists() {
            Ledger::open_read_only(&path, id)?
        } else {
            open_ledger(&path, id, year, session)?
        };
        Ok(ledger.keys()?)
    });
    match opened {
        Err(failure) if failure.exit == Exit::CannotCreate => {
            session.terminal.notice(&format!(
                "{failure}. So the Message-ID shown here is made for this once; the message sent will have another."
            ));
            Ok(Ledger::ephemeral(id, year)?.keys()?)
        }
        opened => opened,
    }
}

/// A campaign's addresses: `--from`, else campaign.toml's `from`; failures and answers go there unless it says where.
pub(super) fn campaign_sender(
    options: &SenderOptions,
    config: Option<&CampaignFile>,
) -> Result<CampaignSender, Failure> {
    let given = options.from.as_deref().map(Mailbox::parse).transpose();
    let given = given.map_err(|error| Failure::new(Exit::Data, format!("--from: {error}")))?;
    let from = given
        .or_else(|| config.and_then(|config| Some(config.sender.from.as_ref()?.value.clone())))
        .ok_or_else(|| {
        Failure::usage(
            "from which address does the campaign send? Add --from ADDRESS, or `from` to campaign.toml",
        )
    })?;
    let other = |key: fn(&CampaignFile) -> &Option<Set<Mailbox>>| {
        config.and_then(|config| Some(key(config).as_ref()?.value.clone()))
    };
    Ok(CampaignSender {
        name: config.and_then(|config| config.sender.name.clone()),
        reply_to: other(|config| &config.sender.reply_to).unwrap_or_else(|| from.clone()),
        bounce: other(|config| &config.sender.bounce).unwrap_or_else(|| from.clone()),
        from,
    })
}

/// Where a campaign's ledger lies: `--ledger`, else what campaign.toml says, else `ID.ledger` beside it or here.
pub(super) fn campaign_ledger(
    options: &SenderOptions,
    config: Option<&CampaignFile>,
    session: &Session,
) -> PathBuf {
    if let Some(path) =
        options.ledger.clone().or_else(|| config.and_then(|config| config.ledger.ledger.clone()))
    {
        return path;
    }
    let folder = config.map_or(Path::new(""), CampaignFile::folder);
    folder.join(campaign_ledger_name(config, session))
}

/// The name of a campaign's ledger, wherever it lies.
pub(super) fn campaign_ledger_name(config: Option<&CampaignFile>, session: &Session) -> String {
    let id = config.and_then(|config| config.ledger.id.clone());
    let id = id.unwrap_or_else(|| format!("dec2-{}", campaign_year(config, session)));
    format!("{id}.ledger")
}

/// A campaign's ledger to look at, or one in memory: looking leaves no file behind.
pub(super) fn ledger_to_look_at(
    path: &Path,
    config: Option<&CampaignFile>,
    session: &Session,
) -> Result<Ledger, Failure> {
    let id = config.and_then(|config| config.ledger.id.as_deref());
    if path.exists() {
        Ok(Ledger::open_read_only(path, id)?)
    } else {
        Ok(Ledger::ephemeral(id, campaign_year(config, session))?)
    }
}

/// The year of a campaign's protest day: of the one nearest to now.
pub(super) fn campaign_year(config: Option<&CampaignFile>, session: &Session) -> i32 {
    let window = config.and_then(|config| config.pace.window);
    window.map_or(MonthDay::DECEMBER_2, |window| window.day).nearest_year(session.today())
}

/// What turns a list's letters into messages: the campaign's addresses and the ledger's keys.
pub(super) struct Office {
    sender: CampaignSender,
    keys: Arc<Keys>,
    now: DateTime<Utc>,
}

impl Office {
    pub(super) fn new(
        options: &SenderOptions,
        config: Option<&CampaignFile>,
        session: &Session,
    ) -> Result<Office, Failure> {
        let sender = campaign_sender(options, config)?;
        let place = campaign_ledger(options, config, session);
        Ok(Office {
            sender,
            now: session.now,
            keys: keys_to_look_at(
                Ok(place),
                config.and_then(|config| config.ledger.id.as_deref()),
                campaign_year(config, session),
                session,
            )?,
        })
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
