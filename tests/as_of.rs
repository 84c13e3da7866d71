//! Validity and the graph as of a day.

use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use whichlaw::Value;
use whichlaw::graph::{Builder, Day, Entity, Graph, NodeId, Precision, Undated};
use whichlaw::load;
use whichlaw::value::Date;
use whichlaw::vocabulary::{End, Kind, Property, Relation, ValueType, Vocabulary};

fn day(text: &str) -> Date {
    Day::parse(text).unwrap().date
}

fn vocabulary() -> Vocabulary {
    let kind = |name: &str, begins: Option<&str>, ends: Option<&str>| Kind {
        name: name.into(),
        begins: begins.map(str::to_string),
        ends: ends.map(str::to_string),
        ..Kind::default()
    };
    let plan = Kind { parent: Some("Act".into()), ..kind("Plan", Some("period"), Some("period")) };
    let property = |name: &str, value_type| Property { name: name.into(), value_type, ..Property::default() };
    let relation =
        |name: &str, begins, ends| Relation { name: name.into(), begins, ends, ..Relation::default() };
    Vocabulary {
        kinds: vec![kind("Act", Some("date"), Some("repealed")), plan, kind("Body", None, None)],
        properties: vec![
            property("date", ValueType::Date),
            property("repealed", ValueType::Date),
            property("period", ValueType::Period),
        ],
        relations: vec![
            relation("establishes", Some(End::To), None),
            relation("repeals", None, Some(End::To)),
            relation("under", None, None),
        ],
        ..Vocabulary::default()
    }
}

fn opened(text: &str) -> Graph {
    let vocabulary = vocabulary();
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("whichlaw-as-of-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("vocabulary.json"), serde_json::to_string(&vocabulary).unwrap()).unwrap();
    std::fs::write(directory.join("data.json"), text).unwrap();
    let loaded = load::open(&load::Place::Path(directory.clone()), &load::LoadOptions::default());
    std::fs::remove_dir_all(directory).unwrap();
    loaded.unwrap_or_else(|problems| panic!("{problems:#?}")).graph
}

/// The nodes that are there on a day.
fn there(graph: &Graph, on: &str) -> String {
    let mask = graph.as_of(day(on));
    let nodes = graph.nodes().filter(|node| mask.has_node(*node));
    nodes.map(|node| graph.id(node).unwrap().to_string()).collect::<Vec<_>>().join(" ")
}

const HISTORY: &str = r#"{"nodes": [
 {"id": "act", "kind": "Act", "name": "Act", "properties": {"date": "2001-05", "repealed": "2011"}},
 {"id": "later", "kind": "Act", "name": "Later", "properties": {"date": "2008-03-01"}},
 {"id": "plan", "kind": "Plan", "name": "Plan", "properties": {"period": "2004/2006"}},
 {"id": "dated", "kind": "Plan", "name": "Dated", "properties": {"date": "2003-01-01"}},
 {"id": "body", "kind": "Body", "name": "Body"},
 {"id": "office", "kind": "Body", "name": "Office", "valid_from": "2002", "valid_to": "2003-06"},
 {"id": "old", "kind": "Body", "name": "Old"}],
"relations": [
 {"from": "act", "relation": "establishes", "to": "body"},
 {"from": "later", "relation": "repeals", "to": "plan"},
 {"from": "later", "relation": "repeals", "to": "dated"},
 {"from": "office", "relation": "under", "to": "body", "valid_from": "2003"}]}"#;

#[test]
fn entities_come_and_go() {
    let graph = opened(HISTORY);
    assert_eq!(there(&graph, "2001-04-30"), "old");
    assert_eq!(there(&graph, "2001-05-01"), "act body old");
    assert_eq!(there(&graph, "2003-06-30"), "act dated body office old");
    assert_eq!(there(&graph, "2003-07-01"), "act dated body old");
    assert_eq!(there(&graph, "2006-12-31"), "act plan dated body old");
    assert_eq!(there(&graph, "2007-01-01"), "act dated body old");
    assert_eq!(there(&graph, "2008-03-01"), "act later body old");
    assert_eq!(there(&graph, "2011-12-31"), "act later body old");
    assert_eq!(there(&graph, "2012-01-01"), "later body old");
    let old = Entity::Node(graph.node_by_id("old").unwrap());
    let mask = graph.as_of(day("2005"));
    assert!(mask.is_undated(old) && !mask.is_undated(Entity::Node(graph.node_by_id("act").unwrap())));
    let dated_only = graph.as_of_with(day("2005"), Undated::Hide);
    assert!(!dated_only.has(old));
    assert!(Arc::ptr_eq(&mask, &graph.as_of(day("2005"))));
}

#[test]
fn a_relationship_holds_while_both_ends_do() {
    let graph = opened(HISTORY);
    let under = graph.relationships().last().unwrap();
    let holding = graph.holding(Entity::Relationship(under));
    assert_eq!(
        holding.begins.map(|day| (day.written(), day.precision)),
        Some(("2003".into(), Precision::Year))
    );
    assert_eq!(holding.ends.map(|day| day.date), Some(day("2003-07-01")));
    for (on, held) in [("2002-12-31", false), ("2003-01-01", true), ("2003-07-01", false)] {
        assert_eq!(graph.as_of(day(on)).has_relationship(under), held, "{on}");
    }
}

#[test]
fn dates_are_read_with_their_precision() {
    let graph = opened(HISTORY);
    let act = Entity::Node(graph.node_by_id("act").unwrap());
    let (date, repealed) = (graph.key("date").unwrap(), graph.key("repealed").unwrap());
    assert_eq!(graph.precision(act, date), Precision::Month);
    assert!(matches!(graph.property(act, date), Value::Date(date) if date == day("2001-05-01")));
    assert!(matches!(graph.property(act, repealed), Value::Date(date) if date == day("2011-12-31")));
    let validity = graph.validity(act);
    assert!(validity.overlaps(day("2011"), day("2012")) && !validity.overlaps(day("2012"), day("2013")));
    assert!(validity.covers(day("2011"), day("2012")) && !validity.covers(day("2001"), day("2002")));
}

#[test]
fn a_written_date_counts_at_once_and_is_taken_back() {
    let mut graph = opened(HISTORY);
    let later = graph.node_by_id("later").unwrap();
    let date = graph.key("date").unwrap();
    graph.begin();
    graph.set_property(Entity::Node(later), date, Value::Date(day("2020-01-01")));
    assert_eq!(there(&graph, "2010"), "act dated body old");
    graph.rollback();
    assert_eq!(there(&graph, "2010"), "act later body old");
}

/// A body with or without a beginning and an end, in days.
type Span = (Option<i64>, Option<i64>);

fn span() -> impl Strategy<Value = Span> {
    (proptest::option::of(0i64..40), proptest::option::of(0i64..40))
}

fn built(nodes: &[Span], links: &[(usize, usize, Span)]) -> Graph {
    let mut builder = Builder::new();
    let (kind, [from, to]) =
        (builder.relationship_type("UNDER"), ["valid_from", "valid_to"].map(|k| builder.key(k)));
    let mut dated = BTreeMap::new();
    for span in nodes {
        dated.insert(Entity::Node(builder.node(&[])), *span);
    }
    for (start, end, span) in links {
        let ends = [start, end].map(|place| NodeId((place % nodes.len()) as u32));
        dated.insert(Entity::Relationship(builder.relationship(ends[0], kind, ends[1])), *span);
    }
    for (entity, (begins, ends)) in dated {
        for (key, days) in [(from, begins), (to, ends)] {
            if let Some(days) = days {
                builder.property(entity, key, Value::Date(Date { days }));
            }
        }
    }
    let mut graph = builder.finish();
    graph.follow(&Vocabulary::default());
    graph
}

proptest! {
    #[test]
    fn a_mask_is_what_a_filtered_copy_would_hold(
        nodes in proptest::collection::vec(span(), 1..12),
        links in proptest::collection::vec((0usize..20, 0usize..20, span()), 0..30),
        on in 0i64..42,
    ) {
        let graph = built(&nodes, &links);
        let mask = graph.as_of(Date { days: on });
        let holds = |span: &Span| span.0.is_none_or(|b| b <= on) && span.1.is_none_or(|e| on <= e);
        let kept: Vec<u32> = (0..nodes.len()).filter(|n| holds(&nodes[*n])).map(|n| n as u32).collect();
        let shown: Vec<u32> = graph.nodes().filter(|n| mask.has_node(*n)).map(|n| n.0).collect();
        prop_assert_eq!(shown, kept);
        for (relationship, (start, end, span)) in graph.relationships().zip(&links) {
            let ends = holds(&nodes[start % nodes.len()]) && holds(&nodes[end % nodes.len()]);
            prop_assert_eq!(mask.has_relationship(relationship), ends && holds(span));
        }
    }
}
