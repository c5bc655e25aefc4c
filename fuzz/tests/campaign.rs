//! campaign.toml: what is wrong has its place, and a secret is not repeated.

use protest_letter::workbench::parsers::campaign;
use protest_letter_fuzz::{place, target};

target!(campaign_toml, what_is_wrong_has_its_place);

/// What stands for a password in the seeds.
const SECRET: &str = "hunter2Zq9";

fn what_is_wrong_has_its_place(input: &[u8]) {
    let faults = campaign::faults("fuzz.toml", input).join("\n");
    place::are_within("fuzz.toml", input, &faults);
    let text = String::from_utf8_lossy(input);
    let mut before_secrets = text.split(SECRET).collect::<Vec<_>>();
    before_secrets.pop();
    let is_secret =
        |before: &&str| before.ends_with("password = \"") || before.ends_with("smtp = \"smtps://aiko:");
    if !before_secrets.is_empty() && before_secrets.iter().all(is_secret) {
        assert!(!faults.contains(SECRET), "{faults}");
    }
}
