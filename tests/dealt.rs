//! Rows of very many groups are dealt out, and groups are those that one worker finds going from row to row.

use std::sync::OnceLock;
use whichlaw::graph::Graph;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Budget, Report, Value};

/// So many nodes: acts, each with bodies around it.
const NODES: u32 = 14_640;
const AROUND: u32 = 61;

fn graph() -> Graph {
    static GRAPH: OnceLock<Graph> = OnceLock::new();
    GRAPH.get_or_init(make).clone()
}

fn make() -> Graph {
    let mut session = Session::empty();
    for text in [
        &*format!(
            "UNWIND range(0, {NODES} - 1) AS k CREATE ({{k: k, i: CASE k % 5 WHEN 0 THEN null ELSE -k END, \
             t: 'title ' + (k * 7919 % 9973)}})"
        ),
        &format!("MATCH (n) WHERE n.k % {AROUND} = 0 SET n:Act"),
        &format!("MATCH (n) WHERE n.k % {AROUND} > 0 SET n:Body"),
        "CREATE INDEX FOR (n:Act) ON (n.k)",
    ] {
        must(&mut session, text, 1, 1 << 40);
    }
    session.graph.fold();
    for text in [
        format!("MATCH (b:Body), (a:Act {{k: b.k - b.k % {AROUND}}}) CREATE (b)-[:MADE]->(a)"),
        format!(
            "MATCH (b:Body), (a:Act {{k: b.k - b.k % {AROUND}}}) WHERE b.k % 2 = 0 CREATE (b)-[:HELPED]->(a)"
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

/// What one worker finds that goes from row to row, as a statement that is profiled does; dealt out it is the same.
fn as_of_one_worker(text: &str) -> Vec<Vec<Value>> {
    let mut session = Session::empty();
    session.graph = graph();
    let plain = must(&mut session, &format!("PROFILE {text}"), 1, 1 << 40);
    for threads in [1, 3] {
        assert_eq!(must(&mut session, text, threads, 1 << 40), plain, "{threads} threads: {text}");
    }
    plain
}

/// Nearly two million rows, by the body at one end and that at the other.
const PAIRS: &str = "MATCH (a:Body)-[:MADE|HELPED]->(x)<-[:MADE|HELPED]-(c)";

/// Keys that are told as places: texts, whole numbers, null among them, and what is computed of a number; and keys of
/// which there are more later than the first rows show. For the last one there is no room for a table of all.
const KEYS: [&str; 4] = [
    "c.t AS f, a.k % 31 AS s",
    "a.i AS f, c.k % 31 AS s",
    "a.k / 10 AS f, c AS s",
    "c.t AS f, c.i AS h, a.k % 31 AS s",
];

fn by(keys: &str) -> String {
    format!(
        "{PAIRS} WITH {keys}, count(*) AS n, max(c.t) AS t, min(c.i) AS i, sum(c.k) AS k \
         WITH count(*) AS groups, sum(n * 3 + k) AS all, collect([f, s, n, t, i, k]) AS rows \
         RETURN groups, all, rows[0..20], rows[40000..40020], rows[-20..]"
    )
}

#[test]
fn groups_are_those_of_one_worker_and_come_in_its_order() {
    for keys in KEYS {
        let plain = as_of_one_worker(&by(keys));
        assert!(matches!(&plain[0][0], Value::Integer(groups) if *groups > 65_536), "{keys:?}: {plain:?}");
    }
}

#[test]
fn groups_are_the_same_in_whatever_order_they_come() {
    let groups = |keys: &str| format!("{PAIRS} WITH {keys}, count(*) AS n, max(c.t) AS t");
    let (near, far) = (groups(KEYS[0]), groups(KEYS[3]));
    for (groups, then) in [
        (&near, "RETURN f AS g, n, s, t ORDER BY n DESC, s DESC, g LIMIT 50"),
        (&far, "WITH s, f AS g, n WHERE n % 2 = 0 WITH g, n AS m, s AS h ORDER BY h, m, g LIMIT 20 RETURN *"),
        (&far, "RETURN count(f), count(DISTINCT n), min(t), max(n), sum(size(t))"),
        // Whoever looks at these sees in which order they come.
        (&near, "RETURN n, t, f ORDER BY n DESC LIMIT 50"),
        (&far, "RETURN n, collect(f)[0..5] AS first, count(*) ORDER BY n DESC LIMIT 20"),
    ] {
        as_of_one_worker(&format!("{groups} {then}"));
    }
}

#[test]
fn lists_and_what_is_different_are_those_of_one_worker() {
    let text = format!(
        "{PAIRS} WITH a, c.k % 31 AS s, count(DISTINCT c.t) AS n, collect(c.k)[0] AS l, collect(DISTINCT c.i) AS d \
         WITH count(*) AS groups, sum(n + l) AS all, collect([s, n, l, d]) AS rows \
         RETURN groups, all, rows[0..20], rows[40000..40020], rows[-20..]"
    );
    as_of_one_worker(&text);
}

/// Patterns that are entered at `a`, and others, by which nodes of some groups come.
const COUNTED: [(&str, &str); 7] = [
    ("(a:Body)-[:MADE|HELPED]->(x)", "x.k % 7"),
    ("(a)-[r]->(x)<-[s:HELPED]-(c) WHERE r <> s AND c.k % 9 = 0", "c.t"),
    ("(a:Act)<-[:MADE|HELPED]-(c) WHERE c.k % 3 > 0", "c.k % 5"),
    ("(a)--(b)", "labels(b)"),
    ("(a:Body)-[:MADE]->(x)<-[:MADE]-(a)", "x"),
    ("(c:Act)<-[:MADE|HELPED]-(a)", "c.k % 4"),
    ("(a:Body) OPTIONAL MATCH (a)-[:HELPED]->(x)", "x.k % 7"),
];

#[test]
fn different_nodes_count_once() {
    let mut session = Session::empty();
    session.graph = graph();
    for edited in [false, true] {
        if edited {
            let some = "MATCH (a:Body)-[r:HELPED]->(x) WHERE a.k % 6 = 0 DELETE r CREATE (x)-[:MADE]->(x)";
            must(&mut session, some, 1, 1 << 40);
        }
        for (pattern, key) in COUNTED {
            let of_pairs = format!("MATCH {pattern} WITH DISTINCT {key} AS f, a WITH f, count(a) AS n");
            // How many rows there are is asked as well: otherwise they are made different before they are counted.
            let counted =
                format!("MATCH {pattern} WITH {key} AS f, count(DISTINCT a) AS n, count(*) AS rows");
            let sums = "RETURN count(*), sum(n), sum(n * n)";
            let expected = must(&mut session, &format!("{of_pairs} {sums}"), 1, 1 << 40);
            for threads in [1, 3] {
                let found = must(&mut session, &format!("{counted} {sums}, sum(rows)"), threads, 1 << 40);
                assert_eq!(found[0][..3], expected[0], "{threads} threads: {counted}");
            }
        }
    }
}

#[test]
fn rounds_are_short_where_there_is_little_memory() {
    let mut session = Session::empty();
    session.graph = graph();
    let text = format!(
        "{PAIRS} WITH c.t AS t, a.k % 31 AS s, count(*) AS n, max(c.k) AS k \
         WITH t, s, n, k ORDER BY n DESC, k, s LIMIT 20 RETURN t, s, n, k"
    );
    let plain = must(&mut session, &format!("PROFILE {text}"), 1, 1 << 40);
    for memory in [128 << 20, 192 << 20] {
        assert_eq!(must(&mut session, &text, 2, memory), plain, "{memory} bytes");
    }
    let budget = Budget { threads: 2, memory: 8 << 20, ..Budget::default() };
    let report = run(&mut session, &text, budget).expect_err("there is too little memory");
    assert_eq!(report.code, "limit.memory");
}

#[test]
fn first_rows_are_those_of_the_whole_order() {
    let mut session = Session::empty();
    session.graph = graph();
    let keys =
        ["n.k % 3", "n.i", "n.t", "n.i IS NULL", "labels(n)[0]", "CASE n.k % 3 WHEN 0 THEN 1.0 ELSE 1 END"];
    for key in keys {
        for order in
            [key.to_owned(), format!("{key} DESC"), format!("{key}, n.t"), format!("{key} DESC, n.t DESC")]
        {
            let text = format!("MATCH (n) RETURN n.k AS k ORDER BY {order}");
            let mut all = must(&mut session, &text, 1, 1 << 40);
            all.truncate(700);
            for (threads, first) in [(1, 7), (3, 700)] {
                let rows = must(&mut session, &format!("{text} LIMIT {first}"), threads, 1 << 40);
                assert_eq!(rows, all[..first], "{threads} threads: {text} LIMIT {first}");
            }
        }
    }
}
