//! The query graph: variables, and what must hold of them.

use crate::base::Span;
use crate::graph::NodeId;
use crate::language::question::dates::Period;
use crate::language::question::syntax::Asked;
use std::sync::Arc;

/// The number of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Var(pub usize);

#[derive(Clone, Debug, Default)]
pub struct Variable {
    /// The name in Cypher.
    pub name: String,
    /// One of these kinds; empty means any.
    pub kinds: Vec<String>,
    /// One of these entities; empty means any.
    pub entities: Vec<NodeId>,
    /// The word it was asked with, for headings.
    pub word: String,
    /// The relations by whose nouns it was introduced.
    pub nouns: Vec<usize>,
    /// The question asks for it: `which council`, `how many treaties`.
    pub asked: Option<Asked>,
    /// Its number decides: the most (`true`) or the fewest.
    pub ranked: Option<(bool, Span)>,
    pub span: Span,
}

/// Everything that must hold together.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
pub enum Condition {
    Edge(Edge),
    /// A property compared with a value.
    Property {
        var: Var,
        key: String,
        test: Test,
    },
    /// Carries one of these labels besides its kind.
    Label {
        var: Var,
        labels: Vec<String>,
    },
    Same(Var, Var),
    /// Its validity meets the period.
    Validity {
        var: Var,
        period: Option<Period>,
        how: Meets,
    },
    /// The first or last day on which it holds, compared with a period.
    Moment {
        var: Var,
        end: bool,
        comparison: DateComparison,
        period: Period,
    },
    /// It has authority through these: with `alone`, only through them, so that it loses its basis with them.
    Rests {
        var: Var,
        on: Vec<Var>,
        alone: bool,
    },
    /// It began earlier (or later) than the other.
    Age {
        var: Var,
        than: Var,
        older: bool,
    },
    /// Stated in these sources.
    Told {
        var: Var,
        source: Var,
    },
    /// A variable that only has to be there.
    There(Var),
    Not(Group),
    Any(Vec<Group>),
    /// For every `var` of a description something holds.
    Every {
        each: Group,
        var: Var,
        said: Group,
    },
    /// No `other` of the same description began later (or earlier).
    Extreme {
        var: Var,
        other: Var,
        group: Group,
        latest: bool,
        word: String,
    },
    /// The number of `counted` for which the group holds.
    Count {
        group: Group,
        counted: Var,
        test: Comparison,
        number: Amount,
    },
}

/// With what a number is compared.
#[derive(Clone, Debug)]
pub enum Amount {
    Number(i64),
    /// How many there are where the other stands in place of what is spoken of.
    Of {
        group: Group,
        rival: Var,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meets {
    /// In force on a day.
    On,
    /// Overlaps the period.
    Overlaps,
    /// Nothing is known that says whether it is in force.
    UnknownOn,
    /// Nothing is known that says whether it overlaps.
    UnknownOverlaps,
}

#[derive(Clone, Debug)]
pub struct Edge {
    pub from: Var,
    pub to: Var,
    /// Any of these relations, by name.
    pub relations: Vec<Link>,
    /// One or more steps.
    pub transitive: bool,
    /// From what acts to parts of it, where a part can act for it.
    pub parts: Vec<Link>,
    /// What the relation's own properties must say.
    pub tests: Vec<(String, Test)>,
    /// It has to hold on some day of a period.
    pub during: Option<Period>,
    /// What is shown speaks of the relationship itself.
    pub shown: bool,
    pub name: String,
}

impl Edge {
    /// Its ends, what acts first.
    pub fn acting_first(&self) -> [Var; 2] {
        let acts = self.relations.first().is_none_or(|link| !link.reversed);
        if acts { [self.from, self.to] } else { [self.to, self.from] }
    }
}

/// What a modal makes of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Plain,
    /// `would establish`: a relation of its own where the vocabulary has one.
    Would,
    /// `must coordinate`: what somebody has to do.
    Duty,
}

/// A relation, and whether it runs from `to` to `from` of the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub relation: usize,
    pub reversed: bool,
    /// Which of several verbs it is a meaning of.
    pub verb: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl DateComparison {
    /// How a preposition compares what it is said of with the time after it.
    pub fn of(preposition: &str) -> Option<DateComparison> {
        Some(match preposition {
            "in" | "on" | "at" | "for" | "during" | "within" => DateComparison::Within,
            "before" | "earlier than" | "prior to" => DateComparison::Before,
            "until" | "till" | "by" | "up to" | "on or before" | "in or before" | "no later than"
            | "not later than" | "by end of" | "until end of" | "till end of" | "up to end of" => {
                DateComparison::UntilEnd
            }
            "since" | "on or after" | "in or after" | "no earlier than" | "not earlier than"
            | "since beginning of" | "from beginning of" => DateComparison::Since,
            "after" | "later than" => DateComparison::After,
            _ => return None,
        })
    }
}

#[derive(Clone, Debug)]
pub enum Test {
    /// A date within the period (or before, after it …).
    Date {
        comparison: DateComparison,
        period: Period,
    },
    Text(Arc<str>),
    /// The text (or one text of a list) holds these words.
    Words(Arc<str>),
    Number(Comparison, f64),
    /// The value is one of these texts, or a list that holds one.
    OneOf(Vec<Arc<str>>),
    Present,
    Absent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateComparison {
    Before,
    UntilEnd,
    Within,
    Since,
    After,
}

impl Condition {
    /// The groups inside it.
    pub fn groups(&self) -> Vec<&Group> {
        match self {
            Condition::Count { group, number: Amount::Of { group: other, .. }, .. } => vec![group, other],
            Condition::Not(inner) | Condition::Count { group: inner, .. } => vec![inner],
            Condition::Any(groups) => groups.iter().collect(),
            Condition::Every { each, said, .. } => vec![each, said],
            Condition::Extreme { group, .. } => vec![group],
            _ => Vec::new(),
        }
    }

    pub fn groups_mut(&mut self) -> Vec<&mut Group> {
        match self {
            Condition::Count { group, number: Amount::Of { group: other, .. }, .. } => vec![group, other],
            Condition::Not(inner) | Condition::Count { group: inner, .. } => vec![inner],
            Condition::Any(groups) => groups.iter_mut().collect(),
            Condition::Every { each, said, .. } => vec![each, said],
            Condition::Extreme { group, .. } => vec![group],
            _ => Vec::new(),
        }
    }
}

impl Group {
    /// `was there no programme in 2006`: what a denial of the whole question denies.
    pub fn denied_whole(&self) -> Option<&Group> {
        match self.conditions.as_slice() {
            [Condition::Not(denied)]
                if denied.conditions.iter().any(|c| matches!(c, Condition::There(_))) =>
            {
                Some(denied)
            }
            _ => None,
        }
    }

    /// All variables that conditions of this group (not of groups inside it) mention.
    pub fn variables(&self) -> Vec<Var> {
        let mut found = Vec::new();
        for condition in &self.conditions {
            match condition {
                Condition::Edge(edge) => found.extend([edge.from, edge.to]),
                Condition::Property { var, .. }
                | Condition::Label { var, .. }
                | Condition::Validity { var, .. }
                | Condition::Moment { var, .. }
                | Condition::There(var) => {
                    found.push(*var);
                }
                Condition::Same(a, b) => found.extend([*a, *b]),
                Condition::Age { var, than, .. } => found.extend([*var, *than]),
                Condition::Told { var, source } => found.extend([*var, *source]),
                Condition::Rests { var, on, .. } => {
                    found.push(*var);
                    found.extend(on);
                }
                Condition::Extreme { var, .. } => found.push(*var),
                Condition::Not(_) | Condition::Any(_) | Condition::Count { .. } | Condition::Every { .. } => {
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
