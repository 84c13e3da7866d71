//! Who cites whom: many cite a few, some old and some new.
//!
//! A citation is taken over from an earlier instrument (so that what is cited much is cited more), or closes a triangle
//! (what a cited instrument cites), or goes to something recent. An instrument cites only what is older, and each once.

use super::random::Random;

/// About `wanted` pairs of citing and cited, ascending by the citing one.
pub fn citations(random: &mut Random, instruments: usize, wanted: usize) -> Vec<(u32, u32)> {
    let length = |at: usize, random: &mut Random| match at {
        0..5 => 0.0,
        _ => random.normal(1.9, 0.9).exp().min(200.0),
    };
    let lengths: Vec<f64> = (0..instruments).map(|at| length(at, random)).collect();
    let rate = wanted as f64 / lengths.iter().sum::<f64>().max(1.0);
    let mut cited: Vec<u32> = Vec::with_capacity(wanted);
    let mut starts: Vec<usize> = Vec::with_capacity(instruments + 1);
    // What an instrument could not cite because it had cited it already is left to the next.
    let mut owed = 0.0;
    for (at, length) in lengths.iter().enumerate() {
        let own = cited.len();
        starts.push(own);
        owed += length * rate;
        let mut tries = owed as usize * 4 + 8;
        while owed >= 1.0 && tries > 0 && cited.len() - own < at {
            tries -= 1;
            let target = target(random, at, &cited, &starts);
            if !cited[own..].contains(&target) {
                cited.push(target);
                owed -= 1.0;
            }
        }
    }
    starts.push(cited.len());
    let of = |at: usize| cited[starts[at]..starts[at + 1]].iter().map(move |to| (at as u32, *to));
    (0..instruments).flat_map(of).collect()
}

/// Something older than `at`, whose citations so far are those from the last start on.
fn target(random: &mut Random, at: usize, cited: &[u32], starts: &[usize]) -> u32 {
    let own = starts.last().copied().unwrap_or_default();
    let way = random.unit();
    if way < 0.14 && cited.len() > own {
        let through = cited[own + random.below(cited.len() - own)] as usize;
        let theirs = &cited[starts[through]..starts[through + 1]];
        if !theirs.is_empty() {
            return random.pick(theirs);
        }
    } else if way < 0.62 && own > 0 {
        return cited[random.below(own)];
    }
    let back = random.exponential(0.12) * at as f64;
    (at - 1 - (back as usize).min(at - 1)) as u32
}
