//! What was found, kept and printed.

use crate::check::{Finding, Verdict};
use crate::cli::failure::Failure;
use crate::cli::terminal;

/// The value; or nothing, and the failure as a finding.
pub(super) fn kept<T>(
    check: &'static str,
    result: Result<T, Failure>,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(failure) => {
            findings.push(bad(check, &failure));
            None
        }
    }
}

/// A failure as a finding: it says itself what to do.
pub(super) fn bad(check: &'static str, failure: &Failure) -> Finding {
    Finding { check, verdict: Verdict::Bad(failure.exit), message: failure.to_string(), what_to_do: None }
}

/// The findings as a list of ticks and crosses.
pub(super) fn in_words(findings: &[Finding]) -> String {
    let [tick, cross, note] =
        if terminal::shows_unicode() { ["✓", "✗", "!"] } else { ["ok", "NO", "! "] };
    let mut text = String::new();
    let mut counts = [0_u64; 3];
    for finding in findings {
        let (mark, index) = match finding.verdict {
            Verdict::Good => (tick, 0),
            Verdict::Note => (note, 1),
            Verdict::Bad(_) => (cross, 2),
        };
        counts[index] += 1;
        text.push_str(&format!("{mark} {}: {}\n", finding.check, finding.message.replace('\n', "\n    ")));
        if let Some(what_to_do) = &finding.what_to_do {
            text.push_str(&format!("    do: {what_to_do}\n"));
        }
    }
    let [good, notes, bad] = counts;
    let sum = match bad {
        0 => "Nothing stands in the way".to_owned(),
        1 => "1 thing stands in the way".to_owned(),
        bad => format!("{bad} things stand in the way"),
    };
    let notes = if notes == 1 { "1 note".to_owned() } else { format!("{notes} notes") };
    text + &format!("\n{sum}; {notes}; {good} in order.\n")
}
