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
use super::sources;

pub(super) fn run(options: &Send, session: &Session) -> Outcome {
    carry_out::interruption()?;
    let config = sources::config(&session.globals)?;
    if let Some(list) = sources::signers_list(&options.signer, config.as_ref()) {
        return many::run(options, &list, config.as_ref(), session);
    }
    for (given, option) in [(options.plan.post.is_some(), "--post"), (options.report.is_some(), "--report")] {
        if given {
            return Err(Failure::usage(format!("{option} goes with --signers")));
        }
    }
    one::run(options, config.as_ref(), session)
}
