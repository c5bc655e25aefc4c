//! What leaves by mail, what by post, and whether signers get a copy: the options, the keys, and what follows from them.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::keyed_toml::KeyedToml;

/// Which letters leave, and how, on the command line.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct PostOptions {
    /// A folder for the letters that go by post, ready to print
    #[arg(long, value_name = "DIR", conflicts_with = "no_post", help_heading = "Many signers")]
    pub post: Option<PathBuf>,
    /// Leave letters that would go by post out of the campaign
    #[arg(long, help_heading = "Many signers")]
    pub no_post: bool,
    /// Use translations that no native speaker has reviewed yet
    #[arg(long, help_heading = "Many signers")]
    pub unreviewed: bool,
    /// Use e-mail addresses of low confidence too
    #[arg(long)]
    pub old_addresses: bool,
}

/// What becomes of letters whose embassies have no e-mail address that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Post {
    /// They are written into this folder, ready to print.
    To(PathBuf),
    /// They stay pending, until a folder is named.
    Pending,
    /// They are no part of the campaign.
    LeftOut,
}

impl Post {
    pub(super) fn of(options: &PostOptions, keys: &PostKeys) -> Post {
        match options.post.as_ref().or(keys.post.as_ref()) {
            _ if options.no_post => Post::LeftOut,
            Some(folder) => Post::To(folder.clone()),
            None => Post::Pending,
        }
    }

    /// The folder for letters to print.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Post::To(folder) => Some(folder),
            Post::Pending | Post::LeftOut => None,
        }
    }
}

/// Whether signers get a copy of their accepted letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copies {
    /// They do.
    ToSigners,
    /// They do not.
    None,
}

/// What campaign.toml says of letters that do not leave by mail, or leave twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct PostKeys {
    /// `post`: the folder for letters to print.
    pub post: Option<PathBuf>,
    /// `copy_to_signer`
    pub copies: Option<Copies>,
}

impl PostKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path) -> PostKeys {
        let copies = toml.switch("copy_to_signer");
        PostKeys {
            post: toml.path("post").map(|path| home.join(path.value)),
            copies: copies.map(|copies| if copies.value { Copies::ToSigners } else { Copies::None }),
        }
    }
}
