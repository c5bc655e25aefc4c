//! Where a ledger may lie: on a disk of this machine, under one name.
//!
//! The write-ahead log needs memory that all processes share, and "at most once" needs locks that the kernel
//! drops with their process; network file systems keep neither promise. Linux tells us the type of a file
//! system; elsewhere we cannot ask without unsafe code, and the documentation asks the user to mind it.

use std::path::{Path, PathBuf};

use crate::files::folder_of;
use crate::ledger::error::LedgerError;
use crate::ledger::lost::with_ending;

/// Types, as `/proc/self/mountinfo` names them, whose files live on another machine.
const REMOTE: [&str; 37] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "smb3",
    "smbfs",
    "vboxsf",
    "vmhgfs",
    "fuse.ceph-fuse",
    "fuse.curlftpfs",
    "fuse.davfs2",
    "fuse.gcsfuse",
    "fuse.glusterfs",
    "fuse.goofys",
    "fuse.google-drive-ocamlfuse",
    "fuse.gvfsd-fuse",
    "fuse.juicefs",
    "fuse.mfs",
    "fuse.onedriver",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.seadrive",
    "fuse.smbnetfs",
    "fuse.sshfs",
    "fuse.vmhgfs-fuse",
];

/// The one path by which every process knows the ledger, whether it exists yet or not: its log and its runs'
/// locks lie beside it under names made from this path.
pub(super) fn resolved(path: &Path) -> Result<PathBuf, LedgerError> {
    if let Ok(existing) = path.canonicalize() {
        return Ok(existing);
    }
    let cannot_make = |words: String| LedgerError::Make { path: path.to_owned(), words };
    let name = path.file_name().ok_or_else(|| cannot_make("this names no file".to_owned()))?;
    let folder = folder_of(path);
    let folder = folder
        .canonicalize()
        .map_err(|error| cannot_make(format!("the folder {}: {error}", folder.display())))?;
    Ok(folder.join(name))
}

/// Refuses a `path` (as from [`resolved`]) on a file system of another machine.
pub(super) fn must_be_local(path: &Path) -> Result<(), LedgerError> {
    // Absent where the kernel is not Linux.
    let mounts = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    match file_system_type(&String::from_utf8_lossy(&mounts), path) {
        Some(kind) if REMOTE.contains(&kind) => {
            Err(LedgerError::RemoteFileSystem { path: path.to_owned(), kind: kind.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Refuses a ledger whose log would be two: with a second hard link, or mounted as a single file, it has two paths, and
/// the log's name is made from the path.
pub(super) fn must_have_one_name(path: &Path) -> Result<(), LedgerError> {
    let failed = |error: std::io::Error| LedgerError::io(path, &error);
    let names = names(&std::fs::metadata(path).map_err(failed)?);
    if names > 1 {
        return Err(LedgerError::SecondName { path: path.to_owned(), names });
    }
    let mounts = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    if mount_points(&String::from_utf8_lossy(&mounts)).any(|(point, _)| point == path) {
        return Err(LedgerError::MountPoint(path.to_owned()));
    }
    Ok(())
}

/// Refuses a ledger in which this user may not write, before SQLite makes a log that would share its fate.
pub(super) fn must_be_writable(path: &Path) -> Result<(), LedgerError> {
    let in_the_way = ["-wal", "-shm"]
        .map(|ending| with_ending(path, ending))
        .into_iter()
        // SQLite itself takes an empty one away.
        .find(|beside| beside.metadata().is_ok_and(|file| file.len() > 0) && !may_write(beside));
    let words = if !may_write(path) {
        "this user may not write in it (see its owner and its mode), or its disk is read only".to_owned()
    } else if !path.parent().is_none_or(may_write) {
        "this user may not write in its folder, where its log must lie".to_owned()
    } else if let Some(beside) = in_the_way {
        // Who deletes a log deletes what it holds.
        format!(
            "this user may not write in {}, which belongs to it: see its owner and its mode, and do not delete it",
            beside.display()
        )
    } else {
        return Ok(());
    };
    Err(LedgerError::Write { location: path.into(), words })
}

/// Whether this user may write in a file or a folder.
pub(super) fn may_write(path: &Path) -> bool {
    #[cfg(unix)]
    return rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    #[cfg(not(unix))]
    std::fs::metadata(path).is_ok_and(|file| !file.permissions().readonly())
}

/// A file, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileId {
    pub(super) device: i64,
    pub(super) inode: i64,
}

/// Which file lies at `path`; nothing where the system has no such numbers.
pub(super) fn file_at(path: &Path) -> std::io::Result<Option<FileId>> {
    std::fs::metadata(path).map(|file| id_of(&file))
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)] // other systems have no such numbers
fn id_of(file: &std::fs::Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt as _;
    Some(FileId { device: file.dev().cast_signed(), inode: file.ino().cast_signed() })
}

#[cfg(not(unix))]
fn id_of(_file: &std::fs::Metadata) -> Option<FileId> {
    None
}

#[cfg(unix)]
fn names(file: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

#[cfg(not(unix))]
fn names(_file: &std::fs::Metadata) -> u64 {
    1
}

/// Whether the file still lies at `path`, and under no other name. One that was renamed or deleted in mid-run would take
/// what is written in it with it.
pub(super) fn is_in_place(path: &Path, file: Option<FileId>) -> bool {
    std::fs::metadata(path).is_ok_and(|found| id_of(&found) == file && names(&found) == 1)
}

/// Makes the names in the folder of `path` durable. Only Unix can say so.
pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    std::fs::File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()
}

/// The type of the file system that holds `path`: that of the deepest mount point above it, and of several
/// mounts on one point the last, which hides the others. The format is that of proc(5).
fn file_system_type<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    mount_points(mounts)
        .filter(|(point, _)| path.starts_with(point))
        .max_by_key(|(point, _)| point.components().count())
        .map(|(_, kind)| kind)
}

/// Mount points and the types of what is mounted there.
fn mount_points(mounts: &str) -> impl Iterator<Item = (PathBuf, &str)> {
    mounts.lines().filter_map(|line| {
        let (mount, source) = line.split_once(" - ")?;
        let point = PathBuf::from(unescaped(mount.split(' ').nth(4)?));
        Some((point, source.split(' ').next()?))
    })
}

/// The kernel writes space, tab, line feed and backslash in a mount point as `\` and three octal digits.
fn unescaped(mount_point: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .into_iter()
        .fold(mount_point.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

#[cfg(test)]
mod tests {
    use super::{REMOTE, file_system_type, must_be_local, resolved};
    use std::path::Path;

    const MOUNTS: &str = "\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 22 0:35 / /home rw,relatime - autofs systemd-1 rw
41 40 0:36 / /home rw,relatime shared:20 - nfs4 server:/home rw
42 22 0:37 / /mnt/my\\040share rw,nosuid shared:21 - fuse.sshfs aiko@example.org: rw
43 22 0:38 / /homework rw - tmpfs tmpfs rw
";

    #[test]
    fn the_deepest_and_latest_mount_counts() {
        for (path, kind) in [
            ("/var/dec2.ledger", "ext4"),
            ("/home/aiko/dec2.ledger", "nfs4"),
            ("/mnt/my share/dec2.ledger", "fuse.sshfs"),
            ("/homework/dec2.ledger", "tmpfs"),
        ] {
            assert_eq!(file_system_type(MOUNTS, Path::new(path)), Some(kind), "{path}");
        }
        assert!(REMOTE.contains(&"nfs4") && REMOTE.contains(&"fuse.sshfs"));
    }

    #[test]
    fn a_system_that_does_not_tell_is_trusted() {
        assert_eq!(file_system_type("", Path::new("/x")), None);
    }

    #[test]
    fn a_temporary_folder_is_local() {
        let folder = tempfile::tempdir().unwrap();
        let path = resolved(&folder.path().join("dec2.ledger")).unwrap();
        must_be_local(&path).unwrap();
    }

    #[test]
    fn a_ledger_to_be_made_has_the_path_that_it_will_have() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".").join("dec2.ledger");
        let before = resolved(&path).unwrap();
        std::fs::write(&path, "").unwrap();
        assert_eq!(before, resolved(&path).unwrap());
        assert!(resolved(&folder.path().join("no/dec2.ledger")).is_err());
    }
}
