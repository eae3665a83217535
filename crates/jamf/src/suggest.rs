//! What was probably meant.

/// The known name that is closest to a mistyped one, if any is close.
pub(crate) fn closest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase();
    let distance = |name: &&'a str| strsim::osa_distance(&typed, &name.to_ascii_lowercase());
    let best = known.iter().copied().min_by_key(distance)?;
    (distance(&best) * 3 <= typed.len().max(3)).then_some(best)
}
