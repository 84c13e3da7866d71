//! Counts, groups, extremes and first rows over chains, stars and triangles with conditions.

use crate::generate::Choices;
use crate::things::Worth::{self, Float, Number};
use crate::things::{KEYS, LABELS, TEXTS, TYPES, worth};

/// A variable for a node or a relationship, by its number.
#[derive(Clone, Copy, PartialEq)]
pub enum Variable {
    Node(usize),
    Link(usize),
}

use Variable::{Link, Node};

#[derive(Clone)]
pub struct Hop {
    pub from: usize,
    pub to: usize,
    /// None is any.
    pub kinds: Vec<usize>,
    /// Without direction.
    pub either: bool,
}

/// One MATCH: within it no two hops choose the same relationship.
pub struct Pattern {
    pub hops: Vec<Hop>,
    /// Labels of node variables.
    pub labels: Vec<(usize, usize)>,
}

pub enum Condition {
    Compare(Variable, usize, &'static str, Option<Worth>),
    Two(Variable, usize, &'static str, Variable, usize),
    Part(Variable, usize, &'static str, &'static str),
    In(Variable, usize, Vec<Option<Worth>>),
    IsNull(Variable, usize, bool),
    Between(Variable, usize, Worth, Worth),
    Label(usize, usize),
    /// `x.d.day % 2 = 0`, `x.i + 1 > 1`, `x.i / 2 = 0`
    Reckoned(Variable, usize),
    Not(Box<Condition>),
    Both(Box<Condition>, Box<Condition>),
    Any(Box<Condition>, Box<Condition>),
    /// A pattern around known nodes, with something that is asked within, and how often it must be found.
    Found {
        pattern: Pattern,
        inner: Option<Box<Condition>>,
        how: Often,
    },
}

#[derive(Clone, Copy)]
pub enum Often {
    Exists,
    Never,
    AtLeast(usize),
    Exactly(usize),
}

/// What is asked about a variable.
#[derive(Clone, Copy)]
pub struct Asked(pub Variable, pub usize);

pub enum Shown {
    Count,
    /// Groups, and what of them.
    Groups(Vec<Asked>, Vec<Summed>),
    Distinct(Vec<Asked>),
    First {
        keys: Vec<(Asked, bool)>,
        skip: usize,
        limit: usize,
    },
    LabelGroups(usize),
    DistinctNodes(Variable),
}

pub enum Summed {
    Rows,
    Count(Asked),
    Different(Asked),
    Sum(Asked),
    Least(Asked),
    Most(Asked),
    Entities(Variable),
}

pub struct Query {
    pub patterns: Vec<Pattern>,
    pub condition: Option<Condition>,
    pub shown: Shown,
    pub nodes: usize,
}

const OPERATORS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

fn kinds(choices: &mut Choices<'_>) -> Vec<usize> {
    match choices.below(8) {
        0 => Vec::new(),
        1 => vec![0, 1],
        kind => vec![kind % TYPES.len()],
    }
}

fn hop(choices: &mut Choices<'_>, from: usize, to: usize) -> Hop {
    let kinds = kinds(choices);
    let (from, to) = if choices.below(2) == 0 { (from, to) } else { (to, from) };
    Hop { from, to, kinds, either: choices.below(8) == 7 }
}

impl Query {
    pub fn generate(choices: &mut Choices<'_>) -> Query {
        let ends: Vec<(usize, usize)> = match choices.below(8) {
            0 => vec![(0, 1)],
            1 => vec![(0, 1), (1, 2)],
            2 => vec![(0, 1), (1, 2), (2, 3)],
            3 => vec![(0, 1), (1, 2), (2, 3), (3, 4)],
            4 => vec![(0, 1), (0, 2), (0, 3)],
            5 => vec![(0, 1), (1, 2), (2, 0)],
            6 => vec![(0, 1), (1, 2), (2, 0), (0, 3)],
            _ => vec![(0, 1), (1, 2), (1, 3), (3, 4)],
        };
        let mut hops: Vec<Hop> = ends.iter().map(|(from, to)| hop(choices, *from, *to)).collect();
        if choices.below(3) > 0 {
            // Of one type all of them, so that hops can meet.
            let kind = kinds(choices);
            hops.iter_mut().for_each(|hop| hop.kinds.clone_from(&kind));
        }
        let nodes = ends.iter().map(|(from, to)| from.max(to)).max().map_or(1, |most| most + 1);
        let mut labels = Vec::new();
        for node in 0..nodes {
            if choices.below(4) == 3 {
                labels.push((node, choices.below(2)));
            }
        }
        let split = if choices.below(4) == 3 { choices.below(hops.len()) } else { 0 };
        let mut patterns = Vec::new();
        if split > 0 {
            let rest = hops.split_off(split);
            patterns.push(Pattern { hops, labels });
            patterns.push(Pattern { hops: rest, labels: Vec::new() });
        } else {
            patterns.push(Pattern { hops, labels });
        }
        let variables = Variables { nodes, links: ends.len() };
        let condition = (choices.below(4) > 0).then(|| variables.condition(choices, 2));
        let shown = variables.shown(choices);
        Query { patterns, condition, shown, nodes }
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut link = 0;
        for pattern in &self.patterns {
            text.push_str(&format!("MATCH {} ", pattern.text(&mut link, "r")));
        }
        if let Some(condition) = &self.condition {
            text.push_str(&format!("WHERE {} ", condition.text()));
        }
        text + &self.shown.text()
    }
}

struct Variables {
    nodes: usize,
    links: usize,
}

impl Variables {
    fn node(&self, choices: &mut Choices<'_>) -> usize {
        choices.below(self.nodes)
    }

    fn any(&self, choices: &mut Choices<'_>) -> Variable {
        match choices.below(3) {
            0 if self.links > 0 => Link(choices.below(self.links)),
            _ => Node(self.node(choices)),
        }
    }

    fn condition(&self, choices: &mut Choices<'_>, depth: usize) -> Condition {
        let variable = self.any(choices);
        let key = choices.below(KEYS.len());
        let operator = OPERATORS[choices.below(OPERATORS.len())];
        match choices.below(if depth > 0 { 16 } else { 10 }) {
            0 | 1 => {
                // Mostly of the kind that is stored.
                let like = if choices.below(4) == 3 { choices.below(KEYS.len()) } else { key };
                let value = worth(choices, like);
                let value = match (value, choices.below(6)) {
                    (Number(number), 0) => Float(number as f64),
                    (value, _) => value,
                };
                Condition::Compare(variable, key, operator, (choices.below(12) > 0).then_some(value))
            }
            2 => {
                let part = ["CONTAINS", "STARTS WITH", "ENDS WITH"][choices.below(3)];
                let key = [1, 1, 3, 0][choices.below(4)];
                Condition::Part(variable, key, part, TEXTS[choices.below(TEXTS.len() - 1)])
            }
            3 => {
                let mut values: Vec<Option<Worth>> =
                    (0..choices.below(3) + 1).map(|_| Some(worth(choices, key))).collect();
                if choices.below(4) == 3 {
                    values.push(None);
                }
                Condition::In(variable, key, values)
            }
            4 => Condition::IsNull(variable, key, choices.below(2) == 0),
            5 => Condition::Between(variable, key, worth(choices, key), worth(choices, key)),
            6 => Condition::Label(self.node(choices), choices.below(2)),
            7 => Condition::Two(variable, key, operator, self.any(choices), [key, key, 3][choices.below(3)]),
            8 | 9 => Condition::Reckoned(variable, choices.below(3)),
            10 | 11 => Condition::Not(Box::new(self.condition(choices, depth - 1))),
            12 => Condition::Both(
                Box::new(self.condition(choices, depth - 1)),
                Box::new(self.condition(choices, depth - 1)),
            ),
            13 => Condition::Any(
                Box::new(self.condition(choices, depth - 1)),
                Box::new(self.condition(choices, depth - 1)),
            ),
            _ => self.found(choices),
        }
    }

    /// Hops from a known node to one or two others.
    fn found(&self, choices: &mut Choices<'_>) -> Condition {
        let start = self.node(choices);
        let next = if choices.below(4) == 3 { self.node(choices) } else { self.nodes };
        let mut hops = vec![hop(choices, start, next)];
        match choices.below(4) {
            0 => hops.push(hop(choices, next, self.nodes + 1)),
            1 if next == self.nodes => hops.push(hop(choices, next, start)),
            _ => {}
        }
        let last = if hops.len() > 1 && hops[1].to.max(hops[1].from) > next { self.nodes + 1 } else { next };
        let labels =
            if choices.below(3) == 0 && last >= self.nodes { vec![(last, choices.below(2))] } else { vec![] };
        let inner = match choices.below(3) {
            0 => {
                let key = choices.below(KEYS.len());
                let about = if last >= self.nodes { last } else { start };
                Some(Box::new(Condition::Compare(
                    Node(about),
                    key,
                    OPERATORS[choices.below(OPERATORS.len())],
                    Some(worth(choices, key)),
                )))
            }
            _ => None,
        };
        let how = match choices.below(4) {
            0 => Often::Exists,
            1 => Often::Never,
            2 => Often::AtLeast(choices.below(3)),
            _ => Often::Exactly(choices.below(3)),
        };
        Condition::Found { pattern: Pattern { hops, labels }, inner, how }
    }

    fn asked(&self, choices: &mut Choices<'_>) -> Asked {
        Asked(self.any(choices), choices.below(KEYS.len()))
    }

    fn shown(&self, choices: &mut Choices<'_>) -> Shown {
        match choices.below(9) {
            0..=2 => Shown::Count,
            3 | 4 => {
                let groups = (0..choices.below(3)).map(|_| self.asked(choices)).collect();
                let some = self.asked(choices);
                let number = Asked(some.0, 0);
                let summed = (0..choices.below(2) + 1)
                    .map(|_| match choices.below(8) {
                        0 | 1 => Summed::Rows,
                        2 => Summed::Count(some),
                        3 => Summed::Different(some),
                        4 => Summed::Sum(number),
                        5 => Summed::Least(some),
                        6 => Summed::Most(some),
                        _ => Summed::Entities(some.0),
                    })
                    .collect();
                Shown::Groups(groups, summed)
            }
            5 => Shown::Distinct((0..choices.below(3) + 1).map(|_| self.asked(choices)).collect()),
            6 => {
                let keys =
                    (0..choices.below(3) + 1).map(|_| (self.asked(choices), choices.below(2) == 0)).collect();
                Shown::First { keys, skip: choices.below(2), limit: choices.below(4) + 1 }
            }
            7 => Shown::LabelGroups(self.node(choices)),
            _ => Shown::DistinctNodes(self.any(choices)),
        }
    }
}

impl Variable {
    fn text(self) -> String {
        match self {
            Node(number) => format!("n{number}"),
            Link(number) => format!("r{number}"),
        }
    }
}

impl Asked {
    fn text(self) -> String {
        format!("{}.{}", self.0.text(), KEYS[self.1])
    }
}

impl Pattern {
    fn text(&self, link: &mut usize, letter: &str) -> String {
        let mut named: Vec<usize> = Vec::new();
        let mut node = |number: usize| {
            let labels = self.labels.iter().filter(|(at, _)| *at == number && !named.contains(&number));
            let labels: String = labels.map(|(_, label)| format!(":{}", LABELS[*label])).collect();
            named.push(number);
            format!("(n{number}{labels})")
        };
        let mut parts = Vec::new();
        for hop in &self.hops {
            let kinds: Vec<&str> = hop.kinds.iter().map(|kind| TYPES[*kind]).collect();
            let kinds = if kinds.is_empty() { String::new() } else { format!(":{}", kinds.join("|")) };
            let arrow = if hop.either { "" } else { ">" };
            let name = if letter.is_empty() { String::new() } else { format!("{letter}{link}") };
            *link += 1;
            parts.push(format!("{}-[{name}{kinds}]-{arrow}{}", node(hop.from), node(hop.to)));
        }
        parts.join(", ")
    }
}

impl Condition {
    fn text(&self) -> String {
        let value = |value: &Option<Worth>| value.map_or("null".to_owned(), Worth::text);
        match self {
            Condition::Compare(variable, key, operator, with) => {
                format!("{} {operator} {}", Asked(*variable, *key).text(), value(with))
            }
            Condition::Two(left, key, operator, right, other) => {
                format!("{} {operator} {}", Asked(*left, *key).text(), Asked(*right, *other).text())
            }
            Condition::Part(variable, key, part, text) => {
                format!("{} {part} '{text}'", Asked(*variable, *key).text())
            }
            Condition::In(variable, key, values) => {
                let values: Vec<String> = values.iter().map(value).collect();
                format!("{} IN [{}]", Asked(*variable, *key).text(), values.join(", "))
            }
            Condition::IsNull(variable, key, yes) => {
                format!("{} IS {}NULL", Asked(*variable, *key).text(), if *yes { "" } else { "NOT " })
            }
            Condition::Between(variable, key, low, high) => {
                format!("{} <= {} < {}", low.text(), Asked(*variable, *key).text(), high.text())
            }
            Condition::Label(node, label) => format!("n{node}:{}", LABELS[*label]),
            Condition::Reckoned(variable, 0) => format!("{}.d.day % 2 = 0", variable.text()),
            Condition::Reckoned(variable, 1) => format!("{}.i + 1 > 1", variable.text()),
            Condition::Reckoned(variable, _) => format!("{}.i / 2 = 0", variable.text()),
            Condition::Not(operand) => format!("NOT ({})", operand.text()),
            Condition::Both(left, right) => format!("({} AND {})", left.text(), right.text()),
            Condition::Any(left, right) => format!("({} OR {})", left.text(), right.text()),
            Condition::Found { pattern, inner, how } => {
                let inner =
                    inner.as_ref().map(|inner| format!(" WHERE {}", inner.text())).unwrap_or_default();
                let body = format!("{{ MATCH {}{inner} }}", pattern.text(&mut 0, ""));
                match how {
                    Often::Exists => format!("EXISTS {body}"),
                    Often::Never => format!("NOT EXISTS {body}"),
                    Often::AtLeast(least) => format!("COUNT {body} >= {least}"),
                    Often::Exactly(count) => format!("COUNT {body} = {count}"),
                }
            }
        }
    }
}

impl Shown {
    fn text(&self) -> String {
        match self {
            Shown::Count => "RETURN count(*)".to_owned(),
            Shown::Groups(groups, summed) => {
                let mut items: Vec<String> = groups.iter().map(|asked| asked.text()).collect();
                items.extend(summed.iter().map(|summed| match summed {
                    Summed::Rows => "count(*)".to_owned(),
                    Summed::Count(asked) => format!("count({})", asked.text()),
                    Summed::Different(asked) => format!("count(DISTINCT {})", asked.text()),
                    Summed::Sum(asked) => format!("sum({})", asked.text()),
                    Summed::Least(asked) => format!("min({})", asked.text()),
                    Summed::Most(asked) => format!("max({})", asked.text()),
                    Summed::Entities(variable) => format!("count(DISTINCT {})", variable.text()),
                }));
                let items = items.iter().enumerate().map(|(place, item)| format!("{item} AS c{place}"));
                format!("RETURN {}", items.collect::<Vec<_>>().join(", "))
            }
            Shown::Distinct(asked) => {
                let items = asked.iter().enumerate().map(|(at, asked)| format!("{} AS c{at}", asked.text()));
                format!("RETURN DISTINCT {}", items.collect::<Vec<_>>().join(", "))
            }
            Shown::First { keys, skip, limit } => {
                let items: Vec<String> = keys
                    .iter()
                    .enumerate()
                    .map(|(at, (key, _))| format!("{} AS c{at}", key.text()))
                    .collect();
                let order: Vec<String> = keys
                    .iter()
                    .enumerate()
                    .map(|(at, (_, down))| format!("c{at}{}", if *down { " DESC" } else { "" }))
                    .collect();
                let skip = if *skip > 0 { format!("SKIP {skip} ") } else { String::new() };
                format!("RETURN {} ORDER BY {} {skip}LIMIT {limit}", items.join(", "), order.join(", "))
            }
            Shown::LabelGroups(node) => {
                format!("RETURN size(labels(n{node})), n{node}:A, count(*)")
            }
            Shown::DistinctNodes(variable) => {
                let name = variable.text();
                format!("WITH DISTINCT {name} RETURN count({name}), sum({name}.k)")
            }
        }
    }
}
