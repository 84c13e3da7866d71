//! Values that an aggregate or a projection hands on are asked over whole columns, and give what they give row by row:
//! inside a list comprehension everything is asked row by row. Lists that are made when somebody looks at them are those
//! that were collected, and texts are looked up by their codes where the column has them.

use proptest::prelude::*;
use whichlaw::base::Budget;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Report, Value};

fn ask(session: &mut Session, text: &str, threads: usize) -> Result<Answer, Box<Report>> {
    let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
    session.run(text, &Options { language: Language::Cypher, budget, ..Options::default() })
}

fn rows(session: &mut Session, text: &str) -> Vec<Vec<Value>> {
    ask(session, text, 1).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

/// Nodes in a ring. Some lack a day or a text, many share one; numbers are few and of both signs.
fn session() -> Session {
    let mut session = Session::empty();
    rows(
        &mut session,
        "UNWIND range(1, 400) AS k CREATE (n:N {k: k % 90 - 20, u: k, \
         t: CASE WHEN k % 13 = 0 THEN null ELSE 'Act ' + toString(k % 70) END, \
         d: CASE WHEN k % 11 = 0 THEN null ELSE date('1999-12-28') + duration({days: k * 37 % 900}) END})",
    );
    rows(&mut session, "MATCH (n:N) WHERE n.u % 3 = 0 SET n:M");
    rows(
        &mut session,
        "MATCH (a:N), (b:N) WHERE b.u = a.u * 7 % 400 + 1 \
         CREATE (a)-[:R {w: CASE WHEN a.u % 5 = 0 THEN null ELSE a.u % 13 END, since: a.d}]->(b)",
    );
    session.graph.fold();
    session
}

fn edited() -> Session {
    let mut session = session();
    rows(
        &mut session,
        "MATCH (n:N) WHERE n.u % 17 = 0 SET n.k = 'word', n.d = date('2001-05-06'), n.t = 'Act 3'",
    );
    rows(&mut session, "MATCH (n:N) WHERE n.u % 29 = 0 DETACH DELETE n");
    rows(
        &mut session,
        "UNWIND range(1, 20) AS k CREATE (:N:M {k: k, u: 400 + k, t: 'Act ' + toString(k), d: date('2000-01-01')})",
    );
    session
}

/// What hands on `p`, `q` and `s`: a day, a text, and a number.
const HANDED: [&str; 7] = [
    "MATCH (a:N) WITH a.u % 40 AS g, max(a.d) AS p, min(a.t) AS q, max(a.k) AS s",
    "MATCH (a:N)-[r:R]->(b) WITH b.t AS q, min(r.since) AS p, max(r.w) AS s",
    "MATCH (a:N) WITH DISTINCT a.d AS p, a.t AS q, a.k AS s",
    "MATCH (a:N) WITH a.d AS p, a.t AS q, a.k AS s ORDER BY a.u LIMIT 300",
    "MATCH (a:N) OPTIONAL MATCH (a)-[r:R]->(b:M) WITH a, b.d AS p, b.t AS q, r.w AS s",
    "MATCH (a:N)-[r:R]->(b) WITH r.since AS p, a.t AS q, b.k AS s, count(*) AS n",
    "MATCH (a:N) WITH a.t AS q, max(a.d) AS p, count(a.d) AS s",
];

fn day() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("p"),
        Just("date('2000-06-01')"),
        Just("p + duration('P1M')"),
        Just("coalesce(p, date('2001-05-06'))")
    ]
    .prop_map(String::from)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("q"),
        Just("'Act 3'"),
        Just("toLower(q)"),
        Just("'ct 1'"),
        Just("left(q, 5)"),
        Just("q + 'x'"),
        Just("toString(p)"),
        Just("coalesce(q, 'Act')")
    ]
    .prop_map(String::from)
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("s"),
        Just("3"),
        Just("p.year"),
        Just("p.month"),
        Just("size(q)"),
        Just("s + 1"),
        Just("2000")
    ]
    .prop_map(String::from)
}

fn condition() -> impl Strategy<Value = String> {
    let operator = || prop_oneof![Just("="), Just("<>"), Just("<"), Just("<="), Just(">"), Just(">=")];
    let leaf = prop_oneof![
        4 => (day(), operator(), day()).prop_map(|(l, o, r)| format!("{l} {o} {r}")),
        4 => (text(), operator(), text()).prop_map(|(l, o, r)| format!("{l} {o} {r}")),
        4 => (number(), operator(), number()).prop_map(|(l, o, r)| format!("{l} {o} {r}")),
        2 => (text(), prop_oneof![Just("CONTAINS"), Just("STARTS WITH"), Just("ENDS WITH")], text())
            .prop_map(|(l, o, r)| format!("{l} {o} {r}")),
        1 => (day(), text()).prop_map(|(l, r)| format!("{l} = {r}")),
        1 => Just("q IN ['Act 3', 'Act 5', null]".to_owned()),
        1 => Just("s IN [1, 3, 5]".to_owned()),
        1 => Just("p IS NULL".to_owned()),
        1 => Just("q IS NOT NULL".to_owned()),
        1 => Just("date('2000-01-01') <= p < date('2001-01-01')".to_owned()),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} AND {r})")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} OR {r})")),
            inner.prop_map(|x| format!("NOT ({x})")),
        ]
    })
}

fn compare(session: &mut Session, handed: &str, condition: &str) {
    let result = "RETURN p, q, s, count(*) ORDER BY p, q, s";
    let plain = rows(session, &format!("{handed} WHERE {condition} {result}"));
    let one_by_one = rows(session, &format!("{handed} WHERE [z IN [0] | {condition}][0] {result}"));
    assert_eq!(plain, one_by_one, "{handed} WHERE {condition}");
    let values = |value: &str| format!("{handed} RETURN {value} AS v, count(*) ORDER BY v");
    let one_by_one = rows(session, &values(&format!("[z IN [0] | {condition}][0]")));
    assert_eq!(rows(session, &values(condition)), one_by_one, "{handed} RETURN {condition}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_asked_as_the_properties_that_they_are_of(handed in 0..HANDED.len(), condition in condition()) {
        compare(&mut session(), HANDED[handed], &condition);
        compare(&mut edited(), HANDED[handed], &condition);
    }

    #[test]
    fn what_is_worked_out_of_values_is_the_same(
        handed in 0..HANDED.len(),
        value in prop_oneof![day(), text(), number()],
    ) {
        for mut session in [session(), edited()] {
            let ask = |value: &str| format!("{} RETURN {value} AS v, count(*) ORDER BY v", HANDED[handed]);
            let plain = ask_or_fail(&mut session, &ask(&value));
            let one_by_one = ask_or_fail(&mut session, &ask(&format!("[z IN [0] | {value}][0]")));
            prop_assert_eq!(plain, one_by_one, "{} {}", HANDED[handed], value);
        }
    }
}

/// The rows, or nothing where the statement fails.
fn ask_or_fail(session: &mut Session, text: &str) -> Option<Vec<Vec<Value>>> {
    ask(session, text, 1).ok().map(|answer| answer.rows)
}

#[test]
fn a_statement_that_writes_reads_values_as_they_were() {
    let mut session = session();
    let text = "MATCH (a:N) WITH a, a.d AS p SET a.d = date('1990-01-01') WITH a, p WHERE p > date('2000-01-01') \
                RETURN count(*), count(CASE WHEN a.d = date('1990-01-01') THEN 1 END)";
    let before = rows(&mut session, "MATCH (a:N) WHERE a.d > date('2000-01-01') RETURN count(*)");
    let found = rows(&mut session, text);
    assert_eq!(found, [vec![before[0][0].clone(), before[0][0].clone()]]);
    assert_ne!(before[0][0], Value::Integer(0));
}

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
                    let handed = format!(
                        "MATCH (a:N)-[r:R]->(c) WITH {groups} AS g, {list} AS l MATCH (b:N) WHERE b.u = g * 3 + 2"
                    );
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
                    let handed = format!(
                        "MATCH (a:N)-[r:R]->(c) WITH {groups} AS g, {list} AS l MATCH (b:N) WHERE b.u = g * 3 + 2"
                    );
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

/// Rows that are not all shown are those of the whole order: what is alike comes as it came, whoever finds it.
#[test]
fn pages_are_pieces_of_the_whole_order() {
    let mut session = session();
    rows(
        &mut session,
        "UNWIND range(1, 12000) AS k CREATE (:P {u: k, k: k * 7919 % 60, t: 'Act ' + toString(k * 31 % 500), m: CASE WHEN k % 7 = 0 THEN null ELSE k % 90 END})",
    );
    session.graph.fold();
    for order in
        ["n.k", "n.k DESC, n.t", "n.t, n.k", "n.m DESC", "n.t DESC", "n.k % 3, n.m", "n.m, n.t DESC, n.k"]
    {
        let text = format!("MATCH (n:P) WITH n ORDER BY {order}");
        let whole = rows(&mut session, &format!("{text} RETURN n.u"));
        assert_eq!(whole.len(), 12_000);
        for (skip, limit) in [
            (0, 1),
            (0, 3000),
            (100, 7),
            (2500, 5),
            (3000, 3000),
            (11_990, 50),
            (13_000, 5),
            (5, 0),
            (0, 20_000),
        ] {
            let page: Vec<_> = whole.iter().skip(skip).take(limit).cloned().collect();
            for threads in [1, 3] {
                let asked = format!("{text} SKIP {skip} LIMIT {limit} RETURN n.u");
                let found =
                    ask(&mut session, &asked, threads).unwrap_or_else(|report| panic!("{asked}\n{report:?}"));
                assert_eq!(found.rows, page, "{asked} with {threads}");
            }
        }
    }
}

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
