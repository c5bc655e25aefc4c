//! What a command is told, judged once: the options of the command line over campaign.toml over the defaults.
//!
//! Each subject has a file: its options with their help, its keys, its defaults, and the value that follows from them.
//! Beyond [`Settings`] nobody asks what stood where, and nothing is checked again.

mod columns;
pub(crate) mod error;
pub(crate) mod file;
mod inputs;
pub(crate) mod ledger;
pub(crate) mod letter;
mod owner;
pub(crate) mod pace;
pub(crate) mod page;
pub(crate) mod paper;
pub(crate) mod post;
pub(crate) mod relay;
pub(crate) mod sender;
pub(crate) mod shared;
pub(crate) mod signers;
pub(crate) mod sources;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;

use self::error::SettingsError;
use self::file::CampaignFile;
use self::ledger::LedgerPlace;
use self::letter::{English, LetterSettings};
use self::pace::{Manner, PaceOptions};
use self::page::PageKeys;
use self::paper::PaperOptions;
use self::post::{Copies, Post, PostOptions};
use self::relay::{AccessSettings, RelayOptions};
use self::sender::{SenderOptions, SenderSettings};
use self::signers::{SignerOptions, Who};
use self::sources::SourceOptions;
use super::plan::{Addresses, Rules, WithoutMail};
use super::window::Window;
use crate::exit::{Exit, ExitCode as _};
use crate::letter::desk::{Desk, DeskError};
use crate::letter::form::pdf::error::PdfError;
use crate::letter::form::pdf::printer::Printer;
use crate::letter::paper::Stationery;
use crate::letter::templates::TemplatesError;
use crate::month_day::MonthDay;
use crate::relay::Relay;
use crate::signer::Wishes;
use crate::signer::list::{Conditions, Instructions, Source, SourceError};

/// How a plan is made and carried out: what `send` does and `check` judges.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct PlanOptions {
    #[command(flatten)]
    pub pace: PaceOptions,
    #[command(flatten)]
    pub post: PostOptions,
    #[command(flatten)]
    pub relay: RelayOptions,
}

/// A command's options by their groups; one that it does not have is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// What is read before all else.
    pub sources: SourceOptions,
    /// Who writes.
    pub signer: SignerOptions,
    /// The list of a command that knows no single signer.
    pub list: Option<PathBuf>,
    /// From whom, through which relay, with which ledger.
    pub sender: SenderOptions,
    /// How fast, and by which way.
    pub plan: PlanOptions,
    /// On which paper.
    pub paper: PaperOptions,
    /// Where the report goes.
    pub report: Option<PathBuf>,
    /// Whether signers get a copy, where the options say so.
    pub copies: Option<Copies>,
}

/// What a command works by.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The moment at which the command began.
    pub at: DateTime<Utc>,
    /// The campaign's file, if there is one.
    pub file: Option<PathBuf>,
    /// The address book and the letters.
    pub sources: SourceOptions,
    /// Whose letters.
    pub who: Who,
    /// What is said of their list.
    pub said: Instructions,
    /// Which letter, in which language, to whom.
    pub letter: LetterSettings,
    /// From whom.
    pub sender: SenderSettings,
    /// Through which relay, if one is named.
    pub relay: Option<Relay>,
    /// How one gets in there.
    pub access: AccessSettings,
    /// How fast.
    pub pace: Manner,
    /// When.
    pub window: Option<Window>,
    /// What becomes of letters that cannot go by mail.
    pub post: Post,
    /// Which e-mail addresses are used.
    pub addresses: Addresses,
    /// On which paper.
    pub paper: Stationery,
    /// What the pages are called.
    pub page: PageKeys,
    /// Where it is kept what became of them.
    pub ledger: LedgerPlace,
    /// Where it is told.
    pub report: Option<PathBuf>,
    /// Whether signers get a copy.
    pub copies: Copies,
    /// From when on a consent is to the letter as it is.
    pub consent_since: Option<NaiveDate>,
}

impl Settings {
    /// The settings, and everything that is wrong with them: for `check`, which goes on.
    pub(crate) fn judge(given: &Given, at: DateTime<Utc>) -> (Settings, Vec<SettingsError>) {
        let mut errors = Vec::new();
        let file = CampaignFile::find(given.sources.config.as_deref(), &mut errors);
        let mut keys = file.clone().unwrap_or_default();
        let who = Who::of(&given.signer, given.list.as_deref(), &keys.signers);
        if who == Who::One {
            // They speak for the campaign's list.
            (keys.pace.window, keys.post.post, keys.ledger) = (None, None, ledger::LedgerKeys::default());
        }
        let PlanOptions { pace, post, relay: trust } = &given.plan;
        let relay = match &given.sender.smtp {
            Some(url) => Relay::parse(url)
                .map_err(|error| errors.push(SettingsError::new("relay", error.exit(), error)))
                .ok(),
            None => keys.relay.smtp.clone(),
        };
        let letter = &given.signer.letter;
        let day = keys.pace.window.map_or(MonthDay::DECEMBER_2, |window| window.day);
        let home = file.as_ref().filter(|_| who != Who::One).map(CampaignFile::folder);
        let ledger = given.sender.ledger.as_deref();
        let mut settings = Settings {
            at,
            sources: given.sources.clone(),
            letter: LetterSettings::judge(letter, post.unreviewed, &keys.letter, &mut errors),
            sender: SenderSettings::judge(&given.sender, &keys.sender, relay.as_ref(), &mut errors),
            relay,
            access: AccessSettings::of(trust, pace.timeout, &keys.relay),
            pace: Manner::of(pace, &keys.pace, &who),
            window: keys.pace.window,
            post: Post::of(post, &keys.post),
            addresses: if post.old_addresses { Addresses::OldToo } else { Addresses::Sure },
            paper: paper::chosen(&given.paper, &keys.paper),
            page: keys.page,
            ledger: LedgerPlace::judge(ledger, &keys.ledger, &who, home, day, at.date_naive(), &mut errors),
            report: given.report.clone().or(keys.signers.report.clone()),
            copies: given.copies.or(keys.post.copies).unwrap_or(Copies::None),
            consent_since: keys.signers.consent_since,
            file: file.map(|file| file.path),
            said: given.signer.list.instructions(&keys.signers),
            who,
        };
        settings.said.addressee = settings.letter.addressee().map(str::to_owned);
        errors.extend(settings.report.as_ref().and_then(|report| settings.must_not_read(report).err()));
        (settings, errors)
    }

    /// The settings, for every other command.
    ///
    /// # Errors
    /// The first of everything that is wrong with them.
    pub(crate) fn read(given: &Given, at: DateTime<Utc>) -> Result<Settings, SettingsError> {
        let (settings, errors) = Settings::judge(given, at);
        SettingsError::first(errors).map_or(Ok(settings), Err)
    }

    /// Where letters are written. The campaign's letter, language and mission are tried here, once, so that a wrong one is
    /// not every row's fault.
    ///
    /// # Errors
    /// Where the address book or the letters cannot be read, or what is chosen is not there.
    pub(crate) fn desk(&self) -> Result<Desk, SettingsError> {
        self.tried(self.bare_desk()?)
    }

    /// Where letters are written that are to be sent: what must not go out is refused here, once.
    ///
    /// # Errors
    /// As [`Settings::desk`], and where the campaign's letter is one that must not go out.
    pub(crate) fn desk_for_sending(&self) -> Result<Desk, SettingsError> {
        self.tried(self.bare_desk()?.for_sending())
    }

    fn bare_desk(&self) -> Result<Desk, SettingsError> {
        let (book, templates) = (self.sources.address_book()?, self.sources.templates()?);
        let desk = Desk::new(book, templates, self.letter.wishes(), self.letter.date, self.at);
        Ok(desk.with_english(self.letter.english == English::UnderTranslations))
    }

    fn tried(&self, desk: Desk) -> Result<Desk, SettingsError> {
        let LetterSettings { letter, lang, mission, .. } = &self.letter;
        if letter.is_some() || lang.is_some() {
            desk.template(&Wishes::default()).map_err(|error| {
                // What is wrong with the letter itself has a place in the letter's own file.
                let choice = match error {
                    TemplatesError::NoSuchLanguage { .. } => lang.as_ref().or(letter.as_ref()),
                    TemplatesError::NoSuchLetter { .. } | TemplatesError::NotThere(_) => letter.as_ref(),
                    _ => None,
                };
                match choice.and_then(|choice| choice.place.clone()) {
                    Some(place) => SettingsError::at(place, "letter", error.exit(), error),
                    None => SettingsError::new("letter", error.exit(), error),
                }
            })?;
        }
        if let Some(query) = mission {
            let found = desk.book.mission(query).map(drop).map_err(DeskError::from);
            found.map_err(|error| SettingsError::new("address", error.exit(), error))?;
        }
        Ok(desk)
    }

    /// The relay, where letters cannot go without one.
    ///
    /// # Errors
    /// Where none is named.
    pub(crate) fn relay(&self) -> Result<&Relay, SettingsError> {
        self.relay.as_ref().ok_or_else(|| {
            SettingsError::new(
                "relay",
                Exit::Config,
                "through which mail server? Add --smtp, for example: --smtp smtps://you@example.org@smtp.example.org",
            )
        })
    }

    /// What the planner decides by: `check` judges by the same rules by which `send` sends.
    pub(crate) fn rules<'p>(&self, year: i32, printer: Option<&'p RefCell<Printer>>) -> Rules<'p> {
        Rules {
            conditions: self.conditions(),
            addresses: self.addresses,
            without_mail: match self.post {
                Post::LeftOut => WithoutMail::LeftOut,
                Post::To(_) | Post::Pending => WithoutMail::ByPost,
            },
            window: self.window.map(|window| (window, year)),
            printer,
        }
    }

    /// What the rows of a list must satisfy whose letters are sent.
    pub(crate) fn conditions(&self) -> Conditions {
        Conditions::at(self.at, true)
    }

    /// Opens the list.
    ///
    /// # Errors
    /// [`SourceError`] in words that name the file.
    pub(crate) fn open(&self, list: &Path) -> Result<Source, SourceError> {
        Source::open(list, &self.said)
    }

    /// What prints letters.
    ///
    /// # Errors
    /// Where the stationery cannot be used.
    pub(crate) fn printer(&self) -> Result<Printer, PdfError> {
        Printer::new(self.paper.clone())
    }

    /// What prints the letters that go by post, where a folder for them is given.
    ///
    /// # Errors
    /// Where the stationery cannot be used.
    pub(crate) fn printer_for_post(&self) -> Result<Option<RefCell<Printer>>, PdfError> {
        self.post.folder().map(|_| self.printer().map(RefCell::new)).transpose()
    }
}
