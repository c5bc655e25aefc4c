//! Letters on paper that lie in the post folder and are none of the list: their signers left it, or said no since.
//!
//! They are left where they are, for they may have been posted and the folder is the user's. But whoever puts letters into
//! envelopes has to know.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::ledger::Keys;

/// The letters in a folder that are not among `listed`, in the order of their names.
pub(super) fn not_listed(folder: &Path, listed: &HashSet<String>) -> Vec<PathBuf> {
    let names = folder
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let mut left: Vec<PathBuf> = names
        .filter(|name| is_a_letter(name) && !listed.contains(name))
        .map(|name| folder.join(name))
        .collect();
    left.sort();
    left
}

/// Whether this is the name of a letter that was written for the post, and of no other PDF.
fn is_a_letter(name: &str) -> bool {
    name.strip_suffix(".pdf").is_some_and(Keys::is_message_id_local_part)
}

#[cfg(test)]
mod tests {
    use super::not_listed;
    use std::collections::HashSet;

    #[test]
    fn only_letters_that_are_not_listed_are_left() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["a", "b"].map(|letter| format!("{}.pdf", letter.repeat(32)));
        for name in [one.as_str(), other.as_str(), "cover.txt", "all letters.pdf", "poster.pdf"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(not_listed(folder.path(), &HashSet::from([one])), [folder.path().join(other)]);
        assert!(not_listed(&folder.path().join("none"), &HashSet::new()).is_empty());
    }
}
