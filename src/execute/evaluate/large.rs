//! What takes long for a single value: lists of many elements and texts of megabytes.
//!
//! What goes through such a value element by element counts each against the limits. What makes one in a single stroke
//! cannot be stopped: it is done beside, and left where the statement has to end.

use super::elements::Asked;
use crate::algebra::BinaryOperator;
use crate::base::{Result, beside, let_go};
use crate::execute::context::Context;
use crate::functions::{self, Function, Gives, Steps};
use crate::graph::Graph;
use crate::value::{Comparison, Truth, Value, compare, equal, nesting};
use std::sync::{Arc, Mutex, PoisonError};

/// Elements that are copied in about a millisecond.
const LIST: usize = 1 << 17;

/// Bytes of text that are gone through in about a millisecond.
const TEXT: usize = 1 << 20;

/// The same for a search, which may find at once what it looks for.
const SEARCHED: usize = 1 << 24;

/// The same for a pattern, which may take much longer for each byte.
const MATCHED: usize = 1 << 18;

/// Values that take long to let go. They are kept as long as the statement runs and anything else holds them, so that
/// nothing in its midst has to free them, and are let go beside.
#[derive(Default)]
pub struct Large {
    kept: Vec<Value>,
    pub(super) asked: Asked,
}

impl Large {
    /// Keeps a value if it is large; lets go of those that nothing else holds any more.
    pub fn keep(&mut self, value: &Value) {
        if !matches!(value, Value::List(items) if items.len() >= LIST) {
            return;
        }
        let (alone, shared): (Vec<Value>, Vec<Value>) = std::mem::take(&mut self.kept)
            .into_iter()
            .partition(|kept| matches!(kept, Value::List(items) if Arc::strong_count(items) == 1));
        self.kept = shared;
        self.kept.push(value.clone());
        if !alone.is_empty() {
            let_go(alone);
        }
    }
}

impl Drop for Large {
    fn drop(&mut self) {
        if !self.kept.is_empty() {
            let_go(std::mem::take(&mut self.kept));
        }
    }
}

/// The elements of a list while it is made. Where that breaks off, many are let go beside.
#[derive(Default)]
pub(super) struct Elements(Vec<Value>);

impl Elements {
    pub(super) fn push(&mut self, value: Value) {
        self.0.push(value);
    }

    pub(super) fn list(mut self, context: &mut Context<'_>) -> Result<Value> {
        let elements = std::mem::take(&mut self.0);
        if elements.len() < LIST {
            return nesting::checked(Value::from(elements));
        }
        let elements = Mutex::new(elements);
        made(context, move || {
            let mut elements = elements.lock().unwrap_or_else(PoisonError::into_inner);
            nesting::checked(Value::from(std::mem::take(&mut *elements)))
        })
    }
}

impl Drop for Elements {
    fn drop(&mut self) {
        if self.0.len() >= LIST {
            let_go(std::mem::take(&mut self.0));
        }
    }
}

/// Makes a large value beside.
pub(super) fn made(
    context: &mut Context<'_>,
    make: impl Fn() -> Result<Value> + Send + Sync + 'static,
) -> Result<Value> {
    let value = beside(make, || context.meter.check())??;
    context.large.keep(&value);
    Ok(value)
}

/// Whether to put two values together takes long.
pub(super) fn is_long_sum(left: &Value, right: &Value) -> bool {
    [left, right].into_iter().any(|value| match value {
        Value::List(items) => items.len() >= LIST,
        Value::String(text) => text.len() >= TEXT,
        _ => false,
    })
}

/// Whether so many elements take long to copy.
pub(super) fn is_long_list(elements: usize) -> bool {
    elements >= LIST
}

/// Whether a function of values makes something of them that takes long.
fn is_long_call(function: &Function, arguments: &[Value]) -> bool {
    let goes_through = !matches!(function.gives, Gives::Element | Gives::Integer | Gives::Boolean);
    let long = |argument: &Value| match argument {
        Value::List(items) => goes_through && items.len() >= LIST,
        Value::String(text) => text.len() >= TEXT,
        _ => false,
    };
    let range =
        || super::lists::is_range(function) && Steps::of(arguments).is_ok_and(|steps| many(steps.as_ref()));
    (arguments.iter().any(long) || range()) && function.sees_only_values()
}

fn many(steps: Option<&Steps>) -> bool {
    steps.is_some_and(|steps| steps.count() >= LIST as u64)
}

/// A call of a scalar function, beside if it is long.
pub(super) fn call(
    function: &'static Function,
    body: fn(&functions::Context<'_>, &[Value]) -> Result<Value>,
    arguments: &[Value],
    context: &mut Context<'_>,
) -> Result<Value> {
    if !is_long_call(function, arguments) {
        return body(&context.functions(), arguments);
    }
    let (arguments, now, meter) = (arguments.to_vec(), context.now, context.meter.of_a_worker(1));
    made(context, move || {
        // No function of this kind looks at the graph.
        let graph = Graph::empty();
        body(&functions::Context { graph: &graph, mask: None, now, meter: &meter }, &arguments)
    })
}

/// Whether a text contains another one.
pub(super) fn text_contains(text: &Arc<str>, part: &Arc<str>, context: &mut Context<'_>) -> Result<bool> {
    if text.len() < SEARCHED {
        return Ok(text.contains(&**part));
    }
    let (text, part) = (text.clone(), part.clone());
    beside(move || text.contains(&*part), || context.meter.check())
}

/// Whether a text matches a pattern.
pub(super) fn text_matches(
    text: &Arc<str>,
    pattern: &regex::Regex,
    context: &mut Context<'_>,
) -> Result<bool> {
    if text.len() < MATCHED {
        return Ok(pattern.is_match(text));
    }
    let (text, pattern) = (text.clone(), pattern.clone());
    beside(move || pattern.is_match(&text), || context.meter.check())
}

/// The elements of a list that is long, or that holds others which may be.
fn long(value: &Value) -> Option<&Arc<[Value]>> {
    const SHORT: usize = 1024;
    match value {
        Value::List(items) => {
            let nested = |item: &Value| matches!(item, Value::List(_));
            (items.len() > SHORT || items.iter().any(nested)).then_some(items)
        }
        _ => None,
    }
}

/// The three-valued `=`.
pub(super) fn equal_within(a: &Value, b: &Value, context: &mut Context<'_>) -> Result<Truth> {
    let (Some(a), Some(b)) = (long(a), long(b)) else { return Ok(equal(a, b)) };
    if a.len() != b.len() {
        return Ok(Truth::False);
    }
    let mut outcome = Truth::True;
    for (a, b) in a.iter().zip(b.iter()) {
        context.tick()?;
        match equal_within(a, b, context)? {
            Truth::True => {}
            Truth::False => return Ok(Truth::False),
            Truth::Unknown => outcome = Truth::Unknown,
        }
    }
    Ok(outcome)
}

fn compare_within(a: &Value, b: &Value, context: &mut Context<'_>) -> Result<Comparison> {
    let (Some(left), Some(right)) = (long(a), long(b)) else { return Ok(compare(a, b)) };
    for (a, b) in left.iter().zip(right.iter()) {
        context.tick()?;
        match equal_within(a, b, context)? {
            Truth::True => {}
            Truth::False => return compare_within(a, b, context),
            Truth::Unknown => return Ok(Comparison::Unknown),
        }
    }
    Ok(Comparison::Ordered(left.len().cmp(&right.len())))
}

/// `=`, `<>` and the orderings.
pub(super) fn comparison(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    context: &mut Context<'_>,
) -> Result<Truth> {
    if !matches!((left, right), (Value::List(_), Value::List(_))) {
        return Ok(super::operators::comparison(operator, left, right));
    }
    Ok(match operator {
        BinaryOperator::Equal => equal_within(left, right, context)?,
        BinaryOperator::NotEqual => super::operators::not(equal_within(left, right, context)?),
        _ => super::operators::ordered(operator, compare_within(left, right, context)?),
    })
}

/// Whether one of the elements equals another value.
pub(super) fn any_equal(items: &Arc<[Value]>, element: &Value, context: &mut Context<'_>) -> Result<Truth> {
    if let Some(truth) = context.large.asked.has(items, element, &mut context.meter)? {
        return Ok(truth);
    }
    let nested = matches!(element, Value::List(_));
    super::operators::any(items.chunks(1024).map(|some| {
        context.meter.work(some.len() as u32)?;
        match nested {
            true => super::operators::any(some.iter().map(|item| equal_within(element, item, context))),
            false => super::operators::any(some.iter().map(|item| Ok(equal(element, item)))),
        }
    }))
}

/// What it may cost to go through a value, in ticks. What lies within lists may be far more than meets the eye.
pub fn weight(value: &Value) -> u32 {
    match value {
        Value::String(text) => u32::try_from(text.len() / 64).unwrap_or(u32::MAX),
        Value::List(items) => match items.first() {
            Some(Value::List(_) | Value::Map(_)) => 1024,
            _ => u32::try_from(items.len() / 8).unwrap_or(u32::MAX),
        },
        Value::Map(map) => match map.values().next() {
            Some(Value::List(_) | Value::Map(_)) => 1024,
            _ => u32::try_from(map.len()).unwrap_or(u32::MAX),
        },
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Budget, Class, Meter};
    use crate::execute::changes::Changes;
    use crate::functions::{Procedures, find};
    use crate::value::Map;
    use std::time::Instant;

    /// Does something in a statement that has been cancelled.
    fn cancelled<T>(work: impl FnOnce(&mut Context<'_>) -> Result<T>) -> Option<Class> {
        let (mut graph, budget) = (Graph::empty(), Budget::default());
        budget.cancel.cancel();
        let mut context = Context {
            graph: &mut graph,
            parameters: &Map::new(),
            procedures: &Procedures::default(),
            meter: Meter::since(Instant::now(), &budget),
            mask: None,
            now: 0,
            changes: Changes::default(),
            touched: 0,
            witnesses: None,
            profile: None,
            writes: false,
            version: 0,
            late: false,
            part: None,
            searches: Arc::default(),
            weights: Arc::default(),
            sets: Arc::default(),
            tables: Arc::default(),
            ends: Arc::default(),
            passing: Arc::default(),
            alone: false,
            remembers: false,
            large: Large::default(),
        };
        work(&mut context).err().map(|report| report.class)
    }

    fn numbers(count: i64) -> Value {
        Value::from((0..count).map(Value::Integer).collect::<Vec<_>>())
    }

    #[test]
    fn what_goes_through_long_lists_stops() {
        let (a, b) = (numbers(5000), numbers(5000));
        let nested = |value: &Value| Value::from(vec![Value::from(vec![value.clone()])]);
        let stopped = Some(Class::Interrupted);
        for operator in [BinaryOperator::Equal, BinaryOperator::NotEqual, BinaryOperator::Less] {
            assert_eq!(cancelled(|context| comparison(operator, &a, &b, context)), stopped);
            assert_eq!(cancelled(|context| comparison(operator, &nested(&a), &nested(&b), context)), stopped);
        }
        let Value::List(items) = &a else { return };
        assert_eq!(cancelled(|context| any_equal(items, &Value::Null, context)), stopped);
    }

    #[test]
    fn what_is_done_in_one_stroke_is_left() {
        let slow = || {
            std::thread::sleep(std::time::Duration::from_secs(1));
            Ok(Value::Null)
        };
        assert_eq!(cancelled(|context| made(context, slow)), Some(Class::Interrupted));
    }

    #[test]
    fn only_long_calls_are_done_beside() {
        let call = |name: &str, argument: &Value| {
            is_long_call(find(name).unwrap(), &[argument.clone(), Value::from("a")])
        };
        let (long, text) = (numbers(200_000), Value::from("a".repeat(TEXT)));
        assert!(call("reverse", &long) && call("tail", &long));
        assert!(call("toUpper", &text) && call("split", &text));
        assert!(is_long_call(find("range").unwrap(), &[1, 1_000_000].map(Value::Integer)));
        assert!(!call("head", &long) && !call("size", &long));
        assert!(!call("coalesce", &long) && !call("reverse", &numbers(10)));
    }

    #[test]
    fn only_what_nothing_else_holds_is_let_go() {
        let mut large = Large::default();
        let held = numbers(200_000);
        large.keep(&held);
        large.keep(&numbers(200_000));
        large.keep(&numbers(10));
        assert_eq!(large.kept.len(), 2);
        large.keep(&numbers(200_000));
        assert!(large.kept.len() == 2 && large.kept[0] == held);
    }
}
