//! Where a poster leads: a page's address, and the code that a telephone reads it from.

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use crate::exit::{Exit, ExitCode};

/// The longest address: with more, a code's squares are too fine for a wall.
const LONGEST: usize = 300;

/// The address of a page that anybody may be led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageUrl(String);

/// Why a text is no such address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoPageUrl {
    /// Anything but https would let others change the page on its way.
    #[error("--url: write the page's address as https://…")]
    NotHttps,
    /// A name, or even a password, has no place on a wall.
    #[error("--url: there is a user in it (before the @): write the address without one")]
    User,
    /// No host.
    #[error("--url: there is no host in it: write https://example.org/letter.html")]
    NoHost,
    /// Too long for a code.
    #[error("--url: it has {0} characters; at most 300 are allowed")]
    TooLong(usize),
    /// What no address has.
    #[error("--url: the character U+{:04X} has no place in an address: write it percent-encoded", u32::from(*.0))]
    Character(char),
}

impl ExitCode for NoPageUrl {
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl PageUrl {
    /// Reads an address such as `https://example.org/letter.html`.
    ///
    /// # Errors
    /// [`NoPageUrl`]; it never repeats a user, who may have a password.
    pub(crate) fn parse(text: &str) -> Result<PageUrl, NoPageUrl> {
        let length = text.chars().count();
        if length > LONGEST {
            return Err(NoPageUrl::TooLong(length));
        }
        let is_https = text.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
        let rest = text.get(8..).filter(|_| is_https).ok_or(NoPageUrl::NotHttps)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.contains('@') || host.contains('\\') {
            return Err(NoPageUrl::User);
        }
        if let Some(c) = text.chars().find(|c| !c.is_ascii_graphic() || "\"<>\\^`{|}".contains(*c)) {
            return Err(NoPageUrl::Character(c));
        }
        let name = host.split(':').next().unwrap_or_default();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)) {
            return Err(NoPageUrl::NoHost);
        }
        Ok(PageUrl(text.to_owned()))
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The squares of its code (ISO/IEC 18004, level M: it is read with a seventh of it torn off); dark ones are true.
    pub(crate) fn code(&self) -> Vec<Vec<bool>> {
        // 300 bytes fit a code of level M, which takes 2,331.
        let Ok(code) = QrCode::with_error_correction_level(&self.0, EcLevel::M) else { return Vec::new() };
        let squares: Vec<bool> = code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        squares.chunks(code.width().max(1)).map(<[bool]>::to_vec).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{NoPageUrl, PageUrl};

    #[test]
    fn an_address_is_https_without_a_user_and_fits_a_code() {
        for good in
            ["https://example.org", "HTTPS://example.org:8443/a/b.html?x=1#y", "https://example.org/@aiko"]
        {
            assert_eq!(PageUrl::parse(good).unwrap().as_str(), good);
        }
        let long = format!("https://example.org/{}", "x".repeat(281));
        for (bad, why) in [
            ("http://example.org", NoPageUrl::NotHttps),
            ("example.org", NoPageUrl::NotHttps),
            ("javascript:alert(1)", NoPageUrl::NotHttps),
            ("https://aiko:secret@example.org/", NoPageUrl::User),
            ("https:///x", NoPageUrl::NoHost),
            ("https://", NoPageUrl::NoHost),
            ("https://example.org/a b", NoPageUrl::Character(' ')),
            ("https://example.org/é", NoPageUrl::Character('é')),
            (long.as_str(), NoPageUrl::TooLong(301)),
        ] {
            assert_eq!(PageUrl::parse(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_code_is_a_square_with_its_three_eyes() {
        let code = PageUrl::parse(&format!("https://example.org/{}", "x".repeat(280))).unwrap().code();
        let side = code.len();
        assert!(side > 21 && code.iter().all(|row| row.len() == side));
        for (row, column) in [(0, 0), (0, side - 7), (side - 7, 0)] {
            assert!(code[row][column..column + 7].iter().all(|dark| *dark));
        }
    }
}
