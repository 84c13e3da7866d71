//! CALL of a procedure.

use crate::algebra::Slot;
use crate::base::{Failure, Phase, Report, Result, Span};
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::Operator;
use crate::functions::Procedure;
use crate::optimize::plan;
use crate::optimize::slots::SlotSet;
use crate::value::{Value, equivalent};
use std::sync::Arc;

pub struct Call {
    input: Box<dyn Operator>,
    procedure: Arc<str>,
    /// `None`: the parameters of the same names as the inputs.
    arguments: Option<Vec<Compiled>>,
    outputs: Vec<(Arc<str>, Slot)>,
    keep: SlotSet,
    span: Span,
}

impl Call {
    pub fn new(
        input: Box<dyn Operator>,
        call: &plan::Call,
        arguments: Option<Vec<Compiled>>,
        keep: SlotSet,
    ) -> Call {
        Call {
            input,
            procedure: call.procedure.clone(),
            arguments,
            outputs: call.outputs.clone(),
            keep,
            span: call.span,
        }
    }

    fn values(
        &self,
        procedure: &Procedure,
        batch: &Batch,
        row: usize,
        context: &mut Context<'_>,
    ) -> Result<Vec<Value>> {
        let mut values = Vec::with_capacity(procedure.inputs.len());
        match &self.arguments {
            Some(arguments) => {
                for argument in arguments {
                    values.push(argument.value(&mut Frame::new(batch, row), context)?);
                }
            }
            None => {
                for field in &procedure.inputs {
                    match context.parameters.get(&field.name) {
                        Some(value) => values.push(value.clone()),
                        None => return Err(self.missing(&field.name)),
                    }
                }
            }
        }
        Ok(values)
    }

    fn missing(&self, name: &str) -> Box<Report> {
        let message = format!("`{}` needs a value for the parameter ${name}", self.procedure);
        let failure =
            Failure { kind: "ParameterMissing", phase: Phase::CompileTime, detail: "MissingParameter" };
        Report::input("parameter.missing", message).failing(failure).at(self.span, "")
    }

    fn unknown(&self) -> Box<Report> {
        let message = format!("there is no procedure `{}`", self.procedure);
        Report::compile("ProcedureError", "ProcedureNotFound", message).at(self.span, "")
    }
}

impl Operator for Call {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else { return Ok(None) };
        let procedures = context.procedures;
        let procedure = procedures.0.get(&self.procedure).ok_or_else(|| self.unknown())?;
        // A procedure without outputs is called for what it does; the rows go on as they are.
        if procedure.outputs.is_empty() {
            return Ok(Some(batch.narrow(&self.keep)));
        }
        let places: Vec<usize> = self
            .outputs
            .iter()
            .filter_map(|(name, _)| procedure.outputs.iter().position(|field| field.name == *name))
            .collect();
        let mut rows = Vec::new();
        let mut columns: Vec<Vec<Value>> = self.outputs.iter().map(|_| Vec::new()).collect();
        for row in 0..batch.length {
            let given = self.values(procedure, &batch, row, context)?;
            for (inputs, outputs) in &procedure.rows {
                context.tick()?;
                let fits = inputs.len() == given.len()
                    && inputs.iter().zip(&given).all(|(wanted, given)| same(wanted, given));
                if !fits {
                    continue;
                }
                rows.push(row as u32);
                for (column, place) in columns.iter_mut().zip(&places) {
                    column.push(outputs.get(*place).cloned().unwrap_or_default());
                }
            }
        }
        let mut out = batch.gather(&rows, &self.keep);
        for ((_, slot), column) in self.outputs.iter().zip(columns) {
            out.set(*slot, Column::values(column));
        }
        Ok(Some(out))
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

/// Numbers are compared by value: an input declared FLOAT takes an integer.
fn same(wanted: &Value, given: &Value) -> bool {
    match (wanted, given) {
        (Value::Integer(a), Value::Float(b)) | (Value::Float(b), Value::Integer(a)) => *a as f64 == *b,
        _ => equivalent(wanted, given),
    }
}
