//! The table is complete and without contradictions.

use super::*;
use std::collections::HashSet;

#[test]
fn every_function_is_named_once_documented_and_shown() {
    let mut names = HashSet::new();
    for function in all() {
        assert!(names.insert(function.name.to_lowercase()), "{} stands twice", function.name);
        assert!(function.doc.ends_with('.'), "{}", function.name);
        assert!(!function.examples.is_empty(), "{}", function.name);
        assert!(function.accepts.len() <= function.parameters.len(), "{}", function.name);
        assert_eq!(find(&function.name.to_uppercase()).map(|found| found.name), Some(function.name));
    }
}

#[test]
fn arity_comes_from_the_parameters() {
    let arity = |name| find(name).map(Function::arity);
    assert_eq!(arity("substring"), Some((2, Some(3))));
    assert_eq!(arity("coalesce"), Some((1, None)));
    assert_eq!(arity("rand"), Some((0, Some(0))));
    assert_eq!(arity("no such function"), None);
}

#[test]
fn no_function_panics_whatever_it_is_given() {
    let values = [
        Value::Null,
        Value::Boolean(true),
        Value::Integer(i64::MIN),
        Value::Integer(-1),
        Value::Integer(0),
        Value::Integer(i64::MAX),
        Value::Float(f64::NAN),
        Value::Float(-1e300),
        Value::Float(0.5),
        Value::from("жк"),
        Value::list([Value::Null, Value::from("a")]),
        Value::map(Default::default()),
        Value::Node(crate::graph::NodeId(7)),
        Value::Relationship(crate::graph::RelationshipId(7)),
        Value::Date(crate::value::Date { days: 0 }),
    ];
    let graph = Graph::empty();
    let meter = Meter::since(std::time::Instant::now(), &crate::base::Budget::default());
    let context = Context { graph: &graph, mask: None, now: 0, meter: &meter };
    let run = |function: &Function, arguments: &[Value]| match &function.body {
        Body::Scalar(body) => drop(body(&context, arguments)),
        Body::Aggregate(start) => {
            let mut accumulator = start();
            let _ = accumulator.add(arguments);
            let _ = accumulator.add(arguments);
            let _ = accumulator.finish();
        }
    };
    for function in all() {
        run(function, &[]);
        for a in &values {
            run(function, std::slice::from_ref(a));
            for b in &values {
                run(function, &[a.clone(), b.clone()]);
                for c in &values {
                    run(function, &[a.clone(), b.clone(), c.clone()]);
                }
            }
        }
    }
}
