//! Lengths and ends of paths of any number of hops, and what they must give: every trail is walked.

use crate::generate::Choices;
use crate::things::{LABELS, TYPES, Things};
use std::collections::BTreeMap;

pub struct Query {
    kinds: Vec<usize>,
    direction: Direction,
    least: usize,
    /// `None` is any number.
    most: Option<usize>,
    /// Label of the start and of the end.
    labels: [Option<usize>; 2],
    /// `i` of the start, of the end: at least.
    bounds: [Option<i64>; 2],
    shown: Shown,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Out,
    In,
    Either,
}

enum Shown {
    Longest,
    LongestByStart,
    LongestByEnd,
    LeastAndMost,
    Lengths,
    Ends,
    CountEnds,
    CountByStart,
    Count,
    PairLengths,
    Shortest { all: bool },
}

impl Query {
    pub fn generate(choices: &mut Choices<'_>) -> Query {
        let kind = choices.below(TYPES.len());
        let kinds = match choices.below(6) {
            0 => Vec::new(),
            1 | 2 => vec![kind, (kind + 1) % TYPES.len()],
            _ => vec![kind],
        };
        let shown = match choices.below(13) {
            0 | 1 => Shown::Longest,
            2 => Shown::LongestByStart,
            3 => Shown::LongestByEnd,
            4 => Shown::LeastAndMost,
            5 => Shown::Lengths,
            6 => Shown::Ends,
            7 => Shown::CountEnds,
            8 => Shown::CountByStart,
            9 => Shown::Count,
            10 => Shown::PairLengths,
            11 => Shown::Shortest { all: false },
            _ => Shown::Shortest { all: true },
        };
        let shortest = matches!(shown, Shown::Shortest { .. });
        let most = match choices.below(4) {
            0 => None,
            most => Some(most + 1),
        };
        let direction = [Direction::Out, Direction::Out, Direction::In, Direction::Either][choices.below(4)];
        // Not more trails than can be walked.
        let many = direction == Direction::Either || kinds.len() != 1;
        let most = if many { most.or(Some(4)) } else { most };
        let mut pair = |bound: usize| -> [Option<usize>; 2] {
            [0, 1].map(|_| (choices.below(3) == 2).then(|| choices.below(bound)))
        };
        let labels = pair(LABELS.len());
        let bounds = pair(3).map(|bound| bound.map(|bound| bound as i64));
        Query {
            kinds,
            direction,
            least: if shortest { 1 } else { choices.below(3) },
            most,
            labels,
            bounds,
            shown,
        }
    }

    pub fn text(&self) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| TYPES[*kind]).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(":{}", kinds.join("|")) };
        let most = self.most.map(|most| most.to_string()).unwrap_or_default();
        let (left, right) = match self.direction {
            Direction::Out => ("-", "->"),
            Direction::In => ("<-", "-"),
            Direction::Either => ("-", "-"),
        };
        let label =
            |at: usize| self.labels[at].map(|label| format!(":{}", LABELS[label])).unwrap_or_default();
        let names = ["a", "b"];
        let tests: Vec<String> = (0..2)
            .filter_map(|at| self.bounds[at].map(|bound| format!("{}.i >= {bound}", names[at])))
            .collect();
        let tests = if tests.is_empty() { String::new() } else { format!("WHERE {} ", tests.join(" AND ")) };
        let way = format!("{left}[{kinds}*{}..{most}]{right}", self.least);
        let matched = match self.shown {
            Shown::Shortest { all } => {
                let word = if all { "allShortestPaths" } else { "shortestPath" };
                let other = if tests.is_empty() { "WHERE" } else { "AND" };
                format!(
                    "MATCH (a{}), (b{}) {tests}{other} a <> b MATCH p = {word}((a){way}(b)) ",
                    label(0),
                    label(1)
                )
            }
            _ => format!("MATCH p = (a{}){way}(b{}) {tests}", label(0), label(1)),
        };
        let shown = match self.shown {
            Shown::Longest => "RETURN max(length(p))",
            Shown::LongestByStart => "RETURN a.k, max(length(p)), min(length(p))",
            Shown::LongestByEnd => "RETURN b.k, max(length(p))",
            Shown::LeastAndMost => "RETURN min(length(p)), max(length(p) + 1), count(DISTINCT b)",
            Shown::Lengths => "RETURN count(DISTINCT length(p))",
            Shown::Ends => "RETURN DISTINCT b.k",
            Shown::CountEnds => "RETURN count(DISTINCT b)",
            Shown::CountByStart => "RETURN a.k, count(DISTINCT b)",
            Shown::Count => "RETURN count(*)",
            Shown::PairLengths => "RETURN DISTINCT a.k, b.k, length(p)",
            Shown::Shortest { .. } => "RETURN a.k, b.k, length(p), count(*)",
        };
        matched + shown
    }

    pub fn rows(&self, things: &Things, day: bool) -> Vec<String> {
        let seen = |node: usize| {
            let thing = &things.nodes[node].thing;
            !thing.deleted && (!day || thing.holds())
        };
        let links: Vec<(usize, usize)> = things
            .links
            .iter()
            .filter(|link| self.kinds.is_empty() || self.kinds.contains(&link.kind))
            .filter(|link| !link.thing.deleted && (!day || link.thing.holds()))
            .filter(|link| seen(link.from) && seen(link.to))
            .map(|link| (link.from, link.to))
            .collect();
        let fits = |node: usize, at: usize| {
            let known = &things.nodes[node];
            let number = match known.thing.properties[0] {
                Some(crate::things::Worth::Number(number)) => Some(number),
                _ => None,
            };
            seen(node)
                && self.labels[at].is_none_or(|label| known.labels[label])
                && self.bounds[at].is_none_or(|bound| number.is_some_and(|number| number >= bound))
        };
        // From, to, length.
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for start in (0..things.nodes.len()).filter(|node| fits(*node, 0)) {
            let mut trails: Vec<(usize, Vec<usize>)> = vec![(start, Vec::new())];
            let mut length = 0;
            while !trails.is_empty() && self.most.is_none_or(|most| length <= most) {
                if length >= self.least {
                    let ends = trails.iter().filter(|(end, _)| fits(*end, 1));
                    found.extend(ends.map(|(end, _)| (start, *end, length)));
                }
                length += 1;
                let mut longer = Vec::new();
                for (end, trail) in &trails {
                    for (number, (from, to)) in links.iter().enumerate() {
                        if trail.contains(&number) {
                            continue;
                        }
                        let mut ends = Vec::new();
                        if self.direction != Direction::In && from == end {
                            ends.push(*to);
                        }
                        if self.direction != Direction::Out && to == end && !ends.contains(from) {
                            ends.push(*from);
                        }
                        for next in ends {
                            longer.push((next, trail.iter().copied().chain([number]).collect()));
                        }
                    }
                }
                trails = longer;
            }
        }
        self.shown(&found)
    }

    fn shown(&self, found: &[(usize, usize, usize)]) -> Vec<String> {
        let lengths = || found.iter().map(|(_, _, length)| *length);
        let number = |number: Option<usize>| number.map_or("null".to_owned(), |number| number.to_string());
        let different = |numbers: &mut dyn Iterator<Item = usize>| {
            let mut numbers: Vec<usize> = numbers.collect();
            numbers.sort_unstable();
            numbers.dedup();
            numbers
        };
        let mut groups: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (start, end, length) in found {
            match self.shown {
                Shown::LongestByEnd => groups.entry(*end).or_default().push((*start, *length)),
                _ => groups.entry(*start).or_default().push((*end, *length)),
            }
        }
        let most = |of: &[(usize, usize)]| number(of.iter().map(|(_, length)| *length).max());
        let least = |of: &[(usize, usize)]| number(of.iter().map(|(_, length)| *length).min());
        let ends = different(&mut found.iter().map(|(_, end, _)| *end));
        let mut rows: Vec<String> = match self.shown {
            Shown::Longest => vec![number(lengths().max())],
            Shown::LongestByStart => {
                groups.iter().map(|(key, of)| format!("{key} | {} | {}", most(of), least(of))).collect()
            }
            Shown::LongestByEnd => groups.iter().map(|(key, of)| format!("{key} | {}", most(of))).collect(),
            Shown::LeastAndMost => vec![format!(
                "{} | {} | {}",
                number(lengths().min()),
                number(lengths().max().map(|length| length + 1)),
                ends.len()
            )],
            Shown::Lengths => vec![different(&mut lengths()).len().to_string()],
            Shown::Ends => ends.iter().map(usize::to_string).collect(),
            Shown::CountEnds => vec![ends.len().to_string()],
            Shown::CountByStart => groups
                .iter()
                .map(|(key, of)| format!("{key} | {}", different(&mut of.iter().map(|(end, _)| *end)).len()))
                .collect(),
            Shown::Count => vec![found.len().to_string()],
            Shown::PairLengths => {
                let mut rows = found.to_vec();
                rows.sort_unstable();
                rows.dedup();
                rows.iter().map(|(start, end, length)| format!("{start} | {end} | {length}")).collect()
            }
            Shown::Shortest { all } => {
                let mut pairs: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
                for (start, end, length) in found.iter().filter(|(start, end, _)| start != end) {
                    pairs.entry((*start, *end)).or_default().push(*length);
                }
                let row = |((start, end), lengths): (&(usize, usize), &Vec<usize>)| {
                    let least = lengths.iter().min().copied().unwrap_or(0);
                    let count = lengths.iter().filter(|length| **length == least).count();
                    format!("{start} | {end} | {least} | {}", if all { count } else { 1 })
                };
                pairs.iter().map(row).collect()
            }
        };
        rows.sort();
        rows
    }
}
