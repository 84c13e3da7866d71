//! The suite's own notation of values: reads it, writes it, compares it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub type Properties = BTreeMap<String, Notation>;

#[derive(Clone, Debug)]
pub enum Notation {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// Only in answers: the suite writes temporal values as text.
    Temporal(String),
    List(Vec<Notation>),
    Map(Properties),
    Node(Node),
    Relationship(Relationship),
    Path(Vec<Node>, Vec<(Relationship, Direction)>),
}

#[derive(Clone, Debug)]
pub struct Node {
    pub labels: BTreeSet<String>,
    pub properties: Properties,
}

#[derive(Clone, Debug)]
pub struct Relationship {
    pub kind: String,
    pub properties: Properties,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// Does an answer's value meet an expected one? `any_order` ignores the order of elements in lists.
pub fn same(expected: &Notation, actual: &Notation, any_order: bool) -> bool {
    use Notation::{Boolean, Float, Integer, List, Map, Null, Path, Temporal, Text};
    match (expected, actual) {
        (Null, Null) => true,
        (Boolean(a), Boolean(b)) => a == b,
        (Integer(a), Integer(b)) => a == b,
        (Float(a), Float(b)) => a == b || (a.is_nan() && b.is_nan()) || nearly(*a, *b),
        (Text(a), Text(b) | Temporal(b)) => a == b,
        (List(a), List(b)) if any_order => same_in_any_order(a, b, |x, y| same(x, y, true)),
        (List(a), List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y, false)),
        (Map(a), Map(b)) => same_properties(a, b, any_order),
        (Notation::Node(a), Notation::Node(b)) => same_node(a, b, any_order),
        (Notation::Relationship(a), Notation::Relationship(b)) => same_relationship(a, b, any_order),
        (Path(nodes, steps), Path(other_nodes, other_steps)) => {
            nodes.len() == other_nodes.len()
                && nodes.iter().zip(other_nodes).all(|(a, b)| same_node(a, b, any_order))
                && steps.iter().zip(other_steps).all(|((a, forward), (b, other_forward))| {
                    forward == other_forward && same_relationship(a, b, any_order)
                })
        }
        _ => false,
    }
}

fn nearly(a: f64, b: f64) -> bool {
    a.is_finite() && b.is_finite() && (a - b).abs() <= 1e-14 * a.abs().max(b.abs())
}

fn same_node(a: &Node, b: &Node, any_order: bool) -> bool {
    a.labels == b.labels && same_properties(&a.properties, &b.properties, any_order)
}

fn same_relationship(a: &Relationship, b: &Relationship, any_order: bool) -> bool {
    a.kind == b.kind && same_properties(&a.properties, &b.properties, any_order)
}

fn same_properties(a: &Properties, b: &Properties, any_order: bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|((key, x), (other, y))| key == other && same(x, y, any_order))
}

/// Are both the same as bags?
pub fn same_in_any_order<T>(expected: &[T], actual: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    let mut rest: Vec<&T> = actual.iter().collect();
    let all_found =
        expected.iter().all(|wanted| match rest.iter().position(|candidate| same(wanted, candidate)) {
            Some(place) => {
                rest.remove(place);
                true
            }
            None => false,
        });
    all_found && rest.is_empty()
}

/// Reads a value.
pub fn parse(text: &str) -> Result<Notation, String> {
    let mut reader = Reader { text, rest: text };
    let value = reader.value()?;
    if reader.peek().is_some() {
        return Err(reader.problem("nothing more"));
    }
    Ok(value)
}

struct Reader<'t> {
    text: &'t str,
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn problem(&self, wanted: &str) -> String {
        format!("wanted {wanted} before {:?} in {:?}", self.rest, self.text)
    }

    /// The next character that is not white space.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn try_eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn eat(&mut self, token: &str) -> Result<(), String> {
        if self.try_eat(token) { Ok(()) } else { Err(self.problem(token)) }
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn value(&mut self) -> Result<Notation, String> {
        match self.peek() {
            Some('\'') => self.string().map(Notation::Text),
            Some('[') if self.rest[1..].trim_start().starts_with(':') => {
                self.relationship().map(Notation::Relationship)
            }
            Some('[') => self.list(),
            Some('{') => self.map().map(Notation::Map),
            Some('(') => self.node().map(Notation::Node),
            Some('<') => self.path(),
            Some(_) => self.word(),
            None => Err(self.problem("a value")),
        }
    }

    fn word(&mut self) -> Result<Notation, String> {
        let end = self.rest.find([',', ']', '}', ')', ' ']).unwrap_or(self.rest.len());
        let word = self.take(end);
        Ok(match word {
            "null" => Notation::Null,
            "true" => Notation::Boolean(true),
            "false" => Notation::Boolean(false),
            "NaN" => Notation::Float(f64::NAN),
            "Inf" => Notation::Float(f64::INFINITY),
            "-Inf" => Notation::Float(f64::NEG_INFINITY),
            _ => match (word.parse(), word.parse()) {
                (Ok(integer), _) => Notation::Integer(integer),
                (_, Ok(float)) => Notation::Float(float),
                _ => return Err(format!("no value: {word:?} in {:?}", self.text)),
            },
        })
    }

    fn string(&mut self) -> Result<String, String> {
        self.eat("'")?;
        let mut string = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '\'' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(string);
                }
                '\\' => match characters.next() {
                    Some((_, next @ ('\'' | '\\'))) => string.push(next),
                    Some((_, next)) => string.extend(['\\', next]),
                    None => string.push('\\'),
                },
                c => string.push(c),
            }
        }
        Err(format!("open string in {:?}", self.text))
    }

    fn name(&mut self) -> Result<String, String> {
        if self.try_eat("`") {
            let end = self.rest.find('`').ok_or_else(|| self.problem("`"))?;
            let name = self.take(end).to_owned();
            self.eat("`")?;
            return Ok(name);
        }
        self.rest = self.rest.trim_start();
        let ends = |c: char| c.is_whitespace() || ":{}[]()<>,|'`-".contains(c);
        match self.rest.find(ends).unwrap_or(self.rest.len()) {
            0 => Err(self.problem("a name")),
            end => Ok(self.take(end).to_owned()),
        }
    }

    fn list(&mut self) -> Result<Notation, String> {
        self.eat("[")?;
        let mut elements = Vec::new();
        while !self.try_eat("]") {
            elements.push(self.value()?);
            if self.peek() != Some(']') {
                self.eat(",")?;
            }
        }
        Ok(Notation::List(elements))
    }

    fn map(&mut self) -> Result<Properties, String> {
        self.eat("{")?;
        let mut map = Properties::new();
        while !self.try_eat("}") {
            let key = self.name()?;
            self.eat(":")?;
            map.insert(key, self.value()?);
            if self.peek() != Some('}') {
                self.eat(",")?;
            }
        }
        Ok(map)
    }

    fn properties(&mut self) -> Result<Properties, String> {
        if self.peek() == Some('{') { self.map() } else { Ok(Properties::new()) }
    }

    fn node(&mut self) -> Result<Node, String> {
        self.eat("(")?;
        let mut labels = BTreeSet::new();
        while self.try_eat(":") {
            labels.insert(self.name()?);
        }
        let properties = self.properties()?;
        self.eat(")")?;
        Ok(Node { labels, properties })
    }

    fn relationship(&mut self) -> Result<Relationship, String> {
        self.eat("[")?;
        self.eat(":")?;
        let kind = self.name()?;
        let properties = self.properties()?;
        self.eat("]")?;
        Ok(Relationship { kind, properties })
    }

    fn path(&mut self) -> Result<Notation, String> {
        self.eat("<")?;
        let mut nodes = vec![self.node()?];
        let mut steps = Vec::new();
        while !self.try_eat(">") {
            if self.try_eat("<-") {
                steps.push((self.relationship()?, Direction::Backward));
                self.eat("-")?;
            } else {
                self.eat("-")?;
                steps.push((self.relationship()?, Direction::Forward));
                self.eat("->")?;
            }
            nodes.push(self.node()?);
        }
        Ok(Notation::Path(nodes, steps))
    }
}

impl fmt::Display for Notation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notation::Null => f.write_str("null"),
            Notation::Boolean(b) => write!(f, "{b}"),
            Notation::Integer(n) => write!(f, "{n}"),
            Notation::Float(x) => write!(f, "{x:?}"),
            Notation::Text(text) | Notation::Temporal(text) => write!(f, "'{text}'"),
            Notation::List(elements) => {
                let elements: Vec<String> = elements.iter().map(Notation::to_string).collect();
                write!(f, "[{}]", elements.join(", "))
            }
            Notation::Map(map) => write!(f, "{{{}}}", written(map)),
            Notation::Node(node) => write!(f, "{node}"),
            Notation::Relationship(relationship) => write!(f, "{relationship}"),
            Notation::Path(nodes, steps) => {
                f.write_str("<")?;
                for (at, node) in nodes.iter().enumerate() {
                    write!(f, "{node}")?;
                    match steps.get(at) {
                        Some((step, Direction::Forward)) => write!(f, "-{step}->")?,
                        Some((step, Direction::Backward)) => write!(f, "<-{step}-")?,
                        None => {}
                    }
                }
                f.write_str(">")
            }
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: String = self.labels.iter().map(|label| format!(":{label}")).collect();
        write!(f, "({labels} {{{}}})", written(&self.properties))
    }
}

impl fmt::Display for Relationship {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[:{} {{{}}}]", self.kind, written(&self.properties))
    }
}

fn written(map: &Properties) -> String {
    map.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<String>>().join(", ")
}
