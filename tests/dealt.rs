//! Rows of very many groups are dealt out, and groups are those that one worker finds going from row to row.

use std::sync::OnceLock;
use whichlaw::graph::Graph;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Budget, Report, Value};

/// Bodies around acts, each of which has as many.
const BODIES: u32 = 12_000;
const ACTS: u32 = 240;

fn graph() -> Graph {
    static GRAPH: OnceLock<Graph> = OnceLock::new();
    GRAPH.get_or_init(make).clone()
}

fn make() -> Graph {
    let mut session = Session::empty();
    for text in [
        &*format!(
            "UNWIND range(1, {ACTS}) AS k CREATE (:Act {{k: k, d: date({{year: 1900 + k, month: 1, day: 1}})}})"
        ),
        &format!(
            "UNWIND range(1, {BODIES}) AS k CREATE (:Body {{k: k, i: CASE k % 5 WHEN 0 THEN null ELSE -k END, \
             t: 'title ' + (k * 7919 % 9973), j: CASE k % 3 WHEN 0 THEN k WHEN 1 THEN toFloat(k) END}})"
        ),
        "CREATE INDEX FOR (n:Act) ON (n.k)",
        "CREATE INDEX FOR (n:Body) ON (n.k)",
    ] {
        must(&mut session, text, 1, 1 << 40);
    }
    session.graph.fold();
    for text in [
        format!(
            "UNWIND range(1, {BODIES}) AS k MATCH (b:Body {{k: k}}), (a:Act {{k: 1 + k % {ACTS}}}) \
             CREATE (b)-[:MADE]->(a)"
        ),
        format!(
            "UNWIND range(1, {BODIES}) AS k MATCH (b:Body {{k: k}}), (a:Act {{k: 1 + k % {ACTS}}}) \
             WHERE k % 2 = 0 CREATE (b)-[:HELPED]->(a)"
        ),
    ] {
        must(&mut session, &text, 1, 1 << 40);
    }
    session.graph.fold();
    session.graph
}

fn run(session: &mut Session, text: &str, budget: Budget) -> Result<Answer, Box<Report>> {
    session.run(text, &Options { language: Language::Cypher, budget, ..Options::default() })
}

fn must(session: &mut Session, text: &str, threads: usize, memory: u64) -> Vec<Vec<Value>> {
    let budget = Budget { threads, rows: u64::MAX, memory, ..Budget::default() };
    run(session, text, budget).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

/// Over a million rows, by the body at one end and that at the other.
const PAIRS: &str = "MATCH (a:Body)-[:MADE|HELPED]->(x)<-[:MADE|HELPED]-(c)";

/// Keys that are told as places: nodes, texts, whole numbers, null among them, and what is computed of a number; keys of
/// which there are more later than the first rows show; and keys that have no places.
const KEYS: [(&str, &str); 5] =
    [("a", "c.k % 31"), ("c.t", "a.k % 31"), ("a.i", "c.k % 31"), ("a.k / 10", "c"), ("a.j", "c.k % 31")];

fn by(keys: (&str, &str)) -> String {
    let (first, second) = keys;
    format!(
        "{PAIRS} WITH {first} AS f, {second} AS s, count(*) AS n, max(c.t) AS t, min(c.i) AS i, sum(c.k) AS k \
         WITH count(*) AS groups, sum(n * 3 + k) AS all, collect([f, s, n, t, i, k]) AS rows \
         RETURN groups, all, rows[0..20], rows[40000..40020], rows[-20..]"
    )
}

#[test]
fn groups_are_those_of_one_worker_and_come_in_its_order() {
    let mut session = Session::empty();
    session.graph = graph();
    for keys in KEYS {
        let text = by(keys);
        // What is profiled goes from row to row.
        let plain = must(&mut session, &format!("PROFILE {text}"), 1, 1 << 40);
        assert!(matches!(&plain[0][0], Value::Integer(groups) if *groups > 65_536), "{text}: {plain:?}");
        for threads in [1, 2, 3] {
            assert_eq!(must(&mut session, &text, threads, 1 << 40), plain, "{threads} threads: {text}");
        }
    }
}

#[test]
fn lists_and_what_is_different_are_those_of_one_worker() {
    let mut session = Session::empty();
    session.graph = graph();
    let text = format!(
        "{PAIRS} WITH a, c.k % 31 AS s, count(DISTINCT c.t) AS n, collect(c.k)[0] AS l, collect(DISTINCT c.i) AS d \
         WITH count(*) AS groups, sum(n + l) AS all, collect([s, n, l, d]) AS rows \
         RETURN groups, all, rows[0..20], rows[40000..40020], rows[-20..]"
    );
    let plain = must(&mut session, &format!("PROFILE {text}"), 1, 1 << 40);
    for threads in [1, 2, 3] {
        assert_eq!(must(&mut session, &text, threads, 1 << 40), plain, "{threads} threads: {text}");
    }
}

#[test]
fn rounds_are_short_where_there_is_little_memory() {
    let mut session = Session::empty();
    session.graph = graph();
    let text = format!(
        "{PAIRS} WITH a, c.k % 31 AS s, count(*) AS n, max(c.t) AS t WITH s, n, t ORDER BY n DESC, s LIMIT 20 \
         RETURN s, n, t"
    );
    let plain = must(&mut session, &format!("PROFILE {text}"), 1, 1 << 40);
    for (threads, memory) in [(1, 64 << 20), (2, 64 << 20), (3, 96 << 20)] {
        assert_eq!(must(&mut session, &text, threads, memory), plain, "{threads} threads: {text}");
    }
    let budget = Budget { threads: 2, memory: 16 << 20, ..Budget::default() };
    let report = run(&mut session, &text, budget).expect_err("there is too little memory");
    assert_eq!(report.code, "limit.memory");
}
