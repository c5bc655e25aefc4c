//! After the campaign: what `forget` asks, names and refuses; what a killed program leaves, and a umask takes away.

#![allow(clippy::unwrap_used, reason = "this is how a test fails")]

mod support;

use std::time::Duration;

use support::relay::{FakeRelay, Script};
use support::{Place, signers, words};

fn sent() -> Place {
    let relay = FakeRelay::start(Script::default());
    let place = Place::with_signers(&signers(3));
    place.send(&relay.url, "").done();
    place
}

#[test]
fn forget_asks_names_what_holds_names_and_leaves_the_counts() {
    let place = sent();
    let list = "--signers signers.csv --embassies e.csv";
    place.run(&format!("write {list} --as txt -o letters --ledger l.ledger")).done();
    let before = std::fs::read(place.path("l.ledger")).unwrap();
    let asked = place.run("forget --ledger l.ledger");
    for name in ["signers.csv", "report.csv"] {
        asked.refused(2, name);
    }
    asked.refused(2, "add --yes");
    assert!(std::fs::read(place.path("l.ledger")).unwrap() == before);
    place.run("forget --ledger l.ledger --yes").done();
    place.run("status --ledger l.ledger").done();
    for line in ["status --in-doubt --ledger l.ledger", "settle x accepted --ledger l.ledger"] {
        place.run(line).refused(78, "was forgotten");
    }
    let relay = FakeRelay::start(Script::default());
    place.send(&relay.url, "").refused(78, "was forgotten");
    place.run("forget --ledger l.ledger --yes").done();
}

#[test]
fn forget_names_the_letters_that_were_written_for_the_campaign() {
    let place = Place::with_signers(&signers(3));
    let list = "--signers signers.csv --embassies e.csv";
    place.run(&format!("write {list} --as txt -o letters")).done();
    place.run(&format!("write {list} --merge -o all.pdf")).done();
    place.run(&format!("labels {list} -o labels.pdf")).done();
    let relay = FakeRelay::start(Script::default());
    let line = Place::send_line(&relay.url).replace("--ledger l.ledger", "");
    place.run(&format!("{line} --rate none")).done();
    let ledger = place.files().into_iter().find(|name| name.ends_with(".ledger")).unwrap();
    let asked = place.run(&format!("forget --ledger {ledger}"));
    for name in ["letters", "all.pdf", "labels.pdf", "signers.csv", "report.csv"] {
        asked.refused(2, name);
    }
}

#[test]
fn forget_names_a_file_once_and_finds_it_by_whatever_path_it_was_given() {
    let place = Place::with_signers(&signers(3));
    std::fs::create_dir(place.path("a")).unwrap();
    place.write("campaign.toml", "id = \"l\"\nsigners = \"a/../signers.csv\"\nreport = \"./report.csv\"\n");
    let relay = FakeRelay::start(Script::default());
    let line = Place::send_line(&relay.url)
        .replace(" signers.csv", " a/.././signers.csv")
        .replace(" report.csv", " a/../report.csv");
    place.run(&format!("{line} --rate none")).done();
    let named = |when: &str| {
        let asked = place.run("forget --ledger ./l.ledger");
        for name in ["signers.csv", "report.csv"] {
            let lines: Vec<&str> = asked.stderr.lines().filter(|line| line.ends_with(name)).collect();
            let path = place.path(".").canonicalize().unwrap().join(name);
            assert_eq!(lines, [format!("  {}", path.display())], "{when}: {}", asked.stderr);
        }
    };
    named("as it was sent");
    // The folder that the path led through holds nothing, and may be gone by then.
    std::fs::remove_dir(place.path("a")).unwrap();
    named("without the folder");
}

#[test]
fn forget_takes_away_what_a_killed_program_left_beside_the_ledger() {
    let place = Place::with_signers(&signers(2));
    std::fs::create_dir(place.path("ledgers")).unwrap();
    let relay = FakeRelay::start(Script::default());
    let line = Place::send_line(&relay.url).replace("l.ledger", "ledgers/l.ledger");
    place.run(&format!("{line} --rate none")).done();
    std::fs::create_dir(place.path("ledgers/.protest-abc123")).unwrap();
    place.write("ledgers/.protest-abc123/ledger", "the secret");
    place.run("forget --ledger ledgers/l.ledger --yes").done();
    assert!(!place.has("ledgers/.protest-abc123"));
}

#[test]
fn forget_refuses_while_a_run_lives() {
    let relay = FakeRelay::start(Script { thinks: Duration::from_millis(50), ..Script::default() });
    let place = Place::with_signers(&signers(40));
    let line = format!("{} --rate none", Place::send_line(&relay.url));
    let mut run = place.command().args(words(&line)).spawn().unwrap();
    while relay.accepted().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    place.run("forget --ledger l.ledger --yes").refused(75, "a run is under way");
    run.kill().unwrap();
    run.wait().unwrap();
    place.run("forget --ledger l.ledger --yes").done();
}

#[test]
fn what_a_killed_program_left_is_taken_away_by_who_writes_there_next() {
    let place = sent();
    let left = [".protest-abc123", ".protest-abc124"];
    for name in left {
        place.write(name, "Signer 1");
    }
    place.run("write --name {Signer 9} --country France --embassies e.csv -o letter.txt").done();
    assert!(!left.iter().any(|name| place.has(name)), "{:?}", place.files());
}

#[test]
fn the_same_list_from_another_folder_is_told_that_it_was_sent_with_another_ledger() {
    let place = Place::with_signers(&signers(3));
    let relay = FakeRelay::start(Script::default());
    let line = Place::send_line(&relay.url).replace("--ledger l.ledger", "");
    place.run(&format!("{line} --rate none")).done();
    std::fs::create_dir(place.path("elsewhere")).unwrap();
    let elsewhere = format!(
        "send --signers ../signers.csv --embassies ../e.csv --from c@example.org --smtp {} --dry-run",
        relay.url
    );
    let run = |line: &str| {
        let output = place.command().current_dir(place.path("elsewhere")).args(words(line)).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let plan = run(&elsewhere);
    let first = plan.lines().next().unwrap();
    assert!(first.contains("is new, and the list was sent with another: "), "{plan}");
    let ledger = place.files().into_iter().find(|name| name.ends_with(".ledger")).unwrap();
    assert!(first.contains(&ledger), "{first}");
    // What fails there sends nothing, and is not what the list was sent with.
    run(&elsewhere.replace(&relay.url, "smtp://127.0.0.1:9").replace("--dry-run", "--yes"));
    let plan = run(&elsewhere);
    assert!(
        plan.lines().next().unwrap().contains("has sent nothing yet, and the list was sent with another: "),
        "{plan}"
    );
    let checked = run(&elsewhere.replace("send", "check").replace("--dry-run", ""));
    assert!(checked.contains("the list was sent with another: ") && checked.contains(&ledger), "{checked}");
    std::fs::create_dir(place.path("third")).unwrap();
    let output = place.command().current_dir(place.path("third")).args(words(&elsewhere)).output().unwrap();
    let plan = String::from_utf8(output.stdout).unwrap();
    assert!(
        plan.lines().next().unwrap().contains(&format!("/{ledger}")) && !plan.contains("elsewhere/"),
        "{plan}"
    );
    let plan = run(&format!("{elsewhere} --ledger ../{ledger}"));
    assert!(plan.starts_with("Campaign "), "{plan}");
}

#[cfg(unix)]
#[test]
fn whatever_the_umask_takes_away_the_owner_can_read_what_was_made() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::with_signers(&signers(2));
    let relay = FakeRelay::start(Script::default());
    let program = env!("CARGO_BIN_EXE_protest");
    let script = format!(
        "umask 777; {program} write --name A --country France --embassies e.csv -o letter.txt && \
         {program} write --signers signers.csv --embassies e.csv --as txt -o letters && \
         {program} {} --rate none",
        Place::send_line(&relay.url)
    );
    let ran = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(place.path("."))
        .env("XDG_STATE_HOME", place.path("state"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for (name, expected) in
        [("letter.txt", 0o600), ("letters", 0o700), ("l.ledger", 0o600), ("report.csv", 0o600)]
    {
        let mode = std::fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, expected, "{name}: {mode:o}");
    }
}
