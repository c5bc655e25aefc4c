//! `protest page`: the letter as a page that works in any browser, for supporters who open no terminal.

use std::path::PathBuf;

use clap::Args;

use super::failure::{Failure, Outcome};
use super::published::publish_page;
use super::session::Session;
use crate::campaign::settings::Given;
use crate::campaign::settings::letter::LetterOptions;
use crate::campaign::settings::signers::SignerOptions;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::letter::form::Form;
use crate::letter::form::pdf::poster::Poster;
use crate::letter::paper::Paper;
use crate::mailbox::Mailbox;
use crate::page::action::ActionPage;
use crate::page::poster::PageUrl;
use crate::page::title;
use crate::words::Words;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest page -o letter.html\n  protest page -o brief.html --lang de --lang fr --contact group@example.org"
)]
pub(super) struct Page {
    /// The file to write
    #[arg(short, long, value_name = "FILE.html")]
    output: PathBuf,
    /// A language of the page; it opens in the first, and has English too [default: all, opening in English]
    #[arg(long, value_name = "TAG")]
    lang: Vec<String>,
    /// The letter: an id from `protest letters`, or a file of your own ending in .md
    #[arg(long, value_name = "ID|FILE.md")]
    letter: Option<String>,
    /// Whom the letter addresses [default: the sitting president of China]
    #[arg(long, value_name = "TEXT")]
    addressee: Option<String>,
    /// What the page is called
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The e-mail address of those who answer for the page
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// A poster too, with a code that leads a telephone to the page
    #[arg(long, value_name = "FILE.pdf", requires = "url")]
    poster: Option<PathBuf>,
    /// Where the page will be found: an https address
    #[arg(long, value_name = "URL", requires = "poster")]
    url: Option<String>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(options: &Page, session: &Session) -> Outcome {
    let url = options.url.as_deref().map(PageUrl::parse).transpose()?;
    if let Some(path) = &options.poster
        && Form::of(path).ok() != Some(Form::Pdf)
    {
        return Err(Failure::usage(format!(
            "{}: a poster is a PDF: write a name that ends in .pdf",
            path.display()
        )));
    }
    let signer = SignerOptions {
        letter: LetterOptions {
            letter: options.letter.clone(),
            addressee: options.addressee.clone(),
            ..LetterOptions::default()
        },
        ..SignerOptions::default()
    };
    let settings = session.settings(&Given { signer, ..session.given() })?;
    for made in std::iter::once(&options.output).chain(&options.poster) {
        settings.must_not_read(made)?;
    }
    let configured = settings.page.clone();
    let given = options.contact.as_deref().map(Mailbox::parse).transpose();
    let contact = given.map_err(|error| Failure::new(Exit::Data, format!("--contact: {error}")))?;
    let contact = contact.or(configured.contact);
    let languages = if options.lang.is_empty() { configured.lang } else { options.lang.clone() };
    let letter = options.letter.clone().or(configured.letter);
    let letter = letter.as_deref().or(settings.letter.letter());
    let title = options.title.as_deref().map(title::read).transpose();
    let title = title.map_err(|error| Failure::new(Exit::Data, format!("--title: {error}")))?;
    let title = title.or(configured.title);
    let book = settings.sources.address_book()?;
    let templates = settings.sources.templates()?;
    let page = ActionPage {
        book: &book,
        templates: &templates,
        letter,
        addressee: settings.letter.addressee(),
        languages: &languages,
        title: title.as_deref(),
        contact: contact.as_ref(),
    };
    let html = page.render()?;
    let old = Old::by(options.force);
    if let (Some(path), Some(url)) = (&options.poster, &url) {
        let words = Words::of(page.opening_language()?.as_str());
        let address = contact.as_ref().map(ToString::to_string);
        let poster = Poster {
            title: page.title.unwrap_or(words.sentence("page_title")),
            sentence: words.sentence("page_poster"),
            url: url.as_str(),
            contact: address.as_deref(),
            code: &url.code(),
            language: words.tag(),
        };
        let paper = settings.paper.paper.unwrap_or(Paper::A4);
        let pdf = settings.printer()?.poster(&poster, paper, session.today())?;
        files::publish(path, &pdf, old)?;
        session.terminal.notice_line(&format!("{}: the poster is written.", path.display()));
    }
    let written = publish_page(session.terminal, &options.output, &html, old);
    if written.is_err()
        && old == Old::Stays
        && let Some(path) = &options.poster
    {
        // It was made just now; where it cannot be taken away, the error that counts is the page's.
        let _ = std::fs::remove_file(path);
    }
    written?;
    Ok(Exit::Done)
}
