//! Did you mean …?

/// The known word that is nearest to what was typed, if it is near enough to be meant.
pub(crate) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase();
    let near = |word: &'a str| (strsim::jaro_winkler(&typed, &word.to_ascii_lowercase()), word);
    let best = known.into_iter().map(near).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.8).then_some(best.1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["GENERAL", "HARDWARE", "OPERATING_SYSTEM"];
        assert_eq!(super::nearest("hardwear", known), Some("HARDWARE"));
        assert_eq!(super::nearest("xyz", known), None);
    }
}
