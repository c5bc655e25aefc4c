//! campaign.toml.

use std::path::Path;

use crate::campaign::settings::file;

/// Everything that is wrong with a campaign's file, a sentence each; none where it is in order.
pub fn faults(file: &str, bytes: &[u8]) -> Vec<String> {
    file::faults(Path::new(file), bytes).iter().map(ToString::to_string).collect()
}
