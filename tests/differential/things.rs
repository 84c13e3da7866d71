//! Graphs with properties of many kinds, and the ways in which they are written: at once, folded, and changed afterwards.

use crate::generate::Choices;

/// A value as it is stored, asked for, and shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Worth {
    Number(i64),
    Float(f64),
    Text(&'static str),
    Day(u8),
    Flag(bool),
}

use Worth::{Day, Flag, Float, Number, Text};

pub const TEXTS: [&str; 6] = ["", "a", "ab", "abba", "bab", "zürich"];
pub const LABELS: [&str; 2] = ["A", "B"];
pub const TYPES: [&str; 3] = ["R", "S", "T"];
/// Whole numbers, texts, days, and whatever comes.
pub const KEYS: [&str; 4] = ["i", "s", "d", "m"];

impl Worth {
    pub fn text(self) -> String {
        match self {
            Number(number) => number.to_string(),
            Float(number) => format!("{number:?}"),
            Text(text) => format!("'{text}'"),
            Day(day) => format!("date('2020-02-{day:02}')"),
            Flag(flag) => flag.to_string(),
        }
    }
}

/// A value for one of the keys.
pub fn worth(choices: &mut Choices<'_>, key: usize) -> Worth {
    match key {
        0 => Number(choices.below(5) as i64 - 1),
        1 => Text(TEXTS[choices.below(TEXTS.len())]),
        2 => Day(choices.below(4) as u8 + 1),
        _ => match choices.below(5) {
            0 | 1 => Number(choices.below(3) as i64),
            2 => Text(TEXTS[choices.below(TEXTS.len())]),
            3 => Float(choices.below(3) as f64 + 0.5),
            _ => Flag(choices.below(2) == 0),
        },
    }
}

/// A node or a relationship.
#[derive(Clone, Debug, Default)]
pub struct Thing {
    pub properties: [Option<Worth>; 4],
    /// Years in which it begins and ends.
    pub period: (Option<u16>, Option<u16>),
    pub deleted: bool,
}

impl Thing {
    fn generate(choices: &mut Choices<'_>) -> Thing {
        let mut thing = Thing::default();
        for key in 0..KEYS.len() {
            thing.properties[key] = (choices.below(4) > 0).then(|| worth(choices, key));
        }
        let year = |choices: &mut Choices<'_>| match choices.below(10) {
            0 => Some(2008),
            1 => Some(2012),
            _ => None,
        };
        thing.period = (year(choices), year(choices));
        if let (Some(from), Some(to)) = thing.period
            && from > to
        {
            thing.period.1 = None;
        }
        thing
    }

    /// On the fifteenth of June 2010.
    pub fn holds(&self) -> bool {
        self.period.0.is_none_or(|year| year < 2010) && self.period.1.is_none_or(|year| year > 2010)
    }

    fn map(&self, number: usize) -> String {
        let mut map = format!("{{k: {number}");
        for (key, value) in KEYS.iter().zip(self.properties) {
            if let Some(value) = value {
                map.push_str(&format!(", {key}: {}", value.text()));
            }
        }
        if let Some(year) = self.period.0 {
            map.push_str(&format!(", valid_from: date('{year}-01-01')"));
        }
        if let Some(year) = self.period.1 {
            map.push_str(&format!(", valid_to: date('{year}-12-31')"));
        }
        map + "}"
    }
}

#[derive(Clone, Debug)]
pub struct Node {
    pub labels: [bool; 2],
    pub thing: Thing,
}

#[derive(Clone, Debug)]
pub struct Link {
    pub from: usize,
    pub to: usize,
    pub kind: usize,
    pub thing: Thing,
}

#[derive(Clone, Debug, Default)]
pub struct Things {
    pub nodes: Vec<Node>,
    pub links: Vec<Link>,
}

impl Node {
    fn generate(choices: &mut Choices<'_>) -> Node {
        Node { labels: [choices.below(2) == 0, choices.below(3) == 0], thing: Thing::generate(choices) }
    }

    fn text(&self, number: usize) -> String {
        let labels = LABELS.iter().zip(self.labels).filter(|(_, has)| *has);
        let labels: String = labels.map(|(label, _)| format!(":{label}")).collect();
        format!("(n{number}{labels} {})", self.thing.map(number))
    }
}

impl Link {
    fn text(&self, number: usize) -> String {
        format!("(n{})-[:{} {}]->(n{})", self.from, TYPES[self.kind], self.thing.map(number), self.to)
    }
}

impl Things {
    /// With loops, ways back, circles and parallel relationships.
    pub fn tangled(choices: &mut Choices<'_>) -> Things {
        let nodes: Vec<Node> = (0..choices.below(4) + 2).map(|_| Node::generate(choices)).collect();
        let links = (0..choices.below(8) + 2)
            .map(|_| Link {
                from: choices.below(nodes.len()),
                to: choices.below(nodes.len()),
                kind: choices.below(TYPES.len()),
                thing: Thing::generate(choices),
            })
            .collect();
        Things { nodes, links }
    }

    /// At most one relationship of a type from a node to a later one.
    pub fn simple(choices: &mut Choices<'_>) -> Things {
        let nodes = (0..choices.below(5) + 3).map(|_| Node::generate(choices)).collect();
        let mut things = Things { nodes, links: Vec::new() };
        for _ in 0..choices.below(10) + 4 {
            let link = Things::onward(choices, things.nodes.len());
            let known = |other: &Link| (other.from, other.to, other.kind) == (link.from, link.to, link.kind);
            if !things.links.iter().any(known) {
                things.links.push(link);
            }
        }
        things
    }

    fn onward(choices: &mut Choices<'_>, nodes: usize) -> Link {
        let from = choices.below(nodes - 1);
        let to = from + 1 + choices.below(nodes - 1 - from);
        Link { from, to, kind: choices.below(4) % TYPES.len(), thing: Thing::generate(choices) }
    }

    /// One statement that makes all of it.
    pub fn statement(&self) -> String {
        let nodes = self.nodes.iter().enumerate().map(|(number, node)| node.text(number));
        let links = self.links.iter().enumerate().map(|(number, link)| link.text(number));
        format!("CREATE {}", nodes.chain(links).collect::<Vec<_>>().join(", "))
    }

    /// A change, made here and said as a statement. What was simple stays simple, if that is asked for.
    pub fn change(&mut self, choices: &mut Choices<'_>, simple: bool) -> String {
        let node = choices.below(self.nodes.len());
        let link = choices.below(self.links.len());
        let key = choices.below(KEYS.len());
        let value = (choices.below(3) > 0).then(|| worth(choices, key));
        let said = value.map_or("null".to_owned(), Worth::text);
        match choices.below(9) {
            0 | 1 => {
                self.nodes[node].thing.properties[key] = value;
                format!("MATCH (n {{k: {node}}}) SET n.{} = {said}", KEYS[key])
            }
            2 => {
                self.links[link].thing.properties[key] = value;
                format!("MATCH ()-[r {{k: {link}}}]->() SET r.{} = {said}", KEYS[key])
            }
            3 => {
                let label = key % 2;
                let has = !self.nodes[node].labels[label];
                self.nodes[node].labels[label] = has;
                let word = if has { "SET" } else { "REMOVE" };
                format!("MATCH (n {{k: {node}}}) {word} n:{}", LABELS[label])
            }
            4 => {
                self.links[link].thing.deleted = true;
                format!("MATCH ()-[r {{k: {link}}}]->() DELETE r")
            }
            5 => {
                self.nodes[node].thing.deleted = true;
                let at = self.links.iter_mut().filter(|link| link.from == node || link.to == node);
                at.for_each(|link| link.thing.deleted = true);
                format!("MATCH (n {{k: {node}}}) DETACH DELETE n")
            }
            6 => {
                let new = Node::generate(choices);
                let number = self.nodes.len();
                let text = format!("CREATE {}", new.text(number));
                self.nodes.push(new);
                text
            }
            _ => {
                let number = self.links.len();
                let mut new = Things::onward(choices, self.nodes.len());
                let known = self.links.iter().any(|other| {
                    (other.from, other.to, other.kind) == (new.from, new.to, new.kind) && !other.thing.deleted
                });
                if !simple && choices.below(2) == 0 {
                    std::mem::swap(&mut new.from, &mut new.to);
                }
                let gone = self.nodes[new.from].thing.deleted || self.nodes[new.to].thing.deleted;
                new.thing.deleted = gone || (simple && known);
                let text = format!(
                    "MATCH (n{} {{k: {}}}), (n{} {{k: {}}}) CREATE {}",
                    new.from,
                    new.from,
                    new.to,
                    new.to,
                    new.text(number)
                );
                let said = if new.thing.deleted { "RETURN 1".to_owned() } else { text };
                self.links.push(new);
                said
            }
        }
    }
}
