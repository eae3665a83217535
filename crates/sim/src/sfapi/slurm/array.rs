//! Job arrays: many tasks of one script.

/// The indices of an array, in order, and how many may run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Indices {
    pub(crate) list: Vec<u32>,
    pub(crate) at_once: Option<u32>,
}

/// Slurm's own bound.
const MOST: u32 = 1_001;

impl Indices {
    /// Reads `0-15:4%2,20`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (ranges, at_once) = match text.split_once('%') {
            Some((ranges, at_once)) => (ranges, Some(at_once.parse().ok()?)),
            None => (text, None),
        };
        let mut list = Vec::new();
        for range in ranges.split(',') {
            let (range, step) = range.split_once(':').unwrap_or((range, "1"));
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (first, last, step): (u32, u32, usize) = (first.parse().ok()?, last.parse().ok()?, step.parse().ok()?);
            if first > last || last >= MOST || step == 0 {
                return None;
            }
            list.extend((first..=last).step_by(step));
        }
        list.sort_unstable();
        list.dedup();
        Some(Self { list, at_once })
    }
}

/// Writes indices as ranges: `0-3,7`.
pub(crate) fn ranges(indices: &[u32]) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for index in indices {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => parts.push((*index, *index)),
        }
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_read_and_write() {
        let indices = Indices::read("0-6:2%2,9,10").map(|indices| (indices.list, indices.at_once));
        assert_eq!(indices, None, "the share comes last");
        let indices = Indices::read("0-6:2,9,10%2").expect("indices");
        assert_eq!((ranges(&indices.list).as_str(), indices.at_once), ("0,2,4,6,9-10", Some(2)));
        assert!(Indices::read("3-1").is_none() && Indices::read("0-5000").is_none() && Indices::read("").is_none());
    }
}
