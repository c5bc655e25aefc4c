//! What a letter's file is called in a folder of many: `0001-JP-aiko-tanaka.txt`.

/// The longest name, in bytes: it fits every file system in use, with room for a folder's name.
const LIMIT: usize = 80;

/// Row, country and name: letters and digits of any script, in lower case, the rest a hyphen.
pub(crate) fn file_name(row: u64, country_code: &str, name: &str, ending: &str) -> String {
    let mut stem = format!("{row:04}-{country_code}");
    let room = LIMIT - ending.len() - 1;
    let mut pending_hyphen = true;
    for c in name.chars().flat_map(char::to_lowercase) {
        if !is_word(c) {
            pending_hyphen = true;
            continue;
        }
        let hyphen = usize::from(pending_hyphen);
        if stem.len() + hyphen + c.len_utf8() > room {
            break;
        }
        if pending_hyphen {
            stem.push('-');
            pending_hyphen = false;
        }
        stem.push(c);
    }
    format!("{stem}.{ending}")
}

/// A letter or digit, or a mark that belongs to one (a Thai or Devanagari vowel sign, a combining accent).
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_of_any_script_stays_readable() {
        assert_eq!(file_name(1, "JP", "Aiko Tanaka", "txt"), "0001-JP-aiko-tanaka.txt");
        assert_eq!(file_name(20_000, "KR", "김 하나", "pdf"), "20000-KR-김-하나.pdf");
        assert_eq!(file_name(2, "TH", "สมชาย ใจดี", "txt"), "0002-TH-สมชาย-ใจดี.txt");
        assert_eq!(file_name(7, "FR", " ../../l'Éa ", "md"), "0007-FR-l-éa.md");
        assert_eq!(file_name(7, "FR", "!!", "md"), "0007-FR.md");
    }

    #[test]
    fn it_has_at_most_80_bytes_and_no_half_character() {
        let name = file_name(1, "JP", &"漢".repeat(200), "html");
        assert!(name.len() <= 80 && name.ends_with("漢.html"), "{name}");
    }
}
