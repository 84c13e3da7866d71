//! What counts, groups and extremes must give: every node and every relationship is tried in every place.

use crate::shapes::Variable::{self, Link, Node};
use crate::shapes::{Asked, Condition, Often, Pattern, Query, Shown, Summed};
use crate::things::Worth::{self, Day, Flag, Float, Number, Text};
use crate::things::{Thing, Things};
use std::cmp::Ordering;

impl Query {
    /// The rows, sorted unless their order is asked for.
    pub fn rows(&self, things: &Things, day: bool) -> Vec<String> {
        let world = Seen { things, day };
        let mut found = vec![Row { nodes: vec![None; self.nodes], links: Vec::new() }];
        for pattern in &self.patterns {
            found = found.into_iter().flat_map(|row| world.matches(pattern, row)).collect();
        }
        if let Some(condition) = &self.condition {
            found.retain(|row| world.holds(condition, row) == Some(true));
        }
        self.shown.rows(&world, &found)
    }
}

impl Shown {
    fn rows(&self, world: &Seen<'_>, found: &[Row]) -> Vec<String> {
        let join = |cells: Vec<String>| cells.join(" | ");
        let cells = |row: &Row, asked: &[Asked]| asked.iter().map(|a| shown(world.value(row, *a))).collect();
        let mut rows: Vec<String> = match self {
            Shown::Count => vec![found.len().to_string()],
            Shown::Groups(groups, summed) => {
                let mut keys: Vec<Vec<String>> = found.iter().map(|row| cells(row, groups)).collect();
                keys.sort();
                keys.dedup();
                if groups.is_empty() {
                    keys = vec![Vec::new()];
                }
                keys.into_iter()
                    .map(|key| {
                        let of = |row: &&Row| cells(row, groups) == key;
                        let rows: Vec<&Row> = found.iter().filter(of).collect();
                        let sums = summed.iter().map(|summed| world.summed(summed, &rows));
                        join(key.iter().cloned().chain(sums).collect())
                    })
                    .collect()
            }
            Shown::Distinct(asked) => {
                let mut rows: Vec<String> = found.iter().map(|row| join(cells(row, asked))).collect();
                rows.sort();
                rows.dedup();
                rows
            }
            Shown::First { keys, skip, limit } => {
                let mut rows: Vec<Vec<Option<Worth>>> = found
                    .iter()
                    .map(|row| keys.iter().map(|(key, _)| world.value(row, *key)).collect())
                    .collect();
                rows.sort_by(|a, b| {
                    let mut order = Ordering::Equal;
                    for (place, (_, down)) in keys.iter().enumerate() {
                        let this = in_order(a[place], b[place]);
                        order = order.then(if *down { this.reverse() } else { this });
                    }
                    order
                });
                let text = |row: Vec<Option<Worth>>| join(row.into_iter().map(shown).collect());
                return rows.into_iter().skip(*skip).take(*limit).map(text).collect();
            }
            Shown::LabelGroups(node) => {
                let key = |row: &Row| {
                    let labels = row.nodes[*node].map(|node| world.things.nodes[node].labels);
                    let [a, b] = labels.unwrap_or_default();
                    format!("{} | {a}", usize::from(a) + usize::from(b))
                };
                let mut keys: Vec<String> = found.iter().map(key).collect();
                keys.sort();
                keys.dedup();
                keys.iter()
                    .map(|k| format!("{k} | {}", found.iter().filter(|row| key(row) == *k).count()))
                    .collect()
            }
            Shown::DistinctNodes(variable) => {
                let mut numbers: Vec<usize> = found.iter().filter_map(|row| row.number(*variable)).collect();
                numbers.sort_unstable();
                numbers.dedup();
                vec![format!("{} | {}", numbers.len(), numbers.iter().sum::<usize>())]
            }
        };
        rows.sort();
        rows
    }
}

fn shown(value: Option<Worth>) -> String {
    match value {
        None => "null".to_owned(),
        Some(Day(day)) => format!("'2020-02-{day:02}'"),
        Some(value) => value.text(),
    }
}

#[derive(Clone)]
struct Row {
    nodes: Vec<Option<usize>>,
    links: Vec<usize>,
}

impl Row {
    fn number(&self, variable: Variable) -> Option<usize> {
        match variable {
            Node(node) => self.nodes.get(node).copied().flatten(),
            Link(link) => self.links.get(link).copied(),
        }
    }
}

/// The graph, or what of it holds on the day.
struct Seen<'t> {
    things: &'t Things,
    day: bool,
}

impl Seen<'_> {
    fn shows(&self, thing: &Thing) -> bool {
        !thing.deleted && (!self.day || thing.holds())
    }

    fn shows_link(&self, number: usize) -> bool {
        let link = &self.things.links[number];
        let end = |node: usize| self.shows(&self.things.nodes[node].thing);
        self.shows(&link.thing) && end(link.from) && end(link.to)
    }

    fn matches(&self, pattern: &Pattern, row: Row) -> Vec<Row> {
        let first = row.links.len();
        let mut rows = vec![row];
        for hop in &pattern.hops {
            let mut next = Vec::new();
            for row in &rows {
                for number in 0..self.things.links.len() {
                    let link = &self.things.links[number];
                    let kind = hop.kinds.is_empty() || hop.kinds.contains(&link.kind);
                    if !kind || row.links[first..].contains(&number) || !self.shows_link(number) {
                        continue;
                    }
                    let mut ways = vec![(link.from, link.to)];
                    if hop.either && link.from != link.to {
                        ways.push((link.to, link.from));
                    }
                    for (from, to) in ways {
                        let mut row = row.clone();
                        row.links.push(number);
                        if self.place(pattern, &mut row, hop.from, from)
                            && self.place(pattern, &mut row, hop.to, to)
                        {
                            next.push(row);
                        }
                    }
                }
            }
            rows = next;
        }
        rows
    }

    fn place(&self, pattern: &Pattern, row: &mut Row, variable: usize, node: usize) -> bool {
        if row.nodes.len() <= variable {
            row.nodes.resize(variable + 1, None);
        }
        let labels = self.things.nodes[node].labels;
        let fits = pattern.labels.iter().all(|(at, label)| *at != variable || labels[*label]);
        match row.nodes[variable] {
            Some(known) => known == node && fits,
            None => {
                row.nodes[variable] = Some(node);
                fits
            }
        }
    }

    fn value(&self, row: &Row, Asked(variable, key): Asked) -> Option<Worth> {
        let number = row.number(variable)?;
        let thing = match variable {
            Node(_) => &self.things.nodes[number].thing,
            Link(_) => &self.things.links[number].thing,
        };
        thing.properties[key]
    }

    fn holds(&self, condition: &Condition, row: &Row) -> Option<bool> {
        let value = |variable: &Variable, key: &usize| self.value(row, Asked(*variable, *key));
        match condition {
            Condition::Compare(variable, key, operator, with) => {
                compared(operator, value(variable, key)?, (*with)?)
            }
            Condition::Two(left, key, operator, right, other) => {
                compared(operator, value(left, key)?, value(right, other)?)
            }
            Condition::Part(variable, key, part, wanted) => match value(variable, key)? {
                Text(text) => Some(match *part {
                    "CONTAINS" => text.contains(wanted),
                    "STARTS WITH" => text.starts_with(wanted),
                    _ => text.ends_with(wanted),
                }),
                _ => None,
            },
            Condition::In(variable, key, values) => {
                let found = value(variable, key)?;
                let same = |with: &Option<Worth>| compared("=", found, (*with)?);
                if values.iter().any(|with| same(with) == Some(true)) {
                    return Some(true);
                }
                if values.contains(&None) { None } else { Some(false) }
            }
            Condition::IsNull(variable, key, yes) => Some(value(variable, key).is_none() == *yes),
            Condition::Between(variable, key, low, high) => {
                let found = value(variable, key)?;
                both(compared("<=", *low, found), compared("<", found, *high))
            }
            Condition::Label(node, label) => {
                row.number(Node(*node)).map(|node| self.things.nodes[node].labels[*label])
            }
            Condition::Reckoned(variable, what) => match (what, value(variable, &[2, 0, 0][*what])?) {
                (0, Day(day)) => Some(day % 2 == 0),
                (1, Number(number)) => Some(number + 1 > 1),
                (_, Number(number)) => Some(number / 2 == 0),
                _ => None,
            },
            Condition::Not(operand) => self.holds(operand, row).map(|holds| !holds),
            Condition::Both(left, right) => both(self.holds(left, row), self.holds(right, row)),
            Condition::Any(left, right) => {
                let no = |condition| self.holds(condition, row).map(|holds| !holds);
                both(no(left), no(right)).map(|holds| !holds)
            }
            Condition::Found { pattern, inner, how } => {
                let start = Row { nodes: row.nodes.clone(), links: Vec::new() };
                let mut found = self.matches(pattern, start);
                if let Some(inner) = inner {
                    found.retain(|row| self.holds(inner, row) == Some(true));
                }
                Some(match how {
                    Often::Exists => !found.is_empty(),
                    Often::Never => found.is_empty(),
                    Often::AtLeast(least) => found.len() >= *least,
                    Often::Exactly(count) => found.len() == *count,
                })
            }
        }
    }

    fn summed(&self, summed: &Summed, rows: &[&Row]) -> String {
        let values =
            |asked: &Asked| -> Vec<Worth> { rows.iter().filter_map(|row| self.value(row, *asked)).collect() };
        let least = |asked: &Asked| {
            let best = values(asked).into_iter().min_by(|a, b| in_order(Some(*a), Some(*b)));
            shown(best)
        };
        match summed {
            Summed::Rows => rows.len().to_string(),
            Summed::Count(asked) => values(asked).len().to_string(),
            Summed::Different(asked) => {
                let mut texts: Vec<String> = values(asked).into_iter().map(Worth::text).collect();
                texts.sort();
                texts.dedup();
                texts.len().to_string()
            }
            Summed::Sum(asked) => {
                let number = |value: Worth| if let Number(number) = value { number } else { 0 };
                values(asked).into_iter().map(number).sum::<i64>().to_string()
            }
            Summed::Least(asked) => least(asked),
            Summed::Most(asked) => {
                shown(values(asked).into_iter().max_by(|a, b| in_order(Some(*a), Some(*b))))
            }
            Summed::Entities(variable) => {
                let mut numbers: Vec<usize> = rows.iter().filter_map(|row| row.number(*variable)).collect();
                numbers.sort_unstable();
                numbers.dedup();
                numbers.len().to_string()
            }
        }
    }
}

fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn compared(operator: &str, left: Worth, right: Worth) -> Option<bool> {
    let order = match (left, right) {
        (Number(a), Number(b)) => Some(a.cmp(&b)),
        (Text(a), Text(b)) => Some(a.cmp(b)),
        (Day(a), Day(b)) => Some(a.cmp(&b)),
        (Flag(a), Flag(b)) => Some(a.cmp(&b)),
        (Number(_) | Float(_), Number(_) | Float(_)) => number(left).partial_cmp(&number(right)),
        _ => None,
    };
    match operator {
        "=" => Some(order == Some(Ordering::Equal)),
        "<>" => Some(order != Some(Ordering::Equal)),
        "<" => order.map(Ordering::is_lt),
        "<=" => order.map(Ordering::is_le),
        ">" => order.map(Ordering::is_gt),
        _ => order.map(Ordering::is_ge),
    }
}

fn number(value: Worth) -> f64 {
    match value {
        Number(number) => number as f64,
        Float(number) => number,
        _ => 0.0,
    }
}

/// The order of values of all kinds: days, texts, truth values, numbers, null.
fn in_order(left: Option<Worth>, right: Option<Worth>) -> Ordering {
    let rank = |value: Option<Worth>| match value {
        Some(Day(_)) => 0,
        Some(Text(_)) => 1,
        Some(Flag(_)) => 2,
        Some(Number(_) | Float(_)) => 3,
        None => 4,
    };
    rank(left).cmp(&rank(right)).then_with(|| match (left, right) {
        (Some(Day(a)), Some(Day(b))) => a.cmp(&b),
        (Some(Text(a)), Some(Text(b))) => a.cmp(b),
        (Some(Flag(a)), Some(Flag(b))) => a.cmp(&b),
        (Some(a), Some(b)) => number(a).total_cmp(&number(b)),
        _ => Ordering::Equal,
    })
}
