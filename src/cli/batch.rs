//! A list of signers: previewing and writing the letter of each.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::correspondence;
use super::failure::{Failure, Outcome};
use super::preview::{self, Preview};
use super::session::Session;
use super::write::Write;
use super::{notices, sources, terminal};
use crate::campaign::config::Config;
use crate::campaign::plan::Judge;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::ledger::Keys;
use crate::letter::Letter;
use crate::letter::desk::Desk;
use crate::letter::form::file_name::file_name;
use crate::letter::form::maker::{Maker, Unmade};
use crate::message::Sender;
use crate::message::sender::CampaignSender;
use crate::signer::list::{Conditions, Entry, Faults, Row, Source};
use crate::signer::{Field, Signer, Wishes};

/// `preview --signers`: the letter of one row, or of all.
pub(super) fn preview(options: &Preview, path: &Path, config: Option<&Config>, session: &Session) -> Outcome {
    let Some(rows) = options.rows() else {
        return Err(Failure::usage("whose letter? Add --row N for one of the list, or --all"));
    };
    let desk = sources::desk(&session.globals, &options.signer.letter, config, session.now)?;
    let office =
        if options.form.headers { Some(Office::new(&options.sender, config, session)?) } else { None };
    let mut told = HashSet::new();
    each_letter(path, &desk, rows, session, |row, letter| {
        let is_first = told.is_empty();
        if is_first {
            notices::of_text(letter, session.terminal);
        } else {
            terminal::print(preview::FORM_FEED.as_bytes())?;
        }
        if told.insert(letter.template.file().to_owned()) && !is_first {
            notices::of_translation(letter, session.terminal);
        }
        if rows != Rows::All {
            notices::of_embassy(letter.embassy, session.today(), session.terminal);
        }
        let shown = match &office {
            Some(office) => office.message(letter, &row.wishes).ok_or_else(|| {
                Failure::new(
                    Exit::Unavailable,
                    format!(
                        "row {}: no e-mail address of {} is known: its letter goes by post",
                        row.position.number,
                        letter.embassy.title()
                    ),
                )
            })?,
            None => preview::shown(letter, None, options.form.width())?.into_bytes(),
        };
        Ok(terminal::print(&shown)?)
    })
}

/// `write --signers`: one file per signer.
pub(super) fn write(options: &Write, path: &Path, config: Option<&Config>, session: &Session) -> Outcome {
    let Some(form) = options.form else {
        return Err(Failure::usage("in which form? Add --as txt, md, html, pdf or eml; -o names the folder"));
    };
    let desk = sources::desk(&session.globals, &options.signer.letter, config, session.now)?;
    let mut maker = match form.maker(options.needs(config))? {
        Some(maker) => maker,
        None => Box::new(Office::new(&options.sender, config, session)?),
    };
    files::make_folder(&options.output)?;
    let mut written = 0_u64;
    let mut without_mail = 0_u64;
    let mut told = HashSet::new();
    let exit = each_letter(path, &desk, Rows::All, session, |row, letter| {
        let name = file_name(
            row.position.number,
            letter.embassy.country.code(),
            letter.signer.name(),
            form.ending(),
        );
        let Some(bytes) = maker.make(letter, &row.wishes)? else {
            without_mail += 1;
            return Ok(());
        };
        files::write(&options.output.join(name), &bytes, Old::by(options.force))?;
        if told.insert(letter.template.file().to_owned()) {
            notices::of_translation(letter, session.terminal);
        }
        written += 1;
        Ok(())
    })?;
    let mut summary = format!("{}: {written} letters written.", options.output.display());
    if without_mail > 0 {
        let _ =
            write!(summary, " {without_mail} have no message, since their embassies' e-mail is not known.");
    }
    session.terminal.notice(&summary);
    Ok(exit)
}

/// Which rows of a list are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// The one with this number.
    One(u64),
    /// All.
    All,
}

/// Why a row's letter was not made.
pub(super) enum Refusal {
    /// What has to be mended in the row.
    Row(Field, String),
    /// Something that ends the run.
    Run(Failure),
}

impl<E: Into<Failure>> From<E> for Refusal {
    fn from(error: E) -> Refusal {
        Refusal::Run(error.into())
    }
}

impl From<Unmade> for Refusal {
    fn from(unmade: Unmade) -> Refusal {
        match unmade {
            Unmade::Field(field, sentence) => Refusal::Row(field, sentence),
            Unmade::Failed(sentence, exit) => Refusal::Run(Failure::new(exit, sentence)),
        }
    }
}

/// Makes the letters of the rows one after another. Faulty rows are told all at once, at the end.
pub(super) fn each_letter(
    path: &Path,
    desk: &Desk,
    rows: Rows,
    session: &Session,
    mut tell: impl FnMut(&Row, &Letter<'_>) -> Result<(), Refusal>,
) -> Outcome {
    let source = Source::open(path)?;
    for notice in source.notices() {
        session.terminal.notice(&notice.to_string());
    }
    let conditions = Conditions { today: session.today(), consent_needed: false };
    let judge = Judge::new(desk);
    let mut faults = Faults::default();
    let mut seen = 0;
    for entry in source.rows(conditions)? {
        seen += 1;
        if matches!(rows, Rows::One(number) if number != seen) {
            continue;
        }
        match entry? {
            Entry::Faulty(fault) => faults.push(fault),
            Entry::Withheld(_) if rows == Rows::All => {}
            Entry::Withheld(position) => {
                return Err(Failure::new(
                    Exit::Data,
                    format!("row {} says no to a letter in its name (consent)", position.number),
                ));
            }
            Entry::Row(row) => match judge.letter(&row) {
                Ok(letter) => match tell(&row, &letter) {
                    Ok(()) => {}
                    Err(Refusal::Row(field, sentence)) => {
                        faults.push(source.fault(row.position, field, sentence)?);
                    }
                    Err(Refusal::Run(failure)) => return Err(failure),
                },
                Err((field, sentence)) => faults.push(source.fault(row.position, field, sentence)?),
            },
        }
        if rows == Rows::One(seen) {
            break;
        }
    }
    if let Rows::One(number) = rows
        && seen < number
    {
        return Err(Failure::new(Exit::Data, format!("there is no row {number}: the list has {seen}")));
    }
    if faults.is_empty() { Ok(Exit::Done) } else { Err(Failure::new(Exit::Data, faults.to_string())) }
}

/// What turns a list's letters into messages: the campaign's addresses and the ledger's keys.
struct Office {
    sender: CampaignSender,
    keys: std::sync::Arc<Keys>,
    now: DateTime<Utc>,
}

impl Office {
    fn new(
        options: &super::options::SenderOptions,
        config: Option<&Config>,
        session: &Session,
    ) -> Result<Office, Failure> {
        let sender = correspondence::campaign_sender(options, config)?;
        let place = correspondence::campaign_ledger(options, config, session);
        Ok(Office {
            sender,
            now: session.now,
            keys: correspondence::keys_to_look_at(
                Ok(place),
                config.and_then(|config| config.id.as_deref()),
                correspondence::campaign_year(config, session),
                session,
            )?,
        })
    }

    fn message(&self, letter: &Letter<'_>, wishes: &Wishes) -> Option<Vec<u8>> {
        let sender = sender_of(&self.sender, letter.signer, wishes);
        let keys = std::sync::Arc::clone(&self.keys);
        correspondence::Correspondent { sender, keys, now: self.now }.message(letter)
    }
}

impl Maker for Office {
    fn make(&mut self, letter: &Letter<'_>, wishes: &Wishes) -> Result<Option<Vec<u8>>, Unmade> {
        Ok(self.message(letter, wishes))
    }
}

/// In whose name a row's letter goes.
fn sender_of(campaign: &CampaignSender, signer: &Signer, wishes: &Wishes) -> Sender {
    let agreed = if wishes.reply_to { signer.email() } else { None };
    Sender::via(campaign, signer.name(), agreed)
}
