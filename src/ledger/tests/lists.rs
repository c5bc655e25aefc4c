//! The plan's list against the ledger: what is added, dropped, left alone, and what looks like a letter already sent.

use super::stage::in_both;
use super::{accepted, claim, letter, now, open, place, record, start, start_list, state};
use crate::exit::{Exit, ExitCode};
use crate::ledger::comparison::Enrolled;
use crate::ledger::{
    Added, Claimed, Comparison, Enrolment, Identity, Ledger, LedgerError, Location, Outcome, Retry, Scope,
    Shared, State,
};
use crate::mailbox::Mailbox;

in_both! {
    a_later_list_drops_what_was_not_sent_adds_what_is_new_and_leaves_the_rest,
    while_a_run_lives_another_list_is_refused_and_the_same_one_joins,
    a_row_that_repeats_another_names_it,
    the_plan_learns_how_its_letters_stand_before_anything_is_recorded,
    a_new_letter_that_looks_like_one_already_sent_is_listed,
    an_address_that_the_relay_does_not_know_holds_its_other_letters_until_it_changes,
    retry_refused_releases_a_held_address_and_claims_the_refused_letter_once,
}

fn a_later_list_drops_what_was_not_sent_adds_what_is_new_and_leaves_the_rest(path: &Location) {
    let mut ledger = open(path);
    let [sent, deferred, pending, kept, new] = [1, 2, 3, 4, 5].map(|row| letter(&ledger, row));
    let (enrolled, run) = start(&mut ledger, &[1, 2, 3, 4]);
    assert_eq!((enrolled.added, enrolled.dropped, enrolled.total), (4, 0, 4));
    claim(&run, sent);
    record(&run, sent, accepted());
    record(&run, deferred, Outcome::Deferred(super::reply(451, "4.3.0", "later")));
    run.end().unwrap();

    let mut shorter = ledger.list().unwrap();
    shorter
        .add(&Enrolment { row: 1, letter: kept, destination: "JP", mail_address: Some(super::EMBASSY) })
        .unwrap();
    assert_eq!(shorter.compare(Retry::default()).unwrap().no_longer_listed, 2);
    drop(shorter);
    let (enrolled, run) = start(&mut ledger, &[4, 5]);
    assert_eq!((enrolled.added, enrolled.dropped, enrolled.total), (1, 2, 3));
    run.end().unwrap();
    assert_eq!(state(&ledger, sent), Some(State::Accepted));
    assert_eq!(state(&ledger, deferred), None);
    assert_eq!(state(&ledger, pending), None);
    assert_eq!(state(&ledger, kept), Some(State::Pending));
    assert_eq!(state(&ledger, new), Some(State::Pending));
}

#[test]
fn a_single_letter_touches_no_other() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    start(&mut ledger, &[1, 2]).1.end().unwrap();
    let (enrolled, run) = start_list(&mut ledger, &[3], Scope::OneLetter, Retry::default()).unwrap();
    assert_eq!(enrolled, Enrolled { added: 1, dropped: 0, total: 3 });
    run.end().unwrap();
    assert_eq!(ledger.signers_besides(letter(&ledger, 3).signer).unwrap(), 2);
}

fn while_a_run_lives_another_list_is_refused_and_the_same_one_joins(path: &Location) {
    let mut ledger = open(path);
    let mut other = open(path);
    let (_, run) = start(&mut ledger, &[1, 2]);
    let refused = start_list(&mut other, &[2, 3], Scope::Campaign, Retry::default());
    let error = refused.err().unwrap();
    assert_eq!(error.exit(), Exit::TemporaryFailure);
    assert!(matches!(error, LedgerError::OtherList(_)));
    assert_eq!(other.tally().unwrap().all.total(), 2);
    start(&mut other, &[2, 1]).1.end().unwrap();
    start_list(&mut other, &[9], Scope::OneLetter, Retry::default()).unwrap().1.end().unwrap();
    run.end().unwrap();
    assert_eq!(start(&mut other, &[2, 3]).0.total, 2);
}

fn a_row_that_repeats_another_names_it(path: &Location) {
    let mut ledger = open(path);
    let (first, second) = (letter(&ledger, 1), letter(&ledger, 2));
    let mut list = ledger.list().unwrap();
    let mut add = |row, letter| {
        let enrolment = Enrolment { row, letter, destination: "JP", mail_address: None };
        list.add(&enrolment).unwrap()
    };
    assert_eq!(add(9, first), Added::New);
    assert_eq!(add(10, second), Added::New);
    assert_eq!(add(214, first), Added::Repeats(9));
    assert_eq!(list.compare(Retry::default()).unwrap().new, 2);
}

fn the_plan_learns_how_its_letters_stand_before_anything_is_recorded(path: &Location) {
    let mut ledger = open(path);
    let sent = letter(&ledger, 1);
    let (_, run) = start(&mut ledger, &[1, 2]);
    claim(&run, sent);
    record(&run, sent, accepted());
    run.end().unwrap();
    let mut reader = Ledger::open_read_only(path, None).unwrap();
    let letters = [1, 2, 3].map(|row| (row, letter(&reader, row)));
    let mut list = reader.list().unwrap();
    for (row, letter) in letters {
        let enrolment = Enrolment { row, letter, destination: "JP", mail_address: None };
        list.add(&enrolment).unwrap();
    }
    let Comparison { new, known, .. } = list.compare(Retry::default()).unwrap();
    assert_eq!((new, known.accepted, known.pending, known.total()), (1, 1, 1, 2));
    assert_eq!(list.look_alikes(10).unwrap().total, 0);
    let standing = list.ledger().standing(sent.key).unwrap().unwrap();
    assert_eq!((standing.state, standing.at), (State::Accepted, Some(now())));
    assert_eq!(standing.reply, super::reply(250, "2.0.0", "Ok: queued as 4dXyZ12abc"));
}

fn a_new_letter_that_looks_like_one_already_sent_is_listed(path: &Location) {
    let mut ledger = open(path);
    let sent = letter(&ledger, 1);
    let (_, run) = start(&mut ledger, &[1, 2]);
    claim(&run, sent);
    record(&run, sent, accepted());
    run.end().unwrap();

    let keys = ledger.keys().unwrap();
    let print = |name, email: &str, destination| {
        let email = Mailbox::parse(email).unwrap();
        let signer = Identity { name, email: Some(&email), city: None };
        keys.fingerprint(&signer, destination)
    };
    let new = [
        (3, print("Signer Number 1", "signer1@example.com", "JP"), Shared::NameAtEmbassy),
        (4, print("Signer Number One", "signer1@example.org", "JP"), Shared::EmailAtEmbassy),
        (5, print("Signer Number 1", "signer1@example.org", "KR"), Shared::Signer),
    ];
    let harmless = [sent, letter(&ledger, 2), print("Signer Number 2", "other@example.org", "JP")];
    let mut list = ledger.list().unwrap();
    let harmless = harmless.into_iter().zip(10..).map(|(letter, row)| (row, letter));
    for (row, letter) in new.iter().map(|&(row, letter, _)| (row, letter)).chain(harmless) {
        let enrolment = Enrolment { row, letter, destination: "JP", mail_address: None };
        list.add(&enrolment).unwrap();
    }
    let found = list.look_alikes(2).unwrap();
    assert_eq!((found.total, found.first.len()), (3, 2));
    for (found, (row, _, shared)) in list.look_alikes(9).unwrap().first.iter().zip(new) {
        assert_eq!((found.row, found.shared, found.state), (row, shared, State::Accepted));
        assert_eq!(found.at, Some(now()));
    }
}

fn an_address_that_the_relay_does_not_know_holds_its_other_letters_until_it_changes(path: &Location) {
    let mut ledger = open(path);
    let [first, second] = [1, 2].map(|row| letter(&ledger, row));
    let (_, run) = start(&mut ledger, &[1, 2]);
    record(&run, first, Outcome::NoSuchAddress(super::reply(550, "5.1.1", "no such user")));
    assert_eq!(claim(&run, second), Claimed::AddressHeld);
    run.end().unwrap();
    assert_eq!(state(&ledger, first), Some(State::Refused));
    assert_eq!(state(&ledger, second), Some(State::Pending));
    let held = ledger.held().unwrap();
    assert_eq!((held[0].address.as_str(), held[0].waiting), (super::EMBASSY, 1));

    let mut list = ledger.list().unwrap();
    let changed =
        Enrolment { row: 2, letter: second, destination: "JP", mail_address: Some("new@example.net") };
    list.add(&changed).unwrap();
    let (_, run) = list.start(Scope::Campaign, Retry::default(), now).unwrap();
    assert_eq!(claim(&run, second), Claimed::Yes);
}

fn retry_refused_releases_a_held_address_and_claims_the_refused_letter_once(path: &Location) {
    let mut ledger = open(path);
    let [first, second] = [1, 2].map(|row| letter(&ledger, row));
    let unknown = || Outcome::NoSuchAddress(super::reply(550, "5.1.1", "no such user"));
    let (_, run) = start(&mut ledger, &[1, 2]);
    record(&run, first, unknown());
    run.end().unwrap();
    let retry = Retry { refused: true, ..Retry::default() };
    let (_, run) = start_list(&mut ledger, &[1, 2], Scope::Campaign, retry).unwrap();
    assert_eq!(claim(&run, first), Claimed::Yes);
    assert_eq!(claim(&run, second), Claimed::Yes);
    record(&run, first, unknown());
    assert_eq!(claim(&run, first), Claimed::No(State::Refused));
}
