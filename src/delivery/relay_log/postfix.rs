//! Postfix tells a message's id first, and then by the queue's id that the message is in its queue.
//!
//! A queue's id is used again by later messages, also where the one before it broke off and never came into the queue.

use std::collections::HashMap;

use super::Said;

/// The messages that were named and did not come into the queue yet, by host, instance and queue id.
#[derive(Default)]
pub(super) struct Queues(HashMap<String, String>);

impl Queues {
    /// Takes in a line of Postfix's: the Message-ID of what came into the queue with it, if something did. Nothing for the
    /// line of another program.
    pub(super) fn hear<'q>(&'q mut self, said: &Said<'_>) -> Option<impl Iterator<Item = &'q str>> {
        let (instance, part) = said.program.rsplit_once('/')?;
        instance.starts_with("postfix").then_some(())?;
        let Some((queue, words)) = said.words.split_once(": ") else { return Some(None.into_iter()) };
        let queue = format!("{} {instance} {queue}", said.host);
        let mut taken = None;
        match (part, words.strip_prefix("message-id=<").and_then(|id| id.strip_suffix('>'))) {
            ("cleanup", Some(id)) => {
                self.0.insert(queue, id.to_owned());
            }
            ("qmgr", _) if words.starts_with("from=<") && words.ends_with(" (queue active)") => {
                // It stays until the id is used again: a message that is deferred comes into the queue anew.
                taken = self.0.get(&queue).map(String::as_str);
            }
            // From here on it is another message's, or nobody's.
            ("cleanup" | "smtpd" | "pickup" | "qmgr", _) => {
                self.0.remove(&queue);
            }
            _ => {}
        }
        Some(taken.into_iter())
    }
}
