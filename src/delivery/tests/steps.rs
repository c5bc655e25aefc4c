//! What can happen next: a step of a connection, of a run, a crash.

use std::collections::HashSet;

use super::book::{Book, Page, RunRow, outcome, retry};
use super::relay::{Delivered, Enveloped, Write, bodies, envelopes};
use super::world::{Bounds, End, Flaw, Letter, Life, Line, Work, World};
use crate::ledger::{Claimed, Outcome, State};

/// A step, for who reads a counter-example.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "read where it is printed")]
pub(super) enum Step {
    BeginRun { run: usize },
    Begin { run: usize, connection: usize, letter: Letter, became: Enveloped },
    Reconnect { run: usize, connection: usize },
    LetterAtOnce { run: usize, connection: usize, next: Option<Letter> },
    Commit { run: usize, in_order: bool },
    CommitFails { run: usize, is_durable: bool },
    GiveUp { run: usize, connection: usize },
    Deliver { run: usize, connection: usize, write: Option<Write> },
    Answer { run: usize, connection: usize, became: Delivered },
    EndRun { run: usize, takes_back: bool },
    Interrupt { run: usize },
    Kill { run: usize },
    PowerLoss,
}

/// What comes of a step: another state, or what must never happen.
pub(super) type Next = (Step, Result<World, String>);

/// Everything that can happen in this state.
pub(super) fn steps(world: &World, bounds: &Bounds) -> Vec<Next> {
    let mut next = Vec::new();
    for run in 0..bounds.runs {
        match world.processes[run].life {
            Life::NotBegun => {
                // They are alike: the first begins first.
                if run == 0 || world.processes[run - 1].life != Life::NotBegun {
                    next.push((Step::BeginRun { run }, Ok(begin_run(world, bounds, run))));
                }
            }
            Life::Gone => {}
            Life::Lives => {
                for connection in 0..bounds.connections[run] {
                    connection_steps(world, bounds, run, connection, &mut next);
                }
                commits(world, bounds, run, &mut next);
                ends(world, bounds, run, &mut next);
                if !world.processes[run].is_stopping {
                    let mut then = *world;
                    then.processes[run].is_stopping = true;
                    next.push((Step::Interrupt { run }, Ok(then)));
                }
                let mut then = *world;
                then.processes[run].gone();
                next.push((Step::Kill { run }, Ok(then)));
            }
        }
    }
    if (0..bounds.runs).any(|run| world.lives(run)) {
        let mut then = World { live: world.durable, ..*world };
        for process in then.processes.iter_mut().filter(|process| process.life == Life::Lives) {
            process.gone();
        }
        next.push((Step::PowerLoss, Ok(then)));
    }
    next
}

/// Writes a transaction that is whole.
fn commit(world: &mut World, bounds: &Bounds, book: Book) {
    world.durable = if bounds.has(Flaw::ClaimNotDurable) { world.live } else { book };
    world.live = book;
}

/// `start`: buries the runs that died, enrols, begins the run.
fn begin_run(world: &World, bounds: &Bounds, run: usize) -> World {
    let (mut then, mut book) = (*world, world.live);
    book.reap(bounds, |other| world.lives(other) && !bounds.has(Flaw::LiveRunsAreBuried));
    book.runs[run] = RunRow::Begun;
    then.processes[run].life = Life::Lives;
    for letter in 0..bounds.letters {
        if retry(bounds, run).may_send(book.letters[letter].state, false) {
            then.processes[run].to_do |= 1 << letter;
        }
    }
    commit(&mut then, bounds, book);
    then
}

fn connection_steps(world: &World, bounds: &Bounds, run: usize, connection: usize, next: &mut Vec<Next>) {
    let process = &world.processes[run];
    let may_hand_out = !process.is_stopping && !process.is_held;
    let to_do = || {
        (0..bounds.letters)
            .filter(|letter| process.to_do & (1 << letter) != 0)
            .filter_map(|l| Letter::try_from(l).ok())
    };
    let with = |work: Work, change: &dyn Fn(&mut World)| {
        let mut then = *world;
        change(&mut then);
        then.processes[run].connections[connection] = work;
        then
    };
    match process.connections[connection] {
        Work::Round { .. } => {}
        Work::Rest(Line::Disturbed) => {
            let then = with(Work::Rest(Line::Gone), &|_| {});
            next.push((Step::Reconnect { run, connection }, Ok(then)));
        }
        Work::Rest(_) => {
            for letter in to_do().filter(|_| may_hand_out) {
                for &became in envelopes(bounds.pipelining) {
                    let mut then = *world;
                    then.processes[run].take(letter);
                    let work = match became.end {
                        None => Work::Ready { letter, line: became.line, outcome: None },
                        Some(_) => after_envelope(&mut then, bounds, run, letter, became, None),
                    };
                    then.processes[run].connections[connection] = work;
                    next.push((Step::Begin { run, connection, letter, became }, Ok(then)));
                }
            }
        }
        Work::Ready { letter, line, outcome } => {
            let candidates = to_do().filter(|_| bounds.pipelining && may_hand_out).map(Some);
            for candidate in candidates.chain([None]) {
                let work = if bounds.has(Flaw::BodyBeforeClaim) {
                    Work::Claimed { letter, next: candidate, line }
                } else {
                    Work::Round { outcomes: [outcome, None], claim: Some(letter), next: candidate, line }
                };
                let then = with(work, &|then| {
                    candidate.into_iter().for_each(|letter| then.processes[run].take(letter));
                });
                next.push((Step::LetterAtOnce { run, connection, next: candidate }, Ok(then)));
            }
        }
        Work::Claimed { letter, next: candidate, line } => {
            let not_sent = |end: End, stops: bool| {
                let work = Work::Round {
                    outcomes: [Some((letter, end)), None],
                    claim: None,
                    next: None,
                    line: Line::Gone,
                };
                with(work, &|then| {
                    candidate.into_iter().for_each(|letter| then.processes[run].put_back(letter));
                    then.processes[run].is_stopping |= stops;
                    weigh(then, bounds, run, letter, end);
                })
            };
            if !may_hand_out {
                next.push((Step::GiveUp { run, connection }, Ok(not_sent(End::Unsent, false))));
            }
            // `expect_silence`.
            if line != Line::Open && !bounds.has(Flaw::UnaskedRepliesCount) {
                let then = not_sent(End::Unsent, false);
                next.push((Step::Deliver { run, connection, write: None }, Ok(then)));
                return;
            }
            for write in [Write::Whole, Write::BrokenBehindTheDot] {
                let broken = write == Write::BrokenBehindTheDot;
                let left = leaves(world, bounds, run, connection).map(|()| {
                    with(Work::Body { letter, next: candidate, broken }, &|then| {
                        then.fates[usize::from(letter)].may_have_arrived = true;
                    })
                });
                next.push((Step::Deliver { run, connection, write: Some(write) }, left));
            }
            for became in bodies(Write::BrokenBeforeTheDot, false) {
                let mut then = not_sent(became.end, became.stops);
                // An answer to the body all the same, such as that it is too long.
                then.fates[usize::from(letter)].may_have_arrived &= !became.said_no;
                let write = Some(Write::BrokenBeforeTheDot);
                next.push((Step::Deliver { run, connection, write }, Ok(then)));
            }
        }
        Work::Body { letter, next: behind, broken } => {
            let write = if broken { Write::BrokenBehindTheDot } else { Write::Whole };
            for &became in bodies(write, behind.is_some()) {
                let then = answered(world, bounds, (run, connection), (letter, behind), became);
                next.push((Step::Answer { run, connection, became }, Ok(then)));
            }
        }
    }
}

/// What must hold when a body leaves.
fn leaves(world: &World, bounds: &Bounds, run: usize, connection: usize) -> Result<(), String> {
    let Work::Claimed { letter, line, .. } = world.processes[run].connections[connection] else {
        return Ok(());
    };
    let entry = world.durable.letters[usize::from(letter)];
    if line != Line::Open {
        return Err(format!("something lies there before its body leaves: letter {letter}"));
    }
    if !world.durable.is_claimed_by(letter, run) {
        return Err(format!("letter {letter} leaves, and its claim is not durable"));
    }
    let is_under_way = world
        .processes
        .iter()
        .flat_map(|process| process.connections)
        .any(|work| matches!(work, Work::Body { letter: other, .. } if other == letter));
    let is_risked = bounds.risks_it(run) && entry.before == Some(State::InDoubt);
    if is_under_way || (world.fates[usize::from(letter)].may_have_arrived && !is_risked) {
        return Err(format!("letter {letter} leaves twice"));
    }
    Ok(())
}

/// `weigh`: what follows for the run from an outcome that is not durable yet.
fn weigh(world: &mut World, bounds: &Bounds, run: usize, letter: Letter, end: End) {
    match end {
        End::NoSuchAddress => world.processes[run].is_held = true,
        End::Unsent if bounds.has(Flaw::UnsentHandedOutAtOnce) => world.processes[run].put_back(letter),
        // What is deferred, or did not leave, is tried again in this run when that is durable, if there is time.
        End::Deferred | End::Unsent | End::Accepted | End::Refused | End::InDoubt => {}
    }
}

/// A letter without a 354: its outcome is recorded, together with that of the letter before.
fn after_envelope(
    world: &mut World,
    bounds: &Bounds,
    run: usize,
    letter: Letter,
    became: Enveloped,
    before: Option<(Letter, End)>,
) -> Work {
    let end = became.end.unwrap_or(End::Unsent);
    world.processes[run].is_stopping |= became.stops;
    if end == End::Unsent {
        // Nothing of it is claimed.
        world.processes[run].put_back(letter);
    } else {
        weigh(world, bounds, run, letter, end);
    }
    let outcomes = [before, (end != End::Unsent).then_some((letter, end))];
    if outcomes == [None, None] {
        return Work::Rest(became.line);
    }
    Work::Round { outcomes, claim: None, next: None, line: became.line }
}

/// The relay's answer to a body, and to the envelope behind it.
fn answered(
    world: &World,
    bounds: &Bounds,
    (run, connection): (usize, usize),
    (letter, behind): (Letter, Option<Letter>),
    became: Delivered,
) -> World {
    let mut then = *world;
    let end = match became.end {
        End::InDoubt if bounds.has(Flaw::LostAnswersAreUnsent) => End::Unsent,
        end => end,
    };
    let fate = &mut then.fates[usize::from(letter)];
    fate.may_have_arrived &= !became.said_no;
    fate.said_yes |= became.said_yes;
    then.processes[run].is_stopping |= became.stops;
    weigh(&mut then, bounds, run, letter, end);
    let outcome = Some((letter, end));
    let work = match (behind, became.next) {
        (Some(next), Some(became @ Enveloped { end: None, line, .. })) => {
            then.processes[run].is_stopping |= became.stops;
            Work::Ready { letter: next, line, outcome }
        }
        (Some(next), Some(became)) => after_envelope(&mut then, bounds, run, next, became, outcome),
        _ => Work::Round { outcomes: [outcome, None], claim: None, next: None, line: became.line },
    };
    then.processes[run].connections[connection] = work;
    then
}

/// One commit for the rounds of all connections that wait, or none.
fn commits(world: &World, bounds: &Bounds, run: usize, next: &mut Vec<Next>) {
    let waiting: Vec<usize> = (0..bounds.connections[run])
        .filter(|connection| matches!(world.processes[run].connections[*connection], Work::Round { .. }))
        .collect();
    if waiting.is_empty() {
        return;
    }
    if world.processes[run].ledger_failed {
        let then = refused_rounds(world, bounds, run, &waiting);
        next.push((Step::CommitFails { run, is_durable: false }, Ok(then)));
        return;
    }
    let reversed: Vec<usize> = waiting.iter().rev().copied().collect();
    for (in_order, order) in [(true, &waiting), (false, &reversed)] {
        if in_order || order.len() > 1 {
            next.push((Step::Commit { run, in_order }, rounds(world, bounds, run, order)));
        }
    }
    // Whether it came to the disk, nobody knows.
    for is_durable in [false, true] {
        let then = if is_durable { rounds(world, bounds, run, &waiting) } else { Ok(*world) };
        let then = then.map(|written| {
            let kept = World { live: written.live, durable: written.durable, ..*world };
            refused_rounds(&kept, bounds, run, &waiting)
        });
        next.push((Step::CommitFails { run, is_durable }, then));
    }
}

fn rounds(world: &World, bounds: &Bounds, run: usize, order: &[usize]) -> Result<World, String> {
    let (mut then, mut book) = (*world, world.live);
    let mut recorded = Vec::new();
    for &connection in order {
        let Work::Round { outcomes, claim, next, line } = world.processes[run].connections[connection] else {
            continue;
        };
        let mut page =
            Page { book: &mut book, bounds, run, ended: HashSet::new(), lives: |other| world.lives(other) };
        for (letter, end) in outcomes.into_iter().flatten() {
            let is_lost = bounds.has(Flaw::OutcomesLost) && claim.is_some();
            if !is_lost && !page.record(letter, &outcome(end)) {
                return Err(format!("run {run} holds no claim on letter {letter}, which is {end:?}"));
            }
        }
        let claimed = claim.map(|letter| (letter, page.claim(letter)));
        let process = &mut then.processes[run];
        let again = |(_, end): &(Letter, End)| matches!(end, End::Deferred | End::Unsent);
        outcomes.into_iter().flatten().filter(again).for_each(|(letter, _)| process.put_back(letter));
        process.connections[connection] = match claimed {
            None => Work::Rest(line),
            Some((letter, Claimed::Yes)) => {
                recorded.extend(outcomes.into_iter().flatten().map(|(before, _)| (before, letter)));
                Work::Claimed { letter, next, line }
            }
            Some((_, claimed)) => {
                // `give_up`: the connection is closed under a transaction that has its 354.
                process.is_held |= claimed == Claimed::AddressHeld;
                next.into_iter().for_each(|letter| process.put_back(letter));
                Work::Rest(Line::Gone)
            }
        };
    }
    commit(&mut then, bounds, book);
    for (before, letter) in recorded {
        if then.durable.is_claimed_by(before, run) {
            return Err(format!("letter {letter} may leave, and an outcome is not durable: letter {before}"));
        }
    }
    Ok(then)
}

/// The answer to every round from a commit that failed on.
fn refused_rounds(world: &World, bounds: &Bounds, run: usize, waiting: &[usize]) -> World {
    let mut then = *world;
    let process = &mut then.processes[run];
    (process.ledger_failed, process.is_stopping) = (true, true);
    for &connection in waiting {
        let Work::Round { claim, next, line, .. } = process.connections[connection] else { continue };
        process.connections[connection] = match claim {
            Some(letter) if bounds.has(Flaw::FailedCommitsAreIgnored) => Work::Claimed { letter, next, line },
            None => Work::Rest(line),
            Some(letter) => {
                [Some(letter), next].into_iter().flatten().for_each(|letter| process.put_back(letter));
                Work::Rest(Line::Gone)
            }
        };
    }
    then
}

/// `end`: after the last letter, or when the run is to end.
fn ends(world: &World, bounds: &Bounds, run: usize, next: &mut Vec<Next>) {
    let process = &world.processes[run];
    let is_done = process.to_do == 0 || process.is_stopping || process.is_held;
    if !is_done || process.connections.iter().any(|work| !matches!(work, Work::Rest(_))) {
        return;
    }
    for takes_back in [false, true] {
        let (mut then, mut book) = (*world, world.live);
        if !process.ledger_failed {
            let mut page = Page {
                book: &mut book,
                bounds,
                run,
                ended: HashSet::new(),
                lives: |other| world.lives(other),
            };
            // `take_back`: refusals that were not about their letters.
            for letter in 0..if takes_back { bounds.letters } else { 0 } {
                let letter = Letter::try_from(letter).unwrap_or_default();
                page.record(letter, &Outcome::TakenBack { hold: false });
            }
            book.bury(run, bounds);
            commit(&mut then, bounds, book);
        }
        then.processes[run].gone();
        next.push((Step::EndRun { run, takes_back }, Ok(then)));
    }
}
