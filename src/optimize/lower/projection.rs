//! WITH and RETURN: projection, aggregation, DISTINCT, ORDER BY, SKIP, LIMIT, WHERE.

use super::Lowering;
use super::expression::has_aggregate;
use crate::algebra::{Bound, Expression as Written, Node, Projection, Slot};
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Operator, SortKey, Task};

impl Lowering<'_> {
    pub(super) fn projection(
        &mut self,
        input: Operator,
        projection: &Projection<Bound>,
        filter: Option<&Written<Bound>>,
    ) -> Operator {
        let aggregated = projection.items.iter().any(|item| has_aggregate(&item.expression));
        let outside = std::mem::take(&mut self.known);
        let (mut operator, order) =
            if aggregated { self.aggregated(input, projection) } else { self.plain(input, projection) };
        if !order.is_empty() {
            operator = Operator::over(Task::Sort(order), operator);
        }
        // The numbers of SKIP and LIMIT see no variables.
        if let Some(skip) = &projection.skip {
            operator = Operator::over(Task::Skip(self.expression(skip)), operator);
        }
        if let Some(limit) = &projection.limit {
            operator = Operator::over(Task::Limit(self.expression(limit)), operator);
        }
        if let Some(filter) = filter {
            operator = self.filter(operator, filter);
        }
        self.known = outside;
        operator
    }

    fn plain(&mut self, input: Operator, projection: &Projection<Bound>) -> (Operator, Vec<SortKey>) {
        let mut items = Vec::with_capacity(projection.items.len());
        for item in &projection.items {
            let Some(slot) = item.alias else { continue };
            items.push((slot, self.expression(&item.expression)));
        }
        let slots: Vec<Slot> = items.iter().map(|(slot, _)| *slot).collect();
        slots.iter().for_each(|slot| self.bound.insert(*slot));
        let mut operator = Operator::over(Task::Project(items), input);
        if projection.distinct {
            operator = Operator::over(Task::Distinct(slots), operator);
        }
        self.know_items(projection);
        let order = self.order(projection);
        (operator, order)
    }

    /// Items without an aggregate are the keys; what stands around an aggregate is computed afterwards from the keys
    /// and the aggregates' results.
    fn aggregated(&mut self, input: Operator, projection: &Projection<Bound>) -> (Operator, Vec<SortKey>) {
        let mut keys = Vec::new();
        let mut originals = Vec::new();
        for item in projection.items.iter().filter(|item| !has_aggregate(&item.expression)) {
            let Some(slot) = item.alias else { continue };
            keys.push((slot, self.expression(&item.expression)));
            if let Node::Variable(original) = &item.expression.node
                && *original != slot
            {
                originals.push((*original, Expression::Slot(slot)));
            }
        }
        keys.iter().for_each(|(slot, _)| self.bound.insert(*slot));
        for item in projection.items.iter().filter(|item| !has_aggregate(&item.expression)) {
            if let Some(slot) = item.alias {
                self.known.push((item.expression.clone(), slot));
            }
        }
        let gathered = self.aggregates.replace(Vec::new());
        let mut computed = Vec::new();
        for item in projection.items.iter().filter(|item| has_aggregate(&item.expression)) {
            let Some(slot) = item.alias else { continue };
            computed.push((slot, self.expression(&item.expression)));
            self.bound.insert(slot);
        }
        self.know_items(projection);
        let order = self.order(projection);
        let aggregates = std::mem::replace(&mut self.aggregates, gathered).unwrap_or_default();
        let mut operator = Operator::over(Task::Aggregate { keys, aggregates }, input);
        // A pattern in what is computed afterwards names the original variable.
        if !originals.is_empty() {
            operator = Operator::over(Task::Project(originals), operator);
        }
        operator = Operator::over(Task::Project(computed), operator);
        if projection.distinct {
            let slots = projection.items.iter().filter_map(|item| item.alias).collect();
            operator = Operator::over(Task::Distinct(slots), operator);
        }
        (operator, order)
    }

    /// What an item computes need not be computed again by ORDER BY or WHERE.
    fn know_items(&mut self, projection: &Projection<Bound>) {
        for item in &projection.items {
            let trivial = matches!(item.expression.node, Node::Literal(_) | Node::Parameter(_));
            if let Some(slot) = item.alias
                && !trivial
            {
                self.known.push((item.expression.clone(), slot));
            }
        }
    }

    fn order(&mut self, projection: &Projection<Bound>) -> Vec<SortKey> {
        projection
            .order
            .iter()
            .map(|key| SortKey { expression: self.expression(&key.expression), descending: key.descending })
            .collect()
    }
}
