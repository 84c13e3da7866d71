//! The tables of the conformance suite, and the laws that hold for all values.

use super::*;
use crate::graph::{NodeId, RelationshipId};
use crate::value::{Date, LocalTime};
use crate::value::{Duration, Time};
use proptest::prelude::*;
use std::hash::DefaultHasher;
use std::sync::Arc;

fn list(values: &[Value]) -> Value {
    Value::list(values)
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::map(entries.iter().map(|(k, v)| (Arc::from(*k), v.clone())).collect())
}

const NULL: Value = Value::Null;
const NAN: Value = Value::Float(f64::NAN);

fn int(n: i64) -> Value {
    Value::Integer(n)
}

#[test]
fn equality_has_three_values() {
    let one = || list(&[int(1)]);
    assert_eq!(equal(&list(&[int(1), int(2)]), &one()), Truth::False);
    assert_eq!(equal(&list(&[NULL]), &one()), Truth::Unknown);
    assert_eq!(equal(&list(&[one(), list(&[int(2), int(3)])]), &list(&[one(), list(&[NULL])])), Truth::False);
    assert_eq!(equal(&list(&[one(), list(&[int(2)])]), &list(&[one(), list(&[NULL])])), Truth::Unknown);
    assert_eq!(equal(&map(&[]), &map(&[("k", NULL)])), Truth::False);
    assert_eq!(
        equal(&map(&[("k", int(1)), ("l", NULL)]), &map(&[("k", NULL), ("l", int(1))])),
        Truth::Unknown
    );
    assert_eq!(equal(&NAN, &NAN), Truth::False);
    assert_eq!(equal(&NAN, &"a".into()), Truth::False);
    assert_eq!(equal(&int(1), &1.0.into()), Truth::True);
    assert_eq!(equal(&NULL, &NULL), Truth::Unknown);
}

#[test]
fn comparability_is_within_a_type() {
    use Comparison::{Never, Ordered, Unknown};
    let pair = |a: Value, b: Value| list(&[a, b]);
    assert_eq!(compare(&int(1), &3.5.into()), Ordered(Ordering::Less));
    assert_eq!(compare(&NAN, &NAN), Never);
    assert_eq!(compare(&NAN, &"a".into()), Unknown);
    assert_eq!(compare(&"1".into(), &int(1)), Unknown);
    assert_eq!(compare(&pair(int(1), NULL), &list(&[int(1)])), Ordered(Ordering::Greater));
    assert_eq!(compare(&pair(int(1), int(2)), &pair(int(1), NULL)), Unknown);
    assert_eq!(compare(&pair(int(1), int(2)), &pair(int(3), NULL)), Ordered(Ordering::Less));
    assert_eq!(compare(&map(&[]), &map(&[])), Unknown);
}

#[test]
fn types_stand_in_order() {
    let path = Path { nodes: vec![NodeId(0)], relationships: vec![] };
    let ascending = [
        map(&[("a", "map".into())]),
        Value::Node(NodeId(0)),
        Value::Relationship(RelationshipId(0)),
        list(&[]),
        list(&["a".into()]),
        list(&["a".into(), int(1)]),
        list(&[int(1)]),
        list(&[int(1), "a".into()]),
        list(&[int(1), NULL]),
        list(&[NULL, int(1)]),
        Value::Path(Arc::new(path)),
        Value::Date(Date { days: 0 }),
        "text".into(),
        false.into(),
        true.into(),
        1.5.into(),
        f64::INFINITY.into(),
        NAN,
        NULL,
    ];
    for (i, a) in ascending.iter().enumerate() {
        for (j, b) in ascending.iter().enumerate() {
            assert_eq!(order(a, b), i.cmp(&j), "{a:?} {b:?}");
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(NULL),
        any::<bool>().prop_map(Value::Boolean),
        (-3i64..4).prop_map(Value::Integer),
        any::<i64>().prop_map(Value::Integer),
        prop_oneof![Just(0.0), Just(-0.0), Just(f64::NAN), Just(1.0), Just(1.5), Just(9.3e18)]
            .prop_map(Value::Float),
        any::<f64>().prop_map(Value::Float),
        "[ab]{0,2}".prop_map(Value::from),
        (0u32..3).prop_map(|n| Value::Node(NodeId(n))),
        (0u64..3, 0i32..3).prop_map(|(n, offset)| {
            let local = LocalTime { nanos: n * 1_000_000_000 };
            Value::Time(Time { local, offset })
        }),
        (0i64..2, 0i64..50, 0i64..3).prop_map(|(months, days, seconds)| {
            Value::Duration(Arc::new(Duration { months, days, seconds, nanos: 0 }))
        }),
    ];
    scalar.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[ab]".prop_map(Arc::from), inner, 0..3).prop_map(Value::map),
        ]
    })
}

fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #[test]
    fn the_order_is_total(a in value(), b in value(), c in value()) {
        prop_assert_eq!(order(&a, &a), Ordering::Equal);
        prop_assert_eq!(order(&a, &b), order(&b, &a).reverse());
        if order(&a, &b).is_le() && order(&b, &c).is_le() {
            prop_assert!(order(&a, &c).is_le());
        }
    }

    #[test]
    fn what_is_the_same_hashes_the_same(a in value(), b in value()) {
        if equivalent(&a, &b) {
            prop_assert_eq!(hash(&a), hash(&b));
        }
    }

    #[test]
    fn equality_and_order_agree(a in value(), b in value()) {
        if equal(&a, &b) == Truth::True {
            prop_assert!(equivalent(&a, &b));
        }
        if let Comparison::Ordered(comparison) = compare(&a, &b) {
            prop_assert_eq!(comparison, order(&a, &b));
        }
    }
}
