//! A logo as the page has it: within itself, without what its file says of place and author.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::exit::{Exit, ExitCode};
use crate::picture::{Picture, PictureError, PictureKind};

/// The largest file, in bytes: the page is for slow lines too.
const LARGEST: usize = 500_000;

/// A picture that can stand in the page.
#[derive(Debug)]
pub(crate) struct Logo(Picture);

/// Why a file is no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LogoError {
    /// Too much for a page.
    #[error("it has {0} bytes; at most 500,000 are taken")]
    Size(usize),
    /// No picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

impl ExitCode for LogoError {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

impl Logo {
    /// The picture in a file's bytes.
    ///
    /// # Errors
    /// Where it is none, or too large.
    pub(crate) fn read(bytes: &[u8]) -> Result<Logo, LogoError> {
        if bytes.len() > LARGEST {
            Err(LogoError::Size(bytes.len()))
        } else {
            Ok(Logo(Picture::read(bytes)?))
        }
    }

    /// As an address that the page itself holds.
    pub(super) fn address(&self) -> String {
        let kind = match self.0.kind {
            PictureKind::Png => "image/png",
            PictureKind::Jpeg => "image/jpeg",
        };
        format!("data:{kind};base64,{}", STANDARD.encode(&self.0.bytes))
    }
}
