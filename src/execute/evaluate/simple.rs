//! Comparisons of a property or a count with constants, one by one and in chains.

use super::Compiled;
use super::among::Among;
use super::compared;
use super::select::{Subject, Test, is_comparison, mirrored, property};
use super::sides::Side;
use super::text::{Part, TextTest};
use crate::algebra::{BinaryOperator, Quantifier};
use crate::value::Value;
use std::borrow::Cow;

/// The test of one thing against a constant, if it is so simple.
pub(super) fn binary(operator: BinaryOperator, left: &Compiled, right: &Compiled) -> Option<Test> {
    match (left, right) {
        (_, Compiled::Constant(value)) if is_comparison(operator) => {
            if let Some((slot, key)) = property(left) {
                return Some(Test::Compare { slot, key, operator, value: value.clone() });
            }
            match (left, value) {
                (Compiled::Slot(slot), Value::Integer(number)) => {
                    let otherwise = Compiled::Comparisons {
                        first: Box::new(Compiled::Slot(*slot)),
                        rest: vec![(operator, Compiled::Constant(value.clone()))],
                    };
                    Some(Test::Count { subject: Subject::Slot(*slot), operator, number: *number, otherwise })
                }
                _ => None,
            }
        }
        (Compiled::Constant(value), _) if is_comparison(operator) => {
            let (slot, key) = property(right)?;
            Some(Test::Compare { slot, key, operator: mirrored(operator), value: value.clone() })
        }
        (_, Compiled::Constant(Value::List(values))) if operator == BinaryOperator::In => {
            let (slot, key) = property(left)?;
            Some(Test::Among(Box::new(Among::of(slot, key, values)?)))
        }
        (_, Compiled::Constant(Value::String(text))) => {
            let (slot, key) = property(left)?;
            Some(Test::Text(Box::new(TextTest::new(slot, key, Part::of(operator)?, text))))
        }
        _ => None,
    }
}

/// `a < b <= c` is `a < b AND b <= c` where `b` can be computed twice.
pub(super) fn chain(first: Compiled, rest: Vec<(BinaryOperator, Compiled)>) -> Test {
    let plain = |c: &Compiled| matches!(c, Compiled::Constant(_)) || property(c).is_some();
    let middle = rest.len().saturating_sub(1);
    let simple = rest.iter().take(middle).all(|(_, operand)| plain(operand)) && rest.len() > 1;
    if rest.len() == 1 || (simple && plain(&first)) {
        let mut tests = Vec::with_capacity(rest.len());
        let mut left = &first;
        for (operator, operand) in &rest {
            match binary(*operator, left, operand) {
                Some(test) => tests.push(test),
                None => break,
            }
            left = operand;
        }
        if tests.len() == rest.len() {
            return if tests.len() == 1 { tests.remove(0) } else { Test::And(tests) };
        }
    }
    match pairs(&first, &rest) {
        Some(pairs) => Test::And(pairs.into_iter().map(Test::plain).collect()),
        None => Test::memoized(Compiled::Comparisons { first: Box::new(first), rest }),
    }
}

/// The comparisons of a chain one by one, where what stands between two of them has numbers in whole batches.
fn pairs(first: &Compiled, rest: &[(BinaryOperator, Compiled)]) -> Option<Vec<Compiled>> {
    if rest.len() < 2 {
        return None;
    }
    let mut pairs = Vec::with_capacity(rest.len());
    let mut left = first;
    for (operator, right) in rest {
        let alone = vec![(*operator, right.copied()?)];
        pairs.push(Compiled::Comparisons { first: Box::new(left.copied()?), rest: alone });
        left = right;
    }
    let between = rest.iter().rev().skip(1);
    between.map(|(_, operand)| Side::of(operand)).all(|side| side.is_some()).then_some(pairs)
}

/// What is among some things worked out of a row is equal to one of them.
pub(super) fn alternatives(left: &Compiled, right: &Compiled) -> Option<Vec<Compiled>> {
    let Compiled::List(items) = right else { return None };
    let known = |part: &Compiled| Side::of(part).is_some();
    if items.is_empty() || items.len() > FEW || !known(left) || !items.iter().all(known) {
        return None;
    }
    let equal = |item: &Compiled| {
        let rest = vec![(BinaryOperator::Equal, item.copied()?)];
        Some(Compiled::Comparisons { first: Box::new(left.copied()?), rest })
    };
    items.iter().map(equal).collect()
}

/// More are looked for in one go, or one after the other.
const FEW: usize = 8;

/// What holds where exactly one of two conditions does, each of which is asked twice: nothing where they have parts.
pub(super) fn one_of_both(left: &Compiled, right: &Compiled) -> Option<Vec<Test>> {
    let is_one = |side: &Compiled| match side {
        Compiled::Binary { operator, .. } => {
            compared::asks_of_texts(*operator) || *operator == BinaryOperator::In
        }
        side => matches!(
            side,
            Compiled::Comparisons { .. } | Compiled::IsNull { .. } | Compiled::HasLabels { .. }
        ),
    };
    let only = |holds: &Compiled, fails: &Compiled| {
        let fails = Test::Not(Box::new(Test::plain(fails.copied()?)));
        Some(Test::And(vec![Test::plain(holds.copied()?), fails]))
    };
    (is_one(left) && is_one(right)).then_some(())?;
    Some(vec![only(left, right)?, only(right, left)?])
}

/// What a condition says of all or any elements of a list that is known, said of each of them.
pub(super) fn spelled_out(condition: Compiled) -> Compiled {
    let Compiled::Quantified { quantifier, list, predicate: Some(predicate), depth } = &condition else {
        return condition;
    };
    let Compiled::Constant(Value::List(items)) = &**list else { return condition };
    if items.is_empty() || items.len() > FEW {
        return condition;
    }
    let of_item = |item: &Value| {
        let is_item = |part: &Compiled| matches!(part, Compiled::Local(of) if of == depth);
        predicate.with(&mut |part| is_item(part).then(|| item.clone()))
    };
    match (quantifier, items.iter().map(of_item).collect::<Option<Vec<Compiled>>>()) {
        (Quantifier::Any, Some(parts)) => Compiled::Or(parts),
        (Quantifier::All, Some(parts)) => Compiled::And(parts),
        (Quantifier::None, Some(parts)) => Compiled::Not(Box::new(Compiled::Or(parts))),
        _ => condition,
    }
}

/// What every text that matches a pattern has in it, or begins with, where that is seen at once: texts that have it not
/// need not be matched. Where the pattern sees no difference of case, texts in small letters have it.
pub(super) fn required(pattern: &regex::Regex) -> Option<(BinaryOperator, Cow<'_, str>, bool)> {
    let pattern = pattern.as_str().strip_prefix("^(?:")?.strip_suffix(")$")?;
    let (pattern, any_case) = match pattern.strip_prefix("(?i)") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = Vec::new();
    for part in pattern.split('.') {
        // The first part stands before any dot; a dot may be repeated, a character of a part may not.
        let part = if parts.is_empty() { part } else { part.trim_start_matches(['*', '+', '?']) };
        if part.contains(['\\', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '^', '$']) {
            return None;
        }
        parts.push(part);
    }
    let longest = |parts: &mut dyn Iterator<Item = &str>| {
        parts.max_by_key(|part| part.len()).filter(|part| !part.is_empty()).map(str::to_owned)
    };
    if any_case {
        // The long s is an s of another case and no capital letter of it, and others beyond ASCII are left out with it.
        let is_sure = |character: char| character.is_ascii() && !matches!(character, 's' | 'S');
        let mut sure = parts.into_iter().flat_map(|part| part.split(|character| !is_sure(character)));
        let part = longest(&mut sure)?;
        return Some((BinaryOperator::Contains, Cow::Owned(part.to_ascii_lowercase()), true));
    }
    match parts.first() {
        Some(first) if !first.is_empty() => Some((BinaryOperator::StartsWith, Cow::Borrowed(first), false)),
        _ => Some((BinaryOperator::Contains, Cow::Owned(longest(&mut parts.into_iter())?), false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_requires_is_in_all_that_it_matches() {
        use BinaryOperator::{Contains, StartsWith};
        let of = |pattern: &str| {
            let pattern = regex::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
            required(&pattern).map(|(operator, text, any_case)| (operator, text.into_owned(), any_case))
        };
        let has = |operator: BinaryOperator, text: &str| Some((operator, text.to_owned(), false));
        assert_eq!(of(".*energy.*"), has(Contains, "energy"));
        assert_eq!(of("Law.*"), has(StartsWith, "Law"));
        assert_eq!(of("Law on .+ and .*?x"), has(StartsWith, "Law on "));
        assert_eq!(of("..tax.*rules"), has(Contains, "rules"));
        assert_eq!(of("Law"), has(StartsWith, "Law"));
        for none in [
            ".*",
            "",
            "(?i).*s.*",
            "a*b",
            "ab?.*",
            "Law|Act",
            "x{2}",
            "[ab].*",
            "\\d+",
            "a\\.b",
            ".*(tax).*",
            "^a$",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(of(".{3}a"), None);
        let small = |text: &str| Some((Contains, text.to_owned(), true));
        assert_eq!(of("(?i).*Energy.*"), small("energy"));
        assert_eq!(of("(?i)services and ö"), small("ervice"));
    }
}
