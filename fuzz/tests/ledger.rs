//! A ledger whose files were harmed: no letter leaves again, not even once the ledger is mended.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use protest_letter::workbench::parsers::ledger::{self, LEFT, Letters, PENDING};
use protest_letter_fuzz::{harm, target};

target!(ledger, no_letter_leaves_again);

type Made = (Letters, Vec<(String, Vec<u8>)>);

/// A folder that is gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("protest-fuzz-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder is made");
        Folder(path.canonicalize().expect("it is there"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left lies in the system's temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Of a run that has ended, and of one that has not.
fn made(has_ended: bool) -> &'static Made {
    static MADE: [OnceLock<Made>; 2] = [OnceLock::new(), OnceLock::new()];
    MADE[usize::from(has_ended)]
        .get_or_init(|| ledger::make(&Folder::new().0, has_ended).expect("a ledger is made"))
}

fn no_letter_leaves_again(input: &[u8]) {
    let Some((first, harms)) = input.split_first() else { return };
    let (letters, files) = made(first % 2 == 0);
    let mut harmed = files.clone();
    // The ledger itself first: it is never missing.
    harmed.sort_by_key(|(name, _)| name.len());
    harm::harm(&mut harmed, harms);
    let folder = Folder::new();
    for (name, bytes) in &harmed {
        fs::write(folder.0.join(name), bytes).expect("a file is written");
    }
    let _ = ledger::status(&folder.0);
    let has_left = |sent: &Result<Vec<usize>, String>| {
        sent.iter().flatten().filter(|number| **number < LEFT).copied().collect::<Vec<_>>()
    };
    let mut sent = ledger::send(&folder.0, letters);
    assert_eq!(has_left(&sent), [0; 0], "{harms:?}");
    if input == [0] {
        let pending: Vec<usize> = (LEFT..LEFT + PENDING).collect();
        assert_eq!(sent.as_ref(), Ok(&pending), "a ledger that nobody harmed");
    }
    if sent.is_err() && ledger::mend(&folder.0).is_ok() {
        sent = ledger::send(&folder.0, letters);
        assert_eq!(has_left(&sent), [0; 0], "once it is mended: {harms:?}");
    }
}
