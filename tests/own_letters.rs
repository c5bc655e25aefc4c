//! Letters in one's own words, as they come out of editors, word processors and other mailing programs: what can be read
//! is shown, what must not go out under a signer's name is not sent, and each is told with its place.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::{Place, Ran};

const HEAD: &str = "+++\ntitle = \"My letter\"\nlanguage = \"en\"\nsubject = \"Please stop\"\naddressee = \"President Example\"\n+++\n\n\
                    Dear {{addressee}},\n\nMy words.\n\n";
const WHO: &str = "--name {Ada Example} --country Japan --letter own.md --embassies e.csv";

/// A folder with a letter that ends in `signature`.
fn with_letter(signature: &str) -> Place {
    let place = Place::with_signers("name,country,consent\nAda Example,Japan,yes\nBo Example,France,yes\n");
    place.write("own.md", format!("{HEAD}{signature}  \n{{{{signer.country}}}}\n"));
    place
}

fn preview(place: &Place) -> Ran {
    place.run(&format!("preview {WHO}"))
}

fn send(place: &Place) -> Ran {
    place.run(&format!("send {WHO} --dry-run --from a@example.org --smtp smtp://127.0.0.1:1"))
}

#[test]
fn a_letter_that_nobody_signs_or_with_another_programs_field_is_shown_and_not_sent() {
    for (signature, told) in [
        ("Yours", "own.md: this letter does not hold {{signer.name}}: nobody's name would stand under it"),
        (
            "(Your name)",
            "own.md:12:1: (Your name) looks like a field of another program; did you mean {{signer.name}}?",
        ),
        (
            "*|FULLNAME|*",
            "own.md:12:1: *|FULLNAME|* looks like a field of another program; did you mean {{signer.name}}?",
        ),
        ("«Name»", "did you mean {{signer.name}}?"),
        (
            "{{signer.name}} of [Your City]",
            "own.md:12:20: [Your City] looks like a field of another program; did you mean {{signer.city}}?",
        ),
    ] {
        let place = with_letter(signature);
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = preview(&place);
        assert!(one_line(&shown.done().stderr).contains(&told), "{signature}: {}", shown.stderr);
        send(&place).refused(65, &told);
        let list = "--signers signers.csv --letter own.md --embassies e.csv --from a@example.org --smtp smtp://127.0.0.1:1";
        let refused = place.run(&format!("send {list} --dry-run"));
        refused.refused(65, &told);
        assert!(!refused.stderr.contains("signers.csv"), "not the fault of a row: {}", refused.stderr);
        let checked = place.run(&format!("check {list}"));
        assert!(checked.stdout.contains(&told), "{}", checked.stdout);
    }
}

#[test]
fn white_space_in_a_field_is_no_error_and_what_cannot_be_seen_is_named() {
    let place = with_letter("{{\u{a0}signer.name\u{a0}}}");
    assert!(preview(&place).done().stdout.ends_with("\n\nAda Example\nJapan\n"));
    send(&place).done();
    preview(&with_letter("{{signer.\u{200b}name}}"))
        .refused(65, "own.md:12:10: U+200B, which cannot be seen");
}

#[test]
fn a_word_processors_file_is_called_so() {
    let place = with_letter("");
    place.write("own.md", "{\\rtf1\\ansi Dear {\\{addressee\\}},}");
    for ran in [preview(&place), send(&place)] {
        ran.refused(
            65,
            "own.md: this is a word processor's document (RTF), not plain text: open it in its program",
        );
    }
}

#[test]
fn a_letter_made_to_be_deep_or_endless_is_refused_at_once() {
    let place = with_letter("");
    for (text, told) in [
        ("{{#if signer.note}}".repeat(10_000), "at most 20 deep"),
        (format!("{}x", "> ".repeat(100_000)), "more than 40 deep"),
        (format!("{}x", "- ".repeat(100_000)), "more than 40 deep"),
        ((0..30_000).map(|n| format!("{{{{extra.a{n}}}}}")).collect(), "at most 2000 fields"),
        ((0..100_000).map(|n| format!("{{{{extra.a{n}}}}}")).collect(), "and a letter at most 500"),
    ] {
        place.write("own.md", format!("{HEAD}{text}"));
        preview(&place).refused(65, told);
    }
}

#[test]
fn a_row_names_another_addressee_who_is_greeted_in_a_form_that_fits() {
    let place = Place::with_signers(
        "name,country,addressee,lang\nAda,Japan,,de\nBo,Japan,Frau Botschafterin Wu,de\n",
    );
    let ran = place.run("preview --all --signers signers.csv --embassies e.csv -q");
    let letters = &ran.done().stdout;
    assert!(letters.contains("Sehr geehrter Herr Präsident Xi Jinping,\n\nbitte"), "{letters}");
    assert!(letters.contains("Guten Tag, Frau Botschafterin Wu,\n\nbitte"), "{letters}");
}

#[test]
fn a_letter_whose_name_is_left_out_for_a_signer_is_not_sent() {
    let place = with_letter("{{#if signer.note}}{{signer.name}}{{/if}}");
    preview(&place).done();
    send(&place).refused(65, "this letter would not hold the signer's name");
}
