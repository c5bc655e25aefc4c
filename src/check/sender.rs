//! Whether the address that the letters come from is the account's own, so that its domain can vouch for them.

use super::Finding;
use crate::exit::Exit;
use crate::mailbox::Mailbox;
use crate::provider;
use crate::relay::{Host, Relay};

const CHECK: &str = "from";

/// How From, the address for failures and the account go together.
pub(crate) fn judge(from: &Mailbox, bounce: &Mailbox, relay: &Relay) -> Vec<Finding> {
    let mut findings = vec![account(from, relay)];
    if bounce.domain() != from.domain() {
        findings.push(Finding::note(
            CHECK,
            format!("failures go to {bounce}, at another domain than {from}"),
            "SPF then speaks for the other domain: see to it that the mail server signs with DKIM for the domain of From",
        ));
    }
    findings.extend(returned(relay));
    findings
}

/// Whether what comes back will name our letters.
fn returned(relay: &Relay) -> Option<Finding> {
    let Relay::Smtp(smtp) = relay else { return None };
    let Host::Name(host) = &smtp.host else { return None };
    let provider = provider::at_host(host)?;
    let replaced = &provider.message_id.as_ref()?.facts;
    let what_to_do = match &replaced.kept_in {
        Some(field) => format!(
            "`protest bounces` finds a letter only where what comes back has the field {field}: look through the rest \
             yourself"
        ),
        None => "`protest bounces` cannot tell which letter came back: look through what comes back yourself, or send \
                 through another mail server"
            .to_owned(),
    };
    Some(Finding::note("bounces", format!("{} writes a Message-ID of its own", provider.name), what_to_do))
}

fn account(from: &Mailbox, relay: &Relay) -> Finding {
    let Some(user) = relay.user() else {
        return match relay {
            Relay::Smtp(smtp) => Finding::note(
                CHECK,
                format!("letters come from {from}, through {smtp} without a log-in"),
                format!(
                    "make sure that this server may send for {} (SPF) and signs for it (DKIM)",
                    from.domain()
                ),
            ),
            Relay::Sendmail => Finding::note(
                CHECK,
                format!("letters come from {from}, through this machine's own mail server"),
                format!("make sure that it may send for {} (SPF) and signs for it (DKIM)", from.domain()),
            ),
            Relay::Directory(_) => Finding::good(CHECK, format!("letters come from {from}")),
        };
    };
    let Ok(account) = Mailbox::parse(user) else {
        return Finding::note(
            CHECK,
            format!("letters come from {from}; the account is called {user}"),
            format!("make sure that this account may send from {from}"),
        );
    };
    if account == *from {
        return Finding::good(CHECK, format!("letters come from {from}, the account's own address"));
    }
    if account.domain() == from.domain() {
        return Finding::good(
            CHECK,
            format!("letters come from {from}, at the domain of the account {account}"),
        );
    }
    let message = format!("letters come from {from}, and the account is {account}, at another domain");
    match provider::of_domain(account.domain()) {
        // An account at a provider's own domain is not set up for the mail of others.
        Some(provider) => Finding::bad(
            CHECK,
            Exit::Config,
            message,
            format!(
                "{} rewrites or refuses it, or the letters fail DMARC and count as forged: write from = \"{account}\", or \
                 use the mail server of {}",
                provider.name,
                from.domain()
            ),
        ),
        None => Finding::note(
            CHECK,
            message,
            format!(
                "make sure that this account may send for {} (SPF) and that its mail is signed for it (DKIM)",
                from.domain()
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::check::{Finding, exit};
    use crate::exit::Exit;
    use crate::mailbox::Mailbox;
    use crate::relay::Relay;

    fn judged(from: &str, bounce: &str, relay: &str) -> Vec<Finding> {
        let mailbox = |text| Mailbox::parse(text).unwrap();
        judge(&mailbox(from), &mailbox(bounce), &Relay::parse(relay).unwrap())
    }

    #[track_caller]
    fn words(findings: &[Finding], expected: &[&str]) {
        let words: Vec<&str> = findings.iter().map(|finding| finding.verdict.word()).collect();
        assert_eq!(words, expected, "{findings:#?}");
    }

    #[test]
    fn a_provider_that_writes_its_own_message_ids_is_told() {
        let found = judged(
            "a@example.org",
            "a@example.org",
            "smtps://a@example.org@email-smtp.eu-west-1.amazonaws.com",
        );
        words(&found, &["good", "note"]);
        assert!(found[1].what_to_do.as_ref().unwrap().contains("cannot tell which letter came back"));
        let found =
            judged("a@outlook.com", "a@outlook.com", "smtp+starttls://a@outlook.com@smtp-mail.outlook.com");
        assert!(found[1].what_to_do.as_ref().unwrap().contains("X-Microsoft-Original-Message-ID"));
    }

    #[test]
    fn the_accounts_own_address_and_its_domain_are_aligned() {
        words(&judged("a@example.org", "a@example.org", "smtps://a@example.org@smtp.example.org"), &["good"]);
        words(
            &judged("letters@example.org", "b@example.org", "smtps://a@example.org@smtp.example.org"),
            &["good"],
        );
    }

    #[test]
    fn another_domain_than_a_personal_accounts_is_a_hindrance() {
        let findings =
            judged("letters@example.org", "letters@example.org", "smtps://a@gmail.com@smtp.gmail.com");
        words(&findings, &["bad"]);
        assert_eq!(exit(&findings), Exit::Config);
        assert!(findings[0].what_to_do.as_ref().unwrap().contains("from = \"a@gmail.com\""));
    }

    #[test]
    fn what_nobody_here_can_know_is_a_note() {
        words(
            &judged("a@example.org", "b@example.net", "smtps://apikey@smtp.example.com"),
            &["note", "note"],
        );
        words(&judged("a@example.org", "a@example.org", "smtps://a@example.net@smtp.example.com"), &["note"]);
        words(&judged("a@example.org", "a@example.org", "sendmail:"), &["note"]);
    }
}
