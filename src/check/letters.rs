//! Whether each letter that somebody wants can be written, in each language in which it is wanted.

use std::collections::BTreeSet;

use super::{Finding, Verdict};
use crate::exit::ExitCode as _;
use crate::letter::desk::Desk;
use crate::letter::template::Translation;
use crate::signer::Wishes;
use crate::signer::consent::Consent;

/// A letter and a language, as a row asks for them; nothing is the campaign's own choice.
pub type Wanted = (Option<String>, Option<String>);

const CHECK: &str = "letter";

/// One finding for each letter; of the campaign's own choice where nobody has chosen yet.
pub fn judge(desk: &Desk, wanted: &BTreeSet<Wanted>) -> Vec<Finding> {
    if wanted.is_empty() {
        return vec![one(desk, &(None, None))];
    }
    wanted.iter().map(|wanted| one(desk, wanted)).collect()
}

fn one(desk: &Desk, (letter, lang): &Wanted) -> Finding {
    let wishes = Wishes {
        letter: letter.clone(),
        lang: lang.clone(),
        addressee: None,
        mission: None,
        reply_to: false,
        consent: Consent::NotStated,
    };
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
        Translation::Unreviewed => Finding::note(
            CHECK,
            format!("{named} can be written, and no native speaker has reviewed the translation yet"),
            "let somebody who speaks the language read it",
        ),
        Translation::Original | Translation::Reviewed => {
            Finding::good(CHECK, format!("{named} can be written"))
        }
    }
}
