//! What is done at the end: the arguments of the one command that does it, and what to say afterwards.

use std::path::Path;

use super::Talk;
use super::offers::Offer;
use crate::cli::failure::Failure;
use crate::cli::to_copy;
use crate::letter::Letter;
use crate::mailbox::Mailbox;
use crate::provider;
use crate::relay::Relay;

/// A command that is ready to be run.
pub(super) struct Deed {
    pub(super) arguments: Vec<String>,
    /// Whether what the command would say has been said already.
    pub(super) is_quiet: bool,
    pub(super) afterwards: Vec<String>,
}

impl Deed {
    /// The deed that was chosen, with what it still has to ask; none, where the signer would rather go back.
    pub(super) fn of(
        offer: Offer,
        talk: &Talk<'_>,
        letter: &Letter<'_>,
        signer: &[String],
    ) -> Result<Option<Deed>, Failure> {
        let command = |name: &str| [vec![name.to_owned()], signer.to_vec()].concat();
        Ok(Some(match offer {
            Offer::Print => {
                let file = talk.new_file("letter", "pdf")?;
                let mut afterwards = vec![talk.words.with("dialogue_written", &[("file", &file)])];
                if letter.embassy.address.is_some() {
                    afterwards.push(format!("{}\n", talk.words.sentence("dialogue_post")));
                    afterwards.push(format!("  {}\n", letter.embassy.post_lines().join("\n  ")));
                }
                Deed { arguments: with(command("write"), &["-o", &file]), is_quiet: true, afterwards }
            }
            Offer::Save => {
                let file = talk.new_file("letter", "txt")?;
                let afterwards = vec![talk.words.with("dialogue_written", &[("file", &file)])];
                Deed { arguments: with(command("write"), &["-o", &file]), is_quiet: true, afterwards }
            }
            Offer::Open => {
                let afterwards = vec![talk.words.sentence("dialogue_opened").to_owned()];
                Deed { arguments: command("open"), is_quiet: false, afterwards }
            }
            Offer::Send => {
                let Some(account) = talk.account()? else { return Ok(None) };
                Deed { arguments: with(command("send"), &account), is_quiet: false, afterwards: Vec::new() }
            }
            Offer::OwnWords => {
                let file = talk.new_file("my", "md")?;
                let mut arguments = vec!["letters".to_owned(), "new".to_owned(), file.clone()];
                let language = letter.template.front_matter.language.as_str();
                arguments.extend(["--from", letter.template.id(), "--lang", language].map(str::to_owned));
                let look = with(command("preview"), &["--letter", &file]);
                let afterwards = vec![
                    talk.words.with("dialogue_edit", &[("file", &file)]),
                    format!("\n  protest {}\n", to_copy::as_typed(&look)),
                ];
                Deed { arguments, is_quiet: true, afterwards }
            }
        }))
    }
}

impl Talk<'_> {
    /// A file that is not there yet, with this ending.
    fn new_file(&self, stem: &str, ending: &str) -> Result<String, Failure> {
        let proposals = std::iter::once(format!("{stem}.{ending}"))
            .chain((2..).map(|number| format!("{stem}-{number}.{ending}")));
        let proposal = proposals.into_iter().find(|name| !Path::new(name).exists()).unwrap_or_default();
        loop {
            let answer = self.ask("dialogue_file", &[("file", &proposal)])?;
            let name = match answer.as_str() {
                "" => proposal.clone(),
                // The ending says which form it has.
                name if Path::new(name).extension().is_none_or(|own| own != ending) => {
                    format!("{name}.{ending}")
                }
                name => name.to_owned(),
            };
            if !Path::new(&name).exists() {
                return Ok(name);
            }
            self.say(&format!("{name}: this file is there already"));
        }
    }

    /// The options of the signer's own account; none, where the signer would rather go back.
    fn account(&self) -> Result<Option<Vec<String>>, Failure> {
        let mailbox = loop {
            let answer = self.ask("dialogue_email", &[])?;
            if answer.is_empty() {
                return Ok(None);
            }
            match Mailbox::parse(&answer) {
                Ok(mailbox) => break mailbox,
                Err(error) => self.say(&error.to_string()),
            }
        };
        let options = vec!["--email".to_owned(), mailbox.to_string()];
        let home = provider::of_domain(mailbox.domain());
        let known = home.and_then(|home| home.relay_url(mailbox.local_part(), mailbox.domain()));
        if let Some(url) = known {
            return Ok(Some([options, vec!["--smtp".to_owned(), url]].concat()));
        }
        if let Some(how) = home.and_then(provider::Provider::how_to_log_in) {
            self.say(&format!("{how}."));
        }
        let example = format!("smtp.{}", mailbox.domain());
        loop {
            let answer = self.ask("dialogue_relay", &[("example", &example)])?;
            if answer.is_empty() {
                return Ok(None);
            }
            let url = if answer.contains(':') { answer } else { format!("smtps://{mailbox}@{answer}") };
            match Relay::parse(&url) {
                Ok(_) => return Ok(Some([options, vec!["--smtp".to_owned(), url]].concat())),
                Err(error) => self.say(&error.to_string()),
            }
        }
    }
}

fn with(mut arguments: Vec<String>, more: &[impl AsRef<str>]) -> Vec<String> {
    arguments.extend(more.iter().map(|word| word.as_ref().to_owned()));
    arguments
}
