//! The options that several commands share, by subject.

use std::cell::RefCell;
use std::path::PathBuf;

use clap::Args;

use super::terminal::Colour;
use crate::campaign::amount::{self, Rate};
use crate::campaign::plan::Rules;
use crate::campaign::settings::file::CampaignFile;
use crate::letter::form::pdf::printer::Printer;
use crate::signer::list::Conditions;

/// The heading under which `--help` lists the options of every command, after the command's own.
const EVERYWHERE: &str = "With every command";

/// Options of every command.
#[derive(Args, Debug)]
pub(super) struct GlobalOptions {
    /// The campaign's file [default: campaign.toml in this folder, if there is one]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "PROTEST_CONFIG",
        hide_env_values = true,
        help_heading = EVERYWHERE
    )]
    pub(super) config: Option<PathBuf>,
    /// An address book of your own in place of the one built in
    #[arg(long, global = true, value_name = "FILE", help_heading = EVERYWHERE)]
    pub(super) embassies: Option<PathBuf>,
    /// A folder of letters of your own (ID.LANG.md) in place of those built in
    #[arg(long, global = true, value_name = "DIR", help_heading = EVERYWHERE)]
    pub(super) letters: Option<PathBuf>,
    /// When to use colour: auto, always or never
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN",
        hide_possible_values = true,
        help_heading = EVERYWHERE
    )]
    pub(super) color: Colour,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = EVERYWHERE)]
    pub(super) quiet: bool,
    /// Say each step
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub(super) verbose: bool,
}

/// Who writes, and how.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct SignerOptions {
    /// Your name, as it shall stand under the letter (it need not be your legal name)
    #[arg(long, value_name = "NAME", help_heading = "One signer")]
    pub(super) name: Option<String>,
    /// Your country: a name or an ISO code
    #[arg(long, value_name = "COUNTRY", help_heading = "One signer")]
    pub(super) country: Option<String>,
    /// Your city, which then stands before the country
    #[arg(long, value_name = "CITY", help_heading = "One signer")]
    pub(super) city: Option<String>,
    /// Your e-mail address
    #[arg(long, value_name = "ADDRESS", help_heading = "One signer")]
    pub(super) email: Option<String>,
    /// A paragraph of your own, put before the demands
    #[arg(long, value_name = "TEXT", help_heading = "One signer")]
    pub(super) note: Option<String>,
    /// A list of signers who consented (CSV; - reads standard input)
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["name", "country", "city", "email", "note"],
        help_heading = "Many signers"
    )]
    pub(super) signers: Option<PathBuf>,
    #[command(flatten)]
    pub(super) letter: LetterOptions,
}

/// Which letter, to which embassy.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct LetterOptions {
    /// The letter: an id from `protest letters`, or a file of your own ending in .md
    #[arg(long, value_name = "ID|FILE.md", help_heading = "The letter")]
    pub(super) letter: Option<String>,
    /// The letter's language, such as ja, zh-TW or French (`protest letters` lists them) [default: English]
    #[arg(long, value_name = "TAG", help_heading = "The letter")]
    pub(super) lang: Option<String>,
    /// Put the English text under a translation
    #[arg(long, help_heading = "The letter")]
    pub(super) bilingual: bool,
    /// Whom the letter addresses: a name with its title, as you would address the person [default: the sitting president of China]
    #[arg(long, value_name = "TEXT", help_heading = "The letter")]
    pub(super) addressee: Option<String>,
    /// The date on the letter [default: today at the embassy]
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "The letter")]
    pub(super) date: Option<String>,
    /// The Chinese mission to write to, where it is not your country's embassy: a country or a city
    #[arg(long, value_name = "QUERY", help_heading = "The letter")]
    pub(super) mission: Option<String>,
}

/// On which paper.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct PaperOptions {
    /// The paper of a PDF: a4 or letter [default: what the signer's country writes on]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "SIZE", help_heading = "The letter")]
    pub(super) paper: Option<PaperSize>,
}

/// `--paper`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PaperSize {
    /// A4, as in most of the world
    A4,
    /// US Letter
    Letter,
}

/// From which address, through which relay, with which ledger.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct SenderOptions {
    /// The address that the letter comes from [default: --email, else the user in --smtp]
    #[arg(long, value_name = "ADDRESS", help_heading = "Sending")]
    pub(super) from: Option<String>,
    // Given as `help`, since a comment would want angle brackets around a URL.
    #[arg(
        long,
        value_name = "URL",
        help = "The mail server: smtps://USER@HOST, smtp+starttls://USER@HOST, sendmail: or file:DIR",
        help_heading = "Sending"
    )]
    pub(super) smtp: Option<String>,
    /// The ledger, in which is kept what became of each letter
    #[arg(long, value_name = "FILE", help_heading = "Sending")]
    pub(super) ledger: Option<PathBuf>,
}

/// How a plan is made and carried out: what `send` does and `check` judges.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct PlanOptions {
    /// Connections side by side [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Pace")]
    pub(super) connections: Option<u16>,
    /// Letters on one connection before it is closed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Pace")]
    pub(super) per_connection: Option<u32>,
    /// How fast: N/s, N/min, N/h or none [default for a list: 30/min]
    #[arg(long, value_name = "RATE", value_parser = parse_rate, help_heading = "Pace")]
    pub(super) rate: Option<Rate>,
    /// How long a letter that was deferred is tried again [default: 15min for a list, 0 for one letter]
    #[arg(long, value_name = "DURATION", value_parser = amount::duration, help_heading = "Pace")]
    pub(super) retry_for: Option<std::time::Duration>,
    /// How long to wait for the relay [default: 30s to connect, 5min for a command, 10min for a letter]
    #[arg(long, value_name = "DURATION", value_parser = amount::some_time, help_heading = "Pace")]
    pub(super) timeout: Option<std::time::Duration>,
    /// Send also to embassies whose window is over
    #[arg(long, help_heading = "Pace")]
    pub(super) after_window: bool,
    /// At most so many letters in this run
    #[arg(long, value_name = "N", help_heading = "Pace")]
    pub(super) limit: Option<u64>,
    /// A folder for the letters that go by post, ready to print
    #[arg(long, value_name = "DIR", conflicts_with = "no_post", help_heading = "Many signers")]
    pub(super) post: Option<PathBuf>,
    /// Leave letters that would go by post out of the campaign
    #[arg(long, help_heading = "Many signers")]
    pub(super) no_post: bool,
    /// Use translations that no native speaker has reviewed yet
    #[arg(long, help_heading = "Many signers")]
    pub(super) unreviewed: bool,
    /// Use e-mail addresses of low confidence too
    #[arg(long)]
    pub(super) old_addresses: bool,
    /// A certificate to trust besides the system's (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Sending")]
    pub(super) ca: Option<PathBuf>,
}

impl PlanOptions {
    /// What the planner decides by: `check` judges by the same rules by which `send` sends.
    pub(super) fn rules<'p>(
        &self,
        config: Option<&CampaignFile>,
        conditions: Conditions,
        year: i32,
        printer: Option<&'p RefCell<Printer>>,
    ) -> Rules<'p> {
        Rules {
            conditions,
            old_addresses: self.old_addresses,
            no_post: self.no_post,
            window: config.and_then(|config| config.pace.window).map(|window| (window, year)),
            printer,
        }
    }

    /// Whether a list may use translations that nobody has reviewed.
    pub(super) fn takes_unreviewed(&self, config: Option<&CampaignFile>) -> bool {
        self.unreviewed
            || config.and_then(|config| Some(config.letter.unreviewed.as_ref()?.value)).unwrap_or_default()
    }
}

fn parse_rate(text: &str) -> Result<Rate, amount::AmountError> {
    text.parse()
}
