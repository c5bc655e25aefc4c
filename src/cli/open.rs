//! `protest open`: the letter as a draft in the mail program that the desktop knows, or on a page to copy it from.

use clap::Args;

use super::failure::{Failure, Outcome};
use super::notices::Way;
use super::session::Session;
use super::{desktop, language, notices, one_signer, to_copy};
use crate::campaign::settings::Given;
use crate::campaign::settings::signers::SignerOptions;
use crate::exit::Exit;
use crate::letter::Letter;
use crate::letter::form::text;
use crate::letter::paper::Stationery;
use crate::mailbox::Mailbox;
use crate::message::{self, mailto};
use crate::page::copy_page;

#[derive(Args, Debug)]
// A draft is one signer's.
#[command(
    mut_arg("signers", |list| list.hide(true)),
    mut_arg("worksheet", |list| list.hide(true)),
    mut_arg("encoding", |list| list.hide(true)),
    after_help = "Example:\n  protest open --name \"Your Name\" --country Japan"
)]
pub(super) struct Open {
    #[command(flatten)]
    signer: SignerOptions,
    /// How: mailto, eml (a draft's file) or browser (a page to copy from) [default: mailto where it fits, else eml]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "WAY")]
    via: Option<Via>,
    /// A page with buttons that copy address, subject and text: the same as --via browser
    #[arg(long, conflicts_with = "via")]
    browser: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Via {
    /// A link that holds the letter
    Mailto,
    /// A draft's file
    Eml,
    /// A page to copy the letter from
    Browser,
}

pub(super) fn run(options: &Open, session: &Session) -> Outcome {
    if options.signer.signers.is_some() {
        return Err(Failure::usage("a draft is one signer's: add --name and --country instead of --signers"));
    }
    let given = Given { signer: options.signer.clone(), ..session.given() };
    let settings = session.settings(&given)?;
    let desk = settings.desk()?;
    let signer = one_signer::one_signer(&options.signer, session.terminal)?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    let to = letter.embassy.email.as_ref().map(|email| &email.mailbox);
    let link = to.map(|to| mailto::link(to, &letter.subject, &text::render(&letter, 0)));
    let fits = link.as_ref().is_some_and(|link| link.len() <= mailto::LIMIT);
    let via = match options.via {
        Some(via) => via,
        None if options.browser => Via::Browser,
        None if fits => Via::Mailto,
        None => Via::Eml,
    };
    let words = to_copy::words_of(&signer, &options.signer, &session.globals);
    match (via, to, link) {
        (Via::Browser, _, link) => {
            browser(&letter, &settings.paper, link.as_deref().filter(|_| fits), session)?;
        }
        (Via::Mailto, Some(_), Some(link)) => by_link(&link, &words, session)?,
        (Via::Eml, Some(to), _) => draft(&letter, to, session)?,
        _ => return Err(to_copy::no_mail_address(&letter, &options.signer, session)),
    }
    notices::of_letter(&letter, Way::Mail(None), session.today(), session.terminal);
    Ok(Exit::Done)
}

fn by_link(link: &str, words: &str, session: &Session) -> Result<(), Failure> {
    if link.len() > mailto::LIMIT {
        session.terminal.notice(&format!(
            "The link has {} characters, and some mail programs cut it at {}: look whether the letter is whole, or use \
             --via eml.",
            link.len(),
            mailto::LIMIT
        ));
    }
    session.terminal.notice(
        "While it is handed over, other users of this machine can see the letter among its processes: where there are any, \
         use --via eml.",
    );
    let instead =
        format!("To copy the letter into a mail program yourself: protest preview {words} --wrap 0");
    desktop::open(link, &instead)?;
    session
        .terminal
        .notice("The draft was handed to your mail program. Nothing is sent until you send it there.");
    Ok(())
}

fn draft(letter: &Letter<'_>, to: &Mailbox, session: &Session) -> Result<(), Failure> {
    let bytes = message::draft(Some(to), &letter.subject, &text::render(letter, text::WIDTH));
    let path = desktop::draft("letter.eml", &bytes)?;
    let shown = path.display().to_string();
    desktop::open(
        &shown,
        &format!("The draft is {shown}: open it with a mail program, on this machine or another."),
    )?;
    session.terminal.notice(&format!(
        "The draft was handed to your mail program. Nothing is sent until you send it there. Its file is {shown}: delete \
         it when you are done."
    ));
    Ok(())
}

fn browser(
    letter: &Letter<'_>,
    stationery: &Stationery,
    link: Option<&str>,
    session: &Session,
) -> Result<(), Failure> {
    let path = desktop::draft("letter.html", copy_page::render(letter, stationery, link).as_bytes())?;
    let shown = path.display().to_string();
    desktop::open(
        &shown,
        &format!("The page is {shown}: open it with a browser, on this machine or another."),
    )?;
    session.terminal.notice(&format!(
        "Copy address, subject and text from the page into your mail program. The page is {shown}: delete it when you are \
         done."
    ));
    Ok(())
}
