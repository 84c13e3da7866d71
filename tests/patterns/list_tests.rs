//! `any`, `all` and `none` of what a pattern gives, where WHERE asks for them: against the lists themselves.

use super::{acts, plan, run};
use whichlaw::Value;

const CONDITIONS: &[&str] = &[
    "any(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < 3)",
    "all(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < 9)",
    "none(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < 9)",
    "single(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < 9)",
    "NOT any(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < 9)",
    "NOT all(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < 9)",
    "NOT none(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < 9)",
    // What is unknown of some of them.
    "any(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2)",
    "all(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2)",
    "none(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2)",
    "NOT all(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2 OR x IS NULL)",
    "NOT none(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2 AND a.i > 3)",
    // Nodes, relationships and lists of both, beside what is known of the row.
    "any(x IN [(a)-[:CITES]->(b) | b] WHERE x.i = a.i + 1 AND x:Law)",
    "all(x IN [(a)-[r:CITES|MADE]->(b) | r] WHERE type(x) = 'CITES')",
    "none(x IN [(a)-[:CITES]->(b) WHERE b.i > 2 | [b, b.i]] WHERE x[1] = a.i)",
    "any(x IN [(a)-[:CITES]->(b)-[:CITES]->(c) | c] WHERE x = a)",
    "any(x IN [(a)-[:CITES]->(b) | b.i] WHERE any(y IN [1, 2, a.i] WHERE y = x))",
    "any(x IN [(a)-[:CITES]->(b) | b] WHERE EXISTS { (x)-[:MADE]->() })",
    "any(x IN [(a)-[:CITES]->(b) | b] WHERE a.i = 3)",
    "all(x IN COLLECT { MATCH (a)-[:CITES]->(b) RETURN b.i } WHERE x < 9)",
    "any(x IN COLLECT { MATCH (a)-[:CITES]->(b) RETURN DISTINCT b.i ORDER BY b.i LIMIT 1 } WHERE x > 2)",
    // Beside other conditions.
    "a.i = 2 OR any(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2)",
    "a.i > 2 AND (a.w = 1 OR all(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2))",
    "NOT (a.i = 2 OR any(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2))",
    "(any(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2)) IS NULL",
    "any(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2) = (a.i > 3)",
    "any(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < 3) AND all(x IN [(b)-[:CITES]->(a) | b.i] WHERE x > 1)",
];

#[test]
fn what_passes_of_a_pattern_is_what_passes_of_its_list() {
    let mut session = acts(900);
    for text in
        ["MATCH (a:Act) WHERE a.k % 4 <> 1 SET a.w = a.k % 7", "MATCH (a:Act {k: 4})-[r]->() DELETE r"]
    {
        run(&mut session, text, 1, &[]);
    }
    for edited in [true, false] {
        if !edited {
            session.graph.fold();
        }
        for condition in CONDITIONS {
            for matched in ["MATCH (a:Act)", "MATCH (:Treaty)-[:CITES]->(a)", "OPTIONAL MATCH (a:None)"] {
                for text in [
                    format!("{matched} WHERE {condition} RETURN a.k AS k ORDER BY k"),
                    format!("{matched} WITH a WHERE {condition} RETURN a.i AS i, count(*) ORDER BY i"),
                ] {
                    let listed = run(&mut session, &text, 1, &["list-tests"]).rows;
                    for threads in [1, 3] {
                        assert_eq!(run(&mut session, &text, threads, &[]).rows, listed, "{edited}: {text}");
                    }
                }
            }
        }
    }
}

/// Things of the row that the pattern of the list does not name.
#[test]
fn tests_of_lists_see_all_of_their_row() {
    let mut session = acts(900);
    for condition in [
        "any(x IN [(a)-[:CITES]->(b) | b.i] WHERE x = o.i)",
        "all(x IN [(a)-[:CITES]->(b) | b.i] WHERE x < o.i + limit)",
        "none(x IN [(a)-[:CITES]->(b) | b] WHERE x = o OR x.i = limit)",
    ] {
        let text = format!(
            "MATCH (a:Law), (o:Treaty) WITH a, o, o.k % 5 AS limit WHERE {condition} RETURN o.k, count(*), sum(a.k) ORDER BY o.k"
        );
        let listed = run(&mut session, &text, 1, &["list-tests"]).rows;
        assert!(listed.len() > 1 && plan(&mut session, &text).contains("list-tests"), "{condition}");
        assert_eq!(run(&mut session, &text, 1, &[]).rows, listed, "{condition}");
    }
}

/// What the values of the list would fail with, the question fails with.
#[test]
fn lists_that_cannot_be_made_are_not_decided() {
    let mut session = acts(90);
    let text = "MATCH (a:Act) WHERE any(x IN [(a)-[:CITES]->(b) | date(b.i)] WHERE true) RETURN a.k";
    assert!(!plan(&mut session, text).contains("list-tests"));
    let shown = "MATCH (a:Act) RETURN any(x IN [(a)-[:CITES]->(b) | b.w] WHERE x > 2) AS any, count(*)";
    assert!(!plan(&mut session, shown).contains("list-tests"), "elsewhere unknown is not false");
    let rows = run(&mut session, shown, 1, &[]).rows;
    assert!(rows.iter().any(|row| row[0] == Value::Null), "{rows:?}");
    let asked = "MATCH (a:Act) WHERE any(x IN [(a)-[:CITES]->(b) | b.i] WHERE x > 2) RETURN a.k";
    assert!(plan(&mut session, asked).contains("list-tests"));
}
