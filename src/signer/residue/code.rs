//! What is written for a program to read, and no program has read: marks of HTML, fields of a mail merge, codes for characters.

/// `&#39;`, `&uuml;`, `&amp;`: but no `AT&T; Ltd`, whose word is no entity's.
pub(super) fn has_entity(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| {
        let Some(end) = text[at..].find(';').filter(|end| (3..=12).contains(end)) else { return false };
        let name = &text[at + 1..at + end];
        let number = name.strip_prefix('#').map(|digits| digits.trim_start_matches(['x', 'X']));
        match number {
            Some(digits) => !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit()),
            None => ENTITIES.split(' ').any(|entity| entity == name) || is_accented_entity(name),
        }
    })
}

const ENTITIES: &str = "amp lt gt quot apos nbsp shy copy reg trade hellip ndash mdash lsquo rsquo ldquo rdquo laquo raquo szlig aelig AElig \
     oslash Oslash aring Aring eth ETH thorn THORN oelig OElig middot bull euro sbquo bdquo zwnj zwj";

/// `uuml`, `Eacute`: a letter and the name of its mark.
fn is_accented_entity(name: &str) -> bool {
    let marks = ["uml", "acute", "grave", "circ", "tilde", "cedil", "ring", "caron", "slash", "ogon"];
    name.is_char_boundary(1)
        && name[..1].bytes().all(|b| b.is_ascii_alphabetic())
        && marks.contains(&&name[1..])
}

pub(super) fn has_tag(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let Some(end) = text[at..].find('>') else { return false };
        let inside = text[at + 1..at + end].trim_start_matches('/');
        let name: String = inside.chars().take_while(char::is_ascii_alphanumeric).collect();
        let tags = "p br b i u a em strong span div font h1 h2 h3 ul ol li td tr table img script style blockquote html body";
        !name.is_empty() && tags.split(' ').any(|tag| name.eq_ignore_ascii_case(tag))
    })
}

/// `*|FNAME|*`, `{{name}}`, `[First Name]`, `«Name»`, `<<Name>>`, `%%name%%`, `${name}`, `##name##`.
pub(super) fn has_merge_field(text: &str) -> bool {
    let between = |open: &str, close: &str| {
        text.find(open).is_some_and(|at| {
            let rest = &text[at + open.len()..];
            rest.find(close).is_some_and(|end| {
                let inside = rest[..end].trim();
                let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | ':' | '#');
                !inside.is_empty() && inside.chars().all(fits)
            })
        })
    };
    let pairs = [
        ("*|", "|*"),
        ("{{", "}}"),
        ("<<", ">>"),
        ("%%", "%%"),
        ("${", "}"),
        ("##", "##"),
        ("{%", "%}"),
        ("@@", "@@"),
    ];
    pairs.iter().any(|(open, close)| between(open, close)) || of_words_in_marks(text)
}

/// `[First Name]`, `«Name»`, `{name}`, `%NAME%` where the words are those of a field.
fn of_words_in_marks(text: &str) -> bool {
    let whole = [('[', ']'), ('«', '»'), ('{', '}'), ('%', '%'), ('<', '>'), ('(', ')')];
    whole.iter().any(|&(open, close)| {
        let inside =
            text.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map(|(inside, _)| inside);
        inside.is_some_and(|inside| {
            let key: String =
                inside.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            FIELDS.split_whitespace().any(|field| field == key)
        })
    })
}

const FIELDS: &str = "name firstname lastname fullname yourname yourfullname fname lname surname givenname familyname email youremail city yourcity \
     town country yourcountry note message yourmessage signer signername nom prénom vorname nachname nombre apellido имя";

pub(super) fn has_encoded_word(text: &str) -> bool {
    let is_quoted_printable = || {
        text.as_bytes().windows(6).any(|w| {
            w[0] == b'='
                && w[3] == b'='
                && [w[1], w[2], w[4], w[5]].iter().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(b))
        })
    };
    text.contains("=?") && text.contains("?=") || is_quoted_printable()
}

/// `_x000D_` of Excel, `\u00e9` of JSON, `%C3%A9` of a link.
pub(super) fn has_escape(text: &str) -> bool {
    let hex = |text: &str, length: usize| {
        text.len() >= length && text.bytes().take(length).all(|b| b.is_ascii_hexdigit())
    };
    let of_excel = text
        .match_indices("_x")
        .any(|(at, _)| hex(&text[at + 2..], 4) && text.as_bytes().get(at + 6) == Some(&b'_'));
    let of_json = text.match_indices("\\u").any(|(at, _)| hex(&text[at + 2..], 4));
    let of_a_link = text.match_indices('%').any(|(at, _)| {
        hex(&text[at + 1..], 2)
            && text.as_bytes().get(at + 3) == Some(&b'%')
            && text.is_char_boundary(at + 4)
            && hex(&text[at + 4..], 2)
    });
    of_excel || of_json || of_a_link
}
