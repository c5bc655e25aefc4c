//! A template as Handlebars' parser gets to see it: with one mark for each line that has no field, put back afterwards.
//!
//! The parser looks at every character several times, and counts the lines from the first character at each field; most of a
//! letter is lines without one. What comes out is the same, to the places of its fields.

use handlebars::TemplateError;
use handlebars::template::{Template, TemplateElement};

/// The marks: a plane of private characters, one for each line.
const FIRST_MARK: u32 = 0x10_0000;
const MOST_MARKS: usize = 0xfffe;

/// Compiles `source`.
///
/// # Errors
/// As the parser finds them in `source` itself.
pub(super) fn compile(source: &str) -> Result<Template, TemplateError> {
    let (abridged, lines) = abridge(source);
    if lines.is_empty() {
        return Template::compile(source);
    }
    match Template::compile(&abridged) {
        Ok(mut template) => {
            put_back(&mut template, &lines);
            Ok(template)
        }
        Err(_) => Template::compile(source),
    }
}

/// `source` with a mark for each line between two fields, and those lines. None where it has characters like the marks.
fn abridge(source: &str) -> (String, Vec<&str>) {
    let (mut abridged, mut lines) = (String::with_capacity(source.len()), Vec::new());
    if source.chars().any(|c| line_of(c).is_some()) {
        return (abridged, lines);
    }
    let mut rest = source;
    while !rest.is_empty() {
        let text = rest.find("{{").unwrap_or(rest.len());
        for line in rest[..text].split_inclusive('\n') {
            let core = line.trim();
            // What stands on one line with a field may be a part of what the parser decides about it.
            let is_whole = line.ends_with('\n') && (abridged.is_empty() || abridged.ends_with('\n'));
            let mark = mark_of(lines.len()).filter(|mark| is_whole && core.len() > mark.len_utf8());
            match (mark, line.split_once(core)) {
                (Some(mark), Some((before, after))) if !core.contains(['{', '}', '\\']) => {
                    abridged.push_str(before);
                    abridged.push(mark);
                    abridged.push_str(after);
                    lines.push(core);
                }
                _ => abridged.push_str(line),
            }
        }
        let field = rest[text..].find("}}").map_or(rest.len(), |end| text + end + 2);
        abridged.push_str(&rest[text..field]);
        rest = &rest[field..];
    }
    (abridged, lines)
}

fn mark_of(line: usize) -> Option<char> {
    let line = u32::try_from(line).ok().filter(|_| line < MOST_MARKS)?;
    char::from_u32(FIRST_MARK + line)
}

fn line_of(mark: char) -> Option<usize> {
    usize::try_from(u32::from(mark).checked_sub(FIRST_MARK)?).ok()
}

fn put_back(template: &mut Template, lines: &[&str]) {
    for element in &mut template.elements {
        match element {
            TemplateElement::RawString(text) | TemplateElement::Comment(text)
                if text.chars().any(|c| line_of(c).is_some()) =>
            {
                *text = whole(text, lines);
            }
            TemplateElement::HelperBlock(block) => {
                for branch in [&mut block.template, &mut block.inverse].into_iter().flatten() {
                    put_back(branch, lines);
                }
            }
            _ => {}
        }
    }
}

fn whole(text: &str, lines: &[&str]) -> String {
    let mut whole = String::new();
    for c in text.chars() {
        match line_of(c).and_then(|line| lines.get(line)) {
            Some(line) => whole.push_str(line),
            None => whole.push(c),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::{abridge, compile};
    use handlebars::template::Template;
    use proptest::prelude::*;

    fn same(source: &str) {
        match (compile(source), Template::compile(source)) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{source:?}"),
            (Err(ours), Err(theirs)) => {
                assert_eq!((ours.to_string(), ours.pos()), (theirs.to_string(), theirs.pos()), "{source:?}");
            }
            (ours, theirs) => panic!("{source:?}: {ours:?}, {theirs:?}"),
        }
    }

    #[test]
    fn a_letter_is_what_the_parser_makes_of_the_whole_of_it() {
        let letter = include_str!("../../../letters/dec2.en.md");
        let (abridged, lines) = abridge(letter);
        assert!(abridged.len() < letter.len() / 3, "{} lines: {abridged}", lines.len());
        same(letter);
    }

    #[test]
    fn a_character_like_a_mark_stays_what_it_is() {
        let source = "the first line\n\u{100000} {{date}}\n";
        assert!(abridge(source).1.is_empty());
        same(source);
    }

    proptest! {
        #[test]
        fn so_is_any_other_template(pieces in prop::collection::vec(prop::sample::select(vec![
            "{{", "}}", "{{date}}", "{{#if date}}", "{{else}}", "{{/if}}", "{{~date~}}", "{{{date}}}", "\\{{", "\\\\{{date}}",
            "{{! a remark }}", "{{!-- }} --}}", "{{{{raw}}}}", "{{{{/raw}}}}", "\n", "\r\n", "\n\n", " ", "\t", "a line without",
            "\nThe first line, whole.\n", "\n  The second line, set in.  \n", "{", "}", "\\", "\u{100001}", "ไทย ไทย ไทย\n", "{{> x}}",
            "{{date\n signer.name\n}}", "{{~#if date}}\n", "\n{{/if~}}\n", "{{#unless date}}", "{{/unless}}", "{{\n",
        ]), 0..24)) {
            same(&pieces.concat());
        }
    }
}
