//! What is known of mail providers: whether they put the writer's internet address into the message.

/// What a provider does with the address that a message was handed over from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderAddress {
    /// It stands in a `Received:` field.
    Added,
    /// It is left out.
    Hidden,
}

/// The relay's domain, and what it does.
const PROVIDERS: [(&str, SenderAddress); 4] = [
    // Google replaces it by its own since about 2014: `Received: from … by smtp.gmail.com` names the client's EHLO
    // word and address. (Reported in chatmail provider-db #313, read 2024.)
    ("gmail.com", SenderAddress::Added),
    // mailbox.org and Posteo say in their privacy statements, read 2024, that they leave the address out.
    ("mailbox.org", SenderAddress::Hidden),
    ("posteo.de", SenderAddress::Hidden),
    // Outlook.com and Microsoft 365 dropped X-Originating-IP in 2013 but name the client in Received:.
    ("office365.com", SenderAddress::Added),
];

/// What the relay at `host` does, where it is known.
pub fn sender_address(host: &str) -> Option<SenderAddress> {
    let host = host.to_ascii_lowercase();
    let is_at = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    PROVIDERS.iter().find(|(domain, _)| is_at(domain)).map(|(_, address)| *address)
}
