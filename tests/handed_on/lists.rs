//! Lists that are made when somebody looks at them.

use super::{ask, edited, rows, session};
use whichlaw::Value;
use whichlaw::session::Session;

/// Where groups have at most 32 values on average, lists are made when somebody looks at them: groups of both kinds.
#[test]
fn collected_lists_are_the_same_whenever_they_are_made() {
    let lists =
        ["collect(a)", "collect(a.u)", "collect(a.t)", "collect(a.d)", "collect(r)", "collect(DISTINCT a.t)"];
    for mut session in [session(), edited()] {
        for groups in ["a.u % 3", "a.u % 13", "a.u % 100", "a.u", "CASE WHEN a.u % 4 = 0 THEN 0 ELSE a.u END"]
        {
            for list in lists {
                for threads in [1, 3] {
                    let handed = format!(
                        "MATCH (a:N)-[r:R]->(b) WITH {groups} AS g, a, r ORDER BY a.u WITH g, {list} AS l"
                    );
                    let mut asked = |rest: &str| {
                        let text = format!("{handed} {rest}");
                        ask(&mut session, &text, threads)
                            .unwrap_or_else(|report| panic!("{text}\n{report:?}"))
                            .rows
                    };
                    let whole = asked("RETURN g, l ORDER BY g");
                    let list = |row: &[Value]| match &row[1] {
                        Value::List(items) => items.to_vec(),
                        other => panic!("{other:?} is no list"),
                    };
                    let sizes: Vec<Vec<Value>> = (whole.iter())
                        .filter(|row| list(row).len() > 1)
                        .map(|row| vec![row[0].clone(), Value::Integer(list(row).len() as i64)])
                        .collect();
                    assert_eq!(asked("WHERE size(l) > 1 RETURN g, size(l) ORDER BY g"), sizes);
                    let ends: Vec<Vec<Value>> = (whole.iter())
                        .map(|row| {
                            let at = |place: usize| list(row).get(place).cloned().unwrap_or(Value::Null);
                            let last = list(row).last().cloned().unwrap_or(Value::Null);
                            vec![row[0].clone(), at(0), last.clone(), at(1), last]
                        })
                        .collect();
                    assert_eq!(asked("RETURN g, head(l), last(l), l[1], l[-1] ORDER BY g"), ends);
                    let elements: Vec<Vec<Value>> = whole
                        .iter()
                        .flat_map(|row| list(row).into_iter().map(|x| vec![row[0].clone(), x]))
                        .collect();
                    assert_eq!(asked("WITH g, l ORDER BY g UNWIND l AS x RETURN g, x"), elements);
                    // Rows put together, in another order, and some of them without a list.
                    let mut again = asked("UNWIND [1, 2] AS k RETURN k, l, g ORDER BY k DESC, g");
                    again.truncate(whole.len());
                    assert!(
                        again.iter().zip(&whole).all(|(row, whole)| row[1] == whole[1] && row[2] == whole[0])
                    );
                }
            }
        }
    }
}

/// IN asks lists that have not been made by the numbers of their values.
#[test]
fn values_are_in_the_lists_that_they_were_collected_in() {
    let lists = [
        ("collect(a.t)", vec!["'Act 3'", "'none'", "c.t", "c.k", "null", "1"]),
        ("collect(a.k)", vec!["3", "3.0", "5000000000", "c.k", "c.u", "c.t", "null"]),
        ("collect(a.d)", vec!["date('2001-05-06')", "c.d", "'2001-05-06'", "null"]),
        ("collect(a)", vec!["c", "c.k", "null"]),
        ("collect(CASE WHEN a.u % 2 = 0 THEN a.t END)", vec!["c.t", "null"]),
    ];
    for mut session in [session(), edited()] {
        for groups in ["a.u % 40", "a.u", "CASE WHEN a.u % 4 = 0 THEN 7 ELSE a.u END"] {
            for (list, values) in &lists {
                for value in values {
                    for not in ["", "NOT "] {
                        let handed = format!(
                            "MATCH (a:N) WITH {groups} AS g, {list} AS l MATCH (c:N) WHERE c.u = g * 2 + 1"
                        );
                        let found = rows(
                            &mut session,
                            &format!("{handed} WITH * WHERE {not}{value} IN l RETURN count(*), sum(g)"),
                        );
                        let asked = format!(
                            "{handed} WITH * WHERE [z IN [0] | {not}{value} IN l][0] RETURN count(*), sum(g)"
                        );
                        assert_eq!(found, rows(&mut session, &asked), "{handed} WHERE {not}{value} IN l");
                    }
                }
            }
        }
    }
}

/// What is asked of the elements of lists that have not been made is asked of all of them together.
#[test]
fn elements_are_asked_together() {
    let lists = ["collect(a)", "collect(a.t)", "collect(a.d)", "collect(a.k)"];
    let conditions = [
        "x.d > date('2000-06-01')",
        "x.t <> b.t",
        "x.k = b.k OR x.k = 3",
        "x = b.t",
        "x STARTS WITH 'Act 1'",
        "x > b.d",
        "x % 2 = 0",
        "x IS NULL",
        "x:M",
        "toUpper(x) CONTAINS 'T 3'",
        "x.none = 1",
        "1 / (x - 3) > 0",
        "size(l) > 3",
        "b.k IS NULL OR x.k < b.k",
        "any(y IN l WHERE y = x)",
    ];
    let mut asked = 0;
    for mut session in [session(), edited()] {
        for (list, groups) in lists
            .into_iter()
            .zip(["a.u % 60", "CASE WHEN a.u % 4 = 0 THEN 7 ELSE a.u END"].into_iter().cycle())
        {
            let handed = format!(
                "MATCH (a:N)-[r:R]->(c) WITH {groups} AS g, {list} AS l MATCH (b:N) WHERE b.u = g * 3 + 2"
            );
            for condition in conditions {
                for what in [
                    "any(x IN l WHERE C)",
                    "all(x IN l WHERE C)",
                    "none(x IN l WHERE C)",
                    "single(x IN l WHERE C)",
                    "NOT all(x IN l WHERE C)",
                    "size([x IN l WHERE C]) > 1",
                    "size([x IN l WHERE C]) = 0",
                ] {
                    let what = what.replace('C', condition);
                    let text = |what: &str| format!("{handed} WITH * WHERE {what} RETURN g ORDER BY g");
                    asked += same(&mut session, &text(&what), &text(&format!("[z IN [0] | {what}][0]")));
                }
                for made in [
                    "[x IN l WHERE C]",
                    "[x IN l WHERE C | x.k]",
                    "[x IN l | x.t]",
                    "[x IN l WHERE C | x]",
                    "size([x IN l WHERE C])",
                ] {
                    let made = made.replace('C', condition);
                    let text = |made: &str| format!("{handed} WITH g, {made} AS m RETURN g, m ORDER BY g");
                    asked += same(&mut session, &text(&made), &text(&format!("[z IN [0] | {made}][0]")));
                }
            }
        }
    }
    assert!(asked > 500, "{asked}");
}

/// Whether both give the same rows; where one fails so does the other. Tells 1 where there are rows.
fn same(session: &mut Session, text: &str, other: &str) -> usize {
    let (found, asked) = (ask(session, text, 1), ask(session, other, 1));
    assert_eq!(found.is_err(), asked.is_err(), "{text}");
    match (found, asked) {
        (Ok(found), Ok(asked)) => {
            assert_eq!(found.rows, asked.rows, "{text}");
            usize::from(!found.rows.is_empty())
        }
        _ => 0,
    }
}

/// Whether something is in a long list that all rows share is asked of many rows at once, and found as by going through it.
#[test]
fn long_lists_that_all_rows_share_are_looked_up() {
    let mut session = Session::empty();
    let run = |session: &mut Session, text: &str, threads: usize| {
        ask(session, text, threads).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
    };
    for text in [
        "UNWIND range(0, 599) AS k CREATE (:N {k: k, t: 't' + (k % 350), d: date('2000-01-01') + duration({days: k % 90}), f: k / 4.0})",
        "MATCH (n:N) WHERE n.k % 4 = 0 SET n:Some",
        "MATCH (n:N) WHERE n.k % 5 = 0 MATCH (m:N) WHERE m.k = n.k * 7 % 600 CREATE (n)-[:LEADS]->(m)",
    ] {
        run(&mut session, text, 1);
    }
    session.graph.fold();
    for (listed, value) in [
        ("n", "m"),
        ("n.k", "m.k"),
        ("n.t", "m.t"),
        ("n.d", "m.d"),
        ("n.f", "m.k"),
        ("n.f", "m.f"),
        ("CASE WHEN n.k % 9 = 0 THEN n.t ELSE n.k END", "m.k"),
    ] {
        // A list that is put together anew for each row is never looked up.
        let (gathered, asked) =
            (format!("MATCH (n:Some) WITH collect({listed}) AS l"), format!("{value} IN l"));
        for list in ["l", "l + [null]", "l + [[1, 2]]"] {
            let with = format!("{gathered} WITH {list} AS l MATCH (m:N)");
            let anew = format!("{gathered} MATCH (m:N) WITH m, [x IN {list} WHERE m.k >= 0 | x] AS l");
            for condition in [asked.clone(), format!("NOT {asked}"), format!("({asked}) IS NULL")] {
                let shown = format!("WHERE {condition} RETURN count(*), sum(m.k)");
                let expected = run(&mut session, &format!("{anew} {shown}"), 1);
                for threads in [1, 3] {
                    let found = run(&mut session, &format!("{with} {shown}"), threads);
                    assert_eq!(found, expected, "{threads} {with} {shown}");
                }
            }
        }
        let shown = format!(
            "MATCH (m:N)-[:LEADS]->(o) WHERE {} IN l RETURN count(*), sum(m.k)",
            value.replace('m', "o")
        );
        let expected = run(
            &mut session,
            &format!(
                "{gathered} MATCH (m:N)-[:LEADS]->(o) WITH m, o, [x IN l WHERE m.k >= 0 | x] AS l WHERE {} IN l RETURN count(*), sum(m.k)",
                value.replace('m', "o")
            ),
            1,
        );
        assert_eq!(run(&mut session, &format!("{gathered} {shown}"), 1), expected, "{shown}");
    }
}
