//! Where a row stands, to find it again and to tell a person where to look.

/// Where a record stands, to find it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// Its first byte, in the spool.
    pub offset: u64,
    /// Its first line, counted from 1 with the header.
    pub line: u64,
    /// The row's number, counted from 1 without the header.
    pub number: u64,
}
