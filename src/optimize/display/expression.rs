//! Expressions of plans as text.

use super::Drawing;
use crate::algebra::{BinaryOperator, Direction, Quantifier, Slot};
use crate::optimize::expression::{Bough, Expression, Labels, Leaf};
use crate::value::Value;
use std::sync::Arc;

impl Drawing<'_> {
    pub(super) fn said(&self, expression: &Expression) -> String {
        if self.allowance.is_over(4) {
            return String::new();
        }
        match expression {
            Expression::Constant(Value::Node(_) | Value::Relationship(_) | Value::Path(_)) => "…".to_owned(),
            Expression::Constant(value) => value.to_string(),
            Expression::Parameter(name, _) => format!("${name}"),
            Expression::Slot(slot) => self.name(*slot),
            Expression::Property { subject, key, .. } => format!("{}.{key}", self.said(subject)),
            Expression::HasLabels { subject, labels, .. } => {
                format!("{}:{}", self.said(subject), label_text(labels))
            }
            Expression::List(items) => format!("[{}]", self.joined(items, ", ")),
            Expression::Map(entries) => {
                let told: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}: {}", self.said(value))).collect();
                format!("{{{}}}", told.join(", "))
            }
            Expression::Index { subject, index, .. } => {
                format!("{}[{}]", self.said(subject), self.said(index))
            }
            Expression::Slice { subject, from, to, .. } => {
                let bound = |bound: &Option<Box<Expression>>| {
                    bound.as_ref().map(|b| self.said(b)).unwrap_or_default()
                };
                format!("{}[{}..{}]", self.said(subject), bound(from), bound(to))
            }
            Expression::Not(operand) => format!("NOT {}", self.grouped(operand)),
            Expression::Negate(operand, _) => format!("-{}", self.grouped(operand)),
            Expression::Plus(operand, _) => format!("+{}", self.grouped(operand)),
            Expression::And(items) => self.joined_grouped(items, " AND "),
            Expression::Or(items) => self.joined_grouped(items, " OR "),
            Expression::Binary { operator, left, right, .. } => {
                format!("{} {} {}", self.grouped(left), sign(*operator), self.grouped(right))
            }
            Expression::Comparisons { first, rest } => {
                let mut text = self.grouped(first);
                for (operator, operand) in rest {
                    text.push_str(&format!(" {} {}", sign(*operator), self.grouped(operand)));
                }
                text
            }
            Expression::IsNull { operand, negated } => {
                format!("{} IS {}NULL", self.grouped(operand), if *negated { "NOT " } else { "" })
            }
            Expression::Case { .. } => "CASE …".to_owned(),
            Expression::Comprehension { variable, list, .. } => {
                format!("[{} IN {} …]", self.name(*variable), self.said(list))
            }
            Expression::Quantified { quantifier, variable, list, .. } => {
                let word = word_of(*quantifier);
                format!("{word}({} IN {} …)", self.name(*variable), self.said(list))
            }
            Expression::Reduce { list, .. } => format!("reduce(… {} …)", self.said(list)),
            Expression::Call { function, arguments, .. } => {
                format!("{}({})", function.0.name, self.joined(arguments, ", "))
            }
            Expression::Path { start, steps } => {
                let nodes = steps.iter().map(|step| format!("--({})", self.name(step.node)));
                format!("path ({}){}", self.name(*start), nodes.collect::<String>())
            }
            Expression::Matches { subject, map } => format!("{} has {}", self.said(subject), self.said(map)),
            Expression::Exists(_) => "EXISTS {…}".to_owned(),
            Expression::Count(_) => "COUNT {…}".to_owned(),
            Expression::Collect { most: Some(most), .. } => format!("COLLECT {{…}}[..{most}]"),
            Expression::Collect { .. } => "COLLECT {…}".to_owned(),
            Expression::Degree { leaves, except } => {
                let told: Vec<String> = leaves.iter().map(|leaf| self.leaf(leaf)).collect();
                let except: Vec<String> = except.iter().map(|other| self.name(other.slot)).collect();
                match except.is_empty() {
                    true => told.join(" * "),
                    false => format!("{} except {}", told.join(" * "), except.join(", ")),
                }
            }
            Expression::Ways(boughs) => self.boughs(boughs, None),
            Expression::Member(members) => format!("{} among {{…}}", self.name(members.node)),
        }
    }

    /// What hangs on a node that was reached `by` a relationship.
    fn boughs(&self, boughs: &[Bough], by: Option<Slot>) -> String {
        let told: Vec<String> = boughs.iter().map(|bough| self.bough(bough, by)).collect();
        told.join(" * ")
    }

    /// `degree((a)-[:T]->)`, or `sum((a)-[:T]->(b) WHERE …: degree(…))` where something hangs on the other end.
    fn bough(&self, bough: &Bough, by: Option<Slot>) -> String {
        let hop = match bough {
            Bough::Common { left, right } => {
                return format!("common({} and {})", self.arrow(left), self.arrow(right));
            }
            Bough::Hop(hop) => hop,
        };
        let except = by.filter(|_| hop.meets).map(|by| format!(" except {}", self.name(by)));
        let except = except.unwrap_or_default();
        if hop.conditions.is_empty() && hop.boughs.is_empty() {
            return self.leaf(&hop.leaf) + &except;
        }
        let mut told = format!(
            "sum({}{except}",
            self.step(hop.leaf.node, hop.relationship, hop.end, &hop.leaf.types, hop.leaf.direction, "")
        );
        if !hop.conditions.is_empty() {
            told.push_str(&format!(" where {}", self.joined(&hop.conditions, " AND ")));
        }
        if !hop.boughs.is_empty() {
            told.push_str(&format!(": {}", self.boughs(&hop.boughs, Some(hop.relationship))));
        }
        told + ")"
    }

    fn leaf(&self, leaf: &Leaf) -> String {
        format!("degree({})", self.arrow(leaf))
    }

    fn arrow(&self, leaf: &Leaf) -> String {
        let types = bracketed(&leaf.types);
        let (left, right) = match leaf.direction {
            Direction::Outgoing => ("-", "->"),
            Direction::Incoming => ("<-", "-"),
            Direction::Either => ("-", "-"),
        };
        format!("({}){left}{types}{right}", self.name(leaf.node))
    }

    fn grouped(&self, expression: &Expression) -> String {
        let simple = !matches!(
            expression,
            Expression::And(_)
                | Expression::Or(_)
                | Expression::Binary { .. }
                | Expression::Comparisons { .. }
                | Expression::IsNull { .. }
        );
        let text = self.said(expression);
        if simple { text } else { format!("({text})") }
    }

    fn joined_grouped(&self, expressions: &[Expression], between: &str) -> String {
        expressions.iter().map(|expression| self.grouped(expression)).collect::<Vec<_>>().join(between)
    }
}

fn label_text(labels: &Labels) -> String {
    let joined = |parts: &[Labels], sign: &str| parts.iter().map(label_text).collect::<Vec<_>>().join(sign);
    match labels {
        Labels::Label(name) => name.to_string(),
        Labels::Any => "%".to_owned(),
        Labels::Not(inner) => format!("!{}", label_text(inner)),
        Labels::And(parts) => joined(parts, "&"),
        Labels::Or(parts) => joined(parts, "|"),
    }
}

fn sign(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => "OR",
        BinaryOperator::Xor => "XOR",
        BinaryOperator::And => "AND",
        BinaryOperator::Equal => "=",
        BinaryOperator::NotEqual => "<>",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Modulo => "%",
        BinaryOperator::Power => "^",
        BinaryOperator::In => "IN",
        BinaryOperator::StartsWith => "STARTS WITH",
        BinaryOperator::EndsWith => "ENDS WITH",
        BinaryOperator::Contains => "CONTAINS",
        BinaryOperator::Matches => "=~",
    }
}

/// `[:A|B]`, or nothing where any type will do.
pub(super) fn bracketed(types: &[Arc<str>]) -> String {
    if types.is_empty() { String::new() } else { format!("[:{}]", types.join("|")) }
}

pub(super) fn word_of(quantifier: Quantifier) -> &'static str {
    match quantifier {
        Quantifier::All => "all",
        Quantifier::Any => "any",
        Quantifier::None => "none",
        Quantifier::Single => "single",
    }
}
