//! The house holds: no arrow runs against the stream, every file says why it exists, and none is too long to be read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

use std::path::{Path, PathBuf};

/// The floors, lowest first; what stands on one knows those below it and its neighbours, and none above. The same words are
/// in ARCHITECTURE.md.
const FLOORS: [&[&str]; 9] = [
    &[
        "content_policy",
        "exit",
        "files",
        "hexadecimal",
        "keyed_toml",
        "language",
        "mailbox",
        "tls",
        "database_url",
        "month_day",
        "picture",
        "place",
        "percent",
        "plain_text",
        "program",
        "provider",
        "relay",
        "suggestion",
        "unfinished",
        "wording",
        "words",
        "zone",
    ],
    &["country", "ledger"],
    &["embassy", "signer"],
    &["letter"],
    &["message", "page"],
    &["campaign"],
    &["bounce", "delivery", "report"],
    &["check"],
    &["cli"],
];

/// The most lines of a file, its tests aside.
const LONGEST: usize = 400;

/// The source files that are no tests, by their path in `src`, with what they hold but for their tests.
fn rooms() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !name.contains("tests") {
                let text = std::fs::read_to_string(&path).unwrap();
                let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
                rooms.push((name, own));
            }
        }
    }
    rooms.sort();
    rooms
}

fn floor(room: &str) -> Option<usize> {
    let top = room.split('/').next().unwrap().trim_end_matches(".rs");
    FLOORS.iter().position(|floor| floor.contains(&top))
}

/// The modules of the crate that a line of code names.
fn named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap();
    let names = code.split("crate::").skip(1);
    names.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()).collect()
}

#[test]
fn no_arrow_runs_against_the_stream() {
    let mut wrong = Vec::new();
    for (room, text) in rooms() {
        let Some(own) = floor(&room) else { continue };
        for (number, line) in text.lines().enumerate() {
            for name in named(line) {
                if floor(name).is_some_and(|floor| floor > own) {
                    wrong.push(format!("src/{room}:{}: it names {name}, which stands above it", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_stands_on_a_floor() {
    let outside = ["lib.rs", "main.rs", "workbench.rs"];
    let rooms = rooms().into_iter().map(|(room, _)| room).filter(|room| !room.starts_with("workbench/"));
    let homeless: Vec<String> = rooms.filter(|room| floor(room).is_none()).collect();
    assert_eq!(homeless, outside);
}

#[test]
fn every_file_opens_with_why_it_exists() {
    let silent: Vec<String> =
        rooms().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(room, _)| room).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn no_file_is_too_long_to_be_read() {
    let long: Vec<String> = rooms()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > LONGEST)
        .map(|(room, text)| format!("src/{room}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn options_are_turned_into_settings_once() {
    let asking: Vec<String> = rooms()
        .into_iter()
        .filter(|(room, text)| !room.starts_with("campaign/settings/") && text.contains("CampaignFile"))
        .map(|(room, _)| room)
        .collect();
    assert!(asking.is_empty(), "what stands in campaign.toml is asked for outside the settings: {asking:?}");
}
