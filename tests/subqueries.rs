//! What a subquery finds is the same for all rows of a batch at once and for one row after another.

use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Value};

/// More nodes than go through operators in one batch.
const NODES: i64 = 9000;

/// A node's number, its list and its relationships to others, some of them parallel, some to itself.
fn session() -> Session {
    let mut session = Session::empty();
    run(
        &mut session,
        &format!(
            "UNWIND range(0, {NODES} - 1) AS k CREATE (n:N {{k: k, v: k * 7919 % 997, s: 'v' + (k * 7919 % 997), \
             l: range(1, k % 4)}}) SET n.v = CASE k % 13 WHEN 0 THEN null ELSE n.v END"
        ),
        1,
    );
    run(&mut session, "CREATE INDEX FOR (n:N) ON (n.k)", 1);
    for step in ["a.k * 3 % 9000", "(a.k + 17) % 9000", "(a.k + 17) % 9000", "a.k - a.k % 500"] {
        let text = format!(
            "MATCH (a:N) WHERE a.k % 5 <> 1 MATCH (b:N {{k: {step}}}) CREATE (a)-[:T {{w: a.k % 10}}]->(b)"
        );
        run(&mut session, &text, 1);
    }
    run(&mut session, "MATCH (a:N) WHERE a.k % 9 = 0 SET a:M", 1);
    session.graph.fold();
    session
}

fn run(session: &mut Session, text: &str, threads: usize) -> Vec<Vec<Value>> {
    let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
    let options = Options { language: Language::Cypher, budget, ..Options::default() };
    session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

#[test]
fn rows_at_once_are_those_of_one_after_another() {
    let mut session = session();
    // What is looked for from `x`, and a condition and a value that read it.
    let bodies = [
        ("(x)-[r:T]->(y)", "y.v > x.v", "y.k"),
        ("(x)-[r:T]->(y:M)", "r.w < 7", "r.w"),
        ("(x)<-[r:T]-(y)", "y.v = x.v OR y.k = 7", "y.v"),
        ("(x)-[r:T]-(y)", "x <> y", "y.k + x.k"),
        ("(x)-[r:T]->(y)-[q:T]->(z)", "z.v < x.v", "z.k"),
        ("(x)-[r:T*1..2]->(y)", "y.v + size(r) > x.v", "y.k"),
        (
            "(x)-[r:T]->(y)",
            "EXISTS { (y)-[:T]->(u) WHERE u.v < x.v }",
            "CASE WHEN y IS NOT NULL THEN COUNT { (y)-[:T]->(u) WHERE u.v < x.v } END",
        ),
    ];
    for (pattern, condition, value) in bodies {
        // The same by way of OPTIONAL MATCH, of which each row keeps its node.
        let enumerated = format!(
            "MATCH (x:N) OPTIONAL MATCH {pattern} WHERE {condition} \
             WITH x, count(y) AS n, collect({value}) AS l RETURN x.k AS k, n, l ORDER BY k"
        );
        let expected = run(&mut session, &enumerated, 1);
        assert!(expected.len() == NODES as usize && expected.iter().any(|row| row[1] != Value::Integer(0)));
        let asked = format!(
            "MATCH (x:N) RETURN x.k AS k, COUNT {{ {pattern} WHERE {condition} }} AS n, \
             COLLECT {{ MATCH {pattern} WHERE {condition} RETURN {value} }} AS l, \
             [{pattern} WHERE {condition} | {value}] AS m, EXISTS {{ {pattern} WHERE {condition} }} AS e ORDER BY k"
        );
        for threads in [1, 2] {
            for (row, expected) in run(&mut session, &asked, threads).iter().zip(&expected) {
                let [_, count, list] = &expected[..] else { panic!("three columns") };
                assert_eq!((&row[0], &row[1]), (&expected[0], count), "{asked}");
                // OPTIONAL MATCH collects no nulls.
                for found in [&row[2], &row[3]] {
                    assert_eq!(sorted(found), sorted(list), "{asked}");
                }
                assert_eq!(row[4], Value::Boolean(*count != Value::Integer(0)), "{asked}");
            }
            for (test, holds) in [
                (format!("EXISTS {{ {pattern} WHERE {condition} }}"), (|n| n > 0) as fn(i64) -> bool),
                (format!("x.k % 3 = 0 AND NOT EXISTS {{ {pattern} WHERE {condition} }}"), |n| n == 0),
                (format!("COUNT {{ {pattern} WHERE {condition} }} > 2"), |n| n > 2),
                (format!("x.v IS NULL OR COUNT {{ {pattern} WHERE {condition} }} = 1"), |n| n == 1),
            ] {
                let text = format!("MATCH (x:N) WHERE {test} RETURN x.k AS k ORDER BY k");
                let found = run(&mut session, &text, threads);
                let thirds = test.starts_with("x.k % 3");
                let nulls = test.starts_with("x.v IS");
                let wanted: Vec<i64> = expected
                    .iter()
                    .filter_map(|row| match (&row[0], &row[1]) {
                        (Value::Integer(k), Value::Integer(n)) => Some((*k, *n)),
                        _ => None,
                    })
                    .filter(|(k, n)| (nulls && k % 13 == 0) || (holds(*n) && (!thirds || k % 3 == 0)))
                    .map(|(k, _)| k)
                    .collect();
                let found: Vec<i64> = found
                    .iter()
                    .filter_map(|row| if let Value::Integer(k) = row[0] { Some(k) } else { None })
                    .collect();
                assert_eq!(found, wanted, "{text}");
            }
        }
    }
}

/// What is in a list, nulls left out, in the order of how it is written.
fn sorted(list: &Value) -> Vec<String> {
    let Value::List(items) = list else { panic!("not a list: {list:?}") };
    let mut all: Vec<String> =
        items.iter().filter(|item| !item.is_null()).map(|item| format!("{item:?}")).collect();
    all.sort();
    all
}

/// A row that fails keeps no other from its answer, unless it is asked.
#[test]
fn what_fails_for_a_row_that_nobody_asks_about_does_not_fail() {
    let mut session = session();
    let few = "MATCH (x:N) WHERE x.k < 5000 AND EXISTS { (x)-[:T]->(y) WHERE y.v / (5000 - x.k) >= 0 } RETURN count(*)";
    assert!(matches!(run(&mut session, few, 1)[0][0], Value::Integer(n) if n > 1000));
    let all = "MATCH (x:N) WHERE EXISTS { (x)-[:T]->(y) WHERE y.v / (x.k - x.k) >= 0 } RETURN count(*)";
    let options = Options { language: Language::Cypher, ..Options::default() };
    assert!(session.run(all, &options).is_err());
}

#[test]
fn lists_of_a_row_are_in_the_order_of_one_row_alone() {
    let mut session = session();
    let all = run(
        &mut session,
        "MATCH (x:N) RETURN x.k AS k, [(x)-[r:T]->(y) WHERE y.v >= 0 | [y.k, r.w]] AS l ORDER BY k",
        1,
    );
    for k in (0..NODES).step_by(701) {
        let text = format!("MATCH (x:N {{k: {k}}}) RETURN x.k, [(x)-[r:T]->(y) WHERE y.v >= 0 | [y.k, r.w]]");
        assert_eq!(run(&mut session, &text, 1)[0], all[k as usize]);
    }
}
