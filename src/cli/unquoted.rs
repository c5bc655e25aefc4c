//! `--country South Korea`: the shell hands over two words, and the parser knows nothing of the second. What was meant
//! is told beside its error.

use std::ffi::OsString;

use super::to_copy::shell_quoted;

/// The options whose values are often more than one word.
const OPTIONS: [&str; 6] = ["--name", "--country", "--city", "--note", "--addressee", "--mission"];

/// How the option would be typed whose value ends where `stranger`, the word that the parser does not know, begins.
pub(super) fn hint(arguments: &[OsString], stranger: &str) -> Option<String> {
    let words: Vec<&str> = arguments.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let begins_with_a_dash =
        |pair: &&[&str]| OPTIONS.contains(&pair[0]) && pair[1].starts_with('-') && pair[1].contains(' ');
    if let Some(pair) = words.windows(2).find(begins_with_a_dash) {
        return Some(format!(
            "  tip: a text that begins with a dash is written so: {}={}",
            pair[0],
            shell_quoted(pair[1])
        ));
    }
    let place = words.iter().position(|word| *word == stranger && !word.starts_with('-'))?;
    let option = words[..place].iter().rposition(|word| word.starts_with('-'))?;
    if !OPTIONS.contains(&words[option]) || option + 1 == place {
        return None;
    }
    let end =
        words[place..].iter().position(|word| word.starts_with('-')).map_or(words.len(), |at| place + at);
    let value = words[option + 1..end].join(" ");
    Some(format!(
        "  tip: several words stand between quotation marks: {} {}",
        words[option],
        shell_quoted(&value)
    ))
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn words_that_belong_together_are_told_together() {
        let hint =
            |line: &str, stranger: &str| hint(&line.split(' ').map(Into::into).collect::<Vec<_>>(), stranger);
        assert_eq!(
            hint("protest preview --name A --country South Korea --city Seoul", "Korea").as_deref(),
            Some("  tip: several words stand between quotation marks: --country \"South Korea\"")
        );
        assert!(hint("protest preview --name Aiko Tanaka", "Tanaka").unwrap().ends_with("\"Aiko Tanaka\""));
        assert_eq!(hint("protest preview Korea --country Japan", "Korea"), None);
        assert_eq!(hint("protest embassies south korea", "korea"), None);
        let words = ["protest", "preview", "--note", "- My words", "--name", "A"].map(Into::into);
        assert_eq!(
            super::hint(&words, "- ").as_deref(),
            Some("  tip: a text that begins with a dash is written so: --note=\"- My words\"")
        );
    }
}
