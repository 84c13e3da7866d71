//! Hops over several types, and types and labels that WHERE asks for.

use super::{acts, run};
use whichlaw::Value;
use whichlaw::session::Session;

/// Acts with so many more types of relationships, at least one of which most of them lack.
fn with_types(count: u32) -> Session {
    let mut session = acts(9000);
    for number in 0..count {
        let text = format!(
            "MATCH (a:Act) WHERE a.k % 7 = {} MATCH (b:Act {{k: (a.k * 3 + {number}) % 9000}}) CREATE (a)-[:T{number}]->(b)",
            number % 7
        );
        run(&mut session, &text, 1, &[]);
    }
    session.graph.fold();
    session
}

fn sorted(mut rows: Vec<Vec<Value>>) -> Vec<String> {
    rows.sort_by_key(|row| format!("{row:?}"));
    rows.iter().map(|row| format!("{row:?}")).collect()
}

#[test]
fn hops_over_several_types_are_those_over_each() {
    for count in [3, 20] {
        let mut session = with_types(count);
        for edited in [false, true] {
            if edited {
                let edits = [
                    "MATCH (a:Act {k: 14})-[r]->() DELETE r",
                    "MATCH (a:Act) WHERE a.k % 500 = 3 CREATE (a)-[:T0]->(a), (a)-[:NEW]->(:Act {k: -1})",
                ];
                for text in edits {
                    run(&mut session, text, 1, &[]);
                }
            }
            let types = ["CITES", "MADE", "NEW"].map(str::to_owned).into_iter();
            let types: Vec<String> = types.chain((0..count).map(|number| format!("T{number}"))).collect();
            let mut each = Vec::new();
            for kind in &types {
                let text = format!("MATCH (a:Act)-[r:{kind}]->(b) RETURN a.k, type(r), b.k, b.i");
                each.extend(run(&mut session, &text, 1, &[]).rows);
            }
            assert!(each.len() > 9000, "{}", each.len());
            let each = sorted(each);
            for pattern in ["(a)-[r]->(b)".to_owned(), format!("(b)<-[r:{}]-(a)", types.join("|"))] {
                let all = format!("MATCH {pattern} RETURN a.k, type(r), b.k, b.i");
                let counted = format!("MATCH {pattern} RETURN a.i, count(b.i), sum(b.k)");
                let counts = sorted(run(&mut session, &counted, 1, &["factor", "group-first"]).rows);
                for threads in [1, 3] {
                    let rows = sorted(run(&mut session, &all, threads, &[]).rows);
                    assert!(rows == each, "{count} {edited} {threads} {pattern}");
                    assert_eq!(sorted(run(&mut session, &counted, threads, &[]).rows), counts, "{pattern}");
                }
            }
        }
    }
}

#[test]
fn types_and_labels_of_where_are_those_of_the_pattern() {
    let mut session = with_types(2);
    for (asked, meant) in [
        ("(a)-[r]->(b) WHERE type(r) = 'MADE'", "(a)-[r:MADE]->(b)"),
        ("(a)-[r]->(b) WHERE 'MADE' = type(r)", "(a)-[r:MADE]->(b)"),
        ("(a)-[r]->(b) WHERE type(r) IN ['MADE', 'T1', 'NONE']", "(a)-[r:MADE|T1]->(b)"),
        ("(a)-[r:MADE|T0]->(b) WHERE type(r) IN ['MADE', 'T1']", "(a)-[r:MADE]->(b)"),
        ("(a)-[r]-(b) WHERE r:MADE OR type(r) = 'T0'", "(a)-[r:MADE|T0]-(b)"),
        ("(a)-[r]->(b) WHERE type(r) = 'MADE' AND type(r) = 'T0'", "(a)-[r:NONE]->(b)"),
        ("(a)-[r]->(b) WHERE type(r) IN ['MADE', 'MADE']", "(a)-[r:MADE]->(b)"),
        ("(a)-[r]->(b) WHERE r:MADE|MADE", "(a)-[r:MADE]->(b)"),
        ("(a)-[r]->(b) WHERE type(r) IN []", "(a)-[r:NONE]->(b)"),
        (
            "(a)-[r]->(b) WHERE type(r) = 'MADE' OR b.i = 3 AND a.i = 1",
            "(a)-[r]->(b) WHERE b.i = 3 AND a.i = 1 OR r:MADE",
        ),
        (
            "(a)-[r]->(b), (b)-[s]->(c) WHERE type(r) = 'MADE' AND type(s) = 'T0'",
            "(a)-[r:MADE]->(b), (b)-[s:T0]->(c)",
        ),
        ("(a)-[r]->(b) WHERE type(r) = 'MADE' OR type(r) = 'T0' OR r:T1", "(a)-[r:MADE|T0|T1]->(b)"),
        ("(a)-[r]->(b) WHERE NOT type(r) = 'CITES'", "(a)-[r:MADE|T0|T1]->(b)"),
        ("(a)-[r]->(b) WHERE 'Treaty' IN labels(a) AND 'Law' IN labels(b)", "(a:Treaty)-[r]->(b:Law)"),
        ("(a)-[r]->(b) WHERE NOT 'Law' IN labels(a)", "(a)-[r]->(b) WHERE NOT a:Law"),
        ("(a)-[r]->(b) WHERE 'None' IN labels(a)", "(a:None)-[r]->(b)"),
    ] {
        let shown = " RETURN a.k, type(r), b.k";
        let meant = sorted(run(&mut session, &format!("MATCH {meant}{shown}"), 1, &[]).rows);
        for off in [&[][..], &["kind-tests"]] {
            let rows = sorted(run(&mut session, &format!("MATCH {asked}{shown}"), 1, off).rows);
            assert!(rows == meant, "{asked} {off:?}: {} and {}", rows.len(), meant.len());
        }
        let counted = format!("MATCH {asked} RETURN count(*)");
        let count = run(&mut session, &counted, 1, &[]).rows;
        assert_eq!(count, vec![vec![Value::Integer(meant.len() as i64)]], "{asked}");
    }
    // Where the relationship is there before, and where there may be none.
    for (asked, meant) in [
        (
            "MATCH (a)-[r]->(b) WITH r, a MATCH (a)-[r]->(c) WHERE type(r) = 'MADE' RETURN c.k",
            "MATCH (a)-[r:MADE]->(c) RETURN c.k",
        ),
        (
            "MATCH (a:Treaty) OPTIONAL MATCH (a)-[r]->(b) WHERE type(r) = 'MADE' RETURN a.k, b.k",
            "MATCH (a:Treaty) OPTIONAL MATCH (a)-[:MADE]->(b) RETURN a.k, b.k",
        ),
        (
            "MATCH (a:Treaty) WHERE EXISTS { (a)-[r]->() WHERE type(r) IN ['MADE', 'T1'] } RETURN a.k",
            "MATCH (a:Treaty) WHERE EXISTS { (a)-[:MADE|T1]->() } RETURN a.k",
        ),
    ] {
        let rows = sorted(run(&mut session, asked, 1, &[]).rows);
        assert!(!rows.is_empty(), "{asked}");
        assert_eq!(rows, sorted(run(&mut session, meant, 1, &[]).rows), "{asked}");
    }
}
