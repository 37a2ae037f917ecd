//! What the shapes of arrays leave open, in a few notes.

use std::collections::BTreeSet;

/// Most doubts that are told in full.
const SHOWN: usize = 3;

/// Each doubt about the axes of arrays once, as far as a few tell.
pub(super) fn doubts<'a>(each: impl Iterator<Item = &'a String>) -> Vec<String> {
    let different: BTreeSet<&String> = each.collect();
    let mut told: Vec<String> = different.iter().take(SHOWN).copied().cloned().collect();
    if different.len() > SHOWN {
        told.push(format!(
            "arrays of {} more shapes could be of other axes (--layout)",
            different.len() - SHOWN
        ));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_many_are_counted() {
        let texts = ["d", "a", "b", "a", "c", "e"].map(String::from);
        let told = doubts(texts.iter());
        assert_eq!(told[..3], ["a", "b", "c"]);
        assert!(told[3].contains("2 more shapes"), "{told:?}");
        assert!(doubts([].iter()).is_empty());
    }
}
