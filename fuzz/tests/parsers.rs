//! Any bytes into every parser: none panics, and what a parser lets through holds to its promise.

use bolero::check;
use protest_letter::country;
use protest_letter::delivery::dotted::Dotted;
use protest_letter::delivery::relay::Relay;
use protest_letter::embassy::AddressBook;
use protest_letter::letter::template::Template;
use protest_letter::mailbox::Mailbox;
use protest_letter::plain_text;
use protest_letter::signer::csv::{Conditions, Entry, Source};

#[test]
fn a_signers_file_gives_signers_that_can_stand_in_a_letter() {
    let conditions = Conditions { today: jiff::civil::date(2026, 12, 2), consent_needed: false };
    check!().for_each(|bytes: &[u8]| {
        let with_header = [b"name,country,note\n", bytes].concat();
        for input in [bytes, &with_header] {
            let Ok(source) = Source::read("fuzz.csv", input) else { continue };
            let Ok(rows) = source.rows(conditions) else { continue };
            for entry in rows.flatten() {
                if let Entry::Row(row) = entry {
                    assert!(plain_text::first_forbidden(row.signer.name()).is_none());
                }
            }
        }
    });
}

#[test]
fn a_template_is_read_or_refused() {
    check!().for_each(|bytes: &[u8]| {
        let head = b"+++\nlanguage = \"en\"\nsubject = \"S\"\naddressee = \"P\"\n+++\n";
        let _ = Template::read("fuzz.md", bytes);
        let _ = Template::read("fuzz.md", &[head, bytes].concat());
    });
}

#[test]
fn an_address_book_is_read_or_refused() {
    check!().for_each(|bytes: &[u8]| {
        let _ = AddressBook::read(bytes, "fuzz.csv");
    });
}

#[test]
fn names_urls_and_addresses_are_read_or_refused() {
    check!().for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let _ = country::find(&text);
        let _ = Relay::parse(&text);
        if let Ok(mailbox) = Mailbox::parse(&text) {
            assert!(mailbox.to_string().bytes().all(|b| b.is_ascii_graphic()));
        }
    });
}

#[test]
fn nothing_ends_a_message_before_its_end() {
    check!().for_each(|bytes: &[u8]| {
        let dotted = Dotted::new(bytes);
        let sent = dotted.as_bytes();
        let ends = sent.windows(5).filter(|window| window == b"\r\n.\r\n").count();
        assert!(sent.ends_with(b".\r\n") && ends <= 1);
    });
}
