//! `settle --damaged`: mends a damaged ledger, after a question.

use crate::cli::failure::{Failure, Outcome};
use crate::cli::session::Session;
use crate::exit::Exit;
use crate::ledger::{Ledger, Location};
use crate::wording::{count, is_or_are};

pub(super) fn run(location: &Location, is_agreed: bool, session: &Session) -> Outcome {
    let Some(path) = location.file() else {
        return Err(Failure::usage(format!(
            "{location}: --damaged mends a ledger in a file. A database is mended by those who run it"
        )));
    };
    let Some(letters) = Ledger::letters_to_mend(path)? else {
        session
            .terminal
            .notice_line(&format!("{}: the ledger is whole; nothing was changed.", path.display()));
        return Ok(Exit::Done);
    };
    let question = match letters {
        0 => "Mend it? The indexes are made anew; no letter is touched.".to_owned(),
        letters => format!(
            "Mend it? {} {} in doubt afterwards, since nobody knows whether they left.",
            count(letters, "letter"),
            is_or_are(letters)
        ),
    };
    session.terminal.say(&format!("{}: the ledger is damaged.", path.display()));
    if !is_agreed {
        if !session.terminal.can_ask() {
            return Err(Failure::usage("nobody is there to answer \"Mend it?\": add --yes"));
        }
        if !session.terminal.agrees(&question) {
            return Err(Failure::new(Exit::Interrupted, "nothing was changed"));
        }
    }
    let mended = Ledger::mend(path, session.now)?;
    session.terminal.say(&format!(
        "Mended: {} {} in doubt now. The ledger as it was is kept as {}.",
        count(mended.letters, "letter"),
        is_or_are(mended.letters),
        mended.kept.display()
    ));
    Ok(if mended.letters == 0 { Exit::Done } else { Exit::SomeLettersFailed })
}
