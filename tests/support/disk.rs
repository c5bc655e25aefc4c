//! A disk that loses its power: what a program wrote is kept, dropped, torn and put in another order, as far as it was not
//! made durable before.
//!
//! What holds, and no more: a file's bytes and length are durable after its own fsync, a name after that of its folder.
//! What was not yet durable is there or not, sector by sector (512 bytes, each whole) and name by name, in any order; a
//! file that is cut is cut at once; a rename happens whole. It is less than any file system in use promises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::trial::Chance;

const SECTOR: usize = 512;

/// What a program did, in its order. Files are numbered, since their names change.
#[derive(Clone, Debug)]
pub enum Op {
    Create(PathBuf, usize),
    Folder(PathBuf),
    Write {
        file: usize,
        at: usize,
        bytes: Vec<u8>,
    },
    Length {
        file: usize,
        length: usize,
    },
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    Sync(usize),
    SyncFolder(PathBuf),
    /// Of the whole file system.
    SyncAll,
    /// The write that carries this letter's body was begun.
    Left(String),
}

/// What becomes of that which was not durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// All of it is there.
    Nothing,
    /// None of it.
    Everything,
    /// Any of it.
    ByChance,
}

#[derive(Clone, Debug, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// Files and folders by their names; a folder has no file.
type Names = BTreeMap<PathBuf, Option<usize>>;

/// The disk at one moment.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    files: BTreeMap<usize, File>,
    durable: Names,
    /// Changes of names, oldest first.
    pending: Vec<Op>,
}

impl Disk {
    /// One that holds these files, durably.
    pub fn with(files: &BTreeMap<PathBuf, Vec<u8>>, folders: &BTreeSet<PathBuf>) -> Disk {
        let mut disk = Disk::default();
        for folder in folders {
            disk.durable.insert(folder.clone(), None);
        }
        for (number, (path, bytes)) in files.iter().enumerate() {
            disk.durable.insert(path.clone(), Some(number));
            disk.files.insert(number, File { durable: bytes.clone(), pending: Vec::new() });
        }
        disk
    }

    pub fn does(&mut self, op: &Op) {
        match op {
            Op::Write { file, at, bytes } => {
                let change = Change::Write { at: *at, bytes: bytes.clone() };
                self.files.entry(*file).or_default().pending.push(change);
            }
            Op::Length { file, length } => {
                self.files.entry(*file).or_default().pending.push(Change::Length(*length));
            }
            Op::Sync(file) => self.files.entry(*file).or_default().sync(),
            Op::SyncAll => {
                self.files.values_mut().for_each(File::sync);
                std::mem::take(&mut self.pending).iter().for_each(|op| rename(&mut self.durable, op));
            }
            Op::SyncFolder(folder) => {
                let (now, later) = std::mem::take(&mut self.pending)
                    .into_iter()
                    .partition(|op| name_of(op).parent() == Some(folder.as_path()));
                self.pending = later;
                now.iter().for_each(|op: &Op| rename(&mut self.durable, op));
            }
            Op::Create(_, file) => {
                self.files.entry(*file).or_default();
                self.pending.push(op.clone());
            }
            Op::Folder(_) | Op::Rename(..) | Op::Remove(_) => self.pending.push(op.clone()),
            Op::Left(_) => {}
        }
    }

    /// What is found when the power is back.
    pub fn after_power_loss(
        &self,
        loss: Loss,
        chance: &mut Chance,
    ) -> (BTreeMap<PathBuf, Vec<u8>>, BTreeSet<PathBuf>) {
        let mut names = self.durable.clone();
        // A file system with a journal loses the latest changes of names; one without, any.
        let journal = (chance.below(2) == 0).then(|| chance.below(self.pending.len() + 1));
        for (number, op) in self.pending.iter().enumerate() {
            let is_there = match (loss, journal) {
                (Loss::Nothing, _) => true,
                (Loss::Everything, _) => false,
                (Loss::ByChance, Some(kept)) => number < kept,
                (Loss::ByChance, None) => chance.below(2) == 0,
            };
            if is_there {
                rename(&mut names, op);
            }
        }
        let (mut files, mut folders) = (BTreeMap::new(), BTreeSet::new());
        for (path, file) in &names {
            // Sorted, so that a folder comes before what is in it.
            let parent = path.parent().unwrap_or(Path::new(""));
            if parent != Path::new("") && !folders.contains(parent) {
                continue;
            }
            match file {
                None => {
                    folders.insert(path.clone());
                }
                Some(file) => {
                    files.insert(path.clone(), self.files[file].after_power_loss(loss, chance));
                }
            }
        }
        (files, folders)
    }
}

impl File {
    fn sync(&mut self) {
        std::mem::take(&mut self.pending).iter().for_each(|change| change.apply_to(&mut self.durable));
    }

    fn after_power_loss(&self, loss: Loss, chance: &mut Chance) -> Vec<u8> {
        let mut found = self.durable.clone();
        match loss {
            Loss::Everything => {}
            Loss::Nothing => self.pending.iter().for_each(|change| change.apply_to(&mut found)),
            Loss::ByChance => {
                // What follows a cut is there only if the cut is.
                let mut rest = self.pending.as_slice();
                while !rest.is_empty() {
                    let is_cut =
                        |change: &Change| matches!(change, Change::Length(length) if *length < found.len());
                    let end = rest.iter().position(is_cut).unwrap_or(rest.len());
                    sector_by_sector(&mut found, &rest[..end], chance);
                    let Some(cut) = rest.get(end) else { break };
                    if chance.below(2) == 0 {
                        break;
                    }
                    cut.apply_to(&mut found);
                    rest = &rest[end + 1..];
                }
            }
        }
        found
    }
}

/// Every sector is at any of the versions that it had, and so is the length.
fn sector_by_sector(found: &mut Vec<u8>, changes: &[Change], chance: &mut Chance) {
    let mut versions: BTreeMap<usize, Vec<Vec<u8>>> = BTreeMap::new();
    let (mut latest, mut lengths) = (found.clone(), vec![found.len()]);
    for change in changes {
        change.apply_to(&mut latest);
        if let Change::Write { at, bytes } = change {
            for sector in at / SECTOR..(at + bytes.len()).div_ceil(SECTOR) {
                let end = latest.len().min((sector + 1) * SECTOR);
                versions.entry(sector).or_default().push(latest[sector * SECTOR..end].to_vec());
            }
        }
        if lengths.last() != Some(&latest.len()) {
            lengths.push(latest.len());
        }
    }
    // Mostly the last or mostly the first: a log of many frames is of interest where few of its sectors are missing.
    let bias = chance.below(5);
    let (length, mut kept) = (lengths[chance.below(lengths.len())], found.clone());
    kept.resize(lengths.iter().copied().max().unwrap_or_default(), 0);
    for (sector, versions) in versions {
        let version = match bias {
            0 | 1 if chance.below(12) > 0 => Some(versions.len() - 1),
            2 if chance.below(12) > 0 => None,
            _ => chance.below(versions.len() + 1).checked_sub(1),
        };
        if let Some(bytes) = version.map(|version| &versions[version]) {
            kept[sector * SECTOR..][..bytes.len()].copy_from_slice(bytes);
        }
    }
    kept.resize(length, 0);
    *found = kept;
}

impl Change {
    fn apply_to(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Length(length) => bytes.resize(*length, 0),
            Change::Write { at, bytes: written } => {
                let end = at + written.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*at..end].copy_from_slice(written);
            }
        }
    }
}

fn name_of(op: &Op) -> &Path {
    match op {
        Op::Create(path, _) | Op::Folder(path) | Op::Rename(path, _) | Op::Remove(path) => path,
        _ => Path::new(""),
    }
}

fn rename(names: &mut Names, op: &Op) {
    match op {
        Op::Create(path, file) => drop(names.insert(path.clone(), Some(*file))),
        Op::Folder(path) => drop(names.insert(path.clone(), None)),
        Op::Remove(path) => drop(names.remove(path)),
        Op::Rename(from, to) => {
            // Without its beginning there is nothing to rename.
            if let Some(file) = names.remove(from) {
                names.insert(to.clone(), file);
            }
        }
        _ => {}
    }
}
