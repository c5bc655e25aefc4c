//! Handing messages to a relay: the session, the pace, the run that carries the plan out.

pub(crate) mod auth;
mod breaker;
pub(crate) mod clock;
mod connections;
pub(crate) mod dotted;
pub(crate) mod interruption;
mod lane;
mod look_ahead;
pub(crate) mod outbox;
pub(crate) mod outboxes;
mod paper_left;
pub(crate) mod post;
pub(crate) mod rehearse;
pub(crate) mod relay_log;
pub(crate) mod reply;
pub(crate) mod run;
mod same_words;
mod schedule;
pub(crate) mod sendmail;
pub(crate) mod session;
mod shared;
pub(crate) mod stop;
#[cfg(test)]
mod tests;
mod throttle;
mod weigh;
mod words;
pub(crate) mod work;
mod worker;
