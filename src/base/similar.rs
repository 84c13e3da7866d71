//! Did you mean.

/// How alike two folded texts are, from 0 (nothing in common) to 1 (equal).
pub fn similarity(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(a, b).max(strsim::jaro_winkler(a, b) - 0.12)
}

/// The at most `limit` words of `known` nearest to `word`, best first; nothing that is not reasonably near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let folded = word.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|k| (similarity(&folded, &k.to_lowercase()), k))
        .filter(|(score, _)| *score >= 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.truncate(limit);
    scored.into_iter().map(|(_, k)| k).collect()
}
