//! Templates, filled.

use crate::letter::form::text;
use crate::letter::template::Template;

/// A template (front matter between `+++` lines, then CommonMark) whose fields all have the value that `value` gives for
/// their names: its subject, and its paragraphs as text.
///
/// # Errors
/// What is wrong with it, in a sentence; or with its subject once it has its values.
pub fn filled(
    file: &str,
    bytes: &[u8],
    value: impl Fn(&str) -> String,
) -> Result<(String, Vec<String>), String> {
    let template = Template::read(file, bytes).map_err(|error| error.to_string())?;
    let value = |field: &_| value(&ToString::to_string(field));
    let subject = template.subject(&value).map_err(|error| error.to_string())?;
    let (shape, values) = template.text(&value).map_err(|error| error.to_string())?;
    Ok((subject, text::paragraphs(&shape, &values)))
}
