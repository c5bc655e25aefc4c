//! `protest send`: shows the plan, asks, sends; for one signer and for a list.

mod carry_out;
mod confirm;
mod ends;
mod ledger_in_words;
mod many;
mod one;
pub(super) mod options;
mod plan_in_words;
mod progress;
mod rehearsal;

use self::options::Send;
use super::failure::{Failure, Outcome};
use super::session::Session;

pub(super) fn run(options: &Send, session: &Session) -> Outcome {
    carry_out::interruption()?;
    let settings = session.settings(&options.given(session))?;
    if let Some(list) = settings.who.list() {
        return many::run(options, list, &settings, session);
    }
    let of_lists = [(options.plan.post.post.is_some(), "--post"), (options.report.is_some(), "--report")];
    if let Some((_, option)) = of_lists.iter().find(|(is_given, _)| *is_given) {
        return Err(Failure::usage(format!("{option} goes with --signers")));
    }
    one::run(options, &settings, session)
}
