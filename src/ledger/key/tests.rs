//! What makes a signer, a letter, a Message-ID the same, and what another.

use super::{Identity, KeyRules, Keys, Purpose, Secret, base32};
use crate::mailbox::Mailbox;

fn keys() -> Keys {
    Keys::new(Secret::of([7; 32]), "dec2-2026", KeyRules::NEWEST)
}

fn key(name: &str, email: Option<&str>, city: Option<&str>, destination: &str) -> super::LetterKey {
    let email = email.map(|text| Mailbox::parse(text).unwrap());
    let signer = Identity { name, email: email.as_ref(), city };
    keys().fingerprint(&signer, destination).key
}

#[test]
fn one_signer_typed_in_several_ways_has_one_key() {
    let aiko = key("Aiko Tanaka", Some("aiko@example.org"), None, "JP");
    assert_eq!(aiko, key("  AIKO\u{3000}tanaka ", Some("Aiko@EXAMPLE.org"), Some("Osaka"), "JP"));
    assert_eq!(aiko, key("Ａｉｋｏ Ｔａｎａｋａ", Some("aiko@example.org"), None, "JP"));
    assert_eq!(
        key("José Weiß", Some("j@bücher.example"), None, "DE"),
        key("Jose\u{301} WEISS", Some("j@xn--bcher-kva.example"), None, "DE")
    );
}

#[test]
fn characters_that_nobody_sees_make_no_second_signer_but_in_an_older_ledger() {
    let name = |name, rules| {
        let keys = Keys::new(Secret::of([7; 32]), "dec2-2026", rules);
        keys.fingerprint(&Identity { name, email: None, city: None }, "JP").key
    };
    let unseen = "A\u{AD}iko\u{200B} Tanaka\u{FE0F}";
    assert_eq!(name("Aiko Tanaka", KeyRules::NEWEST), name(unseen, KeyRules::NEWEST));
    assert_ne!(name("Aiko Tanaka", KeyRules::First), name(unseen, KeyRules::First));
    assert_eq!(name("Aiko Tanaka", KeyRules::First), name("Aiko Tanaka", KeyRules::NEWEST));
}

#[test]
fn what_tells_signers_apart_gives_another_key() {
    let aiko = key("Aiko Tanaka", Some("aiko@example.org"), None, "JP");
    for other in [
        key("Ken Tanaka", Some("aiko@example.org"), None, "JP"),
        key("Aiko Tanaka", Some("aiko+2@example.org"), None, "JP"),
        key("Aiko Tanaka", Some("a.iko@example.org"), None, "JP"),
        key("Aiko Tanaka", Some("aiko@example.org"), None, "US consulate-general New York"),
        key("Aiko Tanaka", None, Some("Osaka"), "JP"),
        key("Aiko Tanaka", None, None, "JP"),
        key("Aiko", None, Some("Tanaka"), "JP"),
    ] {
        assert_ne!(aiko, other);
    }
    assert_ne!(key("A", None, Some("bJP"), ""), key("A", None, Some("b"), "JP"));
}

#[test]
fn marks_see_a_corrected_name_a_corrected_address_and_another_embassy() {
    let (old, new) =
        (Mailbox::parse("aiko@exmaple.org").unwrap(), Mailbox::parse("aiko@example.org").unwrap());
    let print = |name, email, destination| {
        let signer = Identity { name, email: Some(email), city: None };
        keys().fingerprint(&signer, destination)
    };
    let sent = print("Aiko Tanaka", &old, "JP");
    assert_eq!(sent.name_at_embassy, print("Aiko Tanaka", &new, "JP").name_at_embassy);
    assert_eq!(sent.email_at_embassy, print("Aiko Tanaca", &old, "JP").email_at_embassy);
    assert_eq!(sent.signer, print("Aiko Tanaka", &old, "KR").signer);
    assert_ne!(sent.name_at_embassy, print("Aiko Tanaka", &old, "KR").name_at_embassy);
}

#[test]
fn every_purpose_has_message_ids_of_its_own_and_all_are_letters_and_digits() {
    let letter = key("Aiko Tanaka", None, Some("Osaka"), "JP");
    let mut seen = std::collections::HashSet::new();
    for purpose in [Purpose::Letter, Purpose::Rehearsal, Purpose::Copy] {
        let local_part = keys().message_id_local_part(letter, purpose);
        assert_eq!(local_part.len(), 32);
        assert!(local_part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        assert_eq!(local_part, keys().message_id_local_part(letter, purpose));
        assert!(seen.insert(local_part));
    }
}

#[test]
fn ascii_is_folded_as_any_text_is() {
    // The long way is taken as soon as one character is not ASCII.
    for code in 0..128_u8 {
        let text = format!("x {} Y", char::from(code));
        for rules in [KeyRules::First, KeyRules::WithoutTheUnseen] {
            let long = rules.folded(&format!("{text} \u{e9}"));
            assert_eq!(rules.folded(&text), long.trim_end_matches(" \u{e9}"), "{code}");
        }
        let long = super::default_case_fold_str(&char::from(code).to_string());
        assert_eq!(super::folded_local_part(&char::from(code).to_string()), long);
    }
}

#[test]
fn the_alphabet_is_that_of_rfc_4648() {
    assert_eq!(base32(b"foobar"), "mzxw6ytboi");
    assert_eq!(base32(b""), "");
}

#[test]
fn the_secret_is_not_printed() {
    assert_eq!(format!("{:?}", keys()), "Keys { campaign: \"dec2-2026\", .. }");
}
