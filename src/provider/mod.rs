//! What is known of mail providers: their relay, how one logs in, what an account may send, whether they put the
//! writer's internet address into the message.
//!
//! The facts are data, each with its source and date (`providers.toml`). What is not known is not there.

mod facts;
pub(crate) mod replies;

use facts::all;
pub(crate) use facts::{Provider, SenderAddress};

/// The provider whose relay is at `host`, if it is known.
pub(crate) fn at_host(host: &str) -> Option<&'static Provider> {
    let host = host.to_ascii_lowercase();
    let is_relay =
        |provider: &&Provider| provider.relay.as_ref().is_some_and(|relay| relay.facts.host == host);
    let is_within =
        |provider: &&Provider| provider.domains.iter().any(|domain| host.ends_with(&format!(".{domain}")));
    all().iter().find(is_relay).or_else(|| all().iter().find(is_within))
}

/// The provider of an address's domain, if it is known.
pub(crate) fn of_domain(domain: &str) -> Option<&'static Provider> {
    all().iter().find(|provider| provider.is_home_of(domain))
}

/// What the relay at `host` does with the writer's internet address, where it is known.
pub(crate) fn sender_address(host: &str) -> Option<SenderAddress> {
    at_host(host)?.sender_address.as_ref().map(|known| known.facts.kind)
}

#[cfg(test)]
mod tests {
    use super::{SenderAddress, all, at_host, of_domain, sender_address};
    use crate::relay::Relay;

    #[test]
    fn every_fact_has_a_source_and_a_date_and_every_relay_is_one_that_can_be_used() {
        assert!(all().len() >= 20);
        for provider in all() {
            let mut sources = Vec::new();
            if let Some(relay) = &provider.relay {
                sources.push((&relay.source, &relay.checked));
                let url = provider.relay_url("aiko", &provider.domains[0]).unwrap();
                assert!(matches!(Relay::parse(&url), Ok(Relay::Smtp(_))), "{url}");
            }
            sources.extend(provider.log_in.iter().map(|known| (&known.source, &known.checked)));
            sources.extend(provider.limits.iter().map(|known| (&known.source, &known.checked)));
            sources.extend(provider.sender_address.iter().map(|known| (&known.source, &known.checked)));
            sources.extend(provider.message_id.iter().map(|known| (&known.source, &known.checked)));
            assert!(!sources.is_empty(), "{}", provider.name);
            for (source, checked) in sources {
                assert!(
                    source.len() > 5 && checked.len() >= 4 && checked.starts_with("20"),
                    "{}",
                    provider.name
                );
            }
        }
    }

    #[test]
    fn a_domain_belongs_to_one_provider() {
        let mut domains: Vec<&String> = all().iter().flat_map(|provider| &provider.domains).collect();
        let count = domains.len();
        domains.sort();
        domains.dedup();
        assert_eq!(domains.len(), count);
    }

    #[test]
    fn a_provider_is_known_by_its_relay_and_not_by_a_look_alike() {
        assert_eq!(at_host("SMTP.gmail.com").unwrap().name, "Gmail");
        assert!(at_host("smtp.notgmail.com").is_none());
        assert!(at_host("gmail.com.example.org").is_none());
        assert_eq!(sender_address("smtp.gmail.com"), Some(SenderAddress::Added));
        assert_eq!(sender_address("posteo.de"), Some(SenderAddress::Hidden));
        assert_eq!(sender_address("smtp.example.org"), None);
    }

    #[test]
    fn gmail_says_where_an_app_password_is_made_and_outlook_that_it_takes_none() {
        let hint = |domain| of_domain(domain).unwrap().how_to_log_in().unwrap();
        assert!(
            hint("gmail.com").contains("make an app password at https://myaccount.google.com/apppasswords")
        );
        assert!(hint("outlook.com").contains("takes OAuth2 tokens and no passwords"));
        assert!(of_domain("hotmail.com").unwrap().takes_tokens_only());
    }

    #[test]
    fn a_relay_url_names_the_account_as_the_provider_wants_it() {
        let url = |local, domain| of_domain(domain).unwrap().relay_url(local, domain).unwrap();
        assert_eq!(url("aiko", "gmail.com"), "smtps://aiko@gmail.com@smtp.gmail.com");
        assert_eq!(url("aiko", "web.de"), "smtps://aiko@smtp.web.de");
        assert_eq!(url("aiko", "icloud.com"), "smtp+starttls://aiko@icloud.com@smtp.mail.me.com");
    }
}
