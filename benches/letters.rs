//! How fast letters are made, in one thread: signers read, text rendered, messages built.
//!
//!     cargo bench --bench letters

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]
#![allow(clippy::cast_precision_loss, reason = "no benchmark makes 2^52 letters")]

mod support;

use std::hint::black_box;
use std::time::Instant;

use jiff::Timestamp;
use protest_letter::delivery::compose;
use protest_letter::embassy::AddressBook;
use protest_letter::ledger::{Ledger, Purpose};
use protest_letter::letter::desk::Desk;
use protest_letter::letter::paper::Stationery;
use protest_letter::letter::pdf::Printer;
use protest_letter::letter::shelf::Shelf;
use protest_letter::letter::text;
use protest_letter::mailbox::Mailbox;
use protest_letter::message::Sender;
use protest_letter::signer::Wishes;
use protest_letter::signer::csv::{Conditions, Entry, Row, Source};

fn main() {
    let (count, runs) = if support::is_smoke() { (100, 1) } else { (20_000, 7) };
    let list = support::signers(count);
    let conditions = Conditions { today: jiff::civil::date(2026, 12, 2), consent_needed: true };
    let rows: Vec<Row> = read(&list, conditions).collect();
    assert_eq!(rows.len(), count);
    let wishes = Wishes::default();
    let book = AddressBook::read(support::EMBASSIES.as_bytes(), "embassies.csv").unwrap();
    let desk = Desk::new(book, Shelf::builtin(), wishes, None, Timestamp::now());
    let keys = Ledger::ephemeral(None, 2026).unwrap().keys().unwrap();
    let from = Mailbox::parse("letters@example.org").unwrap();
    let a_second = |work: &mut dyn FnMut()| {
        let begun = Instant::now();
        work();
        count as f64 / begun.elapsed().as_secs_f64()
    };

    let alone = Handlebars::new();
    support::pairs(
        runs,
        || {
            a_second(&mut || {
                for row in &rows {
                    black_box(text::render(&desk.letter(&row.signer, &row.wishes).unwrap(), text::WIDTH));
                }
            })
        },
        || a_second(&mut || rows.iter().for_each(|row| drop(black_box(alone.render(row.signer.name()))))),
    )
    .tell("text, wrapped, against Handlebars unwrapped", "letters/s", "; goal: 100,000 letters/s");

    support::pairs(
        runs,
        || {
            a_second(&mut || {
                for row in &rows {
                    let letter = desk.letter(&row.signer, &row.wishes).unwrap();
                    let sender = Sender::in_person(row.signer.name(), from.clone());
                    black_box(compose::compose(
                        &letter,
                        &sender,
                        &keys,
                        Purpose::Letter,
                        Timestamp::UNIX_EPOCH,
                    ));
                }
            })
        },
        || a_second(&mut || rows.iter().for_each(|row| drop(black_box(alone.render(row.signer.name()))))),
    )
    .tell("whole messages, against Handlebars alone", "letters/s", "");

    support::pairs(
        runs,
        || {
            a_second(&mut || {
                black_box(read(&list, conditions).count());
            })
        },
        || {
            a_second(&mut || {
                black_box(csv_alone(&list));
            })
        },
    )
    .tell("signers read and checked, against csv alone", "rows/s", "");

    pdf(&desk, &rows[..count / 20]);
}

/// Milliseconds a PDF: the first, which reads the fonts, and each of a batch.
fn pdf(desk: &Desk, rows: &[Row]) {
    let in_milliseconds = |work: &mut dyn FnMut()| {
        let begun = Instant::now();
        work();
        1000.0 * begun.elapsed().as_secs_f64()
    };
    let mut printer = None;
    let mut set = |row: &Row| {
        let printer = printer.get_or_insert_with(|| Printer::new(Stationery::default()).unwrap());
        black_box(printer.letter(&desk.letter(&row.signer, &row.wishes).unwrap()).unwrap());
    };
    let first = in_milliseconds(&mut || set(&rows[0]));
    let each = rows.iter().map(|row| in_milliseconds(&mut || set(row))).collect();
    println!(
        "{:<44} {first:>10.1} the first, {:.2} each of {} ms; goal: a few ms",
        "PDF",
        support::median(each),
        rows.len()
    );
}

fn read(list: &str, conditions: Conditions) -> impl Iterator<Item = Row> {
    let source = Source::read("signers.csv", list.as_bytes()).unwrap();
    let entries: Vec<Entry> = source.rows(conditions).unwrap().map(Result::unwrap).collect();
    entries.into_iter().filter_map(|entry| match entry {
        Entry::Row(row) => Some(*row),
        _ => None,
    })
}

/// The csv crate, which checks nothing.
fn csv_alone(list: &str) -> usize {
    let mut reader = csv::Reader::from_reader(list.as_bytes());
    reader.records().filter(|record| record.as_ref().unwrap().len() == 4).count()
}

/// The same template filled by Handlebars and no more: no Markdown, no wrapping.
struct Handlebars(handlebars::Handlebars<'static>);

impl Handlebars {
    fn new() -> Handlebars {
        let mut registry = handlebars::Handlebars::new();
        registry.register_escape_fn(handlebars::no_escape);
        let letter = Shelf::builtin().text("dec2", None).unwrap();
        let body = letter.split("+++\n").nth(2).unwrap().to_owned();
        registry.register_template_string("letter", body).unwrap();
        Handlebars(registry)
    }

    fn render(&self, name: &str) -> String {
        let signer = serde_json::json!({"name": name, "country": "Japan", "city": "", "note": ""});
        let values = serde_json::json!({"addressee": "President Xi Jinping", "signer": signer});
        self.0.render("letter", &values).unwrap()
    }
}
