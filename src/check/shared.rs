//! Whether a list fits the campaign that it shares with others: the same day, the same letter, and whose caps hold.

use crate::check::Finding;
use crate::exit::Exit;
use crate::ledger::Terms;

/// `own` is what campaign.toml says here, `campaign` what was said first; both name the same id, or the ledger would not
/// have been opened.
pub(crate) fn judge(own: &Terms, campaign: &Terms) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !campaign.day.is_empty() && own.day != campaign.day {
        findings.push(Finding::bad(
            "shared",
            Exit::Config,
            format!("the campaign's day is {}, and this campaign.toml says {}", campaign.day, own.day),
            format!("write day = \"{}\" under [window]", campaign.day),
        ));
    }
    if !campaign.letters.is_empty() && own.letters != campaign.letters {
        findings.push(Finding::bad(
            "shared",
            Exit::Config,
            "the letter here is not, word for word, the one that the campaign's first list was sent with",
            "put in the letter that you were handed with campaign.toml, or ask the others for theirs",
        ));
    }
    if findings.is_empty() {
        let letter = if campaign.letters.is_empty() { "no list was sent yet" } else { "letter" };
        findings.push(Finding::good("shared", format!("it fits the shared campaign: id, day, {letter}")));
    }
    let caps = [
        ("per_embassy", own.per_embassy, campaign.per_embassy),
        ("per_domain", own.per_domain, campaign.per_domain),
    ];
    for (key, own, campaign) in caps {
        let Some(smallest) = campaign.filter(|cap| own.is_none_or(|own| own > *cap)) else { continue };
        findings.push(Finding::note(
            "shared",
            format!("{key} of another list is smaller, and holds for all: {}", in_words(smallest)),
            format!("nothing, or write {key} = \"{}\" so that the sums here are right", in_words(smallest)),
        ));
    }
    findings
}

/// A pace as campaign.toml has it.
fn in_words(per_second: f64) -> String {
    let units = [("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("day", 86_400.0)];
    let whole = |number: f64| (number - number.round()).abs() < 1e-6 && number >= 0.5;
    let fitting = units.into_iter().find(|(_, seconds)| whole(per_second * seconds));
    let (unit, seconds) = fitting.unwrap_or(("day", 86_400.0));
    format!("{:.0}/{unit}", per_second * seconds)
}

#[cfg(test)]
mod tests {
    use super::{in_words, judge};
    use crate::check::exit;
    use crate::exit::Exit;
    use crate::ledger::Terms;

    fn terms(day: &str, letters: &str, per_embassy: Option<f64>) -> Terms {
        Terms { day: day.to_owned(), letters: letters.to_owned(), per_domain: None, per_embassy }
    }

    #[test]
    fn another_day_and_another_letter_stand_in_the_way_and_a_smaller_cap_is_told() {
        let campaign = terms("12-02", "a", Some(60.0 / 3600.0));
        assert_eq!(exit(&judge(&campaign, &campaign)), Exit::Done);
        let other = judge(&terms("12-10", "b", None), &campaign);
        assert_eq!(exit(&other), Exit::Config);
        let told: Vec<&str> = other.iter().map(|finding| finding.message.as_str()).collect();
        assert!(told[0].contains("day is 12-02") && told[1].contains("word for word"), "{told:?}");
        assert!(told[2].ends_with("holds for all: 1/min"), "{told:?}");
        assert_eq!(judge(&terms("12-02", "b", None), &terms("12-02", "", None)).len(), 1);
    }

    #[test]
    fn a_pace_is_shown_in_the_unit_in_which_it_is_whole() {
        let shown = [0.5, 2.0, 60.0 / 3600.0, 45.0 / 3600.0, 500.0 / 86_400.0].map(in_words);
        assert_eq!(shown, ["30/min", "2/s", "1/min", "45/h", "500/day"]);
    }
}
