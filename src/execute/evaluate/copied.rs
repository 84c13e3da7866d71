//! A part of an expression, to be worked out apart from the whole.

use super::Compiled;

impl Compiled {
    /// The same expression once more; `None` of what runs plans, walks lists, or has a state of its own.
    pub fn copied(&self) -> Option<Compiled> {
        let boxed = |part: &Compiled| part.copied().map(Box::new);
        Some(match self {
            Compiled::Constant(value) => Compiled::Constant(value.clone()),
            Compiled::Slot(slot) => Compiled::Slot(*slot),
            Compiled::Property { subject, key, known, span } => {
                Compiled::Property { subject: boxed(subject)?, key: key.clone(), known: *known, span: *span }
            }
            Compiled::HasLabels { subject, labels, span } => {
                Compiled::HasLabels { subject: boxed(subject)?, labels: labels.clone(), span: *span }
            }
            Compiled::List(items) => Compiled::List(all(items)?),
            Compiled::Index { subject, index, span } => {
                Compiled::Index { subject: boxed(subject)?, index: boxed(index)?, span: *span }
            }
            Compiled::Not(operand) => Compiled::Not(boxed(operand)?),
            Compiled::Negate(operand, span) => Compiled::Negate(boxed(operand)?, *span),
            Compiled::Plus(operand, span) => Compiled::Plus(boxed(operand)?, *span),
            Compiled::And(operands) => Compiled::And(all(operands)?),
            Compiled::Or(operands) => Compiled::Or(all(operands)?),
            Compiled::Binary { operator, left, right, span } => Compiled::Binary {
                operator: *operator,
                left: boxed(left)?,
                right: boxed(right)?,
                span: *span,
            },
            Compiled::Matches { operand, pattern } => {
                Compiled::Matches { operand: boxed(operand)?, pattern: pattern.clone() }
            }
            Compiled::Comparisons { first, rest } => {
                let rest = rest.iter().map(|(operator, operand)| Some((*operator, operand.copied()?)));
                Compiled::Comparisons { first: boxed(first)?, rest: rest.collect::<Option<_>>()? }
            }
            Compiled::IsNull { operand, negated } => {
                Compiled::IsNull { operand: boxed(operand)?, negated: *negated }
            }
            Compiled::Case { subject, branches, otherwise } => {
                let copied = |part: &Option<Box<Compiled>>| match part {
                    Some(part) => boxed(part).map(Some),
                    None => Some(None),
                };
                let branches = branches.iter().map(|(when, then)| Some((when.copied()?, then.copied()?)));
                Compiled::Case {
                    subject: copied(subject)?,
                    branches: branches.collect::<Option<_>>()?,
                    otherwise: copied(otherwise)?,
                }
            }
            Compiled::Call { function, arguments, span } => {
                Compiled::Call { function, arguments: all(arguments)?, span: *span }
            }
            Compiled::Degree(degree) => Compiled::Degree(degree.clone()),
            Compiled::Ways(ways) => Compiled::Ways(ways.clone()),
            Compiled::Member(member) => Compiled::Member(member.clone()),
            _ => return None,
        })
    }
}

fn all(parts: &[Compiled]) -> Option<Vec<Compiled>> {
    parts.iter().map(Compiled::copied).collect()
}
