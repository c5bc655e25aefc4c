//! "Did you mean …": the known word that a mistyped one most likely stands for.

/// The nearest of `known` to `word`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= 1 + candidate.chars().count() / 4)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        let known = ["signer.name", "signer.city", "addressee"];
        assert_eq!(nearest("signer.nmae", known), Some("signer.name"));
        assert_eq!(nearest("Adressee", known), Some("addressee"));
        assert_eq!(nearest("weather", known), None);
    }
}
