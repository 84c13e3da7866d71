//! Did you mean.

/// How alike two folded texts are, from 0 (nothing in common) to 1 (equal).
pub fn similarity(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(a, b).max(strsim::jaro_winkler(a, b) - 0.12)
}

/// Longer texts are no words and no names; to compare them takes long.
const LONGEST: usize = 400;

/// The similarity of two texts where it is at least `floor`: most pairs are told apart by their letters alone, which is
/// many times faster than to compare them place by place.
pub fn similarity_from(floor: f64, a: &str, b: &str) -> Option<f64> {
    let long = a.len().max(b.len()) > LONGEST;
    (!long && most_alike(a, b) >= floor).then(|| similarity(a, b)).filter(|score| *score >= floor)
}

/// No less than the similarity: as if the letters that two texts share stood in the same order.
fn most_alike(a: &str, b: &str) -> f64 {
    let (mut balance, mut lengths) = ([0i32; 64], [0u32; 2]);
    for (text, length, sign) in [(a, 0, 1), (b, 1, -1)] {
        for letter in text.chars() {
            lengths[length] += 1;
            balance[letter as usize % 64] += sign;
        }
    }
    let [a, b] = lengths.map(f64::from);
    if a == 0.0 || b == 0.0 {
        return 1.0;
    }
    let apart: u32 = balance.iter().map(|count| count.unsigned_abs()).sum();
    let shared = (a + b - f64::from(apart)) / 2.0;
    let jaro = (shared / a + shared / b + 1.0) / 3.0;
    (shared / a.max(b)).max(jaro + 0.4 * (1.0 - jaro) - 0.12)
}

/// The at most `limit` words of `known` nearest to `word`, best first; nothing that is not reasonably near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let folded = word.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .filter_map(|k| Some((similarity_from(0.6, &folded, &k.to_lowercase())?, k)))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.truncate(limit);
    scored.into_iter().map(|(_, k)| k).collect()
}

#[cfg(test)]
mod tests {
    use super::{most_alike, similarity};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_pair_is_more_alike_than_its_letters(a in "[abc é]{0,9}", b in "[abc é]{0,9}") {
            prop_assert!(most_alike(&a, &b) + 1e-9 >= similarity(&a, &b));
        }
    }
}
