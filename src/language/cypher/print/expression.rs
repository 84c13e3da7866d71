//! Expressions as Cypher.

use super::super::names::{written, written_dotted, written_variable};
use super::{joined, literal, pattern, query_text};
use crate::algebra::{
    BinaryOperator, Clause, Expression, Identifier, LabelExpression, Named, Node, Quantifier, Subquery,
    UnaryOperator,
};

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
    let text = node(&expression.node);
    if level_of(&expression.node) < level { parenthesized(&text) } else { text }
}

fn parenthesized(text: &str) -> String {
    format!("({text})")
}

fn level_of(node: &Node<Named>) -> Level {
    match node {
        Node::Property { .. } | Node::HasLabels { .. } | Node::Index { .. } | Node::Slice { .. } => {
            Level::Lookup
        }
        Node::Unary { operator: UnaryOperator::Not, .. } => Level::Not,
        Node::Unary { .. } => Level::Sign,
        Node::Binary { operator, .. } => symbol(*operator).1,
        Node::Comparisons { .. } => Level::Comparison,
        Node::IsNull { .. } => Level::Predicate,
        _ => Level::Atom,
    }
}

/// Each kind of expression has a function of its own, so that this one, which recurs most, keeps little on the stack.
fn node(node: &Node<Named>) -> String {
    match node {
        Node::Literal(value) => literal::text(value),
        Node::Parameter(name) => parameter(name),
        Node::Variable(variable) => written_variable(&variable.name).into_owned(),
        Node::Property { subject, key } => property(subject, &key.name),
        Node::HasLabels { subject, labels } => has_labels(subject, labels),
        Node::List(items) => list(items),
        Node::Map(entries) => map(entries),
        Node::Index { subject, index } => index_of(subject, index),
        Node::Slice { subject, from, to } => slice(subject, from.as_deref(), to.as_deref()),
        Node::Unary { operator, operand } => unary(*operator, operand),
        Node::Binary { operator, left, right } => binary(*operator, left, right),
        Node::Comparisons { first, rest } => comparisons(first, rest),
        Node::IsNull { operand, negated } => is_null(operand, *negated),
        Node::Case { subject, branches, otherwise } => {
            case(subject.as_deref(), branches, otherwise.as_deref())
        }
        Node::ListComprehension { variable, list, filter, map } => {
            list_comprehension(&variable.name, list, filter.as_deref(), map.as_deref())
        }
        Node::PatternComprehension { pattern, filter, map } => {
            comprehension(pattern::path(pattern), filter.as_deref(), Some(map))
        }
        Node::Quantified { quantifier, variable, list, predicate } => {
            quantified(*quantifier, &variable.name, list, predicate.as_deref())
        }
        Node::Reduce { accumulator, start, variable, list, step } => {
            reduce((&accumulator.name, start), (&variable.name, list), step)
        }
        Node::Call { function, distinct, arguments } => call(&function.name, *distinct, arguments),
        Node::CountAll => "count(*)".to_owned(),
        Node::PatternPredicate(pattern) | Node::ShortestPath(pattern) => pattern::searched(pattern),
        Node::Exists(body) => subquery("EXISTS", body),
        Node::Count(body) => subquery("COUNT", body),
        Node::Collect(body) => subquery("COLLECT", body),
    }
}

fn property(subject: &Expression<Named>, key: &str) -> String {
    format!("{}.{}", at_least(Level::Lookup, subject), written(key))
}

fn has_labels(subject: &Expression<Named>, labels: &LabelExpression) -> String {
    // Labels after labels would be read as one expression.
    let level = if matches!(subject.node, Node::HasLabels { .. }) { Level::Atom } else { Level::Lookup };
    format!("{}{}", at_least(level, subject), pattern::labels(labels, true))
}

fn map(entries: &[(Identifier, Expression<Named>)]) -> String {
    format!("{{{}}}", joined(entries, |(key, value)| format!("{}: {}", written(&key.name), text(value))))
}

fn index_of(subject: &Expression<Named>, index: &Expression<Named>) -> String {
    format!("{}[{}]", at_least(Level::Lookup, subject), text(index))
}

fn slice(
    subject: &Expression<Named>,
    from: Option<&Expression<Named>>,
    to: Option<&Expression<Named>>,
) -> String {
    let bound = |bound: Option<&Expression<Named>>| bound.map(text).unwrap_or_default();
    format!("{}[{}..{}]", at_least(Level::Lookup, subject), bound(from), bound(to))
}

fn comparisons(first: &Expression<Named>, rest: &[(BinaryOperator, Expression<Named>)]) -> String {
    let mut chain = at_least(Level::Predicate, first);
    for (operator, operand) in rest {
        chain.push_str(&format!(" {} {}", symbol(*operator).0, at_least(Level::Predicate, operand)));
    }
    chain
}

fn is_null(operand: &Expression<Named>, negated: bool) -> String {
    let predicate = if negated { "IS NOT NULL" } else { "IS NULL" };
    format!("{} {predicate}", at_least(Level::Predicate, operand))
}

fn case(
    subject: Option<&Expression<Named>>,
    branches: &[(Expression<Named>, Expression<Named>)],
    otherwise: Option<&Expression<Named>>,
) -> String {
    let mut whole = "CASE".to_owned();
    if let Some(subject) = subject {
        whole.push_str(&format!(" {}", text(subject)));
    }
    for (when, then) in branches {
        whole.push_str(&format!(" WHEN {} THEN {}", text(when), text(then)));
    }
    if let Some(otherwise) = otherwise {
        whole.push_str(&format!(" ELSE {}", text(otherwise)));
    }
    whole + " END"
}

fn list_comprehension(
    variable: &str,
    list: &Expression<Named>,
    filter: Option<&Expression<Named>>,
    map: Option<&Expression<Named>>,
) -> String {
    // Without filter and map, the list must not be read as part of a longer condition.
    let level = if filter.is_none() && map.is_none() { Level::Sum } else { Level::Or };
    comprehension(format!("{} IN {}", written_variable(variable), at_least(level, list)), filter, map)
}

fn quantified(
    quantifier: Quantifier,
    variable: &str,
    list: &Expression<Named>,
    predicate: Option<&Expression<Named>>,
) -> String {
    let name = match quantifier {
        Quantifier::All => "all",
        Quantifier::Any => "any",
        Quantifier::None => "none",
        Quantifier::Single => "single",
    };
    let filter = predicate.map(|p| format!(" WHERE {}", text(p))).unwrap_or_default();
    format!("{name}({} IN {}{filter})", written_variable(variable), text(list))
}

fn reduce(
    (accumulator, start): (&str, &Expression<Named>),
    (variable, list): (&str, &Expression<Named>),
    step: &Expression<Named>,
) -> String {
    let (accumulator, variable) = (written_variable(accumulator), written_variable(variable));
    format!("reduce({accumulator} = {}, {variable} IN {} | {})", text(start), text(list), text(step))
}

fn call(function: &str, distinct: bool, arguments: &[Expression<Named>]) -> String {
    let distinct = if distinct { "DISTINCT " } else { "" };
    format!("{}({distinct}{})", written_dotted(function), joined(arguments, text))
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

fn comprehension(
    mut inside: String,
    filter: Option<&Expression<Named>>,
    map: Option<&Expression<Named>>,
) -> String {
    if let Some(filter) = filter {
        inside.push_str(&format!(" WHERE {}", text(filter)));
    }
    if let Some(map) = map {
        inside.push_str(&format!(" | {}", text(map)));
    }
    format!("[{inside}]")
}

fn unary(operator: UnaryOperator, operand: &Expression<Named>) -> String {
    let sign = match operator {
        UnaryOperator::Not => return format!("NOT {}", at_least(Level::Not, operand)),
        UnaryOperator::Plus => '+',
        UnaryOperator::Minus => '-',
    };
    let operand = at_least(Level::Sign, operand);
    match operand.chars().next() {
        // `-1` would be read as a literal.
        Some(c) if c == '.' || c.is_ascii_digit() => format!("{sign}({operand})"),
        Some('+' | '-') => format!("{sign} {operand}"),
        _ => format!("{sign}{operand}"),
    }
}

/// A chain such as `a + b + c` is a tree that is deep on its left: it is walked in a loop.
fn binary(operator: BinaryOperator, left: &Expression<Named>, right: &Expression<Named>) -> String {
    let mut chain = vec![(operator, right)];
    let mut first = left;
    let first = loop {
        let (_, level) = symbol(chain.last().map_or(operator, |(last, _)| *last));
        // Comparisons in a row mean something else, so both sides are kept apart; the others go from left to right.
        let needed = if level == Level::Comparison { level.tighter() } else { level };
        match &first.node {
            Node::Binary { operator, left, right } if symbol(*operator).1 >= needed => {
                chain.push((*operator, right));
                first = left;
            }
            _ => break at_least(needed, first),
        }
    };
    let mut whole = first;
    for (operator, operand) in chain.into_iter().rev() {
        let (symbol, level) = symbol(operator);
        whole.push_str(&format!(" {symbol} {}", at_least(level.tighter(), operand)));
    }
    whole
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
fn subquery(keyword: &str, body: &Subquery<Named>) -> String {
    if body.query.unions.is_empty()
        && let [Clause::Match { optional: false, patterns, filter, .. }] = body.query.first.clauses.as_slice()
    {
        let filter = filter.as_ref().map(|f| format!(" WHERE {}", text(f))).unwrap_or_default();
        return format!("{keyword} {{ {}{filter} }}", joined(patterns, pattern::path));
    }
    format!("{keyword} {{ {} }}", query_text(&body.query, " "))
}
