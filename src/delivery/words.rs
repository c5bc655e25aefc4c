//! A relay's words, fit to be kept and shown: without the signer's name and anybody's address but the embassy's, with
//! control characters that can be seen, and of bounded length.

use caseless::default_case_fold_str;

use crate::plain_text;

/// The most characters of a relay's words that are kept.
const MOST: usize = 500;
/// What stands where something was taken out.
const GONE: char = '…';

/// The words as they are kept of a letter of `signer` to `embassy`.
pub(crate) fn kept(words: &str, signer: &str, embassy: &str) -> String {
    let words = without_addresses(words, embassy);
    let words = shown(&without_name(&words, signer));
    match words.char_indices().nth(MOST) {
        Some((end, _)) => words[..end].to_owned(),
        None => words,
    }
}

/// The words with every character that a terminal would obey made visible.
pub(crate) fn shown(words: &str) -> String {
    let mut shown = String::with_capacity(words.len());
    for c in words.chars() {
        match u32::from(c) {
            9 => shown.push(' '),
            // Unicode has pictures of them.
            code @ 0..32 => shown.extend(char::from_u32(0x2400 + code)),
            127 => shown.push('\u{2421}'),
            code if plain_text::is_forbidden(c) => shown.push_str(&format!("<U+{code:04X}>")),
            _ => shown.push(c),
        }
    }
    shown
}

/// What is the same where a relay says the same of two letters: digits, addresses, names and ids aside.
pub(super) fn alike(kept: &str) -> String {
    let is_word = |word: &&str| {
        let is_id = word.chars().count() >= 10
            && (word.chars().all(|c| c.is_ascii_uppercase())
                || word
                    .as_bytes()
                    .windows(2)
                    .any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase()));
        !word.is_empty() && !word.contains(|c: char| c.is_ascii_digit() || c == '@' || c == GONE) && !is_id
    };
    let words = kept.split(|c: char| c.is_whitespace() || ":;,()[]<>\"'".contains(c));
    let words: Vec<&str> =
        words.map(|word| word.trim_matches(['.', '-', '!', '='])).filter(is_word).collect();
    words.join(" ").to_lowercase()
}

fn without_addresses(words: &str, embassy: &str) -> String {
    let mut rest = String::with_capacity(words.len());
    for piece in words.split_inclusive(ends_an_address) {
        let (word, end) = match piece.char_indices().next_back() {
            Some((at, last)) if ends_an_address(last) => piece.split_at(at),
            _ => (piece, ""),
        };
        let holds_an_address =
            word.contains('@') || word.contains("%40") || word.contains("=40") || word.starts_with("=?");
        if holds_an_address && !word.eq_ignore_ascii_case(embassy) {
            rest.push(GONE);
        } else {
            rest.push_str(word);
        }
        rest.push_str(end);
    }
    rest
}

/// What cannot stand in an unquoted address, and so ends it.
fn ends_an_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "<>()[],;:\"'".contains(c)
}

/// Without the name, however its parts are joined, and without its parts where they stand as in a name.
fn without_name(words: &str, name: &str) -> String {
    let parts: Vec<String> =
        pieces(name).filter(|piece| piece.is_word).map(|piece| folded(piece.text)).collect();
    if parts.is_empty() {
        return words.to_owned();
    }
    let found: Vec<Piece<'_>> = pieces(words).collect();
    let folds: Vec<String> = found.iter().map(|piece| folded(piece.text)).collect();
    // Two letters are a word of many languages: as a name they are known by their capital.
    let is_short = parts.iter().map(|part| part.chars().count()).sum::<usize>() < 4;
    let mut rest = String::with_capacity(words.len());
    let mut at = 0;
    while at < found.len() {
        let piece = &found[at];
        if piece.is_word {
            let whole = whole_name(&found[at..], &folds[at..], &parts);
            if let Some(length) = whole.filter(|_| !is_short || looks_like_a_name(piece.text)) {
                rest.push(GONE);
                at += length;
                continue;
            }
            if piece.text.chars().count() >= 3 && looks_like_a_name(piece.text) && parts.contains(&folds[at])
            {
                rest.push(GONE);
                at += 1;
                continue;
            }
        }
        rest.push_str(piece.text);
        at += 1;
    }
    rest
}

/// How many pieces the whole name takes up here, if it stands here.
fn whole_name(found: &[Piece<'_>], folds: &[String], parts: &[String]) -> Option<usize> {
    const LONGEST_JOINT: usize = 3;
    let mut parts = parts.iter();
    let mut part = parts.next()?;
    for (at, piece) in found.iter().enumerate() {
        if piece.is_word {
            if folds[at] != *part {
                return None;
            }
            match parts.next() {
                Some(next) => part = next,
                None => return Some(at + 1),
            }
        } else if piece.text.chars().count() > LONGEST_JOINT {
            return None;
        }
    }
    None
}

fn looks_like_a_name(word: &str) -> bool {
    word.chars().next().is_some_and(|first| !first.is_lowercase())
}

fn folded(text: &str) -> String {
    // What relays say is mostly ASCII, which needs none of Unicode's tables.
    if text.is_ascii() { text.to_ascii_lowercase() } else { default_case_fold_str(text) }
}

/// A word, or what stands between two.
struct Piece<'t> {
    text: &'t str,
    is_word: bool,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = rest.chars().next()?.is_alphanumeric();
        let end = rest.find(|c: char| c.is_alphanumeric() != is_word).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Piece { text, is_word })
    })
}

#[cfg(test)]
mod tests {
    use super::{alike, kept};
    use proptest::prelude::*;

    #[track_caller]
    fn case(words: &str, expected: &str) {
        assert_eq!(kept(words, "Ada Example", "jp@embassy.example.org"), expected, "{words}");
    }

    #[test]
    fn the_signers_name_and_every_address_but_the_embassys_are_taken_out() {
        case("<ada@example.org>: not owned by 'Ada@Example.org'", "<…>: not owned by '…'");
        case("<JP@embassy.example.org>: unknown", "<JP@embassy.example.org>: unknown");
        case("From: \"ADA EXAMPLE via Letters\" is spam", "From: \"… via Letters\" is spam");
        case("user ada_example, Ada.Example, Example, Ada", "user …, …, …, …");
        case("no letters of Ada today, for example", "no letters of … today, for example");
        case(
            "=?utf-8?q?Ada?= ada%40example.org a=40b.example",
            "…?utf-8?q?…?= … …".replace("…?utf-8?q?…?=", "…").as_str(),
        );
    }

    #[test]
    fn a_short_name_is_no_word_of_the_relays() {
        assert_eq!(kept("ng: in a queue, Ng", "Ng", ""), "ng: in a queue, …");
        assert_eq!(kept("an a b", "A", ""), "an a b");
        assert_eq!(kept("寄件人 王小明 被拒", "王小明", ""), "寄件人 … 被拒");
    }

    #[test]
    fn control_characters_are_seen_and_not_obeyed_and_the_end_is_cut() {
        assert_eq!(kept("a\u{1b}[31mb\tc\u{202e}d", "X Y", ""), "a␛[31mb c<U+202E>d");
        assert_eq!(kept(&"한".repeat(1_000), "X Y", "").chars().count(), 500);
    }

    #[test]
    fn the_same_words_are_the_same_whatever_letter_they_are_about() {
        let one = "550 5.7.1 <…>: Message 4Xk2Jq0abc from [192.0.2.1] rejected (id BXQRTLKMNP)";
        let two = "550 5.7.1 <…>: Message 9Zz8Yy1def from [192.0.2.7] rejected (id QWRTZPSDFG)";
        assert_eq!(alike(one), "message from rejected id");
        assert_eq!(alike(one), alike(two));
        assert_ne!(alike("mailbox full"), alike("mailbox unknown"));
    }

    proptest! {
        #[test]
        fn nothing_of_the_name_or_address_is_left(
            before in "\\PC{0,40}", between in "[ ._-]{1,2}", after in "\\PC{0,40}"
        ) {
            let words = format!("{before} Zoltan{between}Zebrowski <zz@example.org> {after}");
            let kept = kept(&words, "Zoltan Zebrowski", "jp@embassy.example.org");
            prop_assert!(!kept.contains("Zebrowski") && !kept.contains("zz@"), "{kept}");
        }
    }
}
