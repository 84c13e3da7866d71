//! What is worked out late is worked out of fewer rows, but fails as it would of all; and what is compared with the only
//! row of a step before is compared with its value, by whichever worker.

use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Budget, Report, Value};

fn ask(session: &mut Session, text: &str) -> Result<Answer, Box<Report>> {
    session.run(text, &Options { language: Language::Cypher, ..Options::default() })
}

fn rows(session: &mut Session, text: &str) -> Vec<Vec<Value>> {
    ask(session, text).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

fn plan(session: &mut Session, text: &str) -> String {
    ask(session, &format!("EXPLAIN {text}")).unwrap().plan.unwrap()
}

fn session() -> Session {
    let mut session = Session::empty();
    rows(
        &mut session,
        "UNWIND range(1, 3000) AS k CREATE (:N {k: k, t: 'text ' + (k * 7 % 3000), d: date('2000-01-01') + \
         duration({days: k}), f: k / 4.0})",
    );
    session.graph.fold();
    session
}

const TEXTS: &str = "MATCH (n:N) RETURN toUpper(n.t) AS t, n.k AS k ORDER BY k DESC LIMIT 2";

#[test]
fn first_rows_have_what_is_worked_out_of_them() {
    let mut session = session();
    assert!(plan(&mut session, TEXTS).contains("late-projection"));
    let expected = [("TEXT 0", 3000), ("TEXT 2993", 2999)];
    let expected = expected.map(|(text, k)| vec![Value::string(text), Value::Integer(k)]);
    assert_eq!(rows(&mut session, TEXTS), expected);
    let list = "MATCH (n:N) WITH n, [n.k, substring(n.t, 5)] AS l ORDER BY n.k SKIP 1 LIMIT 1 RETURN l, size(keys(n))";
    assert!(plan(&mut session, list).contains("late-projection"));
    let list_of = |k: i64, text: &str| Value::from(vec![Value::Integer(k), Value::string(text)]);
    assert_eq!(rows(&mut session, list), [[list_of(2, "14"), Value::Integer(4)]]);
}

/// A plan that was made before a number was written is not used after it.
#[test]
fn what_fails_in_a_row_that_is_not_shown_fails() {
    let mut session = session();
    rows(&mut session, TEXTS);
    rows(&mut session, "MATCH (n:N {k: 7}) SET n.t = 7");
    assert!(ask(&mut session, TEXTS).is_err());
    assert!(!plan(&mut session, TEXTS).contains("late-projection"));
    session.graph.fold();
    assert!(ask(&mut session, TEXTS).is_err());
    rows(&mut session, "MATCH (n:N {k: 7}) SET n.t = 'seven'");
    session.graph.fold();
    assert_eq!(rows(&mut session, TEXTS).len(), 2);
}

#[test]
fn what_cannot_be_told_not_to_fail_is_worked_out_of_all_rows() {
    let mut session = session();
    for item in ["left(n.t, n.k - 5)", "n.k / (n.k - 9)", "toUpper(n.k)", "n.t + n.k", "[n.k / n.k]"] {
        let text = format!("MATCH (n:N) RETURN {item} AS x ORDER BY n.k DESC LIMIT 2");
        assert!(!plan(&mut session, &text).contains("late-projection"), "{text}");
    }
    for item in ["left(n.t, n.k - 5)", "n.k / (n.k - 9)", "toUpper(n.k)"] {
        let text = format!("MATCH (n:N) RETURN {item} AS x ORDER BY n.k DESC LIMIT 2");
        assert!(ask(&mut session, &text).is_err(), "{text}");
    }
}

#[test]
fn properties_are_compared_with_the_only_row_before() {
    let mut session = session();
    let cases = [
        ("MATCH (n:N) WITH avg(n.k) AS m MATCH (x:N) WHERE x.k > m RETURN count(*)", 1500),
        ("MATCH (n:N) WITH avg(n.k) AS m MATCH (x:N) WHERE m > x.k RETURN count(*)", 1500),
        ("MATCH (n:N) WITH max(n.d) AS m MATCH (x:N) WHERE NOT x.d < m RETURN count(*)", 1),
        (
            "MATCH (n:N {k: 10}) WITH n.d AS d, n.t AS t MATCH (x:N) WHERE x.d <= d AND x.t <> t RETURN count(*)",
            9,
        ),
        ("MATCH (n:N {k: 10}) WITH n.f AS f MATCH (x:N) WHERE f = x.f RETURN count(*)", 1),
        ("MATCH (n:N {k: 10}) WITH n.none AS f MATCH (x:N) WHERE x.k = f OR x.k < 3 RETURN count(*)", 2),
        ("MATCH (n:N) WHERE n.k IN [5, 3000] WITH n.k AS m MATCH (x:N) WHERE x.k < m RETURN count(*)", 3003),
        ("MATCH (n:N {k: 4}) WITH n.t AS m MATCH (x:N) WHERE x.k = m OR x.t = m RETURN count(*)", 1),
    ];
    for (text, expected) in cases {
        assert_eq!(rows(&mut session, text), [[Value::Integer(expected)]], "{text}");
    }
}

/// Nodes that go with one row are scanned by several workers; rows come as they do from one.
#[test]
fn what_goes_on_from_one_row_is_the_same_whoever_finds_it() {
    let mut session = Session::empty();
    rows(&mut session, "UNWIND range(1, 30000) AS k CREATE (n:N {k: k, v: k * 7919 % 997, s: 's' + k % 7})");
    rows(&mut session, "MATCH (n:N) WHERE n.k % 3 = 0 SET n:M");
    rows(&mut session, "CREATE INDEX FOR (n:N) ON (n.k)");
    rows(&mut session, "MATCH (a:N) WHERE a.k % 2 = 0 MATCH (b:N {k: a.k / 2}) CREATE (a)-[:T]->(b)");
    for edited in [false, true] {
        if edited {
            rows(&mut session, "MATCH (n:N) WHERE n.k % 1000 = 1 SET n.v = 5000");
        } else {
            session.graph.fold();
        }
        for text in [
            "MATCH (n:N) WITH avg(n.v) AS m MATCH (x:N) WHERE x.v > m RETURN x.s AS s, count(*), collect(x.k)[0..5]",
            "MATCH (n:N) WITH max(n.v) - 3 AS m MATCH (x:M) WHERE x.v >= m RETURN m, x.k",
            "WITH 's3' AS s, 500 AS m MATCH (x) WHERE x.s = s AND x.v < m RETURN DISTINCT x.v AS v, m",
            "MATCH (n:M) WITH count(*) AS c MATCH (x:N)-[:T]->(y:M) WITH c, y, count(x) AS n RETURN sum(n), max(c)",
            "WITH 990 AS m MATCH (x:N) WHERE x.v > m RETURN x.k AS k, x.v - m AS d ORDER BY d DESC, k LIMIT 7",
            "MATCH (n:N) WITH min(n.k) AS m MATCH (x:N) MATCH (x)-[:T]->(y) WHERE y.v < m + 1 RETURN count(*), sum(x.k)",
            "MATCH (n:None) WITH max(n.k) AS m MATCH (x:N) WHERE x.v > m OR x.k < 3 RETURN x.k, m",
            "MATCH (n:N) WITH collect(n.k)[2] AS m MATCH (x:N) WITH x.v % 10 + m AS g, x.k AS k RETURN g, stDev(k) > 0",
        ] {
            let of = |session: &mut Session, threads: usize| {
                let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
                let options = Options { language: Language::Cypher, budget, ..Options::default() };
                session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
            };
            let alone = of(&mut session, 1);
            assert!(!alone.is_empty(), "{text}");
            for threads in [2, 3] {
                assert_eq!(of(&mut session, threads), alone, "{text} {threads}");
            }
        }
    }
}
