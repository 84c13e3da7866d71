//! WITH and RETURN.

use super::Builder;
use crate::algebra::{Item, Named, Projection, SortKey};
use crate::base::Result;
use crate::language::cypher::grammar::{Pair, Rule};
use crate::language::cypher::names;
use std::sync::Arc;

impl Builder<'_> {
    pub(super) fn projection(&self, pair: Pair<'_>) -> Result<Projection<Named>> {
        let mut projection = Projection {
            distinct: false,
            star: false,
            items: Vec::new(),
            order: Vec::new(),
            skip: None,
            limit: None,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::DISTINCT => projection.distinct = true,
                Rule::ProjectionItems => {
                    for item in part.into_inner() {
                        match item.as_rule() {
                            Rule::Star => projection.star = true,
                            _ => projection.items.push(self.projection_item(item)?),
                        }
                    }
                }
                Rule::Order => {
                    for item in part.into_inner().filter(|p| p.as_rule() == Rule::SortItem) {
                        projection.order.push(self.sort_item(item)?);
                    }
                }
                Rule::Skip => projection.skip = Some(self.only_expression(part)?),
                Rule::Limit => projection.limit = Some(self.only_expression(part)?),
                _ => {}
            }
        }
        Ok(projection)
    }

    fn projection_item(&self, pair: Pair<'_>) -> Result<Item<Named>> {
        let alias =
            pair.clone().into_inner().find(|p| p.as_rule() == Rule::Variable).map(|p| names::identifier(&p));
        let expression = self.only_expression(pair)?;
        let name = match &alias {
            Some(alias) => Arc::clone(&alias.name),
            None => Arc::from(expression.span.of(self.text)),
        };
        // A variable's column is called by its name, with or without backquotes.
        let name = match &expression.node {
            crate::algebra::Node::Variable(variable) if alias.is_none() && name.starts_with('`') => {
                Arc::clone(&variable.name)
            }
            _ => name,
        };
        Ok(Item { expression, alias, name })
    }

    fn sort_item(&self, pair: Pair<'_>) -> Result<SortKey<Named>> {
        let descending = pair.clone().into_inner().any(|p| p.as_rule() == Rule::Descending);
        Ok(SortKey { expression: self.only_expression(pair)?, descending })
    }
}
