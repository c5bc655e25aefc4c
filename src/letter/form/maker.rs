//! What makes one form of a letter: each form is a file that can do this, and whoever writes letters asks no more.

use crate::exit::Exit;
use crate::letter::Letter;
use crate::signer::{Field, Wishes};

/// Makes letters in one form, one after another.
pub(crate) trait Maker {
    /// The bytes of a letter's file; nothing where the letter has no such form, as a message to an embassy without
    /// an e-mail address has not.
    ///
    /// # Errors
    /// What has to be mended first.
    fn make(&mut self, letter: &Letter<'_>, wishes: &Wishes) -> Result<Option<Vec<u8>>, Unmade>;

    /// What there is to say of the letters made so far, in a sentence.
    fn remark(&self) -> Option<String> {
        None
    }
}

/// Why a letter could not be made in a form, in a sentence.
#[derive(Debug)]
pub(crate) enum Unmade {
    /// Something in one of the signer's fields: other letters can be made.
    Field(Field, String),
    /// Something that would keep every letter from being made.
    Failed(String, Exit),
}
