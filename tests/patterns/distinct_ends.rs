//! Patterns of which only different ends are asked: each node is gone on from once, and the ends are those of all ways.

use super::{acts, plan, run};
use whichlaw::session::{Language, Options, Session};

/// Patterns with ends `x` and `y`, and whether a hop goes on from each node once.
const PATTERNS: &[(&str, bool)] = &[
    ("(x:Law)-[:CITES]->(b)<-[:CITES]-(y)", true),
    ("(x)<-[:CITES]-(b)-[:CITES]->(y:Law)", true),
    ("(x)-[:CITES]->(b)-[:CITES]->(y)", true),
    ("(x)-[:CITES]->(b)-[:CITES]->(c)-[:MADE]->(y)", true),
    ("(x)-[:MADE]->(b)<-[:MADE]-(c)-[:CITES]->(y)", true),
    ("(x)-[:CITES]-(b)-[:CITES]-(y)", true),
    ("(x)-[:CITES]->(b:Law)<-[:CITES]-(c:Law)-[:MADE]->(y)", true),
    ("(x)-[:CITES]->(b)-[:MADE]->(c)-[:CITES]->(y)", true),
    ("(x)-->(b)<--(y)", true),
    ("(y)-[:CITES]->(x), (y)-[:MADE]->(b)", true),
    ("(y)-[:CITES]->(x), (y)-[:CITES]->(b)", true),
    ("(x)-[:CITES]->(b)<-[:CITES]-(y) WHERE x.i < y.i", false),
    ("(x)-[:CITES]->(b)<-[:CITES]-(y) WHERE b.i < 9 AND x.i > 3", true),
    ("(x)-[r:CITES]->(b)<-[s:CITES]-(y) WHERE id(r) < id(s)", false),
];

fn asked(pattern: &str) -> [String; 4] {
    [
        format!("MATCH {pattern} RETURN count(DISTINCT y) AS n"),
        format!(
            "MATCH {pattern} WITH DISTINCT y RETURN count(*) AS n, sum(y.k) AS s, sum(y.k * y.k % 1009) AS t"
        ),
        format!("MATCH {pattern} RETURN DISTINCT y.k AS k ORDER BY k"),
        format!("MATCH {pattern} RETURN min(y.k) AS n, max(x.k) AS m, count(DISTINCT y.i) AS i"),
    ]
}

fn finds_the_ends_of_all_ways(nodes: u32, threads: &[usize]) {
    let mut session = acts(nodes);
    for (pattern, used) in PATTERNS {
        let mut shown = false;
        for text in asked(pattern) {
            let all = run(&mut session, &text, 1, &["distinct-ends"]).rows;
            assert!(nodes < 1000 || !all.is_empty(), "{text}");
            for threads in threads {
                let found = run(&mut session, &text, *threads, &[]).rows;
                assert_eq!(found, all, "{threads} threads: {text}");
            }
            shown |= plan(&mut session, &text).contains("distinct-ends");
        }
        assert_eq!(shown, *used, "{pattern}");
    }
}

#[test]
fn a_few_nodes_lead_to_the_ends_of_all_ways() {
    finds_the_ends_of_all_ways(60, &[1]);
    finds_the_ends_of_all_ways(7, &[1]);
}

#[test]
fn many_nodes_lead_to_the_ends_of_all_ways() {
    finds_the_ends_of_all_ways(20_000, &[1, 2]);
}

#[test]
fn a_limit_ends_the_search_for_ends() {
    let mut session = acts(20_000);
    let text = "MATCH (x:Law)-[:CITES]->(b)<-[:CITES]-(y) RETURN DISTINCT y LIMIT 3";
    assert_eq!(run(&mut session, text, 1, &[]).rows.len(), 3);
    let distinct = |session: &mut Session, text: &str| {
        let answer = run(session, &format!("PROFILE {text}"), 1, &[]);
        answer.plan.unwrap_or_default().matches("Distinct").count()
    };
    // Of the relationships by which a node was reached the only one is known when all are.
    assert_eq!(distinct(&mut session, text), 1);
}

/// What the source of proof needs is every way.
#[test]
fn rows_that_tell_their_facts_are_found_by_all_ways() {
    let mut session = acts(60);
    let text = "MATCH (x:Law)-[:CITES]->(b)<-[:CITES]-(y) RETURN DISTINCT y.k AS k ORDER BY k";
    let plain = run(&mut session, text, 1, &[]);
    let options = Options { language: Language::Cypher, trace: true, ..Options::default() };
    let traced = session.run(text, &options).unwrap_or_else(|report| panic!("{report:?}"));
    assert_eq!(plain.rows, traced.rows);
}

/// How many relationships there are is known, also after some were written.
#[test]
fn relationships_are_counted_by_type() {
    let mut session = acts(60);
    for change in [
        "MATCH (n) RETURN count(n)",
        "MATCH (:Law)-[r:CITES]->() WITH r LIMIT 7 DELETE r",
        "MATCH (a:Act {k: 3}), (b:Act {k: 4}) CREATE (a)-[:NEW]->(b), (a)-[:NEW]->(a), (b)-[:MADE]->(a)",
        "MATCH ()-[r:NEW]->() DELETE r",
    ] {
        run(&mut session, change, 1, &[]);
        for text in [
            "MATCH ()-[r]->() RETURN count(r) AS n",
            "MATCH (a)-[r]->(b) RETURN type(r) AS t, count(*) AS n, count(b) AS m ORDER BY t",
            "MATCH ()-[r:CITES|NEW|NONE]-() RETURN count(*) AS n",
            "MATCH ()-[r:NONE]->() RETURN count(*) AS n",
            "MATCH ()<-[r]-() RETURN DISTINCT type(r) AS t ORDER BY t",
            "MATCH (a)-[r]->(a) RETURN count(r) AS n",
            "MATCH (a)--(b) RETURN count(*) AS n",
            "MATCH (a:Law {k: 3}) RETURN COUNT { (a)--() } AS d, COUNT { ()-[:NEW]->() } AS n",
            "UNWIND [1, 2] AS i MATCH ()-[r]->() RETURN i, type(r) AS t, count(*) AS n ORDER BY i, t",
        ] {
            let all = run(&mut session, text, 1, &["count-store", "factor", "degree"]).rows;
            assert_eq!(run(&mut session, text, 1, &[]).rows, all, "{change}\n{text}");
        }
    }
}
