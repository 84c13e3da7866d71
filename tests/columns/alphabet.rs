//! Texts in their order: the same before anyone has put them in order and after.

use std::collections::BTreeMap;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Value};

fn ask(session: &mut Session, text: &str, threads: usize) -> Vec<Vec<Value>> {
    let budget = Budget { threads, ..Budget::default() };
    let options = Options { language: Language::Cypher, budget, ..Options::default() };
    session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

/// Texts that begin alike, texts of which one is the beginning of another, letters of one to four bytes, and null.
fn make() -> Session {
    let mut session = Session::empty();
    for text in [
        "UNWIND range(0, 5999) AS k CREATE (:N {k: k, t: CASE k % 8 WHEN 0 THEN null \
         WHEN 1 THEN 'Decree concerning the ' + ['fees', 'fée', 'fee', ''][k % 4] + (k * 37 % 300) \
         WHEN 2 THEN substring('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 0, k % 41) \
         WHEN 3 THEN ['é', 'z', '€', '𝄞', 'Z'][k % 5] + (k % 30) \
         WHEN 4 THEN substring('aaaaaaaa\\u0000\\u0000\\u0000b', 0, 7 + k % 5) \
         ELSE 'Law ' + (k * 7919 % 500) END})",
        "MATCH (a:N), (b:N) WHERE b.k = (a.k * 13 + 1) % 6000 CREATE (a)-[:R]->(b)",
    ] {
        ask(&mut session, text, 1);
    }
    session.graph.fold();
    session
}

/// Whether the order of the texts has been made.
fn is_known(session: &Session) -> bool {
    let key = session.graph.key("t").expect("the key is there");
    session.graph.stored(key, true).expect("it has a column").column.order.known().is_some()
}

/// All answers, against what is worked out of all texts.
fn look(session: &mut Session, threads: usize) {
    let mut ask = |text: &str| ask(session, text, threads);
    let number = |value: &Value| match value {
        Value::Integer(number) => *number,
        other => panic!("{other:?} is no number"),
    };
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    };
    let all = ask("MATCH (a:N) RETURN a.k, a.t");
    let texts: BTreeMap<i64, Option<String>> =
        all.iter().map(|row| (number(&row[0]), text(&row[1]))).collect();
    let numbers = |rows: Vec<Vec<Value>>| rows.iter().map(|row| number(&row[0])).collect::<Vec<i64>>();

    // Null comes last, and first where it is turned.
    let mut order: Vec<(bool, &Option<String>, i64)> =
        texts.iter().map(|(k, text)| (text.is_none(), text, *k)).collect();
    order.sort();
    let by_text: Vec<i64> = order.iter().map(|(.., k)| *k).collect();
    let turned: Vec<i64> = by_text.iter().rev().copied().collect();
    assert_eq!(numbers(ask("MATCH (a:N) RETURN a.k ORDER BY a.t, a.k")), by_text);
    assert_eq!(numbers(ask("MATCH (a:N) RETURN a.k AS k ORDER BY a.t DESC, k DESC")), turned);
    for (skip, limit) in [(0, 5), (0, 1500), (3, 20), (2990, 40), (5500, 900)] {
        let page = |all: &[i64]| all.iter().skip(skip).take(limit).copied().collect::<Vec<i64>>();
        let part = format!("SKIP {skip} LIMIT {limit}");
        assert_eq!(numbers(ask(&format!("MATCH (a:N) RETURN a.k ORDER BY a.t, a.k {part}"))), page(&by_text));
        let text = format!("MATCH (a:N) RETURN a.k AS k ORDER BY a.t DESC, k DESC {part}");
        assert_eq!(numbers(ask(&text)), page(&turned));
        let there: Vec<i64> = turned
            .iter()
            .filter(|k| texts[k].as_ref().is_some_and(|text| !text.is_empty()))
            .copied()
            .collect();
        let text = format!("MATCH (a:N) WHERE a.t <> '' RETURN a.k AS k ORDER BY a.t DESC, k DESC {part}");
        assert_eq!(numbers(ask(&text)), page(&there));
    }
    let kinds = |row: &(bool, &Option<String>, i64)| (row.2 % 3, row.0, row.1.clone(), row.2);
    let mut by_kind: Vec<_> = order.iter().map(kinds).collect();
    by_kind.sort();
    let by_kind: Vec<i64> = by_kind.into_iter().map(|(.., k)| k).collect();
    assert_eq!(numbers(ask("MATCH (a:N) RETURN a.k ORDER BY a.k % 3, a.t, a.k")), by_kind);

    // Texts that are there and texts that are not.
    for than in
        ["", "Decree", "Decree concerning the fee", "Law 100", "Law 1000", "aaaaaaaa", "aaaaaaab", "é", "𝄟"]
    {
        for operator in ["<", "<=", ">", ">="] {
            let stands = |text: &Option<String>| {
                text.as_deref().map(|text| match operator {
                    "<" => text < than,
                    "<=" => text <= than,
                    ">" => text > than,
                    _ => text >= than,
                })
            };
            for (condition, wanted) in
                [(format!("a.t {operator} '{than}'"), true), (format!("NOT a.t {operator} '{than}'"), false)]
            {
                let found = ask(&format!("MATCH (a:N) WHERE {condition} RETURN a.k, a.t ORDER BY a.k"));
                let passing: Vec<i64> =
                    texts.iter().filter(|(_, text)| stands(text) == Some(wanted)).map(|(k, _)| *k).collect();
                assert_eq!(numbers(found), passing, "{condition}");
            }
        }
    }

    // Two texts of the same row.
    let ends = ask("MATCH (a:N)-[:R]->(b) RETURN a.k, b.k ORDER BY a.k");
    let ends: Vec<(i64, i64)> = ends.iter().map(|row| (number(&row[0]), number(&row[1]))).collect();
    for operator in ["<", "<=", ">", ">="] {
        let found = ask(&format!("MATCH (a:N)-[:R]->(b) WHERE a.t {operator} b.t RETURN a.k ORDER BY a.k"));
        let stands = |(a, b): &&(i64, i64)| match (&texts[a], &texts[b]) {
            (Some(a), Some(b)) => match operator {
                "<" => a < b,
                "<=" => a <= b,
                ">" => a > b,
                _ => a >= b,
            },
            _ => false,
        };
        let passing: Vec<i64> = ends.iter().filter(stands).map(|(a, _)| *a).collect();
        assert_eq!(numbers(found), passing, "{operator}");
    }

    // The least and the greatest of each group, and of groups without a text.
    for groups in [1, 5, 8, 700] {
        let found = ask(&format!(
            "MATCH (a:N) WITH a.k % {groups} AS g, min(a.t) AS low, max(a.t) AS high RETURN g, low, high ORDER BY g"
        ));
        for row in found {
            let group = number(&row[0]);
            let of_group =
                || texts.iter().filter(|(k, _)| **k % groups == group).filter_map(|(_, t)| t.clone());
            assert_eq!(
                (text(&row[1]), text(&row[2])),
                (of_group().min(), of_group().max()),
                "{group} of {groups}"
            );
        }
    }
}

#[test]
fn texts_are_in_their_order_before_it_is_known_and_after() {
    for threads in [1, 3] {
        let mut session = make();
        assert!(!is_known(&session));
        let first = "MATCH (a:N) WHERE a.k < 300 AND a.t < 'M' RETURN count(*)";
        let before = ask(&mut session, first, threads);
        assert!(!is_known(&session), "one look at each text is not worth it");
        look(&mut session, threads);
        assert!(is_known(&session));
        assert_eq!(ask(&mut session, first, threads), before);
        look(&mut session, threads);
        // What is written since is not in the column.
        for change in [
            "MATCH (a:N) WHERE a.k % 90 = 11 SET a.t = 'Law 77 and a half'",
            "MATCH (a:N) WHERE a.k % 80 = 12 REMOVE a.t",
            "MATCH (a:N) WHERE a.k % 700 = 13 DETACH DELETE a",
            "UNWIND range(6000, 6100) AS k CREATE (:N {k: k, t: 'M' + k})",
        ] {
            ask(&mut session, change, threads);
        }
        look(&mut session, threads);
        session.graph.fold();
        look(&mut session, threads);
    }
}

/// While it becomes known, in the midst of a statement.
#[test]
fn the_least_and_the_greatest_of_groups_are_found_while_the_order_is_made() {
    for threads in [1, 2, 3] {
        let mut session = make();
        let text = "MATCH (a:N)-[:R]->(b) RETURN b.k % 2000 AS g, min(b.t), max(b.t) ORDER BY g";
        let before = ask(&mut session, text, threads);
        assert!(is_known(&session));
        assert_eq!(ask(&mut session, text, 1), before);
    }
}
