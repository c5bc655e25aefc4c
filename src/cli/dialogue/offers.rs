//! What can be done with a letter: only what its embassy allows.

use crate::embassy::Embassy;

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// A PDF to sign and post.
    Print,
    /// A draft in the mail program.
    Open,
    /// A text file.
    Save,
    /// By mail, from the signer's own account.
    Send,
    /// A copy to put into one's own words.
    OwnWords,
}

impl Offer {
    /// What this embassy allows: without an e-mail address nothing goes by mail.
    pub(super) fn for_embassy(embassy: &Embassy) -> Vec<Offer> {
        match embassy.email {
            Some(_) => vec![Offer::Print, Offer::Open, Offer::Save, Offer::Send, Offer::OwnWords],
            None => vec![Offer::Print, Offer::Save, Offer::OwnWords],
        }
    }

    /// The key of the sentence that offers it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Offer::Print => "dialogue_print",
            Offer::Open => "dialogue_open",
            Offer::Save => "dialogue_save",
            Offer::Send => "dialogue_send",
            Offer::OwnWords => "dialogue_own",
        }
    }
}
