//! Handing messages to a relay: the session, the pace, the run that carries the plan out.

pub(crate) mod auth;
pub(crate) mod compose;
pub(crate) mod dispatch;
pub(crate) mod dotted;
mod floor;
pub(crate) mod hand_over;
pub(crate) mod interruption;
pub(crate) mod letters;
pub(crate) mod outbox;
pub(crate) mod relay;
pub(crate) mod relay_log;
pub(crate) mod reply;
pub(crate) mod run;
pub(crate) mod sendmail;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod throttle;
pub(crate) mod tls;
mod worker;
