//! OpenSMTPD names a message by its own id alone, which its answer names too.
//!
//! `… smtpd[1]: 9518b868 smtp envelope evpid=c7852d8bc328cfe3 from=<…> to=<…>`: the first half of an envelope's id is the
//! message's, which the answer `250 2.0.0 c7852d8b Message accepted for delivery` named.

use super::Said;

/// Who wrote to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) from: String,
    pub(super) to: String,
}

/// Whether it is a line of OpenSMTPD's about a session.
pub(super) fn wrote(said: &Said<'_>) -> bool {
    said.program == "smtpd" && said.words.split(' ').nth(1) == Some("smtp")
}

/// The envelope that a line names, and the message's id.
pub(super) fn envelope(said: &Said<'_>) -> Option<(String, Envelope)> {
    let (session, rest) = said.words.split_once(" smtp envelope evpid=")?;
    let (id, rest) = rest.split_at_checked(8)?;
    if ![session, id].iter().all(|id| id.bytes().all(|b| b.is_ascii_hexdigit())) {
        return None;
    }
    let (_, rest) = rest.split_once(" from=<")?;
    let (from, rest) = rest.split_once("> to=<")?;
    let (to, _) = rest.split_once('>')?;
    Some((id.to_owned(), Envelope { from: from.to_owned(), to: to.to_owned() }))
}
