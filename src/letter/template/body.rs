//! The Handlebars of a template: which fields it uses, and its text with a marker where each value will stand.
//!
//! Only fields, `{{#if FIELD}}`, `{{#unless FIELD}}` and comments are known: a template is a letter, not a
//! program, and what it prints must not depend on anything but its fields.

use handlebars::template::{HelperTemplate, Parameter, Template as Source, TemplateElement};
use handlebars::{Handlebars, Path, no_escape};
use serde_json::{Map, Value};

use super::TemplateError;
use super::abridged;
use super::field::{Field, MOST_FIELDS, Marker};
use super::fields;
use super::salutation::Salutation;
use crate::place::Place;
use crate::wording::quoted;

/// Handlebars source, compiled.
#[derive(Debug)]
pub(super) struct Body {
    engine: Handlebars<'static>,
    /// The fields in the order of their numbers, each with its first place in the file.
    fields: Vec<(Field, Place)>,
    salutation: Option<Salutation>,
    /// The fields that `{{#if}}` or `{{#unless}}` asks for: the text reads well without them.
    asked_for: Vec<Field>,
}

const NAME: &str = "letter";

impl Body {
    /// Compiles `source`, which begins at line `first_line` of `file` and greets with `salutation`.
    pub(super) fn compile(
        file: &str,
        first_line: usize,
        source: &str,
        salutation: Option<Salutation>,
    ) -> Result<Body, TemplateError> {
        let place = |line: usize, column: usize| Place {
            file: file.to_owned(),
            line: first_line + line.max(1) - 1,
            column: column.max(1),
        };
        let source = &fields::plain(file, first_line, source)?;
        let mut compiled = abridged::compile(source).map_err(|error| {
            let (line, column) = left_open(source).or(error.pos()).unwrap_or((1, 1));
            TemplateError::Syntax { place: place(line, column), problem: plain_syntax(error.reason()) }
        })?;
        put_articles(&mut compiled);
        let (mut fields, mut asked_for) = (Vec::new(), Vec::new());
        collect(&compiled, &place, &mut fields, &mut asked_for)?;
        if let (None, Some((_, place))) =
            (&salutation, fields.iter().find(|(field, _)| *field == Field::Salutation))
        {
            return Err(TemplateError::NoSalutation { place: place.clone() });
        }
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(no_escape);
        engine.register_template(NAME, compiled);
        Ok(Body { engine, fields, salutation, asked_for })
    }

    /// Whether the text asks for this field before it uses it.
    pub(super) fn asks_for(&self, field: &Field) -> bool {
        self.asked_for.contains(field)
    }

    pub(super) fn fields(&self) -> &[(Field, Place)] {
        &self.fields
    }

    /// The text with markers, as it reads when exactly the fields flagged in `present` have a value.
    pub(super) fn marked(&self, present: &[bool]) -> Result<String, String> {
        let mut values = Map::new();
        for (number, (field, _)) in self.fields.iter().enumerate() {
            let is_present = present.get(number).copied().unwrap_or_default();
            let marker = is_present.then_some(Marker(number));
            let value = match (field, &self.salutation) {
                // It has Markdown of its own, which only the template's author writes.
                (Field::Salutation, Some(salutation)) => salutation.marked(marker),
                _ => marker.map(|marker| marker.to_string()).unwrap_or_default(),
            };
            let name = field.to_string();
            match name.split_once('.') {
                None => {
                    values.insert(name, Value::String(value));
                }
                Some((group, member)) => {
                    let group = values.entry(group).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(members) = group {
                        members.insert(member.to_owned(), Value::String(value));
                    }
                }
            }
        }
        self.engine.render(NAME, &Value::Object(values)).map_err(|error| error.to_string())
    }
}

fn collect(
    template: &Source,
    place: &dyn Fn(usize, usize) -> Place,
    fields: &mut Vec<(Field, Place)>,
    asked_for: &mut Vec<Field>,
) -> Result<(), TemplateError> {
    for (element, mapping) in template.elements.iter().zip(&template.mapping) {
        let here = place(mapping.0, mapping.1);
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::Expression(expression) if is_bare(expression) => {
                note(&expression.name, here, fields)?;
            }
            TemplateElement::HelperBlock(block) if is_condition(block) => {
                if let Some(parameter) = block.params.first() {
                    note(parameter, here, fields)?;
                    asked_for.extend(parameter.as_name().and_then(Field::named));
                }
                for branch in [&block.template, &block.inverse].into_iter().flatten() {
                    collect(branch, place, fields, asked_for)?;
                }
            }
            TemplateElement::HtmlExpression(expression) => {
                let name = expression.name.as_name().unwrap_or_default().to_owned();
                return Err(TemplateError::Triple { place: here, name });
            }
            _ => return Err(TemplateError::NotAField { place: here }),
        }
    }
    Ok(())
}

/// Where `{{` has no `}}` after it: line and column, counted from 1.
fn left_open(source: &str) -> Option<(usize, usize)> {
    let open = source.match_indices("{{").map(|(at, _)| at).find(|at| {
        let rest = source[*at..].trim_start_matches('{');
        let next = rest.find("{{").unwrap_or(rest.len());
        !rest[..next].contains("}}")
    })?;
    let before = &source[..open];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some((before.matches('\n').count() + 1, before[line_start..].chars().count() + 1))
}

/// A country's name within a sentence stands there as a person would write it: "from {{signer.country}}" is "from the
/// Netherlands". Within a sentence means: one space or line end after a word in small letters.
fn put_articles(template: &mut Source) {
    let mut within_sentence = false;
    for element in &mut template.elements {
        let is_within = std::mem::take(&mut within_sentence);
        match element {
            TemplateElement::RawString(text) => within_sentence = ends_within_sentence(text),
            TemplateElement::Expression(expression) if is_within && is_bare(expression) => {
                let running = match expression.name.as_name() {
                    Some("signer.country") => Field::SignerTheCountry,
                    Some("embassy.country") => Field::EmbassyTheCountry,
                    _ => continue,
                };
                if let Ok(path) = Path::parse(&running.to_string()) {
                    expression.name = Parameter::Path(path);
                }
            }
            TemplateElement::HelperBlock(block) => {
                for branch in [&mut block.template, &mut block.inverse].into_iter().flatten() {
                    put_articles(branch);
                }
            }
            _ => {}
        }
    }
}

fn ends_within_sentence(text: &str) -> bool {
    let Some(before) = text.strip_suffix([' ', '\n']) else { return false };
    before.chars().next_back().is_some_and(char::is_lowercase)
        && before.rsplit(|c: char| !c.is_alphabetic()).next() != Some("the")
}

fn is_bare(expression: &HelperTemplate) -> bool {
    expression.params.is_empty() && expression.hash.is_empty() && expression.template.is_none()
}

fn is_condition(block: &HelperTemplate) -> bool {
    matches!(block.name.as_name(), Some("if" | "unless"))
        && block.params.len() == 1
        && block.hash.is_empty()
        && block.block_param.is_none()
}

fn note(parameter: &Parameter, place: Place, fields: &mut Vec<(Field, Place)>) -> Result<(), TemplateError> {
    let name = parameter.as_name().ok_or_else(|| TemplateError::NotAField { place: place.clone() })?;
    let field = Field::named(name)
        .ok_or_else(|| TemplateError::unknown_field(place.clone(), name, Field::names()))?;
    if !fields.iter().any(|(known, _)| *known == field) {
        if fields.len() == MOST_FIELDS {
            return Err(TemplateError::TooManyFields { place });
        }
        fields.push((field, place));
    }
    Ok(())
}

fn plain_syntax(reason: &handlebars::TemplateErrorReason) -> String {
    use handlebars::TemplateErrorReason::{InvalidParam, MismatchingClosedHelper};
    match reason {
        MismatchingClosedHelper(opened, closed) => {
            format!("{{{{#{opened}}}}} is open here, but {{{{/{closed}}}}} closes")
        }
        InvalidParam(parameter) => format!("{} is no field", quoted(parameter)),
        _ => "this is no Handlebars: look for a {{ without its }}, or a {{#if …}} without its {{/if}}"
            .to_owned(),
    }
}
