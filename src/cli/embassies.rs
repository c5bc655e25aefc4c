//! `protest embassies`: the address book.

use clap::Args;

use super::failure::{Failure, Outcome};
use super::{Session, sources, table, terminal};
use crate::embassy::{Embassy, Kind};
use crate::exit::Exit;

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  protest embassies japan\n  protest embassies --json")]
pub(super) struct Embassies {
    /// A country or a city
    query: Option<String>,
    /// Every field, as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Embassies, session: &Session) -> Outcome {
    let book = sources::address_book(&session.globals)?;
    let found: Vec<&Embassy> = match &options.query {
        Some(query) => book.search(query),
        None => book.missions().collect(),
    };
    if let (true, Some(query)) = (found.is_empty(), &options.query) {
        return Err(book.why_nothing(query).into());
    }
    if options.json {
        let json = serde_json::to_string_pretty(&found)
            .map_err(|error| Failure::new(Exit::CannotCreate, error.to_string()))?;
        terminal::print(format!("{json}\n").as_bytes())?;
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
    terminal::print(format!("{}\n", table::shown(&rows)).as_bytes())?;
    Ok(Exit::Done)
}
