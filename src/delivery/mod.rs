//! stand-in
pub mod compose;
pub mod dispatch;
pub mod outbox;
pub mod throttle;
