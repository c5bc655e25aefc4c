//! The fields of a template as they are typed, before Handlebars reads them: within measure, and with nothing in them
//! that cannot be seen.
//!
//! Handlebars' parser calls itself for each block and bracket, so that a file made to be deep would end the program;
//! what is too deep or too long for any letter is refused here. White space that is not an ASCII space, as word
//! processors put it, becomes one.

use super::TemplateError;
use crate::place::Place;
use crate::plain_text;

/// How deep `{{#if}}` may stand within `{{#if}}`.
const DEEPEST: usize = 20;
/// How often a field may stand in a letter.
const MOST: usize = 2_000;
/// The longest that may stand between two braces and the next two.
const LONGEST: usize = 300;

/// `source` with plain spaces in its fields, which begins at line `first_line` of `file`.
///
/// # Errors
/// The first field that is too deep, too long, not closed or has something invisible in it.
pub(super) fn plain(file: &str, first_line: usize, source: &str) -> Result<String, TemplateError> {
    let place = |offset: usize| {
        let within = Place::of(file, source, offset);
        Place { line: first_line + within.line - 1, ..within }
    };
    let refused = |offset: usize, problem: String| TemplateError::Syntax { place: place(offset), problem };
    let (mut depth, mut count, mut at) = (0_usize, 0, 0);
    let mut plain = String::with_capacity(source.len());
    while let Some(found) = source[at..].find("{{") {
        let open = at + found;
        plain.push_str(&source[at..open]);
        let is_escaped = source[..open].ends_with('\\') && !source[..open].ends_with("\\\\");
        let inner = &source[open + 2..];
        let Some(length) = end_of(inner) else {
            if is_escaped {
                plain.push_str("{{");
                at = open + 2;
                continue;
            }
            return Err(refused(open, NOT_CLOSED.to_owned()));
        };
        let inner = &inner[..length];
        at = open + 2 + length;
        plain.push_str("{{");
        if is_comment(inner) {
            plain.push_str(inner);
            continue;
        }
        count += 1;
        if count > MOST {
            return Err(refused(open, format!("a letter has at most {MOST} fields, and this is one more")));
        }
        if inner.len() > LONGEST {
            return Err(refused(open, NOT_CLOSED.to_owned()));
        }
        match inner.trim_start_matches(['{', '~']).chars().next() {
            Some('#' | '^') => depth += 1,
            Some('/') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            let problem = format!("a letter's conditions stand at most {DEEPEST} deep in one another");
            return Err(refused(open, problem));
        }
        for (offset, c) in inner.char_indices() {
            if plain_text::is_unseen(c) {
                let problem =
                    format!("U+{:04X}, which cannot be seen, stands in this field: delete it", u32::from(c));
                return Err(refused(open + 2 + offset, problem));
            }
            plain.push(if c.is_whitespace() && c != '\n' { ' ' } else { c });
        }
    }
    plain.push_str(&source[at..]);
    Ok(plain)
}

const NOT_CLOSED: &str =
    "this is no Handlebars: look for a {{ without its }}, or a {{#if …}} without its {{/if}}";

fn is_comment(inner: &str) -> bool {
    inner.trim_start_matches('~').starts_with('!')
}

/// Where what stands behind `{{` ends.
fn end_of(inner: &str) -> Option<usize> {
    if inner.trim_start_matches('~').starts_with("!--") {
        return inner.find("--}}").or_else(|| inner.find("--~}}"));
    }
    let end = inner.find("}}")?;
    // Braces that open again before they close belong to another field.
    let next = inner
        .trim_start_matches('{')
        .find("{{")
        .map(|at| at + inner.len() - inner.trim_start_matches('{').len());
    next.is_none_or(|next| end < next).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::plain;

    fn refused(source: &str) -> String {
        plain("my.md", 5, source).unwrap_err().to_string()
    }

    #[test]
    fn white_space_in_a_field_is_plain_and_what_cannot_be_seen_is_named() {
        let source = "a\u{a0}b {{\u{a0}signer.name\u{3000}}} {{! a\u{a0}remark }}";
        assert_eq!(plain("my.md", 1, source).unwrap(), "a\u{a0}b {{ signer.name }} {{! a\u{a0}remark }}");
        let told = refused("Dear\n{{signer.\u{200b}name}}");
        assert_eq!(told, "my.md:6:10: U+200B, which cannot be seen, stands in this field: delete it");
    }

    #[test]
    fn what_no_letter_needs_is_refused_where_it_begins() {
        assert!(refused(&"{{#if signer.note}}".repeat(10_000)).contains("at most 20 deep"));
        assert!(refused(&"{{date}}".repeat(100_000)).contains("at most 2000 fields"));
        for text in ["x {{date", &format!("x {{{{{}}}}}", "(".repeat(100_000)), "x {{date {{date}}"] {
            assert!(refused(text).starts_with("my.md:5:3: this is no Handlebars"), "{}", refused(text));
        }
        assert!(plain("my.md", 1, &"{{#if date}}{{/if}}".repeat(500)).is_ok());
        assert!(plain("my.md", 1, "\\{{ is no field").is_ok());
    }
}
