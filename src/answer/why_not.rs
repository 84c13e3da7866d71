//! Why there is no answer: the condition that removed the last candidates, and what fails only one condition.
//!
//! In: a question or statement whose answer is empty, `no` or zero. Conditions are left out on the algebra, so that it
//! works for both surfaces: labels, properties in patterns, steps and the parts of WHERE that are joined by AND. For a question
//! its own conditions come first, in its own words.

use super::Answer;
use crate::algebra::*;
use crate::base::{Class, Result};
use crate::bind::question::{Form, Meant};
use crate::graph::NodeId;
use crate::language::cypher;
use crate::session::{Language, Options, Session};
use crate::value::Value;
use std::sync::Arc;

/// As many candidates are looked at for one condition.
const LOOKED_AT: i64 = 100;
/// As many conditions are tried, the last ones first.
const TRIED: usize = 40;

/// Why nothing was found.
#[derive(Clone, Debug, Default)]
pub struct WhyNot {
    /// With the conditions before it there were candidates, with it none.
    pub last: Option<Without>,
    /// Conditions without which alone there would be an answer.
    pub nearest: Vec<Without>,
}

/// A condition, and what there is without it.
#[derive(Clone, Debug)]
pub struct Without {
    pub condition: String,
    /// Each a row of nodes.
    pub candidates: Vec<Vec<NodeId>>,
    /// There are more than were looked at.
    pub more: bool,
}

impl Session {
    /// Why a question or statement has no answer; none where it has one.
    ///
    /// # Errors
    /// Those of the statement itself.
    pub fn why_not(&mut self, text: &str, options: &Options) -> Result<Option<WhyNot>> {
        let quiet = Options { trace: false, ..options.clone() };
        let answer = self.run(text, &quiet)?;
        if !is_negative(&answer) {
            return Ok(None);
        }
        self.as_assumed(text, &quiet, |session, text, options| {
            let is_cypher = match options.language {
                Language::Either => cypher::is_cypher(text),
                Language::Cypher => true,
                Language::Question => false,
            };
            if is_cypher {
                let statement = cypher::parse(text).map_err(|report| report.in_text(text))?;
                return session.fewer(&statement, &|_| true, options).map(Some);
            }
            let meant = session.understand(text, options.as_of).map_err(|report| report.in_text(text))?;
            session.fewer_of_question(&meant, options).map(Some)
        })
    }

    /// The conditions of the question in its own words, then the kinds that it asks for.
    fn fewer_of_question(&mut self, meant: &Meant, options: &Options) -> Result<WhyNot> {
        if meant.wider.is_empty() || meant.form == Form::YesNo {
            return self.fewer(&meant.statement, &|_| true, options);
        }
        let mut found = WhyNot::default();
        for wider in &meant.wider {
            if found.last.is_none()
                && let Some(without) = self.without(&wider.statement, wider.condition.clone(), options)?
            {
                found.last = Some(without);
            }
            if let Some(without) = self.without(&wider.alone, wider.condition.clone(), options)? {
                found.nearest.push(without);
            }
        }
        let kinds = self.fewer(&meant.statement, &|part| matches!(part, Part::Label(_)), options)?;
        found.last = found.last.or(kinds.last);
        found.nearest.extend(kinds.nearest);
        Ok(found)
    }

    /// Leaves out the conditions of a statement, one at a time and then from the last one on.
    fn fewer(
        &mut self,
        statement: &Statement<Named>,
        chosen: &dyn Fn(&Part) -> bool,
        options: &Options,
    ) -> Result<WhyNot> {
        let mut found = WhyNot::default();
        let Body::Query(query) = &statement.body else { return Ok(found) };
        let single = inside(&query.first);
        let mut parts = Vec::new();
        rewritten(&single, &mut |part| {
            parts.push(part.clone());
            true
        });
        let numbers = (0..parts.len()).rev().filter(|at| parts.get(*at).is_some_and(chosen));
        let numbers: Vec<usize> = numbers.take(TRIED).collect();
        for at in &numbers {
            let said = parts.get(*at).map(|part| self.said(part)).unwrap_or_default();
            let asked = |drop: &dyn Fn(usize) -> bool| {
                let mut number = 0;
                let wider = rewritten(&single, &mut |_| {
                    number += 1;
                    !drop(number - 1)
                });
                listing(wider, statement.as_of.clone())
            };
            if let Some(statement) = asked(&|number| number == *at)
                && let Some(without) = self.without(&statement, said.clone(), options)?
            {
                found.nearest.push(without);
            }
            if found.last.is_none()
                && let Some(statement) = asked(&|number| number >= *at)
                && let Some(without) = self.without(&statement, said, options)?
            {
                found.last = Some(without);
            }
        }
        Ok(found)
    }

    /// What a wider statement finds; none where that is nothing.
    fn without(
        &mut self,
        statement: &Statement<Named>,
        condition: String,
        options: &Options,
    ) -> Result<Option<Without>> {
        let answer = match self.statement(statement, options) {
            Ok(answer) => answer,
            Err(report) if options.budget.cancel.is_cancelled() => return Err(report),
            // Without this condition the rest may make no sense, or be too much: then it tells nothing.
            Err(report) if matches!(report.class, Class::Input | Class::Limit) => return Ok(None),
            Err(report) => return Err(report),
        };
        let nodes = |row: &Vec<Value>| -> Vec<NodeId> {
            row.iter()
                .filter_map(|value| if let Value::Node(node) = value { Some(*node) } else { None })
                .collect()
        };
        let mut candidates: Vec<Vec<NodeId>> = Vec::new();
        for row in answer.rows.iter().map(nodes).filter(|row| !row.is_empty()) {
            if !candidates.contains(&row) {
                candidates.push(row);
            }
        }
        if candidates.is_empty() {
            return Ok(None);
        }
        let more = candidates.len() as i64 > LOOKED_AT;
        candidates.truncate(LOOKED_AT as usize);
        Ok(Some(Without { condition, candidates, more }))
    }

    /// A condition in words.
    fn said(&self, part: &Part) -> String {
        let kind = match part {
            Part::Label(expression) => match &expression.node {
                Node::HasLabels { subject, labels: LabelExpression::Label(label) } => {
                    let noun = self.vocabulary.kind(&label.name).and_then(|kind| kind.nouns.first());
                    noun.map(|noun| (cypher::print_expression(subject), noun))
                }
                _ => None,
            },
            Part::Condition(_) => None,
        };
        match (kind, part) {
            (Some((subject, noun)), _) => format!("`{subject}` is of the kind `{noun}`"),
            (None, Part::Label(expression) | Part::Condition(expression)) => {
                format!("`{}`", cypher::print_expression(expression))
            }
        }
    }
}

/// No rows, no, or nothing but zero.
fn is_negative(answer: &Answer) -> bool {
    let nothing = |value: &Value| matches!(value, Value::Null | Value::Boolean(false) | Value::Integer(0));
    answer.plan.is_none()
        && !answer.columns.is_empty()
        && match answer.rows.as_slice() {
            [] => true,
            [row] => row.iter().all(nothing),
            _ => false,
        }
}

/// A condition that can be left out, as an expression.
#[derive(Clone)]
enum Part {
    Label(Expression<Named>),
    Condition(Expression<Named>),
}

/// `RETURN EXISTS { … }` and the like ask for what stands inside.
fn inside(query: &SingleQuery<Named>) -> SingleQuery<Named> {
    let [Clause::Return { projection, .. }] = query.clauses.as_slice() else { return query.clone() };
    let [item] = projection.items.as_slice() else { return query.clone() };
    match &item.expression.node {
        Node::Exists(subquery) | Node::Count(subquery) => subquery.query.first.clone(),
        Node::PatternPredicate(pattern) => SingleQuery {
            clauses: vec![Clause::Match {
                optional: false,
                patterns: vec![(**pattern).clone()],
                filter: None,
                span: item.expression.span,
            }],
        },
        _ => query.clone(),
    }
}

/// The query with the conditions that `keep` wants; it is asked for each in turn, in the order of the text.
fn rewritten(query: &SingleQuery<Named>, keep: &mut dyn FnMut(&Part) -> bool) -> SingleQuery<Named> {
    let mut clauses = Vec::new();
    for clause in &query.clauses {
        match clause {
            Clause::Match { optional: false, patterns, filter, span } => {
                let mut kept = Vec::new();
                for pattern in patterns {
                    pattern_parts(pattern, keep, &mut kept);
                }
                let filter = filter.as_ref().and_then(|filter| filtered(filter, keep));
                clauses.push(Clause::Match { optional: false, patterns: kept, filter, span: *span });
            }
            Clause::With { projection, filter, span } => {
                let filter = filter.as_ref().and_then(|filter| filtered(filter, keep));
                clauses.push(Clause::With { projection: projection.clone(), filter, span: *span });
            }
            other => clauses.push(other.clone()),
        }
    }
    SingleQuery { clauses }
}

/// The parts of a path; where a step is left out the path is cut in two.
fn pattern_parts(
    pattern: &PathPattern<Named>,
    keep: &mut dyn FnMut(&Part) -> bool,
    into: &mut Vec<PathPattern<Named>>,
) {
    // Where somebody asks for the path itself, no step can be missing.
    let whole = pattern.variable.is_some() || pattern.search != Search::Walk;
    let mut open =
        PathPattern { start: node_parts(&pattern.start, keep), steps: Vec::new(), ..pattern.clone() };
    let mut before = &pattern.start;
    for step in &pattern.steps {
        let alone = PathPattern {
            variable: None,
            search: Search::Walk,
            start: bare(before),
            steps: vec![Step { relationship: step.relationship.clone(), node: bare(&step.node) }],
            span: pattern.span,
        };
        let said = Expression::new(Node::PatternPredicate(Box::new(alone)), pattern.span);
        // What is asked of the nodes comes first, so that without the step they are still the ones meant.
        let node = node_parts(&step.node, keep);
        let kept = whole || keep(&Part::Condition(said));
        if kept {
            open.steps.push(Step { relationship: step.relationship.clone(), node });
        } else {
            let next = PathPattern { start: node, steps: Vec::new(), variable: None, ..pattern.clone() };
            into.push(std::mem::replace(&mut open, next));
        }
        before = &step.node;
    }
    into.push(open);
}

/// A node with its variable alone, or, where it has none, as it stands.
fn bare(node: &NodePattern<Named>) -> NodePattern<Named> {
    match node.variable {
        Some(_) => NodePattern { labels: None, properties: None, ..node.clone() },
        None => node.clone(),
    }
}

fn node_parts(node: &NodePattern<Named>, keep: &mut dyn FnMut(&Part) -> bool) -> NodePattern<Named> {
    let mut kept = node.clone();
    let subject = node.variable.clone().unwrap_or_else(|| Identifier::new("_", node.span));
    let subject = Expression::new(Node::Variable(subject), node.span);
    if let Some(labels) = &node.labels {
        let has = Node::HasLabels { subject: Box::new(subject.clone()), labels: labels.clone() };
        if !keep(&Part::Label(Expression::new(has, node.span))) {
            kept.labels = None;
        }
    }
    if let Some(Expression { node: Node::Map(entries), span }) = &node.properties {
        let wanted = entries.iter().filter(|(key, value)| {
            let property = Node::Property { subject: Box::new(subject.clone()), key: key.clone() };
            let equal = Node::Binary {
                operator: BinaryOperator::Equal,
                left: Box::new(Expression::new(property, *span)),
                right: Box::new(value.clone()),
            };
            keep(&Part::Condition(Expression::new(equal, *span)))
        });
        let wanted: Vec<_> = wanted.cloned().collect();
        kept.properties = (!wanted.is_empty()).then(|| Expression::new(Node::Map(wanted), *span));
    }
    kept
}

/// The parts of a filter that are joined by AND.
fn filtered(filter: &Expression<Named>, keep: &mut dyn FnMut(&Part) -> bool) -> Option<Expression<Named>> {
    let mut parts = Vec::new();
    let mut waiting = vec![filter];
    while let Some(next) = waiting.pop() {
        match &next.node {
            Node::Binary { operator: BinaryOperator::And, left, right } => {
                waiting.extend([&**right, &**left])
            }
            _ => parts.push(next),
        }
    }
    let kept = parts.into_iter().filter(|part| keep(&Part::Condition((*part).clone()))).cloned();
    kept.reduce(|left, right| {
        let span = left.span;
        let and =
            Node::Binary { operator: BinaryOperator::And, left: Box::new(left), right: Box::new(right) };
        Expression::new(and, span)
    })
}

/// The query, listing the nodes that it speaks of instead of what it returns; none where it writes or names none.
fn listing(query: SingleQuery<Named>, as_of: Option<Expression<Named>>) -> Option<Statement<Named>> {
    let mut clauses = query.clauses;
    let returned = match clauses.last() {
        Some(Clause::Return { projection, .. }) => Some(projection.clone()),
        _ => None,
    };
    if returned.is_some() {
        clauses.pop();
    }
    let mut nodes: Vec<Identifier> = Vec::new();
    for clause in &clauses {
        match clause {
            Clause::Match { patterns, .. } => {
                let all = patterns
                    .iter()
                    .flat_map(|p| std::iter::once(&p.start).chain(p.steps.iter().map(|s| &s.node)));
                nodes.extend(all.filter_map(|node| node.variable.clone()));
            }
            Clause::With { projection, .. } if !projection.star => {
                nodes.retain(|node| projection.items.iter().any(|item| names(item, node)));
            }
            Clause::With { .. } | Clause::Unwind { .. } | Clause::Call(_) => {}
            _ => return None,
        }
    }
    let mut seen: Vec<Arc<str>> = Vec::new();
    nodes.retain(|node| {
        !seen.contains(&node.name) && {
            seen.push(node.name.clone());
            true
        }
    });
    // What is asked for, where that is told; else all that the patterns name.
    let asked = returned.map(|projection| projection.items).unwrap_or_default();
    let wanted: Vec<Identifier> = nodes
        .iter()
        .filter(|node| asked.iter().any(|item| mentions(&item.expression, node)))
        .cloned()
        .collect();
    let wanted = if wanted.is_empty() { nodes } else { wanted };
    if wanted.is_empty() {
        return None;
    }
    let span = Default::default();
    let items = wanted.into_iter().map(|node| Item {
        name: node.name.clone(),
        expression: Expression::new(Node::Variable(node), span),
        alias: None,
    });
    let limit = Expression::new(Node::Literal(Literal::Integer(LOOKED_AT + 1)), span);
    let projection = Projection {
        distinct: true,
        star: false,
        items: items.collect(),
        order: Vec::new(),
        skip: None,
        limit: Some(limit),
    };
    clauses.push(Clause::Return { projection, span });
    let query = Query { first: SingleQuery { clauses }, unions: Vec::new() };
    Some(Statement { mode: Mode::Run, as_of, body: Body::Query(query), info: () })
}

/// Whether an item passes a node on under its own name.
fn names(item: &Item<Named>, node: &Identifier) -> bool {
    let same = |name: &Identifier| name.name == node.name;
    item.alias.as_ref().is_none_or(same) && matches!(&item.expression.node, Node::Variable(v) if same(v))
}

/// Whether an item is a node or a property of it.
fn mentions(expression: &Expression<Named>, node: &Identifier) -> bool {
    match &expression.node {
        Node::Variable(variable) => variable.name == node.name,
        Node::Property { subject, .. } => mentions(subject, node),
        Node::Call { arguments, .. } => arguments.iter().any(|argument| mentions(argument, node)),
        _ => false,
    }
}
