//! Remembering where letters were written, so that `protest forget` can name them.
//!
//! Nothing fails for it: a letter that was written is written.

use std::path::Path;

use crate::campaign::known::Known;
use crate::campaign::settings::Settings;
use crate::ledger::{Ledger, Trace};

/// A list's letters: known in the user's own folder, whether the campaign has a ledger yet or not.
pub(super) fn of_list(settings: &Settings, path: &Path) {
    if let Some(known) = Known::here() {
        known.keep_letters(&settings.ledger.of_campaign(), path);
    }
}

/// One signer's letter: known only where a ledger of single letters is, since who writes one and sends none leaves no
/// trace.
pub(super) fn of_one(settings: &Settings, path: &Path) {
    let Ok(ledger) = settings.ledger.of_one() else { return };
    let is_up_to_date =
        ledger.is_file() && Ledger::open_read_only(&ledger, None).is_ok_and(|it| !it.is_older());
    if is_up_to_date {
        let _ = Ledger::open(&ledger, None).and_then(|ledger| ledger.remember(path, Trace::Letters));
    }
}
