//! The Content-Security-Policy of the pages that we make: they may run the script and have the look that they were made with,
//! and nothing else; no request, no form, no other base.
//!
//! A hash names each script and style by its bytes (CSP 3 §2.3.1), so that nothing that gets into a page otherwise can run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::hexadecimal;

/// The policy of a page with these scripts and styles, as its `<meta>` element has it.
pub(crate) fn policy(scripts: &[&str], styles: &[&str]) -> String {
    format!(
        "default-src 'none'; {}; {}; img-src data:; base-uri 'none'; form-action 'none'",
        source("script-src", scripts),
        source("style-src", styles)
    )
}

/// The SHA-256 of a file in hexadecimal digits, as `sha256sum` prints it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal::digits(&Sha256::digest(bytes))
}

/// JSON in which no `<` can end the element that holds it, and no line separator the string.
pub(crate) fn for_a_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn source(directive: &str, texts: &[&str]) -> String {
    if texts.is_empty() {
        return format!("{directive} 'none'");
    }
    let hashes = texts.iter().map(|text| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text))));
    format!("{directive}{}", hashes.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{for_a_script, policy, sha256};

    #[test]
    fn a_script_is_named_by_its_hash_and_none_is_said() {
        let policy = policy(&[], &["alert('Hello, world.');"]);
        // The hash is the example of CSP 3 (§2.3.1, 'alert('Hello, world.');').
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'none'; style-src \
             'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; img-src data:; base-uri 'none'; form-action 'none'"
        );
    }

    #[test]
    fn no_text_can_end_the_element_that_holds_the_data() {
        let json = for_a_script("[\"</script><!--\u{2028}\u{2029}\"]");
        assert!(!json.contains(['<', '\u{2028}', '\u{2029}']));
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), ["</script><!--\u{2028}\u{2029}"]);
    }

    #[test]
    fn the_hash_of_a_file_is_what_sha256sum_prints() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
