//! The algebra as Cypher: one clause a line, no more parentheses than needed.
//!
//! `parse(print(x)) == x` for everything that the parser can give.

mod expression;
mod literal;
mod pattern;

use super::names::{written, written_dotted, written_variable};
use super::parse::parse_expression;
use crate::algebra::{
    Body, Call, Clause, Expression, Identifier, Item, Mode, Named, PathPattern, Projection, Query,
    RemoveItem, SetItem, SingleQuery, Statement, UnionKind, Yield,
};

/// Prints a statement so that parsing it gives the same tree.
pub fn print(statement: &Statement<Named>) -> String {
    let mut text = String::new();
    text.push_str(match statement.mode {
        Mode::Run => "",
        Mode::Explain => "EXPLAIN ",
        Mode::Profile => "PROFILE ",
    });
    if let Some(day) = &statement.as_of {
        text.push_str(&format!("AS OF {}\n", print_expression(day)));
    }
    text.push_str(&match &statement.body {
        Body::Query(query) => query_text(query, "\n"),
        Body::CreateIndex { name, label, key, if_not_exists } => {
            create_index(name.as_ref(), label, key, *if_not_exists)
        }
        Body::DropIndex { name, if_exists } => {
            format!("DROP INDEX {}{}", index_name(name), if *if_exists { " IF EXISTS" } else { "" })
        }
    });
    text
}

/// Prints an expression that stands alone.
pub fn print_expression(expression: &Expression<Named>) -> String {
    expression::text(expression)
}

fn create_index(
    name: Option<&Identifier>,
    label: &Identifier,
    key: &Identifier,
    if_not_exists: bool,
) -> String {
    let name = name.map(|n| format!(" {}", index_name(n))).unwrap_or_default();
    let condition = if if_not_exists { " IF NOT EXISTS" } else { "" };
    format!("CREATE INDEX{name}{condition} FOR (n:{}) ON (n.{})", written(&label.name), written(&key.name))
}

/// `for` and `if` would be read as the words that follow a missing name.
fn index_name(name: &Identifier) -> String {
    match name.name.to_ascii_lowercase().as_str() {
        "for" | "if" => format!("`{}`", name.name),
        _ => written(&name.name).into_owned(),
    }
}

/// A query whose clauses are parted by `between`: a new line, or a space inside braces.
fn query_text(query: &Query<Named>, between: &str) -> String {
    let mut text = single_query(&query.first, between);
    for (kind, single) in &query.unions {
        let union = match kind {
            UnionKind::All => "UNION ALL",
            UnionKind::Distinct => "UNION",
        };
        text.push_str(&format!("{between}{union}{between}{}", single_query(single, between)));
    }
    text
}

fn single_query(query: &SingleQuery<Named>, between: &str) -> String {
    query.clauses.iter().map(|c| clause(c, between)).collect::<Vec<_>>().join(between)
}

fn clause(clause: &Clause<Named>, between: &str) -> String {
    match clause {
        Clause::Match { optional, patterns, filter, .. } => {
            let keyword = if *optional { "OPTIONAL MATCH" } else { "MATCH" };
            format!("{keyword} {}{}", pattern_list(patterns), filter_text(filter.as_ref(), between))
        }
        Clause::Unwind { list, variable, .. } => {
            format!("UNWIND {} AS {}", expression::text(list), written_variable(&variable.name))
        }
        Clause::Call(call) => call_text(call, between),
        Clause::With { projection, filter, .. } => {
            format!("WITH {}{}", projection_text(projection, between), filter_text(filter.as_ref(), between))
        }
        Clause::Return { projection, .. } => format!("RETURN {}", projection_text(projection, between)),
        Clause::Create { patterns, .. } => format!("CREATE {}", pattern_list(patterns)),
        Clause::Merge { pattern, on_create, on_match, .. } => {
            let mut text = format!("MERGE {}", pattern::path(pattern));
            for (event, items) in [("CREATE", on_create), ("MATCH", on_match)] {
                if !items.is_empty() {
                    text.push_str(&format!("{between}ON {event} SET {}", joined(items, set_item)));
                }
            }
            text
        }
        Clause::Set { items, .. } => format!("SET {}", joined(items, set_item)),
        Clause::Remove { items, .. } => format!("REMOVE {}", joined(items, remove_item)),
        Clause::Delete { detach, targets, .. } => {
            format!("{}DELETE {}", if *detach { "DETACH " } else { "" }, joined(targets, expression::text))
        }
    }
}

fn call_text(call: &Call<Named>, between: &str) -> String {
    let mut text = format!("CALL {}", written_dotted(&call.procedure.name));
    if let Some(arguments) = &call.arguments {
        text.push_str(&format!("({})", joined(arguments, expression::text)));
    }
    match &call.yields {
        Yield::Unsaid => {}
        Yield::All => text.push_str(" YIELD *"),
        Yield::Items { items, filter } => {
            let items = joined(items, |(output, variable)| {
                let variable_text = written_variable(&variable.name);
                if output.name == variable.name {
                    variable_text.into_owned()
                } else {
                    format!("{} AS {variable_text}", written_variable(&output.name))
                }
            });
            text.push_str(&format!(" YIELD {items}{}", filter_text(filter.as_ref(), between)));
        }
    }
    text
}

fn projection_text(projection: &Projection<Named>, between: &str) -> String {
    let mut items: Vec<String> = Vec::new();
    if projection.star {
        items.push("*".to_owned());
    }
    items.extend(projection.items.iter().map(item));
    let mut text = format!("{}{}", if projection.distinct { "DISTINCT " } else { "" }, items.join(", "));
    if !projection.order.is_empty() {
        let keys = joined(&projection.order, |key| {
            format!("{}{}", expression::text(&key.expression), if key.descending { " DESC" } else { "" })
        });
        text.push_str(&format!("{between}ORDER BY {keys}"));
    }
    for (keyword, amount) in [("SKIP", &projection.skip), ("LIMIT", &projection.limit)] {
        if let Some(amount) = amount {
            text.push_str(&format!("{between}{keyword} {}", expression::text(amount)));
        }
    }
    text
}

/// An item without alias is printed as it was written, since that is the name of its column.
fn item(item: &Item<Named>) -> String {
    let text = expression::text(&item.expression);
    match &item.alias {
        Some(alias) => format!("{text} AS {}", written_variable(&alias.name)),
        None if text == *item.name || text == written_variable(&item.name) => text,
        None if parse_expression(&item.name).is_ok_and(|e| e == item.expression) => item.name.to_string(),
        None => format!("{text} AS {}", written_variable(&item.name)),
    }
}

fn set_item(item: &SetItem<Named>) -> String {
    match item {
        SetItem::Property { subject, key, value } => {
            format!(
                "{}.{} = {}",
                expression::property_subject(subject),
                written(&key.name),
                expression::text(value)
            )
        }
        SetItem::All { variable, value, merge, .. } => {
            let operator = if *merge { "+=" } else { "=" };
            format!("{} {operator} {}", written_variable(&variable.name), expression::text(value))
        }
        SetItem::Labels { variable, labels, .. } => labelled(variable, labels),
    }
}

fn remove_item(item: &RemoveItem<Named>) -> String {
    match item {
        RemoveItem::Property { subject, key } => {
            format!("{}.{}", expression::property_subject(subject), written(&key.name))
        }
        RemoveItem::Labels { variable, labels, .. } => labelled(variable, labels),
    }
}

fn labelled(variable: &Identifier, labels: &[Identifier]) -> String {
    let labels: String = labels.iter().map(|label| format!(":{}", written(&label.name))).collect();
    format!("{}{labels}", written_variable(&variable.name))
}

fn filter_text(filter: Option<&Expression<Named>>, between: &str) -> String {
    filter.map(|f| format!("{between}WHERE {}", expression::text(f))).unwrap_or_default()
}

fn pattern_list(patterns: &[PathPattern<Named>]) -> String {
    joined(patterns, pattern::path)
}

fn joined<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}
