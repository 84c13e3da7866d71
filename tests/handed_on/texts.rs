//! Patterns, parts of texts, and texts that are looked up by their codes.

use super::{ask, edited, rows, session};
use whichlaw::Value;
use whichlaw::session::Session;

/// Texts that lack what a pattern requires are not matched with it; what matches is the same.
#[test]
fn patterns_match_the_same_texts_however_they_are_asked() {
    let mut session = Session::empty();
    rows(
        &mut session,
        "UNWIND ['tax act', 'Tax Act', 'TAX', 'an act\\non tax', 'tax\\n', '\u{212A}ing', 'king', 'fi\u{17F}cal', 'fiscal', 'FISCAL',          '', null, 3, 'act', 'tact', 'Stra\u{DF}e', 'STRASSE', 'a.b', 'axb'] AS t UNWIND range(1, 20) AS k CREATE (:T {t: t}), (:S {t: toString(t)})",
    );
    session.graph.fold();
    let patterns = [
        ".*tax.*",
        "tax.*",
        ".*act",
        ".+act.*",
        "(?i).*tax.*",
        "(?i)king",
        "(?i).*FISCAL.*",
        "(?i).*ing",
        "(?s).*tax.*",
        "tax",
        "t?ax.*",
        "(?i)strasse",
        ".*\u{DF}.*",
        "(?i).*STRA\u{DF}E",
        "a.b",
        "(?i)A.B",
        ".*",
        "",
        "act|tax act",
        "(?i)act.*on.*",
    ];
    for label in ["T", "S"] {
        for pattern in patterns {
            for not in ["", "NOT "] {
                let condition = format!("{not}n.t =~ '{pattern}'");
                let found = rows(
                    &mut session,
                    &format!("MATCH (n:{label}) WHERE {condition} RETURN n.t, count(*) ORDER BY n.t"),
                );
                let asked = format!(
                    "MATCH (n:{label}) WHERE [z IN [0] | {condition}][0] RETURN n.t, count(*) ORDER BY n.t"
                );
                assert_eq!(found, rows(&mut session, &asked), "{label} {condition}");
            }
        }
    }
}

/// The parts of texts are the elements of the lists that `split` makes.
#[test]
fn parts_of_texts_are_unwound_without_a_list() {
    for mut session in [session(), edited()] {
        for list in [
            "split(a.t, ' ')",
            "split(toUpper(a.t), 'C')",
            "split(q, '1')",
            "split(a.t + '', 't ')",
            "split(a.none, ' ')",
            "split('a,b', ',')",
        ] {
            let text = |list: &str| {
                format!(
                    "MATCH (a:N) WITH a, a.t AS q UNWIND {list} AS w RETURN a.u, w, count(*) ORDER BY a.u, w"
                )
            };
            let found = rows(&mut session, &text(list));
            assert_eq!(found, rows(&mut session, &text(&format!("[z IN [0] | {list}][0]"))), "{list}");
            assert_eq!(found.is_empty(), list.contains("none"));
        }
        let failed = ask(&mut session, "MATCH (a:N) UNWIND split(a.u, ' ') AS w RETURN w", 1);
        assert!(failed.is_err());
    }
}

/// Texts that were worked out are asked together.
#[test]
fn texts_that_were_worked_out_are_asked_as_each() {
    let conditions = [
        "size(w) > 2",
        "size(w) = 1",
        "w STARTS WITH 'A'",
        "w CONTAINS '1'",
        "w = 'Act'",
        "w <> 'Act'",
        "w < 'B'",
        "'4' < w",
        "toUpper(w) = 'ACT'",
        "left(w, 1) = '1'",
        "w + 'x' ENDS WITH '3x'",
        "w IN ['12', 'Act']",
        "w IS NULL",
        "w =~ '.*1'",
        "w = a.t",
        "a.t CONTAINS w",
    ];
    for mut session in [session(), edited()] {
        for list in ["split(a.t, ' ')", "split(a.t + ' Stra\u{DF}e', ' ')", "[a.t, null, a.k]"] {
            for condition in conditions {
                let text = |condition: &str| {
                    format!(
                        "MATCH (a:N) UNWIND {list} AS w WITH a, w WHERE {condition} RETURN w, count(*) ORDER BY w"
                    )
                };
                let (found, asked) = (text(condition), text(&format!("[z IN [0] | {condition}][0]")));
                let (found, asked) = (ask(&mut session, &found, 1), ask(&mut session, &asked, 1));
                assert_eq!(found.is_err(), asked.is_err(), "{list} {condition}");
                if let (Ok(found), Ok(asked)) = (found, asked) {
                    assert_eq!(found.rows, asked.rows, "{list} {condition}");
                }
            }
        }
    }
}

/// Pairs of nodes with the same text, found by its code, by its bytes in another column, and one by one.
#[test]
fn texts_are_looked_up_by_their_codes() {
    for mut session in [session(), edited()] {
        rows(&mut session, "MATCH (n:N) WHERE n.u % 4 = 0 SET n.other = n.t");
        for fold in [false, true] {
            if fold {
                session.graph.fold();
            }
            for (pattern, same) in [
                ("(a:N), (b:N)", "a.t = b.t"),
                ("(a:M), (b:N)", "a.t = b.t"),
                ("(a:N), (b:M)", "b.t = a.t"),
                ("(a), (b)", "a.t = b.t"),
                ("(a:N), (b:N)", "a.other = b.t"),
                ("(a:N)-[:R]->(c), (b:M)", "c.t = b.t"),
            ] {
                let counts = "RETURN count(*), sum(a.u), sum(b.u)";
                let found = rows(&mut session, &format!("MATCH {pattern} WHERE {same} {counts}"));
                let one_by_one = format!("MATCH {pattern} WHERE [z IN [0] | {same}][0] {counts}");
                assert_eq!(found, rows(&mut session, &one_by_one), "{pattern} WHERE {same}");
                assert_ne!(found[0][0], Value::Integer(0), "{pattern} WHERE {same}");
                let (first, second) = pattern.split_once(", ").unwrap_or_default();
                let by_rows = format!("MATCH {first} WITH * MATCH {second} WHERE {same} {counts}");
                assert_eq!(found, rows(&mut session, &by_rows), "{by_rows}");
            }
        }
        let text = "UNWIND ['Act 3', 'Act 4', 'none', null, 3, 'Act 3'] AS t MATCH (n:N {t: t}) RETURN t, n.u ORDER BY t, n.u";
        let one_by_one = "UNWIND ['Act 3', 'Act 4', 'none', null, 3, 'Act 3'] AS t MATCH (n:N) WHERE [z IN [0] | n.t = t][0] \
                          RETURN t, n.u ORDER BY t, n.u";
        assert_eq!(rows(&mut session, text), rows(&mut session, one_by_one));
    }
}
