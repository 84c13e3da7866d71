//! A statement asked as of a day gives what it gives on a copy of the graph that holds only what held on that day.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use whichlaw::load::{LoadOptions, Place};
use whichlaw::session::{Language, Options, Session};

const DAY: &str = "2010-06-15";

/// From and to as years; a year is before or after the day, 2010 is never used.
type Period = (Option<u16>, Option<u16>);

fn holds((from, to): Period) -> bool {
    from.is_none_or(|year| year < 2010) && to.is_none_or(|year| year > 2010)
}

fn dated(mut object: Json, (from, to): Period) -> Json {
    if let Some(from) = from {
        object["valid_from"] = json!(format!("{from}-01-01"));
    }
    if let Some(to) = to {
        object["valid_to"] = json!(format!("{to}-12-31"));
    }
    object
}

fn session(nodes: &[Json], relations: &[Json]) -> Session {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory =
        std::env::temp_dir().join(format!("whichlaw-engine-as-of-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let vocabulary = json!({
        "kinds": [{"name": "Body"}, {"name": "Act"}],
        "properties": [{"name": "name", "type": "string"}],
        "relations": [
            {"name": "follows", "from": ["Body", "Act"], "to": ["Body", "Act"]},
            {"name": "under", "from": ["Body", "Act"], "to": ["Body", "Act"]},
        ],
    });
    std::fs::write(directory.join("vocabulary.json"), vocabulary.to_string()).unwrap();
    let data = json!({"nodes": nodes, "relations": relations});
    std::fs::write(directory.join("data.json"), data.to_string()).unwrap();
    let opened = Session::open(&Place::Path(directory.clone()), &LoadOptions::default());
    std::fs::remove_dir_all(directory).unwrap();
    opened.unwrap_or_else(|report| panic!("{report:#?}")).0
}

const QUERIES: &[&str] = &[
    "MATCH ()-[r]->() RETURN type(r) AS t, count(r) ORDER BY t",
    "MATCH ()-[r:FOLLOWS]-() RETURN count(*)",
    "MATCH ()<-[r:UNDER]-() RETURN DISTINCT type(r)",
    "MATCH (a)-[:FOLLOWS]->(b)<-[:FOLLOWS]-(c)-[:UNDER]->(d) RETURN count(DISTINCT d), min(d.id)",
    "MATCH (a)-[:FOLLOWS]-(b)-[:UNDER]-(c) WITH DISTINCT c RETURN count(c)",
    "MATCH (n) RETURN n.id",
    "MATCH (n:Body) RETURN count(*)",
    "MATCH (n {id: 'n1'}) RETURN n.id",
    "MATCH (n:Body {id: 'n0'}) RETURN n.id",
    "MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id",
    "MATCH (a)-[:UNDER]-(b) RETURN a.id, count(*)",
    "MATCH (a)-[:FOLLOWS]->(b)-[:FOLLOWS]->(c) RETURN count(*)",
    "MATCH (a)-[*1..3]->(b) RETURN a.id, b.id",
    "MATCH (a)-[*0..]->(b) RETURN DISTINCT a.id, b.id",
    "MATCH (a)-->(b)-->(c)<--(a) RETURN count(*)",
    "MATCH (a) WHERE NOT (a)-->() RETURN a.id",
    "MATCH (a) OPTIONAL MATCH (a)-[:UNDER]->(b) RETURN a.id, b.id",
    "MATCH (a) RETURN a.id, COUNT { (a)--() }",
    "MATCH (a {id: 'n0'}), (b {id: 'n1'}), p = shortestPath((a)-[*]-(b)) RETURN length(p)",
    "MATCH (a) RETURN a.id, size([(a)-->(b) | b.id])",
];

fn rows(session: &mut Session, text: &str) -> Vec<String> {
    let options = Options { language: Language::Cypher, ..Options::default() };
    let answer = session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}"));
    let mut rows: Vec<String> = answer.rows.iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

fn period() -> impl Strategy<Value = Period> {
    let year = || prop_oneof![3 => Just(None), 1 => (2008u16..2010).prop_map(Some), 1 => (2011u16..2013).prop_map(Some)];
    (year(), year())
        .prop_filter("a period begins before it ends", |(from, to)| from.zip(*to).is_none_or(|(f, t)| f <= t))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn as_of_a_day_is_a_copy_of_that_day(
        nodes in proptest::collection::vec((period(), any::<bool>()), 2..6),
        relations in proptest::collection::vec((0usize..6, 0usize..6, any::<bool>(), period()), 0..10),
    ) {
        let count = nodes.len();
        let (mut all, mut then) = (Vec::new(), Vec::new());
        for (number, (period, body)) in nodes.iter().enumerate() {
            let kind = if *body { "Body" } else { "Act" };
            let node = json!({"id": format!("n{number}"), "kind": kind, "name": format!("N {number}")});
            all.push(dated(node.clone(), *period));
            if holds(*period) {
                then.push(node);
            }
        }
        let (mut all_relations, mut then_relations) = (Vec::new(), Vec::new());
        for (from, to, follows, period) in &relations {
            let (from, to) = (from % count, to % count);
            let name = if *follows { "follows" } else { "under" };
            let relation = json!({"from": format!("n{from}"), "relation": name, "to": format!("n{to}")});
            all_relations.push(dated(relation.clone(), *period));
            if holds(*period) && holds(nodes[from].0) && holds(nodes[to].0) {
                then_relations.push(relation);
            }
        }
        let (mut whole, mut copy) = (session(&all, &all_relations), session(&then, &then_relations));
        for text in QUERIES {
            let asked = format!("AS OF date('{DAY}') {text}");
            prop_assert_eq!(rows(&mut whole, &asked), rows(&mut copy, text), "{}", text);
        }
    }
}
