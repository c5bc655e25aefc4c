//! The forms that a letter takes, one file each, and the list of them.
//!
//! Another form is a file here that makes it, and a line in [`Form`].

pub(crate) mod file_name;
pub(crate) mod html;
pub(crate) mod maker;
pub(crate) mod markdown;
pub(crate) mod pdf;
pub(crate) mod text;

use std::path::{Path, PathBuf};

use super::paper::Stationery;
use crate::exit::{Exit, ExitCode};

/// A form that a letter takes, named by a file's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// Plain text
    Txt,
    /// Markdown
    Md,
    /// A page of HTML
    Html,
    /// The message as sent
    Eml,
    /// A letter ready to print, sign and post
    Pdf,
}

/// What a form may need besides the letter.
pub(crate) struct Needs {
    /// Columns of plain text; 0: one line a paragraph.
    pub(crate) width: usize,
    /// What a letter on paper looks like.
    pub(crate) stationery: Stationery,
}

/// A file whose ending names no form.
#[derive(Debug, thiserror::Error)]
#[error("{}: the ending says which form the letter takes; write one of {}", .0.display(), endings())]
pub(crate) struct NoForm(PathBuf);

impl ExitCode for NoForm {
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Form {
    /// Every form, in the order in which they are named to the user.
    pub(crate) const ALL: [Form; 5] = [Form::Txt, Form::Md, Form::Html, Form::Eml, Form::Pdf];

    /// How the names of its files end.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Form::Txt => "txt",
            Form::Md => "md",
            Form::Html => "html",
            Form::Eml => "eml",
            Form::Pdf => "pdf",
        }
    }

    /// The form that a file's ending names.
    ///
    /// # Errors
    /// Where it names none.
    pub(crate) fn of(path: &Path) -> Result<Form, NoForm> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        let form = Form::ALL.into_iter().find(|form| form.ending() == ending);
        form.ok_or_else(|| NoForm(path.to_owned()))
    }

    /// Whether a letter in this form has the embassy's postal address on it.
    pub(crate) fn shows_address(self) -> bool {
        matches!(self, Form::Html | Form::Pdf)
    }

    /// What makes letters in this form; nothing for a message, which needs a sender and so is made by whoever has one.
    ///
    /// # Errors
    /// Where the stationery's font or logo cannot be had.
    pub(crate) fn maker(self, needs: Needs) -> Result<Option<Box<dyn maker::Maker>>, pdf::error::PdfError> {
        Ok(Some(match self {
            Form::Txt => Box::new(text::Text { width: needs.width }),
            Form::Md => Box::new(markdown::Markdown),
            Form::Html => Box::new(html::Html { stationery: needs.stationery }),
            Form::Pdf => Box::new(pdf::printer::Printer::new(needs.stationery)?),
            Form::Eml => return Ok(None),
        }))
    }
}

fn endings() -> String {
    Form::ALL.map(|form| format!(".{}", form.ending())).join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Form;

    #[test]
    fn a_files_ending_names_its_form_in_small_letters_or_capitals() {
        for form in Form::ALL {
            assert_eq!(Form::of(&Path::new("x").with_extension(form.ending())).unwrap(), form);
        }
        assert_eq!(Form::of(Path::new("LETTER.PDF")).unwrap(), Form::Pdf);
        let refused = Form::of(Path::new("letter.odt")).unwrap_err().to_string();
        assert!(refused.ends_with("write one of .txt, .md, .html, .eml, .pdf"), "{refused}");
    }
}
