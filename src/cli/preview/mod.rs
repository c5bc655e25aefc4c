//! `protest preview`: the letter on stdout, before anything leaves this machine.

mod list;
pub(super) mod options;

use self::options::Preview;
use super::failure::{Failure, Outcome};
use super::notices::Way;
use super::session::Session;
use super::shown::shown;
use super::{correspondent, language, notices, one_signer, terminal, to_copy};
use crate::campaign::settings::Given;
use crate::exit::Exit;

pub(super) fn run(options: &Preview, session: &Session) -> Outcome {
    let (signer, sender) = (options.signer.clone(), options.sender.clone());
    let settings = session.settings(&Given { signer, sender, ..session.given() })?;
    if let Some(path) = settings.who.list() {
        return list::run(options, path, &settings, session);
    }
    if options.rows().is_some() || options.channel.is_given() {
        return Err(Failure::no_list("--row, --all and --channel"));
    }
    let desk = settings.desk()?;
    let signer = one_signer::one_signer(&options.signer, session.terminal)?;
    let (signer, from) = correspondent::with_account(signer, &desk, &settings)?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    if options.look.headers {
        let correspondent = correspondent::in_person(&letter, from, &settings, session.terminal)?;
        let message = correspondent.message(&letter);
        let message = message.ok_or_else(|| to_copy::no_mail_address(&letter, &options.signer, session))?;
        terminal::print(&message)?;
    } else {
        terminal::print_text(&shown(&letter, from.as_ref(), options.look.width())?)?;
    }
    notices::of_letter(&letter, Way::Either(settings.relay.as_ref()), session.today(), session.terminal);
    Ok(Exit::Done)
}
