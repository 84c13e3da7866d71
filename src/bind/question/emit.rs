//! From a query graph to a statement of the algebra.

use super::binder::Binder;
use super::meaning::*;
use super::owed::in_plain;
use super::rival::comparison;
use super::select::value_of;
use crate::algebra::*;
use crate::base::Span;
use crate::graph::Entity;
use crate::language::question::dates::Period;
use crate::value::{Date, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

pub type Expr = Expression<Named>;

const NOWHERE: Span = Span { start: 0, end: 0 };

pub fn expr(node: Node<Named>) -> Expr {
    Expression::new(node, NOWHERE)
}

pub fn identifier(name: &str) -> Identifier {
    Identifier::new(name, NOWHERE)
}

pub fn variable(name: &str) -> Expr {
    expr(Node::Variable(identifier(name)))
}

pub fn text(value: &str) -> Expr {
    expr(Node::Literal(Literal::String(Arc::from(value))))
}

pub fn integer(value: i64) -> Expr {
    expr(Node::Literal(Literal::Integer(value)))
}

pub fn date(value: Date) -> Expr {
    call("date", vec![text(&value.to_string())])
}

pub fn call(function: &str, arguments: Vec<Expr>) -> Expr {
    expr(Node::Call { function: identifier(function), distinct: false, arguments })
}

pub fn call_distinct(function: &str, arguments: Vec<Expr>) -> Expr {
    expr(Node::Call { function: identifier(function), distinct: true, arguments })
}

pub fn property(subject: Expr, key: &str) -> Expr {
    expr(Node::Property { subject: Box::new(subject), key: identifier(key) })
}

pub fn binary(operator: BinaryOperator, left: Expr, right: Expr) -> Expr {
    expr(Node::Binary { operator, left: Box::new(left), right: Box::new(right) })
}

pub fn not(operand: Expr) -> Expr {
    expr(Node::Unary { operator: UnaryOperator::Not, operand: Box::new(operand) })
}

pub fn list(items: Vec<Expr>) -> Expr {
    expr(Node::List(items))
}

/// All of them; `None` where there is none.
pub fn all_of(conditions: Vec<Expr>) -> Option<Expr> {
    conditions.into_iter().reduce(|a, b| binary(BinaryOperator::And, a, b))
}

pub fn any_of(conditions: Vec<Expr>) -> Option<Expr> {
    conditions.into_iter().reduce(|a, b| binary(BinaryOperator::Or, a, b))
}

pub fn item(expression: Expr, name: &str) -> Item<Named> {
    Item { expression, alias: Some(identifier(name)), name: Arc::from(name) }
}

pub fn projection(distinct: bool, items: Vec<Item<Named>>) -> Projection<Named> {
    Projection { distinct, star: false, items, order: Vec::new(), skip: None, limit: None }
}

pub fn sort(expression: Expr, descending: bool) -> SortKey<Named> {
    SortKey { expression, descending }
}

pub fn statement(clauses: Vec<Clause<Named>>) -> Statement<Named> {
    let query = Query { first: SingleQuery { clauses }, unions: Vec::new() };
    Statement { mode: Mode::Run, as_of: None, body: Body::Query(query), info: () }
}

pub fn return_clause(projection: Projection<Named>) -> Clause<Named> {
    Clause::Return { projection, span: NOWHERE }
}

pub fn with_clause(projection: Projection<Named>, filter: Option<Expr>) -> Clause<Named> {
    Clause::With { projection, filter, span: NOWHERE }
}

pub fn match_clause(patterns: Vec<PathPattern<Named>>, filter: Option<Expr>) -> Clause<Named> {
    Clause::Match { optional: false, patterns, filter, span: NOWHERE }
}

impl Binder<'_> {
    /// MATCH clauses for a group. Each edge has a MATCH of its own, so that two edges may be the same relationship.
    pub fn matches(&self, group: &Group, declared: &mut BTreeSet<Var>) -> Vec<Clause<Named>> {
        let mut clauses = Vec::new();
        let mut filters = Vec::new();
        let before = declared.clone();
        for condition in &group.conditions {
            if let Condition::Edge(edge) = condition {
                let pattern = self.edge_pattern(edge, declared, &mut filters);
                clauses.push(match_clause(vec![pattern], None));
            }
        }
        for var in group.variables() {
            if !declared.contains(&var) {
                let start = self.node_pattern(var, declared);
                clauses.push(match_clause(vec![path(start, Vec::new())], None));
            }
        }
        for condition in &group.conditions {
            filters.extend(self.filter(condition, declared));
        }
        for var in declared.iter() {
            // An entity among several is named by a condition, once, where it is declared.
            let variable = &self.variables[var.0];
            if variable.entities.len() > 1 && !before.contains(var) {
                filters.push(self.one_of(*var));
            }
        }
        if let Some(Clause::Match { filter, .. }) = clauses.last_mut() {
            *filter = all_of(filters);
        } else if let Some(filter) = all_of(filters) {
            // Nothing new to look for: only conditions on what is known.
            clauses.push(match_clause(Vec::new(), Some(filter)));
        }
        clauses
    }

    /// That a variable is one of several named entities.
    pub fn one_of(&self, var: Var) -> Expr {
        let variable_ = &self.variables[var.0];
        let ids = variable_.entities.iter().map(|n| self.id_literal(*n).1).collect();
        let key = variable_.entities.first().map_or("id", |n| self.id_literal(*n).0);
        binary(BinaryOperator::In, property(variable(&variable_.name), key), list(ids))
    }

    /// Looks for a variable that no condition has mentioned; one of several named things stays one of them.
    pub fn declare(&self, var: Var, declared: &mut BTreeSet<Var>, clauses: &mut Vec<Clause<Named>>) {
        if !declared.contains(&var) {
            let pattern = path(self.node_pattern(var, declared), Vec::new());
            let one = (self.variables[var.0].entities.len() > 1).then(|| self.one_of(var));
            match clauses.first_mut() {
                // What only filters is said of what is looked for.
                Some(Clause::Match { patterns, filter, .. }) if patterns.is_empty() => {
                    patterns.push(pattern);
                    *filter = all_of(filter.take().into_iter().chain(one).collect());
                }
                _ => clauses.insert(0, match_clause(vec![pattern], one)),
            }
        }
    }

    /// The key and value by which a node is named in Cypher.
    pub fn id_literal(&self, node: crate::graph::NodeId) -> (&'static str, Expr) {
        for key in ["id", "name"] {
            match self.graph.key(key).map(|k| self.graph.property(Entity::Node(node), k)) {
                Some(Value::String(id)) => return (key, text(&id)),
                Some(Value::Integer(id)) => return (key, integer(id)),
                _ => {}
            }
        }
        ("id", text(""))
    }

    /// A node; its labels and id stand where it is mentioned first.
    pub fn node_pattern(&self, var: Var, declared: &mut BTreeSet<Var>) -> NodePattern<Named> {
        let known = &self.variables[var.0];
        let first = declared.insert(var);
        let mut labels = None;
        let mut properties = None;
        if first {
            match known.entities.as_slice() {
                [node] => {
                    let (key, id) = self.id_literal(*node);
                    properties = Some(expr(Node::Map(vec![(identifier(key), id)])));
                    labels = self.kind_of(*node).map(|k| LabelExpression::Label(identifier(&k)));
                }
                [] => labels = self.label_expression(&known.kinds),
                _ => {}
            }
        }
        NodePattern { variable: Some(identifier(&known.name)), labels, properties, span: NOWHERE }
    }

    /// Any of these kinds; kinds under another that is listed are left out.
    pub fn label_expression(&self, kinds: &[String]) -> Option<LabelExpression> {
        let top: Vec<&String> = kinds
            .iter()
            .filter(|k| !kinds.iter().any(|other| other != *k && self.vocabulary.is_a(k, other)))
            .collect();
        let mut labels: Vec<LabelExpression> =
            top.iter().map(|k| LabelExpression::Label(identifier(k))).collect();
        match labels.len() {
            0 => None,
            1 => labels.pop(),
            _ => Some(LabelExpression::Or(labels)),
        }
    }

    fn edge_pattern(
        &self,
        edge: &Edge,
        declared: &mut BTreeSet<Var>,
        filters: &mut Vec<Expr>,
    ) -> PathPattern<Named> {
        let start = self.node_pattern(edge.from, declared);
        let end = self.node_pattern(edge.to, declared);
        let mut types: Vec<Identifier> =
            edge.relations.iter().map(|l| identifier(&self.relation(l.relation).type_name())).collect();
        types.dedup();
        let forward = edge.relations.iter().any(|l| !l.reversed);
        let backward = edge.relations.iter().any(|l| l.reversed);
        let symmetric = edge.relations.iter().any(|l| self.relation(l.relation).symmetric);
        let direction = match (forward, backward, symmetric) {
            (true, true, _) | (_, _, true) => Direction::Either,
            (_, false, _) => Direction::Outgoing,
            _ => Direction::Incoming,
        };
        let mixed = forward && backward && !symmetric && !edge.transitive;
        let named = mixed || edge.shown || !edge.tests.is_empty() || edge.during.is_some();
        if mixed {
            filters.push(self.direction_filter(edge));
        }
        for (key, test) in &edge.tests {
            filters.push(self.test(property(variable(&edge.name), key), test));
        }
        if let Some(period) = edge.during {
            // What has no dates is kept; the answer says so.
            let held = self.validity(variable(&edge.name), Some(period), Meets::Overlaps);
            let unknown = expr(Node::Literal(Literal::Boolean(true)));
            filters.push(call("coalesce", vec![held, unknown]));
        }
        let relationship = RelationshipPattern {
            variable: named.then(|| identifier(&edge.name)),
            types,
            direction,
            length: edge.transitive.then_some(Length { min: None, max: None }),
            properties: None,
            span: NOWHERE,
        };
        // From the whole to the part that acts for it.
        let nobody = || NodePattern { variable: None, labels: None, properties: None, span: NOWHERE };
        let acts = direction == Direction::Outgoing;
        let part = |link: &Link| RelationshipPattern {
            variable: None,
            types: vec![identifier(&self.relation(link.relation).type_name())],
            direction: if link.reversed == acts { Direction::Incoming } else { Direction::Outgoing },
            length: Some(Length { min: Some(0), max: None }),
            properties: None,
            span: NOWHERE,
        };
        let mut taken: Vec<RelationshipPattern<Named>> = edge.parts.iter().map(part).collect();
        taken.push(relationship);
        if !acts {
            taken.reverse();
        }
        let mut steps: Vec<Step<Named>> =
            taken.into_iter().map(|relationship| Step { relationship, node: nobody() }).collect();
        if let Some(last) = steps.last_mut() {
            last.node = end;
        }
        path(start, steps)
    }

    /// Relations that are read in different directions: each has to run its own way.
    fn direction_filter(&self, edge: &Edge) -> Expr {
        let from = variable(&self.variables[edge.from.0].name);
        let mut ways = Vec::new();
        for (reversed, end) in [(false, "startNode"), (true, "endNode")] {
            let types: Vec<Expr> = edge
                .relations
                .iter()
                .filter(|l| l.reversed == reversed)
                .map(|l| text(&self.relation(l.relation).type_name()))
                .collect();
            let of_type = binary(BinaryOperator::In, call("type", vec![variable(&edge.name)]), list(types));
            let way = binary(BinaryOperator::Equal, call(end, vec![variable(&edge.name)]), from.clone());
            ways.push(binary(BinaryOperator::And, of_type, way));
        }
        any_of(ways).unwrap_or_else(|| expr(Node::Literal(Literal::Boolean(true))))
    }

    fn filter(&self, condition: &Condition, declared: &BTreeSet<Var>) -> Option<Expr> {
        let name = |var: &Var| variable(&self.variables[var.0].name);
        match condition {
            Condition::Edge(_) | Condition::There(_) => None,
            Condition::Property { var, key, test } => Some(self.test(value_of(name(var), key), test)),
            Condition::Label { var, labels } => {
                let labels = self.label_expression(labels)?;
                Some(expr(Node::HasLabels { subject: Box::new(name(var)), labels }))
            }
            Condition::Same(a, b) => {
                let known = &self.variables[b.0];
                if let ([node], false) = (known.entities.as_slice(), declared.contains(b)) {
                    let (key, id) = self.id_literal(*node);
                    return Some(binary(BinaryOperator::Equal, property(name(a), key), id));
                }
                Some(binary(BinaryOperator::Equal, name(a), name(b)))
            }
            Condition::Moment { var, end, comparison, period } => {
                let day = call(if *end { "validTo" } else { "validFrom" }, vec![name(var)]);
                let told = date_test(day, *comparison, *period);
                // What has begun and has no last day has not ended.
                let over = *end && *comparison == DateComparison::Before;
                Some(match over && *period == Period::day(self.today) {
                    true => {
                        let lasts = self.validity(name(var), Some(*period), Meets::On);
                        binary(BinaryOperator::And, told, not(lasts))
                    }
                    false => told,
                })
            }
            Condition::Rests { var, on, alone } => {
                let on = match on.as_slice() {
                    [one] => name(one),
                    several => list(several.iter().map(name).collect()),
                };
                let function = if *alone { "losesBasis" } else { "dependsOn" };
                Some(binary(BinaryOperator::In, name(var), call(function, vec![on])))
            }
            Condition::Age { var, than, older } => {
                let day = |var| call("validFrom", vec![name(var)]);
                let operator = if *older { BinaryOperator::Less } else { BinaryOperator::Greater };
                Some(binary(operator, day(var), day(than)))
            }
            Condition::Told { var, source } => {
                let place = property(variable("place"), "source");
                let predicate = binary(BinaryOperator::Equal, place, property(name(source), "id"));
                Some(expr(Node::Quantified {
                    quantifier: Quantifier::Any,
                    variable: identifier("place"),
                    list: Box::new(call("evidence", vec![name(var)])),
                    predicate: Some(Box::new(predicate)),
                }))
            }
            Condition::Validity { var, period, how } => Some(self.validity(name(var), *period, *how)),
            // Days of two known things: of what has none nobody can say that it is not older.
            Condition::Not(group) if self.is_only_of_ages(group, declared) => {
                let compared = group.conditions.iter().filter_map(|c| self.filter(c, declared)).collect();
                all_of(compared).map(not)
            }
            Condition::Not(group) => {
                let mut all = vec![not(self.holds(group, declared)?)];
                // Of what has no dates nobody can say that it is not older.
                all.extend(group.conditions.iter().filter_map(|condition| match condition {
                    Condition::Age { var, .. } if declared.contains(var) => {
                        let day = call("validFrom", vec![name(var)]);
                        Some(expr(Node::IsNull { operand: Box::new(day), negated: true }))
                    }
                    _ => None,
                }));
                all_of(all)
            }
            // What has no date takes no part, and something has to be left to compare with.
            Condition::Every { each, said, .. } if said.conditions.iter().all(is_age) => {
                let mut some = each.clone();
                some.conditions.extend(said.conditions.clone());
                let all = self.filter(&in_plain(condition)?, declared)?;
                Some(binary(BinaryOperator::And, self.holds(&some, declared)?, all))
            }
            Condition::Every { .. } | Condition::Extreme { .. } => {
                self.filter(&in_plain(condition)?, declared)
            }
            Condition::Any(groups) => any_of(groups.iter().filter_map(|g| self.holds(g, declared)).collect()),
            Condition::Count { group, test, number, .. } => {
                let count = |group| {
                    let query = self.subquery(group, declared);
                    expr(Node::Count(Box::new(Subquery { query })))
                };
                let number = match number {
                    Amount::Number(number) => integer(*number),
                    Amount::Of { group, .. } => count(group),
                };
                Some(binary(comparison(*test), count(group), number))
            }
        }
    }

    fn is_only_of_ages(&self, group: &Group, declared: &BTreeSet<Var>) -> bool {
        let known = group.variables().iter().all(|var| declared.contains(var));
        known && !group.conditions.is_empty() && group.conditions.iter().all(is_age)
    }

    fn subquery(&self, group: &Group, declared: &BTreeSet<Var>) -> Query<Named> {
        let mut inner = declared.clone();
        let clauses = self.matches(group, &mut inner);
        Query { first: SingleQuery { clauses }, unions: Vec::new() }
    }

    /// That a group holds, as an expression.
    fn holds(&self, group: &Group, declared: &BTreeSet<Var>) -> Option<Expr> {
        let seeks = |c: &Condition| {
            matches!(
                c,
                Condition::Edge(_) | Condition::Rests { .. } | Condition::Age { .. } | Condition::Told { .. }
            )
        };
        let has_edge = group.conditions.iter().any(seeks);
        // What is compared with a named thing needs no look at it: its id says which it is.
        let by_id = |var: &Var| {
            self.variables[var.0].entities.len() == 1
                && group.conditions.iter().all(|c| match c {
                    Condition::Same(other, named) => named == var || other != var,
                    other => !Group { conditions: vec![other.clone()] }.variables().contains(var),
                })
        };
        let known = |var: &Var| declared.contains(var) || by_id(var);
        if !has_edge && group.variables().iter().all(known) {
            let conditions: Vec<Expr> =
                group.conditions.iter().filter_map(|c| self.filter(c, declared)).collect();
            return Some(all_of(conditions).unwrap_or_else(|| expr(Node::Literal(Literal::Boolean(true)))));
        }
        let query = self.subquery(group, declared);
        Some(expr(Node::Exists(Box::new(Subquery { query }))))
    }

    fn validity(&self, subject: Expr, period: Option<Period>, how: Meets) -> Expr {
        let period = period.unwrap_or_else(|| Period::day(self.today));
        let day = period.first == period.last && matches!(how, Meets::On | Meets::UnknownOn);
        let known = if day {
            call("inForce", vec![subject, date(period.first)])
        } else {
            call("overlaps", vec![subject, date(period.first), date(period.last)])
        };
        match how {
            Meets::On | Meets::Overlaps => known,
            Meets::UnknownOn | Meets::UnknownOverlaps => {
                expr(Node::IsNull { operand: Box::new(known), negated: false })
            }
        }
    }

    fn test(&self, subject: Expr, test: &Test) -> Expr {
        match test {
            Test::Date { comparison, period } => date_test(subject, *comparison, *period),
            Test::Text(value) => binary(BinaryOperator::Equal, subject, text(value)),
            Test::Words(value) => binary(BinaryOperator::Contains, subject, text(value)),
            Test::Number(test, number) => {
                let literal = if number.fract() == 0.0 && number.abs() < 9e15 {
                    integer(*number as i64)
                } else {
                    expr(Node::Literal(Literal::Float(*number)))
                };
                binary(comparison(*test), subject, literal)
            }
            // One text or a list of them: `[] + x` is a list either way.
            Test::OneOf(values) => {
                let wanted = list(values.iter().map(|v| text(v)).collect());
                let predicate = binary(BinaryOperator::In, variable("value"), wanted);
                expr(Node::Quantified {
                    quantifier: Quantifier::Any,
                    variable: identifier("value"),
                    list: Box::new(binary(BinaryOperator::Add, list(Vec::new()), subject)),
                    predicate: Some(Box::new(predicate)),
                })
            }
            Test::Present => expr(Node::IsNull { operand: Box::new(subject), negated: true }),
            Test::Absent => expr(Node::IsNull { operand: Box::new(subject), negated: false }),
        }
    }
}

pub fn path(start: NodePattern<Named>, steps: Vec<Step<Named>>) -> PathPattern<Named> {
    PathPattern { variable: None, search: Search::Walk, start, steps, span: NOWHERE }
}

pub fn is_age(condition: &Condition) -> bool {
    matches!(condition, Condition::Age { .. })
}

fn date_test(subject: Expr, test: DateComparison, period: Period) -> Expr {
    let compare = |operator, day| binary(operator, subject.clone(), date(day));
    match test {
        DateComparison::Before => compare(BinaryOperator::Less, period.first),
        DateComparison::UntilEnd => compare(BinaryOperator::LessOrEqual, period.last),
        DateComparison::Since => compare(BinaryOperator::GreaterOrEqual, period.first),
        DateComparison::After => compare(BinaryOperator::Greater, period.last),
        DateComparison::Within if period.first == period.last => compare(BinaryOperator::Equal, period.first),
        DateComparison::Within => binary(
            BinaryOperator::And,
            compare(BinaryOperator::GreaterOrEqual, period.first),
            compare(BinaryOperator::LessOrEqual, period.last),
        ),
    }
}
