//! `protest labels`: a sheet of address labels for the embassies that a list of signers writes to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::each_letter::{Rows, each_letter};
use super::failure::{Failure, Outcome};
use super::one_way::ChannelOptions;
use super::session::Session;
use super::traces;
use crate::campaign::settings::letter::LetterOptions;
use crate::campaign::settings::paper::PaperOptions;
use crate::campaign::settings::signers::{ListOptions, SignerOptions};
use crate::campaign::settings::{Given, Settings};
use crate::embassy::Embassy;
use crate::embassy::postal::PostalAddress;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::letter::form::Form;
use crate::letter::form::pdf::labels::LabelSheet;
use crate::letter::paper::Paper;
use crate::wording::count;

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  protest labels --signers signers.csv -o labels.pdf")]
pub(super) struct Labels {
    /// The list of signers whose embassies get a label [default: the campaign's]
    #[arg(long, value_name = "FILE")]
    signers: Option<PathBuf>,
    #[command(flatten)]
    list: ListOptions,
    #[command(flatten)]
    letter: LetterOptions,
    #[command(flatten)]
    paper: PaperOptions,
    #[command(flatten)]
    channel: ChannelOptions,
    /// The sheet: 3x8 (A4, 70 x 37 mm) or 5160 (Avery, US Letter) [default: what fits the paper]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "SHEET")]
    sheet: Option<Sheet>,
    /// The PDF to write
    #[arg(short, long, value_name = "FILE.pdf")]
    output: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Sheet {
    /// 24 labels of 70 x 37 mm on A4
    #[value(name = "3x8")]
    ThreeByEight,
    /// 30 labels on US Letter
    #[value(name = "5160")]
    Avery5160,
}

pub(super) fn run(options: &Labels, session: &Session) -> Outcome {
    if Form::of(&options.output).ok() != Some(Form::Pdf) {
        return Err(Failure::usage(format!(
            "{}: labels are a PDF: write a name that ends in .pdf",
            options.output.display()
        )));
    }
    let settings = session.settings(&Given {
        list: options.signers.clone(),
        signer: SignerOptions {
            letter: options.letter.clone(),
            list: options.list.clone(),
            ..SignerOptions::default()
        },
        paper: options.paper.clone(),
        ..session.given()
    })?;
    settings.must_not_read(&options.output)?;
    let list = settings.who.list();
    let list = list.ok_or_else(|| Failure::usage("labels for whose embassies? Add --signers FILE.csv"))?;
    let desk = settings.desk()?;
    let places = desk.book.places();
    let mut concerned: BTreeMap<Option<usize>, &Embassy> = BTreeMap::new();
    let mut sieve = options.channel.sieve(&settings)?;
    each_letter(&settings.open(list)?, &desk, Rows::All, session, |row, letter| {
        if !sieve.lets_through(letter)? {
            return Ok(());
        }
        let place = places.get(&std::ptr::from_ref(letter.embassy)).copied();
        if let std::collections::btree_map::Entry::Vacant(entry) = concerned.entry(place) {
            entry.insert(desk.embassy(&row.signer, &row.wishes).map_err(Failure::from)?);
        }
        Ok(())
    })?;
    sieve.tell(session);
    write(options, concerned.into_values().collect(), &settings, list, session)
}

fn write(
    options: &Labels,
    concerned: Vec<&Embassy>,
    settings: &Settings,
    list: &Path,
    session: &Session,
) -> Outcome {
    let (known, unknown): (Vec<&Embassy>, Vec<&Embassy>) =
        concerned.into_iter().partition(|embassy| embassy.address.is_some());
    if !unknown.is_empty() {
        let titles: Vec<String> = unknown.iter().map(|embassy| embassy.title()).collect();
        session
            .terminal
            .notice(&format!("The street is not known, and so there is no label, of {}.", titles.join("; ")));
    }
    if known.is_empty() {
        return Err(Failure::new(Exit::Data, format!("{}: there is no address to print", list.display())));
    }
    let mut printer = settings.printer()?;
    let from = settings.paper.posted_from;
    let addresses: Vec<PostalAddress> =
        known.iter().map(|embassy| embassy.postal(from).shortened(embassy.kind)).collect();
    let sheet = sheet(options, settings);
    let labels = printer.labels(&addresses, sheet, session.today())?;
    files::write(&options.output, &labels.pdf, Old::by(options.force))?;
    traces::of_list(settings, &options.output);
    let too_long: Vec<String> =
        labels.too_long.iter().filter_map(|place| Some(known.get(*place)?.title())).collect();
    if !too_long.is_empty() {
        session.terminal.notice(&format!(
            "The address is too long for a label, and has to be written by hand, of {}.",
            too_long.join("; ")
        ));
    }
    session.terminal.notice(&format!(
        "{}: {} written. Print them at 100 %, without fitting them to the page.",
        options.output.display(),
        count((addresses.len() - too_long.len()) as u64, "label")
    ));
    Ok(Exit::Done)
}

/// The sheet asked for, else the one for the paper that the letters are printed on.
fn sheet(options: &Labels, settings: &Settings) -> LabelSheet {
    match options.sheet {
        Some(Sheet::Avery5160) => LabelSheet::Avery5160,
        None if settings.paper.paper == Some(Paper::Letter) => LabelSheet::Avery5160,
        Some(Sheet::ThreeByEight) | None => LabelSheet::A4ThreeByEight,
    }
}
