//! Where templates are found: those compiled in, or a folder of the user's, as `ID.LANG.md`.
//!
//! A template is read when it is asked for, so that a broken one does not stand in the way of the others.

use std::path::{Path, PathBuf};

use super::language_names::{Meant, meant};
use super::template::{self, Template, TemplateError};
use crate::exit::{Exit, ExitCode};
use crate::files;
use crate::{language, suggestion};

/// The id of the letter that is written unless another is asked for.
pub(crate) const DEFAULT_ID: &str = "dec2";
/// Its language unless another is asked for.
pub(crate) const DEFAULT_LANGUAGE: &str = "en";

/// A set of templates.
#[derive(Debug)]
pub(crate) struct Templates {
    folder: Option<PathBuf>,
    /// File name and, for those compiled in, the text.
    files: Vec<(String, Option<&'static str>)>,
}

/// Where a template's text comes from.
enum Source {
    BuiltIn(&'static str),
    File(Vec<u8>),
}

/// Why no template could be had.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's sentence says what it is")]
pub(crate) enum TemplatesError {
    #[error("there is no letter \"{id}\"{} `protest letters` lists them, and a file of your own ends in .md", did_you_mean(hint.as_deref()))]
    NoSuchLetter { id: String, hint: Option<String> },
    #[error("the letter \"{id}\" is not there in \"{language}\"; {} is there in {}", or_meant(hint), .known.join(", "))]
    NoSuchLanguage { id: String, language: String, hint: Vec<&'static str>, known: Vec<String> },
    #[error("{}: --bilingual puts the English text under this one, and there is none: name the two files ID.LANG.md and ID.en.md, in one folder", .0.display())]
    NoEnglish(PathBuf),
    #[error("{}: there is no such file", .0.display())]
    NotThere(PathBuf),
    #[error("{}: cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
    #[error("{}: no file in this folder is named like a letter: ID.LANG.md, such as dec2.en.md", .0.display())]
    EmptyFolder(PathBuf),
    #[error(transparent)]
    Template(#[from] TemplateError),
}

fn or_meant(hint: &[&str]) -> String {
    if hint.is_empty() { "it".to_owned() } else { format!("did you mean {}? It", hint.join(" or ")) }
}

fn did_you_mean(hint: Option<&str>) -> String {
    hint.map_or(".".to_owned(), |hint| format!("; did you mean \"{hint}\"?"))
}

impl ExitCode for TemplatesError {
    fn exit(&self) -> Exit {
        match self {
            TemplatesError::NotThere(_) | TemplatesError::Unreadable(..) | TemplatesError::EmptyFolder(_) => {
                Exit::NoInput
            }
            TemplatesError::Template(error) => error.exit(),
            TemplatesError::NoSuchLetter { .. }
            | TemplatesError::NoSuchLanguage { .. }
            | TemplatesError::NoEnglish(_) => Exit::Data,
        }
    }
}

/// The letters compiled in, by the names of their files.
macro_rules! letters {
    ($($name:literal)*) => {
        &[$((concat!($name, ".md"), include_str!(concat!("../../letters/", $name, ".md")))),*]
    };
}

const BUILTIN: &[(&str, &str)] = letters! {
    "dec2.en"
    "dec2.ar" "dec2.cs" "dec2.de" "dec2.es" "dec2.fr" "dec2.hi" "dec2.id" "dec2.it" "dec2.ja" "dec2.ko" "dec2.mn"
    "dec2.nl" "dec2.pl" "dec2.pt" "dec2.ru" "dec2.sv" "dec2.th" "dec2.uk" "dec2.vi" "dec2.zh-Hans" "dec2.zh-Hant"
    "plain.en"
};

impl Templates {
    /// The templates compiled in.
    pub(crate) fn builtin() -> Templates {
        let files = BUILTIN.iter().map(|(name, text)| ((*name).to_owned(), Some(*text))).collect();
        Templates { folder: None, files }
    }

    /// The templates in `folder`, in place of those compiled in.
    ///
    /// # Errors
    /// Where it is not there, cannot be read, or holds no template.
    pub(crate) fn folder(folder: &Path) -> Result<Templates, TemplatesError> {
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => TemplatesError::NotThere(folder.to_owned()),
            _ => TemplatesError::Unreadable(folder.to_owned(), error),
        };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            if let Some(name) = name.to_str().filter(|name| split(name).is_some()) {
                files.push((name.to_owned(), None));
            }
        }
        if files.is_empty() {
            return Err(TemplatesError::EmptyFolder(folder.to_owned()));
        }
        files.sort();
        Ok(Templates { folder: Some(folder.to_owned()), files })
    }

    /// The template `wanted`: an id of these in `language`, or a file ending in `.md`, which has a language of
    /// its own.
    ///
    /// # Errors
    /// [`TemplatesError`]
    pub(crate) fn template(&self, wanted: &str, language: Option<&str>) -> Result<Template, TemplatesError> {
        if is_file(wanted) {
            let template = read_file(Path::new(wanted))?;
            let known = template.front_matter.language.as_str();
            if let Some(other) = language {
                chosen(wanted, other, std::iter::once(known))?;
            }
            return Ok(template);
        }
        let name = self.name_of(wanted, language.unwrap_or(DEFAULT_LANGUAGE))?;
        self.read(name)
    }

    fn read(&self, name: &str) -> Result<Template, TemplatesError> {
        Ok(match self.source(name)? {
            Source::BuiltIn(text) => Template::built_in(name, text)?,
            Source::File(bytes) => Template::read(&self.shown(name), &bytes)?,
        })
    }

    /// What the English text of the letter `wanted` is called here: of a file `ID.LANG.md` it is the `ID.en.md` beside it.
    ///
    /// # Errors
    /// Where no English text can belong to a file.
    pub(crate) fn english_of(&self, wanted: &str) -> Result<String, TemplatesError> {
        if !is_file(wanted) {
            return Ok(wanted.to_owned());
        }
        let path = Path::new(wanted);
        let beside = path.file_name().and_then(|name| name.to_str()).and_then(split);
        let english = beside.map(|(id, _)| path.with_file_name(format!("{id}.{DEFAULT_LANGUAGE}.md")));
        match english.filter(|english| english.is_file()) {
            Some(english) => Ok(english.display().to_string()),
            None => Err(TemplatesError::NoEnglish(path.to_owned())),
        }
    }

    /// The languages in which the letter `id` is there.
    pub(crate) fn languages<'s>(&'s self, id: &'s str) -> impl Iterator<Item = &'s str> + Clone {
        let files = self.files.iter().filter_map(|(name, _)| split(name));
        files.filter_map(move |(known, language)| (known == id).then_some(language))
    }

    /// The text of a template as its file has it, fields and all.
    ///
    /// # Errors
    /// [`TemplatesError`]
    pub(crate) fn text(&self, id: &str, language: Option<&str>) -> Result<String, TemplatesError> {
        let name = self.name_of(id, language.unwrap_or(DEFAULT_LANGUAGE))?;
        Ok(match self.source(name)? {
            Source::BuiltIn(text) => text.to_owned(),
            Source::File(bytes) => template::decode(&self.shown(name), &bytes)?,
        })
    }

    /// A hash of the texts of the letter `wanted`, in all its languages: who has the same sends the same letter.
    ///
    /// # Errors
    /// [`TemplatesError`]
    pub(crate) fn hash(&self, wanted: &str) -> Result<String, TemplatesError> {
        let mut hasher = blake3::Hasher::new();
        if is_file(wanted) {
            hasher.update(&read_bytes(Path::new(wanted))?);
            return Ok(hasher.finalize().to_hex().to_string());
        }
        let mut languages: Vec<&str> = self.languages(wanted).collect();
        languages.sort_unstable();
        for language in languages {
            let text = self.text(wanted, Some(language))?;
            hasher.update(format!("{language} {}\n", text.len()).as_bytes()).update(text.as_bytes());
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Every template: its id, and the template or what is wrong with it.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&str, Result<Template, TemplatesError>)> {
        self.files.iter().filter_map(|(name, _)| {
            let (id, _) = split(name)?;
            Some((id, self.read(name)))
        })
    }

    fn name_of(&self, id: &str, language: &str) -> Result<&str, TemplatesError> {
        if self.languages(id).next().is_none() {
            let ids = self.files.iter().filter_map(|(name, _)| Some(split(name)?.0));
            let hint = suggestion::nearest(id, ids).map(str::to_owned);
            return Err(TemplatesError::NoSuchLetter { id: id.to_owned(), hint });
        }
        let tag = chosen(id, language, self.languages(id))?;
        let file = self.files.iter().find(|(name, _)| split(name) == Some((id, tag)));
        Ok(file.map_or("", |(name, _)| name))
    }

    fn source(&self, name: &str) -> Result<Source, TemplatesError> {
        if let Some((_, Some(text))) = self.files.iter().find(|(known, _)| known == name) {
            return Ok(Source::BuiltIn(text));
        }
        read_bytes(&self.folder.as_deref().unwrap_or(Path::new("")).join(name)).map(Source::File)
    }

    fn shown(&self, name: &str) -> String {
        match &self.folder {
            Some(folder) => folder.join(name).display().to_string(),
            None => name.to_owned(),
        }
    }
}

/// The one of `there` that `language` means: a tag, a language's name in English or its own, a three-letter code.
fn chosen<'a>(
    id: &str,
    language: &str,
    there: impl Iterator<Item = &'a str> + Clone,
) -> Result<&'a str, TemplatesError> {
    if let Some(tag) = language::choose(language, there.clone()) {
        return Ok(tag);
    }
    let hint = match meant(language) {
        Meant::Tag(tag) => match language::choose(tag, there.clone()) {
            Some(tag) => return Ok(tag),
            None => Vec::new(),
        },
        Meant::Perhaps(tags) => {
            tags.into_iter().filter(|tag| language::choose(tag, there.clone()).is_some()).collect()
        }
    };
    let known = there.map(str::to_owned).collect();
    Err(TemplatesError::NoSuchLanguage { id: id.to_owned(), language: language.to_owned(), hint, known })
}

/// The id and the language in a file name `ID.LANG.md`.
fn split(name: &str) -> Option<(&str, &str)> {
    let (id, language) = name.strip_suffix(".md")?.rsplit_once('.')?;
    (!id.is_empty() && !language.is_empty()).then_some((id, language))
}

/// Whether a letter is named by its file, not by its id.
pub(super) fn is_file(wanted: &str) -> bool {
    Path::new(wanted).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"))
}

fn read_file(path: &Path) -> Result<Template, TemplatesError> {
    Ok(Template::read(&path.display().to_string(), &read_bytes(path)?)?.own())
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, TemplatesError> {
    files::contents(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => TemplatesError::NotThere(path.to_owned()),
        _ => TemplatesError::Unreadable(path.to_owned(), error),
    })
}

#[cfg(test)]
mod tests {
    use super::{BUILTIN, Template, Templates, template};

    #[test]
    fn every_letter_compiled_in_can_be_read() {
        for (name, text) in BUILTIN {
            // As a user's own would be, with every check.
            let template = Template::read(name, text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(template.flaw(), None, "{name}");
            assert_eq!(template::decode(name, text.as_bytes()).unwrap(), *text, "{name}");
        }
        assert!(Templates::builtin().each().all(|(_, template)| template.is_ok()));
    }

    #[test]
    fn a_mistyped_id_and_a_language_that_is_not_there_name_what_is() {
        let templates = Templates::builtin();
        let refused = |id, language| templates.template(id, language).unwrap_err().to_string();
        assert!(refused("dec3", None).starts_with("there is no letter \"dec3\"; did you mean \"dec2\"?"));
        assert!(refused("plain", Some("xx")).ends_with("it is there in en"));
        assert!(refused("dec2", Some("jp")).starts_with(
            "the letter \"dec2\" is not there in \"jp\"; did you mean ja? It is there in en, ar,"
        ));
        for word in ["french", "français", "fra", "fr-CA"] {
            assert_eq!(templates.template("dec2", Some(word)).unwrap().front_matter.language, "fr", "{word}");
        }
        assert!(refused("plain", Some("french")).ends_with("in \"french\"; it is there in en"));
    }
}
