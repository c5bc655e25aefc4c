//! What a page of the documentation tells its reader to type.
//!
//! A block of code marked `sh` is a story: its commands run one after another, in one folder for the whole page.
//! `sh,asks` says that the program asks; `sh,not-run=REASON` that the test cannot run it, and why. A command within a
//! sentence is only looked at: the program must know its words and options.

use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// One line that a reader would type.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) text: String,
    pub(crate) asks: bool,
}

/// A page, as far as it is about commands and links.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    /// The lines of its blocks, in order.
    pub(crate) lines: Vec<Line>,
    /// Commands within sentences.
    pub(crate) mentioned: Vec<Line>,
    /// Commands that are not run, each with its reason.
    pub(crate) left_out: Vec<(Line, String)>,
    /// Where its links lead.
    pub(crate) links: Vec<(usize, String)>,
    /// What is wrong with the page itself.
    pub(crate) faults: Vec<String>,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Page {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut page = Page {
            path: path.to_owned(),
            lines: Vec::new(),
            mentioned: Vec::new(),
            left_out: Vec::new(),
            links: Vec::new(),
            faults: Vec::new(),
        };
        let mut block: Option<(String, String, usize)> = None;
        for (event, range) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
            let number = text[..range.start].lines().count() + 1;
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    block = Some((info, String::new(), number));
                }
                Event::Text(text) => {
                    if let Some((_, code, _)) = &mut block {
                        code.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((info, code, number)) = block.take() {
                        page.take_block(&info, &code, number);
                    }
                }
                Event::Code(code) if code.starts_with("protest ") => {
                    page.mentioned.push(Line { number, text: code.to_string(), asks: false });
                }
                Event::Start(Tag::Link { dest_url, .. }) => page.links.push((number, dest_url.to_string())),
                _ => {}
            }
        }
        page
    }

    fn take_block(&mut self, info: &str, code: &str, number: usize) {
        let whole_lines = code.replace("\\\n", " ");
        let commands = whole_lines.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("# "));
        let line = |text: &str| Line { number, text: text.trim().to_owned(), asks: info == "sh,asks" };
        if let Some(reason) = info.strip_prefix("sh,not-run=") {
            self.left_out.extend(commands.map(|text| (line(text), reason.to_owned())));
        } else if info == "sh" || info == "sh,asks" {
            for text in commands {
                if is_ours(text.trim()) {
                    self.lines.push(line(text));
                } else {
                    self.left_out.push((line(text), "no command of protest".to_owned()));
                }
            }
        } else if code.lines().any(|line| line.trim_start_matches("$ ").starts_with("protest ")) {
            self.faults.push(format!("{}:{number}: mark this block as sh", self.path.display()));
        }
    }
}

/// Whether a line is about protest: such a line is run, or marked with the reason why not.
fn is_ours(line: &str) -> bool {
    ["protest", "cargo run -- ", "cd "].iter().any(|start| line.starts_with(start))
        || line.contains("| protest")
}

/// The pages that a user reads: README, SECURITY, and everything under docs.
pub(crate) fn pages() -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md"), root.join("SECURITY.md")];
    collect(&root.join("docs"), &mut found);
    found.sort();
    found.iter().map(|path| Page::read(path)).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
}
