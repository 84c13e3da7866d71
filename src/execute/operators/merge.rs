//! MERGE: what a pattern finds, or what it makes where it finds nothing.

use super::write::{Creation, Item, change, create, drain};
use crate::base::{Report, Result, Span};
use crate::execute::batch::{Batch, Builder};
use crate::execute::build::Build;
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::{Argument, Operator};
use crate::optimize::plan;
use crate::optimize::slots::SlotSet;
use crate::value::Value;

pub struct Merge {
    input: Box<dyn Operator>,
    matching: Box<dyn Operator>,
    argument: Argument,
    creations: Vec<Creation>,
    on_create: Vec<Item>,
    on_match: Vec<Item>,
    properties: Vec<(Compiled, Span)>,
    output: Option<std::vec::IntoIter<Batch>>,
}

impl Build<'_, '_> {
    pub fn merge(
        &mut self,
        input: Box<dyn Operator>,
        merge: &plan::Merge,
        live: &SlotSet,
    ) -> Result<Box<dyn Operator>> {
        let creations = self.creations(&merge.creations)?;
        let (on_create, on_match) = (self.changes(&merge.on_create)?, self.changes(&merge.on_match)?);
        let mut properties = Vec::with_capacity(merge.properties.len());
        for (map, span) in &merge.properties {
            properties.push((self.compile(map)?, *span));
        }
        let argument = Argument::default();
        let mut inside = live.clone();
        merge.fills.iter().for_each(|slot| inside.insert(*slot));
        let matching = self.operator(&merge.matching, &inside, &argument)?;
        Ok(Box::new(Merge {
            input,
            matching,
            argument,
            creations,
            on_create,
            on_match,
            properties,
            output: None,
        }))
    }
}

impl Merge {
    /// A null in the pattern could never be found again, so nothing may be made with it.
    fn check(&self, row: &Batch, context: &mut Context<'_>) -> Result<()> {
        for (map, span) in &self.properties {
            let Value::Map(map) = map.value(&mut Frame::new(row, 0), context)? else { continue };
            if let Some((key, _)) = map.iter().find(|(_, value)| value.is_null()) {
                let message = format!("MERGE cannot look for `{key}`, because its value is null");
                return Err(Report::runtime("SemanticError", "MergeReadOwnWrites", message)
                    .or_at(*span)
                    .help("Leave the property out, or use coalesce() to give it a value."));
            }
        }
        Ok(())
    }

    fn merge(&mut self, mut row: Batch, output: &mut Builder, context: &mut Context<'_>) -> Result<()> {
        self.check(&row, context)?;
        self.matching.reset();
        self.argument.put(row.clone());
        let mut found = false;
        let mut matches = Vec::new();
        while let Some(batch) = self.matching.next(context)? {
            found = found || batch.length > 0;
            matches.push(batch);
        }
        if !found {
            create(&self.creations, &mut row, context)?;
            change(&self.on_create, &row, context)?;
            output.append(&row);
            return Ok(());
        }
        for batch in matches {
            change(&self.on_match, &batch, context)?;
            output.append(&batch);
        }
        Ok(())
    }
}

impl Operator for Merge {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.output.is_none() {
            let batches = drain(&mut *self.input, context)?;
            let mut output = Vec::with_capacity(batches.len());
            let mut rows = 0;
            for batch in batches {
                let all: SlotSet = batch.slots().collect();
                let mut merged = Builder::default();
                for row in 0..batch.length {
                    context.tick()?;
                    self.merge(batch.gather(&[row as u32], &all), &mut merged, context)?;
                    context.meter.rows(rows + merged.length() as u64)?;
                }
                rows += merged.length() as u64;
                output.push(merged.finish());
            }
            self.output = Some(output.into_iter());
        }
        Ok(self.output.as_mut().and_then(Iterator::next))
    }

    fn reset(&mut self) {
        self.output = None;
        self.input.reset();
        self.matching.reset();
    }
}
