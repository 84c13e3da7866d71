//! What stands between operators: literals, names, lists, comprehensions, calls, subqueries.

use super::{Builder, clause::Place};
use crate::algebra::{
    BinaryOperator, Clause, Expression, Identifier, Literal, Named, Node, PathPattern, Quantifier, Query,
    SingleQuery, Subquery,
};
use crate::base::{Report, Result, Span};
use crate::language::cypher::grammar::{Pair, Rule, expect, span, unexpected};
use crate::language::cypher::names;
use std::sync::Arc;

impl Builder<'_> {
    /// Each kind of atom has a function of its own, so that this one, which recurs most, keeps little on the stack.
    pub(super) fn atom(&self, pair: Pair<'_>) -> Result<Expression<Named>> {
        let place = span(&pair);
        let node = match pair.as_rule() {
            Rule::ParenthesizedExpression => return self.parenthesized(pair),
            Rule::MapLiteral => self.map(pair),
            Rule::ListLiteral => self.list(pair),
            Rule::PatternComprehension => self.pattern_comprehension(pair),
            Rule::PatternPredicate => self.pattern_predicate(pair),
            Rule::ShortestPathPattern => self.shortest_path_expression(pair),
            Rule::CaseExpression => self.case(pair),
            Rule::ExistentialSubquery | Rule::CountSubquery | Rule::CollectSubquery => self.subquery(pair),
            Rule::Quantifier => self.quantifier(pair),
            Rule::Reduce => self.reduce(pair),
            Rule::FunctionInvocation => self.function(pair),
            _ => self.leaf(&pair),
        };
        Ok(Expression::new(node?, place))
    }

    /// An atom with nothing inside.
    fn leaf(&self, pair: &Pair<'_>) -> Result<Node<Named>> {
        let place = span(pair);
        Ok(match pair.as_rule() {
            Rule::IntegerLiteral | Rule::DoubleLiteral => Node::Literal(self.number(pair, false)?),
            Rule::SignedNumber => Node::Literal(self.number(&expect(&mut pair.clone().into_inner())?, true)?),
            Rule::InvalidNumber => return Err(self.invalid_number(place)),
            Rule::StringLiteral => {
                Node::Literal(Literal::String(Arc::from(self.string(pair.as_str(), place)?)))
            }
            Rule::BooleanLiteral => Node::Literal(Literal::Boolean(super::starts_with(pair, Rule::TRUE))),
            Rule::NullLiteral => Node::Literal(Literal::Null),
            Rule::Parameter => {
                Node::Parameter(Arc::from(names::plain(pair.as_str().trim_start_matches('$'))))
            }
            Rule::Variable => Node::Variable(names::identifier(pair)),
            Rule::CountAll => Node::CountAll,
            _ => return Err(unexpected("an unknown expression")),
        })
    }

    fn parenthesized(&self, pair: Pair<'_>) -> Result<Expression<Named>> {
        let place = span(&pair);
        let mut inner = self.expression(expect(&mut pair.into_inner())?)?;
        inner.span = place;
        Ok(inner)
    }

    fn pattern_predicate(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        Ok(Node::PatternPredicate(self.boxed_pattern(pair.into_inner().next(), None)?))
    }

    fn shortest_path_expression(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        Ok(Node::ShortestPath(Box::new(self.shortest_path(pair)?)))
    }

    fn map(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let mut entries = Vec::new();
        for entry in pair.into_inner() {
            entries.push(self.map_entry(entry)?);
        }
        Ok(Node::Map(entries))
    }

    fn map_entry(&self, pair: Pair<'_>) -> Result<(Identifier, Expression<Named>)> {
        let mut parts = pair.into_inner();
        let key = names::identifier(&expect(&mut parts)?);
        Ok((key, self.expression(expect(&mut parts)?)?))
    }

    /// A list literal or a list comprehension.
    fn list(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let is_comprehension =
            |p: Pair<'_>| matches!(p.as_rule(), Rule::ComprehensionFilter | Rule::ComprehensionMap);
        if pair.clone().into_inner().any(is_comprehension) {
            return self.list_comprehension(pair);
        }
        let mut items = Vec::new();
        for item in pair.into_inner() {
            items.push(self.expression(item)?);
        }
        Ok(self.comprehension_or_list(items))
    }

    fn list_comprehension(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let Comprehension { variable, list, filter, map } = comprehension_parts(pair)?;
        let list = Box::new(self.expression_of(list)?);
        let filter = self.optional_expression(filter)?;
        let map = self.optional_expression(map)?;
        Ok(Node::ListComprehension { variable, list, filter, map })
    }

    /// On the heap, so that the callers, which recur, keep little on the stack.
    fn boxed(&self, pair: Pair<'_>) -> Result<Box<Expression<Named>>> {
        Ok(Box::new(self.expression(pair)?))
    }

    fn optional_expression(&self, part: Option<Pair<'_>>) -> Result<Option<Box<Expression<Named>>>> {
        let Some(part) = part else { return Ok(None) };
        let mut parts = part.into_inner();
        loop {
            let part = expect(&mut parts)?;
            if matches!(part.as_rule(), Rule::Expression | Rule::BoundedExpression) {
                return Ok(Some(self.boxed(part)?));
            }
        }
    }

    /// `[x IN list]` is a comprehension; every other single element, `[(x IN list)]` too, makes a list.
    fn comprehension_or_list(&self, mut items: Vec<Expression<Named>>) -> Node<Named> {
        let membership = match items.as_slice() {
            [only] => is_membership(&only.node) && !only.span.of(self.text).starts_with('('),
            _ => false,
        };
        if !membership {
            return Node::List(items);
        }
        match items.pop().map(|only| only.node) {
            Some(Node::Binary { left, right, .. }) => match left.node {
                Node::Variable(variable) => {
                    Node::ListComprehension { variable, list: right, filter: None, map: None }
                }
                _ => Node::List(items),
            },
            _ => Node::List(items),
        }
    }

    fn pattern_comprehension(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let (mut variable, mut pattern, mut filter, mut map) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::Variable => variable = Some(names::identifier(&part)),
                Rule::RelationshipsPattern => pattern = Some(part),
                Rule::ComprehensionFilter => filter = Some(part),
                _ => map = Some(part),
            }
        }
        let pattern = self.boxed_pattern(pattern, variable)?;
        let filter = self.optional_expression(filter)?;
        let map =
            self.optional_expression(map)?.ok_or_else(|| unexpected("the comprehension maps nothing"))?;
        Ok(Node::PatternComprehension { pattern, filter, map })
    }

    fn boxed_pattern(
        &self,
        pair: Option<Pair<'_>>,
        variable: Option<Identifier>,
    ) -> Result<Box<PathPattern<Named>>> {
        let pair = pair.ok_or_else(|| unexpected("there is no pattern"))?;
        let mut pattern = Box::new(self.pattern_element(pair)?);
        pattern.variable = variable;
        Ok(pattern)
    }

    fn case(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let (mut subject, mut branches, mut otherwise) = (None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::CaseSubject => subject = self.optional_expression(Some(part))?,
                Rule::CaseAlternative => branches.push(self.branch(part)?),
                Rule::CaseElse => otherwise = self.optional_expression(Some(part))?,
                _ => {}
            }
        }
        Ok(Node::Case { subject, branches, otherwise })
    }

    fn branch(&self, pair: Pair<'_>) -> Result<(Expression<Named>, Expression<Named>)> {
        let mut parts = pair.into_inner().filter(|p| p.as_rule() == Rule::Expression);
        match (parts.next(), parts.next()) {
            (Some(when), Some(then)) => Ok((self.expression(when)?, self.expression(then)?)),
            _ => Err(unexpected("a branch of CASE is not whole")),
        }
    }

    /// `EXISTS { }`, `COUNT { }`, `COLLECT { }`: with a query, or with the pattern of a MATCH.
    fn subquery(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let kind = pair.as_rule();
        let (mut query, mut patterns, mut filter) = (None, None, None);
        let mut place = Span::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::RegularQuery => query = Some(self.query(part, Place::Subquery)?),
                Rule::Pattern => {
                    place = super::trimmed(&part);
                    patterns = Some(self.pattern(part)?);
                }
                Rule::Where => {
                    place = place.to(super::trimmed(&part));
                    filter = Some(self.only_expression(part)?);
                }
                _ => {}
            }
        }
        let query = match (query, patterns) {
            (Some(query), _) => query,
            (None, Some(patterns)) => {
                let clauses = vec![Clause::Match { optional: false, patterns, filter, span: place }];
                Query { first: SingleQuery { clauses }, unions: Vec::new() }
            }
            (None, None) => return Err(unexpected("the subquery is empty")),
        };
        let body = Box::new(Subquery { query });
        Ok(match kind {
            Rule::CountSubquery => Node::Count(body),
            Rule::CollectSubquery => Node::Collect(body),
            _ => Node::Exists(body),
        })
    }

    fn quantifier(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let mut parts = pair.into_inner();
        let name = expect(&mut parts)?;
        let quantifier = match expect(&mut name.into_inner())?.as_rule() {
            Rule::ALL => Quantifier::All,
            Rule::ANY_KEYWORD => Quantifier::Any,
            Rule::NONE => Quantifier::None,
            _ => Quantifier::Single,
        };
        let (mut variable, mut list, mut predicate) = (None, None, None);
        for part in parts {
            match part.as_rule() {
                Rule::Variable => variable = Some(names::identifier(&part)),
                Rule::Expression => list = Some(Box::new(self.expression(part)?)),
                Rule::Where => predicate = Some(Box::new(self.only_expression(part)?)),
                _ => {}
            }
        }
        match (variable, list) {
            (Some(variable), Some(list)) => Ok(Node::Quantified { quantifier, variable, list, predicate }),
            _ => Err(unexpected("the quantifier is not whole")),
        }
    }

    fn reduce(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let mut variables = Vec::new();
        let mut expressions = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::Variable => variables.push(names::identifier(&part)),
                Rule::Expression | Rule::BoundedExpression => {
                    expressions.push(Box::new(self.expression(part)?))
                }
                _ => {}
            }
        }
        let variables: Option<[_; 2]> = variables.try_into().ok();
        let expressions: Option<[_; 3]> = expressions.try_into().ok();
        let (Some([accumulator, variable]), Some([start, list, step])) = (variables, expressions) else {
            return Err(unexpected("reduce is not whole"));
        };
        Ok(Node::Reduce { accumulator, start, variable, list, step })
    }

    fn function(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let mut function = None;
        let mut distinct = false;
        let mut arguments = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::FunctionName => function = Some(names::dotted(part)),
                Rule::DISTINCT => distinct = true,
                _ => arguments.push(self.expression(part)?),
            }
        }
        let function = function.ok_or_else(|| unexpected("the function has no name"))?;
        Ok(Node::Call { function, distinct, arguments })
    }
}

/// The parts of a list comprehension, not built yet.
struct Comprehension<'t> {
    variable: Identifier,
    list: Vec<Pair<'t>>,
    filter: Option<Pair<'t>>,
    map: Option<Pair<'t>>,
}

fn comprehension_parts(pair: Pair<'_>) -> Result<Comprehension<'_>> {
    let (mut first, mut filter, mut map) = (None, None, None);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::BoundedExpression => first = Some(part),
            Rule::ComprehensionFilter => filter = Some(part),
            Rule::ComprehensionMap => map = Some(part),
            _ => return Err(misplaced_comprehension(span(&part))),
        }
    }
    let first = first.ok_or_else(|| unexpected("the comprehension has no list"))?;
    let place = span(&first);
    let mut operators = first.into_inner();
    match (operators.next(), operators.next()) {
        (Some(variable), Some(membership))
            if variable.as_rule() == Rule::Variable && membership.as_rule() == Rule::In =>
        {
            Ok(Comprehension {
                variable: names::identifier(&variable),
                list: operators.collect(),
                filter,
                map,
            })
        }
        _ => Err(misplaced_comprehension(place)),
    }
}

/// `x IN list`
fn is_membership(node: &Node<Named>) -> bool {
    match node {
        Node::Binary { operator: BinaryOperator::In, left, .. } => matches!(left.node, Node::Variable(_)),
        _ => false,
    }
}

fn misplaced_comprehension(at: Span) -> Box<Report> {
    Report::compile(
        "SyntaxError",
        "UnexpectedSyntax",
        "WHERE and `|` in brackets need `variable IN list` before them",
    )
    .at(at, "not `variable IN list`")
    .help("A list comprehension is written `[x IN list WHERE condition | expression]`.")
}
