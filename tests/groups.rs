//! Groups are the same however they are found: by one table, level by level, or by their bytes, and from the one to the
//! other on the way.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use whichlaw::graph::Graph;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Value};

/// Beyond the rows after which a table is tried.
const NODES: u32 = 20_000;

fn graph() -> Graph {
    static GRAPH: OnceLock<Graph> = OnceLock::new();
    GRAPH.get_or_init(make).clone()
}

/// Days on either side of 1970, numbers below and above zero, texts and things without, and in the end numbers that no
/// table has room for.
fn make() -> Graph {
    let mut session = Session::empty();
    let text = format!(
        "UNWIND range(0, {NODES} - 1) AS k CREATE (n:N {{k: k, few: 'f' + (k % 5), many: 'm' + (k * 7919 % 30011), \
         day: date('1950-01-01') + duration({{days: k * 31 % 9973}}), number: k * 17 % 1009 - 500, \
         late: CASE WHEN k > {NODES} - 50 THEN 2000000000 - k ELSE k % 3 END, whole: k * 31 % 5003}}) \
         SET n.day = CASE k % 11 WHEN 0 THEN null ELSE n.day END, \
         n.many = CASE k % 7 WHEN 0 THEN null ELSE n.many END"
    );
    rows(&mut session, &text, 1);
    session.graph.fold();
    session.graph
}

fn rows(session: &mut Session, text: &str, threads: usize) -> Vec<Vec<Value>> {
    let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
    let options = Options { language: Language::Cypher, budget, ..Options::default() };
    session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

/// How often each combination comes, the sum of `k` over it, and the place of its first row.
fn expected(session: &mut Session, keys: &str) -> BTreeMap<String, (i64, i64, usize)> {
    let mut groups = BTreeMap::new();
    for (place, row) in rows(session, &format!("MATCH (n:N) RETURN n.k, {keys}"), 1).into_iter().enumerate() {
        let mut row = row.into_iter();
        let Some(Value::Integer(k)) = row.next() else { panic!("a number is missing") };
        let key = format!("{:?}", row.collect::<Vec<_>>());
        let (count, sum, _) = groups.entry(key).or_insert((0, 0, place));
        (*count, *sum) = (*count + 1, *sum + k);
    }
    groups
}

#[test]
fn groups_are_those_of_their_keys() {
    let mut session = Session::empty();
    session.graph = graph();
    for keys in [
        "n.day",
        "n.many",
        "n.number",
        "n.late",
        "n.few, n.day",
        "n.day, n.few, n.late % 3",
        "n.many, n.number",
        "n.few, n.late",
        "n.whole % 400, n.number + 500",
        "n.day, 'the same', n.number",
        "toString(n.late), n.day",
        "CASE WHEN n.k < 17000 THEN n.day ELSE n.many END",
        "CASE WHEN n.k < 17000 THEN 1 ELSE 'one' END, n.few",
    ] {
        let expected = expected(&mut session, keys);
        for threads in [1, 2] {
            for (what, counts_only) in [("count(*)", true), ("count(*), sum(n.k)", false)] {
                let text = format!("MATCH (n:N) RETURN {what}, {keys}");
                let mut found = BTreeMap::new();
                let mut places = Vec::new();
                for row in rows(&mut session, &text, threads) {
                    let mut row = row.into_iter();
                    let mut number = || match row.next() {
                        Some(Value::Integer(number)) => number,
                        other => panic!("{text}: {other:?}"),
                    };
                    let numbers = (number(), if counts_only { 0 } else { number() });
                    let key = format!("{:?}", row.collect::<Vec<_>>());
                    places.extend(expected.get(&key).map(|(_, _, place)| *place));
                    assert!(found.insert(key, numbers).is_none(), "{text}: a group comes twice");
                }
                assert_eq!(found.len(), expected.len(), "{text}");
                for (key, (count, sum, _)) in &expected {
                    let sum = if counts_only { 0 } else { *sum };
                    assert_eq!(found.get(key), Some(&(*count, sum)), "{text}: {key}");
                }
                // In the order of their first rows, whoever found them.
                assert!(places.is_sorted(), "{text} with {threads}");
            }
        }
    }
}

#[test]
fn what_seemed_few_groups_may_be_many() {
    let mut session = Session::empty();
    session.graph = graph();
    // At first the same few keys again and again, then hardly one that was there.
    for called in ["count(*)", "sum(n.k), collect(i)"] {
        let text = format!(
            "MATCH (n:N) UNWIND range(1, 10) AS i \
             RETURN CASE WHEN n.k < 2000 THEN n.k % 7 ELSE n.k * 10 + i % 9 END AS key, {called}"
        );
        let one = rows(&mut session, &text, 1);
        assert_eq!(one.len(), 7 + 18_000 * 9);
        assert!(one == rows(&mut session, &text, 2), "{text}");
    }
}

/// Rows that come slowly, of groups that seem as many as they are until they come again in later parts.
#[test]
fn what_one_worker_adds_up_of_rows_that_all_find_is_in_order() {
    let mut session = Session::empty();
    session.graph = graph();
    for aggregates in [
        "collect(n.k), count(*)",
        "collect(toString(n.k)), min(n.day)",
        "max(n.many), min(n.many), avg(n.k), sum(n.k)",
    ] {
        let text = format!(
            "MATCH (n:N) WHERE reduce(sum = 0, i IN range(1, 60) | sum + i) > n.k % 2 RETURN n.whole, {aggregates}"
        );
        let alone = rows(&mut session, &text, 1);
        assert_eq!(alone.len(), 5003);
        for threads in [2, 4] {
            assert!(rows(&mut session, &text, threads) == alone, "{text} with {threads} threads");
        }
    }
}

/// Lists so long that all workers make each of them, put together of several pieces.
#[test]
fn very_long_lists_hold_what_was_put_in() {
    let mut session = Session::empty();
    session.graph = graph();
    for (list, expected) in [("collect(n.k)", 5 * 199_990_000), ("collect(DISTINCT n.k)", 199_990_000)] {
        let text = format!(
            "MATCH (m:N), (n:N) WHERE m.k < 10 WITH m.k % 2 AS g, {list} AS l \
             RETURN g, reduce(sum = 0, k IN l | sum + k) ORDER BY g"
        );
        for threads in [1, 2, 4] {
            let sums = [0, 1].map(|g| vec![Value::Integer(g), Value::Integer(expected)]);
            assert_eq!(rows(&mut session, &text, threads), sums, "{list} with {threads} threads");
        }
    }
}
