//! An input that is kept where it makes a target fail: target/fuzz/faults/NAME/short-run.

use std::fs;
use std::path::Path;

/// An input that is being tried.
pub struct Kept<'i> {
    name: &'static str,
    input: &'i [u8],
}

impl<'i> Kept<'i> {
    /// It is written to a file if it is dropped by a panic.
    pub fn until_it_is_tried(name: &'static str, input: &'i [u8]) -> Kept<'i> {
        Kept { name, input }
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz/faults").join(self.name);
            // The test fails anyway, and says so.
            let _ =
                fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("short-run"), self.input));
        }
    }
}
