//! Whether each letter that somebody wants can be written, in each language in which it is wanted.

use std::collections::BTreeSet;

use super::{Finding, Verdict};
use crate::campaign::settings::letter::Unreviewed;
use crate::exit::{Exit, ExitCode as _};
use crate::letter::desk::Desk;
use crate::letter::template::Translation;
use crate::signer::Wishes;

/// A letter and a language, as a row asks for them; nothing is the campaign's own choice.
pub(crate) type Wanted = (Option<String>, Option<String>);

const CHECK: &str = "letter";

/// One finding for each letter; of the campaign's own choice where nobody has chosen yet.
///
/// `unreviewed`: whether a translation that nobody has reviewed may stand under the signers' names.
pub(crate) fn judge(desk: &Desk, wanted: &BTreeSet<Wanted>, unreviewed: Unreviewed) -> Vec<Finding> {
    if wanted.is_empty() {
        return vec![one(desk, &(None, None), unreviewed)];
    }
    wanted.iter().map(|wanted| one(desk, wanted, unreviewed)).collect()
}

fn one(desk: &Desk, (letter, lang): &Wanted, unreviewed: Unreviewed) -> Finding {
    let wishes = Wishes { letter: letter.clone(), lang: lang.clone(), ..Wishes::default() };
    let template = match desk.template(&wishes) {
        Ok(template) => template,
        Err(error) => {
            return Finding {
                check: CHECK,
                verdict: Verdict::Bad(error.exit()),
                message: error.to_string(),
                what_to_do: Some("mend the letter, or choose another".to_owned()),
            };
        }
    };
    let named = format!("{} ({})", template.file(), template.front_matter.language);
    match template.front_matter.translation {
        Translation::Unreviewed => {
            let message = format!("{named}: no native speaker has reviewed this translation yet");
            if unreviewed == Unreviewed::Taken {
                Finding::note(CHECK, message, "let somebody who speaks the language read it")
            } else {
                Finding::bad(
                    CHECK,
                    Exit::Usage,
                    message,
                    "let somebody who speaks the language read it, then add --unreviewed (unreviewed = true)",
                )
            }
        }
        Translation::Original | Translation::Reviewed => {
            Finding::good(CHECK, format!("{named} can be written"))
        }
    }
}
