//! Long lists of which is asked again and again whether they have an element: `x IN list` with the same list in many rows.

use crate::base::{Meter, Result};
use crate::execute::batch::{Column, NONE};
use crate::graph::Bits;
use crate::value::{Truth, Value, integral};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The long list that was asked last.
#[derive(Default)]
pub(super) struct Asked {
    list: Option<Arc<[Value]>>,
    times: u32,
    set: Option<Set>,
    held: u64,
}

/// What a list has, by kind; of other kinds there is nothing in it.
#[derive(Default)]
struct Set {
    nodes: Bits,
    relationships: Bits,
    /// Whole numbers, be they written as such or not.
    whole: FxHashSet<i64>,
    /// The bits of other numbers.
    broken: FxHashSet<u64>,
    days: FxHashSet<i64>,
    texts: FxHashSet<Arc<str>>,
    null: bool,
}

/// Fewer elements are gone through sooner.
pub(super) const LONG: usize = 48;

/// A list that was gone through so often is likely to be asked again.
const OFTEN: u32 = 3;

/// Bytes that are booked for an element.
const BYTES: u64 = 32;

impl Asked {
    /// Whether a list has an element; nothing where it has to be gone through.
    pub(super) fn has(
        &mut self,
        list: &Arc<[Value]>,
        element: &Value,
        meter: &mut Meter,
    ) -> Result<Option<Truth>> {
        Ok(self.set(list, 1, meter)?.map(|set| set.has(element)))
    }

    /// Of some rows those whose value is or is not an element of a list, as is wanted, in a column that has these rows only;
    /// nothing where the list has to be gone through.
    pub(super) fn select(
        &mut self,
        list: &Arc<[Value]>,
        column: &Column,
        rows: &[u32],
        wanted: Truth,
        meter: &mut Meter,
    ) -> Result<Option<Vec<u32>>> {
        let Some(set) = self.set(list, rows.len() as u32, meter)? else { return Ok(None) };
        meter.work(rows.len() as u32)?;
        let truth = |row: usize| match column {
            Column::Nodes(ids) if ids[row] == NONE => Truth::Unknown,
            Column::Nodes(ids) => set.truth(set.nodes.contains(ids[row])),
            column => column.look(row, |value| set.has(value)),
        };
        let kept = rows.iter().enumerate().filter(|(place, _)| truth(*place) == wanted);
        Ok(Some(kept.map(|(_, row)| *row).collect()))
    }

    /// The set of a list that is asked so many more times, if it is long and asked often.
    fn set(&mut self, list: &Arc<[Value]>, times: u32, meter: &mut Meter) -> Result<Option<&Set>> {
        if list.len() < LONG {
            return Ok(None);
        }
        if !self.list.as_ref().is_some_and(|last| Arc::ptr_eq(last, list)) {
            meter.release(self.held);
            *self = Asked { list: Some(list.clone()), ..Asked::default() };
        }
        let before = self.times;
        self.times = before.saturating_add(times);
        if before < OFTEN && self.times >= OFTEN {
            let held = list.len() as u64 * BYTES;
            meter.hold(held)?;
            self.held = held;
            self.set = Set::of(list, meter)?;
            if self.set.is_none() {
                meter.release(std::mem::take(&mut self.held));
            }
        }
        Ok(self.set.as_ref())
    }
}

impl Set {
    /// Nothing where an element is of a kind that is compared part by part.
    fn of(list: &[Value], meter: &mut Meter) -> Result<Option<Set>> {
        let mut set = Set::default();
        for element in list {
            meter.work(2)?;
            match element {
                Value::Null => set.null = true,
                Value::Node(node) => {
                    set.nodes.insert(node.0);
                }
                Value::Relationship(relationship) => {
                    set.relationships.insert(relationship.0);
                }
                Value::Integer(number) => {
                    set.whole.insert(*number);
                }
                // Nothing equals what is no number.
                Value::Float(number) if number.is_nan() => {}
                Value::Float(number) => match integral(*number) {
                    Some(whole) => {
                        set.whole.insert(whole);
                    }
                    None => {
                        set.broken.insert(number.to_bits());
                    }
                },
                Value::Date(date) => {
                    set.days.insert(date.days);
                }
                Value::String(text) => {
                    set.texts.insert(text.clone());
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(set))
    }

    /// Of a list that is not empty.
    fn has(&self, element: &Value) -> Truth {
        let found = match element {
            Value::Null => return Truth::Unknown,
            Value::Node(node) => self.nodes.contains(node.0),
            Value::Relationship(relationship) => self.relationships.contains(relationship.0),
            Value::Integer(number) => self.whole.contains(number),
            Value::Float(number) => match integral(*number) {
                Some(whole) => self.whole.contains(&whole),
                None => self.broken.contains(&number.to_bits()),
            },
            Value::Date(date) => self.days.contains(&date.days),
            Value::String(text) => self.texts.contains(text),
            _ => false,
        };
        self.truth(found)
    }

    #[inline]
    fn truth(&self, found: bool) -> Truth {
        if !found && self.null { Truth::Unknown } else { Truth::from(found) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use crate::graph::{NodeId, RelationshipId};
    use crate::value::{Date, equal};
    use std::time::Instant;

    #[test]
    fn what_is_asked_often_is_found_as_by_going_through() {
        let values = |from: i64| {
            let number = move |n: i64| from + n * 3;
            let all = (0..20).flat_map(move |n| {
                let id = number(n) as u32;
                [
                    Value::Integer(number(n)),
                    Value::Float(number(n) as f64 + if n % 2 == 0 { 0.0 } else { 0.25 }),
                    Value::from(format!("text {}", number(n))),
                    Value::Date(Date { days: number(n) }),
                    Value::Node(NodeId(id)),
                    Value::Relationship(RelationshipId(id)),
                ]
            });
            all.collect::<Vec<Value>>()
        };
        let more = [f64::NAN, f64::INFINITY, 1e300, -0.0].map(Value::Float);
        let mut asked: Vec<Value> = values(7).into_iter().chain(values(8)).chain(more.clone()).collect();
        asked.extend([Value::Null, Value::Boolean(true), Value::from(vec![Value::Integer(7)])]);
        let lists = [
            values(7),
            values(7).into_iter().chain(more.clone()).collect(),
            values(7).into_iter().chain([Value::Null]).collect(),
            values(7).into_iter().chain([Value::Boolean(true)]).collect(),
            values(7).into_iter().take(LONG - 1).collect::<Vec<Value>>(),
        ];
        let mut meter = Meter::since(Instant::now(), &Budget::default());
        let (mut kept, mut told) = (Asked::default(), 0);
        for list in lists {
            let list: Arc<[Value]> = list.into();
            for element in asked.iter().chain(&asked) {
                let mut all = list.iter().map(|item| equal(element, item));
                let expected = match (all.clone().any(|t| t == Truth::True), all.any(|t| t == Truth::Unknown))
                {
                    (true, _) => Truth::True,
                    (false, unknown) => {
                        if unknown {
                            Truth::Unknown
                        } else {
                            Truth::False
                        }
                    }
                };
                if let Some(truth) = kept.has(&list, element, &mut meter).expect("no limit is near") {
                    told += 1;
                    assert_eq!(truth, expected, "{element:?} in {list:?}");
                }
            }
        }
        // The fourth has a value of another kind, and the last is short.
        assert_eq!(told, 3 * (2 * asked.len() - OFTEN as usize + 1));
    }
}
