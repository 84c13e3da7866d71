//! What runs once for each element of a list or each match of a pattern: comprehensions, quantifiers, reductions.

use super::expression::{NodeAndType, OptionalExpression};
use super::scope::Context;
use super::types::Type;
use super::{Binder, error};
use crate::algebra::{Bound, Expression, Identifier, Named, Node, PathPattern, Quantifier};
use crate::base::Result;

impl Binder<'_> {
    pub(super) fn quantified(
        &mut self,
        quantifier: Quantifier,
        variable: &Identifier,
        list: &Expression<Named>,
        predicate: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (list, element) = self.iterated(list, context)?;
        let inner = context.per_element();
        let variable = self.push_local(variable, element);
        let predicate = self.optional_predicate(predicate, &inner);
        self.locals.pop();
        let node = Node::Quantified { quantifier, variable, list: Box::new(list), predicate: predicate? };
        Ok((node, Type::Boolean))
    }

    pub(super) fn reduce(
        &mut self,
        (accumulator, start): (&Identifier, &Expression<Named>),
        (variable, list): (&Identifier, &Expression<Named>),
        step: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let start = Box::new(self.expression(start, context)?.0);
        let (list, element) = self.iterated(list, context)?;
        let inner = context.per_element();
        // What the accumulator holds after the first step is not known before running.
        let accumulator = self.push_local(accumulator, Type::Any);
        let variable = self.push_local(variable, element);
        let step = self.expression(step, &inner);
        self.locals.truncate(self.locals.len().saturating_sub(2));
        let step = Box::new(step?.0);
        Ok((Node::Reduce { accumulator, start, variable, list: Box::new(list), step }, Type::Any))
    }

    /// The list that a comprehension runs over, and its elements' type.
    fn iterated(&mut self, list: &Expression<Named>, context: &Context) -> Result<(Expression<Bound>, Type)> {
        let (bound, known) = self.expression(list, context)?;
        if !known.may_be_list() {
            return Err(error::wrong_type(list.span, "a list", &known));
        }
        Ok((bound, known.element()))
    }

    pub(super) fn list_comprehension(
        &mut self,
        variable: &Identifier,
        list: &Expression<Named>,
        filter: Option<&Expression<Named>>,
        map: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (list, element) = self.iterated(list, context)?;
        let inner = context.per_element();
        let variable = self.push_local(variable, element.clone());
        let parts = self.filter_and_map(filter, map, &inner);
        self.locals.pop();
        let (filter, map, known) = parts?;
        let known = Type::list(known.unwrap_or(element));
        Ok((Node::ListComprehension { variable, list: Box::new(list), filter, map }, known))
    }

    fn filter_and_map(
        &mut self,
        filter: Option<&Expression<Named>>,
        map: Option<&Expression<Named>>,
        inner: &Context,
    ) -> Result<(OptionalExpression, OptionalExpression, Option<Type>)> {
        let filter = self.optional_predicate(filter, inner)?;
        let Some(map) = map else { return Ok((filter, None, None)) };
        let (map, known) = self.expression(map, inner)?;
        Ok((filter, Some(Box::new(map)), Some(known)))
    }

    pub(super) fn pattern_comprehension(
        &mut self,
        pattern: &PathPattern<Named>,
        filter: Option<&Expression<Named>>,
        map: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let inner = context.per_element();
        let outside = self.locals.len();
        let result = self.local_pattern(pattern, &inner).and_then(|pattern| {
            let filter = self.optional_predicate(filter, &inner)?;
            let (map, known) = self.expression(map, &inner)?;
            let node = Node::PatternComprehension { pattern: Box::new(pattern), filter, map: Box::new(map) };
            Ok((node, Type::list(known)))
        });
        self.locals.truncate(outside);
        result
    }

    fn optional_predicate(
        &mut self,
        expression: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<OptionalExpression> {
        expression.map(|e| Ok(Box::new(self.predicate(e, context)?))).transpose()
    }
}
