//! Who writes: one person, whose name stands under the letter, and (in [`list`]) reading many of them.
//!
//! | module | does |
//! |---|---|
//! | `person` | one signer; beside it `consent`, `extra`, `field`, `wishes` |
//! | `list` | many, whatever file they come in |
//! | `csv`, `workbook` | bytes to records |

pub(crate) mod consent;
mod csv;
pub(crate) mod extra;
mod field;
pub(crate) mod list;
mod person;
mod residue;
mod wishes;
mod workbook;

pub(crate) use field::Field;
pub(crate) use person::{Particulars, Signer};
pub(crate) use wishes::Wishes;

#[cfg(test)]
mod tests;
