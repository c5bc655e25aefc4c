//! The forms in which a letter can be written, named by a file's ending.

use std::path::Path;

use super::failure::Failure;

/// The forms in which a letter can be written, named by a file's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
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

impl Format {
    pub(super) const ALL: [(&str, Format); 5] = [
        ("txt", Format::Txt),
        ("md", Format::Md),
        ("html", Format::Html),
        ("eml", Format::Eml),
        ("pdf", Format::Pdf),
    ];

    /// The format that a file's ending names.
    pub(super) fn of(path: &Path) -> Result<Format, Failure> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        Format::ALL.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format).ok_or_else(|| {
            let known: Vec<String> = Format::ALL.iter().map(|(ending, _)| format!(".{ending}")).collect();
            Failure::usage(format!(
                "{}: the ending says which form the letter takes; write one of {}",
                path.display(),
                known.join(", ")
            ))
        })
    }

    pub(super) fn ending(self) -> &'static str {
        Format::ALL.iter().find(|(_, format)| *format == self).map_or("", |(ending, _)| ending)
    }
}
