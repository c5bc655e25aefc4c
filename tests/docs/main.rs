//! What the documentation promises: every command in it runs, every link leads somewhere, every promise of
//! SECURITY.md is held by a test that exists.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod page;
mod stage;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use page::{Line, Page, pages};
use stage::Stage;
use support::Ran;

/// The exit code that a line says it ends with: `protest … # ends with 75`.
fn expected(line: &Line) -> i32 {
    line.text.split_once("# ends with ").map_or(0, |(_, code)| code.trim().parse().unwrap())
}

#[test]
fn every_command_of_every_page_runs_and_ends_as_the_page_says() {
    let (mut ran, mut letters) = (0, 0);
    for page in pages() {
        assert_eq!(page.faults, [""; 0]);
        let mut stage = Stage::new();
        for line in &page.lines {
            let place = format!("{}:{}: {}", page.path.display(), line.number, line.text);
            let end = stage.run(line);
            assert_eq!(end.code, expected(line), "{place}\n{}\n{}", end.stdout, end.stderr);
            assert!(!end.stderr.contains("panicked"), "{place}\n{}", end.stderr);
            ran += 1;
        }
        letters += stage.accepted();
    }
    println!("{ran} commands ran, {letters} letters reached the relay on loopback");
    assert!(ran >= 30 && letters >= 3, "{ran} commands, {letters} letters");
}

#[test]
fn what_is_not_run_says_why_and_is_the_exception() {
    let pages = pages();
    let left_out: Vec<&(Line, String)> = pages.iter().flat_map(|page| &page.left_out).collect();
    let run: usize = pages.iter().map(|page| page.lines.len()).sum();
    for (line, reason) in &left_out {
        println!("not run, {reason}: {}", line.text);
        assert!(reason.len() > 10, "{line:?}: {reason:?} is no reason");
    }
    assert!(left_out.len() * 2 < run, "{} of {run} are not run", left_out.len());
}

#[test]
fn every_command_within_a_sentence_is_one_that_the_program_knows() {
    let mut looked_at = 0;
    for page in pages() {
        for line in &page.mentioned {
            // Help is given as soon as it is asked for, if everything before it is known.
            let shell = format!(
                "protest() {{ {} \"$@\"; }}; {} --help",
                env!("CARGO_BIN_EXE_protest"),
                line.text.trim_end_matches('…').trim_end()
            );
            let ran = Command::new("bash").args(["--norc", "-c", &shell]).output().unwrap();
            let ran = Ran::of(&ran);
            assert_eq!(ran.code, 0, "{}:{}: {}\n{}", page.path.display(), line.number, line.text, ran.stderr);
            looked_at += 1;
        }
    }
    assert!(looked_at > 12, "{looked_at}");
}

#[test]
fn every_link_leads_to_a_file_and_every_page_of_the_book_is_in_its_summary() {
    let mut in_summary = BTreeSet::new();
    let pages = pages();
    for page in &pages {
        let folder = page.path.parent().unwrap();
        for (number, link) in
            page.links.iter().filter(|(_, link)| !link.contains("://") && !link.starts_with('#'))
        {
            let file = folder.join(link.split('#').next().unwrap());
            assert!(file.exists(), "{}:{number}: {link} is not there", page.path.display());
            if page.path.ends_with("docs/SUMMARY.md") {
                in_summary.insert(file.canonicalize().unwrap());
            }
        }
    }
    let in_book =
        |page: &&Page| page.path.parent().unwrap().ends_with("docs") && !page.path.ends_with("SUMMARY.md");
    for page in pages.iter().filter(in_book) {
        assert!(
            in_summary.contains(&page.path.canonicalize().unwrap()),
            "{} is not in it",
            page.path.display()
        );
    }
}

/// Whether a word of SECURITY.md is the name of a test: three words or more, joined by underscores.
fn is_test_name(word: &str) -> bool {
    word.split('_').count() > 2
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[test]
fn every_test_that_security_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["src", "tests", "fuzz/tests"] {
        read_sources(&root.join(folder), &mut sources);
    }
    let security = std::fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let named: BTreeSet<&str> =
        security.split('`').skip(1).step_by(2).filter(|word| is_test_name(word)).collect();
    assert!(named.len() >= 30, "{named:?}");
    let is_there = |name: &&str| sources.contains(&format!("fn {name}("));
    let missing: Vec<&&str> = named.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let promises = security.matches("\n- **").count();
    assert_eq!(promises, security.matches("Held by").count(), "a promise without a test, or the reverse");
}

fn read_sources(folder: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            sources.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
