//! Patterns matched by trying everything.

use crate::generate::{Match, NodePattern, PathPattern, Predicate, Query, Result, Step, Way, World};
use std::collections::{BTreeMap, BTreeSet};

/// What a variable holds: a node, a relationship, a list of relationships; `None` is null.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Node(usize),
    Relationship(usize),
    List(Vec<usize>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Name {
    Node(usize),
    Relationship(usize),
}

type Row = BTreeMap<Name, Option<Held>>;

/// The rows that a query gives, as sorted texts.
pub fn rows(world: &World, query: &Query) -> Vec<String> {
    let mut found = vec![Row::new()];
    for clause in &query.matches {
        found = found.into_iter().flat_map(|row| matched(world, clause, row, query)).collect();
    }
    result(world, query, &found)
}

fn matched(world: &World, clause: &Match, row: Row, query: &Query) -> Vec<Row> {
    let paths: Vec<&PathPattern> = clause.paths.iter().collect();
    let mut found = Vec::new();
    paths_from(world, &paths, row.clone(), &BTreeSet::new(), &mut found);
    found.retain(|row| clause.filter.iter().all(|predicate| holds(world, predicate, row)));
    if found.is_empty() && clause.optional {
        let mut alone = row;
        for path in &clause.paths {
            let nodes = std::iter::once(&path.start).chain(path.steps.iter().map(|step| &step.node));
            for variable in nodes.filter_map(|node| node.variable) {
                alone.entry(Name::Node(variable)).or_insert(None);
            }
            for step in path.steps.iter().filter(|step| step.named) {
                alone.entry(Name::Relationship(step.variable)).or_insert(None);
            }
        }
        found.push(alone);
    }
    let _ = query;
    found
}

fn paths_from(world: &World, paths: &[&PathPattern], row: Row, used: &BTreeSet<usize>, found: &mut Vec<Row>) {
    let Some((path, rest)) = paths.split_first() else {
        found.push(row);
        return;
    };
    for at in 0..world.nodes.len() {
        if let Some(row) = placed(world, &path.start, at, &row) {
            steps_from(world, &path.steps, rest, at, row, used, found);
        }
    }
}

fn steps_from(
    world: &World,
    steps: &[Step],
    rest: &[&PathPattern],
    at: usize,
    row: Row,
    used: &BTreeSet<usize>,
    found: &mut Vec<Row>,
) {
    let Some((step, steps)) = steps.split_first() else {
        paths_from(world, rest, row, used, found);
        return;
    };
    let (min, max) = step.length.unwrap_or((1, 1));
    let mut trails = vec![(at, Vec::new())];
    let mut length = 0;
    loop {
        if length >= min {
            for (end, trail) in &trails {
                let mut row = row.clone();
                if step.named {
                    let held = match step.length {
                        Some(_) => Held::List(trail.clone()),
                        None => Held::Relationship(trail[0]),
                    };
                    row.insert(Name::Relationship(step.variable), Some(held));
                }
                if let Some(row) = placed(world, &step.node, *end, &row) {
                    let used = used.iter().chain(trail).copied().collect();
                    steps_from(world, steps, rest, *end, row, &used, found);
                }
            }
        }
        if length == max || trails.is_empty() {
            return;
        }
        length += 1;
        let mut longer = Vec::new();
        for (end, trail) in &trails {
            for (number, (from, to, kind)) in world.relationships.iter().enumerate() {
                if used.contains(&number) || trail.contains(&number) || step.kind.is_some_and(|k| k != *kind)
                {
                    continue;
                }
                let mut ends = BTreeSet::new();
                if step.way != Way::In && from == end {
                    ends.insert(*to);
                }
                if step.way != Way::Out && to == end {
                    ends.insert(*from);
                }
                for next in ends {
                    let mut trail = trail.clone();
                    trail.push(number);
                    longer.push((next, trail));
                }
            }
        }
        trails = longer;
    }
}

/// The row with a node in a place of the pattern, if it fits there.
fn placed(world: &World, pattern: &NodePattern, node: usize, row: &Row) -> Option<Row> {
    let (labels, x) = &world.nodes[node];
    if pattern.label.is_some_and(|label| !labels.contains(&label)) || (pattern.x.is_some() && pattern.x != *x)
    {
        return None;
    }
    let mut row = row.clone();
    if let Some(variable) = pattern.variable {
        match row.get(&Name::Node(variable)) {
            Some(held) if *held != Some(Held::Node(node)) => return None,
            _ => row.insert(Name::Node(variable), Some(Held::Node(node))),
        };
    }
    Some(row)
}

fn node_in(row: &Row, variable: usize) -> Option<usize> {
    match row.get(&Name::Node(variable)) {
        Some(Some(Held::Node(node))) => Some(*node),
        _ => None,
    }
}

fn x_of(world: &World, row: &Row, variable: usize) -> Option<usize> {
    node_in(row, variable).and_then(|node| world.nodes[node].1)
}

fn holds(world: &World, predicate: &Predicate, row: &Row) -> bool {
    let count = |path: &PathPattern| {
        let mut found = Vec::new();
        paths_from(world, &[path], row.clone(), &BTreeSet::new(), &mut found);
        found.len()
    };
    match predicate {
        Predicate::Equals(node, x) => x_of(world, row, *node) == Some(*x),
        Predicate::Less(left, right) => {
            matches!((x_of(world, row, *left), x_of(world, row, *right)), (Some(a), Some(b)) if a < b)
        }
        Predicate::Label(node, label) => {
            node_in(row, *node).is_some_and(|node| world.nodes[node].0.contains(label))
        }
        Predicate::Exists { negated, path } => (count(path) > 0) != *negated,
        Predicate::CountAtLeast { path, least } => count(path) >= *least,
    }
}

fn result(world: &World, query: &Query, found: &[Row]) -> Vec<String> {
    let number = |value: Option<usize>| value.map_or("null".to_owned(), |value| value.to_string());
    let shown = |row: &Row| {
        let mut cells: Vec<(u8, Vec<usize>, String)> = Vec::new();
        for node in &query.nodes {
            let held = node_in(row, *node);
            cells.push((u8::from(held.is_none()), held.into_iter().collect(), number(held)));
        }
        for (relationship, _) in &query.relationships {
            cells.push(match row.get(&Name::Relationship(*relationship)) {
                Some(Some(Held::Relationship(r))) => (0, vec![*r], r.to_string()),
                Some(Some(Held::List(list))) => {
                    let items: Vec<String> = list.iter().map(usize::to_string).collect();
                    (0, list.clone(), format!("[{}]", items.join(", ")))
                }
                _ => (1, Vec::new(), "null".to_owned()),
            });
        }
        cells
    };
    let text = |cells: &Vec<(u8, Vec<usize>, String)>| {
        cells.iter().map(|(_, _, text)| text.clone()).collect::<Vec<_>>().join(" | ")
    };
    let mut rows: Vec<String> = match &query.result {
        Result::Rows => found.iter().map(|row| text(&shown(row))).collect(),
        Result::Distinct => {
            found.iter().map(|row| text(&shown(row))).collect::<BTreeSet<_>>().into_iter().collect()
        }
        Result::Count => vec![found.len().to_string()],
        Result::CountDistinct(node) => {
            let nodes: BTreeSet<usize> = found.iter().filter_map(|row| node_in(row, *node)).collect();
            vec![format!("{} | {}", nodes.len(), found.len())]
        }
        Result::CountBy(node) => {
            let mut groups: BTreeMap<Option<usize>, usize> = BTreeMap::new();
            found.iter().for_each(|row| *groups.entry(node_in(row, *node)).or_default() += 1);
            groups.into_iter().map(|(key, count)| format!("{} | {count}", number(key))).collect()
        }
        Result::MaxBy(by, of) => {
            let mut groups: BTreeMap<Option<usize>, (Option<usize>, Option<usize>)> = BTreeMap::new();
            for row in found {
                let group = groups.entry(x_of(world, row, *by)).or_default();
                group.0 = group.0.max(node_in(row, *of));
                let x = x_of(world, row, *of);
                group.1 = [group.1, x].into_iter().flatten().min();
            }
            let told = |(key, (max, min)): (Option<usize>, (Option<usize>, Option<usize>))| {
                format!("{} | {} | {}", number(key), number(max), number(min))
            };
            groups.into_iter().map(told).collect()
        }
        Result::FirstRows(limit) => {
            let mut cells: Vec<_> = found.iter().map(shown).collect();
            cells.sort_by(|a, b| {
                let key = |cells: &[(u8, Vec<usize>, String)]| {
                    cells.iter().map(|(null, value, _)| (*null, value.clone())).collect::<Vec<_>>()
                };
                key(a).cmp(&key(b))
            });
            return cells.iter().skip(1).take(*limit).map(text).collect();
        }
        Result::DistinctCount(node) => {
            let nodes: BTreeSet<usize> = found.iter().filter_map(|row| node_in(row, *node)).collect();
            vec![format!("{} | {}", nodes.len(), nodes.iter().sum::<usize>())]
        }
    };
    rows.sort();
    rows
}
