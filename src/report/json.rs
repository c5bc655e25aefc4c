//! The report as JSON: an array of objects, one a line, with the columns' names.
//!
//! A signers' cell is a string; of ours, a reply code is a number (by which a letter came back: a string such as "5.1.1"),
//! and what there is not is null.

use super::fate::{Fate, ReplyCode};
use crate::signer::list::{Layout, REPORT_COLUMNS};
use crate::wording::instant;
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) fn begin(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"[")
}

pub(super) fn row(
    out: &mut impl Write,
    layout: &Layout,
    own_columns: &[u8],
    fate: &Fate<'_>,
    first: bool,
) -> io::Result<()> {
    out.write_all(if first { b"\n{" } else { b",\n{" })?;
    for (index, (name, value)) in layout.names.iter().zip(layout.values(own_columns)).enumerate() {
        if name.is_empty() {
            member(out, &format!("column {}", index + 1), &Value::from(value))?;
        } else {
            member(out, name, &Value::from(value))?;
        }
        out.write_all(b",")?;
    }
    let text = |text: &str| {
        if text.is_empty() { Value::Null } else { Value::from(text) }
    };
    let values = [
        text(fate.embassy),
        json!(fate.channel),
        Value::from(fate.outcome.name()),
        match fate.reply_code {
            None => Value::Null,
            Some(ReplyCode::Reply(code)) => Value::from(code),
            Some(ReplyCode::Enhanced(code)) => Value::from(code),
        },
        text(fate.reply),
        text(fate.message_id),
        json!(fate.at.map(instant)),
    ];
    for (index, (name, value)) in REPORT_COLUMNS.into_iter().zip(&values).enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        member(out, name, value)?;
    }
    out.write_all(b"}")
}

pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\n]\n")
}

fn member(out: &mut impl Write, name: &str, value: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut *out, name)?;
    out.write_all(b":")?;
    Ok(serde_json::to_writer(&mut *out, value)?)
}
