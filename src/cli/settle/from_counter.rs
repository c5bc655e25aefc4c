//! `settle --from-counter`: a shared ledger's database has forgotten commits, and its letters without an outcome are put in doubt,
//! after a question.

use crate::cli::failure::{Failure, Outcome};
use crate::cli::session::Session;
use crate::exit::Exit;
use crate::ledger::{Ledger, Location};
use crate::wording::{count, is_or_are};

pub(super) fn run(location: &Location, is_agreed: bool, session: &Session) -> Outcome {
    if location.shared().is_none() {
        return Err(Failure::usage(format!("{location}: --from-counter is for a ledger in a database")));
    }
    let ledger = Ledger::open_behind_counter(location, None)?;
    let Some(letters) = ledger.letters_behind_counter()? else {
        session.terminal.notice_line(&format!(
            "{location}: the database knows all that was sent from here; nothing was changed."
        ));
        return Ok(Exit::Done);
    };
    session.terminal.say(&format!("{location}: the database has forgotten what was sent from here last."));
    if !is_agreed {
        let question = format!(
            "Go on with it? {} of this list without an outcome {} in doubt afterwards, since nobody knows whether they left.",
            count(letters, "letter"),
            is_or_are(letters)
        );
        if !session.terminal.can_ask() {
            return Err(Failure::usage("nobody is there to answer \"Go on with it?\": add --yes"));
        }
        if !session.terminal.agrees(&question) {
            return Err(Failure::new(Exit::Interrupted, "nothing was changed"));
        }
    }
    let letters = ledger.doubt_by_counter(session.now)?;
    session.terminal.say(&format!("{} {} in doubt now.", count(letters, "letter"), is_or_are(letters)));
    Ok(if letters == 0 { Exit::Done } else { Exit::SomeLettersFailed })
}
