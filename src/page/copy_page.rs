//! The letter as a page with buttons that copy address, subject and text into a mail program of one's own.
//!
//! It works without scripts too: what a button copies can be marked by hand. Nothing is loaded from elsewhere.

use crate::letter::Letter;
use crate::letter::form::html::{escape, page};
use crate::letter::form::text;
use crate::letter::paper::Stationery;

/// The page of one letter, which prints on this stationery; `link` opens a draft in the mail program.
pub(crate) fn render(letter: &Letter<'_>, stationery: &Stationery, link: Option<&str>) -> String {
    let mut controls = String::from("<nav lang=\"en\" dir=\"ltr\">\n");
    if let Some(email) = &letter.embassy.email {
        controls.push_str(&field("address", "Address", &email.mailbox.to_string(), 1));
    }
    controls.push_str(&field("subject", "Subject", &letter.subject, 1));
    controls.push_str(&field("text", "Text", &text::render(letter, 0), 8));
    if let Some(link) = link {
        controls.push_str(&format!(
            "<p><a href=\"{}\" rel=\"noreferrer noopener\">Open it in the mail program</a></p>\n",
            escape(link)
        ));
    }
    controls.push_str("</nav>\n");
    let stationery = Stationery { posted_from: Some(letter.signer.country()), ..stationery.clone() };
    page(letter, &stationery, &controls, Some(SCRIPT))
}

fn field(id: &str, name: &str, value: &str, rows: usize) -> String {
    format!(
        "<p><label for=\"{id}\">{name}</label> <button type=\"button\" data-copy=\"{id}\">Copy</button><br>\n\
         <textarea id=\"{id}\" rows=\"{rows}\" dir=\"auto\" readonly>\n{}</textarea></p>\n",
        escape(value.trim_end())
    )
}

const SCRIPT: &str = "
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    const done = () => { button.textContent = 'Copied'; };
    const byHand = () => { if (document.execCommand('copy')) done(); };
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, byHand);
    else byHand();
  });
}
";

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn what_is_copied_cannot_leave_its_field() {
        let field = field("text", "Text", "a </textarea><script>alert(1)</script> & \"b\"\n", 8);
        assert_eq!(field.matches("</textarea>").count(), 1);
        assert!(!field.contains("<script>"));
    }
}
