//! The one other door of the library: what benchmarks, fuzz targets and examples may do with it.
//!
//! The command line is the product; nothing here is promised to anyone. Everything takes and gives the standard
//! library's types alone, so that the inside can be rebuilt without a word to those who stand here.

pub mod parsers;

use std::hint::black_box;
use std::sync::Arc;

use crate::country;
use crate::embassy::AddressBook;
use crate::ledger::{Keys, Ledger, Purpose};
use crate::letter::desk::Desk;
use crate::letter::form::pdf::printer::Printer;
use crate::letter::form::text;
use crate::letter::paper::Stationery;
use crate::letter::templates::Templates;
use crate::mailbox::Mailbox;
use crate::message::Sender;
use crate::message::compose;
use crate::signer::list::{Conditions, Entry, Instructions, Row, Source};
use crate::signer::{Particulars, Signer, Wishes};

/// The default letter of one signer as text, wrapped at 72 columns; `country` is anything the look-up takes.
///
/// # Errors
///
/// What is wrong with name or country, a sentence a line, as the command line would say it.
pub fn letter(name: &str, country: &str) -> Result<String, String> {
    let wishes = Wishes::default();
    let desk = desk(AddressBook::builtin());
    let particulars = Particulars { name, country, ..Particulars::default() };
    let signer = Signer::new(&particulars, country::find)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let letter = desk.letter(&signer, &wishes).map_err(|error| error.to_string())?;
    Ok(text::render(&letter, text::WIDTH))
}

/// The text of the default letter's template in English, front matter included.
///
/// # Errors
///
/// Never, unless the program was built without its letters.
pub fn template() -> Result<String, String> {
    Templates::builtin().text("dec2", None).map_err(|error| error.to_string())
}

fn desk(book: AddressBook) -> Desk {
    Desk::new(book, Templates::builtin(), Wishes::default(), None, chrono::Utc::now())
}

/// A campaign's list read once, of which letters can be made over and over in one thread.
pub struct Bench {
    rows: Vec<Row>,
    desk: Desk,
    keys: Arc<Keys>,
    from: Mailbox,
    printer: Option<Printer>,
}

impl Bench {
    /// Reads a signers' list (CSV) and an address book (CSV, the columns of embassies.csv); letters are from `from`.
    ///
    /// # Errors
    ///
    /// The first sentence of what is wrong with any of them.
    pub fn new(signers: &str, embassies: &str, from: &str) -> Result<Bench, String> {
        let in_words = |error: &dyn std::fmt::Display| error.to_string();
        let book =
            AddressBook::read(embassies.as_bytes(), "embassies.csv").map_err(|error| in_words(&error))?;
        let ledger = Ledger::ephemeral(None, 2026).map_err(|error| in_words(&error))?;
        Ok(Bench {
            rows: rows(signers)?.collect(),
            desk: desk(book),
            keys: ledger.keys().map_err(|error| in_words(&error))?,
            from: Mailbox::parse(from).map_err(|error| in_words(&error))?,
            printer: None,
        })
    }

    /// How many signers the list holds.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the list holds none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Makes every letter as wrapped text once, and gives how many.
    pub fn texts(&self) -> usize {
        let texts = self.rows.iter().filter_map(|row| self.desk.letter(&row.signer, &row.wishes).ok());
        texts.map(|letter| text::render(&letter, text::WIDTH)).inspect(|text| _ = black_box(text)).count()
    }

    /// Makes every letter as a whole RFC 5322 message with its envelope once, and gives how many.
    pub fn messages(&self) -> usize {
        let letters =
            self.rows.iter().filter_map(|row| Some((row, self.desk.letter(&row.signer, &row.wishes).ok()?)));
        let compose = |(row, letter): (&Row, _)| {
            let sender = Sender::in_person(row.signer.name(), self.from.clone());
            black_box(compose::compose(
                &letter,
                &sender,
                &self.keys,
                Purpose::Letter,
                chrono::DateTime::UNIX_EPOCH,
            ));
        };
        letters.map(compose).count()
    }

    /// Makes the PDF of the signer at `index`, counted from 0; the first call also reads the fonts. Gives its bytes.
    ///
    /// # Errors
    ///
    /// Why there is no PDF, in a sentence.
    pub fn pdf(&mut self, index: usize) -> Result<usize, String> {
        let row = self.rows.get(index).ok_or("no such signer")?;
        let letter = self.desk.letter(&row.signer, &row.wishes).map_err(|error| error.to_string())?;
        if self.printer.is_none() {
            self.printer = Some(Printer::new(Stationery::default()).map_err(|error| error.to_string())?);
        }
        let printer = self.printer.as_mut().ok_or("no printer")?;
        printer.letter(&letter).map(|pdf| pdf.len()).map_err(|error| error.to_string())
    }

    /// Makes one PDF of the first `count` signers' letters, after [`Bench::pdf`] has read the fonts. Gives its bytes.
    ///
    /// # Errors
    ///
    /// Why there is no PDF, in a sentence.
    pub fn merged_pdf(&mut self, count: usize) -> Result<usize, String> {
        let Bench { rows, desk, printer, .. } = self;
        let printer = printer.as_mut().ok_or("no printer")?;
        let date = crate::zone::date(2026, 12, 2);
        let mut stack = printer.stack("Letters", "en", date).map_err(|error| error.to_string())?;
        for row in rows.iter().take(count) {
            let letter = desk.letter(&row.signer, &row.wishes).map_err(|error| error.to_string())?;
            stack.push(&letter).map_err(|error| error.to_string())?;
        }
        stack.finish().map(|pdf| pdf.len()).map_err(|error| error.to_string())
    }
}

/// Reads a signers' list (CSV, consent needed), and gives how many rows are in order.
///
/// # Errors
///
/// Why the file as a whole cannot be read.
pub fn read(signers: &str) -> Result<usize, String> {
    Ok(rows(signers)?.count())
}

fn rows(signers: &str) -> Result<impl Iterator<Item = Row>, String> {
    let conditions = Conditions { today: crate::zone::date(2026, 12, 2), consent_needed: true };
    let source = Source::read("signers.csv", signers.as_bytes(), &Instructions::default())
        .map_err(|error| error.to_string())?;
    let entries: Result<Vec<Entry>, String> = source
        .rows(conditions)
        .map_err(|error| error.to_string())?
        .map(|entry| entry.map_err(|e| e.to_string()))
        .collect();
    let entries = entries?;
    Ok(entries.into_iter().filter_map(|entry| match entry {
        Entry::Row(row) => Some(*row),
        _ => None,
    }))
}
