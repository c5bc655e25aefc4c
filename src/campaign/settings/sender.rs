//! From whom: what campaign.toml says of the addresses that letters come from.

use crate::keyed_toml::{KeyedToml, Set};
use crate::mailbox::Mailbox;
use crate::plain_text;

/// What campaign.toml says of the sender.
#[derive(Clone, Debug, Default)]
pub(crate) struct SenderKeys {
    /// `name`: what the campaign is called.
    pub name: Option<String>,
    /// `from`
    pub from: Option<Set<Mailbox>>,
    /// `bounce`: where failures go.
    pub bounce: Option<Set<Mailbox>>,
    /// `reply_to`: where answers go.
    pub reply_to: Option<Set<Mailbox>>,
}

impl SenderKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>) -> SenderKeys {
        SenderKeys {
            name: toml.text("name", plain_text::line).map(|name| name.value),
            from: toml.text("from", Mailbox::parse),
            bounce: toml.text("bounce", Mailbox::parse),
            reply_to: toml.text("reply_to", Mailbox::parse),
        }
    }
}
