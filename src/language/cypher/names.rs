//! Names in the text and out of it: backquotes and reserved words.

use super::grammar::{Grammar, Pair, Rule, span};
use crate::algebra::Identifier;
use pest::Parser;
use std::borrow::Cow;

/// The name that a token stands for, without backquotes.
pub(super) fn plain(token: &str) -> Cow<'_, str> {
    match token.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(inside) if inside.contains("``") => Cow::Owned(inside.replace("``", "`")),
        Some(inside) => Cow::Borrowed(inside),
        None => Cow::Borrowed(token),
    }
}

pub(super) fn identifier(pair: &Pair<'_>) -> Identifier {
    Identifier::new(&plain(pair.as_str()), span(pair))
}

/// A dotted name such as `duration.between`.
pub(super) fn dotted(pair: Pair<'_>) -> Identifier {
    let place = span(&pair);
    let parts: Vec<Cow<'_, str>> = pair.into_inner().map(|part| plain(part.as_str())).collect();
    Identifier::new(&parts.join("."), place)
}

/// A name as it must be written where any word may stand: labels, types, keys.
pub(super) fn written(name: &str) -> Cow<'_, str> {
    if is_whole(Rule::PlainName, name) { Cow::Borrowed(name) } else { escaped(name) }
}

/// A name as it must be written where reserved words need backquotes: variables.
pub(super) fn written_variable(name: &str) -> Cow<'_, str> {
    if is_whole(Rule::PlainName, name) && is_whole(Rule::SymbolicName, name) {
        Cow::Borrowed(name)
    } else {
        escaped(name)
    }
}

/// A dotted name, each part as it must be written.
pub(super) fn written_dotted(name: &str) -> String {
    name.split('.').map(written_variable).collect::<Vec<_>>().join(".")
}

fn escaped(name: &str) -> Cow<'_, str> {
    Cow::Owned(format!("`{}`", name.replace('`', "``")))
}

fn is_whole(rule: Rule, name: &str) -> bool {
    Grammar::parse(rule, name)
        .is_ok_and(|mut pairs| pairs.next().is_some_and(|p| p.as_str().len() == name.len()))
}
