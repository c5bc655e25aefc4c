//! Whose a campaign.toml is. It names a program to run, a certificate to trust and a relay to log in at, so one that
//! somebody else has laid into a folder, or can change, is not read.

use std::path::Path;

/// How much the file is trusted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// To say which letters go where.
    Campaign,
    /// To name a program that is run, or a certificate that is trusted, as well.
    Programs,
}

/// Why the file is not to be trusted; nothing where it is the user's own, or the system's.
#[cfg(unix)]
pub(super) fn objection(path: &Path, trust: Trust) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;

    const STICKY: u32 = 0o1000;
    let user = rustix::process::geteuid().as_raw();
    // Where the name is a link, whoever can change the link decides what is read.
    let link = path.symlink_metadata().ok()?;
    let whole = std::fs::canonicalize(path).ok()?;
    let folders = [path.parent(), whole.parent()].into_iter().flatten();
    let folders = folders.map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let stranger = |uid: u32| uid != user && uid != 0;
    if stranger(link.uid()) {
        return Some(format!("it belongs to {}; use a file of your own", name_of(link.uid())));
    }
    let file = whole.metadata().ok()?;
    if stranger(file.uid()) {
        return Some(format!("it belongs to {}; use a file of your own", name_of(file.uid())));
    }
    // Many systems give each user a group of the same number, and let it write what the user writes.
    let by_others = |mode: u32, uid: u32, gid: u32| {
        let is_own_group = trust == Trust::Campaign && uid != 0 && gid == uid;
        mode & if is_own_group { 0o002 } else { 0o022 } != 0
    };
    if by_others(file.mode(), file.uid(), file.gid()) {
        return Some("others than you can write this file: run `chmod go-w` on it first".to_owned());
    }
    for folder in folders {
        let of_folder = folder.metadata().ok()?;
        let shown = folder.display();
        if stranger(of_folder.uid()) {
            return Some(format!("its folder {shown} belongs to {}", name_of(of_folder.uid())));
        }
        // In a sticky folder, such as /tmp, nobody can replace another's file.
        if of_folder.mode() & STICKY == 0 && by_others(of_folder.mode(), of_folder.uid(), of_folder.gid()) {
            return Some(format!(
                "others than you can write its folder {shown}: run `chmod go-w` on it first"
            ));
        }
    }
    None
}

/// Elsewhere the system's own rights are relied upon.
#[cfg(not(unix))]
pub(super) fn objection(_path: &Path, _trust: Trust) -> Option<String> {
    None
}

/// What the system calls the user with this number.
#[cfg(unix)]
fn name_of(uid: u32) -> String {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    name.map_or_else(
        || format!("the user {uid}"),
        |name| format!("the user {}", crate::wording::quoted(&name)),
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Trust, objection};
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_file_and_a_folder_that_others_can_write_are_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.toml");
        write(&path, "").unwrap();
        let mode =
            |path: &std::path::Path, mode| set_permissions(path, Permissions::from_mode(mode)).unwrap();
        mode(&path, 0o644);
        assert_eq!(objection(&path, Trust::Programs), None);
        mode(&path, 0o666);
        assert!(objection(&path, Trust::Campaign).unwrap().contains("others than you can write this file"));
        mode(&path, 0o664);
        assert!(objection(&path, Trust::Programs).is_some());
        mode(&path, 0o600);
        mode(folder.path(), 0o777);
        assert!(objection(&path, Trust::Campaign).unwrap().contains("its folder"));
        mode(folder.path(), 0o1777);
        assert_eq!(objection(&path, Trust::Programs), None);
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(objection(&link, Trust::Programs), None);
    }
}
