//! How a letter greets: in one form the addressee whom its front matter names, in another anybody else.
//!
//! Many languages' polite form shows a person's gender, rank or case, so one phrase cannot hold every name. The first
//! form is whole; the second holds `{{addressee}}`, and fits any name and title.

use super::field::Marker;
use crate::plain_text;

/// What `{{salutation}}` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Salutation {
    /// For the front matter's addressee, as Markdown.
    own: String,
    /// For another, as Markdown, in pieces between which the addressee stands.
    to: Vec<String>,
}

/// A hard line break in Markdown, as some languages need one after "to the attention of".
const BREAK: &str = "\\\n";

impl Salutation {
    pub(super) fn new(own: String, to: Vec<String>) -> Salutation {
        Salutation { own, to }
    }

    /// The Markdown with `marker` where the addressee will stand, or the form for the front matter's addressee.
    pub(super) fn marked(&self, marker: Option<Marker>) -> String {
        match marker {
            None => self.own.clone(),
            Some(marker) => self.to.join(&marker.to_string()),
        }
    }
}

/// The form for the front matter's addressee: it is whole, and has no field.
pub(super) fn own(text: &str) -> Result<String, String> {
    match fields(text).next() {
        Some(_) => Err("write the whole salutation here; a field stands in salutation_to".to_owned()),
        None => lines(text),
    }
}

/// The form for anybody else, in pieces between which the addressee stands.
pub(super) fn to(text: &str) -> Result<Vec<String>, String> {
    if let Some(other) = fields(text).find(|field| *field != "addressee") {
        return Err(format!("{{{{{other}}}}} cannot stand here; the one field is {{{{addressee}}}}"));
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((_, after)) = after.split_once("}}") else {
            return Err("a {{ without its }}".to_owned());
        };
        pieces.push(before.to_owned());
        rest = after;
    }
    if pieces.is_empty() {
        return Err("write {{addressee}} where the name stands, such as \"Dear {{addressee}}\"".to_owned());
    }
    pieces.push(rest.to_owned());
    lines(&pieces.join("X"))?;
    Ok(pieces)
}

/// The text, each line of which may stand in a letter.
fn lines(text: &str) -> Result<String, String> {
    for line in text.split(BREAK) {
        if line.contains('\n') {
            return Err("write a line break in it as \\\\\\n".to_owned());
        }
        plain_text::line(line).map_err(|problem| problem.to_string())?;
    }
    Ok(text.to_owned())
}

fn fields(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).map(|part| part.split("}}").next().unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use super::{Marker, Salutation, own, to};

    #[test]
    fn one_form_is_whole_and_the_other_holds_the_addressee() {
        let salutation =
            Salutation::new(own("Dear President").unwrap(), to("To: {{ addressee }}\\\nDear all").unwrap());
        assert_eq!(salutation.marked(None), "Dear President");
        assert_eq!(salutation.marked(Some(Marker(0))), format!("To: {}\\\nDear all", Marker(0)));
    }

    #[test]
    fn what_cannot_be_a_salutation_is_refused() {
        for (text, part) in [
            ("Dear Sir", "write {{addressee}} where the name stands"),
            ("Dear {{signer.name}}", "the one field is {{addressee}}"),
            ("Dear {{addressee", "without its }}"),
            ("To {{addressee}}\nDear all", "write a line break in it as \\\\\\n"),
            ("Dear {{addressee}}\u{202e}", "U+202E"),
        ] {
            assert!(to(text).unwrap_err().contains(part), "{text}: {:?}", to(text));
        }
        assert!(own("Dear {{addressee}}").unwrap_err().contains("salutation_to"));
        assert!(own("x".repeat(201).as_str()).unwrap_err().contains("200"));
    }
}
