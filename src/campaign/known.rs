//! What this user's own folder knows of campaigns: with which ledger a list was sent, and where letters were written.
//!
//! The same command from another folder makes another ledger, and would send every letter again: so the hash of a list
//! points to its ledger. A list's letters on paper hold names, and `protest forget` names where they are. No name of a signer
//! stands here, and nothing depends on it: what cannot be read or written is passed over.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::settings::ledger::{Whereabouts, state_folder};
use crate::files::{self, Old};
use crate::ledger::{Counts, Ledger, LedgerError, Location};

/// The user's own folder.
pub(crate) struct Known {
    folder: PathBuf,
}

/// How many lines are kept of lists and their ledgers.
const MOST_LINES: usize = 2_000;

/// The ledger that the list was sent with, where nothing has left with `ledger` yet: with it every letter would leave again.
pub(crate) fn sent_with_another(
    ledger: &Ledger,
    list: Option<&Path>,
) -> Result<Option<PathBuf>, LedgerError> {
    let (Some(list), Some(file)) = (list, ledger.location().file()) else { return Ok(None) };
    if has_sent(&ledger.tally()?.all) {
        return Ok(None);
    }
    Ok(Known::here().and_then(|known| known.other_ledger_of(ledger.campaign_id(), list, file)))
}

/// Whether letters left with the ledger at `path`; one that cannot be read may be the one.
fn something_left_with(path: &Path) -> bool {
    Ledger::open_read_only(path, None)
        .and_then(|ledger| ledger.tally())
        .map_or(true, |tally| has_sent(&tally.all))
}

fn has_sent(counts: &Counts) -> bool {
    counts.total() > counts.pending + counts.deferred
}

/// What is hashed, and so cannot be told by its hash from anywhere else.
type Salt = [u8; 16];

impl Known {
    /// Where the system keeps it; nothing where the system names no folder.
    pub(crate) fn here() -> Option<Known> {
        state_folder().map(|folder| Known { folder })
    }

    /// Remembers that `list` was sent with `ledger`, by where it lies and by what is in it.
    pub(crate) fn keep_list(&self, campaign: &str, list: &Path, ledger: &Path) {
        let mut book = Book::read(&self.lists()).unwrap_or_else(Book::empty);
        let ledger = files::one_path(ledger);
        for hash in book.hashes(campaign, list) {
            // Another ledger stays known: it may be the one that the letters left with.
            book.lines.retain(|(known, at)| *known != hash || *at != ledger);
            book.lines.push((hash, ledger.clone()));
        }
        let surplus = book.lines.len().saturating_sub(MOST_LINES);
        book.lines.drain(..surplus);
        self.write(&self.lists(), &book.text());
    }

    /// The ledger that letters of this list left with, if that is another one than `ledger` and is there still; of several the
    /// last one used.
    pub(crate) fn other_ledger_of(&self, campaign: &str, list: &Path, ledger: &Path) -> Option<PathBuf> {
        let book = Book::read(&self.lists())?;
        let hashes = book.hashes(campaign, list);
        let here = files::one_path(ledger);
        let known =
            book.lines.iter().rev().filter(|(hash, _)| hashes.contains(hash)).map(|(_, ledger)| ledger);
        known
            .filter(|known| **known != here && known.is_file())
            .find(|known| something_left_with(known))
            .cloned()
    }

    /// Remembers that letters of the list that `ledger` is for were written to `path`.
    pub(crate) fn keep_letters(&self, ledger: &Whereabouts, path: &Path) {
        let letters = self.letters_of(ledger.file(), &ledger.to_string());
        let mut known = there(&letters);
        let path = files::one_path(path);
        if !known.contains(&path) {
            known.push(path);
            let lines: Vec<String> = known.iter().map(|path| path.display().to_string()).collect();
            self.write(&letters, &(lines.join("\n") + "\n"));
        }
    }

    /// Where letters of that list were written, and are still.
    pub(crate) fn letters(&self, ledger: &Location) -> Vec<PathBuf> {
        there(&self.letters_of(ledger.file(), &ledger.to_string()))
    }

    /// Forgets what it knows of the campaign with this ledger.
    pub(crate) fn forget(&self, ledger: &Location) {
        let _ = std::fs::remove_file(self.letters_of(ledger.file(), &ledger.to_string()));
        if let (Some(mut book), Some(ledger)) = (Book::read(&self.lists()), ledger.file()) {
            let ledger = files::one_path(ledger);
            book.lines.retain(|(_, known)| *known != ledger);
            self.write(&self.lists(), &book.text());
        }
    }

    fn lists(&self) -> PathBuf {
        self.folder.join("lists")
    }

    /// Of a ledger in a file, or of one that is shared, by how it is shown.
    fn letters_of(&self, file: Option<&Path>, shown: &str) -> PathBuf {
        let place = file.map_or_else(|| shown.into(), files::one_path);
        let hash = blake3::hash(place.as_os_str().as_encoded_bytes()).to_hex();
        self.folder.join(format!("letters-{}", &hash[..16]))
    }

    fn write(&self, path: &Path, text: &str) {
        let _ = files::make_folder(&self.folder)
            .and_then(|()| files::write(path, text.as_bytes(), Old::IsReplaced));
    }
}

/// The paths that this file names, and that are still there.
fn there(file: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(PathBuf::from).filter(|path| path.exists()).collect()
}

/// The hashes of lists, and the ledgers that they were sent with: the file's first line is what they are salted with.
struct Book {
    salt: Salt,
    lines: Vec<(String, PathBuf)>,
}

impl Book {
    fn empty() -> Book {
        let mut salt = Salt::default();
        // Without random bytes the hashes are as those of anybody else's folder: they name nobody either way.
        let _ = getrandom::fill(&mut salt);
        Book { salt, lines: Vec::new() }
    }

    fn read(path: &Path) -> Option<Book> {
        let text = std::fs::read_to_string(path).ok()?;
        let mut lines = text.lines();
        let salt = u128::from_str_radix(lines.next()?, 16).ok()?.to_be_bytes();
        let lines = lines.filter_map(|line| {
            let (hash, ledger) = line.split_once('\t')?;
            Some((hash.to_owned(), PathBuf::from(ledger)))
        });
        Some(Book { salt, lines: lines.collect() })
    }

    fn text(&self) -> String {
        let mut text = format!("{:032x}\n", u128::from_be_bytes(self.salt));
        for (hash, ledger) in &self.lines {
            let _ = writeln!(text, "{hash}\t{}", ledger.display());
        }
        text
    }

    /// Of the list's place and of its bytes, each with the campaign's id.
    fn hashes(&self, campaign: &str, list: &Path) -> Vec<String> {
        let begin = |what: &str| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&self.salt);
            hasher.update(format!("{campaign}\n{what}\n").as_bytes());
            hasher
        };
        let mut place = begin("place");
        place.update(files::one_path(list).as_os_str().as_encoded_bytes());
        let mut bytes = begin("bytes");
        let read = std::fs::File::open(list).and_then(|file| bytes.update_reader(file).map(drop));
        let mut hashes = vec![place.finalize().to_hex().to_string()];
        hashes.extend(read.is_ok().then(|| bytes.finalize().to_hex().to_string()));
        hashes
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, Location, Whereabouts};

    #[test]
    fn a_list_is_known_by_its_place_and_by_its_bytes_and_no_name_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let known = Known { folder: path("state") };
        let (list, moved, other) = (path("signers.csv"), path("moved.csv"), path("other.csv"));
        std::fs::write(&list, "name\nAiko Tanaka\n").unwrap();
        std::fs::write(&moved, "name\nAiko Tanaka\n").unwrap();
        std::fs::write(&other, "name\nKen Mori\n").unwrap();
        let (first, second) = (path("a.ledger"), path("b.ledger"));
        std::fs::write(&first, "").unwrap();
        assert_eq!(known.other_ledger_of("dec2-2026", &list, &second), None);
        known.keep_list("dec2-2026", &list, &first);
        for list in [&list, &moved] {
            let found = known.other_ledger_of("dec2-2026", list, &second).unwrap();
            assert_eq!(found, first.canonicalize().unwrap());
        }
        assert_eq!(known.other_ledger_of("dec2-2026", &other, &second), None);
        assert_eq!(known.other_ledger_of("dec2-2027", &list, &second), None);
        assert_eq!(known.other_ledger_of("dec2-2026", &list, &first), None);
        let kept = std::fs::read_to_string(path("state/lists")).unwrap();
        assert!(!kept.contains("Aiko") && !kept.contains("signers.csv"), "{kept}");
        std::fs::remove_file(&first).unwrap();
        assert_eq!(known.other_ledger_of("dec2-2026", &list, &second), None, "it is gone");
    }

    #[test]
    fn where_letters_were_written_is_known_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().canonicalize().unwrap().join(name);
        let known = Known { folder: path("state") };
        let ledger = |name: &str| Location::File(path(name));
        let named = |name: &str| Whereabouts::File(path(name));
        std::fs::create_dir(path("letters")).unwrap();
        known.keep_letters(&named("a.ledger"), &path("letters"));
        known.keep_letters(&named("a.ledger"), &path("letters"));
        known.keep_letters(&named("a.ledger"), &path("gone.pdf"));
        assert_eq!(known.letters(&ledger("a.ledger")), [path("letters")]);
        assert!(known.letters(&ledger("b.ledger")).is_empty());
        known.forget(&ledger("a.ledger"));
        assert!(known.letters(&ledger("a.ledger")).is_empty());
    }
}
