//! WITH and RETURN: what is computed, how rows are grouped, and what ORDER BY and WHERE may see.
//!
//! - An item with an aggregate makes the projection aggregating; the items without one are the groups. Around the
//!   aggregates of an item only constants and groups that are a variable or a property may stand.
//! - ORDER BY and WHERE see the new names first and then those from before; but after grouping or DISTINCT only the
//!   new names and the expressions that the projection has computed.

use super::aggregate::{aggregates, is_simple, variables};
use super::expression::stands_beside_aggregates;
use super::scope::{Aggregates, Computed, Context, Scope};
use super::types::Type;
use super::{Binder, error};
use crate::algebra::{
    Bound, Clause, Expression, Identifier, Item, Literal, Named, Node, Projection, SlotKind, SortKey,
};
use crate::base::{Report, Result, Span};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// A projection with its star spelled out.
struct Items {
    written: Vec<Item<Named>>,
    aggregating: bool,
}

/// Bytes that a name which a star stands for takes until the statement runs.
const SPELLED_OUT: u64 = 400;

impl Binder<'_> {
    pub(super) fn with(
        &mut self,
        projection: &Projection<Named>,
        filter: Option<&Expression<Named>>,
        span: Span,
    ) -> Result<Clause<Bound>> {
        let items = self.spelled_out(projection)?;
        let before = Rc::new(self.here().visible());
        let bound = self.projection(projection, &items)?;
        let context = if items.aggregating || projection.distinct {
            Context { computed: computed(&items, &bound.items), ..Context::plain(Rc::clone(&self.scope)) }
        } else {
            Context { fallback: before, ..self.here() }
        };
        let filter = filter.map(|f| self.predicate(f, &context)).transpose()?;
        check_aliases(projection)?;
        if items.aggregating || projection.distinct {
            // A group has lost the row that the subquery began with.
            self.outer = Rc::default();
        }
        Ok(Clause::With { projection: bound, filter, span })
    }

    pub(super) fn returned(&mut self, projection: &Projection<Named>, span: Span) -> Result<Clause<Bound>> {
        let items = self.spelled_out(projection)?;
        if items.written.is_empty() {
            let star = Span::new(span.start, (span.start + "RETURN".len()).min(span.end));
            return Err(error::syntax("NoVariablesInScope", "there is no variable that `*` could return")
                .at(star, "nothing to return")
                .help("Name what the pattern finds, for example `MATCH (n) RETURN *`."));
        }
        Ok(Clause::Return { projection: self.projection(projection, &items)?, span })
    }

    fn spelled_out(&mut self, projection: &Projection<Named>) -> Result<Items> {
        let mut written = Vec::new();
        if projection.star {
            // A short star may stand for very many names.
            let names = self.scope.len() as u64;
            self.meter.hold(names * SPELLED_OUT)?;
            for name in self.scope.keys() {
                let variable = Identifier::new(name, Span::default());
                let expression = Expression::new(Node::Variable(variable), Span::default());
                written.push(Item { expression, alias: None, name: Arc::clone(name) });
            }
        }
        written.extend(projection.items.iter().cloned());
        let aggregating = written.iter().any(|item| aggregates(&item.expression));
        Ok(Items { written, aggregating })
    }

    fn projection(&mut self, projection: &Projection<Named>, items: &Items) -> Result<Projection<Bound>> {
        let here = self.here();
        self.meter.work((here.scope.len() + here.fallback.len()) as u32)?;
        let before = Rc::new(here.visible());
        let bound = self.items(items)?;
        let after = Rc::new(self.new_scope(items, &bound)?);
        let order = self.order(projection, items, &bound, &before, &after)?;
        self.scope = after;
        let skip = self.amount(projection.skip.as_ref(), "SKIP", &before)?;
        let limit = self.amount(projection.limit.as_ref(), "LIMIT", &before)?;
        Ok(Projection { distinct: projection.distinct, star: false, items: bound, order, skip, limit })
    }

    /// The groups first, since what stands around an aggregate refers to them.
    fn items(&mut self, items: &Items) -> Result<Vec<Item<Bound>>> {
        let here = self.here();
        let mut bound: Vec<Option<Item<Bound>>> = Vec::with_capacity(items.written.len());
        let mut groups = Vec::new();
        for item in &items.written {
            if aggregates(&item.expression) {
                bound.push(None);
                continue;
            }
            let (expression, known) = self.expression(&item.expression, &here)?;
            let slot = self.item_slot(item, &expression, known);
            if is_simple(&item.expression) {
                groups.push(Computed { expression: item.expression.clone(), slot });
            }
            bound.push(Some(Item { expression, alias: Some(slot), name: Arc::clone(&item.name) }));
        }
        let rows = Rc::new(here.visible());
        let beside_aggregates = Context {
            scope: Rc::default(),
            fallback: Rc::default(),
            grouped_away: Rc::clone(&rows),
            computed: Rc::from(groups),
            aggregates: Aggregates::Allowed(rows),
        };
        for (item, place) in items.written.iter().zip(bound.iter_mut()) {
            if place.is_none() {
                let (expression, known) = self.expression(&item.expression, &beside_aggregates)?;
                let slot = self.item_slot(item, &expression, known);
                *place = Some(Item { expression, alias: Some(slot), name: Arc::clone(&item.name) });
            }
        }
        Ok(bound.into_iter().flatten().collect())
    }

    /// A variable that is passed on under its name keeps its slot.
    fn item_slot(
        &mut self,
        item: &Item<Named>,
        bound: &Expression<Bound>,
        known: Type,
    ) -> crate::algebra::Slot {
        match (&item.expression.node, &bound.node) {
            (Node::Variable(variable), Node::Variable(slot)) if variable.name == item.name => *slot,
            _ => {
                let kind = self.projected_kind(bound);
                let known = if kind == SlotKind::Value { known } else { Type::of_kind(kind) };
                self.new_slot(Some(&item.name), kind, known)
            }
        }
    }

    fn new_scope(&self, items: &Items, bound: &[Item<Bound>]) -> Result<Scope> {
        let mut scope = Scope::new();
        for (item, bound) in items.written.iter().zip(bound) {
            let Some(slot) = bound.alias else { continue };
            if scope.insert(Arc::clone(&item.name), slot).is_some() {
                let place = item.alias.as_ref().map_or(item.expression.span, |alias| alias.span);
                let message = format!("two columns are called `{}`", item.name);
                return Err(error::syntax("ColumnNameConflict", message)
                    .at(place, "the same name again")
                    .help("Give one of them another name with `AS`."));
            }
        }
        Ok(scope)
    }

    fn order(
        &mut self,
        projection: &Projection<Named>,
        items: &Items,
        bound: &[Item<Bound>],
        before: &Rc<Scope>,
        after: &Rc<Scope>,
    ) -> Result<Vec<SortKey<Bound>>> {
        let computed = computed(items, bound);
        let narrowed = items.aggregating || projection.distinct;
        let mut keys = Vec::with_capacity(projection.order.len());
        for key in &projection.order {
            self.meter.work(computed.len() as u32)?;
            let context = if !narrowed {
                // Only as a whole, so that a new name is not taken for an old one of the same spelling.
                let whole = computed.iter().filter(|c| c.expression == key.expression).cloned().collect();
                Context { fallback: Rc::clone(before), computed: whole, ..Context::plain(Rc::clone(after)) }
            } else if aggregates(&key.expression) {
                beside_aggregates(items, &computed, after)
            } else {
                Context { computed: Rc::clone(&computed), ..Context::plain(Rc::clone(after)) }
            };
            let expression = self.expression(&key.expression, &context);
            let expression =
                expression.map_err(|report| if narrowed { only_columns(report) } else { report })?.0;
            keys.push(SortKey { expression, descending: key.descending });
        }
        Ok(keys)
    }

    /// The number of SKIP or LIMIT: it sees no variables.
    fn amount(
        &mut self,
        amount: Option<&Expression<Named>>,
        clause: &str,
        before: &Scope,
    ) -> Result<Option<Expression<Bound>>> {
        let Some(amount) = amount else { return Ok(None) };
        let mut names = Vec::new();
        variables(amount, &mut names);
        let free = names.iter().any(|name| self.scope.contains_key(*name) || before.contains_key(*name));
        let (locals, outside) = (std::mem::take(&mut self.locals), std::mem::take(&mut self.scope));
        let result = self.expression(amount, &Context::plain(Rc::default()));
        (self.locals, self.scope) = (locals, outside);
        let not_constant = || {
            error::syntax(
                "NonConstantExpression",
                format!("the number of {clause} cannot depend on the rows"),
            )
            .at(amount.span, "not constant")
            .help("Write a number or a parameter such as `$limit`.")
        };
        let (bound, known) = match result {
            Err(report) if free && is_about_names(&report) => return Err(not_constant()),
            Err(report) if report.failure.is_some_and(|f| f.detail == "InvalidAggregation") => {
                return Err(not_constant());
            }
            other => other?,
        };
        if let Node::Literal(Literal::Integer(n)) = bound.node
            && n < 0
        {
            return Err(error::syntax(
                "NegativeIntegerArgument",
                format!("the number of {clause} cannot be negative"),
            )
            .at(amount.span, "less than zero"));
        }
        if !matches!(known, Type::Any | Type::Integer | Type::Number) {
            return Err(error::wrong_type(amount.span, "a whole number", &known));
        }
        Ok(Some(bound))
    }
}

/// What the projection has put into slots.
fn computed(items: &Items, bound: &[Item<Bound>]) -> Rc<[Computed]> {
    let pairs = items.written.iter().zip(bound);
    pairs
        .filter_map(|(item, bound)| {
            Some(Computed { expression: item.expression.clone(), slot: bound.alias? })
        })
        .collect()
}

fn only_columns(report: Box<Report>) -> Box<Report> {
    if !is_about_names(&report) {
        return report;
    }
    report.help("Behind DISTINCT and aggregates, ORDER BY sees only what the projection gives.")
}

fn is_about_names(report: &Report) -> bool {
    report.failure.is_some_and(|failure| failure.detail == "UndefinedVariable")
}

/// What a sort key with an aggregate may use: aggregates that were computed, and groups that are a variable or a
/// property. Variables of more complex groups exist but are ambiguous.
fn beside_aggregates(items: &Items, computed: &Rc<[Computed]>, after: &Rc<Scope>) -> Context {
    let usable = computed.iter().filter(|c| stands_beside_aggregates(&c.expression)).cloned().collect();
    let mut complex: BTreeSet<&str> = BTreeSet::new();
    for item in items.written.iter().filter(|item| !stands_beside_aggregates(&item.expression)) {
        let mut names = Vec::new();
        variables(&item.expression, &mut names);
        complex.extend(names);
    }
    let slot = crate::algebra::Slot(u32::MAX);
    let grouped_away: Scope = complex.into_iter().map(|name| (Arc::from(name), slot)).collect();
    Context { grouped_away: Rc::new(grouped_away), computed: usable, ..Context::plain(Rc::clone(after)) }
}

/// In WITH, everything but a variable needs a name.
fn check_aliases(projection: &Projection<Named>) -> Result<()> {
    let unnamed = projection
        .items
        .iter()
        .find(|item| item.alias.is_none() && !matches!(item.expression.node, Node::Variable(_)));
    match unnamed {
        Some(item) => {
            let place = item.expression.span;
            let end = Span::new(place.end, place.end);
            Err(error::syntax("NoExpressionAlias", "an expression in WITH needs a name")
                .at(place, "has no name")
                .help("Name it with `AS`, so that the next clause can use it.")
                .suggest(end, " AS value"))
        }
        None => Ok(()),
    }
}
