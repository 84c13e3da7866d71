//! Queries and clauses.

use super::{Binder, error};
use crate::algebra::{
    Bound, Clause, Expression, Identifier, Named, PathPattern, Projection, Query, SingleQuery, SlotKind,
    UnionKind,
};
use crate::base::{Result, Span};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// What it takes to resolve one clause beside its expressions, as ticks of a meter.
const CLAUSE: u32 = 16;

/// Bytes that a clause takes as it was written and as it is resolved.
const BYTES: u64 = (size_of::<Clause<Named>>() + size_of::<Clause<Bound>>()) as u64;

impl Binder<'_> {
    /// A query with its unions. Each part begins with the scope that the query found.
    pub(super) fn query(&mut self, query: &Query<Named>) -> Result<Query<Bound>> {
        check_unions(query)?;
        let outside = Rc::clone(&self.scope);
        let first = self.single_query(&query.first)?;
        let columns = columns(&first);
        let mut unions = Vec::with_capacity(query.unions.len());
        for (kind, single) in &query.unions {
            self.scope = Rc::clone(&outside);
            let mut bound = self.single_query(single)?;
            align_columns(&columns, &mut bound, clause_span(single))?;
            unions.push((*kind, bound));
        }
        self.scope = outside;
        Ok(Query { first, unions })
    }

    fn single_query(&mut self, query: &SingleQuery<Named>) -> Result<SingleQuery<Bound>> {
        let alone = query.clauses.len() == 1 && !self.in_subquery;
        let mut clauses = Vec::with_capacity(query.clauses.len());
        for clause in &query.clauses {
            self.meter.work(CLAUSE)?;
            self.meter.hold(BYTES)?;
            clauses.push(self.clause(clause, alone)?);
        }
        Ok(SingleQuery { clauses })
    }

    fn clause(&mut self, clause: &Clause<Named>, alone: bool) -> Result<Clause<Bound>> {
        match clause {
            Clause::Match { optional, patterns, filter, span } => {
                self.match_clause(*optional, patterns, filter.as_ref(), *span)
            }
            Clause::Unwind { list, variable, span } => self.unwind(list, variable, *span),
            Clause::Call(call) => self.call(call, alone),
            Clause::With { projection, filter, span } => self.with(projection, filter.as_ref(), *span),
            Clause::Return { projection, span } => self.returned(projection, *span),
            Clause::Create { patterns, span } => {
                self.check_writable("CREATE", *span)?;
                self.create(patterns, *span)
            }
            Clause::Merge { pattern, on_create, on_match, span } => {
                self.check_writable("MERGE", *span)?;
                self.merge(pattern, (on_create, on_match), *span)
            }
            Clause::Set { items, span } => {
                self.check_writable("SET", *span)?;
                self.set(items, *span)
            }
            Clause::Remove { items, span } => {
                self.check_writable("REMOVE", *span)?;
                self.remove(items, *span)
            }
            Clause::Delete { detach, targets, span } => {
                self.check_writable("DELETE", *span)?;
                self.delete(*detach, targets, *span)
            }
        }
    }

    fn match_clause(
        &mut self,
        optional: bool,
        patterns: &[PathPattern<Named>],
        filter: Option<&Expression<Named>>,
        span: Span,
    ) -> Result<Clause<Bound>> {
        let patterns = self.match_patterns(patterns)?;
        let here = self.here();
        let filter = filter.map(|f| self.predicate(f, &here)).transpose()?;
        Ok(Clause::Match { optional, patterns, filter, span })
    }

    fn unwind(
        &mut self,
        list: &Expression<Named>,
        variable: &Identifier,
        span: Span,
    ) -> Result<Clause<Bound>> {
        let (list, known) = self.expression(list, &self.here())?;
        self.check_new(variable)?;
        let variable = self.declare(variable, SlotKind::Value, known.element());
        Ok(Clause::Unwind { list, variable, span })
    }

    fn check_writable(&self, clause: &str, place: Span) -> Result<()> {
        if !self.in_subquery {
            return Ok(());
        }
        let keyword = Span::new(place.start, (place.start + clause.len()).min(place.end));
        Err(error::syntax("InvalidClauseComposition", format!("{clause} cannot stand in a subquery"))
            .at(keyword, "changes the graph")
            .help("A subquery in braces only reads; write after it."))
    }
}

/// UNION and UNION ALL do not mix.
fn check_unions(query: &Query<Named>) -> Result<()> {
    let mut kinds = query.unions.iter();
    let Some((first, _)) = kinds.next() else { return Ok(()) };
    match kinds.find(|(kind, _)| kind != first) {
        Some((_, single)) => {
            let (one, other) = match first {
                UnionKind::All => ("UNION ALL", "UNION"),
                UnionKind::Distinct => ("UNION", "UNION ALL"),
            };
            Err(error::syntax("InvalidClauseComposition", format!("{one} and {other} cannot be mixed"))
                .at(clause_span(single), format!("joined by {other}"))
                .help("Use one of them throughout."))
        }
        None => Ok(()),
    }
}

fn columns(query: &SingleQuery<Bound>) -> Option<Vec<Arc<str>>> {
    match query.clauses.last() {
        Some(Clause::Return { projection, .. }) => Some(names(projection)),
        _ => None,
    }
}

fn names(projection: &Projection<Bound>) -> Vec<Arc<str>> {
    projection.items.iter().map(|item| Arc::clone(&item.name)).collect()
}

/// All parts of a union have the same columns; their order is that of the first.
fn align_columns(first: &Option<Vec<Arc<str>>>, query: &mut SingleQuery<Bound>, place: Span) -> Result<()> {
    let (Some(first), Some(Clause::Return { projection, .. })) = (first, query.clauses.last_mut()) else {
        return Ok(());
    };
    let mut sorted = (first.clone(), names(projection));
    sorted.0.sort();
    sorted.1.sort();
    if sorted.0 != sorted.1 {
        let list = |names: &[Arc<str>]| names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        let message = format!(
            "the parts of a union have different columns: {} and {}",
            list(first),
            list(&names(projection))
        );
        return Err(error::syntax("DifferentColumnsInUnion", message)
            .at(place, "other columns")
            .help("Give the columns the same names with `AS`."));
    }
    let places: HashMap<&Arc<str>, usize> =
        first.iter().enumerate().map(|(place, name)| (name, place)).collect();
    projection.items.sort_by_key(|item| places.get(&item.name).copied());
    Ok(())
}

/// Where the last clause of a query stands.
fn clause_span(query: &SingleQuery<Named>) -> Span {
    match query.clauses.last() {
        Some(
            Clause::Match { span, .. }
            | Clause::Unwind { span, .. }
            | Clause::With { span, .. }
            | Clause::Return { span, .. }
            | Clause::Create { span, .. }
            | Clause::Merge { span, .. }
            | Clause::Set { span, .. }
            | Clause::Remove { span, .. }
            | Clause::Delete { span, .. },
        ) => *span,
        Some(Clause::Call(call)) => call.span,
        None => Span::default(),
    }
}
