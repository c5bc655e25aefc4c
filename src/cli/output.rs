//! Files that hold one letter: written whole or not at all, the owner's alone, never over another unasked.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::exit::Exit;

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

/// Makes a folder for letters, its owner's alone, unless it is there.
pub(super) fn make_folder(path: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| {
        Failure::new(Exit::CannotCreate, format!("{}: this folder cannot be made: {error}", path.display()))
    })
}

/// Writes `bytes` to a new file at `path`; over an old one only if `replace`.
pub(super) fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Failure> {
    let cannot = |problem: String| Failure::new(Exit::CannotCreate, format!("{}: {problem}", path.display()));
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    match path.symlink_metadata() {
        Ok(_) if !replace => {
            return Err(cannot("this file is there already; --force replaces it".to_owned()));
        }
        Ok(metadata) if !metadata.is_file() && !metadata.is_symlink() => {
            return Err(cannot("this is no file that could be replaced".to_owned()));
        }
        _ => {}
    }
    let unwritable = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::NotFound && !folder.is_dir() {
            return cannot(format!("there is no folder {}", folder.display()));
        }
        // What tempfile says names its own file, which is none of the user's business.
        let reason =
            if error.raw_os_error().is_some() { error.to_string() } else { error.kind().to_string() };
        cannot(format!("cannot be written: {reason}"))
    };
    // tempfile makes it with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(unwritable)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(unwritable)?;
    let placed = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    match placed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(cannot("this file is there already; --force replaces it".to_owned()))
        }
        Err(error) => Err(unwritable(error.error)),
    }
}

/// Sees to it that none of these files is in `folder`.
pub(super) fn expect_none_of(folder: &Path, names: &[&str]) -> Result<(), Failure> {
    let cannot = |path: &Path, problem: &str| {
        Failure::new(Exit::CannotCreate, format!("{}: {problem}", path.display()))
    };
    if folder.symlink_metadata().is_ok() && !folder.is_dir() {
        return Err(cannot(folder, "this is there already, and no folder"));
    }
    let there = names.iter().map(|name| folder.join(name)).find(|path| path.symlink_metadata().is_ok());
    match there {
        Some(path) => Err(cannot(
            &path,
            "this file is there already, and nothing is written over it: name another folder",
        )),
        None => Ok(()),
    }
}

/// Writes new files into `folder`, which is made if need be: all of them or none.
pub(super) fn write_folder(folder: &Path, files: &[(&str, String)]) -> Result<(), Failure> {
    if folder.is_dir() {
        let mut written: Vec<PathBuf> = Vec::new();
        for (name, text) in files {
            let path = folder.join(name);
            if let Err(failure) = write(&path, text.as_bytes(), false) {
                // They were made just now; where one cannot be taken away, the error that counts is the first.
                written.iter().for_each(|path| drop(std::fs::remove_file(path)));
                return Err(failure);
            }
            written.push(path);
        }
        return Ok(());
    }
    let cannot = |error: std::io::Error| {
        Failure::new(Exit::CannotCreate, format!("{}: this folder cannot be made: {error}", folder.display()))
    };
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    make_folder(&parent)?;
    // Made beside its place, and put there whole.
    let workshop = tempfile::Builder::new().prefix(".protest-").tempdir_in(&parent).map_err(cannot)?;
    let unfinished = workshop.path().join("folder");
    make_folder(&unfinished)?;
    for (name, text) in files {
        write(&unfinished.join(name), text.as_bytes(), false)?;
    }
    std::fs::rename(&unfinished, folder).map_err(cannot)?;
    Ok(())
}

/// Writes a file that may be there from an earlier run: with the same bytes it is done, with others it is an error.
pub(super) fn write_again(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    match std::fs::read(path) {
        Ok(there) if there == bytes => Ok(()),
        Ok(_) => Err(Failure::new(
            Exit::CannotCreate,
            format!("{}: this file is there already, with another text; move it away first", path.display()),
        )),
        Err(_) => write(path, bytes, false),
    }
}
