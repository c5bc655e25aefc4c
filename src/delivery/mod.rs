//! Handing messages to a relay: the session, the pace, the run that carries the plan out.

pub mod auth;
pub mod compose;
pub mod dispatch;
pub mod dotted;
mod floor;
pub mod hand_over;
pub mod interruption;
pub mod letters;
pub mod outbox;
pub mod relay;
pub mod relay_log;
pub mod reply;
pub mod run;
pub mod sendmail;
pub mod session;
pub mod setting;
pub mod throttle;
pub mod tls;
mod worker;
