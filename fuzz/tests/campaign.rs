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
    // A line of its own: pasted into another key's value it is that value, and is shown.
    let is_secret = |at: usize| {
        let line = text[..at].rsplit('\n').next().unwrap_or_default();
        line == "password = \""
            || line == "smtp = \"smtps://aiko:" && text[at + SECRET.len()..].starts_with('@')
    };
    let mut secrets = text.match_indices(SECRET).peekable();
    let is_one_line = !text.contains("\"\"\"") && !text.contains("'''");
    if is_one_line && secrets.peek().is_some() && secrets.all(|(at, _)| is_secret(at)) {
        assert!(!faults.contains(SECRET), "{faults}");
    }
}
