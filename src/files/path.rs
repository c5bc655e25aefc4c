//! Where a path leads.

use std::path::{Component, Path, PathBuf};

/// The folder in which `path` lies.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The one path of a file or folder, whichever led to it, whether it is there yet or not: what lies behind a folder that is
/// gone later, as `x` in `gone/../x`, would not be found.
pub(crate) fn one_path(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = whole.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let Some((folder, mut found)) = there else { return whole };
    for part in whole.strip_prefix(folder).into_iter().flat_map(Path::components) {
        // No link is among what is not there.
        if part == Component::ParentDir {
            found.pop();
        } else {
            found.push(part);
        }
    }
    found
}

/// Whether two paths lead to one file, through links too.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    let same_path =
        matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other);
    same_path || has_same_number(one, other)
}

#[cfg(unix)]
fn has_same_number(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |path: &Path| path.metadata().map(|metadata| (metadata.dev(), metadata.ino()));
    matches!((number(one), number(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
fn has_same_number(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::one_path;

    #[test]
    fn whatever_led_to_a_file_it_has_one_path_before_it_is_there_too() {
        let place = tempfile::tempdir().unwrap();
        let here = place.path().canonicalize().unwrap();
        std::fs::create_dir(here.join("a")).unwrap();
        std::fs::write(here.join("x"), "").unwrap();
        for path in ["x", "./x", "a/../x", "a/.././a/../x", "absent/../x", "x/../x", "a/absent/../../x"] {
            assert_eq!(one_path(&here.join(path)), here.join("x"), "{path}");
        }
        assert_eq!(one_path(&here.join("a/../y/./z")), here.join("y/z"));
        assert!(one_path("y".as_ref()).is_absolute());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_what_it_points_at() {
        let place = tempfile::tempdir().unwrap();
        let here = place.path().canonicalize().unwrap();
        std::fs::create_dir_all(here.join("a/b")).unwrap();
        std::os::unix::fs::symlink(here.join("a/b"), here.join("link")).unwrap();
        assert_eq!(one_path(&here.join("link/../x")), here.join("a/x"));
        assert_eq!(one_path(&here.join("link/x")), here.join("a/b/x"));
    }
}
