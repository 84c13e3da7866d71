//! Arithmetic, CASE, coalesce, texts and conditions on several things of a row give in whole batches what they give row by row:
//! inside a list comprehension everything is asked row by row. And what a statement reads before it writes is what
//! another statement reads, while nothing that it wrote is read as it was before.

use proptest::prelude::*;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Report, Value};

fn ask(session: &mut Session, text: &str) -> Result<Answer, Box<Report>> {
    session.run(text, &Options { language: Language::Cypher, ..Options::default() })
}

fn rows(session: &mut Session, text: &str) -> Vec<Vec<Value>> {
    ask(session, text).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

/// Nodes in a ring; some have no day, some have one that was written later, and a few relationships were made anew.
fn session() -> Session {
    let mut session = Session::empty();
    rows(
        &mut session,
        "UNWIND range(1, 300) AS k CREATE (:N {k: k, t: left('abcdefgh', k % 9), \
         d: CASE WHEN k % 11 = 0 THEN null ELSE date('1996-02-28') + duration({days: k * 37 % 4000}) END})",
    );
    rows(
        &mut session,
        "MATCH (a:N), (b:N) WHERE b.k = a.k * 7 % 300 + 1 CREATE (a)-[:R {w: CASE WHEN a.k % 5 = 0 THEN null ELSE a.k % 13 END}]->(b)",
    );
    session.graph.fold();
    session
}

fn edited() -> Session {
    let mut session = session();
    rows(&mut session, "MATCH (n:N) WHERE n.k % 17 = 0 SET n.k = -n.k, n.d = date('2001-05-06')");
    rows(&mut session, "MATCH (a:N)-[r:R]->(b) WHERE a.k % 6 = 0 DELETE r CREATE (b)-[:R {w: 4}]->(a)");
    session
}

fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => prop_oneof![Just("a.k"), Just("b.k"), Just("r.w"), Just("a.none")].prop_map(String::from),
        2 => prop_oneof![Just("0"), Just("-1"), Just("3"), Just("9223372036854775807"), Just("1.5")].prop_map(String::from),
        2 => prop_oneof![Just("a.d.year"), Just("(b.d).month"), Just("size(a.t)"), Just("size(b.t)")].prop_map(String::from),
        1 => day().prop_map(|day| format!("({day}).year")),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let operator = prop_oneof![Just("+"), Just("-"), Just("*"), Just("/"), Just("%")];
        prop_oneof![
            4 => (inner.clone(), operator, inner.clone()).prop_map(|(l, o, r)| format!("({l} {o} {r})")),
            1 => inner.clone().prop_map(|x| format!("abs({x})")),
            1 => inner.clone().prop_map(|x| format!("(-({x}))")),
            1 => (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("coalesce({x}, {y})")),
            2 => (inner.clone(), inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, x, y)| format!("CASE WHEN {a} < {b} THEN {x} ELSE {y} END")),
        ]
    })
}

fn day() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a.d"),
        Just("b.d"),
        Just("date('1999-01-31')"),
        Just("a.d + duration('P1M')"),
        Just("b.d - duration('P2Y3D')"),
    ];
    leaf.prop_map(String::from).prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("coalesce({x}, {y})")),
            (inner.clone(), inner).prop_map(|(x, y)| format!("CASE WHEN a.k > b.k THEN {x} ELSE {y} END")),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => prop_oneof![Just("a.t"), Just("b.t"), Just("a.none"), Just("'c'"), Just("''")].prop_map(String::from),
        2 => number().prop_map(|x| format!("toString({x})")),
        1 => day().prop_map(|x| format!("toString({x})")),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            2 => (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("({x} + {y})")),
            1 => inner.clone().prop_map(|x| format!("replace({x}, 'b', 'cde')")),
            1 => inner.clone().prop_map(|x| format!("replace({x}, '1', '')")),
            1 => inner.clone().prop_map(|x| format!("toUpper({x})")),
            1 => inner.clone().prop_map(|x| format!("trim({x})")),
            1 => inner.clone().prop_map(|x| format!("substring({x}, 1, 3)")),
            1 => inner.prop_map(|x| format!("split({x}, 'c')[1]")),
        ]
    })
}

fn of_parts() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("any"), Just("all"), Just("none"), Just("single")]
}

/// What may hold of a part of a text.
fn of_part() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("w = 'ab'"),
        Just("w CONTAINS 'b'"),
        Just("size(w) > 2"),
        Just("w < b.t"),
        Just("a.t ENDS WITH w"),
        Just("w IN ['', 'defgh', a.t]"),
        Just("w IN ['ab', 'defgh', '']"),
        Just("w IN ['ab', null]"),
        Just("w IN []"),
        Just("w IN ['ab', 3]"),
        Just("w <> 'ab' AND a.k > 20"),
        Just("w = a.none"),
        Just("any(v IN split(w, 'e') WHERE v = 'd')"),
        Just("toInteger(w) > b.k"),
        Just("date(w) > a.d"),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    let operator = || prop_oneof![Just("="), Just("<>"), Just("<"), Just("<="), Just(">"), Just(">=")];
    let leaf = prop_oneof![
        3 => (number(), operator(), number()).prop_map(|(l, o, r)| format!("{l} {o} {r}")),
        2 => (day(), operator(), day()).prop_map(|(l, o, r)| format!("{l} {o} {r}")),
        1 => (number(), operator(), number(), operator(), number())
            .prop_map(|(x, o, y, p, z)| format!("{x} {o} {y} {p} {z}")),
        1 => (text(), operator(), text()).prop_map(|(l, o, r)| format!("{l} {o} {r}")),
        1 => (text(), prop_oneof![Just("CONTAINS"), Just("STARTS WITH"), Just("ENDS WITH")], text())
            .prop_map(|(l, o, r)| format!("{l} {o} {r}")),
        1 => (text(), operator()).prop_map(|(x, o)| format!("size(split({x}, 'c')) {o} 2")),
        2 => (of_parts(), text(), of_part()).prop_map(|(q, x, c)| format!("{q}(w IN split({x}, 'c') WHERE {c})")),
        1 => (operator(), 0..3).prop_map(|(o, n)| format!("COUNT {{ (a)<-[:R]-() }} {o} {n}")),
        1 => Just("EXISTS { (b)-[:R]->(c:N) WHERE c.k > 100 }".to_owned()),
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} XOR {r})")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} AND {r})")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} OR {r})")),
            inner.prop_map(|x| format!("NOT ({x})")),
        ]
    })
}

/// Both ways give the same, or at least one of them fails: of a row that both sides of AND leave open, the one looks at
/// the second side and the other does not.
fn same(session: &mut Session, batch: &str, by_row: &str) {
    if let (Ok(batch_rows), Ok(rows)) = (ask(session, batch), ask(session, by_row)) {
        assert_eq!(batch_rows.rows, rows.rows, "{batch}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn batches_give_what_rows_give(
        condition in condition(),
        number in number(),
        day in day(),
        text in text(),
        edit in any::<bool>(),
    ) {
        thread_local! {
            static SESSIONS: std::cell::RefCell<[Session; 2]> = std::cell::RefCell::new([session(), edited()]);
        }
        SESSIONS.with_borrow_mut(|sessions| {
            let session = &mut sessions[usize::from(edit)];
            let pattern = "MATCH (a:N)-[r:R]->(b:N)";
            same(
                session,
                &format!("{pattern} WHERE {condition} RETURN count(*), sum(a.k)"),
                &format!("{pattern} WHERE any(one IN [1] WHERE {condition}) RETURN count(*), sum(a.k)"),
            );
            for part in [&condition, &number, &day, &text] {
                same(
                    session,
                    &format!("{pattern} RETURN {part} AS x, a.k AS k, b.k AS l ORDER BY k, l, x"),
                    &format!("{pattern} RETURN [one IN [1] | {part}][0] AS x, a.k AS k, b.k AS l ORDER BY k, l, x"),
                );
                same(
                    session,
                    &format!("{pattern} RETURN {part} AS x, count(*) AS n ORDER BY x, n"),
                    &format!("{pattern} RETURN [one IN [1] | {part}][0] AS x, count(*) AS n ORDER BY x, n"),
                );
            }
        });
    }
}

#[test]
fn what_fails_row_by_row_fails_in_batches() {
    let mut session = session();
    for item in ["(a.k + b.k) / (a.k - 7)", "abs(a.k - b.k) % (b.k - 8)", "a.k * b.k * 9223372036854775807"] {
        for text in [
            format!("MATCH (a:N)-[:R]->(b) WHERE {item} > 3 RETURN count(*)"),
            format!("MATCH (a:N)-[:R]->(b) RETURN sum({item})"),
            format!("MATCH (a:N)-[:R]->(b) RETURN CASE WHEN {item} > 1 THEN 'x' END AS x, count(*)"),
        ] {
            let report = ask(&mut session, &text).expect_err(&text);
            assert!(
                report.to_string().contains("divided by zero") || report.to_string().contains("64-bit"),
                "{text}"
            );
        }
    }
    // What a branch or an earlier argument keeps from being worked out does not fail.
    let text =
        "MATCH (a:N)-[:R]->(b) WHERE CASE WHEN a.k = 7 THEN 1 ELSE 5 / (a.k - 7) END = 1 RETURN count(*)";
    assert_eq!(rows(&mut session, text), [[Value::Integer(4)]]);
    let text = "MATCH (a:N)-[:R]->(b) WHERE coalesce(a.k + b.k, 1 / 0) < 0 RETURN count(*)";
    assert_eq!(rows(&mut session, text), [[Value::Integer(0)]]);
    assert_eq!(rows(&mut session, "UNWIND [1] AS x RETURN coalesce(null, x, x / 0)"), [[Value::Integer(1)]]);
}

#[test]
fn a_statement_reads_what_it_wrote() {
    let mut session = session();
    let text = |holds: &dyn Fn(&str) -> String| {
        let (first, second) = (holds("a.k + b.k > 100 AND a.d.year > 1996"), holds("a.k + r.w > 100"));
        format!(
            "MATCH (a:N)-[r:R]->(b:N) WHERE {first} SET r.w = a.k + b.k, a.k = 0 \
             WITH DISTINCT a MATCH (a)-[r]->(b) WHERE {second} RETURN count(*), sum(a.k), sum(r.w)"
        )
    };
    let by_row = text(&|condition| format!("any(one IN [1] WHERE {condition})"));
    let told = rows(&mut session, &text(&str::to_string));
    assert_eq!(told, rows(&mut self::session(), &by_row));
    assert!(told[0][0].as_integer() > Some(100));
    // One node is made for the first of several rows, and found for the others.
    let text = "MATCH (a:N) WHERE a.k % 2 + a.k / 100 = 2 MERGE (m:M {v: a.k % 2 + a.k / 100}) RETURN count(DISTINCT m)";
    assert_eq!(rows(&mut session, text), [[Value::Integer(1)]]);
    let text = "MATCH (m:M) SET m.v = m.v + 1 WITH m MATCH (n:M) WHERE n.v - m.v = 0 RETURN count(*)";
    assert_eq!(rows(&mut session, text), [[Value::Integer(1)]]);
}

#[test]
fn words_are_in_short_lists_as_each_by_itself() {
    let mut session = session();
    for (list, kept) in [
        ("['ab', 'defgh', '']", "w = 'ab' OR w = 'defgh' OR w = ''"),
        ("['ab', null]", "w = 'ab' OR w = null"),
        ("[null]", "w = null"),
        ("[]", "false"),
        ("['ab', 3]", "w = 'ab' OR w = 3"),
    ] {
        for not in ["", "NOT "] {
            let ask = |condition: &str| {
                format!(
                    "MATCH (a:N) UNWIND split(a.t, 'c') + [null] AS w WITH w WHERE {not}({condition}) RETURN w, count(*) ORDER BY w"
                )
            };
            let plain = |condition: &str| ask(condition).replace(" + [null]", "");
            let listed = format!("w IN {list}");
            assert_eq!(
                rows(&mut session, &plain(&listed)),
                rows(&mut session, &plain(kept)),
                "{not}{listed}"
            );
            assert_eq!(rows(&mut session, &ask(&listed)), rows(&mut session, &ask(kept)), "{not}{listed}");
        }
    }
}
