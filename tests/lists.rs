//! Lists that are counted instead of made or not kept to their end, and counts inside of lists.

use whichlaw::answer::Answer;
use whichlaw::session::{Language, Options, Session};

fn run(session: &mut Session, text: &str, rules_off: &[&str]) -> whichlaw::base::Result<Answer> {
    let rules_off = rules_off.iter().map(|rule| (*rule).to_owned()).collect();
    session.run(text, &Options { language: Language::Cypher, rules_off, ..Options::default() })
}

/// A row of bodies, and a law.
fn bodies() -> Session {
    let mut session = Session::empty();
    for statement in [
        "CREATE (:Law {id: 'l'})",
        "UNWIND range(1, 20) AS i CREATE (:Body {id: 'b' + i, number: i})",
        "MATCH (a:Body), (b:Body) WHERE b.number = a.number + 1 CREATE (a)-[:PRECEDES]->(b)",
    ] {
        run(&mut session, statement, &[]).unwrap_or_else(|report| panic!("{statement}\n{report:?}"));
    }
    session
}

/// Whether the rule is used; the rows are the same without it.
fn is_used(session: &mut Session, text: &str, rule: &str) -> bool {
    let mut ask = |text: &str, off: &[&str]| {
        run(session, text, off).unwrap_or_else(|report| panic!("{text}\n{report:?}"))
    };
    let rows = ask(text, &[]).rows;
    assert!(!rows.is_empty(), "{text}");
    assert_eq!(rows, ask(text, &[rule]).rows, "{text}");
    ask(&format!("EXPLAIN {text}"), &[]).plan.is_some_and(|plan| plan.contains(rule))
}

#[test]
fn lists_are_counted_where_nobody_looks_at_them() {
    let mut session = bodies();
    let lists =
        "MATCH (b:Body) OPTIONAL MATCH (b)-[:PRECEDES]->(a) WITH b.number % 3 AS k, collect(a.number) AS l";
    for (rest, counted) in [
        ("RETURN k, size(l) ORDER BY size(l), k", true),
        ("WITH k, l AS m WITH m AS n, k AS k RETURN k, size(n) + size(n) AS s ORDER BY k", true),
        ("WITH k, l, l AS m RETURN k, size(m), size(l) ORDER BY k", true),
        ("OPTIONAL MATCH (x:Law) WHERE size(l) > 6 RETURN k, x.id, size(l) ORDER BY k", true),
        ("RETURN max(size(l)), collect(size(l) * 0)", true),
        (
            "UNWIND [1, 2] AS i RETURN k, i, EXISTS { MATCH (b:Body) WHERE b.number > size(l) * 3 } ORDER BY k, i",
            true,
        ),
        ("RETURN k, size(l) AS s UNION MATCH (l:Law) RETURN l.id AS k, 1 AS s", true),
        ("RETURN k, size(l), l ORDER BY k", false),
        ("WITH k, l, l AS m RETURN k, size(l), head(m) ORDER BY k", false),
        ("WITH k, l AS m ORDER BY k, m RETURN k, size(m)", false),
        ("WITH DISTINCT l AS m RETURN size(m) ORDER BY size(m)", false),
        ("WITH k, l UNWIND l AS i RETURN k, size(l), i ORDER BY k, i", false),
        ("RETURN k, [x IN l WHERE x > size(l) | x] ORDER BY k", false),
        ("RETURN k, size(l), EXISTS { MATCH (b:Body) WHERE b.number IN l } ORDER BY k", false),
        ("WITH collect(l) AS all UNWIND all AS l RETURN size(l) AS s ORDER BY s", false),
        ("RETURN k, l AS s UNION MATCH (l:Law) RETURN l.id AS k, [1] AS s", false),
    ] {
        assert_eq!(is_used(&mut session, &format!("{lists} {rest}"), "counted-lists"), counted, "{rest}");
    }
}

#[test]
fn lists_end_after_the_values_that_are_asked_for() {
    let mut session = bodies();
    let lists = "MATCH (b:Body) WITH b ORDER BY b.number DESC WITH b.number % 3 AS k, \
                 collect(CASE WHEN b.number > 18 THEN null ELSE b.number END) AS l, \
                 collect(DISTINCT b.number % 4) AS m";
    for (rest, short) in [
        ("RETURN k, l[0], l[2], l[..2], head(l), size(m) ORDER BY k", true),
        ("WITH k, l AS n, m WITH n AS o, k AS k, m RETURN k, o[1..3], m[9], m[0] ORDER BY k", true),
        ("WITH k, l, l AS n RETURN k, n[1], l[3] ORDER BY k", true),
        ("UNWIND l[..2] AS i RETURN k, i ORDER BY k, i", true),
        ("RETURN max(l[0]), collect(m[..2]), collect(head(m) + l[1])", true),
        (
            "WITH k, l ORDER BY l[1] LIMIT 2 RETURN k, l[..0], EXISTS { (:Body {number: l[0]}) } ORDER BY k",
            true,
        ),
        ("RETURN k, reduce(s = 0, x IN l[0..3] | s + x) AS s ORDER BY s", true),
        ("RETURN k, m[..2], l[-1] ORDER BY k", true),
        ("RETURN k, l[..2], size(l) ORDER BY k", false),
        ("RETURN k, l[1], l ORDER BY k", false),
        ("WITH k, l, l AS n RETURN k, n[1], last(l) ORDER BY k", false),
        ("RETURN k, l[-1], l[..-1], l[1..] ORDER BY k", false),
        ("WITH k, l, 1 AS i RETURN k, l[i] ORDER BY k", false),
        ("WITH k, l ORDER BY l RETURN k, l[1]", false),
        ("WITH k, l, m UNWIND [l, m] AS n RETURN k, n[0], l[0], m[0] ORDER BY k, n[0]", false),
    ] {
        assert_eq!(is_used(&mut session, &format!("{lists} {rest}"), "short-lists"), short, "{rest}");
    }
    for (text, short) in [
        ("MATCH (b:Body) RETURN b.id, [(b)--(a) | a.number][0], head([(b)--(a) | a.id]) ORDER BY b.id", true),
        (
            "MATCH (b:Body) WITH b, [(b)--(a) | a.number] AS l WITH b, l AS m RETURN b.id, m[..1] ORDER BY b.id",
            true,
        ),
        (
            "MATCH (b:Body) RETURN b.id, COLLECT { MATCH (b)--(a) RETURN a.id ORDER BY a.id DESC }[1] AS x ORDER BY b.id",
            true,
        ),
        ("MATCH (b:Body) RETURN b.id, [(b)--(a) | a.number][-1], [(b)--(a) | a.id] ORDER BY b.id", false),
        ("MATCH (b:Body) WITH b, [(b)--(a) | a.number] AS l RETURN b.id, l[0], size(l) ORDER BY b.id", false),
    ] {
        assert_eq!(is_used(&mut session, text, "short-lists"), short, "{text}");
    }
    // What fails for a value that is not asked for fails all the same.
    let text = "MATCH (b:Body) RETURN [(b)-[:PRECEDES]-(a) | 1 / (a.number - 4)][0]";
    for off in [&[][..], &["short-lists"]] {
        assert!(run(&mut session, text, off).is_err());
    }
}

#[test]
fn lists_of_subqueries_are_counted() {
    let mut session = bodies();
    for (text, counted) in [
        (
            "MATCH (b:Body) RETURN b.id, size([(b)-[:PRECEDES]->(a) WHERE a.number > 3 | a.none]) ORDER BY b.id",
            true,
        ),
        ("MATCH (b:Body) RETURN b.id, size([p = (b)-->() | p]), size(b.id) ORDER BY b.id", true),
        (
            "RETURN size(COLLECT { MATCH (b:Body) RETURN DISTINCT b.number % 3 AS k ORDER BY k LIMIT 2 }) AS n",
            true,
        ),
        ("MATCH (b:Body) RETURN b.id, [(b)-->(a) | a.id] ORDER BY b.id", false),
        ("MATCH (b:Body) RETURN b.id, size([(b)-->(a) | 1 / a.number]) ORDER BY b.id", false),
    ] {
        assert_eq!(is_used(&mut session, text, "counted-lists"), counted, "{text}");
    }
    // What fails for a row fails all the same.
    let text = "MATCH (b:Body) RETURN size([(b)-[:PRECEDES]->(a) | 1 / (a.number - 4)])";
    for off in [&[][..], &["counted-lists"]] {
        assert!(run(&mut session, text, off).is_err());
    }
}

#[test]
fn variables_of_comprehensions_are_seen_by_what_is_counted_of_them() {
    let mut session = bodies();
    let every: Vec<&str> = whichlaw::optimize::RULES.iter().map(|rule| rule.name).collect();
    let path = "MATCH p = (:Body {number: 1})-[:PRECEDES*2]->(:Body) WITH nodes(p) AS l, p";
    for (rest, expected) in [
        ("RETURN [x IN l | COUNT { (x)-->() }] AS r", "[1, 1, 1]"),
        ("RETURN [x IN l | COUNT { (x)<-[:PRECEDES]-(:Body) }] AS r", "[0, 1, 1]"),
        (
            "RETURN [x IN l | COUNT { (x)-->()-->() } + COUNT { (x)--(y) WHERE y.number > 1 }] AS r",
            "[2, 2, 3]",
        ),
        (
            "RETURN [x IN l WHERE EXISTS { (x)<--() } | [y IN l | COUNT { (x)-->(y) }]] AS r",
            "[[0, 0, 1], [0, 0, 0]]",
        ),
        ("RETURN [x IN l | size([(x)--(y) WHERE COUNT { (y)--() } > 1 | y])] AS r", "[1, 1, 2]"),
        ("RETURN reduce(s = 0, x IN l | s * 3 + COUNT { (x)--() }) AS r", "17"),
        (
            "RETURN [all(x IN l WHERE COUNT { (x)--() } > 1), any(x IN l WHERE NOT (x)<--())] AS r",
            "[false, true]",
        ),
        (
            "RETURN [x IN l | COUNT { (x)-[r:PRECEDES]->() WHERE NOT r IN relationships(p) }] AS r",
            "[0, 0, 1]",
        ),
    ] {
        let text = format!("{path} {rest}");
        for off in [&[][..], &every] {
            let answer = run(&mut session, &text, off).unwrap_or_else(|report| panic!("{text}\n{report:?}"));
            assert_eq!(answer.rows[0][0].to_string(), expected, "{text}");
        }
    }
}
