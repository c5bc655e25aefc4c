//! The plan: which letter, through which channel, to which embassy; what is left out and why.
//!
//! A value: `--dry-run` prints it, `send` carries it out, `check` judges it. It holds counts and a roll on disk, so
//! that a million signers need no more memory than ten thousand. Making it changes nothing in the ledger.

pub(crate) mod judge;
pub(crate) mod planner;
mod roll;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::{fmt, io};

use self::roll::Roll;
use super::window::{Opening, Window};
use crate::embassy::{Confidence, Embassy};
use crate::letter::form::pdf::printer::Printer;
use crate::signer::list::{Conditions, Faults, Position};

/// How a letter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub(crate) enum Channel {
    /// By SMTP.
    Mail,
    /// On paper.
    Post,
}

/// Which e-mail addresses are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// Those that can be relied upon.
    Sure,
    /// Those of low confidence too.
    OldToo,
}

/// What becomes of a letter that cannot go by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WithoutMail {
    /// It goes by post.
    ByPost,
    /// It is no part of the campaign.
    LeftOut,
}

/// What the planner decides by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'p> {
    /// What rows must satisfy.
    pub conditions: Conditions,
    /// Which e-mail addresses are used.
    pub addresses: Addresses,
    /// What becomes of letters that cannot go by mail.
    pub without_mail: WithoutMail,
    /// The window, and the year of its day.
    pub window: Option<(Window, i32)>,
    /// What prints the letters that go by post, where they are printed: a row that it has no glyph for is faulty.
    pub printer: Option<&'p RefCell<Printer>>,
}

/// A campaign's letters to one embassy through one channel.
#[derive(Debug)]
pub(crate) struct PlanLane<'d> {
    /// To whom.
    pub embassy: &'d Embassy,
    /// How.
    pub channel: Channel,
    /// When letters may leave for it.
    pub opening: Option<Opening>,
    /// How many.
    pub letters: u64,
}

/// One letter of the plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned<'p> {
    /// To whom it goes.
    pub lane: &'p PlanLane<'p>,
    /// Where its row stands in the list.
    pub position: Position,
}

/// A row that is the same signer's letter to the same embassy as an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// The row that is left out.
    pub row: u64,
    /// The row that stands.
    pub earlier: u64,
}

/// A row that has the same name as another one, and neither e-mail nor city: nobody can tell whether it is one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Twin {
    /// The faulty row.
    pub row: u64,
    /// One that is faulty with it.
    pub other: u64,
}

impl fmt::Display for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} has the same name; add an e-mail or a city: these may be two people", self.other)
    }
}

/// The whole plan.
#[derive(Debug)]
pub(crate) struct Plan<'d> {
    /// The letters, by embassy and channel.
    pub lanes: Vec<PlanLane<'d>>,
    /// Where each lane's rows stand in the list.
    roll: Roll,
    /// Rows of the list.
    pub rows: u64,
    /// Rows whose signers withheld their consent.
    pub left_out: u64,
    /// Rows whose letters would go by post, where post is left out.
    pub without_post: u64,
    /// Letters in a translation that no native speaker has reviewed, by its language tag.
    pub unreviewed: BTreeMap<String, u64>,
    /// Rows that cannot be used.
    pub faults: Faults,
    /// Rows that repeat another, in the list's order.
    pub repeats: Vec<Repeat>,
    /// Rows that may be two people of one name, and so are faulty, in the list's order.
    pub twins: Vec<Twin>,
}

impl Plan<'_> {
    /// How many letters go through `channel`.
    pub(crate) fn count(&self, channel: Channel) -> u64 {
        self.lanes.iter().filter(|lane| lane.channel == channel).map(|lane| lane.letters).sum()
    }

    /// The letters that go through `channel`, embassy by embassy, each embassy's in the list's order.
    pub(crate) fn letters(&self, channel: Channel) -> impl Iterator<Item = io::Result<Planned<'_>>> {
        let lanes = self.lanes.iter().enumerate().filter(move |(_, lane)| lane.channel == channel);
        lanes.flat_map(move |(number, lane)| {
            (0..lane.letters).map(move |place| Ok(Planned { lane, position: self.position(number, place)? }))
        })
    }

    /// Where the letter stands in the list that has this `place` in the lane of that `number`.
    ///
    /// # Errors
    /// Where the plan's temporary file cannot be read.
    pub(crate) fn position(&self, number: usize, place: u64) -> io::Result<Position> {
        let position = self.roll.at(number, place);
        position
            .map_err(|error| io::Error::other(format!("the plan's temporary file cannot be read: {error}")))
    }
}

/// By mail where an address is known that can be relied upon, else by post.
pub(crate) fn channel(embassy: &Embassy, addresses: Addresses) -> Channel {
    match &embassy.email {
        Some(email) if addresses == Addresses::OldToo || email.confidence != Confidence::Low => Channel::Mail,
        _ => Channel::Post,
    }
}
