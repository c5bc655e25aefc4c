//! In which language one signer's letter is written where none was named: in English, unless the signer, asked on the
//! terminal, wants the one that the computer speaks. Nobody is asked for a list.

use super::terminal::Terminal;
use crate::language;
use crate::letter::desk::Desk;
use crate::letter::languages;
use crate::letter::template::Translation;
use crate::signer::Wishes;

/// What one signer wishes: the options have said the rest to the desk.
pub(super) fn wishes(desk: &Desk, terminal: Terminal) -> Wishes {
    let mut wishes = Wishes::default();
    if terminal.can_ask()
        && let Some(locale) = locale()
        && let Some(tag) = language::of_locale(&locale)
        && let Some(template) = desk.in_own_language(tag)
    {
        let front_matter = &template.front_matter;
        let name = languages::name(&front_matter.language);
        let standing = match front_matter.translation {
            Translation::Unreviewed => ", in a translation that no native speaker has reviewed yet",
            Translation::Original | Translation::Reviewed => "",
        };
        if terminal.agrees(&format!("This letter is there in {name} too{standing}. Write it in {name}?")) {
            wishes.lang = Some(front_matter.language.clone());
        }
    }
    wishes
}

/// The locale of messages, as POSIX ranks the variables; an empty one counts as not set.
pub(super) fn locale() -> Option<String> {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
    variables.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}
