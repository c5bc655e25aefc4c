//! What a run writes, in its order, as strace(1) sees it: every write, length, name and fsync in the run's folder, and
//! when each letter's body left.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Place;
use super::disk::{Disk, Op};

const CALLS: &str = "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,\
                     rename,renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,mkdirat,lseek,sendto,sendmsg,copy_file_range,\
                     sendfile,sync,syncfs";

/// Whether strace is there and may trace. Where every server and tool has to be there, it has to be too.
pub fn can_record() -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    assert!(
        traced || std::env::var_os("PROTEST_REAL_SERVERS").is_none(),
        "strace is missing, or may not trace"
    );
    traced
}

/// Names and numbers of a folder's files while a run is read.
#[derive(Default)]
struct Names {
    files: BTreeMap<PathBuf, usize>,
    next: usize,
}

/// What runs have done in one folder, from what was there before.
pub struct Recording {
    pub before: Disk,
    pub ops: Vec<Op>,
    root: PathBuf,
    names: Names,
}

impl Recording {
    /// Begins with what lies in the folder.
    pub fn of(place: &Place) -> Recording {
        let root = place.path("").canonicalize().unwrap();
        let (mut files, mut folders) = (BTreeMap::new(), BTreeSet::new());
        read_folder(&root, Path::new(""), &mut files, &mut folders);
        let names = files.keys().enumerate().map(|(number, path)| (path.clone(), number)).collect();
        let next = files.len();
        Recording {
            before: Disk::with(&files, &folders),
            ops: Vec::new(),
            root,
            names: Names { files: names, next },
        }
    }

    /// A command that is recorded, with these arguments, into the file `log`.
    pub fn command(&self, place: &Place, log: &Path, arguments: &[String]) -> Command {
        let program = place.command();
        let mut command = Command::new("strace");
        command.args(["-f", "-y", "-xx", "-s", "100000000", "-e", &format!("trace={CALLS}"), "-o"]);
        command.arg(log).arg(program.get_program()).args(arguments);
        command.current_dir(program.get_current_dir().unwrap());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Of a letter that left more than once only the last time counts, and of one that the relay did not take none: the
    /// others were refused or deferred.
    pub fn count_only(&mut self, taken: &HashMap<String, usize>) {
        let mut later = std::collections::HashSet::new();
        let mut kept: Vec<Op> = std::mem::take(&mut self.ops).into_iter().rev().collect();
        kept.retain(|op| match op {
            Op::Left(id) => taken.contains_key(&format!("Message-ID: <{id}>")) && later.insert(id.clone()),
            _ => true,
        });
        kept.reverse();
        self.ops = kept;
    }

    /// Adds what the log of one run tells.
    pub fn read(&mut self, log: &Path) {
        let text = std::fs::read_to_string(log).unwrap();
        let mut begun: HashMap<&str, String> = HashMap::new();
        let mut positions: HashMap<String, usize> = HashMap::new();
        for line in text.lines() {
            let Some((process, call)) = line.split_once(' ') else { continue };
            let call = call.trim_start();
            if let Some(beginning) = call.strip_suffix(" <unfinished ...>") {
                self.leaves(beginning);
                begun.insert(process, beginning.to_owned());
            } else if let Some(end) = call.strip_prefix("<... ") {
                let beginning = begun.remove(process).unwrap_or_default();
                let end = end.split_once("resumed>").map_or("", |(_, end)| end);
                self.call(&format!("{beginning}{end}"), &mut positions);
            } else {
                self.leaves(call);
                self.call(call, &mut positions);
            }
        }
        // What was begun and did not return may have been done.
        for beginning in begun.into_values() {
            self.call(&format!("{beginning}) = 0"), &mut positions);
        }
    }

    /// A letter has left from when its write was begun.
    fn leaves(&mut self, call: &str) {
        let is_to_a_socket =
            ["sendto(", "write(", "sendmsg(", "writev("].iter().any(|name| call.starts_with(name)) && {
                let file = call.split_once('<').map_or("", |(_, rest)| rest);
                unescaped(file.split('>').next().unwrap_or_default()).starts_with(b"socket:")
            };
        if !is_to_a_socket {
            return;
        }
        let sent = strings(call).concat();
        let sent = String::from_utf8_lossy(&sent);
        let ids = sent.lines().filter_map(|line| line.strip_prefix("Message-ID: <")?.strip_suffix('>'));
        self.ops.extend(ids.map(|id| Op::Left(id.to_owned())));
    }

    fn call(&mut self, call: &str, positions: &mut HashMap<String, usize>) {
        let Some((name, arguments)) = call.split_once('(') else { return };
        // Short calls are followed by spaces.
        let Some((arguments, result)) = arguments.rsplit_once(" = ") else { return };
        let Some(arguments) = arguments.trim_end().strip_suffix(')') else { return };
        if result.starts_with('-') {
            return;
        }
        let descriptor = arguments.split('<').next().unwrap_or_default().to_owned();
        let result_number = || leading_number(result);
        match name {
            "open" | "openat" | "creat" => {
                let opened = result.split('<').next().unwrap_or_default().to_owned();
                positions.insert(opened, 0);
                let Some(path) = result.split_once('<').and_then(|(_, path)| self.inside(path)) else {
                    return;
                };
                if self.names.files.contains_key(&path) {
                    if arguments.contains("O_TRUNC") {
                        self.ops.push(Op::Length { file: self.names.files[&path], length: 0 });
                    }
                } else if arguments.contains("O_CREAT") || name == "creat" {
                    let file = self.names.next;
                    self.names.next += 1;
                    self.names.files.insert(path.clone(), file);
                    self.ops.push(Op::Create(path, file));
                }
            }
            "mkdir" | "mkdirat" => {
                let path = self.named(&strings(arguments)[0]);
                self.ops.extend(path.map(Op::Folder));
            }
            "unlink" | "unlinkat" => {
                let Some(path) = self.named(&strings(arguments)[0]) else { return };
                self.names.files.remove(&path);
                self.ops.push(Op::Remove(path));
            }
            "rename" | "renameat" | "renameat2" => {
                let paths = strings(arguments);
                let (Some(from), Some(to)) = (self.named(&paths[0]), self.named(&paths[1])) else { return };
                assert_eq!(from.parent(), to.parent(), "a name that moves to another folder");
                if let Some(file) = self.names.files.remove(&from) {
                    self.names.files.insert(to.clone(), file);
                }
                self.ops.push(Op::Rename(from, to));
            }
            "lseek" => drop(positions.insert(descriptor, result_number())),
            "fsync" | "fdatasync" => {
                let Some(path) = self.of_descriptor(arguments) else { return };
                match self.names.files.get(&path) {
                    Some(file) => self.ops.push(Op::Sync(*file)),
                    None => self.ops.push(Op::SyncFolder(path)),
                }
            }
            "ftruncate" => {
                let Some(file) = self.file_of(arguments) else { return };
                let length = leading_number(arguments.rsplit(' ').next().unwrap_or_default());
                self.ops.push(Op::Length { file, length });
            }
            "write" | "pwrite64" => {
                let Some(file) = self.file_of(arguments) else { return };
                let mut bytes = strings(arguments).concat();
                // One that did not return is taken as done.
                if result_number() > 0 {
                    bytes.truncate(result_number());
                }
                let at = if name == "write" {
                    let position = positions.entry(descriptor).or_default();
                    *position += bytes.len();
                    *position - bytes.len()
                } else {
                    leading_number(arguments.rsplit(' ').next().unwrap_or_default())
                };
                self.ops.push(Op::Write { file, at, bytes });
            }
            "sync" | "syncfs" => self.ops.push(Op::SyncAll),
            // In another folder, or to the relay.
            _ => assert!(
                self.file_of(arguments).is_none(),
                "strace shows a call that is not understood: {name}"
            ),
        }
    }

    fn file_of(&self, arguments: &str) -> Option<usize> {
        self.names.files.get(&self.of_descriptor(arguments)?).copied()
    }

    /// The path that a call's first descriptor leads to, if it is in the folder.
    fn of_descriptor(&self, arguments: &str) -> Option<PathBuf> {
        self.inside(arguments.split_once('<')?.1)
    }

    /// `path>…` as strace shows a descriptor's file.
    fn inside(&self, shown: &str) -> Option<PathBuf> {
        let (path, rest) = shown.split_once('>')?;
        if rest.starts_with("(deleted)") {
            return None;
        }
        self.named(&unescaped(path))
    }

    /// A path in the folder; not the index of the log, which no power loss outlives, nor what other programs have.
    fn named(&self, bytes: &[u8]) -> Option<PathBuf> {
        let path = String::from_utf8(bytes.to_vec()).ok()?;
        let path: PathBuf = self.root.join(path).components().collect();
        let path = path.strip_prefix(&self.root).ok()?.to_owned();
        let is_index = path.to_str().is_some_and(|path| path.ends_with("-shm"));
        (!is_index && !path.starts_with("state")).then_some(path)
    }
}

fn read_folder(
    root: &Path,
    folder: &Path,
    files: &mut BTreeMap<PathBuf, Vec<u8>>,
    folders: &mut BTreeSet<PathBuf>,
) {
    for entry in std::fs::read_dir(root.join(folder)).unwrap() {
        let name = folder.join(entry.unwrap().file_name());
        let path = root.join(&name);
        if name == Path::new("state") || name.to_str().unwrap().ends_with("-shm") {
            continue;
        }
        if path.is_dir() {
            folders.insert(name.clone());
            read_folder(root, &name, files, folders);
        } else {
            files.insert(name, std::fs::read(path).unwrap());
        }
    }
}

/// The strings between quotation marks.
fn strings(call: &str) -> Vec<Vec<u8>> {
    call.split('"').skip(1).step_by(2).map(unescaped).collect()
}

/// Bytes as `-xx` shows them; what is no escape stands for itself.
fn unescaped(shown: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(shown.len() / 4);
    let mut rest = shown.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match after {
            [b'x', high, low, after @ ..] if *first == b'\\' => {
                let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap();
                bytes.push(digit(*high) * 16 + digit(*low));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

fn leading_number(text: &str) -> usize {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}
