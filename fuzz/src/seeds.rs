//! What a target begins with: small inputs, and words that such inputs are made of (`seeds/NAME/`, `seeds/NAME.dict`).

use std::fs;
use std::path::Path;

/// The seeds of a target.
pub struct Seeds {
    inputs: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
}

impl Seeds {
    /// Those of the target `name`, and the files in `folders`, counted from this crate.
    pub fn of(name: &str, folders: &[&str]) -> Seeds {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut inputs = Vec::new();
        for folder in
            std::iter::once(home.join("seeds").join(name)).chain(folders.iter().map(|f| home.join(f)))
        {
            let mut files: Vec<_> =
                fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
            files.sort();
            inputs.extend(files.iter().filter_map(|file| fs::read(file).ok()));
        }
        assert!(!inputs.is_empty(), "{name} has no seeds");
        let dictionary = fs::read_to_string(home.join(format!("seeds/{name}.dict"))).unwrap_or_default();
        Seeds { inputs, words: dictionary.lines().filter_map(word).collect() }
    }

    /// The seeds as they are.
    pub fn inputs(&self) -> impl Iterator<Item = &[u8]> {
        self.inputs.iter().map(Vec::as_slice)
    }

    pub(crate) fn input(&self, index: u8) -> &[u8] {
        &self.inputs[usize::from(index) % self.inputs.len()]
    }

    pub(crate) fn word(&self, index: u8) -> &[u8] {
        if self.words.is_empty() { b"" } else { &self.words[usize::from(index) % self.words.len()] }
    }
}

/// A line of a dictionary as libFuzzer reads it: a word between quotation marks, with `\"`, `\\` and `\xHH` in it.
fn word(line: &str) -> Option<Vec<u8>> {
    let mut rest = line.trim().strip_prefix('"')?.strip_suffix('"')?.bytes();
    let mut word = Vec::new();
    while let Some(byte) = rest.next() {
        word.push(match byte {
            b'\\' => match rest.next()? {
                b'x' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                other => other,
            },
            other => other,
        });
    }
    Some(word)
}
