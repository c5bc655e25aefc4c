//! What is wrong where a file is no TOML, in the words of one who edits it: seen from the line itself, for the parser's
//! own words are made for programmers.

use toml::de::DeTable;

use crate::wording::quoted;

/// What is said of a path such as `"C:\Users\ada\list.csv"`.
pub(super) const SINGLE_QUOTES: &str =
    "a path with backslashes stands between single quotation marks: 'C:\\Users\\ada\\list.csv'";

const CURLY: [char; 9] = ['“', '”', '„', '‟', '«', '»', '‘', '’', '＂'];

/// Where in `toml` the trouble is that the parser met at `at`, and what it is. `read` is what could be read.
pub(super) fn explained(toml: &str, at: usize, read: &DeTable<'_>) -> (usize, String) {
    let at = at.min(toml.len());
    let start = toml[..at].rfind('\n').map_or(0, |n| n + 1);
    let line = toml[start..].lines().next().unwrap_or_default();
    let plainly = |offset: usize, problem: &str| (start + offset, problem.to_owned());
    if let Some(offset) = curly(line) {
        return plainly(offset, "these are curly quotation marks (“ ”): write straight ones (\" \")");
    }
    let Some((key, rest)) = line.split_once('=') else {
        return match line.trim() {
            table if table.starts_with('[') && again(table.trim_matches(['[', ']', ' ']), read) => {
                plainly(0, &format!("{} stands here a second time: put its keys together", quoted(table)))
            }
            _ => {
                plainly(indent(line), "this is no line of TOML: write KEY = VALUE, or begin a remark with #")
            }
        };
    };
    let key = key.trim();
    let value = rest.trim();
    let value_at = line.len() - rest.trim_start().len();
    if value.is_empty() || value.starts_with('#') {
        return plainly(line.find('=').unwrap_or_default(), "a value is missing after the =");
    }
    if let Some(path) = backslashed(value) {
        return if is_secret(key, value) {
            plainly(value_at, "a text with a backslash stands between single quotation marks: '…'")
        } else {
            let advice = "a path with backslashes stands between single quotation marks";
            plainly(
                value_at,
                &format!("{advice}: '{}'", path.escape_debug().to_string().replace("\\\\", "\\")),
            )
        };
    }
    if again(key, read) && at <= start + line.find('=').unwrap_or_default() {
        return plainly(
            indent(line),
            &format!("{} stands here a second time: keep one of the two", quoted(key)),
        );
    }
    if is_open(value) {
        return plainly(value_at, "the quotation mark that opens here is not closed on this line");
    }
    if !value.starts_with(['"', '\'', '[', '{']) {
        let shown = value.split(" #").next().unwrap_or_default().trim();
        let is_short = shown.chars().count() <= 80 && !shown.contains(['"', '\\']) && !is_secret(key, shown);
        let example = if is_short { format!("{key} = {shown:?}") } else { "KEY = \"…\"".to_owned() };
        return plainly(value_at, &format!("text stands between quotation marks: {example}"));
    }
    (at, "this is no TOML: a line is KEY = VALUE, and a text stands between quotation marks".to_owned())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The first curly quotation mark that stands where a straight one would: not within a text, nor in a remark.
fn curly(line: &str) -> Option<usize> {
    let mut within = None;
    for (offset, c) in line.char_indices() {
        match within {
            Some(quote) if c == quote => within = None,
            None if c == '#' => return None,
            None if matches!(c, '"' | '\'') => within = Some(c),
            None if CURLY.contains(&c) => return Some(offset),
            _ => {}
        }
    }
    None
}

/// What stands between the quotation marks of a text in which a backslash means nothing to TOML.
fn backslashed(value: &str) -> Option<&str> {
    let text = value.strip_prefix('"')?;
    let text = &text[..text.rfind('"')?];
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let escape = &rest[at + 1..];
        let digits = match escape.chars().next() {
            Some('b' | 't' | 'n' | 'f' | 'r' | 'e' | '"' | '\\') => 0,
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            _ => return Some(text),
        };
        let hex = escape.get(1..=digits);
        if !hex.is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Some(text);
        }
        rest = &escape[1..];
    }
    None
}

/// Whether the text that opens `value` is not closed in it.
fn is_open(value: &str) -> bool {
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
    !value.starts_with("\"\"\"") && !value.starts_with("'''") && !value[1..].contains(quote)
}

fn again(key: &str, read: &DeTable<'_>) -> bool {
    let key = key.trim_matches(['"', '\'']);
    read.contains_key(key)
        || read.values().any(|value| value.get_ref().as_table().is_some_and(|table| table.contains_key(key)))
}

/// Whether the `value` that stands at `key` is not to be repeated on a screen: a URL may have a password in it.
fn is_secret(key: &str, value: &str) -> bool {
    let key = key.to_lowercase();
    ["pass", "secret", "token", "key"].iter().any(|word| key.contains(word)) || value.contains("://")
}
