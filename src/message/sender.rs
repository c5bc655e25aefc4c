//! Under whose name and address a letter goes: the sender policy.
//!
//! A single letter goes from the signer's own address. A campaign's letter goes from the campaign's address
//! and says so; the signer's address is never a forged From, and stands in Reply-To only by agreement.

use crate::mailbox::Mailbox;

/// The header's and the envelope's sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sender {
    /// The name before the address.
    pub display_name: Option<String>,
    /// RFC 5322 From.
    pub from: Mailbox,
    /// RFC 5322 Reply-To, where answers do not go to From.
    pub reply_to: Option<Mailbox>,
    /// RFC 5321 reverse-path: where a failure is reported.
    pub reverse_path: Mailbox,
}

impl Sender {
    /// A signer who writes from an own account.
    pub(crate) fn in_person(name: &str, from: Mailbox) -> Sender {
        Sender { display_name: Some(name.to_owned()), reverse_path: from.clone(), from, reply_to: None }
    }

    /// A signer whose letter a campaign sends.
    pub(crate) fn via(campaign: &CampaignSender, name: &str, agreed_reply_to: Option<&Mailbox>) -> Sender {
        let campaign_name = campaign.name.as_deref().unwrap_or(campaign.from.domain());
        Sender {
            display_name: Some(format!("{name} via {campaign_name}")),
            from: campaign.from.clone(),
            reply_to: Some(agreed_reply_to.unwrap_or(&campaign.reply_to).clone()),
            reverse_path: campaign.bounce.clone(),
        }
    }
}

/// The addresses of a campaign: aligned, so that SPF, DKIM and DMARC of its own domain vouch for it.
#[derive(Clone, Debug)]
pub(crate) struct CampaignSender {
    /// What the campaign calls itself, if it has a name.
    pub name: Option<String>,
    /// RFC 5322 From of every letter.
    pub from: Mailbox,
    /// Where answers go for signers who did not agree to get them.
    pub reply_to: Mailbox,
    /// Where failures are reported.
    pub bounce: Mailbox,
}

#[cfg(test)]
mod tests {
    use super::{CampaignSender, Sender};
    use crate::mailbox::Mailbox;

    fn campaign(name: Option<&str>) -> CampaignSender {
        let mailbox = |text| Mailbox::parse(text).unwrap();
        CampaignSender {
            name: name.map(str::to_owned),
            from: mailbox("letters@example.org"),
            reply_to: mailbox("letters@example.org"),
            bounce: mailbox("bounces@example.org"),
        }
    }

    #[test]
    fn the_campaign_signs_for_the_signer_and_never_forges_an_address() {
        let sender = Sender::via(&campaign(Some("December 2")), "Aiko Tanaka", None);
        assert_eq!(sender.display_name.as_deref(), Some("Aiko Tanaka via December 2"));
        assert_eq!(sender.from.to_string(), "letters@example.org");
        assert_eq!(sender.reply_to.unwrap().to_string(), "letters@example.org");
        assert_eq!(sender.reverse_path.to_string(), "bounces@example.org");
    }

    #[test]
    fn answers_go_to_a_signer_who_agreed_and_a_nameless_campaign_shows_its_domain() {
        let own = Mailbox::parse("aiko@example.net").unwrap();
        let sender = Sender::via(&campaign(None), "Aiko", Some(&own));
        assert_eq!(sender.display_name.as_deref(), Some("Aiko via example.org"));
        assert_eq!(sender.reply_to, Some(own));
    }
}
