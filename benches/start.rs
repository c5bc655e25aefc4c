//! Starting, and going through long lists: the preview's cold start, and the most memory that a list needs.
//!
//!     cargo bench --bench start
//!
//! The mail-merge peer is `mailmerge` (`pip install mailmerge`); without it that line is left out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};

use support::{is_smoke, is_there, pairs, protest, seconds};

fn main() {
    let folder = support::folder();
    cold_starts(folder.path());
    long_lists(folder.path());
}

fn cold_starts(folder: &Path) {
    let runs = if is_smoke() { 2 } else { 50 };
    let previewed = |more: &[&str]| {
        let mut command = protest();
        command.args(["preview", "--name", "Example Signer", "--country", "Japan"]).args(more);
        1000.0 * seconds(command.current_dir(folder))
    };
    let preview = || previewed(&[]);
    let other = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        1000.0 * seconds(&mut command)
    };
    preview();
    pairs(runs, preview, || other("true", &[])).tell(
        "preview, cold, against `true`",
        "ms",
        "; goal: under 10 ms",
    );
    pairs(runs, || previewed(&["--lang", "th"]), preview).tell(
        "preview in Thai, cold, against English",
        "ms",
        "; goal: under 10 ms",
    );

    let hello = folder.join("hello");
    std::fs::write(folder.join("hello.rs"), "fn main() { println!(\"Hello\"); }\n").unwrap();
    let compiled = Command::new("rustc").args(["-O", "hello.rs"]).current_dir(folder).status();
    if compiled.is_ok_and(|status| status.success()) {
        let hello = hello.to_str().unwrap();
        pairs(runs, preview, || other(hello, &[])).tell(
            "preview, cold, against a hello-world in Rust",
            "ms",
            "",
        );
    }

    if is_there("mailmerge") {
        let letter = protest_letter::workbench::template().unwrap();
        let body = letter.split("+++\n").nth(2).unwrap();
        let body = body.replace("{{#if signer.note}}\n{{signer.note}}\n\n{{/if}}\n", "");
        let body =
            body.replace("{{#if signer.city}}{{signer.city}}, {{/if}}{{signer.country}}", "{{country}}");
        let body = body
            .replace("{{signer.name}}\\", "{{name}}")
            .replace("{{salutation}}", "Dear President Xi Jinping");
        let head = "TO: jp@embassy.example.org\nSUBJECT: A letter\nFROM: c@example.org\n\n";
        std::fs::write(folder.join("t.txt"), format!("{head}{body}")).unwrap();
        std::fs::write(folder.join("d.csv"), "name,country\nExample Signer,Japan\n").unwrap();
        std::fs::write(folder.join("s.conf"), "[smtp_server]\nhost = localhost\nport = 25\n").unwrap();
        let dry_run = ["--template", "t.txt", "--database", "d.csv", "--config", "s.conf", "--dry-run"];
        pairs(runs.min(20), || other("mailmerge", &dry_run), preview).tell(
            "mailmerge's dry run of one, against preview",
            "ms",
            "; goal: 50 or more",
        );
    } else {
        println!("left out: mailmerge is not there (pip install mailmerge)");
    }
}

/// The most memory, and the time, that ten thousand signers need and a million: of a list in CSV, and of workbooks.
fn long_lists(folder: &Path) {
    let sizes = if is_smoke() { [10, 100] } else { [10_000, 1_000_000] };
    std::fs::write(folder.join("e.csv"), support::EMBASSIES).unwrap();
    let lists =
        |size: usize| ["csv", "xlsx", "ods"].map(|ending| folder.join(format!("signers-{size}.{ending}")));
    for size in sizes {
        let [csv, xlsx, ods] = lists(size);
        std::fs::write(csv, support::signers(size)).unwrap();
        support::workbook::write(&xlsx, size);
        support::workbook::write(&ods, size);
    }
    let relay = "--from c@example.org --smtp smtp://127.0.0.1:9";
    for (what, ending, goal, arguments, code) in [
        ("preview --all", "csv", "under 64 MiB", "preview --all".to_owned(), 0),
        ("send --dry-run", "csv", "under 64 MiB", format!("send {relay} --dry-run"), 0),
        // Nobody answers at that relay, which `check` tells, and what is left to be sent is told by `send`.
        ("check", "csv", "under 64 MiB", format!("check {relay}"), 69),
        ("send, which enrols them all", "csv", "under 64 MiB", format!("send {relay} --yes --limit 0"), 75),
        ("preview --all", "xlsx", "none", "preview --all".to_owned(), 0),
        ("send --dry-run", "xlsx", "none", format!("send {relay} --dry-run"), 0),
        ("preview --all", "ods", "none", "preview --all".to_owned(), 0),
        ("send --dry-run", "ods", "none", format!("send {relay} --dry-run"), 0),
    ] {
        let measured = sizes.map(|size| {
            let _ = std::fs::remove_file(folder.join("dec2-2026.ledger"));
            let mut command = protest();
            command.args(arguments.split(' ')).current_dir(folder);
            command.args(["--embassies", "e.csv", "--signers", &format!("signers-{size}.{ending}")]);
            support::peak_and_seconds(&mut command, code)
        });
        let [(small, _), (large, seconds)] = measured;
        println!(
            "{:<44} {small:>10.1} MiB at {:>8} rows, {large:.1} MiB and {seconds:.1} s at {} rows; goal: {goal}",
            format!("{what} ({ending})"),
            sizes[0],
            sizes[1]
        );
    }
}
