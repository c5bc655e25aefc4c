//! A letter whose signer, embassy and day are still open: what a page in a browser fills, in place of a [`Desk`](super::desk::Desk).
//!
//! Its paragraphs are set here, by the same code as every letter's, with a gap where each value will stand. Whoever puts the
//! values into the gaps and an empty line between the paragraphs has the text, to the letter.

use std::sync::Arc;

use super::date;
use super::form::text;
use super::template::{Field, FrontMatter, Template, TemplateError};

/// A value that only the reader of the page can give, in the order of their numbers there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// The signer's name.
    Name,
    /// The signer's city.
    City,
    /// The signer's country as it stands alone.
    Country,
    /// The signer's country as it stands in a sentence.
    TheCountry,
    /// The signer's own paragraph.
    Note,
    /// The embassy's city.
    EmbassyCity,
    /// The embassy's country as it stands alone.
    EmbassyCountry,
    /// The embassy's country as it stands in a sentence.
    EmbassyTheCountry,
    /// The embassy's date.
    Date,
}

impl Gap {
    const ALL: [Gap; 9] = [
        Gap::Name,
        Gap::City,
        Gap::Country,
        Gap::TheCountry,
        Gap::Note,
        Gap::EmbassyCity,
        Gap::EmbassyCountry,
        Gap::EmbassyTheCountry,
        Gap::Date,
    ];

    /// Its number, by which the page knows it.
    pub(crate) fn number(self) -> usize {
        Gap::ALL.iter().position(|gap| *gap == self).unwrap_or_default()
    }

    /// Stands in the text while it is set: a private-use character, which nothing in a template gives a meaning.
    fn mark(self) -> char {
        u32::try_from(self.number())
            .ok()
            .and_then(|number| char::from_u32(FIRST_MARK + number))
            .unwrap_or(' ')
    }

    fn of_mark(c: char) -> Option<Gap> {
        Gap::ALL.into_iter().find(|gap| gap.mark() == c)
    }
}

const FIRST_MARK: u32 = 0x10_F700;

/// A piece of text, or a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The same for everybody.
    Text(String),
    /// Each reader's own.
    Gap(Gap),
}

/// A template's text with gaps.
#[derive(Debug)]
pub(crate) struct Gapped {
    /// The subject line, as the texts.
    pub subjects: [Vec<Piece>; 4],
    /// Every paragraph that the letter may have.
    pub paragraphs: Vec<Vec<Piece>>,
    /// Which paragraphs, in their order: without city and note, with the city, with the note, with both.
    pub texts: [Vec<usize>; 4],
    /// Whether a city that is called as its country is left out, so that "Singapore, Singapore" is said once.
    pub says_city_once: bool,
}

impl Gapped {
    /// The text of `template`, to `addressee` where that is not left to the template.
    ///
    /// # Errors
    /// Where it needs a column of a signers' list, or cannot be filled.
    pub(crate) fn of(template: &Arc<Template>, addressee: Option<&str>) -> Result<Gapped, TemplateError> {
        template.expect_no_columns()?;
        let mut subjects = [const { Vec::new() }; 4];
        let mut paragraphs: Vec<Vec<Piece>> = Vec::new();
        let mut texts = [const { Vec::new() }; 4];
        for (number, places) in texts.iter_mut().enumerate() {
            let (city, note) = (number & 1 != 0, number & 2 != 0);
            let subject = template.subject(&|field| value(field, city, note, template, addressee))?;
            subjects[number] = pieces(&subject);
            let (shape, values) = template.text(&|field| value(field, city, note, template, addressee))?;
            for paragraph in text::paragraphs(&shape, &values) {
                let paragraph = pieces(&paragraph);
                let known = paragraphs.iter().position(|known| *known == paragraph);
                places.push(known.unwrap_or(paragraphs.len()));
                if known.is_none() {
                    paragraphs.push(paragraph);
                }
            }
        }
        let says_city_once = template.does_without(&Field::SignerCity);
        Ok(Gapped { subjects, paragraphs, texts, says_city_once })
    }
}

/// What stands for a field: its value where every reader has the same, else the mark of its gap.
fn value(
    field: &Field,
    has_city: bool,
    has_note: bool,
    template: &Template,
    addressee: Option<&str>,
) -> String {
    let front_matter: &FrontMatter = &template.front_matter;
    let gap = match field {
        // None where the letter greets its own addressee, for whom it has the whole polite form.
        Field::Salutation => {
            let other = addressee.filter(|other| *other != front_matter.addressee);
            return other.unwrap_or_default().to_owned();
        }
        Field::Addressee => return addressee.unwrap_or(&front_matter.addressee).to_owned(),
        Field::ProtestDay => {
            return date::month_and_day(front_matter.protest_day, &front_matter.language);
        }
        Field::Extra(_) => return String::new(),
        Field::SignerCity if !has_city => return String::new(),
        Field::SignerNote if !has_note => return String::new(),
        Field::SignerName => Gap::Name,
        Field::SignerCity => Gap::City,
        Field::SignerCountry => Gap::Country,
        Field::SignerTheCountry => Gap::TheCountry,
        Field::SignerNote => Gap::Note,
        Field::EmbassyCity => Gap::EmbassyCity,
        Field::EmbassyCountry => Gap::EmbassyCountry,
        Field::EmbassyTheCountry => Gap::EmbassyTheCountry,
        Field::Date => Gap::Date,
    };
    gap.mark().to_string()
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for c in text.chars() {
        match (Gap::of_mark(c), pieces.last_mut()) {
            (Some(gap), _) => pieces.push(Piece::Gap(gap)),
            (None, Some(Piece::Text(text))) => text.push(c),
            (None, _) => pieces.push(Piece::Text(c.to_string())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Gap, Gapped, Piece};
    use crate::letter::template::Template;
    use crate::letter::templates::Templates;

    #[test]
    fn a_gap_stands_where_the_values_will_and_what_is_left_out_is_left_out() {
        let template = Arc::new(Templates::builtin().template("dec2", Some("en")).unwrap());
        let gapped = Gapped::of(&template, Some("President Hu Jintao")).unwrap();
        let text = |number: usize| -> Vec<&Vec<Piece>> {
            gapped.texts[number].iter().map(|place| &gapped.paragraphs[*place]).collect()
        };
        assert_eq!(text(0)[0], &vec![Piece::Text("Dear President Hu Jintao,".to_owned())]);
        let signature = |pieces: &[Piece]| pieces.to_vec();
        let bare = [Piece::Gap(Gap::Name), Piece::Text("\n".to_owned()), Piece::Gap(Gap::Country)];
        assert_eq!(signature(text(0).last().unwrap()), bare);
        assert!(text(1).last().unwrap().contains(&Piece::Gap(Gap::City)));
        assert_eq!(text(2).len(), text(0).len() + 1, "the note is a paragraph of its own");
        assert!(text(3).contains(&&vec![Piece::Gap(Gap::Note)]));
    }

    #[test]
    fn a_column_of_a_list_cannot_be_filled_by_a_page() {
        let source =
            "+++\nlanguage = \"en\"\nsubject = \"S\"\naddressee = \"A\"\n+++\n\nDear {{extra.Nick}}\n";
        let template = Arc::new(Template::read("my.md", source.as_bytes()).unwrap());
        let refused = Gapped::of(&template, None).unwrap_err().to_string();
        assert!(refused.starts_with("my.md:7:6: {{extra.Nick}} is a column of a signers' list"), "{refused}");
    }
}
