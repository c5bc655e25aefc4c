//! What the benchmarks share: pairs measured in turn, their medians, and lines to print.
//!
//! Two things are compared by running them in turn, A B A B …, in one run: the machine's mood falls on both, and the
//! ratio of each pair is worth more than either figure. No test depends on any of it.

#![allow(dead_code, unreachable_pub, reason = "each benchmark uses the part that it needs")]

pub mod workbook;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Whether this run only shows that the benchmarks work (`-- --smoke`).
pub fn is_smoke() -> bool {
    std::env::args().any(|argument| argument == "--smoke")
}

/// The program.
pub fn protest() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_protest"));
    command.env_remove("PROTEST_CONFIG").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// How long a command takes as a whole process. It must succeed.
pub fn seconds(command: &mut Command) -> f64 {
    let begun = Instant::now();
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let seconds = begun.elapsed().as_secs_f64();
    assert!(status.success(), "{command:?}: {status}");
    seconds
}

/// The most memory, in MiB, that a command held resident while it ran, and how many seconds it ran. It must end with this
/// exit code.
pub fn peak_and_seconds(command: &mut Command, code: i32) -> (f64, f64) {
    let begun = Instant::now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status_file = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0.0_f64;
    loop {
        peak = peak.max(high_water_mark(&status_file).unwrap_or(0.0));
        if let Ok(Some(status)) = child.try_wait() {
            assert_eq!(status.code(), Some(code), "{command:?}");
            return (peak, begun.elapsed().as_secs_f64());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn high_water_mark(status_file: &Path) -> Option<f64> {
    let status = std::fs::read_to_string(status_file).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kibibytes| kibibytes / 1024.0)
}

/// Figures of two things measured in turn.
pub struct Pairs {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

/// Measures two things in turn, `count` times each.
pub fn pairs(count: usize, mut ours: impl FnMut() -> f64, mut theirs: impl FnMut() -> f64) -> Pairs {
    let mut pairs = Pairs { ours: Vec::new(), theirs: Vec::new() };
    for _ in 0..count {
        pairs.ours.push(ours());
        pairs.theirs.push(theirs());
    }
    pairs
}

impl Pairs {
    pub fn ours(&self) -> f64 {
        median(self.ours.clone())
    }

    pub fn theirs(&self) -> f64 {
        median(self.theirs.clone())
    }

    /// The median of ours ÷ theirs, pair by pair, and the least and the greatest.
    pub fn ratio(&self) -> (f64, f64, f64) {
        let ratios: Vec<f64> =
            self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs).collect();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = ratios.iter().copied().fold(0.0, f64::max);
        (median(ratios), least, greatest)
    }

    /// A line with both medians and the ratio.
    pub fn tell(&self, what: &str, unit: &str, goal: &str) {
        let (ratio, least, greatest) = self.ratio();
        println!(
            "{what:<44} {:>10.1} against {:>10.1} {unit:<10} ratio {ratio:.2} ({least:.2} to {greatest:.2}){goal}",
            self.ours(),
            self.theirs()
        );
    }
}

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => figures[middle],
        _ => f64::midpoint(figures[middle - 1], figures[middle]),
    }
}

/// A made-up address book with one embassy.
pub const EMBASSIES: &str = "\
country_code,country,city,kind,address,email,phone,website,time_zone,source,checked,confidence,email_source,email_checked,email_confidence,note
JP,Japan,Tokyo,embassy,\"1 Example Street, Tokyo\",jp@embassy.example.org,,,Asia/Tokyo,made up,2026-10,high,made up,2026-10,high,
";

/// Signers who agreed, all to the one embassy.
pub fn signers(count: usize) -> String {
    use std::fmt::Write as _;
    let mut csv = "name,country,email,consent\n".to_owned();
    for number in 1..=count {
        writeln!(csv, "Example {},Japan,s{number}@example.org,yes", in_letters(number)).unwrap();
    }
    csv
}

/// A name for each number: people's have no figures in them.
fn in_letters(mut number: usize) -> String {
    const LETTERS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";
    let mut name = "Signer".to_owned();
    while number > 0 {
        name.push(char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
    }
    name
}

/// An empty folder on the disk on which the program is built, where a sync reaches a disk.
pub fn folder() -> tempfile::TempDir {
    tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Whether a program is to be found.
pub fn is_there(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    found.is_ok_and(|output| output.status.success())
}
