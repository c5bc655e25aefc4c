//! Every state that can be reached, breadth first, so that a counter-example is a shortest one.

use super::seen::{Seen, Short};
use super::steps::steps;
use super::world::{Bounds, Life, World};
use crate::ledger::State;

/// What an exploration has come to.
pub(super) struct Explored {
    pub(super) states: usize,
    pub(super) depth: usize,
    pub(super) steps: usize,
    /// Whether every state was looked at that can be reached.
    pub(super) is_whole: bool,
    /// The steps that lead to what must never be, and what that is.
    pub(super) counter_example: Option<String>,
}

/// Which step of which state led here.
#[derive(Clone, Copy)]
struct Way {
    from: u32,
    step: u16,
}

pub(super) fn explore(bounds: &Bounds) -> Explored {
    let mut seen = Seen::default();
    let mut ways = vec![Way { from: 0, step: 0 }];
    let mut layer: Vec<(u32, Short)> =
        seen.insert(&World::new()).map(|first| (0, first)).into_iter().collect();
    let mut explored = Explored { states: 1, depth: 0, steps: 0, is_whole: false, counter_example: None };
    while !layer.is_empty() {
        let mut following = Vec::new();
        for (number, short) in &layer {
            if ways.len() >= bounds.most {
                explored.states = ways.len();
                return explored;
            }
            let world = seen.world(*short);
            let next = steps(&world, bounds);
            if next.is_empty() && world.processes.iter().any(|process| process.life == Life::Lives) {
                explored.counter_example = Some(told(bounds, &ways, *number, None, "a run waits for ever"));
                return explored;
            }
            explored.steps += next.len();
            for (step, (_, then)) in next.into_iter().enumerate() {
                let step = u16::try_from(step).unwrap();
                let fault = match &then {
                    Ok(then) => fault(then, bounds),
                    Err(fault) => Some(fault.clone()),
                };
                if let Some(fault) = fault {
                    explored.counter_example = Some(told(bounds, &ways, *number, Some(step), &fault));
                    return explored;
                }
                let Ok(then) = then.map(|then| then.in_order(bounds)) else { continue };
                if let Some(short) = seen.insert(&then) {
                    following.push((u32::try_from(ways.len()).unwrap(), short));
                    ways.push(Way { from: *number, step });
                }
            }
        }
        explored.depth += usize::from(!following.is_empty());
        explored.states = ways.len();
        layer = following;
    }
    explored.is_whole = true;
    explored
}

/// What must hold in every state, whatever happens next: above all, were the power lost now.
fn fault(world: &World, bounds: &Bounds) -> Option<String> {
    for letter in 0..bounds.letters {
        let (entry, fate) = (world.durable.letters[letter], world.fates[letter]);
        let is_kept = matches!(entry.state, State::Claimed | State::Accepted | State::InDoubt);
        if fate.may_have_arrived && !is_kept {
            return Some(format!(
                "letter {letter} may have arrived, and would leave again: it is {}",
                entry.state.word()
            ));
        }
        if entry.state == State::Accepted && !fate.said_yes {
            return Some(format!("letter {letter} is accepted, and the relay has not said so"));
        }
    }
    for run in 0..bounds.runs {
        let claims = world.durable.claims_of(run);
        if claims > bounds.connections[run] {
            return Some(format!(
                "run {run} has {claims} claims: more would be in doubt than it has connections"
            ));
        }
        if claims > 0 && world.durable.runs[run] == super::book::RunRow::Ended {
            return Some(format!("run {run} has ended, and has a claim without an outcome"));
        }
    }
    None
}

/// The steps from the beginning to a state, and the last one, in words.
fn told(bounds: &Bounds, ways: &[Way], state: u32, last: Option<u16>, fault: &str) -> String {
    let mut path: Vec<u16> = last.into_iter().collect();
    let mut at = state;
    while at != 0 {
        let way = ways[at as usize];
        path.push(way.step);
        at = way.from;
    }
    let mut text = format!("{fault}, after\n");
    let mut world = World::new();
    for step in path.into_iter().rev() {
        let (step, then) = steps(&world, bounds).swap_remove(usize::from(step));
        text.push_str(&format!("  {step:?}\n"));
        match then {
            Ok(then) => world = then.in_order(bounds),
            Err(_) => break,
        }
    }
    text
}
