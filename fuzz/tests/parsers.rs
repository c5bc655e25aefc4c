//! Any bytes into every parser: none panics, and what a parser lets through holds to its promise.

use bolero::check;
use protest_letter::workbench::parsers;

#[test]
fn a_signers_file_gives_signers_that_can_stand_in_a_letter() {
    check!().for_each(|bytes: &[u8]| {
        let with_header = [b"name,country,note\n", bytes].concat();
        for input in [bytes, &with_header] {
            assert!(parsers::signers(input).iter().all(|name| !parsers::is_forbidden(name)));
        }
    });
}

#[test]
fn a_template_is_read_or_refused() {
    check!().for_each(|bytes: &[u8]| {
        let head = b"+++\nlanguage = \"en\"\nsubject = \"S\"\naddressee = \"P\"\n+++\n";
        parsers::template(bytes);
        parsers::template(&[head, bytes].concat());
    });
}

#[test]
fn an_address_book_is_read_or_refused() {
    check!().for_each(|bytes: &[u8]| {
        parsers::address_book(bytes);
    });
}

#[test]
fn names_urls_and_addresses_are_read_or_refused() {
    check!().for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        parsers::country(&text);
        parsers::relay(&text);
        if let Some(mailbox) = parsers::mailbox(&text) {
            assert!(mailbox.bytes().all(|b| b.is_ascii_graphic()));
        }
    });
}

#[test]
fn a_returned_message_is_something() {
    check!().for_each(|bytes: &[u8]| {
        let head = b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n";
        parsers::reports(bytes);
        parsers::reports(&[head, bytes].concat());
    });
}

#[test]
fn nothing_ends_a_message_before_its_end() {
    check!().for_each(|bytes: &[u8]| {
        let sent = parsers::dotted(bytes);
        let ends = sent.windows(5).filter(|window| window == b"\r\n.\r\n").count();
        assert!(sent.ends_with(b".\r\n") && ends <= 1);
    });
}
