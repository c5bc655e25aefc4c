//! How much a workbook may unpack to, and what kind of workbook it is: looked at before anything of it is read.
//!
//! What a packed part says of its own size is not believed: the parts that will be read are unpacked once, into nothing, up
//! to the limit.

use super::WorkbookError;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use zip::ZipArchive;

/// How many bytes there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// In all parts together.
    pub all: u64,
    /// In one part.
    pub part: u64,
}

impl Limits {
    /// A gibibyte, half of it in one part.
    pub(super) const USUAL: Limits = Limits { all: 1 << 30, part: 512 << 20 };
}

/// How many parts there may be.
const MOST_PARTS: usize = 10_000;

/// What packs a workbook's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Office Open XML.
    Xlsx,
    /// `OpenDocument`.
    Ods,
}

/// The kind of workbook, once it is known to keep within the limits.
pub(super) fn examined(file: &Arc<str>, bytes: File, limits: Limits) -> Result<Kind, WorkbookError> {
    let too_big = |why: &str| WorkbookError::TooBig { file: file.clone(), why: why.to_owned() };
    let broken = |error: String| WorkbookError::Broken { file: file.clone(), why: error };
    let mut archive =
        ZipArchive::new(io::BufReader::new(bytes)).map_err(|error| broken(error.to_string()))?;
    if archive.len() > MOST_PARTS {
        return Err(too_big("has more than 10,000 parts"));
    }
    let kind = kind(file, &archive)?;
    let mut all = 0_u64;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| broken(error.to_string()))?;
        let declared = part.size();
        if declared > limits.part {
            return Err(too_big("has a part of more than 512 MiB"));
        }
        let name = part.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        let is_read = matches!(name.rsplit('.').next(), Some("xml" | "rels"));
        let size = if is_read {
            let mut limited = (&mut part).take(limits.part + 1);
            io::copy(&mut limited, &mut io::sink()).map_err(|error| broken(error.to_string()))?
        } else {
            declared
        };
        if size > limits.part {
            return Err(too_big("has a part of more than 512 MiB"));
        }
        all = all.saturating_add(size);
        if all > limits.all {
            return Err(too_big("unpacks to more than 1 GiB"));
        }
    }
    Ok(kind)
}

fn kind<R>(file: &Arc<str>, archive: &ZipArchive<R>) -> Result<Kind, WorkbookError>
where
    R: Read + io::Seek,
{
    let names: Vec<String> = archive.file_names().flatten().map(Cow::into_owned).collect();
    let has = |name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    let begins = |with: &str| names.iter().any(|other| other.starts_with(with));
    let other = |what| Err(WorkbookError::Other { file: file.clone(), what });
    if has("xl/workbook.xml") {
        Ok(Kind::Xlsx)
    } else if has("content.xml") && has("mimetype") {
        Ok(Kind::Ods)
    } else if has("xl/workbook.bin") {
        other("a binary workbook (.xlsb): open it in a spreadsheet and save it as .xlsx or as CSV UTF-8")
    } else if begins("Index/") || has("Index.zip") || has("index.apxl") {
        other("a workbook of Numbers: open it there and export it as CSV UTF-8 (File, Export To, CSV)")
    } else if begins("word/") {
        other(
            "a text document (.docx), not a list: copy the table into a spreadsheet and save it as CSV UTF-8",
        )
    } else {
        other("a packed file (.zip), not a list: unpack it first")
    }
}
