//! Expressions as Cypher.

use super::super::names::{written, written_dotted, written_variable};
use super::{joined, literal, pattern, query_text};
use crate::algebra::{BinaryOperator, Clause, Expression, Named, Node, Quantifier, Subquery, UnaryOperator};

/// How tightly an expression holds together; an operand looser than its operator needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    Xor,
    And,
    Not,
    Comparison,
    Predicate,
    Sum,
    Product,
    Power,
    Sign,
    Lookup,
    Atom,
}

impl Level {
    fn tighter(self) -> Level {
        match self {
            Level::Or => Level::Xor,
            Level::Xor => Level::And,
            Level::And => Level::Not,
            Level::Not => Level::Comparison,
            Level::Comparison => Level::Predicate,
            Level::Predicate => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product => Level::Power,
            Level::Power => Level::Sign,
            Level::Sign => Level::Lookup,
            Level::Lookup | Level::Atom => Level::Atom,
        }
    }
}

pub(super) fn text(expression: &Expression<Named>) -> String {
    at_least(Level::Or, expression)
}

/// The subject of a property in SET and REMOVE: an atom and its properties.
pub(super) fn property_subject(subject: &Expression<Named>) -> String {
    match &subject.node {
        Node::Property { subject, key } => format!("{}.{}", property_subject(subject), written(&key.name)),
        _ => at_least(Level::Atom, subject),
    }
}

fn at_least(level: Level, expression: &Expression<Named>) -> String {
    let (text, own) = node(&expression.node);
    if own < level { format!("({text})") } else { text }
}

fn node(node: &Node<Named>) -> (String, Level) {
    let atom = |text: String| (text, Level::Atom);
    match node {
        Node::Literal(value) => atom(literal::text(value)),
        Node::Parameter(name) => atom(parameter(name)),
        Node::Variable(variable) => atom(written_variable(&variable.name).into_owned()),
        Node::Property { subject, key } => {
            (format!("{}.{}", at_least(Level::Lookup, subject), written(&key.name)), Level::Lookup)
        }
        Node::HasLabels { subject, labels } => {
            // Labels after labels would be read as one expression.
            let level =
                if matches!(subject.node, Node::HasLabels { .. }) { Level::Atom } else { Level::Lookup };
            (format!("{}{}", at_least(level, subject), pattern::labels(labels, true)), Level::Lookup)
        }
        Node::List(items) => atom(list(items)),
        Node::Map(entries) => atom(format!(
            "{{{}}}",
            joined(entries, |(key, value)| format!("{}: {}", written(&key.name), text(value)))
        )),
        Node::Index { subject, index } => {
            (format!("{}[{}]", at_least(Level::Lookup, subject), text(index)), Level::Lookup)
        }
        Node::Slice { subject, from, to } => {
            let bound =
                |bound: &Option<Box<Expression<Named>>>| bound.as_ref().map(|b| text(b)).unwrap_or_default();
            (format!("{}[{}..{}]", at_least(Level::Lookup, subject), bound(from), bound(to)), Level::Lookup)
        }
        Node::Unary { operator, operand } => unary(*operator, operand),
        Node::Binary { operator, left, right } => binary(*operator, left, right),
        Node::Comparisons { first, rest } => {
            let mut chain = at_least(Level::Predicate, first);
            for (operator, operand) in rest {
                chain.push_str(&format!(" {} {}", symbol(*operator).0, at_least(Level::Predicate, operand)));
            }
            (chain, Level::Comparison)
        }
        Node::IsNull { operand, negated } => {
            let predicate = if *negated { "IS NOT NULL" } else { "IS NULL" };
            (format!("{} {predicate}", at_least(Level::Predicate, operand)), Level::Predicate)
        }
        Node::Case { subject, branches, otherwise } => {
            let mut text_of_case = "CASE".to_owned();
            if let Some(subject) = subject {
                text_of_case.push_str(&format!(" {}", text(subject)));
            }
            for (when, then) in branches {
                text_of_case.push_str(&format!(" WHEN {} THEN {}", text(when), text(then)));
            }
            if let Some(otherwise) = otherwise {
                text_of_case.push_str(&format!(" ELSE {}", text(otherwise)));
            }
            atom(text_of_case + " END")
        }
        Node::ListComprehension { variable, list, filter, map } => {
            // Without filter and map, the list must not be read as part of a longer condition.
            let level = if filter.is_none() && map.is_none() { Level::Sum } else { Level::Or };
            let mut inside = format!("{} IN {}", written_variable(&variable.name), at_least(level, list));
            comprehension(&mut inside, filter.as_deref(), map.as_deref());
            atom(format!("[{inside}]"))
        }
        Node::PatternComprehension { pattern, filter, map } => {
            let mut inside = pattern::path(pattern);
            comprehension(&mut inside, filter.as_deref(), Some(map));
            atom(format!("[{inside}]"))
        }
        Node::Quantified { quantifier, variable, list, predicate } => {
            let name = match quantifier {
                Quantifier::All => "all",
                Quantifier::Any => "any",
                Quantifier::None => "none",
                Quantifier::Single => "single",
            };
            let filter = predicate.as_ref().map(|p| format!(" WHERE {}", text(p))).unwrap_or_default();
            atom(format!("{name}({} IN {}{filter})", written_variable(&variable.name), text(list)))
        }
        Node::Reduce { accumulator, start, variable, list, step } => atom(format!(
            "reduce({} = {}, {} IN {} | {})",
            written_variable(&accumulator.name),
            text(start),
            written_variable(&variable.name),
            text(list),
            text(step)
        )),
        Node::Call { function, distinct, arguments } => {
            let distinct = if *distinct { "DISTINCT " } else { "" };
            atom(format!("{}({distinct}{})", written_dotted(&function.name), joined(arguments, text)))
        }
        Node::CountAll => atom("count(*)".to_owned()),
        Node::PatternPredicate(pattern) | Node::ShortestPath(pattern) => atom(pattern::searched(pattern)),
        Node::Exists(body) => atom(format!("EXISTS {}", subquery(body))),
        Node::Count(body) => atom(format!("COUNT {}", subquery(body))),
        Node::Collect(body) => atom(format!("COLLECT {}", subquery(body))),
    }
}

fn parameter(name: &str) -> String {
    if !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()) {
        format!("${name}")
    } else {
        format!("${}", written(name))
    }
}

/// A list of one membership test is not a comprehension: `[(x IN list)]`.
fn list(items: &[Expression<Named>]) -> String {
    if let [only] = items
        && let Node::Binary { operator: BinaryOperator::In, left, .. } = &only.node
        && matches!(left.node, Node::Variable(_))
    {
        return format!("[({})]", text(only));
    }
    format!("[{}]", joined(items, text))
}

fn comprehension(inside: &mut String, filter: Option<&Expression<Named>>, map: Option<&Expression<Named>>) {
    if let Some(filter) = filter {
        inside.push_str(&format!(" WHERE {}", text(filter)));
    }
    if let Some(map) = map {
        inside.push_str(&format!(" | {}", text(map)));
    }
}

fn unary(operator: UnaryOperator, operand: &Expression<Named>) -> (String, Level) {
    match operator {
        UnaryOperator::Not => (format!("NOT {}", at_least(Level::Not, operand)), Level::Not),
        UnaryOperator::Plus | UnaryOperator::Minus => {
            let sign = if operator == UnaryOperator::Plus { '+' } else { '-' };
            let operand = at_least(Level::Sign, operand);
            let text = match operand.chars().next() {
                // `-1` would be read as a literal.
                Some(c) if c == '.' || c.is_ascii_digit() => format!("{sign}({operand})"),
                Some('+' | '-') => format!("{sign} {operand}"),
                _ => format!("{sign}{operand}"),
            };
            (text, Level::Sign)
        }
    }
}

fn binary(operator: BinaryOperator, left: &Expression<Named>, right: &Expression<Named>) -> (String, Level) {
    let (symbol, level) = symbol(operator);
    // Comparisons in a row mean something else, so both sides are kept apart; the others go from left to right.
    let left_level = if level == Level::Comparison { level.tighter() } else { level };
    (format!("{} {symbol} {}", at_least(left_level, left), at_least(level.tighter(), right)), level)
}

fn symbol(operator: BinaryOperator) -> (&'static str, Level) {
    match operator {
        BinaryOperator::Or => ("OR", Level::Or),
        BinaryOperator::Xor => ("XOR", Level::Xor),
        BinaryOperator::And => ("AND", Level::And),
        BinaryOperator::Equal => ("=", Level::Comparison),
        BinaryOperator::NotEqual => ("<>", Level::Comparison),
        BinaryOperator::Less => ("<", Level::Comparison),
        BinaryOperator::LessOrEqual => ("<=", Level::Comparison),
        BinaryOperator::Greater => (">", Level::Comparison),
        BinaryOperator::GreaterOrEqual => (">=", Level::Comparison),
        BinaryOperator::In => ("IN", Level::Predicate),
        BinaryOperator::StartsWith => ("STARTS WITH", Level::Predicate),
        BinaryOperator::EndsWith => ("ENDS WITH", Level::Predicate),
        BinaryOperator::Contains => ("CONTAINS", Level::Predicate),
        BinaryOperator::Matches => ("=~", Level::Predicate),
        BinaryOperator::Add => ("+", Level::Sum),
        BinaryOperator::Subtract => ("-", Level::Sum),
        BinaryOperator::Multiply => ("*", Level::Product),
        BinaryOperator::Divide => ("/", Level::Product),
        BinaryOperator::Modulo => ("%", Level::Product),
        BinaryOperator::Power => ("^", Level::Power),
    }
}

/// A subquery of one MATCH is written as its pattern.
fn subquery(body: &Subquery<Named>) -> String {
    if body.query.unions.is_empty()
        && let [Clause::Match { optional: false, patterns, filter, .. }] = body.query.first.clauses.as_slice()
    {
        let filter = filter.as_ref().map(|f| format!(" WHERE {}", text(f))).unwrap_or_default();
        return format!("{{ {}{filter} }}", joined(patterns, pattern::path));
    }
    format!("{{ {} }}", query_text(&body.query, " "))
}
