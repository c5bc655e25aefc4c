//! Each embassy's address: by which channel its letters go, how old the address is, and how sure.

use chrono::NaiveDate;

use super::Finding;
use crate::campaign::plan::Channel;
use crate::embassy::{Checked, Confidence, Embassy, OLD_AFTER_YEARS};
use crate::exit::Exit;
use crate::wording::count;

const CHECK: &str = "address";

/// The letters of one signer or of many to one embassy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addressed<'a> {
    /// To whom.
    pub embassy: &'a Embassy,
    /// How.
    pub channel: Channel,
    /// How many.
    pub letters: u64,
}

/// One finding for each embassy.
pub(crate) fn judge<'a>(
    addressed: impl IntoIterator<Item = Addressed<'a>>,
    today: NaiveDate,
) -> Vec<Finding> {
    addressed.into_iter().filter(|to| to.letters > 0).map(|to| one(&to, today)).collect()
}

/// Whether letters on paper have a place to go.
pub(crate) fn post(addressed: &[Addressed<'_>], has_folder: bool) -> Option<Finding> {
    let letters: u64 = addressed.iter().filter(|to| to.channel == Channel::Post).map(|to| to.letters).sum();
    let sentence = format!("{} by post", count(letters, "letter"));
    match (letters, has_folder) {
        (0, _) => None,
        (_, true) => Some(Finding::good("post", format!("{sentence}: written ready to print"))),
        (_, false) => Some(Finding::bad(
            "post",
            Exit::TemporaryFailure,
            format!("{sentence}, and no folder to write them to: they would stay pending"),
            "give --post DIR (post = \"post\" in campaign.toml), or leave them out with --no-post",
        )),
    }
}

fn one(to: &Addressed<'_>, today: NaiveDate) -> Finding {
    let embassy = to.embassy;
    let place = format!("{}, {}", embassy.city, embassy.country.name());
    let letters = count(to.letters, "letter");
    let website = embassy.website.as_deref().map(|site| format!(" ({site})")).unwrap_or_default();
    let make_sure = format!("make sure of it on the embassy's website{website}");
    match (to.channel, &embassy.email, &embassy.address) {
        (Channel::Mail, Some(email), _) => {
            let message = format!(
                "{place}: {letters} to {}, {}",
                email.mailbox,
                standing(email.checked, email.confidence)
            );
            if is_sure(email.checked, email.confidence, today) {
                Finding::good(CHECK, message)
            } else {
                Finding::note(CHECK, message, make_sure)
            }
        }
        (_, email, Some(address)) => {
            let why = match email {
                Some(email) => format!("{} is of low confidence", email.mailbox),
                None => "no e-mail is known".to_owned(),
            };
            let message = format!(
                "{place}: {letters} by post to {address}, {} ({why})",
                standing(embassy.checked, embassy.confidence)
            );
            if is_sure(embassy.checked, embassy.confidence, today) {
                Finding::good(CHECK, message)
            } else {
                Finding::note(CHECK, message, make_sure)
            }
        }
        (_, _, None) => Finding::note(
            CHECK,
            format!("{place}: {letters} by post, and no street address is known"),
            format!("look for one on the embassy's website{website}"),
        ),
    }
}

fn is_sure(checked: Checked, confidence: Confidence, today: NaiveDate) -> bool {
    confidence != Confidence::Low && checked.years_before(today) < OLD_AFTER_YEARS
}

fn standing(checked: Checked, confidence: Confidence) -> String {
    format!("last checked {checked}, {confidence} confidence")
}
