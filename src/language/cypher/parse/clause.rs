//! Queries and clauses.

use super::{Builder, starts_with, trimmed};
use crate::algebra::{
    Call, Clause, Expression, Identifier, Named, PathPattern, Projection, Query, RemoveItem, SetItem,
    SingleQuery, UnionKind, Yield,
};
use crate::base::{Report, Result, Span};
use crate::language::cypher::grammar::{Pair, Rule, expect, unexpected};
use crate::language::cypher::names;

/// Where a query stands: what it may end with depends on that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Statement,
    Subquery,
}

impl Builder<'_> {
    pub(super) fn query(&self, pair: Pair<'_>, place: Place) -> Result<Query<Named>> {
        let mut first = None;
        let mut unions = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::SingleQuery => first = Some(self.single_query(part, place)?),
                Rule::Union => {
                    let all = part.clone().into_inner().any(|p| p.as_rule() == Rule::ALL);
                    let single = part.into_inner().find(|p| p.as_rule() == Rule::SingleQuery);
                    let single = single.ok_or_else(|| unexpected("UNION has no query"))?;
                    let kind = if all { UnionKind::All } else { UnionKind::Distinct };
                    unions.push((kind, self.single_query(single, place)?));
                }
                _ => {}
            }
        }
        let first = first.ok_or_else(|| unexpected("there is no query"))?;
        Ok(Query { first, unions })
    }

    fn single_query(&self, pair: Pair<'_>, place: Place) -> Result<SingleQuery<Named>> {
        let mut clauses = Vec::new();
        for part in pair.into_inner() {
            clauses.push(self.clause(part)?);
        }
        self.check_composition(&clauses, place)?;
        Ok(SingleQuery { clauses })
    }

    fn clause(&self, pair: Pair<'_>) -> Result<Clause<Named>> {
        let place = trimmed(&pair);
        match pair.as_rule() {
            Rule::Match => self.match_clause(pair, place),
            Rule::Unwind => {
                let variable = self.only_variable(&pair)?;
                Ok(Clause::Unwind { list: self.only_expression(pair)?, variable, span: place })
            }
            Rule::Call => self.call(pair, place),
            Rule::With => {
                let (projection, filter) = self.projection_and_filter(pair)?;
                Ok(Clause::With { projection, filter, span: place })
            }
            Rule::Return => {
                let (projection, _) = self.projection_and_filter(pair)?;
                Ok(Clause::Return { projection, span: place })
            }
            Rule::Create => Ok(Clause::Create { patterns: self.only_pattern(pair)?, span: place }),
            Rule::Merge => self.merge(pair, place),
            Rule::Set => Ok(Clause::Set { items: self.set_items(pair)?, span: place }),
            Rule::Remove => {
                let items = pair.into_inner().filter(|p| p.as_rule() == Rule::RemoveItem);
                let items = items.map(|p| self.remove_item(p)).collect::<Result<Vec<_>>>()?;
                Ok(Clause::Remove { items, span: place })
            }
            Rule::Delete => {
                let detach = starts_with(&pair, Rule::DETACH);
                Ok(Clause::Delete { detach, targets: self.expressions(pair)?, span: place })
            }
            _ => Err(unexpected("an unknown clause")),
        }
    }

    fn match_clause(&self, pair: Pair<'_>, place: Span) -> Result<Clause<Named>> {
        let mut clause = (false, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::OPTIONAL => clause.0 = true,
                Rule::Pattern => clause.1 = self.pattern(part)?,
                Rule::Where => clause.2 = Some(self.only_expression(part)?),
                _ => {}
            }
        }
        let (optional, patterns, filter) = clause;
        Ok(Clause::Match { optional, patterns, filter, span: place })
    }

    fn call(&self, pair: Pair<'_>, place: Span) -> Result<Clause<Named>> {
        let mut procedure = None;
        let mut arguments = None;
        let mut yields = Yield::Unsaid;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ProcedureName => procedure = Some(names::dotted(part)),
                Rule::ProcedureArguments => arguments = Some(self.expressions(part)?),
                Rule::YieldAll => yields = Yield::All,
                Rule::YieldItems => yields = self.yield_items(part)?,
                _ => {}
            }
        }
        let procedure = procedure.ok_or_else(|| unexpected("CALL has no procedure"))?;
        Ok(Clause::Call(Call { procedure, arguments, yields, span: place }))
    }

    fn yield_items(&self, pair: Pair<'_>) -> Result<Yield<Named>> {
        let mut items = Vec::new();
        let mut filter = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::YieldItem => {
                    let variable = self.only_variable(&part)?;
                    let output = part.into_inner().find(|p| p.as_rule() == Rule::ProcedureResultField);
                    let output = output.map_or_else(|| variable.clone(), |p| names::identifier(&p));
                    items.push((output, variable));
                }
                Rule::Where => filter = Some(self.only_expression(part)?),
                _ => {}
            }
        }
        Ok(Yield::Items { items, filter })
    }

    fn projection_and_filter(
        &self,
        pair: Pair<'_>,
    ) -> Result<(Projection<Named>, Option<Expression<Named>>)> {
        let mut projection = None;
        let mut filter = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ProjectionBody => projection = Some(self.projection(part)?),
                Rule::Where => filter = Some(self.only_expression(part)?),
                _ => {}
            }
        }
        Ok((projection.ok_or_else(|| unexpected("there is no projection"))?, filter))
    }

    fn merge(&self, pair: Pair<'_>, place: Span) -> Result<Clause<Named>> {
        let mut pattern = None;
        let mut on_create = Vec::new();
        let mut on_match = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::PatternPart => pattern = Some(self.pattern_part(part)?),
                Rule::MergeAction => {
                    let created = part.clone().into_inner().any(|p| p.as_rule() == Rule::CREATE);
                    let set = part.into_inner().find(|p| p.as_rule() == Rule::Set);
                    let set = set.ok_or_else(|| unexpected("ON has no SET"))?;
                    let items = self.set_items(set)?;
                    if created { on_create.extend(items) } else { on_match.extend(items) }
                }
                _ => {}
            }
        }
        let pattern = pattern.ok_or_else(|| unexpected("MERGE has no pattern"))?;
        Ok(Clause::Merge { pattern, on_create, on_match, span: place })
    }

    fn set_items(&self, pair: Pair<'_>) -> Result<Vec<SetItem<Named>>> {
        pair.into_inner().filter(|p| p.as_rule() == Rule::SetItem).map(|p| self.set_item(p)).collect()
    }

    fn set_item(&self, pair: Pair<'_>) -> Result<SetItem<Named>> {
        let place = trimmed(&pair);
        let mut parts = pair.into_inner();
        let target = expect(&mut parts)?;
        if target.as_rule() == Rule::PropertyExpression {
            let (subject, key) = self.property_expression(target)?;
            let value =
                parts.find(|p| p.as_rule() == Rule::Expression).ok_or_else(|| unexpected("no value"))?;
            return Ok(SetItem::Property { subject, key, value: self.expression(value)? });
        }
        let variable = names::identifier(&target);
        let kind = expect(&mut parts)?;
        match kind.as_rule() {
            Rule::Labels => Ok(SetItem::Labels { variable, labels: labels(kind), span: place }),
            rule => {
                let value = self.expression(expect(&mut parts)?)?;
                Ok(SetItem::All { variable, value, merge: rule == Rule::AddAssign, span: place })
            }
        }
    }

    fn remove_item(&self, pair: Pair<'_>) -> Result<RemoveItem<Named>> {
        let place = trimmed(&pair);
        let mut parts = pair.into_inner();
        let target = expect(&mut parts)?;
        if target.as_rule() == Rule::PropertyExpression {
            let (subject, key) = self.property_expression(target)?;
            return Ok(RemoveItem::Property { subject, key });
        }
        let variable = names::identifier(&target);
        Ok(RemoveItem::Labels { variable, labels: labels(expect(&mut parts)?), span: place })
    }

    /// The expressions among the parts of a rule, in order.
    pub(super) fn expressions(&self, pair: Pair<'_>) -> Result<Vec<Expression<Named>>> {
        pair.into_inner().filter(|p| p.as_rule() == Rule::Expression).map(|p| self.expression(p)).collect()
    }

    /// The one expression among the parts of a rule.
    pub(super) fn only_expression(&self, pair: Pair<'_>) -> Result<Expression<Named>> {
        let mut parts = pair.into_inner();
        let found = parts.find(|p| matches!(p.as_rule(), Rule::Expression | Rule::BoundedExpression));
        self.expression(found.ok_or_else(|| unexpected("there is no expression"))?)
    }

    fn only_variable(&self, pair: &Pair<'_>) -> Result<Identifier> {
        let found = pair.clone().into_inner().find(|p| p.as_rule() == Rule::Variable);
        Ok(names::identifier(&found.ok_or_else(|| unexpected("there is no variable"))?))
    }

    pub(super) fn only_pattern(&self, pair: Pair<'_>) -> Result<Vec<PathPattern<Named>>> {
        let found = pair.into_inner().find(|p| p.as_rule() == Rule::Pattern);
        self.pattern(found.ok_or_else(|| unexpected("there is no pattern"))?)
    }

    /// Which clauses may follow each other, and which may come last.
    fn check_composition(&self, clauses: &[Clause<Named>], place: Place) -> Result<()> {
        for clause in clauses.iter().rev().skip(1) {
            match clause {
                Clause::Return { span: at, .. } => return Err(return_not_last(*at)),
                Clause::Call(Call { yields: Yield::All, span: at, .. }) => {
                    return Err(yield_all_in_query(*at));
                }
                _ => {}
            }
        }
        let in_query = clauses.len() > 1 || place == Place::Subquery;
        match clauses.last() {
            Some(Clause::Match { span: at, .. }) if place == Place::Statement => {
                Err(unfinished("MATCH", *at))
            }
            Some(Clause::Unwind { span: at, .. }) => Err(unfinished("UNWIND", *at)),
            Some(Clause::With { span: at, .. }) => Err(unfinished("WITH", *at)),
            Some(Clause::Call(Call { yields: Yield::All, span: at, .. })) if in_query => {
                Err(yield_all_in_query(*at))
            }
            Some(Clause::Call(Call { yields: Yield::Items { .. }, span: at, .. })) if in_query => {
                Err(unfinished("CALL … YIELD", *at))
            }
            _ => Ok(()),
        }
    }
}

fn return_not_last(at: Span) -> Box<Report> {
    let keyword = Span::new(at.start, at.start + "RETURN".len());
    Report::compile("SyntaxError", "InvalidClauseComposition", "RETURN ends a query, but more clauses follow")
        .at(keyword, "not the last clause")
        .help("Write `WITH … AS name` instead of this `RETURN` to pass its rows on.")
}

fn unfinished(clause: &str, at: Span) -> Box<Report> {
    let end = Span::new(at.end, at.end);
    Report::compile("SyntaxError", "InvalidClauseComposition", format!("a query cannot end with {clause}"))
        .at(end, "RETURN is missing here")
        .help("Say what the answer holds, for example `RETURN *`.")
        .suggest(end, " RETURN *")
}

fn yield_all_in_query(at: Span) -> Box<Report> {
    let message = "`YIELD *` can only stand in a CALL that is a whole statement";
    Report::compile("SyntaxError", "UnexpectedSyntax", message)
        .at(at, "other clauses stand beside this CALL")
        .help("Name the outputs: `YIELD output1, output2`.")
}

fn labels(pair: Pair<'_>) -> Vec<Identifier> {
    pair.into_inner().map(|label| names::identifier(&label)).collect()
}
