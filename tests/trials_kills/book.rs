//! What is known of a campaign without asking the program, and what the program says, held against it.

use std::collections::HashMap;
use std::fmt;

use crate::shape::{Manner, Shape};
use crate::support::relay::{Accepted, Act, FakeRelay};
use crate::support::script::message_id;
use crate::support::trial::Chance;
use crate::support::{Place, Ran};

#[derive(Debug, Default)]
pub struct Tally {
    pub campaigns: usize,
    pub killed: usize,
    pub interrupted: usize,
    pub with_letters_under_way: usize,
    pub with_hours: usize,
    lost: usize,
    twice: usize,
    unsaid: usize,
    in_doubt: usize,
    too_many_doubts: usize,
    untrue: usize,
    bounced: usize,
    sent_again_when_asked: usize,
    sent_to_another_address: usize,
}

impl Tally {
    /// What must not be.
    pub fn wrong(&self) -> [usize; 5] {
        [self.lost, self.twice, self.unsaid, self.untrue, self.too_many_doubts]
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "tried {} campaigns of random shape, {} kills and {} interruptions, {} times with letters under way, {} times of runs \
             with hours, lost {}, twice {}, twice when asked {}, that without a word {}, untrue {}, in doubt {}, more in doubt than \
             connections {}, came back {}, sent to another address then {}",
            self.campaigns,
            self.killed,
            self.interrupted,
            self.with_letters_under_way,
            self.with_hours,
            self.lost,
            self.twice,
            self.sent_again_when_asked,
            self.unsaid,
            self.untrue,
            self.in_doubt,
            self.too_many_doubts,
            self.bounced,
            self.sent_to_another_address
        )
    }
}

/// One campaign's.
#[derive(Default)]
pub struct Book {
    /// How many of its runs did not end by themselves.
    pub killed: usize,
    /// How many notices were read that a letter came back, by its Message-ID.
    came_back: HashMap<String, usize>,
    /// How many runs may have sent a letter again that was in doubt, since they were asked to.
    risked: HashMap<String, usize>,
    /// Any letter: of two runs side by side one may find that the other has died, and its letters are in doubt.
    risked_side_by_side: usize,
    /// In doubt before the last run.
    doubts: Vec<String>,
    unsaid: usize,
}

/// The letters to embassies: to whom each went, by Message-ID.
fn taken(relay: &FakeRelay) -> HashMap<String, Vec<String>> {
    let mut taken: HashMap<String, Vec<String>> = HashMap::new();
    for message in relay.accepted().iter().filter(|message| is_letter(message)) {
        taken.entry(message_id(&message.data)).or_default().push(message.to.clone());
    }
    taken
}

fn is_letter(message: &Accepted) -> bool {
    message.to.contains("@embassy.example.org")
}

impl Book {
    /// Which letters the run may send again is known before.
    pub fn before_a_run(&mut self, shape: &Shape, place: &Place, manner: &Manner) {
        self.doubts.clear();
        if !manner.risks_it || !place.has("l.ledger") {
            return;
        }
        let ran = place.run("status --in-doubt --ledger l.ledger");
        let ids = ran.stdout.lines().filter_map(|line| line.split('\t').next());
        self.doubts = ids.map(str::to_owned).collect();
        for id in &self.doubts {
            *self.risked.entry(id.clone()).or_default() += 1;
        }
        self.risked_side_by_side += usize::from(shape.two_processes);
    }

    /// A run that sent again what was in doubt had said that there is something in doubt. What arrives from `before` on for
    /// the first time may be the run's before, which the relay was slow to take.
    pub fn holds_what_is_said(&mut self, manner: &Manner, relay: &FakeRelay, before: usize, said: &str) {
        let (taken, counts) = (relay.accepted(), taken(relay));
        let sent_again = taken[before..].iter().filter(|message| is_letter(message)).any(|message| {
            let id = message_id(&message.data);
            self.doubts.contains(&id) && counts.get(&id).is_some_and(|taken| taken.len() > 1)
        });
        // Sentences are wrapped.
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        self.unsaid += usize::from(manner.risks_it && sent_again && !said.contains("in doubt"));
    }

    /// A notice that one of the letters that the relay has taken came back.
    pub fn notice(&mut self, relay: &FakeRelay, chance: &mut Chance) -> Option<String> {
        let taken = relay.accepted();
        let letters: Vec<_> = taken.iter().filter(|message| is_letter(message)).collect();
        let letter = letters.get(chance.below(letters.len().max(1)))?;
        let id = message_id(&letter.data);
        *self.came_back.entry(id.clone()).or_default() += 1;
        let to = letter.to.split(['<', '>']).nth(1)?;
        Some(format!(
            "From: MAILER-DAEMON@relay.example.org\nTo: c@example.org\nSubject: Undelivered Mail Returned to Sender\n\
             Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n \
             boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nIt did not arrive.\n--b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; relay.example.org\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\
             Diagnostic-Code: smtp; 550 5.1.1 unknown\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{id}>\n\
             To: {to}\n\n--b--\n"
        ))
    }

    /// The relay's book against the program's report.
    pub fn judge(&self, shape: &Shape, place: &Place, relay: &FakeRelay, ran: &Ran, tally: &mut Tally) {
        assert!(!ran.stderr.contains("panicked"), "{shape:?}: {}", ran.stderr);
        let (taken, told) = (taken(relay), place.told());
        let risked =
            |id: &String| self.risked.get(id).copied().unwrap_or_default() + self.risked_side_by_side;
        let came_back =
            |id: &String| if shape.moves { self.came_back.get(id).copied().unwrap_or_default() } else { 0 };
        let mut twice = 0;
        for (id, addresses) in &taken {
            let most = addresses.iter().map(|to| addresses.iter().filter(|other| *other == to).count()).max();
            let again = addresses.len() - 1;
            let is_asked_for =
                most.unwrap_or_default() <= 1 + risked(id) && again <= risked(id) + came_back(id);
            twice += usize::from(!is_asked_for);
            tally.sent_again_when_asked += again.min(risked(id));
            tally.sent_to_another_address += usize::from(addresses.iter().any(|to| *to != addresses[0]));
        }
        let with = |word: &str| told.iter().filter(|(outcome, _)| outcome == word).count();
        // An answer that was lost, or a connection that the relay closed, may leave a doubt of its own.
        let closings = shape.acts.values().filter(|act| matches!(act, Act::Close)).count();
        let too_many = usize::from(with("in_doubt") > self.killed * shape.connections + closings);
        let untrue = told
            .iter()
            .filter(|(outcome, id)| match outcome.as_str() {
                "accepted" | "bounced" => !taken.contains_key(id),
                "in_doubt" => false,
                // What was sent once more may have another answer the second time.
                _ => taken.contains_key(id) && risked(id) + came_back(id) == 0,
            })
            .count();
        let settled: usize =
            ["accepted", "in_doubt", "refused", "bounced", "by_post"].iter().map(|word| with(word)).sum();
        let lost = shape.letters + shape.by_post - settled.min(shape.letters + shape.by_post);
        if twice + too_many + untrue + lost + self.unsaid > 0 || !matches!(ran.code, 0 | 1) {
            println!("{shape:?}, {} killed: {} {}\n{told:?}\n{taken:?}", self.killed, ran.code, ran.stderr);
            println!(
                "twice {twice}, untrue {untrue}, lost {lost}, unsaid {}, risked {:?}",
                self.unsaid, self.risked
            );
            assert!(matches!(ran.code, 0 | 1), "it did not come to its end");
        }
        tally.twice += twice;
        tally.unsaid += self.unsaid;
        tally.too_many_doubts += too_many;
        tally.untrue += untrue;
        tally.lost += lost;
        tally.in_doubt += with("in_doubt");
        tally.bounced += with("bounced");
    }
}
