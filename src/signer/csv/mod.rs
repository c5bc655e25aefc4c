//! Bytes, as a spreadsheet or a form service wrote them, to records that can be read at any place.
//!
//! What the records mean is left to [`list`](super::list).

pub(super) mod charset;
pub(super) mod encoding;
pub(super) mod likely;
pub(super) mod record;
pub(super) mod scan;
pub(super) mod spool;
