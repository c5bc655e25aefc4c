//! What goes by post, and whether signers get a copy: what campaign.toml says of it.

use std::path::{Path, PathBuf};

use crate::keyed_toml::KeyedToml;

/// What campaign.toml says of letters that do not leave by mail, or leave twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct PostKeys {
    /// `post`: the folder for letters to print.
    pub post: Option<PathBuf>,
    /// `copy_to_signer`
    pub copy_to_signer: Option<bool>,
}

impl PostKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path) -> PostKeys {
        PostKeys {
            post: toml.path("post").map(|path| home.join(path.value)),
            copy_to_signer: toml.switch("copy_to_signer").map(|copy| copy.value),
        }
    }
}
