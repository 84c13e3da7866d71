//! A part of an expression, to be worked out apart from the whole.

use super::Compiled;
use super::operators::known_pattern;
use crate::algebra::Slot;
use crate::functions::Body;
use crate::value::Value;

impl Compiled {
    /// The same expression once more; `None` of what runs plans, walks lists, or has a state of its own.
    pub fn copied(&self) -> Option<Compiled> {
        self.with(&mut |_| None)
    }

    /// The same expression with values in place of parts.
    pub fn with(&self, value: &mut dyn FnMut(&Compiled) -> Option<Value>) -> Option<Compiled> {
        match value(self) {
            Some(value) => Some(Compiled::Constant(value)),
            None => self.rebuilt(&mut |part| part.with(value)),
        }
    }

    /// The same expression with other things read in place of slots.
    pub fn with_slots(&self, instead: &mut dyn FnMut(Slot) -> Option<Compiled>) -> Option<Compiled> {
        match self {
            Compiled::Slot(slot) => Some(instead(*slot).unwrap_or(Compiled::Slot(*slot))),
            _ => self.rebuilt(&mut |part| part.with_slots(instead)),
        }
    }

    /// The same expression with a slot in place of the variable of a comprehension; `None` where it reads another one.
    pub fn with_local(&self, depth: usize, slot: Slot) -> Option<Compiled> {
        match self {
            Compiled::Local(of) => (*of == depth).then_some(Compiled::Slot(slot)),
            _ => self.rebuilt(&mut |part| part.with_local(depth, slot)),
        }
    }

    /// An expression of the same kind, of other parts.
    fn rebuilt(&self, part: &mut dyn FnMut(&Compiled) -> Option<Compiled>) -> Option<Compiled> {
        Some(match self {
            Compiled::Constant(value) => Compiled::Constant(value.clone()),
            Compiled::Slot(slot) => Compiled::Slot(*slot),
            Compiled::Property { subject, key, known, span } => Compiled::Property {
                subject: Box::new(part(subject)?),
                key: key.clone(),
                known: *known,
                span: *span,
            },
            Compiled::HasLabels { subject, labels, span } => {
                Compiled::HasLabels { subject: Box::new(part(subject)?), labels: labels.clone(), span: *span }
            }
            Compiled::List(items) => Compiled::List(all(items, part)?),
            Compiled::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| Some((key.clone(), part(value)?)));
                Compiled::Map(entries.collect::<Option<_>>()?)
            }
            Compiled::Index { subject, index, span } => Compiled::Index {
                subject: Box::new(part(subject)?),
                index: Box::new(part(index)?),
                span: *span,
            },
            Compiled::Not(operand) => Compiled::Not(Box::new(part(operand)?)),
            Compiled::Negate(operand, span) => Compiled::Negate(Box::new(part(operand)?), *span),
            Compiled::Plus(operand, span) => Compiled::Plus(Box::new(part(operand)?), *span),
            Compiled::And(operands) => Compiled::And(all(operands, part)?),
            Compiled::Or(operands) => Compiled::Or(all(operands, part)?),
            Compiled::Binary { operator, left, right, span } => {
                let (left, right) = (Box::new(part(left)?), Box::new(part(right)?));
                // One that is no pattern is told where it is asked.
                match known_pattern(*operator, &right).ok().flatten() {
                    Some(pattern) => Compiled::Matches { operand: left, pattern },
                    None => Compiled::Binary { operator: *operator, left, right, span: *span },
                }
            }
            Compiled::Matches { operand, pattern } => {
                Compiled::Matches { operand: Box::new(part(operand)?), pattern: pattern.clone() }
            }
            Compiled::Comparisons { first, rest } => {
                let first = Box::new(part(first)?);
                let rest = rest.iter().map(|(operator, operand)| Some((*operator, part(operand)?)));
                Compiled::Comparisons { first, rest: rest.collect::<Option<_>>()? }
            }
            Compiled::IsNull { operand, negated } => {
                Compiled::IsNull { operand: Box::new(part(operand)?), negated: *negated }
            }
            Compiled::Case { subject, branches, otherwise } => {
                let mut maybe = |one: &Option<Box<Compiled>>| match one {
                    Some(one) => Some(Some(Box::new(part(one)?))),
                    None => Some(None),
                };
                let (subject, otherwise) = (maybe(subject)?, maybe(otherwise)?);
                let branches = branches.iter().map(|(when, then)| Some((part(when)?, part(then)?)));
                Compiled::Case { subject, branches: branches.collect::<Option<_>>()?, otherwise }
            }
            Compiled::Call { function, arguments, span } => {
                Compiled::Call { function, arguments: all(arguments, part)?, span: *span }
            }
            Compiled::Degree(degree) => Compiled::Degree(degree.clone()),
            Compiled::Ways(ways) => Compiled::Ways(ways.clone()),
            Compiled::Member(member) => Compiled::Member(member.clone()),
            _ => return None,
        })
    }

    /// Whether an expression gives the same value whenever it is asked about the same row, and is made of nothing but
    /// properties, labels and functions. Calls with each slot that it reads.
    pub fn is_plain(&self, read: &mut dyn FnMut(Slot)) -> bool {
        if let Compiled::Slot(slot) = self {
            read(*slot);
            return true;
        }
        self.parts().is_some_and(|parts| parts.into_iter().all(|part| part.is_plain(read)))
    }

    /// What an expression is worked out of, where it gives the same value of the same parts whenever it is asked.
    pub fn parts(&self) -> Option<Vec<&Compiled>> {
        Some(match self {
            Compiled::Constant(_) => Vec::new(),
            Compiled::Property { subject, .. } | Compiled::HasLabels { subject, .. } => vec![subject],
            Compiled::Call { function, arguments, .. } => {
                if arguments.is_empty() || !matches!(function.body, Body::Scalar(_)) {
                    return None;
                }
                arguments.iter().collect()
            }
            Compiled::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
            Compiled::List(items) | Compiled::And(items) | Compiled::Or(items) => items.iter().collect(),
            Compiled::Index { subject, index, .. } => vec![subject, index],
            Compiled::Not(operand)
            | Compiled::Negate(operand, _)
            | Compiled::Plus(operand, _)
            | Compiled::Matches { operand, .. }
            | Compiled::IsNull { operand, .. } => vec![operand],
            Compiled::Binary { left, right, .. } => vec![left, right],
            Compiled::Comparisons { first, rest } => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, operand)| operand)).collect()
            }
            Compiled::Case { subject, branches, otherwise } => {
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                let others = subject.iter().chain(otherwise).map(|part| &**part);
                branches.chain(others).collect()
            }
            _ => return None,
        })
    }
}

fn all(parts: &[Compiled], part: &mut dyn FnMut(&Compiled) -> Option<Compiled>) -> Option<Vec<Compiled>> {
    parts.iter().map(part).collect()
}
