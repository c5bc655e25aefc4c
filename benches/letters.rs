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

use protest_letter::workbench::{self, Bench};

fn main() {
    let (count, runs) = if support::is_smoke() { (100, 1) } else { (20_000, 7) };
    let list = support::signers(count);
    let mut bench = Bench::new(&list, support::EMBASSIES, "letters@example.org").unwrap();
    assert_eq!(bench.len(), count);
    let a_second = |work: &mut dyn FnMut() -> usize| {
        let begun = Instant::now();
        assert_eq!(black_box(work()), count);
        count as f64 / begun.elapsed().as_secs_f64()
    };

    let alone = Handlebars::new();
    let names: Vec<String> = (0..count).map(|number| format!("Example Signer {number}")).collect();
    let rendered = || names.iter().inspect(|name| _ = black_box(alone.render(name))).count();
    support::pairs(runs, || a_second(&mut || bench.texts()), || a_second(&mut || rendered())).tell(
        "text, wrapped, against Handlebars unwrapped",
        "letters/s",
        "; goal: 100,000 letters/s",
    );
    support::pairs(runs, || a_second(&mut || bench.messages()), || a_second(&mut || rendered())).tell(
        "whole messages, against Handlebars alone",
        "letters/s",
        "",
    );
    support::pairs(
        runs,
        || a_second(&mut || workbench::read(&list).unwrap()),
        || a_second(&mut || csv_alone(&list)),
    )
    .tell("signers read and checked, against csv alone", "rows/s", "");

    pdf(&mut bench, count / 10, runs);
}

/// Milliseconds a PDF: the first, which reads the fonts, and each of a batch, in files of their own and in one file.
fn pdf(bench: &mut Bench, count: usize, runs: usize) {
    let in_milliseconds = |work: &mut dyn FnMut()| {
        let begun = Instant::now();
        work();
        1000.0 * begun.elapsed().as_secs_f64()
    };
    let first = in_milliseconds(&mut || _ = black_box(bench.pdf(0).unwrap()));
    println!("{:<44} {first:>10.1} ms the first", "PDF");
    let bench = std::cell::RefCell::new(bench);
    let letters = u32::try_from(count).map(f64::from).unwrap();
    let single =
        || in_milliseconds(&mut || (0..count).for_each(|index| _ = black_box(bench.borrow_mut().pdf(index))));
    let merged = || in_milliseconds(&mut || _ = black_box(bench.borrow_mut().merged_pdf(count).unwrap()));
    support::pairs(runs.min(3), || single() / letters, || merged() / letters).tell(
        &format!("PDF, each of {count}, against one file of them"),
        "ms",
        "; goal: a few ms",
    );
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
        let letter = workbench::template().unwrap();
        let body = letter.split("+++\n").nth(2).unwrap().to_owned();
        registry.register_template_string("letter", body).unwrap();
        Handlebars(registry)
    }

    fn render(&self, name: &str) -> String {
        let signer = serde_json::json!({"name": name, "country": "Japan", "city": "", "note": ""});
        let values = serde_json::json!({"salutation": "Dear President Xi Jinping", "signer": signer});
        self.0.render("letter", &values).unwrap()
    }
}
