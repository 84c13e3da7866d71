//! CALL: procedures, their arguments and what they yield.

use super::types::Type;
use super::{Binder, error};
use crate::algebra::{
    Body, Bound, Call, Clause, Expression, Identifier, Named, Node, SlotKind, Statement, Yield,
};
use crate::base::{Report, Result, Span, nearest};
use crate::functions::{Field, Procedure};
use crate::value::Map;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The arguments of a procedure that is called without parentheses are the parameters of the same names: they must be
/// there before anything runs.
pub fn missing_parameters(statement: &Statement<Bound>, parameters: &Map) -> Result<()> {
    let Body::Query(query) = &statement.body else { return Ok(()) };
    let [Clause::Call(Call { arguments: Some(arguments), span, .. })] = query.first.clauses.as_slice() else {
        return Ok(());
    };
    for argument in arguments {
        if let Node::Parameter(name) = &argument.node
            && !parameters.contains_key(name)
        {
            let message = format!("the parameter `${name}` is missing");
            return Err(Report::compile("ParameterMissing", "MissingParameter", message)
                .at(*span, "needs this parameter")
                .help(format!(
                    "Set it (`:param {name}=…`, `--param {name}=…`) or pass the arguments in parentheses."
                )));
        }
    }
    Ok(())
}

impl Binder<'_> {
    /// `alone` when the CALL is the whole statement.
    pub(super) fn call(&mut self, call: &Call<Named>, alone: bool) -> Result<Clause<Bound>> {
        let name = &call.procedure;
        let procedures = self.procedures;
        let procedure = procedures.0.get(&name.name).ok_or_else(|| self.unknown_procedure(name))?;
        let arguments = match &call.arguments {
            Some(arguments) => self.arguments(name, procedure, arguments)?,
            None if alone => implicit_arguments(procedure, call.span),
            None if procedure.inputs.is_empty() => Vec::new(),
            None => return Err(implicit_in_query(name, procedure)),
        };
        let yields = self.yields(call, procedure, alone)?;
        Ok(Clause::Call(Call {
            procedure: name.clone(),
            arguments: Some(arguments),
            yields,
            span: call.span,
        }))
    }

    fn unknown_procedure(&self, name: &Identifier) -> Box<Report> {
        let message = format!("there is no procedure `{}`", name.name);
        let mut report =
            Report::compile("ProcedureError", "ProcedureNotFound", message).at(name.span, "not a procedure");
        for near in nearest(&name.name, self.procedures.0.keys().map(|known| &**known), 3) {
            if report.help.is_empty() {
                report = report.help(format!("Did you mean `{near}`?"));
            }
            report = report.suggest(name.span, near);
        }
        if report.help.is_empty() {
            report = report.help(
                "No procedures are built in: `:schema` at the prompt lists labels, types and properties, `:help functions` the \
                 functions.",
            );
        }
        report
    }

    fn arguments(
        &mut self,
        name: &Identifier,
        procedure: &Procedure,
        arguments: &[Expression<Named>],
    ) -> Result<Vec<Expression<Bound>>> {
        if arguments.len() != procedure.inputs.len() {
            let message = format!(
                "`{}` takes {} arguments, not {}",
                name.name,
                procedure.inputs.len(),
                arguments.len()
            );
            return Err(error::syntax("InvalidNumberOfArguments", message)
                .at(name.span, "wrong number of arguments")
                .help(usage(name, procedure)));
        }
        let here = self.here();
        let mut bound = Vec::with_capacity(arguments.len());
        for (argument, input) in arguments.iter().zip(&procedure.inputs) {
            let (value, known) = self.expression(argument, &here)?;
            if !accepts(&input.declared, &known) {
                let wanted = format!("{} for `{}`", input.declared, input.name);
                return Err(error::wrong_type(argument.span, &wanted, &known).help(usage(name, procedure)));
            }
            bound.push(value);
        }
        Ok(bound)
    }

    fn yields(&mut self, call: &Call<Named>, procedure: &Procedure, alone: bool) -> Result<Yield<Bound>> {
        let everything = |fields: &[Field]| -> Vec<(Identifier, Identifier)> {
            let output = |field: &Field| Identifier::new(&field.name, call.span);
            fields.iter().map(|field| (output(field), output(field))).collect()
        };
        let (named, filter) = match &call.yields {
            Yield::Items { items, filter } => (items.clone(), filter.as_ref()),
            Yield::All => (everything(&procedure.outputs), None),
            Yield::Unsaid if alone => (everything(&procedure.outputs), None),
            Yield::Unsaid => (Vec::new(), None),
        };
        let mut items = Vec::with_capacity(named.len());
        let mut new = BTreeSet::new();
        for (output, variable) in &named {
            let field = procedure.outputs.iter().find(|field| field.name == output.name);
            let field = field.ok_or_else(|| {
                error::undefined(output, procedure.outputs.iter().map(|field| &*field.name))
                    .help(usage(&call.procedure, procedure))
            })?;
            let known = declared_type(&field.declared);
            if !new.insert(Arc::clone(&variable.name)) {
                return Err(error::already_bound(variable, &known));
            }
            self.check_new(variable)?;
            items.push((output.clone(), variable, known));
        }
        let items = items
            .into_iter()
            .map(|(output, variable, known)| (output, self.declare(variable, SlotKind::Value, known)))
            .collect();
        let here = self.here();
        let filter = filter.map(|f| self.predicate(f, &here)).transpose()?;
        Ok(Yield::Items { items, filter })
    }
}

fn implicit_arguments(procedure: &Procedure, place: Span) -> Vec<Expression<Bound>> {
    let parameter = |input: &Field| Expression::new(Node::Parameter(Arc::clone(&input.name)), place);
    procedure.inputs.iter().map(parameter).collect()
}

fn implicit_in_query(name: &Identifier, procedure: &Procedure) -> Box<Report> {
    let message = format!("`{}` needs its arguments in parentheses", name.name);
    error::syntax("InvalidArgumentPassingMode", message).at(name.span, "no arguments").help(format!(
        "Only a CALL that is a whole statement takes its arguments from parameters. {}",
        usage(name, procedure)
    ))
}

fn usage(name: &Identifier, procedure: &Procedure) -> String {
    let list = |fields: &[Field]| {
        fields
            .iter()
            .map(|field| format!("{} :: {}", field.name, field.declared))
            .collect::<Vec<_>>()
            .join(", ")
    };
    format!("`CALL {}({})` yields `{}`.", name.name, list(&procedure.inputs), list(&procedure.outputs))
}

/// The static type of a declared one, without its question mark.
fn declared_type(declared: &str) -> Type {
    match declared.trim_end_matches('?').trim().to_ascii_uppercase().as_str() {
        "BOOLEAN" => Type::Boolean,
        "INTEGER" => Type::Integer,
        "FLOAT" => Type::Float,
        "NUMBER" => Type::Number,
        "STRING" => Type::String,
        "MAP" => Type::Map,
        "NODE" => Type::Node,
        "RELATIONSHIP" => Type::Relationship,
        "PATH" => Type::Path,
        other if other.starts_with("LIST") => Type::list(Type::Any),
        _ => Type::Any,
    }
}

/// Whether a value of this type may be passed; an integer is also a float.
fn accepts(declared: &str, given: &Type) -> bool {
    match (declared_type(declared), given) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Float | Type::Number, given) => given.is_number(),
        (Type::Integer, Type::Number) => true,
        (Type::List(_), Type::List(_)) => true,
        (wanted, given) => wanted == *given,
    }
}
