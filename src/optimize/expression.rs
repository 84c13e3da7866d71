//! Expressions of a plan: slots and subplans, no patterns and no aggregates.

use super::pattern::PatternGraph;
use super::plan::{Operator, Other, Task};
use super::slots::SlotSet;
use crate::algebra::{BinaryOperator, Direction, FunctionRef, Quantifier, Slot};
use crate::base::Span;
use crate::value::Value;
use rustc_hash::FxHashSet;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub enum Expression {
    Constant(Value),
    Parameter(Arc<str>, Span),
    Slot(Slot),
    Property {
        subject: Box<Expression>,
        key: Arc<str>,
        span: Span,
    },
    HasLabels {
        subject: Box<Expression>,
        labels: Labels,
        span: Span,
    },
    List(Vec<Expression>),
    Map(Vec<(Arc<str>, Expression)>),
    Index {
        subject: Box<Expression>,
        index: Box<Expression>,
        span: Span,
    },
    Slice {
        subject: Box<Expression>,
        from: Option<Box<Expression>>,
        to: Option<Box<Expression>>,
        span: Span,
    },
    Not(Box<Expression>),
    Negate(Box<Expression>, Span),
    Plus(Box<Expression>, Span),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Binary {
        operator: BinaryOperator,
        left: Box<Expression>,
        right: Box<Expression>,
        span: Span,
    },
    /// `a < b <= c`
    Comparisons {
        first: Box<Expression>,
        rest: Vec<(BinaryOperator, Expression)>,
    },
    IsNull {
        operand: Box<Expression>,
        negated: bool,
    },
    Case {
        subject: Option<Box<Expression>>,
        branches: Vec<(Expression, Expression)>,
        otherwise: Option<Box<Expression>>,
    },
    Comprehension {
        variable: Slot,
        list: Box<Expression>,
        filter: Option<Box<Expression>>,
        map: Option<Box<Expression>>,
    },
    Quantified {
        quantifier: Quantifier,
        variable: Slot,
        list: Box<Expression>,
        predicate: Option<Box<Expression>>,
    },
    Reduce {
        accumulator: Slot,
        start: Box<Expression>,
        variable: Slot,
        list: Box<Expression>,
        step: Box<Expression>,
    },
    Call {
        function: FunctionRef,
        arguments: Vec<Expression>,
        span: Span,
    },
    /// The path of a pattern whose nodes and relationships are in slots.
    Path {
        start: Slot,
        steps: Vec<PathStep>,
    },
    /// Every property of the map is equal to the subject's.
    Matches {
        subject: Box<Expression>,
        map: Box<Expression>,
    },
    Exists(Box<Subplan>),
    Count(Box<Subplan>),
    /// The values of one slot over all rows of the subplan, of which no more than the first so many are asked where that is
    /// known; with `first`, the first of them or null.
    Collect {
        subplan: Box<Subplan>,
        slot: Slot,
        first: bool,
        most: Option<u32>,
    },
    /// In how many ways one relationship can be chosen at each of some nodes, all different; `except` cannot be chosen.
    Degree {
        leaves: Vec<Leaf>,
        except: Vec<Other>,
    },
    /// In how many ways the branches that hang on some nodes can be followed: a product. No relationship can be in two
    /// of them.
    Ways(Vec<Bough>),
    /// Whether a node is among those of which an EXISTS is true.
    Member(Box<Members>),
}

/// All nodes of which something is true, found at once.
#[derive(Clone, Debug)]
pub struct Members {
    /// Has one row for each of them.
    pub root: Operator,
    /// Which node is asked about, and where the plan has it.
    pub node: Slot,
    /// What is asked of one node by itself.
    pub otherwise: Expression,
    /// How much is looked at for one node after another before all are found.
    pub patience: f64,
    /// By which workers know what they share.
    pub key: Slot,
}

/// What hangs on one node or two and is counted without being visited row by row.
#[derive(Clone, Debug)]
pub enum Bough {
    Hop(Box<Hop>),
    /// Neighbours that two nodes have in common.
    Common {
        left: Leaf,
        right: Leaf,
    },
}

/// Relationships at a node: a sum over those that pass, each weighed with what hangs on its other end.
#[derive(Clone, Debug)]
pub struct Hop {
    pub leaf: Leaf,
    pub relationship: Slot,
    pub end: Slot,
    /// Over the relationship and its end only.
    pub conditions: Vec<Expression>,
    /// What hangs on the end.
    pub boughs: Vec<Bough>,
    /// It could choose the relationship by which its node was reached, and must not.
    pub meets: bool,
}

impl Bough {
    /// The nodes it hangs on.
    pub fn nodes(&self) -> impl Iterator<Item = Slot> {
        let (first, second) = match self {
            Bough::Hop(hop) => (hop.leaf.node, None),
            Bough::Common { left, right } => (left.node, Some(right.node)),
        };
        std::iter::once(first).chain(second)
    }

    /// Calls `see` for each condition along it.
    pub fn conditions<'b>(&'b self, see: &mut dyn FnMut(&'b Expression)) {
        if let Bough::Hop(hop) = self {
            hop.conditions.iter().for_each(&mut *see);
            hop.boughs.iter().for_each(|bough| bough.conditions(see));
        }
    }

    /// Calls `see` for each condition along it, to change it.
    pub fn conditions_mut(&mut self, see: &mut dyn FnMut(&mut Expression)) {
        if let Bough::Hop(hop) = self {
            hop.conditions.iter_mut().for_each(&mut *see);
            hop.boughs.iter_mut().for_each(|bough| bough.conditions_mut(see));
        }
    }

    /// Hops in a row on the longest way along it.
    pub fn height(&self) -> usize {
        match self {
            Bough::Hop(hop) => 1 + hop.boughs.iter().map(Bough::height).max().unwrap_or(0),
            Bough::Common { .. } => 1,
        }
    }
}

/// A node and which of its relationships count in an [`Expression::Degree`].
#[derive(Clone, Debug)]
pub struct Leaf {
    pub node: Slot,
    /// Any of these; empty means every type.
    pub types: Vec<Arc<str>>,
    pub direction: Direction,
}

impl Leaf {
    /// Whether the two could choose the same relationship.
    pub fn overlaps(&self, other: &Leaf) -> bool {
        may_be_same(&self.types, &other.types)
    }
}

/// Whether a relationship can be of both lists of types; an empty list has every type.
pub fn may_be_same(types: &[Arc<str>], others: &[Arc<str>]) -> bool {
    const MANY: usize = 64;
    if types.is_empty() || others.is_empty() {
        return true;
    }
    if types.len().min(others.len()) < MANY {
        return types.iter().any(|kind| others.contains(kind));
    }
    let others: FxHashSet<&Arc<str>> = others.iter().collect();
    types.iter().any(|kind| others.contains(kind))
}

/// One step of a [`Expression::Path`].
#[derive(Clone, Debug)]
pub struct PathStep {
    pub relationship: Slot,
    pub node: Slot,
    /// The relationship slot holds a list.
    pub list: bool,
}

/// A plan inside an expression, run for each row.
#[derive(Clone, Debug)]
pub struct Subplan {
    pub root: Operator,
    /// The slots of the enclosing row that the subplan sees.
    pub outer: SlotSet,
    /// Where the number of the enclosing row goes, when the plan is run for several of them at once.
    pub row: Slot,
}

impl Subplan {
    /// The pattern that is all there is of it, while that is not arranged.
    pub fn pattern(&self) -> Option<&PatternGraph> {
        match &self.root.task {
            Task::Pattern(pattern) if self.root.begins() => Some(pattern),
            _ => None,
        }
    }
}

/// A label expression by names.
#[derive(Clone, Debug, PartialEq)]
pub enum Labels {
    Label(Arc<str>),
    Any,
    Not(Box<Labels>),
    And(Vec<Labels>),
    Or(Vec<Labels>),
}

impl Expression {
    pub fn truth() -> Expression {
        Expression::Constant(Value::Boolean(true))
    }

    /// Whether it is there as it is, and nothing has to be worked out: a variable, a stored property, a fixed value.
    pub fn is_read(&self) -> bool {
        match self {
            Expression::Property { subject, .. } => matches!(**subject, Expression::Slot(_)),
            Expression::Slot(_) | Expression::Constant(_) | Expression::Parameter(..) => true,
            _ => false,
        }
    }

    /// Calls `see` for every direct operand.
    pub fn operands<'e>(&'e self, see: &mut dyn FnMut(&'e Expression)) {
        use Expression::*;
        match self {
            Constant(_) | Parameter(..) | Slot(_) | Path { .. } | Degree { .. } | Ways(_) => {}
            Exists(_) | Count(_) | Collect { .. } => {}
            Property { subject, .. } | HasLabels { subject, .. } => see(subject),
            List(items) | And(items) | Or(items) => items.iter().for_each(see),
            Map(entries) => entries.iter().for_each(|(_, value)| see(value)),
            Index { subject, index, .. } => {
                see(subject);
                see(index);
            }
            Slice { subject, from, to, .. } => {
                see(subject);
                from.iter().chain(to).for_each(|bound| see(bound));
            }
            Not(operand) | Negate(operand, _) | Plus(operand, _) | IsNull { operand, .. } => see(operand),
            Binary { left, right, .. } => {
                see(left);
                see(right);
            }
            Comparisons { first, rest } => {
                see(first);
                rest.iter().for_each(|(_, operand)| see(operand));
            }
            Case { subject, branches, otherwise } => {
                subject.iter().for_each(|s| see(s));
                for (when, then) in branches {
                    see(when);
                    see(then);
                }
                otherwise.iter().for_each(|o| see(o));
            }
            Comprehension { list, filter, map, .. } => {
                see(list);
                filter.iter().chain(map).for_each(|e| see(e));
            }
            Quantified { list, predicate, .. } => {
                see(list);
                predicate.iter().for_each(|p| see(p));
            }
            Reduce { start, list, step, .. } => {
                see(start);
                see(list);
                see(step);
            }
            Call { arguments, .. } => arguments.iter().for_each(see),
            Matches { subject, map } => {
                see(subject);
                see(map);
            }
            Member(members) => see(&members.otherwise),
        }
    }

    /// Adds every slot of the enclosing row that the expression reads.
    pub fn reads(&self, into: &mut SlotSet) {
        match self {
            Expression::Slot(slot) => into.insert(*slot),
            Expression::Path { start, steps } => {
                into.insert(*start);
                for step in steps {
                    into.insert(step.relationship);
                    into.insert(step.node);
                }
            }
            Expression::Degree { leaves, except } => {
                leaves.iter().for_each(|leaf| into.insert(leaf.node));
                except.iter().for_each(|other| into.insert(other.slot));
            }
            Expression::Ways(boughs) => {
                boughs.iter().flat_map(Bough::nodes).for_each(|node| into.insert(node));
            }
            Expression::Exists(subplan)
            | Expression::Count(subplan)
            | Expression::Collect { subplan, .. } => {
                into.extend(&subplan.outer);
            }
            _ => {
                let mut inner = SlotSet::new();
                self.operands(&mut |operand| operand.reads(&mut inner));
                for local in self.locals() {
                    inner.remove(local);
                }
                into.extend(&inner);
            }
        }
    }

    /// The variables that the expression itself introduces.
    fn locals(&self) -> Vec<Slot> {
        match self {
            Expression::Comprehension { variable, .. } | Expression::Quantified { variable, .. } => {
                vec![*variable]
            }
            Expression::Reduce { accumulator, variable, .. } => vec![*accumulator, *variable],
            _ => Vec::new(),
        }
    }

    /// The slots that the expression reads.
    pub fn slots(&self) -> SlotSet {
        let mut set = SlotSet::new();
        self.reads(&mut set);
        set
    }

    /// The number of levels on the longest way down, subplans included.
    pub fn depth(&self) -> usize {
        let mut deepest = match self {
            Expression::Exists(subplan)
            | Expression::Count(subplan)
            | Expression::Collect { subplan, .. } => subplan.root.depth(),
            Expression::Member(members) => members.root.depth(),
            _ => 0,
        };
        self.operands(&mut |operand| deepest = deepest.max(operand.depth()));
        deepest + 1
    }

    /// Whether a subplan stands anywhere in the expression.
    pub fn has_subplan(&self) -> bool {
        use Expression::*;
        if matches!(self, Exists(_) | Count(_) | Collect { .. } | Member(_)) {
            return true;
        }
        let mut found = false;
        self.operands(&mut |operand| found = found || operand.has_subplan());
        found
    }

    /// Calls `see` for every plan in the expression, to change it.
    pub fn plans(&mut self, see: &mut dyn FnMut(&mut Operator)) {
        match self {
            Expression::Exists(subplan)
            | Expression::Count(subplan)
            | Expression::Collect { subplan, .. } => {
                see(&mut subplan.root);
            }
            Expression::Member(members) => {
                see(&mut members.root);
                members.otherwise.plans(see);
            }
            Expression::Ways(boughs) => {
                let mut condition = |condition: &mut Expression| condition.plans(see);
                boughs.iter_mut().for_each(|bough| bough.conditions_mut(&mut condition));
            }
            _ => self.operands_mut(&mut |operand| operand.plans(see)),
        }
    }

    /// Calls `see` for every direct operand, to change it.
    pub fn operands_mut(&mut self, see: &mut dyn FnMut(&mut Expression)) {
        use Expression::*;
        match self {
            Constant(_) | Parameter(..) | Slot(_) | Path { .. } | Degree { .. } | Ways(_) => {}
            Exists(_) | Count(_) | Collect { .. } => {}
            Property { subject, .. } | HasLabels { subject, .. } => see(subject),
            List(items) | And(items) | Or(items) => items.iter_mut().for_each(see),
            Map(entries) => entries.iter_mut().for_each(|(_, value)| see(value)),
            Index { subject, index, .. } => {
                see(subject);
                see(index);
            }
            Slice { subject, from, to, .. } => {
                see(subject);
                from.iter_mut().chain(to).for_each(|bound| see(bound));
            }
            Not(operand) | Negate(operand, _) | Plus(operand, _) | IsNull { operand, .. } => see(operand),
            Binary { left, right, .. } => {
                see(left);
                see(right);
            }
            Comparisons { first, rest } => {
                see(first);
                rest.iter_mut().for_each(|(_, operand)| see(operand));
            }
            Case { subject, branches, otherwise } => {
                subject.iter_mut().for_each(|s| see(s));
                for (when, then) in branches {
                    see(when);
                    see(then);
                }
                otherwise.iter_mut().for_each(|o| see(o));
            }
            Comprehension { list, filter, map, .. } => {
                see(list);
                filter.iter_mut().chain(map).for_each(|e| see(e));
            }
            Quantified { list, predicate, .. } => {
                see(list);
                predicate.iter_mut().for_each(|p| see(p));
            }
            Reduce { start, list, step, .. } => {
                see(start);
                see(list);
                see(step);
            }
            Call { arguments, .. } => arguments.iter_mut().for_each(see),
            Matches { subject, map } => {
                see(subject);
                see(map);
            }
            Member(members) => see(&mut members.otherwise),
        }
    }

    /// The conjuncts of a predicate.
    pub fn conjuncts(self, into: &mut Vec<Expression>) {
        match self {
            Expression::And(items) => items.into_iter().for_each(|item| item.conjuncts(into)),
            other => into.push(other),
        }
    }
}
