//! From whom letters come: the options, the keys, and what follows from them.

use std::path::PathBuf;

use clap::Args;

use super::error::SettingsError;
use crate::exit::Exit;
use crate::keyed_toml::KeyedToml;
use crate::mailbox::Mailbox;
use crate::message::sender::CampaignSender;
use crate::plain_text;
use crate::relay::Relay;
use crate::signer::Signer;

/// From which address, through which relay, with which ledger.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct SenderOptions {
    /// The address that the letter comes from [default: --email, else the user in --smtp]
    #[arg(long, value_name = "ADDRESS", help_heading = "Sending")]
    pub from: Option<String>,
    // Given as `help`, since a comment would want angle brackets around a URL.
    #[arg(
        long,
        value_name = "URL",
        help = "The mail server: smtps://USER@HOST, smtp+starttls://USER@HOST, sendmail: or file:DIR",
        help_heading = "Sending"
    )]
    pub smtp: Option<String>,
    /// The ledger, in which is kept what became of each letter
    #[arg(long, value_name = "FILE", help_heading = "Sending")]
    pub ledger: Option<PathBuf>,
}

/// The addresses that letters come from.
#[derive(Clone, Debug, Default)]
pub(crate) struct SenderSettings {
    /// What `--from` says: it outweighs all else.
    given: Option<Mailbox>,
    /// From where a signer writes who gives no address.
    account: Option<Mailbox>,
    keys: SenderKeys,
}

impl SenderSettings {
    /// `relay` is the one that the options or campaign.toml name.
    pub(super) fn judge(
        options: &SenderOptions,
        keys: &SenderKeys,
        relay: Option<&Relay>,
        errors: &mut Vec<SettingsError>,
    ) -> SenderSettings {
        let given = options.from.as_deref().and_then(|text| {
            let told = |error| SettingsError::new("from", Exit::Data, format!("--from: {error}"));
            Mailbox::parse(text).map_err(|error| errors.push(told(error))).ok()
        });
        let user = relay.and_then(Relay::user).and_then(|user| Mailbox::parse(user).ok());
        let campaigns = keys.from.clone();
        // What campaign.toml says comes last, since it speaks for a campaign; but its relay's user comes after it.
        let account = match options.smtp {
            Some(_) => user.or(campaigns),
            None => campaigns.or(user),
        };
        SenderSettings { given, account, keys: keys.clone() }
    }

    /// The address that a single letter comes from: `--from`, else the signer's own, else the account's.
    pub(crate) fn of_one(&self, signer: &Signer) -> Option<Mailbox> {
        self.given.as_ref().or(signer.email()).or(self.account.as_ref()).cloned()
    }

    /// Whether the letter of a signer with or without an `email` has an address to come from.
    pub(crate) fn is_known(&self, email: Option<&str>) -> bool {
        email.is_some() || self.given.is_some() || self.account.is_some()
    }

    /// The address that goes before any signer's own.
    #[cfg(feature = "keyring")]
    pub(crate) fn from(&self) -> Option<Mailbox> {
        self.given.clone().or_else(|| self.keys.from.clone()).or_else(|| self.account.clone())
    }

    /// A campaign's addresses: `--from`, else campaign.toml's `from`; failures and answers go there unless it says where.
    ///
    /// # Errors
    /// Where neither is given.
    pub(crate) fn of_campaign(&self) -> Result<CampaignSender, SettingsError> {
        let from = self.given.as_ref().or(self.keys.from.as_ref()).cloned().ok_or_else(|| {
            SettingsError::new(
                "from",
                Exit::Usage,
                "from which address does the campaign send? Add --from ADDRESS, or `from` to campaign.toml",
            )
        })?;
        let SenderKeys { name, bounce, reply_to, .. } = self.keys.clone();
        Ok(CampaignSender {
            name,
            reply_to: reply_to.unwrap_or_else(|| from.clone()),
            bounce: bounce.unwrap_or_else(|| from.clone()),
            from,
        })
    }
}

/// What campaign.toml says of the sender.
#[derive(Clone, Debug, Default)]
pub(crate) struct SenderKeys {
    /// `name`: what the campaign is called.
    pub name: Option<String>,
    /// `from`
    pub from: Option<Mailbox>,
    /// `bounce`: where failures go.
    pub bounce: Option<Mailbox>,
    /// `reply_to`: where answers go.
    pub reply_to: Option<Mailbox>,
}

impl SenderKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>) -> SenderKeys {
        SenderKeys {
            name: toml.text("name", plain_text::line).map(|name| name.value),
            from: toml.text("from", Mailbox::parse).map(|from| from.value),
            bounce: toml.text("bounce", Mailbox::parse).map(|bounce| bounce.value),
            reply_to: toml.text("reply_to", Mailbox::parse).map(|reply_to| reply_to.value),
        }
    }
}
