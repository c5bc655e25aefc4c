//! Which words of a relay are about the account and not about the letter, and what to do then. The words are data, each
//! with its source (`providers.toml`, `[[reply]]`).

use std::sync::OnceLock;

use serde::Deserialize;

/// What a reply about the account is about.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum About {
    /// The account has sent as much as it may in an hour or a day.
    Quota,
    /// It may not send under this From address.
    Sender,
    /// It is suspended, blocked or unpaid.
    Account,
    /// The relay forwards nothing for it.
    Relay,
    /// The relay wants a log-in.
    LogIn,
}

/// A reply that is known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountReply {
    about: About,
    code: Option<u16>,
    enhanced: Option<String>,
    #[serde(default)]
    words: Vec<Vec<String>>,
    #[serde(default)]
    never: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the table; a test looks for it"))]
    source: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the table; a test looks for it"))]
    checked: String,
}

#[derive(Deserialize)]
struct Table {
    reply: Vec<AccountReply>,
}

fn all() -> &'static [AccountReply] {
    static REPLIES: OnceLock<Vec<AccountReply>> = OnceLock::new();
    // A test reads it: what is compiled in is in order.
    REPLIES.get_or_init(|| {
        toml::from_str::<Table>(include_str!("providers.toml"))
            .map_or_else(|_| Vec::new(), |table| table.reply)
    })
}

/// What a refusal is about, if not about the letter: `words` as received, `code` 4yz or 5yz.
pub(crate) fn about_the_account(code: u16, enhanced: Option<&str>, words: &str) -> Option<About> {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut fitting =
        all().iter().filter(|reply| reply.fits(code, enhanced, &words)).map(|reply| reply.about);
    // Who is not let in is refused much else besides.
    let first = fitting.next()?;
    Some(if fitting.any(|about| about == About::LogIn) { About::LogIn } else { first })
}

impl AccountReply {
    fn fits(&self, code: u16, enhanced: Option<&str>, words: &str) -> bool {
        // A 4yz is tried again, whatever it is about; only a missing log-in does not mend itself.
        let class = self.about == About::LogIn || (500..600).contains(&code);
        let says = |group: &Vec<String>| group.iter().all(|part| words.contains(part.as_str()));
        class
            && self.code.is_none_or(|known| known == code)
            && self.enhanced.as_deref().is_none_or(|known| enhanced == Some(known))
            && (self.words.is_empty() || self.words.iter().any(says))
            && !self.never.iter().any(|part| words.contains(part.as_str()))
    }
}

impl About {
    /// What the user can do.
    pub(crate) fn what_to_do(self) -> &'static str {
        match self {
            About::Quota => {
                "Run the same command again when the hour or the day is over; --limit N sends no more than N letters in a \
                 run, and --rate sends them more slowly"
            }
            About::Sender => {
                "Send from an address that this account owns (--from, or `from` and `bounce` in campaign.toml), or let the \
                 provider confirm this one as a sender's address; then run the same command again"
            }
            About::Account => "Ask the provider what the account lacks; then run the same command again",
            About::Relay => {
                "This server forwards letters only for those whom it knows: write your user name into the relay's URL \
                 (smtps://USER@HOST), or use your own provider's server; then run the same command again"
            }
            About::LogIn => {
                "Write the user name into the relay's URL, such as smtps://you@example.org@smtp.example.org"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{About, about_the_account, all};

    #[track_caller]
    fn case(reply: &str, expected: Option<About>) {
        let (code, words) = reply.split_at(3);
        let enhanced = words.split_whitespace().next().filter(|word| word.split('.').count() == 3);
        assert_eq!(about_the_account(code.parse().unwrap(), enhanced, words), expected, "{reply}");
    }

    #[test]
    fn every_fact_has_a_source_and_a_date_and_is_in_small_letters() {
        assert!(all().len() > 10);
        for reply in all() {
            assert!(reply.source.len() > 20 && reply.checked.starts_with("20"), "{reply:?}");
            assert!(reply.enhanced.is_some() || !reply.words.is_empty(), "{reply:?}");
            let parts = reply.words.iter().flatten().chain(&reply.never);
            assert!(parts.clone().all(|part| part.to_lowercase() == *part && part.len() > 2), "{reply:?}");
        }
    }

    #[test]
    fn a_quota_is_the_accounts_and_a_full_mailbox_is_not() {
        for reply in [
            "550 5.4.5 Daily user sending limit exceeded.",
            "554 5.2.0 STOREDRV.Submission; SubmissionQuotaExceededException",
            "550 5.4.6 Domain example.org has exceeded the max emails per hour (50/50 (100%)) allowed. Message discarded.",
            "550 send spam mail rejected: exceeded hour limit",
            "552 5.7.0 You have reached your daily limit of 300 messages",
            "550 5.7.1 Your hourly quota of outgoing mail is used up",
            "554 5.7.1 You exceeded the maximum of 100 messages per day",
            "550 Maximum credits exceeded",
        ] {
            case(reply, Some(About::Quota));
        }
        for reply in [
            "552 5.2.2 Mailbox full: daily limit of the inbox reached",
            "552 5.2.2 user is over quota",
            "554 5.2.0 mailbox full",
            "450 4.7.1 daily limit exceeded, later",
        ] {
            case(reply, None);
        }
    }

    #[test]
    fn a_sender_an_account_and_a_relay_that_will_not_are_known() {
        case(
            "553 5.7.1 <a@example.org>: Sender address rejected: not owned by user letters",
            Some(About::Sender),
        );
        case("550 5.7.60 SMTP; Client does not have permissions to send as this sender", Some(About::Sender));
        case("550 5.7.1 This account does not have permission to send as a@example.org", Some(About::Sender));
        case("554 Message rejected: Email address is not verified.", Some(About::Sender));
        case("550 The from address does not match a verified Sender Identity.", Some(About::Sender));
        case("550 5.7.1 Account suspended. Please contact support.", Some(About::Account));
        case(
            "550 5.7.501 Service unavailable. Access denied, spam abuse detected from example.org",
            Some(About::Account),
        );
        case("554 5.7.1 Relay access denied", Some(About::Relay));
        case("550 relay not permitted", Some(About::Relay));
    }

    #[test]
    fn a_missing_log_in_is_known_in_any_code_and_authentication_of_domains_is_another_thing() {
        case("550 5.7.1 Authentication required", Some(About::LogIn));
        case("454 4.7.0 Authentication required", Some(About::LogIn));
        case("553 5.7.1 <a@example.org>: Sender address rejected: not logged in", Some(About::LogIn));
        case("550 5.7.26 This mail has been blocked because the sender is unauthenticated.", None);
        case("550 5.7.26 authentication required: DKIM = did not pass", None);
    }

    #[test]
    fn what_is_about_the_letter_or_its_address_is_not_about_the_account() {
        for reply in [
            "550 5.1.1 <jp@embassy.example.org>: Recipient address rejected: User unknown",
            "554 5.7.1 Message rejected as spam",
            "550 5.7.1 not wanted",
            "550 5.2.1 The recipient's account is disabled",
            "550 mailbox disabled",
            "552 5.3.4 message size exceeds fixed limit",
        ] {
            case(reply, None);
        }
    }
}
