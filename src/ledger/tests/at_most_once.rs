//! Claims: one winner, one outcome, and a doubt when nobody is left to tell.

use super::stage::in_both;
use super::{
    accepted, child, claim, letter, now, open, place, record, reply, start, start_list, state, try_record,
};
use crate::ledger::{
    Charge, Claimed, Copies, Item, KeptReply, Ledger, LedgerError, Location, Outcome, Pace, Retry, Round,
    Ruling, Run, Scope, Settlement, State,
};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Mutex;

in_both! {
    two_runs_of_several_connections_send_each_letter_once,
    two_processes_send_each_letter_once,
    a_crash_between_claim_and_outcome_leaves_the_letter_in_doubt,
    no_option_touches_a_live_runs_claim,
    a_letter_in_doubt_whose_envelope_is_not_wanted_later_is_still_in_doubt,
    what_a_live_run_deferred_is_that_runs_to_try_again,
    a_letter_that_was_given_up_stands_as_before_its_claim,
    an_envelope_refused_before_its_claim_is_recorded_unless_another_run_has_the_letter,
    an_outcome_without_a_claim_is_an_error_that_stops_the_run,
    a_copy_is_owed_from_the_acceptance_on_goes_once_and_changes_no_outcome,
    a_refusal_that_was_not_about_the_letter_is_taken_back_by_the_run_that_heard_it,
    the_relays_log_settles_a_doubt_and_nothing_else,
    a_posted_letter_is_by_post_once_and_is_not_mailed,
}

const RISK_IT: Retry = Retry { in_doubt: true, refused: false, bounced: crate::ledger::Again::No };

#[test]
fn one_round_carries_the_last_outcome_the_next_claim_and_a_token() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    let [first, second] = [1, 2].map(|row| letter(&ledger, row));
    let (_, run) = start(&mut ledger, &[1, 2]);
    assert_eq!(claim(&run, first), Claimed::Yes);
    assert_eq!(claim(&run, first), Claimed::No(State::Claimed));
    let charge = Charge { bucket: "all".to_owned(), rate: 0.5 };
    let round = Round {
        outcomes: vec![(Item::Letter(first.key), accepted())],
        claim: Some(Item::Letter(second.key)),
        charges: vec![charge.clone()],
    };
    let answer = run.round(round).unwrap();
    assert_eq!((answer.claim, answer.pace), (Some(Claimed::Yes), Pace::Granted));
    let round = Round { charges: vec![charge], ..Round::default() };
    let later = now() + chrono::TimeDelta::seconds(2);
    assert_eq!(run.round(round).unwrap().pace, Pace::NotBefore(later));
    record(&run, second, accepted());
    run.end().unwrap();
    assert_eq!(ledger.tally().unwrap().all.accepted, 2);
}

/// Claims and accepts letters in the list's order until none is left, on several connections.
fn send_all(path: &Location, rows: &[i64], connections: usize) -> Vec<i64> {
    let mut ledger = open(path);
    let letters: Vec<_> = rows.iter().map(|&row| (row, letter(&ledger, row))).collect();
    let (_, run) = start(&mut ledger, rows);
    let sent = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for connection in 0..connections {
            let (run, letters, sent) = (&run, &letters, &sent);
            scope.spawn(move || {
                for &(row, letter) in letters.iter().cycle().skip(connection * 7).take(letters.len()) {
                    if claim(run, letter) == Claimed::Yes {
                        sent.lock().unwrap().push(row);
                        record(run, letter, accepted());
                    }
                }
            });
        }
    });
    run.end().unwrap();
    sent.into_inner().unwrap()
}

fn two_runs_of_several_connections_send_each_letter_once(path: &Location) {
    let rows: Vec<i64> = (0..60).collect();
    open(path);
    let mut sent = std::thread::scope(|scope| {
        let other = scope.spawn(|| send_all(path, &rows, 3));
        let mut sent = send_all(path, &rows, 3);
        sent.extend(other.join().unwrap());
        sent
    });
    sent.sort_unstable();
    assert_eq!(sent, rows);
    assert_eq!(open(path).tally().unwrap().all.accepted, 60);
}

fn two_processes_send_each_letter_once(path: &Location) {
    open(path);
    let children = [(); 2].map(|()| {
        let mut command = child("at_most_once::child_sends_all", path);
        command.stdout(Stdio::piped()).spawn().unwrap()
    });
    let mut times: HashMap<String, usize> = HashMap::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            if let Some((_, row)) = line.split_once("sent row ") {
                *times.entry(row.to_owned()).or_default() += 1;
            }
        }
    }
    assert_eq!(times.len(), 60);
    assert!(times.values().all(|&times| times == 1), "{times:?}");
}

#[test]
#[ignore = "a child process of two_processes_send_each_letter_once"]
fn child_sends_all() {
    if let Some(path) = super::ledger_of_the_parent() {
        for row in send_all(&path, &(0..60).collect::<Vec<_>>(), 2) {
            println!("\nsent row {row}");
        }
    }
}

#[test]
#[ignore = "a child process that is killed"]
fn child_claims_and_waits() {
    if let Some(path) = super::ledger_of_the_parent() {
        let mut ledger = open(&path);
        let [first, second] = [1, 2].map(|row| letter(&ledger, row));
        let (_, run) = start(&mut ledger, &[1, 2, 3]);
        claim(&run, first);
        record(&run, first, accepted());
        claim(&run, second);
        println!("\nclaimed");
        std::thread::park();
    }
}

/// A process that has letter 1 accepted, letter 2 claimed, letter 3 pending, and waits to be killed.
fn claiming_child(path: &Location) -> std::process::Child {
    let mut child =
        child("at_most_once::child_claims_and_waits", path).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "claimed"));
    child
}

fn a_crash_between_claim_and_outcome_leaves_the_letter_in_doubt(path: &Location) {
    let mut ledger = open(path);
    let [first, second, third] = [1, 2, 3].map(|row| letter(&ledger, row));
    let mut child = claiming_child(path);
    let reader = Ledger::open_read_only(path, None).unwrap();
    assert_eq!(reader.tally().unwrap().all.pending, 2, "a live run's claim is pending");
    assert!(reader.in_doubt().unwrap().is_empty());

    child.kill().unwrap();
    child.wait().unwrap();
    let mut counts = reader.tally().unwrap().all;
    // A server hears a moment later that a connection is gone.
    for _ in 0..200 {
        if counts.in_doubt == 1 || path.file().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        counts = reader.tally().unwrap().all;
    }
    assert_eq!((counts.accepted, counts.in_doubt, counts.pending), (1, 1, 1));
    assert_eq!(state(&reader, second), Some(State::InDoubt));
    assert_eq!(reader.in_doubt().unwrap().len(), 1);

    let (_, run) = start(&mut ledger, &[1, 2, 3]);
    assert_eq!(claim(&run, first), Claimed::No(State::Accepted));
    assert_eq!(claim(&run, second), Claimed::No(State::InDoubt));
    assert_eq!(claim(&run, third), Claimed::Yes);
    run.end().unwrap();
    let Some(file) = path.file() else { return };
    let locks = std::fs::read_dir(file.parent().unwrap())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".lock"));
    assert_eq!(locks.count(), 0);
}

fn no_option_touches_a_live_runs_claim(path: &Location) {
    let mut ledger = open(path);
    let second = letter(&ledger, 2);
    let mut child = claiming_child(path);
    let (_, run) = start_list(&mut ledger, &[1, 2, 3], Scope::Campaign, RISK_IT).unwrap();
    assert_eq!(claim(&run, second), Claimed::No(State::Claimed));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut claimed = claim(&run, second);
    // A server hears a moment later that a connection is gone.
    for _ in 0..200 {
        if claimed == Claimed::Yes || path.file().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        claimed = claim(&run, second);
    }
    assert_eq!(claimed, Claimed::Yes, "its run has died, and the user takes the risk");
}

fn a_letter_in_doubt_whose_envelope_is_not_wanted_later_is_still_in_doubt(path: &Location) {
    let mut ledger = open(path);
    let first = letter(&ledger, 1);
    let (_, run) = start(&mut ledger, &[1]);
    claim(&run, first);
    record(&run, first, Outcome::InDoubt("no answer".to_owned()));
    run.end().unwrap();
    for outcome in [Outcome::Deferred, Outcome::Refused, Outcome::NoSuchAddress] {
        let (_, run) = start_list(&mut open(path), &[1], Scope::Campaign, RISK_IT).unwrap();
        record(&run, first, outcome(reply(450, "4.2.0", "later")));
        run.end().unwrap();
        assert_eq!(state(&ledger, first), Some(State::InDoubt));
    }
}

fn what_a_live_run_deferred_is_that_runs_to_try_again(path: &Location) {
    let (mut ledger, mut other) = (open(path), open(path));
    let first = letter(&ledger, 1);
    let (_, run) = start(&mut ledger, &[1]);
    let (_, second_run) = start(&mut other, &[1]);
    record(&run, first, Outcome::Deferred(reply(451, "4.7.1", "greylisted")));
    assert_eq!(claim(&second_run, first), Claimed::No(State::Deferred));
    assert_eq!(claim(&run, first), Claimed::Yes);
    record(&run, first, Outcome::Deferred(reply(451, "4.7.1", "greylisted")));
    run.end().unwrap();
    assert_eq!(claim(&second_run, first), Claimed::Yes);
}

fn a_letter_that_was_given_up_stands_as_before_its_claim(path: &Location) {
    let mut ledger = open(path);
    let [first, second] = [1, 2].map(|row| letter(&ledger, row));
    let (_, run) = start(&mut ledger, &[1, 2]);
    claim(&run, first);
    record(&run, first, Outcome::Unsent);
    assert_eq!(state(&ledger, first), Some(State::Pending));
    assert_eq!(ledger.standing(first.key).unwrap().unwrap().at, None);
    claim(&run, second);
    record(&run, second, Outcome::InDoubt("the connection was lost after the final dot".to_owned()));
    run.end().unwrap();

    let (_, run) = start_list(&mut ledger, &[1, 2], Scope::Campaign, RISK_IT).unwrap();
    assert_eq!(claim(&run, second), Claimed::Yes);
    record(&run, second, Outcome::Unsent);
    assert_eq!(state(&ledger, second), Some(State::InDoubt), "the first attempt is as doubtful as ever");
    assert_eq!(claim(&run, second), Claimed::Yes);
    record(&run, second, accepted());
    assert_eq!(state(&ledger, second), Some(State::Accepted));
}

fn an_envelope_refused_before_its_claim_is_recorded_unless_another_run_has_the_letter(path: &Location) {
    let (mut ledger, mut other) = (open(path), open(path));
    let [first, second] = [1, 2].map(|row| letter(&ledger, row));
    let refused = || Outcome::Refused(reply(554, "5.7.1", "policy"));
    let (_, run) = start(&mut ledger, &[1, 2]);
    let (_, second_run) = start(&mut other, &[1, 2]);
    record(&run, first, refused());
    assert_eq!(state(&ledger, first), Some(State::Refused));
    claim(&second_run, second);
    record(&run, second, refused());
    assert_eq!(state(&ledger, second), Some(State::Claimed));
}

fn an_outcome_without_a_claim_is_an_error_that_stops_the_run(path: &Location) {
    let mut ledger = open(path);
    let first = letter(&ledger, 1);
    let (_, run) = start(&mut ledger, &[1]);
    let error = try_record(&run, first, accepted()).unwrap_err();
    assert!(matches!(error, LedgerError::NoClaim { .. }));
    assert_eq!(try_record(&run, first, Outcome::Unsent).unwrap_err(), error);
    assert_eq!(state(&ledger, first), Some(State::Pending));
}

fn a_copy_is_owed_from_the_acceptance_on_goes_once_and_changes_no_outcome(path: &Location) {
    let mut ledger = open(path);
    let first = letter(&ledger, 1);
    let (_, run) = start(&mut ledger, &[1]);
    let ask = |run: &Run| {
        let round = Round { claim: Some(Item::Copy(first.key)), ..Round::default() };
        run.round(round).unwrap().claim.unwrap()
    };
    let report = |run: &Run, item, outcome| {
        run.round(Round { outcomes: vec![(item, outcome)], ..Round::default() }).unwrap();
    };
    assert_eq!(ask(&run), Claimed::No(State::Pending));
    claim(&run, first);
    report(&run, Item::LetterWithCopy(first.key), accepted());
    assert_eq!(ledger.copies().unwrap(), Copies { owed: 1, in_doubt: 0 });
    assert_eq!(ask(&run), Claimed::Yes);
    assert_eq!(ask(&run), Claimed::No(State::Accepted), "claimed once");
    report(&run, Item::Copy(first.key), Outcome::Deferred(reply(451, "4.3.0", "later")));
    assert_eq!(ledger.copies().unwrap().owed, 1, "it did not go");
    assert_eq!(ask(&run), Claimed::Yes);
    run.end().unwrap();
    let (_, run) = start(&mut ledger, &[1]);
    assert_eq!(ask(&run), Claimed::No(State::Accepted), "left without outcome, it is not sent again");
    assert_eq!(ledger.copies().unwrap(), Copies { owed: 0, in_doubt: 1 });
    report(&run, Item::Copy(first.key), Outcome::Refused(reply(550, "5.7.1", "no")));
    assert_eq!(ledger.copies().unwrap(), Copies::default());
    let standing = ledger.standing(first.key).unwrap().unwrap();
    assert_eq!((standing.state, standing.owes_copy), (State::Accepted, false));
}

fn a_refusal_that_was_not_about_the_letter_is_taken_back_by_the_run_that_heard_it(path: &Location) {
    let mut ledger = open(path);
    let (first, second) = (letter(&ledger, 1), letter(&ledger, 2));
    let (_, run) = start(&mut ledger, &[1, 2]);
    for letter in [first, second] {
        claim(&run, letter);
    }
    record(&run, first, Outcome::Refused(reply(550, "5.7.1", "policy")));
    record(&run, second, accepted());
    record(&run, first, Outcome::TakenBack { hold: true });
    record(&run, second, Outcome::TakenBack { hold: false });
    let standing = ledger.standing(first.key).unwrap().unwrap();
    assert_eq!((standing.state, standing.reply), (State::Pending, KeptReply::default()));
    assert_eq!(state(&ledger, second), Some(State::Accepted));
    assert_eq!(ledger.held().unwrap().len(), 1);
    assert_eq!(claim(&run, first), Claimed::AddressHeld);
}

fn the_relays_log_settles_a_doubt_and_nothing_else(path: &Location) {
    let mut ledger = open(path);
    let letters = [1, 2, 3].map(|row| letter(&ledger, row));
    let (_, run) = start(&mut ledger, &[1, 2, 3]);
    for letter in letters {
        claim(&run, letter);
    }
    record(&run, letters[2], accepted());
    run.end().unwrap();
    let doubts = ledger.in_doubt().unwrap();
    assert_eq!((doubts.len(), doubts[0].destination.as_str(), doubts[0].at), (2, "JP", Some(now())));
    let keys = ledger.keys().unwrap();
    let settled = keys.message_id_local_part(letters[2].key, crate::ledger::Purpose::Letter);
    let rulings = [
        (&*format!("<{}@example.org>", doubts[0].message_id.to_uppercase()), Ruling::Accepted),
        (&doubts[1].message_id, Ruling::NotSent),
        (&doubts[1].message_id, Ruling::Accepted),
        (&settled, Ruling::NotSent),
        ("nobody", Ruling::Accepted),
    ];
    let expected = [
        Settlement::Settled,
        Settlement::Settled,
        Settlement::NoDoubt(State::Pending),
        Settlement::NoDoubt(State::Accepted),
        Settlement::Unknown,
    ];
    assert_eq!(ledger.settle(&rulings, now()).unwrap(), expected);
    let counts = ledger.tally().unwrap().all;
    assert_eq!((counts.accepted, counts.pending, counts.in_doubt), (2, 1, 0));
}

fn a_posted_letter_is_by_post_once_and_is_not_mailed(path: &Location) {
    let mut ledger = open(path);
    let [first, second] = [1, 2].map(|row| letter(&ledger, row));
    let (_, run) = start(&mut ledger, &[1, 2]);
    claim(&run, second);
    assert_eq!(ledger.by_post(&[first.key, second.key, first.key], now()).unwrap(), 1);
    assert_eq!(claim(&run, first), Claimed::No(State::ByPost));
    let counts = ledger.tally().unwrap();
    assert_eq!((counts.all.by_post, counts.all.pending), (1, 1));
    assert_eq!(counts.by_destination, [("JP".to_owned(), counts.all)]);
}
