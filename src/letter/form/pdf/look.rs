//! How a text looks on paper, whatever it says.

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look<'a> {
    /// In points.
    pub(super) size: f32,
    /// From one baseline to the next, in font sizes; a tall script takes more.
    pub(super) leading: f32,
    pub(super) is_bold: bool,
    pub(super) alignment: Align,
    /// The language's tag: it chooses between the Chinese, Japanese and Korean shapes of a character.
    pub(super) language: &'a str,
}

/// To which edge lines are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Align {
    /// Where the text's own direction begins: running text.
    Start,
    /// Where the letter's direction begins, whatever script the text is in: a name, an address.
    LetterStart,
    /// Where the letter's direction ends.
    LetterEnd,
    /// Left, for an address that the post reads.
    Left,
    /// In the middle.
    Centre,
}
