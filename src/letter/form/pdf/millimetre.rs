//! The unit of stationery, in that of a PDF.

/// Points to a millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;
