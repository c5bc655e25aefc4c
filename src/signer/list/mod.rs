//! Many signers: reading them from a list as spreadsheets and form services write it.
//!
//! [`Source::open`] finds out encoding, delimiter and columns; [`Rows`](rows::Rows) goes through the file in a few
//! megabytes, however long it is, and gives a [`Row`] or what is wrong with it; [`Source::row_at`] finds a row again.
//! Rows count from 1 without the header; what is wrong is told with the file's line and the row's column.
//!
//! | module | does |
//! |---|---|
//! | `mapping`, `synonyms`, `looks`, `columns`, `header` | which column means what; `proposal`, `agreement`: what the organizer may say |
//! | `survey`, `withdrawals`, `remarks` | what only all of the list tells |
//! | `reading`, `row`, `layout` | record to signer, and to the beginning of a report's line |
//! | `opened`, `text`, `source`, `rows`, `position` | the file as a whole, and places in it |
//! | `fault`, `error`, `notice`, `not_a_list` | what is wrong; what the user should know |

mod agreement;
mod columns;
mod error;
mod fault;
mod header;
mod in_utf8;
mod layout;
mod looks;
mod mapping;
mod not_a_list;
mod notice;
mod opened;
mod position;
mod proposal;
mod reading;
mod remarks;
mod row;
mod rows;
mod source;
mod survey;
pub(crate) mod synonyms;
mod text;
mod withdrawals;

pub(crate) use super::consent::date::Order;
pub(crate) use columns::REPORT_COLUMNS;
pub(crate) use error::SourceError;
pub(crate) use fault::Faults;
pub(crate) use layout::Layout;
pub(crate) use mapping::{ConsentColumn, Instructions, Mapping};
pub(crate) use position::Position;
pub(crate) use row::{Conditions, Entry, Row};
pub(crate) use source::Source;

#[cfg(test)]
mod tests;
