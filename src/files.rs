//! Files that the user names: read within reason; written whole or not at all, their owner's alone, never over another unasked.

mod path;

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

pub(crate) use path::{folder_of, is_same, one_path};

use crate::exit::{Exit, ExitCode};
use crate::unfinished::{self, Readers};
use crate::wording;

/// The largest file that is read whole: far more than any letter, address book or picture has, and far less than memory.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What becomes of a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Old {
    /// It stays, and nothing is written.
    Stays,
    /// The new one takes its place.
    IsReplaced,
}

impl Old {
    /// What `--force` says.
    pub(crate) fn by(force: bool) -> Old {
        if force { Old::IsReplaced } else { Old::Stays }
    }
}

/// Why a file cannot be read, or not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub(crate) struct FileError {
    path: PathBuf,
    problem: String,
    exit: Exit,
}

impl ExitCode for FileError {
    fn exit(&self) -> Exit {
        self.exit
    }
}

impl FileError {
    fn of_input(path: &Path, error: &io::Error) -> FileError {
        let problem = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        FileError { path: path.to_owned(), problem, exit: Exit::NoInput }
    }

    fn of_output(path: &Path, problem: impl Into<String>) -> FileError {
        FileError { path: path.to_owned(), problem: problem.into(), exit: Exit::CannotCreate }
    }

    fn of_folder(path: &Path, error: &io::Error) -> FileError {
        FileError::of_output(path, format!("this folder cannot be made: {error}"))
    }
}

/// The bytes of a file that the user named.
///
/// # Errors
/// Where it is not there or cannot be read.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    contents(path).map_err(|error| FileError::of_input(path, &error))
}

/// As [`read`], for those who word the error themselves. A device that never ends is no file.
///
/// # Errors
/// As the system says it, or that there is too much of it.
pub(crate) fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it has more than {} MB", LARGEST / 1024 / 1024)));
    }
    Ok(bytes)
}

/// The bytes without the mark of UTF-8 that some editors write before them: what is told by its first bytes would not be
/// known behind it.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// Makes a folder, its owner's alone, unless it is there.
///
/// # Errors
/// Where it cannot be made.
pub(crate) fn make_folder(path: &Path) -> Result<(), FileError> {
    let missing: Vec<&Path> =
        path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()).collect();
    missing.into_iter().rev().try_for_each(make_one).map_err(|error| FileError::of_folder(path, &error))
}

/// One folder, its owner's alone, whatever the umask takes away.
fn make_one(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    // Another process may have made it meanwhile.
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    is_its_owners(path)
}

/// Sees to it that its owner can use a folder that was just made: a umask may take that away.
///
/// # Errors
/// Where its mode cannot be changed.
pub(crate) fn is_its_owners(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder)?.permissions().mode();
        if mode & 0o700 != 0o700 {
            return std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode & 0o777 | 0o700));
        }
    }
    Ok(())
}

/// Writes `bytes` to a file at `path`.
///
/// # Errors
/// Where it cannot be written, or one is there that stays.
pub(crate) fn write(path: &Path, bytes: &[u8], old: Old) -> Result<(), FileError> {
    write_for(Readers::Owner, Sync::Now, path, bytes, old)
}

/// As [`write`], one of many: whole or not at all, but safe from a loss of power only after [`sync_folder`], since
/// waiting for the disk 20,000 times takes longer than all the rest.
///
/// # Errors
/// As those of [`write`].
pub(crate) fn write_one_of_many(path: &Path, bytes: &[u8], old: Old) -> Result<(), FileError> {
    write_for(Readers::Owner, Sync::ByFolder, path, bytes, old)
}

/// Waits until all that was written to the file system of `folder` is on the disk.
///
/// # Errors
/// Where the disk does not take it.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), FileError> {
    #[cfg(target_os = "linux")]
    {
        let synced = File::open(folder).and_then(|folder| Ok(rustix::fs::syncfs(folder)?));
        synced.map_err(|error| FileError::of_output(folder, format!("cannot be written: {error}")))?;
    }
    let _ = folder;
    Ok(())
}

/// As [`write`], a file for the world: it holds nobody's name.
///
/// # Errors
/// As those of [`write`].
pub(crate) fn publish(path: &Path, bytes: &[u8], old: Old) -> Result<(), FileError> {
    write_for(Readers::World, Sync::Now, path, bytes, old)
}

/// When a file is waited for until it is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sync {
    Now,
    /// Where the system can wait for all of them at once.
    ByFolder,
}

fn write_for(readers: Readers, sync: Sync, path: &Path, bytes: &[u8], old: Old) -> Result<(), FileError> {
    let is_there = || FileError::of_output(path, "this file is there already; --force replaces it");
    let folder = folder_of(path);
    match path.symlink_metadata() {
        Ok(_) if old == Old::Stays => return Err(is_there()),
        Ok(metadata) if !metadata.is_file() && !metadata.is_symlink() => {
            return Err(FileError::of_output(path, "this is no file that could be replaced"));
        }
        _ => {}
    }
    let unwritable = |error: io::Error| {
        if error.kind() == io::ErrorKind::NotFound && !folder.is_dir() {
            return FileError::of_output(path, format!("there is no folder {}", folder.display()));
        }
        // What tempfile says names its own file, which is none of the user's business.
        let reason =
            if error.raw_os_error().is_some() { error.to_string() } else { error.kind().to_string() };
        FileError::of_output(path, format!("cannot be written: {reason}"))
    };
    let mut file = unfinished::file_in(readers, folder).map_err(unwritable)?;
    file.write_all(bytes).map_err(unwritable)?;
    if sync == Sync::Now || cfg!(not(target_os = "linux")) {
        file.as_file().sync_all().map_err(unwritable)?;
    }
    let placed = match old {
        Old::IsReplaced => file.persist(path),
        Old::Stays => file.persist_noclobber(path),
    };
    match placed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(is_there()),
        Err(error) => Err(unwritable(error.error)),
    }
}

/// Writes a file that may be there from an earlier run: with the same bytes it is done, with others it is an error.
///
/// # Errors
/// As those of [`write`].
pub(crate) fn write_again(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    match std::fs::read(path) {
        Ok(there) if there == bytes => Ok(()),
        Ok(_) => Err(FileError::of_output(
            path,
            "this file is there already, with another text; move it away first",
        )),
        Err(_) => write(path, bytes, Old::Stays),
    }
}

/// Sees to it that `folder` can be made, or is there and holds nothing that its owner would see.
///
/// # Errors
/// Where it holds something, or is no folder.
pub(crate) fn expect_empty(folder: &Path) -> Result<(), FileError> {
    if folder.symlink_metadata().is_err() {
        return Ok(());
    }
    if !folder.is_dir() {
        return Err(FileError::of_output(folder, "this is there already, and no folder"));
    }
    let entries = folder.read_dir().map_err(|error| FileError::of_folder(folder, &error))?;
    let is_seen = |name: &std::ffi::OsString| !name.as_encoded_bytes().starts_with(b".");
    match entries.flatten().map(|entry| entry.file_name()).find(is_seen) {
        Some(name) => Err(FileError::of_output(
            folder,
            format!(
                "this folder is not empty ({} is in it): name another",
                wording::quoted(&name.to_string_lossy())
            ),
        )),
        None => Ok(()),
    }
}

/// Writes new files into `folder`, which is made if need be: all of them or none.
///
/// # Errors
/// As those of [`write`].
pub(crate) fn write_folder(folder: &Path, files: &[(&str, String)]) -> Result<(), FileError> {
    if folder.is_dir() {
        let mut written: Vec<PathBuf> = Vec::new();
        for (name, text) in files {
            let path = folder.join(name);
            if let Err(error) = write(&path, text.as_bytes(), Old::Stays) {
                // They were made just now; where one cannot be taken away, the error that counts is the first.
                written.iter().for_each(|path| drop(std::fs::remove_file(path)));
                return Err(error);
            }
            written.push(path);
        }
        return Ok(());
    }
    let cannot = |error: io::Error| FileError::of_folder(folder, &error);
    let parent = folder_of(folder);
    make_folder(parent)?;
    // Made beside its place, and put there whole.
    let (workshop, _held) = unfinished::folder_in(parent).map_err(cannot)?;
    let made = workshop.path().join("folder");
    make_folder(&made)?;
    for (name, text) in files {
        write(&made.join(name), text.as_bytes(), Old::Stays)?;
    }
    std::fs::rename(&made, folder).map_err(cannot)
}

#[cfg(test)]
mod tests {
    use super::{Old, read, write, write_again};

    #[test]
    fn a_file_that_is_there_is_written_over_only_on_demand() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.txt");
        write(&path, b"one", Old::Stays).unwrap();
        let refused = write(&path, b"two", Old::Stays).unwrap_err().to_string();
        assert!(refused.contains("--force"), "{refused}");
        assert_eq!(read(&path).unwrap(), b"one");
        write(&path, b"two", Old::IsReplaced).unwrap();
        assert_eq!(read(&path).unwrap(), b"two");
    }

    #[test]
    fn writing_the_same_again_is_no_error_and_writing_another_text_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.txt");
        write_again(&path, b"one").unwrap();
        write_again(&path, b"one").unwrap();
        assert!(write_again(&path, b"two").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_an_end_is_no_file() {
        let refused = read(std::path::Path::new("/dev/zero")).unwrap_err().to_string();
        assert_eq!(refused, "/dev/zero: cannot be read: it has more than 64 MB");
    }
}
