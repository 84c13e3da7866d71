//! Text → parse → bind → optimize → execute with a budget on a small graph, writes included; and printing what was
//! parsed and parsing it again gives the same tree.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use std::sync::LazyLock;
use whichlaw::language::cypher::{parse, print};
use whichlaw::session::{Language, Options};
use whichlaw::{Graph, Session};
use whichlaw_fuzz::{Pieces, budget, mutate, watched};

/// Cycles, a self-loop, parallel relationships, lists and dates.
const SMALL: &str = "CREATE (a:A {x: 1, name: 'a', on: date('2010-01-01')}), (b:B {x: 2, name: 'b', list: [1, 2]}), \
     (c:A:B {x: 3.5}), (d:C {name: 'ü'}), (a)-[:T {w: 1}]->(b), (a)-[:T {w: 2}]->(b), (b)-[:U]->(c), (c)-[:T]->(a), \
     (c)-[:T]->(c), (d)-[:V {since: datetime('2001-02-03T04:05:06+01:00')}]->(a)";

static PIECES: LazyLock<Pieces> = LazyLock::new(|| Pieces::of_cypher(include_str!("../seeds/cypher.txt")));

fn small() -> Graph {
    static SMALL_GRAPH: LazyLock<Graph> = LazyLock::new(|| {
        let mut session = Session::empty();
        session.run(SMALL, &Options::default()).expect("the small graph is made");
        session.graph
    });
    SMALL_GRAPH.clone()
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(&PIECES, data, size, max_size, seed)
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    watched(text, || {
        let Ok(statement) = parse(text) else { return };
        let printed = print(&statement);
        match parse(&printed) {
            Ok(again) => assert!(again == statement, "read differently when printed: {printed}"),
            Err(report) => panic!("not read when printed: {printed}: {report}"),
        }
    });
    let mut session = Session::empty();
    session.graph = small();
    let options = Options { language: Language::Cypher, budget: budget(), ..Options::default() };
    let (nodes, relationships) = (session.graph.node_count(), session.graph.relationship_count());
    let failed = watched(text, || session.run(text, &options).is_err());
    if failed {
        let left = (session.graph.node_count(), session.graph.relationship_count());
        assert!(left == (nodes, relationships), "a statement that fails leaves something");
    }
    let traced = Options { trace: true, ..options };
    watched(text, || drop(session.run(text, &traced)));
});
