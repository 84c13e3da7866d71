//! Several workers find what one finds, and stop as one does.

use std::sync::OnceLock;
use std::time::{Duration, Instant};
use whichlaw::base::Class;
use whichlaw::graph::Graph;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Budget, Report, Value};

const NODES: u32 = 24_000;

/// A graph with a few labels, numbers, texts, days and values of several kinds, and relationships of three types:
/// onward without circles, round and round, and with loops and parallels.
fn graph() -> Graph {
    static GRAPH: OnceLock<Graph> = OnceLock::new();
    GRAPH.get_or_init(make).clone()
}

fn make() -> Graph {
    let mut session = Session::empty();
    let half = NODES / 2;
    for text in [
        &*format!(
            "UNWIND range(0, {half} - 1) AS k CREATE (:Act {{k: k, i: k % 97, s: 'text ' + (k % 31), \
             d: date('2000-01-01') + duration({{days: k % 4000}}), \
             m: CASE k % 5 WHEN 0 THEN k % 7 WHEN 1 THEN 't' + (k % 3) WHEN 2 THEN null ELSE k % 2 = 0 END}})"
        ),
        &format!(
            "UNWIND range({half}, {NODES} - 1) AS k CREATE (:Body {{k: k, \
             t: 'title ' + (k * 7919 % 9973), i: CASE WHEN k % 3 = 0 THEN null ELSE k % 11 END}})"
        ),
        "CREATE INDEX FOR (n:Act) ON (n.k)",
        "CREATE INDEX FOR (n:Body) ON (n.k)",
    ] {
        must(&mut session, text, 1);
    }
    session.graph.fold();
    for text in [
        &*format!(
            "UNWIND range(0, {half} - 1) AS k MATCH (a:Act {{k: k}}), (b:Act {{k: (k * 7 + 3) % {half}}}) \
             WHERE k < b.k CREATE (a)-[:CITES {{w: k % 13}}]->(b)"
        ),
        &format!(
            "UNWIND range(0, {half} - 1) AS k MATCH (a:Act {{k: k}}), (b:Act {{k: (k + 1) % {half}}}), \
             (c:Act {{k: (k + 2) % {half}}}) CREATE (a)-[:NEXT {{w: k % 5}}]->(b), (a)-[:NEXT]->(c)"
        ),
        &format!(
            "UNWIND range({half}, {NODES} - 1) AS k MATCH (a:Body {{k: k}}), (b:Act {{k: k % 500}}) \
             CREATE (a)-[:MADE]->(b), (a)-[:MADE {{w: 1}}]->(b), (a)-[:MADE]->(a)"
        ),
    ] {
        must(&mut session, text, 1);
    }
    session.graph.fold();
    session.graph
}

fn session() -> Session {
    let mut session = Session::empty();
    session.graph = graph();
    session
}

fn run(session: &mut Session, text: &str, budget: Budget) -> Result<Answer, Box<Report>> {
    session.run(text, &Options { language: Language::Cypher, budget, ..Options::default() })
}

fn must(session: &mut Session, text: &str, threads: usize) -> Vec<Vec<Value>> {
    let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
    run(session, text, budget).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

fn sorted(rows: Vec<Vec<Value>>) -> Vec<String> {
    let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

const SHARED: &[&str] = &[
    "MATCH (a) RETURN substring(a.t, 6, 1), count(*)",
    "MATCH (a) RETURN sum(CASE WHEN a.k > 9000 THEN duration({days: 1}) END)",
    "MATCH (a) RETURN a.i % 3, sum(CASE WHEN a.k > 9000 THEN duration({days: 1}) END)",
    "UNWIND ['1', '23', 'x', '4'] AS w MATCH (a) WHERE a.t CONTAINS w RETURN w, a.i % 3, count(*), min(a.k)",
    "UNWIND [1, 2] AS x UNWIND ['a', 'b', 'c'] AS y MATCH (a) WHERE a.k % 500 = x RETURN x, y, a.k",
    "UNWIND range(1, 90) AS n MATCH (a) WHERE a.i % 91 = n RETURN n, count(*), sum(a.k)",
    "UNWIND [1, 2, 2] AS n MATCH (a) WITH a, count(n) AS c RETURN c, count(*)",
    "MATCH (a)-[:NEXT]->(b) RETURN labels(a)[0], toUpper(b.s), count(*), count(DISTINCT substring(b.s, 5))",
    "MATCH (a)-[:NEXT]->(b) RETURN DISTINCT labels(a)[0], toUpper(b.s), b.d",
    "MATCH (a)-[:NEXT]->(b) RETURN toUpper(b.t), b.k, count(*), collect(a.k)",
    "MATCH (a)-[:NEXT]->(b) WITH CASE WHEN b.i < 50 THEN b.i ELSE toFloat(b.i - 50) END AS x, b.k AS k, count(*) AS n \
     RETURN count(*), sum(n)",
    "MATCH (a:Act) RETURN toUpper(a.s) UNION MATCH (a:Body) RETURN substring(a.t, 0, 7) AS `toUpper(a.s)`",
    "MATCH (a) RETURN count(*)",
    "MATCH (a:Act) WHERE a.i % 7 = 3 RETURN count(*), sum(a.i), min(a.k), max(a.k)",
    "MATCH (a) RETURN a.i, count(*), sum(a.k), min(a.s), max(a.d)",
    "MATCH (a) RETURN a.m, count(*), count(a.i), min(a.m), max(a.m)",
    "MATCH (a:Act) RETURN a.s, count(DISTINCT a.i), count(DISTINCT a.m)",
    "MATCH (a:Act) WHERE a.s CONTAINS '1' OR a.m IS NULL RETURN a.d.year, count(*)",
    "MATCH (a)-[r:NEXT]->(b) RETURN count(DISTINCT b), count(r.w), sum(r.w), max(r.w)",
    "MATCH (a:Act)-[r:CITES]->(b) WHERE r.w < b.i RETURN a.i, count(*), count(DISTINCT b)",
    "MATCH (a)-[:NEXT]->(b)-[:NEXT]->(c) RETURN count(*)",
    "MATCH (a)-[:NEXT]->(b)-[:NEXT]->(c)<-[:NEXT]-(a) RETURN count(*)",
    "MATCH (a)-[:NEXT]->(b)-[:NEXT]->(c)-[:NEXT]->(a) RETURN count(*)",
    "MATCH (a:Act)-[:NEXT]->(b)-[:NEXT]->(c)<-[:NEXT]-(a) WHERE b.i > 50 RETURN a.s, count(*), sum(c.i)",
    "MATCH (a:Body)-[:MADE]->(b)<-[:MADE]-(c) RETURN count(*)",
    "MATCH (a:Body)-[:MADE]->(b:Act)-[:NEXT]->(c) RETURN b.i, count(*), count(DISTINCT c)",
    "MATCH (a:Act)-[:NEXT]-(b) WHERE NOT (b)-[:CITES]->() RETURN count(*), count(DISTINCT b)",
    "MATCH (a:Act) WHERE COUNT { (a)<-[:MADE]-() } > 40 RETURN count(*), sum(a.i)",
    "MATCH (a:Act)-[:NEXT*1..3]->(b) RETURN a.i, count(*), count(DISTINCT b)",
    "MATCH (a:Act)-[:NEXT*1..3]->(b) RETURN a.k, count(DISTINCT b), max(b.i)",
    "MATCH (a:Act)-[:NEXT|CITES*1..3]->(b) WHERE a.i < 90 RETURN count(DISTINCT b), sum(b.k) / count(b) > 0",
    "MATCH (a)-[:CITES|NEXT*0..]->(b) WHERE a.k % 5 > 0 RETURN b.i, count(DISTINCT b), min(b.k)",
    "MATCH p = (a:Act)-[:CITES*1..20]->(b) RETURN max(length(p))",
    "MATCH p = (a:Act)-[:CITES*1..20]->(b) RETURN a.i, max(length(p))",
    "MATCH (a:Act)-[:NEXT]->(b) WITH a, count(b) AS n WHERE n > 1 MATCH (a)-[:CITES]->(c) RETURN n, count(*)",
    "MATCH (a) RETURN count(DISTINCT a), count(DISTINCT a.k), sum(DISTINCT a.i)",
    "MATCH (a)-[:NEXT]->(b) RETURN a.i, count(DISTINCT b.d), count(DISTINCT b.i), count(DISTINCT b.m)",
    "MATCH (a)-[:NEXT]->(b) RETURN count(DISTINCT b.d), count(DISTINCT a.i), max(b.d), min(b.k), min(b.s)",
    "MATCH (a)-[:NEXT]->(b) RETURN a.i, collect(b.s), collect(b.d), collect(DISTINCT b), max(b.k), min(b.d)",
    "MATCH (a)-[:NEXT]->(b) WITH a.i AS i, collect(DISTINCT b.d) AS all UNWIND all AS d RETURN i, d",
    "MATCH (a)-[:NEXT]->(b) WITH a.i AS i, collect(DISTINCT b.m) AS all UNWIND all AS m RETURN i, m",
    "MATCH (a)-[:NEXT]->(b) WITH collect(DISTINCT b.i) AS all UNWIND all AS i RETURN i, size(all)",
    "MATCH (a) WITH collect(DISTINCT a.t) AS t, collect(a.k) AS k, collect(a.none) AS none RETURN t, k, none",
    "MATCH (a) WHERE a.none RETURN count(*), sum(a.i), min(a.i), max(a.i), count(DISTINCT a)",
    "MATCH (a:None) RETURN a.i, count(*)",
    "MATCH (a)-[:NEXT]->(b) RETURN avg(a.i), avg(b.k - a.i), min(b.d), max(b.d)",
    "MATCH (a)-[:NEXT]->(b) RETURN a.i, avg(b.k), avg(a.k / 2.0)",
    "MATCH (a)-[r:NEXT]->(b) WHERE a.d < b.d AND a.i IN [1, 2, 3, 70] RETURN r.w, count(DISTINCT b.s)",
    "MATCH (a) WHERE a.s ENDS WITH 'nothing has this' RETURN count(*), count(DISTINCT a)",
    "MATCH (a)-[:NEXT]->(b) RETURN b.k, a.i, b.d",
    "MATCH (a:Act)-[:NEXT]->(b) RETURN a.i % 7, sum(CASE WHEN a.k < 200 THEN duration({days: b.k}) END)",
    "MATCH (a:Act)-[:NEXT]->(b) RETURN a.i % 7, avg(CASE WHEN a.k < 200 THEN duration({days: 2}) END)",
];

#[test]
fn two_find_what_one_finds() {
    let changes = [
        "MATCH (a:Act)-[r:NEXT]->(b) WHERE a.k % 41 = 0 DELETE r CREATE (b)-[:NEXT {w: 9}]->(a) SET a.i = 1000, b:Body, b.s = null",
    ];
    as_built_and_after(&changes, |session| {
        for text in SHARED {
            let one = sorted(must(session, text, 1));
            let two = sorted(must(session, text, 2));
            assert_eq!(one, two, "{text}");
        }
    });
}

/// What goes on from rows of which all have to be seen first.
const GATHERED: &[&str] = &[
    "MATCH (a:Act)-[:NEXT]->(b) WITH DISTINCT b MATCH (b)-[:NEXT]->(c) RETURN count(*), count(DISTINCT c), sum(c.i)",
    "MATCH (a)-[:MADE]->(b) WITH DISTINCT b, a.i AS i MATCH (b)-[:NEXT]->(c) RETURN i, count(*), min(c.d)",
    "MATCH (a:Body)-[:MADE]->(b) WITH b, count(*) AS n WHERE n > 40 MATCH (b)-[:NEXT*1..3]->(c) RETURN n, count(c.d)",
    "MATCH (a)-[:MADE]->(b) WITH b, collect(a) AS all UNWIND all AS a MATCH (a)-[:MADE]->(c) RETURN b.i, count(c.s)",
    "MATCH (a:Act) WITH a ORDER BY a.d DESC, a.k LIMIT 9000 MATCH (a)-[:NEXT]->(b) RETURN a.i, count(b.s), max(b.k)",
    "MATCH (a:Act) WITH a ORDER BY a.s, a.k SKIP 100 LIMIT 40 MATCH (a)-[:NEXT*1..9]->(b) RETURN a.k, count(*), max(b.k)",
    "MATCH (a:Act) WITH a ORDER BY a.s SKIP 0 MATCH (a)-[:NEXT]->(b) WHERE a.i < b.i RETURN count(*), sum(b.i - a.i)",
    "MATCH (a:Act {i: 5})-[:NEXT*1..8]->(b) RETURN b.s, count(*), count(DISTINCT a)",
    "MATCH (a:Act {i: 5}), (b:Act) WHERE b.i < a.k AND b.s = a.s RETURN count(*), sum(b.i)",
    "MATCH (a:Act {i: 5}) OPTIONAL MATCH (a)-[:CITES*1..3]->(b) RETURN a.k, count(b), max(b.k)",
    "MATCH (a:Act)-[:CITES*]->(b) WITH DISTINCT b MATCH (b)-[:NEXT]->(c)-[:NEXT]->(d) RETURN count(d.i)",
    "MATCH (a)-[:NEXT]->(b) WITH b.i AS i, count(*) AS n RETURN n, count(*), collect(i)[0] IS NULL",
    "MATCH (a)-[:NEXT]->(b) WITH b, count(*) AS n WITH n, b.s AS s RETURN DISTINCT n, s",
    "MATCH (a)-[:NEXT]->(b) WITH DISTINCT a, b WITH DISTINCT b WHERE b.k > 7 RETURN b.i, b.s",
    "MATCH (a) OPTIONAL MATCH (a)-[:CITES]->(b) WITH DISTINCT b RETURN count(*), count(b), sum(b.k)",
    "MATCH (a:Act) WITH DISTINCT a.m AS m RETURN count(*), count(m), min(m)",
    "MATCH (a:Act) WITH DISTINCT CASE a.i % 3 WHEN 0 THEN a ELSE a.i END AS x RETURN count(*), count(x), max(x)",
    "MATCH (a:Act) OPTIONAL MATCH (a)-[:CITES]->(b) WITH CASE WHEN a.i > 40 THEN b ELSE a END AS x RETURN count(DISTINCT x)",
    "UNWIND range(0, 15000) AS k MATCH (a:Act {k: k}) RETURN a.i, count(*), collect(a.k)",
    "WITH 3 AS x UNWIND range(x, 9000) + [null, 5, 5, 7.0] AS k MATCH (a:Act {k: k})-[:NEXT]->(b) RETURN k % 5, x, count(*), sum(b.i)",
    "MATCH (a:Act) WITH collect(a) AS all, max(a.i) AS most UNWIND all AS a MATCH (a)-[:NEXT]->(b) RETURN most, a.i, count(b)",
    "UNWIND range(1, 9000) + range(1, 9000) AS k WITH DISTINCT k MATCH (a {k: k}) RETURN count(*), sum(a.i)",
    "MATCH (a:None) WITH DISTINCT a MATCH (a)-[:NEXT]->(b) RETURN count(*), max(b.k)",
    "MATCH (a)-[:NEXT]->(b) WHERE a.i > b.i RETURN count(*) AS n UNION ALL MATCH (a)-[:MADE]->(b) RETURN sum(b.i) AS n",
];

#[test]
fn two_go_on_from_rows_that_were_gathered() {
    let changes =
        ["MATCH (a:Act)-[r:NEXT]->(b) WHERE a.k % 37 = 0 DELETE r CREATE (b)-[:NEXT]->(a) SET a.i = 5"];
    as_built_and_after(&changes, |session| {
        for text in GATHERED {
            let one = sorted(must(session, text, 1));
            let two = sorted(must(session, text, 2));
            assert_eq!(one, two, "{text}");
        }
    });
}

#[test]
fn what_goes_on_from_an_order_keeps_it() {
    let mut session = session();
    for text in [
        "MATCH (a:Act) WITH a ORDER BY a.s, a.k LIMIT 9000 MATCH (a)-[:NEXT]->(b) RETURN a.k, b.k, b.d",
        "MATCH (a) WITH a ORDER BY a.k DESC LIMIT 9000 MATCH (a)-[:NEXT]->(b) WITH DISTINCT b RETURN collect(b.k)[..9]",
        "MATCH (a) WITH a ORDER BY a.k DESC MATCH (a)-[:NEXT]->(b) WHERE a.i < b.i RETURN a.k, b.s",
        "MATCH (a:Act) WITH a ORDER BY a.d, a.k LIMIT 50 MATCH (a)-[:NEXT*1..9]->(b) RETURN a.k, b.k",
    ] {
        assert_eq!(must(&mut session, text, 1), must(&mut session, text, 2), "{text}");
    }
}

/// Looks at the graph as it was built, and with what was written since.
fn as_built_and_after(changes: &[&str], look: impl Fn(&mut Session)) {
    let mut session = session();
    look(&mut session);
    for change in changes {
        must(&mut session, change, 1);
        look(&mut session);
    }
}

/// Rows that several workers find one after the other, as one does.
const CHAINS: &[&str] = &[
    "MATCH (a) RETURN DISTINCT a.i",
    "MATCH (a) RETURN DISTINCT a.m, a.i",
    "MATCH (a) RETURN DISTINCT a.k % 9000, a.i",
    "MATCH (a) RETURN DISTINCT a.t",
    "MATCH (a) RETURN DISTINCT toUpper(a.s)",
    "MATCH (a) WHERE a.k % 10 = 0 RETURN DISTINCT substring(a.t, 0, 7), labels(a)[0]",
    "MATCH (a) WITH a ORDER BY a.t WITH DISTINCT substring(a.t, 6, 2) AS s RETURN s",
    "MATCH (a:Act)-[:NEXT]->(b) RETURN DISTINCT b.k",
    "MATCH (a:Act)-[:NEXT]->(b) WITH DISTINCT b RETURN b.k + 1",
    "MATCH (a:Act)-[:NEXT]->(b) RETURN DISTINCT b.k AS k ORDER BY k DESC LIMIT 6",
    "MATCH (a:Act)-[:NEXT]->(b) WITH DISTINCT b, a.s AS s ORDER BY b.i, s LIMIT 40 RETURN s",
    "MATCH (a)-[:NEXT]->(b) RETURN DISTINCT b.s, b.m",
    "MATCH (a)-[:NEXT]->(b) WITH DISTINCT b MATCH (b)-[:CITES]->(c) RETURN b.k, c.k",
    "MATCH (a) RETURN DISTINCT a.t AS t ORDER BY t LIMIT 5",
    "MATCH (a) RETURN DISTINCT a.t AS t, a.i AS i ORDER BY i DESC, t SKIP 3 LIMIT 9",
    "MATCH (a) WITH DISTINCT a.m AS m, a.i AS i ORDER BY m LIMIT 30 RETURN i",
    "MATCH (a)-[:NEXT]->(b) RETURN DISTINCT b.i AS i ORDER BY i LIMIT 12",
    "MATCH (a) RETURN a.k ORDER BY a.i LIMIT 50",
    "MATCH (a) RETURN a.k, a.m ORDER BY a.m DESC, a.i SKIP 20 LIMIT 400",
    "MATCH (a) RETURN a.k ORDER BY a.t DESC LIMIT 20",
    "MATCH (a)-[r:NEXT]->(b) RETURN a.k, b.k ORDER BY r.w, b.i LIMIT 25",
    "MATCH (a) WHERE a.k % 3 > 0 RETURN a.k, a.i, a.s",
    "MATCH (a:Act) WHERE a.s CONTAINS '1' RETURN a.k, a.i ORDER BY a.i LIMIT 40",
    "MATCH (a:Body) WHERE a.t CONTAINS '77' RETURN a.k, a.t ORDER BY a.i DESC, a.t",
    "MATCH (a) WHERE NOT a.t CONTAINS '7' RETURN a.k",
    "MATCH (a) WHERE a.t STARTS WITH 'title 9' OR a.m ENDS WITH '1' RETURN a.k, a.m",
    "MATCH (a) WHERE a.t CONTAINS '5' RETURN a.k LIMIT 7",
    "MATCH (a)-[r:NEXT]->(b) RETURN a.k, b.k, r.w ORDER BY r.w DESC, a.i",
    "MATCH (a)-[r:NEXT]->(b) WITH r, a ORDER BY r.w, a.i SKIP 50 LIMIT 500 RETURN sum(a.k), collect(r.w)[10]",
    "MATCH (a:Act)-[:NEXT]->(b) RETURN a.i, collect(b.k)",
    "MATCH (a:Act)-[:NEXT*1..3]->(b) RETURN DISTINCT b.i, a.s",
    "MATCH (a:Act)-[:NEXT*1..30]->(b) WHERE a.k < 4000 WITH DISTINCT a, b RETURN b.k ORDER BY b.i, a.k LIMIT 30",
    "MATCH (a:Act) OPTIONAL MATCH (a)-[:CITES]->(b) WHERE b.i > 50 RETURN a.k, b.k ORDER BY b.i SKIP 100 LIMIT 50",
    "MATCH (a:Act) UNWIND [1, a.i] AS x RETURN x, a.k ORDER BY x LIMIT 3000",
    "MATCH (b:Act {k: 7}) MATCH (a:Act), p = shortestPath((a)-[:NEXT*..4]->(b)) RETURN a.k, length(p)",
    "MATCH (a:Act), p = shortestPath((a)-[:NEXT*..4]->(:Act {k: 7})) RETURN a.k, length(p)",
    "MATCH (a:Act)-[:NEXT*1..4]->(b) RETURN a.k, count(DISTINCT b), collect(b.k)[2] ORDER BY a.k",
    "MATCH (a:Act)-[:NEXT]->(b) WITH a, count(*) AS n, max(b.k) AS most RETURN n, sum(most), count(a) ORDER BY n",
    "MATCH (a:Act)-[:NEXT*1..3]->(b) WITH DISTINCT a, b.i AS i WHERE i > 90 RETURN a.k, i ORDER BY i DESC LIMIT 70",
    "MATCH (a:Act)-[:NEXT]->(b) WITH b, count(a) AS n ORDER BY n, b.k RETURN b.k, n",
    "MATCH (a:Act) WITH a ORDER BY a.i, a.k DESC RETURN collect(a.k)[100..120]",
    "MATCH (a:Act) WHERE a.m IS NULL RETURN percentileDisc(a.i, 0.5), collect(DISTINCT a.i)[3]",
];

#[test]
fn rows_come_in_the_order_of_one_worker() {
    let changes = [
        "MATCH (a:Act)-[r:NEXT]->(b) WHERE a.k % 41 = 0 DELETE r CREATE (b)-[:NEXT {w: 9}]->(a), (:Body {t: 'title 77', k: -a.k})",
        "MATCH (a:Body) WHERE a.k % 53 = 0 SET a.t = 'title 7' + a.k, a.i = null",
    ];
    as_built_and_after(&changes, |session| {
        for text in CHAINS {
            let one = must(session, text, 1);
            assert!(!one.is_empty(), "{text}");
            assert_eq!(one, must(session, text, 2), "{text}");
        }
    });
}

/// Groups that are nearly as many as the rows, or cannot be put together, of keys in every form.
const DEALT: &[&str] = &[
    "MATCH (a)-[:NEXT|MADE]->(b) RETURN b, count(DISTINCT a), min(a.s)",
    "MATCH (a)-[r:NEXT|MADE]->(b) RETURN r, collect(b.k)",
    "MATCH (a)-[:NEXT|MADE]->(b) RETURN b.k, collect(a.k), count(DISTINCT a.s)",
    "MATCH (a)-[:NEXT|MADE]->(b) RETURN b.d, a.i, count(*), sum(DISTINCT a.k)",
    "MATCH (a)-[:NEXT|MADE]->(b) RETURN toUpper(b.t), a.m, collect(DISTINCT a.i + 1), avg(DISTINCT a.k)",
    "MATCH (a)-[:NEXT|MADE]->(b) RETURN a.s + b.k, percentileDisc(a.k, 0.5), stDev(a.k)",
    "MATCH (a)-[:NEXT|MADE]->(b) RETURN b.k * 1.5, 1 AS one, max(a.d), percentileCont(a.k, 0.3)",
    "MATCH (a)-[:NEXT|MADE]->(b) RETURN [b.k, a.m], null AS none, count(*)",
    "MATCH (a) RETURN a.t, collect(DISTINCT a.k + 1)",
    "MATCH (a) WHERE a.k > 9000 RETURN a.k % 5000, collect(DISTINCT a.k + 1)",
    "MATCH (a) RETURN a.i, collect(DISTINCT a.s)",
    "MATCH (a) RETURN CASE WHEN a.k < 22000 THEN a.k ELSE a.k / 1.0 END, collect(DISTINCT a.i + 1)",
    "MATCH (a) RETURN CASE WHEN a.k < 200 THEN a ELSE a.s END, collect(DISTINCT a.i + 1)",
    "MATCH (a) RETURN a.t, collect(DISTINCT a.k)",
    "MATCH (a) RETURN a.k % 5000, collect(DISTINCT a.i)",
];

#[test]
fn groups_are_dealt_out() {
    let changes = [
        "MATCH (a:Act)-[r:NEXT]->(b) WHERE a.k % 41 = 0 DELETE r CREATE (b)-[:NEXT {w: 9}]->(a) SET a.k = null, b.s = 7, b.d = 'no day'",
    ];
    as_built_and_after(&changes, |session| {
        for text in DEALT {
            let (one, two) = (must(session, text, 1), must(session, text, 2));
            assert!(one.len() > 5, "{text}");
            // What cannot be put together is dealt out, and comes in the order of one worker.
            let (one, two) = match text.contains("(DISTINCT a.k)") && !text.contains("collect(DISTINCT a.k)")
                || text.contains("+ 1)")
            {
                true => (
                    one.iter().map(|row| format!("{row:?}")).collect(),
                    two.iter().map(|row| format!("{row:?}")).collect(),
                ),
                false => (sorted(one), sorted(two)),
            };
            let differs: Option<(&String, &String)> = one.iter().zip(&two).find(|(one, two)| one != two);
            assert!(differs.is_none() && one.len() == two.len(), "{text}: {differs:?}");
        }
    });
}

#[test]
fn percentiles_of_very_many_numbers_are_those_of_their_order() {
    let mut session = session();
    let pattern = "MATCH (:Act)-[:NEXT]->()-[:NEXT]->()-[:NEXT]->(b)";
    for property in ["b.k", "b.i"] {
        let rows = must(&mut session, &format!("{pattern} RETURN {property}"), 1);
        let mut numbers: Vec<i64> = rows.iter().filter_map(|row| row[0].as_integer()).collect();
        numbers.sort_unstable();
        assert!(numbers.len() > 1 << 16);
        for percentile in [0.0, 0.001, 0.37, 0.5, 0.999, 1.0] {
            let last = (numbers.len() - 1) as f64 * percentile;
            let [low, high] = [last.floor(), last.ceil()].map(|place| numbers[place as usize] as f64);
            let nearest = (numbers.len() as f64 * percentile).ceil().max(1.0) as usize - 1;
            let wanted =
                vec![Value::Integer(numbers[nearest]), Value::Float(low + (high - low) * last.fract())];
            let asked =
                format!("percentileDisc({property}, {percentile}), percentileCont({property}, {percentile})");
            for threads in [1, 2] {
                let found = must(&mut session, &format!("{pattern} RETURN {asked}"), threads);
                assert_eq!(found, vec![wanted.clone()], "{asked}");
            }
        }
    }
}

/// What is added up of parts by several workers.
#[test]
fn lists_and_spreads_of_parts_are_put_together() {
    let mut session = session();
    for text in [
        "MATCH (a) RETURN labels(a)[0], collect(a.k), collect(a.m), percentileDisc(a.k, 0.4)",
        "MATCH (a)-[:NEXT]->(b) RETURN collect(b.k), percentileCont(a.k, 0.7), percentileDisc(a.i, 1)",
        "MATCH (a) RETURN a.i % 3, round(stDev(a.k), 3), round(stDevP(a.k), 3)",
        "MATCH (a)-[:NEXT|MADE]->(b) RETURN percentileCont(b.k, 0.31), percentileDisc(b.k, 0.31), percentileDisc(a.i, 0)",
        "MATCH (a)-[:NEXT|MADE]->(b) RETURN b.i, percentileCont(a.k, 0.5), percentileDisc(a.k, 1), percentileCont(a.none, 1)",
        "MATCH (a) RETURN percentileDisc(CASE WHEN a.k > 9000 THEN a.k / 2.0 ELSE a.k END, 0.9), percentileDisc(a.k, a.k % 1)",
        "MATCH (a) WHERE a.none RETURN stDev(a.k), percentileDisc(a.k, 0.4), collect(a.k)",
    ] {
        assert!(sorted(must(&mut session, text, 1)) == sorted(must(&mut session, text, 2)), "{text}");
    }
}

/// Long lists are sorted box by box: in the order of all keys, and rows that are alike in the order in which they came.
#[test]
fn long_lists_are_sorted() {
    const ROWS: i64 = 70_000;
    let mut session = Session::empty();
    let given = |i: i64| (i * 7919 % 1000, i * 31 % 17, i % 3 == 0);
    let made = format!(
        "UNWIND range(0, {ROWS} - 1) AS i WITH i, i * 7919 % 1000 AS a, i * 31 % 17 AS b, \
         CASE WHEN i % 3 = 0 THEN null ELSE 'text ' + (i * 31 % 17) END AS s"
    );
    let text = |i: i64| if given(i).2 { None } else { Some(format!("text {}", given(i).1)) };
    type Order<'o> = &'o dyn Fn(i64, i64) -> std::cmp::Ordering;
    // Null comes last, first from above.
    let by_text = |x: i64, y: i64| match (text(x), text(y)) {
        (None, None) => std::cmp::Ordering::Equal,
        (None, _) => std::cmp::Ordering::Greater,
        (_, None) => std::cmp::Ordering::Less,
        (x, y) => x.cmp(&y),
    };
    let orders: [(&str, Order<'_>); 6] = [
        ("a", &|x, y| given(x).0.cmp(&given(y).0)),
        ("a DESC, b", &|x, y| given(y).0.cmp(&given(x).0).then(given(x).1.cmp(&given(y).1))),
        ("i DESC", &|x, y| y.cmp(&x)),
        ("b % 1", &|_, _| std::cmp::Ordering::Equal),
        ("s, a DESC", &|x, y| by_text(x, y).then(given(y).0.cmp(&given(x).0))),
        ("s DESC", &|x, y| by_text(y, x)),
    ];
    for (keys, order) in orders {
        let mut expected: Vec<i64> = (0..ROWS).collect();
        expected.sort_by(|x, y| order(*x, *y));
        for threads in [1, 2] {
            let rows = must(&mut session, &format!("{made} RETURN i ORDER BY {keys}"), threads);
            let found: Vec<i64> = rows.iter().filter_map(|row| row[0].as_integer()).collect();
            assert_eq!(found, expected, "{keys}, {threads} workers");
        }
    }
}

/// A dictionary of more texts than are searched at a time.
#[test]
fn many_texts_are_searched() {
    const TEXTS: i64 = 40_000;
    let mut session = Session::empty();
    let made =
        format!("UNWIND range(0, {TEXTS} - 1) AS k CREATE (:Text {{k: k, t: 'x' + (k * k % 99991) + 'y'}})");
    must(&mut session, &made, 1);
    session.graph.fold();
    for wanted in ["77", "x1", "9y", "x", "yx", "none", "31"] {
        let has = |k: &i64| format!("x{}y", k * k % 99_991).contains(wanted);
        let expected: Vec<i64> = (0..TEXTS).filter(has).collect();
        for threads in [1, 2] {
            let text = format!("MATCH (n:Text) WHERE n.t CONTAINS '{wanted}' RETURN n.k");
            let rows = must(&mut session, &text, threads);
            let found: Vec<i64> = rows.iter().filter_map(|row| row[0].as_integer()).collect();
            assert_eq!(found, expected, "{wanted}, {threads} workers");
        }
    }
}

/// What stands inside another statement keeps to the row that it is asked for.
#[test]
fn inner_statements_keep_their_row() {
    let mut session = session();
    for text in [
        "MATCH (a:Act) WHERE a.k < 5 RETURN a.k, COUNT { MATCH (b:Act) WHERE b.i = a.i }",
        "MATCH (a:Act) WHERE a.k < 5 RETURN a.k, COLLECT { MATCH (b:Act) WHERE b.i = a.i RETURN count(*) }",
        "MATCH (a:Act) WHERE a.k < 3 OPTIONAL MATCH (b:Body) WHERE b.i = a.i RETURN a.k, count(b)",
        "MATCH (a:Act) WITH max(a.k) AS most MATCH (b:Act) WHERE b.k + 5 > most RETURN count(*), sum(b.k)",
    ] {
        assert_eq!(sorted(must(&mut session, text, 1)), sorted(must(&mut session, text, 2)), "{text}");
    }
}

/// Statements that several workers share and that take very long.
const LONG: &[&str] = &[
    "MATCH (a:Act)-[:NEXT*1..40]->(b) RETURN b.k ORDER BY b.i, a.k LIMIT 3",
    "MATCH (a:Act)-[:NEXT*1..40]->(b) RETURN a.k, collect(b.k)",
    "MATCH (a:Act)-[:NEXT*1..40]->(b) RETURN count(*)",
    "MATCH (a:Act)-[:NEXT*1..40]->(b) RETURN a.s, count(DISTINCT b.i), max(b.k)",
    "MATCH (a:Act) WHERE all(x IN range(1, 100000) WHERE x + a.k >= 0) RETURN count(*)",
    "MATCH (a:Body)-[:MADE]->(b)<-[:MADE]-(c)-[:MADE]->(d)<-[:MADE]-(e)-[:MADE]->(f)<-[:MADE]-(g) \
     RETURN sum(g.i + a.i + e.i + c.i)",
    "MATCH (a:Act)--(b)--(c)--(d)--(e)--(f)--(g) RETURN a.i, sum(b.i + g.i)",
];

#[test]
fn all_workers_stop() {
    let mut session = session();
    for text in LONG {
        let time = Some(Duration::from_millis(60));
        let budget = Budget { threads: 2, rows: u64::MAX, memory: 1 << 40, time, ..Budget::default() };
        let began = Instant::now();
        let report = run(&mut session, text, budget).map(|answer| answer.rows.len()).unwrap_err();
        assert_eq!((report.class, report.code), (Class::Limit, "limit.time"), "{text}");
        assert!(began.elapsed() < Duration::from_secs(5), "{text}: {:?}", began.elapsed());

        let budget = Budget { threads: 2, rows: u64::MAX, memory: 1 << 40, ..Budget::default() };
        let cancel = budget.cancel.clone();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(60));
            cancel.cancel();
            Instant::now()
        });
        let report = run(&mut session, text, budget).map(|answer| answer.rows.len()).unwrap_err();
        let cancelled = thread.join().unwrap();
        assert_eq!(report.class, Class::Interrupted, "{text}: {report:?}");
        assert!(cancelled.elapsed() < Duration::from_secs(5), "{text}: {:?}", cancelled.elapsed());
    }
}

#[test]
fn workers_keep_to_memory_and_rows() {
    let mut session = session();
    let many = "MATCH (a)-[:NEXT|MADE]->(b) RETURN a.k, b.k, count(*)";
    for threads in [1, 2] {
        let budget = Budget { threads, memory: 1 << 20, ..Budget::default() };
        let report = run(&mut session, many, budget).map(|answer| answer.rows.len()).unwrap_err();
        assert_eq!(report.code, "limit.memory");
        let budget = Budget { threads, rows: 9000, ..Budget::default() };
        let report = run(&mut session, many, budget).map(|answer| answer.rows.len()).unwrap_err();
        assert_eq!(report.code, "limit.rows");
        let text = "MATCH (a) RETURN count(DISTINCT a.s + a.k), count(*)";
        let budget = Budget { threads, memory: 1 << 18, ..Budget::default() };
        let report = run(&mut session, text, budget).map(|answer| answer.rows.len()).unwrap_err();
        assert_eq!(report.code, "limit.memory");
    }
    // Afterwards all is as before.
    assert_eq!(must(&mut session, "MATCH (a) RETURN count(*)", 2), [[Value::Integer(i64::from(NODES))]]);
}

/// An error in one part of the work is the error of the statement, however many work.
#[test]
fn an_error_of_a_worker_is_told() {
    let mut session = session();
    for threads in [1, 2] {
        let budget = Budget { threads, ..Budget::default() };
        let text = "MATCH (a) RETURN sum(1 / (a.k - 23990))";
        let report = run(&mut session, text, budget).map(|answer| answer.rows.len()).unwrap_err();
        assert_eq!(report.class, Class::Input, "{report:?}");
    }
}
