//! `protest preview`: the letter on stdout, before anything leaves this machine.

mod list;
pub(super) mod options;

use self::options::Preview;
use super::failure::Outcome;
use super::session::Session;
use super::shown::shown;
use super::{correspondent, language, notices, one_signer, sources, terminal, to_copy};
use crate::exit::Exit;

pub(super) fn run(options: &Preview, session: &Session) -> Outcome {
    let config = sources::config(&session.globals)?;
    if let Some(path) = sources::signers_list(&options.signer, config.as_ref()) {
        return list::run(options, &path, config.as_ref(), session);
    }
    if options.rows().is_some() {
        return Err(sources::no_list("--row and --all"));
    }
    let relay = correspondent::relay(&options.sender, config.as_ref())?;
    let desk = sources::desk(&session.globals, &options.signer.letter, config.as_ref(), session.now)?;
    let signer = one_signer::one_signer(&options.signer, session.terminal)?;
    let (signer, from) = correspondent::with_account(signer, &desk, &options.sender, config.as_ref())?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    if options.look.headers {
        let correspondent = correspondent::in_person(&letter, from, &options.sender, session)?;
        let message = correspondent.message(&letter);
        let message = message.ok_or_else(|| to_copy::no_mail_address(&letter, &options.signer, session))?;
        terminal::print(&message)?;
    } else {
        terminal::print(shown(&letter, from.as_ref(), options.look.width())?.as_bytes())?;
    }
    notices::of_letter(&letter, session.today(), session.terminal);
    notices::of_mail(&letter, relay.as_ref(), session.terminal);
    Ok(Exit::Done)
}
