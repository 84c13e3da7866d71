//! Values that an aggregate or a projection hands on are asked over whole columns, and give what they give row by row:
//! inside a list comprehension everything is asked row by row. Lists that are made when somebody looks at them are those
//! that were collected, and texts are looked up by their codes where the column has them.

mod lists;
mod texts;

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

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(values).prop_map(String::from)
}

fn day() -> impl Strategy<Value = String> {
    one_of(&["p", "date('2000-06-01')", "p + duration('P1M')", "coalesce(p, date('2001-05-06'))"])
}

fn text() -> impl Strategy<Value = String> {
    one_of(&[
        "q",
        "'Act 3'",
        "toLower(q)",
        "'ct 1'",
        "left(q, 5)",
        "q + 'x'",
        "toString(p)",
        "coalesce(q, 'Act')",
    ])
}

fn number() -> impl Strategy<Value = String> {
    one_of(&["s", "3", "p.year", "p.month", "size(q)", "s + 1", "2000"])
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
