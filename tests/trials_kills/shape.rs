//! What a campaign is like, and how each of its runs is begun: hours, addresses and retries change from run to run.

use std::collections::HashMap;
use std::time::Duration;

use crate::support::relay::{Act, At};
use crate::support::trial::Chance;
use crate::support::{EMBASSIES, Place, signers};

/// One campaign's shape.
#[derive(Debug)]
pub struct Shape {
    pub letters: usize,
    pub by_post: usize,
    pub connections: usize,
    pub pipelining: bool,
    pub thinks: Duration,
    /// Options that every run of it has.
    pub options: String,
    /// A second run is begun beside some of those that are killed.
    pub two_processes: bool,
    /// Returned mail is read between runs.
    pub bounces: bool,
    /// What came back is sent again where the embassy has another address by then, as some have.
    pub moves: bool,
    /// Some runs send again what is in doubt.
    pub risks_it: bool,
    /// Some runs have hours, of which some are over, some still to come, and some about to close.
    pub hours: bool,
    /// What the relay does to some letters.
    pub acts: HashMap<(At, usize), Act>,
}

impl Shape {
    pub fn by(chance: &mut Chance) -> Shape {
        let letters = 20 + chance.below(50);
        let mut options = "--retry-for 0".to_owned();
        let mut either = |option: &str, other: &str| {
            options.push(' ');
            options.push_str(if chance.below(2) == 0 { option } else { other });
        };
        either("--rate none", "--rate 400/s");
        either("", "--retry-refused");
        either("", "--per-connection 5");
        if chance.below(4) == 0 {
            options.push_str(" --copy-to-signer");
        }
        let by_post = chance.below(2) * (1 + chance.below(3));
        options.push_str(if by_post > 0 { " --post post" } else { " --no-post" });
        let connections = 1 + chance.below(16);
        options.push_str(&format!(" --connections {connections}"));
        let mut acts = HashMap::new();
        for _ in 0..chance.below(6) {
            let at = [At::Mail, At::Rcpt, At::Data, At::Dot][chance.below(4)];
            let act = match chance.below(5) {
                0 => Act::Say("451 4.3.0 later"),
                1 => Act::Say("550 5.7.1 not this one"),
                2 => Act::Say("421 4.3.2 closing"),
                // This relay takes what it answers so, whatever it says.
                3 if at == At::Dot => Act::SayAndReset("250 2.0.0 Ok"),
                3 => Act::SayAndReset("451 4.3.0 later"),
                _ => Act::Close,
            };
            acts.insert((at, 1 + chance.below(letters)), act);
        }
        let bounces = chance.below(3) == 0;
        Shape {
            letters,
            by_post,
            connections,
            pipelining: chance.below(3) > 0,
            thinks: Duration::from_micros(u64::try_from(chance.below(12_000)).unwrap()),
            options,
            two_processes: chance.below(4) == 0,
            bounces,
            moves: bounces && chance.below(3) > 0,
            risks_it: chance.below(3) == 0,
            hours: chance.below(3) == 0,
            acts,
        }
    }

    pub fn list(&self) -> String {
        let mut csv = signers(self.letters);
        for number in 1..=self.by_post {
            csv.push_str(&format!("Poster {number},Germany,p{number}@example.org,yes\n"));
        }
        csv
    }
}

/// How one run is begun.
#[derive(Debug)]
pub struct Manner {
    pub options: String,
    pub risks_it: bool,
    /// All its letters may leave at once.
    pub is_quick: bool,
}

/// Where the day of the window is over, is today, and is still to come, at most hours.
const ZONES: [&str; 3] = ["Pacific/Kiritimati", "Etc/UTC", "Etc/GMT+12"];

impl Manner {
    /// Lays campaign.toml and the address book that the next run finds.
    pub fn of(shape: &Shape, place: &Place, moved: &mut usize, chance: &mut Chance) -> Manner {
        let mut book = EMBASSIES.to_owned();
        *moved += usize::from(shape.moves && chance.below(2) == 0);
        if *moved > 0 {
            book = book.replace("jp@embassy", &format!("jp{moved}@embassy"));
        }
        let hours = if shape.hours { chance.below(4) } else { 0 };
        let now = chrono::Utc::now();
        let until = (now + chrono::TimeDelta::seconds(64)).format("%H:%M");
        let (tokyo, paris, hours, option) = match hours {
            // Over everywhere, by as much as it can be.
            1 => (ZONES[0], ZONES[0], "00:00-00:01".to_owned(), "--after-window"),
            // About to close at one embassy or more, over or to come at another.
            2 => (ZONES[chance.below(3)], ZONES[1], format!("00:00-{until}"), ""),
            // To come everywhere.
            3 => (ZONES[2], ZONES[2], "23:59-24:00".to_owned(), ["", "--no-wait"][chance.below(2)]),
            _ => ("Asia/Tokyo", "Europe/Paris", String::new(), ""),
        };
        book = book.replace("Asia/Tokyo", tokyo).replace("Europe/Paris", paris);
        place.write("e.csv", book);
        let settings = match hours.as_str() {
            "" => String::new(),
            hours => format!("[window]\nday = \"{}\"\nhours = \"{hours}\"\n", now.format("%m-%d")),
        };
        place.write("campaign.toml", settings);
        let risks_it = shape.risks_it && chance.below(2) == 0;
        let risk = if risks_it { "--retry-in-doubt" } else { "" };
        let resend = if shape.moves { "--retry-bounced" } else { "" };
        let is_quick = hours.is_empty() || option == "--after-window";
        Manner { options: format!("{} {option} {risk} {resend}", shape.options), risks_it, is_quick }
    }

    /// The one that brings a campaign to its end.
    pub fn last(shape: &Shape, place: &Place, moved: &mut usize, chance: &mut Chance) -> Manner {
        loop {
            let manner = Manner::of(shape, place, moved, chance);
            if manner.is_quick {
                return manner;
            }
        }
    }
}
