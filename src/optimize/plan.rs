//! The plan: a tree of operators over slots.

use super::expression::Expression;
use super::pattern::PatternGraph;
use crate::algebra::{Direction, FunctionRef, Search, Slot, SlotInfo, SlotKind};
use crate::base::Span;
use crate::graph::Graph;
use std::sync::Arc;

mod walk;

/// How a statement is carried out.
#[derive(Clone, Debug)]
pub struct Plan {
    pub root: Operator,
    /// What comes out, left to right. Empty for a statement that returns nothing.
    pub columns: Vec<(Arc<str>, Slot)>,
    /// Every slot, also those that the planner made.
    pub slots: Vec<SlotInfo>,
    /// `AS OF date(…)`
    pub as_of: Option<Expression>,
    /// Whether any operator writes.
    pub writes: bool,
    /// What the plan takes for granted of the graph.
    pub assumes: Vec<Assumption>,
    /// Bytes that it takes, estimated.
    pub bytes: u64,
    /// Properties are read only when something looks at them.
    pub late: bool,
    /// Only slots that something above reads are handed on.
    pub narrow: bool,
}

/// Something that is true of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// It never occurs among the relationships of these types; without a type, of all.
    Never(Never, Vec<Arc<str>>),
    /// Every node has this property, and no two have the same value of it.
    Unique(Arc<str>),
    /// This property is a text wherever a node has it.
    Texts(Arc<str>),
}

/// What never occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Never {
    /// A relationship from a node to itself.
    Loops,
    /// Two nodes with relationships of one type both ways.
    Returns,
    /// A way along these types from a node back to it.
    Circles,
}

impl Assumption {
    /// Whether it holds in a graph as it is.
    pub fn holds(&self, graph: &Graph) -> bool {
        let (never, types) = match self {
            Assumption::Never(never, types) => (never, types),
            Assumption::Unique(key) => return graph.key(key).is_some_and(|key| graph.tells_nodes_apart(key)),
            Assumption::Texts(key) => return graph.key(key).is_none_or(|key| graph.has_texts(key)),
        };
        let kinds = match types.is_empty() {
            true => graph.types(),
            false => types.iter().filter_map(|name| graph.relationship_type(name)).collect(),
        };
        match never {
            Never::Loops => kinds.into_iter().all(|kind| !graph.shape(kind).loops),
            Never::Returns => kinds.into_iter().all(|kind| !graph.shape(kind).returns),
            Never::Circles => !graph.has_circles(&kinds),
        }
    }
}

/// One operator: what it does to the rows of its input.
#[derive(Clone, Debug)]
pub struct Operator {
    pub task: Task,
    /// `None` for [`Task::Argument`] and [`Task::Union`].
    pub input: Option<Box<Operator>>,
    /// Estimated rows that come out.
    pub rows: f64,
    /// The rules that made or changed this operator.
    pub rules: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub enum Task {
    /// The row of the enclosing operator; at the top, one row without columns.
    Argument,
    /// A pattern that has not been arranged yet. Never reaches the executor.
    Pattern(Box<PatternGraph>),
    /// For each row of the input every node of an access path.
    Scan {
        node: Slot,
        access: Access,
    },
    CountStore(CountStore),
    Expand(Expand),
    Intersect(Intersect),
    Held(Held),
    VarExpand(VarExpand),
    Shortest(Shortest),
    /// All conjuncts must be true.
    Filter(Vec<Expression>),
    Project(Vec<(Slot, Expression)>),
    Aggregate {
        keys: Vec<(Slot, Expression)>,
        aggregates: Vec<(Slot, Aggregate)>,
    },
    Distinct(Vec<Slot>),
    Sole(Sole),
    Sort(Vec<SortKey>),
    /// The first rows by an order, without sorting the rest.
    Top {
        keys: Vec<SortKey>,
        limit: Expression,
        skip: Option<Expression>,
    },
    Skip(Expression),
    Limit(Expression),
    Unwind {
        list: Expression,
        slot: Slot,
    },
    /// The rows of `inner` for each row of the input, or that row with nulls.
    Optional {
        inner: Box<Operator>,
        row: Slot,
        fills: Vec<(Slot, SlotKind)>,
    },
    Union {
        branches: Vec<Branch>,
        slots: Vec<Slot>,
        distinct: bool,
    },
    Create(Vec<Creation>),
    Merge(Box<Merge>),
    Change(Vec<Change>),
    Delete {
        targets: Vec<Expression>,
        detach: bool,
    },
    Call(Call),
    CreateIndex {
        name: Option<Arc<str>>,
        label: Arc<str>,
        key: Arc<str>,
        if_not_exists: bool,
        span: Span,
    },
    DropIndex {
        name: Arc<str>,
        if_exists: bool,
        span: Span,
    },
}

/// Where the nodes of a scan come from.
#[derive(Clone, Debug)]
pub enum Access {
    All,
    Label(Arc<str>),
    /// Label and property equality.
    Seek {
        label: Arc<str>,
        key: Arc<str>,
        value: Expression,
    },
    /// Property equality, whatever the label.
    Any {
        key: Arc<str>,
        value: Expression,
    },
    /// What is worked out of the node.
    Lookup(Box<Lookup>),
}

/// Nodes that are looked up by what is worked out of them.
#[derive(Clone, Debug)]
pub struct Lookup {
    pub label: Option<Arc<str>>,
    /// What depends on the node alone, and what it must equal.
    pub pairs: Vec<(Expression, Expression)>,
}

/// One row for each type of relationship of which there are some.
#[derive(Clone, Debug)]
pub struct CountStore {
    /// Any of these; empty means every type.
    pub types: Vec<Arc<str>>,
    /// Each relationship counts in both directions.
    pub both: bool,
    /// Filled with the name of the type.
    pub kind: Slot,
    pub count: Slot,
}

/// One hop.
#[derive(Clone, Debug)]
pub struct Expand {
    pub from: Slot,
    pub relationship: Slot,
    pub to: Slot,
    /// Any of these; empty means every type.
    pub types: Vec<Arc<str>>,
    /// As seen from `from`.
    pub direction: Direction,
    /// `to` is already in the row: only what leads there counts.
    pub into: bool,
    /// Relationships of the same MATCH that must be others.
    pub others: Vec<Other>,
}

/// Two hops from known nodes to one new node, which is a neighbour of both.
#[derive(Clone, Debug)]
pub struct Intersect {
    pub left: Side,
    pub right: Side,
    pub to: Slot,
}

/// One hop of an [`Intersect`].
#[derive(Clone, Debug)]
pub struct Side {
    pub from: Slot,
    pub relationship: Slot,
    pub types: Vec<Arc<str>>,
    pub direction: Direction,
    pub others: Vec<Other>,
}

/// The step of a relationship, or of a list of them, that is already in the row.
#[derive(Clone, Debug)]
pub struct Held {
    pub relationship: Slot,
    pub list: bool,
    pub from: Slot,
    pub to: Slot,
    pub from_bound: bool,
    pub to_bound: bool,
    pub types: Vec<Arc<str>>,
    pub direction: Direction,
    pub min: u64,
    pub max: Option<u64>,
    pub properties: Option<Expression>,
    pub others: Vec<Other>,
}

/// A slot with a relationship, or with a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Other {
    pub slot: Slot,
    pub list: bool,
}

/// One row for each node, with the relationship by which it was reached where that is always the same, and else null.
#[derive(Clone, Copy, Debug)]
pub struct Sole {
    pub node: Slot,
    pub relationship: Slot,
    /// Filled with the relationship, or null.
    pub sole: Slot,
}

/// Any number of hops.
#[derive(Clone, Debug)]
pub struct VarExpand {
    pub from: Slot,
    /// Filled with the list of relationships, in the pattern's order.
    pub relationships: Slot,
    pub to: Slot,
    pub types: Vec<Arc<str>>,
    pub direction: Direction,
    pub min: u64,
    pub max: Option<u64>,
    pub into: bool,
    /// The step is walked from its right end, so that the list has to be turned round.
    pub reversed: bool,
    /// A map every relationship must agree with.
    pub properties: Option<Expression>,
    pub tests: Vec<PathTest>,
    pub others: Vec<Other>,
    /// Only which ends are reached matters, not by how many ways.
    pub reach: Option<Reach>,
    /// Only the ends and the number of hops matter: this slot takes the number.
    pub levels: Option<Levels>,
}

/// What every relationship of a walk must have, or every node after the first.
#[derive(Clone, Debug)]
pub struct PathTest {
    pub of_nodes: bool,
    /// `all` or `none`, of a list that is not made.
    pub holds: Expression,
}

impl VarExpand {
    /// Whether nothing is asked of what it walks over but types.
    pub fn takes_all(&self) -> bool {
        self.properties.is_none() && self.tests.is_empty()
    }

    /// Whether all rows begin one search.
    pub fn begins_together(&self) -> bool {
        self.reach == Some(Reach::FromAll) || self.levels.as_ref().is_some_and(|levels| levels.together)
    }
}

/// How a [`VarExpand`] finds each end once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From each row by itself.
    FromEach,
    /// Nothing is asked of where a way began: each end is found once from all rows together.
    FromAll,
}

/// How a [`VarExpand`] goes hop by hop over types that never lead back.
#[derive(Clone, Debug)]
pub struct Levels {
    pub hops: Slot,
    /// Only the greatest number of hops matters.
    pub longest: Option<Longest>,
    /// Nothing is asked of where a way began, so that all rows begin together.
    pub together: bool,
}

/// What the last node of a longest path has to be.
#[derive(Clone, Debug)]
pub enum Longest {
    Any,
    Labelled(Arc<str>),
}

/// Shortest paths between two bound nodes.
#[derive(Clone, Debug)]
pub struct Shortest {
    pub from: Slot,
    pub to: Slot,
    pub relationships: Slot,
    /// The pattern has no `*`: the slot holds one relationship.
    pub single: bool,
    pub path: Option<Slot>,
    pub types: Vec<Arc<str>>,
    pub direction: Direction,
    pub min: u64,
    pub max: Option<u64>,
    pub properties: Option<Expression>,
    pub search: Search,
    /// Searches from both ends.
    pub bidirectional: bool,
    /// Only how long the path is stands in its slot.
    pub measured: bool,
}

#[derive(Clone, Debug)]
pub struct Aggregate {
    pub call: AggregateCall,
    pub distinct: bool,
    pub arguments: Vec<Expression>,
    /// Of a list only the first so many values are asked, where that is known.
    pub first: Option<u32>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AggregateCall {
    /// `count(*)`
    Rows,
    /// `count(*)` where a row stands for as many rows as its argument says.
    Total,
    Function(FunctionRef),
}

#[derive(Clone, Debug)]
pub struct SortKey {
    pub expression: Expression,
    pub descending: bool,
}

#[derive(Clone, Debug)]
pub struct Branch {
    pub root: Operator,
    /// The branch's slot for each slot of the union.
    pub slots: Vec<Slot>,
}

/// One thing that CREATE makes, in order.
#[derive(Clone, Debug)]
pub enum Creation {
    Node {
        slot: Slot,
        labels: Vec<Arc<str>>,
        properties: Option<Expression>,
    },
    Relationship {
        slot: Slot,
        start: Slot,
        end: Slot,
        kind: Arc<str>,
        properties: Option<Expression>,
        span: Span,
    },
    Path {
        slot: Slot,
        path: Expression,
    },
}

#[derive(Clone, Debug)]
pub struct Merge {
    /// Finds the pattern, seen from an [`Task::Argument`].
    pub matching: Operator,
    pub creations: Vec<Creation>,
    pub on_create: Vec<Change>,
    pub on_match: Vec<Change>,
    /// The slots that the pattern fills.
    pub fills: Vec<Slot>,
    /// Property maps of the pattern: a null in one is an error.
    pub properties: Vec<(Expression, Span)>,
}

/// One item of SET or REMOVE.
#[derive(Clone, Debug)]
pub enum Change {
    Property {
        subject: Expression,
        key: Arc<str>,
        value: Expression,
        span: Span,
    },
    /// `subject = map` or `subject += map`
    All {
        subject: Slot,
        value: Expression,
        merge: bool,
        span: Span,
    },
    AddLabels {
        subject: Slot,
        labels: Vec<Arc<str>>,
    },
    RemoveLabels {
        subject: Slot,
        labels: Vec<Arc<str>>,
    },
}

#[derive(Clone, Debug)]
pub struct Call {
    pub procedure: Arc<str>,
    /// `None`: the parameters of the same names as the inputs.
    pub arguments: Option<Vec<Expression>>,
    /// Output field and the slot that it fills.
    pub outputs: Vec<(Arc<str>, Slot)>,
    pub span: Span,
}
