//! A template: front matter, and CommonMark with Handlebars fields.
//!
//! Everything that can be wrong with a template is told when it is read, with file, line and column; after
//! that, filling it cannot fail. A field's value is text: it never becomes markup, a header, or a template.

mod abridged;
mod body;
mod error;
mod field;
mod fields;
mod flaw;
mod front_matter;
mod markdown;
mod salutation;
mod shape;
mod source;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use error::TemplateError;
pub(crate) use field::Field;
pub(crate) use flaw::Flaw;
pub(crate) use front_matter::{FrontMatter, Translation};
pub(crate) use shape::Shape;

use crate::plain_text;
use body::Body;
pub(in crate::letter) use source::decode;

/// A template that has been read and found in order.
#[derive(Debug)]
pub(crate) struct Template {
    file: String,
    /// What the head of the file says.
    pub front_matter: FrontMatter,
    subject: Body,
    text: Body,
    flaw: Option<Flaw>,
    is_own: bool,
    /// The text as it reads for each combination of given and missing values met so far.
    shapes: Mutex<HashMap<Vec<bool>, Arc<Shape>>>,
}

impl Template {
    /// Reads a template file's bytes; `file` is what errors call it.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its place.
    pub(crate) fn read(file: &str, bytes: &[u8]) -> Result<Template, TemplateError> {
        let source = decode(file, bytes)?;
        let (mut template, start) = Template::compile(file, &source)?;
        template.flaw =
            flaw::find(file, &source, start, template.text.fields().iter().map(|(field, _)| field));
        for present in [true, false] {
            let flags = vec![present; template.text.fields().len()];
            let shape = template.shape(&flags).map_err(|unfit| unfit.at(file, &source, start))?;
            if shape.is_empty() && present {
                return Err(TemplateError::NoText { file: file.to_owned() });
            }
        }
        Ok(template)
    }

    /// Reads a template compiled in, which a test has read as any other: no character of it is looked at twice.
    ///
    /// # Errors
    /// Never, unless that test fails.
    pub(in crate::letter) fn built_in(file: &str, source: &str) -> Result<Template, TemplateError> {
        Ok(Template::compile(file, source)?.0)
    }

    /// The template, and the byte at which its text begins.
    fn compile(file: &str, source: &str) -> Result<(Template, usize), TemplateError> {
        let (front_matter, start) = front_matter::read(file, source)?;
        let first_line = source[..start].matches('\n').count() + 1;
        let salutation = front_matter.salutation.clone();
        let text = Body::compile(file, first_line, &source[start..], salutation)?;
        let subject = Body::compile(file, front_matter.subject_line, &front_matter.subject, None)?;
        let template = Template {
            file: file.to_owned(),
            front_matter,
            subject,
            text,
            flaw: None,
            is_own: false,
            shapes: Mutex::default(),
        };
        Ok((template, start))
    }

    /// What errors call the file.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// The id by which the letter is chosen, whatever its language.
    pub(crate) fn id(&self) -> &str {
        let name = self.file.rsplit('/').next().unwrap_or(&self.file);
        name.split('.').next().unwrap_or(name)
    }

    /// The same template, which is the user's own and none of those compiled in.
    pub(in crate::letter) fn own(self) -> Template {
        Template { is_own: true, ..self }
    }

    /// Whether the file is the user's own.
    pub(crate) fn is_own(&self) -> bool {
        self.is_own
    }

    /// Why this letter must not go out under a signer's name, if there is a reason.
    pub(crate) fn flaw(&self) -> Option<&Flaw> {
        self.flaw.as_ref()
    }

    /// Whether the text reads well where this field is empty.
    pub(crate) fn does_without(&self, field: &Field) -> bool {
        self.text.asks_for(field)
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.text.fields().iter().chain(self.subject.fields()).map(|(field, _)| field)
    }

    /// Whether the template uses columns of the signers' file.
    pub(crate) fn uses_columns(&self) -> bool {
        self.fields().any(|field| matches!(field, Field::Extra(_)))
    }

    /// Sees to it that each extra column that the template uses is one of `columns`.
    ///
    /// # Errors
    /// The first that is not, with its place and the nearest known name.
    pub(crate) fn expect_columns(&self, columns: &[&str]) -> Result<(), TemplateError> {
        for (field, place) in self.text.fields().iter().chain(self.subject.fields()) {
            let Field::Extra(column) = field else { continue };
            let column = column.to_lowercase();
            if !columns.iter().any(|known| known.to_lowercase() == column) {
                let mut known: Vec<String> = columns.iter().map(|column| format!("extra.{column}")).collect();
                known.extend(Field::names().map(str::to_owned));
                let known = known.iter().map(String::as_str);
                return Err(TemplateError::unknown_field(place.clone(), &field.to_string(), known));
            }
        }
        Ok(())
    }

    /// Sees to it that the template uses no column of a signers' list: where there is no list, nobody can fill it.
    ///
    /// # Errors
    /// The first column that it uses, with its place.
    pub(crate) fn expect_no_columns(&self) -> Result<(), TemplateError> {
        let mut fields = self.text.fields().iter().chain(self.subject.fields());
        match fields.find(|(field, _)| matches!(field, Field::Extra(_))) {
            Some((field, place)) => {
                Err(TemplateError::Column { place: place.clone(), name: field.to_string() })
            }
            None => Ok(()),
        }
    }

    /// The subject line with its values, which the caller looks up by field.
    ///
    /// # Errors
    /// [`TemplateError::Subject`] where the values make it too long.
    pub(crate) fn subject(&self, value: &dyn Fn(&Field) -> String) -> Result<String, TemplateError> {
        let (present, values) = look_up(&self.subject, value);
        let subject = self.subject.marked(&present).map(|marked| field::fill(&marked, &values));
        let problem = match subject.as_deref().map(plain_text::line) {
            Ok(Ok(line)) => return Ok(line),
            Ok(Err(problem)) => problem.to_string(),
            Err(problem) => problem.clone(),
        };
        Err(TemplateError::Subject { file: self.file.clone(), line: self.front_matter.subject_line, problem })
    }

    /// The text with its values, which the caller looks up by field.
    ///
    /// # Errors
    /// [`TemplateError::Unfit`] where leaving values out makes the rest something that a letter cannot carry.
    pub(crate) fn text(
        &self,
        value: &dyn Fn(&Field) -> String,
    ) -> Result<(Arc<Shape>, Vec<String>), TemplateError> {
        let (present, values) = look_up(&self.text, value);
        let shape = self.shape(&present).map_err(|unfit| unfit.at(&self.file, "", 0))?;
        Ok((shape, values))
    }

    fn shape(&self, present: &[bool]) -> Result<Arc<Shape>, shape::Unshapely> {
        let mut shapes = self.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = shapes.get(present) {
            return Ok(Arc::clone(shape));
        }
        let shape = Arc::new(Shape::of(&self.text.marked(present))?);
        shapes.insert(present.to_vec(), Arc::clone(&shape));
        Ok(shape)
    }
}

fn look_up(body: &Body, value: &dyn Fn(&Field) -> String) -> (Vec<bool>, Vec<String>) {
    let values: Vec<String> = body.fields().iter().map(|(field, _)| value(field)).collect();
    (values.iter().map(|value| !value.is_empty()).collect(), values)
}

/// Reads a letter that was written as Markdown, to see whether it is the same.
#[cfg(test)]
pub(in crate::letter) fn read_markdown(source: &str) -> Option<Vec<super::document::Block>> {
    markdown::read(source).ok()
}

#[cfg(test)]
mod tests;
