//! Small graphs and queries over them, from a stream of choices.

/// A stream of choices; when it runs out, every choice is the first.
pub struct Choices<'b> {
    bytes: std::slice::Iter<'b, u8>,
}

impl Choices<'_> {
    pub fn new(bytes: &[u8]) -> Choices<'_> {
        Choices { bytes: bytes.iter() }
    }

    pub fn below(&mut self, bound: usize) -> usize {
        *self.bytes.next().unwrap_or(&0) as usize % bound
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }
}

pub const LABELS: [&str; 2] = ["A", "B"];
pub const TYPES: [&str; 2] = ["R", "S"];

pub struct World {
    /// Labels and `x`.
    pub nodes: Vec<(Vec<usize>, Option<usize>)>,
    /// From, to, type.
    pub relationships: Vec<(usize, usize, usize)>,
}

impl World {
    pub fn generate(choices: &mut Choices<'_>) -> World {
        let nodes = (0..choices.below(6) + 1)
            .map(|_| {
                let labels = (0..LABELS.len()).filter(|_| choices.below(2) == 0).collect();
                let x = choices.below(4);
                (labels, (x < 3).then_some(x))
            })
            .collect::<Vec<_>>();
        let relationships = (0..choices.below(9))
            .map(|_| (choices.below(nodes.len()), choices.below(nodes.len()), choices.below(TYPES.len())))
            .collect();
        World { nodes, relationships }
    }

    /// Few nodes with many relationships between them: loops, parallel ones and cycles everywhere.
    pub fn dense(choices: &mut Choices<'_>) -> World {
        let nodes = (0..choices.below(3) + 1).map(|_| (Vec::new(), None)).collect::<Vec<_>>();
        let relationships = (0..choices.below(4) + 3)
            .map(|_| (choices.below(nodes.len()), choices.below(nodes.len()), choices.below(4) / 3))
            .collect();
        World { nodes, relationships }
    }

    pub fn statements(&self) -> Vec<String> {
        let mut statements = Vec::new();
        for (number, (labels, x)) in self.nodes.iter().enumerate() {
            let labels: String = labels.iter().map(|label| format!(":{}", LABELS[*label])).collect();
            let x = x.map(|x| format!(", x: {x}")).unwrap_or_default();
            statements.push(format!("CREATE ({labels} {{k: {number}{x}}})"));
        }
        for (number, (from, to, kind)) in self.relationships.iter().enumerate() {
            statements.push(format!(
                "MATCH (a {{k: {from}}}), (b {{k: {to}}}) CREATE (a)-[:{} {{k: {number}}}]->(b)",
                TYPES[*kind]
            ));
        }
        statements
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    Out,
    In,
    Either,
}

#[derive(Clone)]
pub struct NodePattern {
    /// The number of the variable; `None` is anonymous.
    pub variable: Option<usize>,
    pub label: Option<usize>,
    pub x: Option<usize>,
}

#[derive(Clone)]
pub struct Step {
    /// Each relationship variable stands once.
    pub variable: usize,
    pub named: bool,
    pub kind: Option<usize>,
    pub way: Way,
    pub length: Option<(usize, usize)>,
    pub node: NodePattern,
}

#[derive(Clone)]
pub struct PathPattern {
    pub start: NodePattern,
    pub steps: Vec<Step>,
}

pub enum Predicate {
    Equals(usize, usize),
    Less(usize, usize),
    Label(usize, usize),
    Exists { negated: bool, path: PathPattern },
    CountAtLeast { path: PathPattern, least: usize },
}

pub struct Match {
    pub optional: bool,
    pub paths: Vec<PathPattern>,
    pub filter: Vec<Predicate>,
}

pub enum Result {
    Rows,
    Distinct,
    Count,
    CountDistinct(usize),
    CountBy(usize),
    MaxBy(usize, usize),
    FirstRows(usize),
    DistinctCount(usize),
}

pub struct Query {
    pub matches: Vec<Match>,
    pub result: Result,
    /// Node variables that any pattern binds, and relationship variables with whether they are lists.
    pub nodes: Vec<usize>,
    pub relationships: Vec<(usize, bool)>,
}

const VARIABLES: usize = 4;

impl Query {
    pub fn generate(choices: &mut Choices<'_>) -> Query {
        let mut query =
            Query { matches: Vec::new(), result: Result::Rows, nodes: Vec::new(), relationships: Vec::new() };
        let mut number = 0;
        for clause in 0..choices.below(2) + 1 {
            let optional = clause > 0 && choices.below(2) == 0;
            let mut paths = Vec::new();
            for _ in 0..if choices.once_in(3) { 2 } else { 1 } {
                let path = path(choices, &mut number, 3, false);
                query.binds(&path);
                paths.push(path);
            }
            let mut filter = Vec::new();
            while filter.len() < 3 && choices.once_in(3) && !query.nodes.is_empty() {
                filter.push(query.predicate(choices, &mut number));
            }
            query.matches.push(Match { optional, paths, filter });
        }
        if query.nodes.is_empty() {
            if let Some(first) = query.matches.first_mut().and_then(|clause| clause.paths.first_mut()) {
                first.start.variable = Some(0);
            }
            query.nodes.push(0);
        }
        let some = |choices: &mut Choices<'_>, query: &Query| query.nodes[choices.below(query.nodes.len())];
        query.result = match choices.below(9) {
            0 => Result::Rows,
            1 => Result::Distinct,
            2 | 3 => Result::Count,
            4 => Result::CountDistinct(some(choices, &query)),
            5 => Result::CountBy(some(choices, &query)),
            6 => Result::MaxBy(some(choices, &query), some(choices, &query)),
            7 => Result::FirstRows(choices.below(4) + 1),
            _ => Result::DistinctCount(some(choices, &query)),
        };
        query
    }

    /// How many matches a pattern of some steps has that ask nothing of their ends.
    pub fn count(choices: &mut Choices<'_>) -> Query {
        let mut query = Query {
            matches: Vec::new(),
            result: Result::Count,
            nodes: Vec::new(),
            relationships: Vec::new(),
        };
        let mut paths = Vec::new();
        let mut number = 0;
        for _ in 0..choices.below(2) + 1 {
            let mut path = path(choices, &mut number, 2, true);
            let nodes =
                std::iter::once(&mut path.start).chain(path.steps.iter_mut().map(|step| &mut step.node));
            for node in nodes {
                *node = NodePattern { variable: node.variable, label: None, x: None };
            }
            path.steps
                .iter_mut()
                .for_each(|step| step.length = step.length.filter(|(min, max)| (1, 2) == (*min, *max)));
            query.binds(&path);
            paths.push(path);
        }
        query.matches.push(Match { optional: false, paths, filter: Vec::new() });
        if let [first, ..] = query.nodes.as_slice() {
            query.result = if choices.below(3) == 0 { Result::CountBy(*first) } else { Result::Count };
        }
        query
    }

    fn binds(&mut self, path: &PathPattern) {
        let nodes = std::iter::once(&path.start).chain(path.steps.iter().map(|step| &step.node));
        for variable in nodes.filter_map(|node| node.variable) {
            if !self.nodes.contains(&variable) {
                self.nodes.push(variable);
            }
        }
        for step in path.steps.iter().filter(|step| step.named) {
            self.relationships.push((step.variable, step.length.is_some()));
        }
    }

    fn predicate(&self, choices: &mut Choices<'_>, number: &mut usize) -> Predicate {
        let node = self.nodes[choices.below(self.nodes.len())];
        match choices.below(6) {
            0 => Predicate::Equals(node, choices.below(3)),
            1 => Predicate::Less(node, self.nodes[choices.below(self.nodes.len())]),
            2 => Predicate::Label(node, choices.below(LABELS.len())),
            kind => {
                let mut path = path(choices, number, 2, true);
                path.start = NodePattern { variable: Some(node), label: None, x: None };
                for step in &mut path.steps {
                    step.node.variable = step.node.variable.filter(|variable| self.nodes.contains(variable));
                }
                if kind == 5 {
                    Predicate::CountAtLeast { path, least: choices.below(3) + 1 }
                } else {
                    Predicate::Exists { negated: kind == 4, path }
                }
            }
        }
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        for clause in &self.matches {
            if clause.optional {
                text.push_str("OPTIONAL ");
            }
            let paths: Vec<String> = clause.paths.iter().map(PathPattern::text).collect();
            text.push_str(&format!("MATCH {} ", paths.join(", ")));
            if !clause.filter.is_empty() {
                let tests: Vec<String> = clause.filter.iter().map(Predicate::text).collect();
                text.push_str(&format!("WHERE {} ", tests.join(" AND ")));
            }
        }
        let columns = self.columns().join(", ");
        text + &match &self.result {
            Result::Rows => format!("RETURN {columns}"),
            Result::Distinct => format!("RETURN DISTINCT {columns}"),
            Result::Count => "RETURN count(*)".to_owned(),
            Result::CountDistinct(node) => format!("RETURN count(DISTINCT n{node}), count(*)"),
            Result::CountBy(node) => format!("RETURN n{node}.k, count(*)"),
            Result::MaxBy(by, of) => format!("RETURN n{by}.x, max(n{of}.k), min(n{of}.x)"),
            Result::FirstRows(limit) => {
                let keys: Vec<String> = (0..self.columns().len()).map(|c| format!("c{c}")).collect();
                let named: Vec<String> = self
                    .columns()
                    .iter()
                    .zip(&keys)
                    .map(|(column, key)| format!("{column} AS {key}"))
                    .collect();
                format!("RETURN {} ORDER BY {} SKIP 1 LIMIT {limit}", named.join(", "), keys.join(", "))
            }
            Result::DistinctCount(node) => {
                format!("WITH DISTINCT n{node} RETURN count(n{node}), sum(n{node}.k)")
            }
        }
    }

    /// What a row shows.
    fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = self.nodes.iter().map(|node| format!("n{node}.k")).collect();
        for (relationship, list) in &self.relationships {
            columns.push(match list {
                true => format!("[r IN r{relationship} | r.k]"),
                false => format!("r{relationship}.k"),
            });
        }
        columns
    }
}

fn node(choices: &mut Choices<'_>) -> NodePattern {
    let variable = choices.below(VARIABLES + 2);
    let label = choices.below(LABELS.len() * 3);
    let x = choices.below(12);
    NodePattern {
        variable: (variable < VARIABLES).then_some(variable),
        label: (label < LABELS.len()).then_some(label),
        x: (x < 2).then_some(x),
    }
}

fn path(choices: &mut Choices<'_>, number: &mut usize, longest: usize, anonymous: bool) -> PathPattern {
    let start = node(choices);
    let least = usize::from(anonymous);
    let steps = (0..choices.below(longest) + least)
        .map(|_| {
            *number += 1;
            let kind = choices.below(TYPES.len() + 2);
            let length = match choices.below(8) {
                0 => Some((0, choices.below(3))),
                1 => Some((1, choices.below(3) + 1)),
                2 => Some((2, 2)),
                _ => None,
            };
            Step {
                variable: *number,
                named: !anonymous && choices.below(3) == 0,
                kind: (kind < TYPES.len()).then_some(kind),
                way: [Way::Out, Way::In, Way::Either][choices.below(3)],
                length,
                node: node(choices),
            }
        })
        .collect();
    PathPattern { start, steps }
}

impl NodePattern {
    fn text(&self) -> String {
        let name = self.variable.map(|variable| format!("n{variable}")).unwrap_or_default();
        let label = self.label.map(|label| format!(":{}", LABELS[label])).unwrap_or_default();
        let x = self.x.map(|x| format!(" {{x: {x}}}")).unwrap_or_default();
        format!("({name}{label}{x})")
    }
}

impl PathPattern {
    fn text(&self) -> String {
        let mut text = self.start.text();
        for step in &self.steps {
            let name = if step.named { format!("r{}", step.variable) } else { String::new() };
            let kind = step.kind.map(|kind| format!(":{}", TYPES[kind])).unwrap_or_default();
            let length = step.length.map(|(min, max)| format!("*{min}..{max}")).unwrap_or_default();
            let (left, right) = match step.way {
                Way::Out => ("-", "->"),
                Way::In => ("<-", "-"),
                Way::Either => ("-", "-"),
            };
            text.push_str(&format!("{left}[{name}{kind}{length}]{right}{}", step.node.text()));
        }
        text
    }
}

impl Predicate {
    fn text(&self) -> String {
        match self {
            Predicate::Equals(node, x) => format!("n{node}.x = {x}"),
            Predicate::Less(left, right) => format!("n{left}.x < n{right}.x"),
            Predicate::Label(node, label) => format!("n{node}:{}", LABELS[*label]),
            Predicate::Exists { negated, path } => {
                format!("{}EXISTS {{ {} }}", if *negated { "NOT " } else { "" }, path.text())
            }
            Predicate::CountAtLeast { path, least } => format!("COUNT {{ {} }} >= {least}", path.text()),
        }
    }
}
