//! `protest embassies`: the address book.

use clap::Args;

use super::failure::Outcome;
use super::session::Session;
use super::{table, terminal};
use crate::embassy::{AddressBook, Embassy, Kind, OLD_AFTER_YEARS, upkeep};
use crate::exit::Exit;
use crate::files;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest embassies japan\n  protest embassies --json\n  protest embassies --stale\n  protest embassies --check --embassies my.csv\n  protest embassies --report JP"
)]
pub(super) struct Embassies {
    /// A country or a city
    query: Option<String>,
    /// Every field, as JSON
    #[arg(long)]
    json: bool,
    /// Only facts that are old (3 years, or so many as you say) or of low confidence
    #[arg(long, value_name = "YEARS", num_args = 0..=1, require_equals = true, default_missing_value = OLD, value_parser = clap::value_parser!(i32).range(0..=999), help_heading = "Upkeep")]
    stale: Option<i32>,
    /// Everything that is wrong in the book, or should be looked at, with file and line
    #[arg(long, conflicts_with_all = ["query", "json", "stale"], help_heading = "Upkeep")]
    check: bool,
    /// A form to send in a correction of this country's or city's line
    #[arg(long, value_name = "QUERY", conflicts_with_all = ["query", "json", "stale", "check"], help_heading = "Upkeep")]
    report: Option<String>,
}

/// `--stale` without a number: [`OLD_AFTER_YEARS`].
const OLD: &str = "3";

pub(super) fn run(options: &Embassies, session: &Session) -> Outcome {
    if options.check {
        return check(session);
    }
    let book = session.globals.sources.address_book()?;
    if let Some(query) = &options.report {
        let form = upkeep::correction(book.line_of(query)?, &file(session), session.today());
        terminal::print_text(&form)?;
        session.terminal.notice(
            "Fill it in and send it to where this program came from, as an issue or by mail; or change the line in \
             embassies.csv yourself.",
        );
        return Ok(Exit::Done);
    }
    let found: Vec<&Embassy> = match &options.query {
        Some(query) => book.search(query),
        None => book.missions().collect(),
    };
    if let (true, Some(query)) = (found.is_empty(), &options.query) {
        return Err(book.why_nothing(query).into());
    }
    if let Some(years) = options.stale {
        return stale(&found, years, options.json, session);
    }
    if options.json {
        terminal::print_json(&found)?;
        return Ok(Exit::Done);
    }
    let mut rows = table::new(["", "country", "city", "kind", "post", "e-mail", "checked"]);
    for embassy in found {
        let reason = embassy.note.as_deref().filter(|_| embassy.kind == Kind::None);
        let address = embassy.address.as_deref().or(reason).unwrap_or("-");
        let email = embassy.email.as_ref().map_or("-".to_owned(), |email| email.mailbox.to_string());
        rows.add_row([
            embassy.country.code(),
            embassy.country.name(),
            &embassy.city,
            &embassy.kind.to_string(),
            address,
            &email,
            &embassy.checked.to_string(),
        ]);
    }
    terminal::print_text(&format!("{}\n", table::shown(&rows)))?;
    Ok(Exit::Done)
}

fn file(session: &Session) -> String {
    session
        .globals
        .sources
        .embassies
        .as_ref()
        .map_or("embassies.csv".to_owned(), |path| path.display().to_string())
}

/// The whole book: what is wrong in it, and what should be looked at.
fn check(session: &Session) -> Outcome {
    let own = session.globals.sources.embassies.as_deref().map(files::read).transpose()?;
    let bytes = own.as_deref().unwrap_or(AddressBook::builtin_bytes());
    let found = upkeep::inspect(bytes, &file(session), OLD_AFTER_YEARS, session.today())?;
    let mut text = String::new();
    for (kind, list) in [("wrong", &found.faults), ("note", &found.remarks)] {
        for fault in list {
            text.push_str(&format!("{kind}: {fault}\n"));
        }
    }
    let sum = format!(
        "{}: {} lines in order, {} things wrong, {} to be looked at again.\n",
        file(session),
        found.embassies.len(),
        found.faults.len(),
        found.remarks.len()
    );
    terminal::print_text(&(text + &sum))?;
    Ok(if found.faults.is_empty() { Exit::Done } else { Exit::Data })
}

fn stale(found: &[&Embassy], years: i32, as_json: bool, session: &Session) -> Outcome {
    let stale = upkeep::stale(found.iter().copied(), years, session.today());
    if as_json {
        terminal::print_json(&stale)?;
        return Ok(Exit::Done);
    }
    if stale.is_empty() {
        session.terminal.notice(&format!("Nothing is older than {years} years or of low confidence."));
        return Ok(Exit::Done);
    }
    let mut rows = table::new(["", "city", "what", "", "checked", "confidence", "line"]);
    for stale in &stale {
        rows.add_row([
            stale.country_code,
            stale.city,
            stale.fact,
            stale.value.as_deref().unwrap_or("-"),
            &stale.checked,
            &stale.confidence,
            &stale.line.to_string(),
        ]);
    }
    terminal::print_text(&format!("{}\n", table::shown(&rows)))?;
    session.terminal.notice(&format!(
        "{} facts are older than {years} years or of low confidence. `protest embassies --report COUNTRY` gives a form to \
         send in what is right.",
        stale.len()
    ));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    #[test]
    fn old_means_the_same_everywhere() {
        assert_eq!(super::OLD.parse(), Ok(super::OLD_AFTER_YEARS));
    }
}
