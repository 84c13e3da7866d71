//! The engine as a session shows it: plans, budgets, proof, atomic writes, deep and long statements.

use std::time::{Duration, Instant};
use whichlaw::answer::Answer;
use whichlaw::base::Class;
use whichlaw::graph::Entity;
use whichlaw::optimize::RULES;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Report, Value};

fn options() -> Options {
    Options { language: Language::Cypher, ..Options::default() }
}

fn run(session: &mut Session, text: &str) -> Answer {
    session.run(text, &options()).unwrap_or_else(|report| panic!("{text}\n{report:?}"))
}

fn session(statements: &[&str]) -> Session {
    let mut session = Session::empty();
    statements.iter().for_each(|statement| drop(run(&mut session, statement)));
    session
}

fn plan(session: &mut Session, text: &str, rules_off: &[&str]) -> String {
    let rules_off = rules_off.iter().map(|rule| (*rule).to_owned()).collect();
    let answer = session.run(&format!("EXPLAIN {text}"), &Options { rules_off, ..options() }).unwrap();
    answer.plan.unwrap()
}

/// A few laws, bodies and what ties them.
fn laws() -> Session {
    session(&[
        "CREATE (l:Law {id: 'l', name: 'Law'}), (d:Decree {id: 'd', name: 'Decree', number: 1})",
        "UNWIND range(1, 20) AS i CREATE (:Body {id: 'b' + i, number: i})",
        "MATCH (d:Decree), (b:Body) CREATE (d)-[:CREATES]->(b)",
        "MATCH (l:Law), (d:Decree) CREATE (d)-[:BASED_ON]->(l)",
        "MATCH (a:Body), (b:Body) WHERE b.number = a.number + 1 CREATE (a)-[:PRECEDES]->(b)",
    ])
}

#[test]
fn plans_of_the_rules() {
    let mut session = laws();
    let mut folded = laws();
    folded.graph.fold();
    let mut shown = String::new();
    let queries = [
        ("push-down", "MATCH (d:Decree)-[:CREATES]->(b) WHERE d.number = 1 AND b.number > 3 RETURN b"),
        (
            "kind-tests",
            "MATCH (d)-[r]->(b) WHERE type(r) IN ['CREATES', 'AMENDS'] AND 'Decree' IN labels(d) RETURN type(r), b",
        ),
        (
            "list-tests",
            "MATCH (b:Body) WHERE all(n IN [(b)<-[:CREATES]-(d) | d.number] WHERE n > 1) RETURN b.id",
        ),
        ("index-seek", "MATCH (b:Body {id: 'b3'})<-[:CREATES]-(d) RETURN d"),
        ("join-order", "MATCH (b:Body)<-[:CREATES]-(d:Decree)-[:BASED_ON]->(l:Law {id: 'l'}) RETURN b.id"),
        ("expand-into", "MATCH (a:Body)-[:PRECEDES]->(b) MATCH (b)<-[:PRECEDES]-(a) RETURN a"),
        ("intersect", "MATCH (a:Body)-[:PRECEDES]->(b)<-[:CREATES]-(d)-[:CREATES]->(a) RETURN d"),
        ("count-store", "MATCH (a)-[r]->(b) RETURN type(r) AS t, count(*) AS n, count(r) AS m ORDER BY n"),
        ("count-store", "MATCH ()-[r:CREATES|PRECEDES]-() RETURN count(r)"),
        ("hash-join", "MATCH (a:Body), (b:Body) WHERE toLower(a.name) = toLower(b.name) RETURN a.id"),
        ("unnest", "MATCH (a:Body), (b:Body) WHERE (a)<-[:CREATES]-()-[:CREATES]->(b) RETURN a.id"),
        ("semi-join", "UNWIND $i AS i UNWIND $j AS j MATCH (b:Body) WHERE (b)-[:PRECEDES]->(:Law) RETURN i"),
        ("factor", "MATCH (a)-[:PRECEDES]->(b:Body)-[:PRECEDES]->(c)-[:PRECEDES]->(d) RETURN b.id, count(*)"),
        ("degree", "MATCH (d:Decree)-[:CREATES]->(b) WHERE NOT (b)<-[:PRECEDES]-() RETURN d.id, count(*)"),
        (
            "degree-guard",
            "MATCH (a:Body) WHERE NOT (a)-[:PRECEDES]->() AND EXISTS { (a)<-[:CREATES]-() } RETURN a",
        ),
        (
            "counted-lists",
            "MATCH (a)-[:PRECEDES]->(b) WITH b, collect(DISTINCT a.number) AS all, collect(a) AS kept \
             WITH b, kept, all AS some WHERE size(some) > 0 RETURN b, size(some) AS n, kept ORDER BY n",
        ),
        (
            "counted-lists",
            "MATCH (b:Body) RETURN b, size([(b)<-[:CREATES]-(d) | d.name]), size(COLLECT { MATCH (b)--(c) RETURN c })",
        ),
        (
            "short-lists",
            "MATCH (a)-[:PRECEDES]->(b) WITH b, collect(DISTINCT a.number) AS all, collect(a) AS kept \
             WITH b, kept, all AS some RETURN b, some[1], some[..3] AS three, kept, head(some) AS one",
        ),
        ("grouped-entry", "MATCH (a)-[:PRECEDES]->(b) RETURN b, collect(a.number), max(a.number)"),
        (
            "grouped-entry",
            "MATCH (c)<-[:PRECEDES]-(b)-[:PRECEDES]->(a) WITH a, c.number AS n RETURN a AS x, collect(n)",
        ),
        (
            "group-first",
            "MATCH (a)--()--()--(b) RETURN toUpper(b.id) AS id, b.number % 2 AS odd, max(a.number), count(*), \
             count(a.name)",
        ),
        ("unique-key", "MATCH (b:Body)-[:PRECEDES*1..2]->(c:Body) RETURN DISTINCT c.id, b.number"),
        ("unique-key", "MATCH (b:Body)-[:PRECEDES]->(c) RETURN b.id, b.number, count(*) AS n"),
        ("distinct-first", "MATCH (b:Body)-[:PRECEDES]->(c) RETURN count(DISTINCT toLower(c.name)) AS n"),
        (
            "distinct-first",
            "MATCH (b:Body)-[:PRECEDES]->(c) RETURN c, b.number AS k, c AS d, sum(DISTINCT c.number % 3)",
        ),
        ("distinct-first", "MATCH (b)-[:PRECEDES]->(c) RETURN DISTINCT c.name AS name, c.number % 2 AS odd"),
        (
            "distinct-first",
            "MATCH (b)-[:PRECEDES]->(c) WHERE c.number <> b.number WITH c.number AS n RETURN max(n), count(DISTINCT n)",
        ),
        (
            "distinct-ends",
            "MATCH (d:Decree)-[:CREATES]->(b)-[:PRECEDES]->(c)-[:PRECEDES]->(e) RETURN DISTINCT e",
        ),
        ("distinct-ends", "MATCH (a)-[:PRECEDES]->(b)<-[:PRECEDES]-(c) RETURN count(DISTINCT c)"),
        ("reach", "MATCH (b:Body {id: 'b1'})-[:PRECEDES*1..30]->(c) RETURN DISTINCT c"),
        (
            "reach",
            "MATCH (b:Body)-[:PRECEDES*1..]->(c) WHERE c.number > 3 RETURN count(DISTINCT c), max(c.number)",
        ),
        ("reach", "MATCH (b:Body)-[:PRECEDES*0..9]->(c) RETURN b, count(DISTINCT c)"),
        ("unique-key", "MATCH (b:Body)-[:PRECEDES*1..2]->(c) RETURN b.id, b.number, count(*)"),
        ("top", "MATCH (b:Body) RETURN b.id AS id ORDER BY id SKIP 2 LIMIT 3"),
        ("late-projection", "MATCH (b:Body) RETURN b.id AS id, properties(b) AS p ORDER BY id LIMIT 2"),
        (
            "late-projection",
            "MATCH (b:Body) RETURN toUpper(b.id) + '!' AS t, b.number AS n ORDER BY b.number DESC, n LIMIT 2",
        ),
        ("bidirectional", "MATCH (a:Law), (b:Body {id: 'b1'}), p = shortestPath((a)-[*..9]-(b)) RETURN p"),
        ("fixed-length", "MATCH p = (d)-[r*2]->(l) WHERE none(x IN r WHERE x.a = 1) RETURN length(p)"),
        ("path-tests", "MATCH p = (d)-[:BASED_ON*1..4]->(l) WHERE none(n IN nodes(p) WHERE n:Body) RETURN p"),
        (
            "path-length",
            "MATCH (a:Law), (b:Body) OPTIONAL MATCH p = shortestPath((a)-[*..9]-(b)) RETURN b.id, length(p), p IS NULL",
        ),
        ("longest-path", "MATCH p = (a:Body)-[:PRECEDES*1..30]->(b) RETURN max(length(p))"),
        (
            "longest-path",
            "MATCH p = (a:Body)-[:PRECEDES*2..3]->(b:Body) WHERE a.number < 9 RETURN max(length(p))",
        ),
        (
            "longest-path",
            "MATCH p = (a:Body)-[:PRECEDES*0..9]->(b) WHERE b.number > 4 RETURN a.number, min(length(p))",
        ),
        (
            "factor",
            "MATCH (l:Law)<-[:BASED_ON]-(d)-[:CREATES]->(b)-[:PRECEDES]->(c:Body) RETURN l.name, count(*)",
        ),
        (
            "factor",
            "MATCH (d:Decree)-[r:CREATES]->(b)-[:PRECEDES]->(c) WHERE c.number > 3 AND r.note IS NULL \
             RETURN count(*)",
        ),
        ("intersect", "MATCH (a)-[:PRECEDES]->(b)<-[:CREATES]-(d)-[:CREATES]->(a) RETURN count(*)"),
    ];
    for (rule, query) in queries {
        // What is counted by branches has its degrees from there.
        let aside: &[&str] = match rule {
            "degree" => &["factor", "degree-guard"],
            "degree-guard" => &["factor", "degree"],
            _ => &[],
        };
        // What is written tells nobody apart before it is folded, is not counted as different, and may be anything.
        let of_base = ["unique-key", "group-first", "late-projection"].contains(&rule);
        let session = if of_base { &mut folded } else { &mut session };
        let with = plan(session, query, aside);
        let without = plan(session, query, &[aside, &[rule]].concat());
        assert!(with.contains(rule) && !without.contains(rule), "{with}\n{without}");
        shown.push_str(&format!("{query}\n\n{with}\nwithout {rule}:\n{without}\n"));
    }
    insta::assert_snapshot!(shown);
}

/// Rules that change how rows are handed on and no operator.
#[test]
fn rules_without_a_mark_in_the_plan() {
    let mut session = laws();
    for text in [
        "MATCH (d:Decree)-[r:CREATES]->(b) WHERE b.number % 3 = 0 RETURN d.name, b.id, b.number + 1 AS n ORDER BY n",
        "MATCH (a:Body)-[:PRECEDES]->(b) WITH a, b, a.number * 2 AS twice WHERE twice > 7 RETURN b.id, twice, a.none",
        "MATCH (a:Body) RETURN DISTINCT a.number / 4, a.name, count(*)",
    ] {
        for fold in [false, true] {
            if fold {
                session.graph.fold();
            }
            let shown = plan(&mut session, text, &[]);
            let expected = run(&mut session, text).rows;
            assert!(!expected.is_empty());
            for rule in ["late-materialization", "projection-push-down"] {
                assert!(RULES.iter().any(|known| known.name == rule));
                assert_eq!(shown, plan(&mut session, text, &[rule]), "{text}");
                let rules_off = vec![rule.to_owned()];
                let rows = session.run(text, &Options { rules_off, ..options() }).unwrap().rows;
                assert_eq!(rows, expected, "{text} without {rule}");
            }
        }
    }
}

/// A statement again and again, its plan kept, while the relationships come to be what the plan ruled out.
#[test]
fn plans_that_took_something_for_granted_are_made_anew() {
    let chain = || {
        let mut session = session(&[
            "UNWIND range(1, 6) AS i CREATE (:Body {id: 'b' + i, number: i})",
            "MATCH (a:Body), (b:Body) WHERE b.number = a.number + 1 CREATE (a)-[:PRECEDES]->(b)",
        ]);
        session.graph.fold();
        session
    };
    // What is asked, and what it counts on the chain, with a loop, with a way back, and with a circle of three.
    let asked = [
        ("MATCH (a)-[:PRECEDES]->(b)-[:PRECEDES]->(c) RETURN count(*)", [4, 6, 6, 6]),
        ("MATCH (a)-[:PRECEDES]->(b)-[:PRECEDES]->(c)-[:PRECEDES]->(d) RETURN count(*)", [3, 6, 5, 6]),
        ("MATCH (a)-[:PRECEDES]->(b)<-[:PRECEDES]-(c) RETURN count(*)", [0, 2, 2, 2]),
        ("MATCH (a)<-[:PRECEDES]-(b)-[:PRECEDES]->(c) RETURN count(*)", [0, 2, 2, 2]),
        ("MATCH (a)-[:PRECEDES]->(b)-[:PRECEDES]->(c), (a)-[:PRECEDES]->(c) RETURN count(*)", [0, 0, 0, 0]),
        ("MATCH (a)-[:PRECEDES]->(b)-[:PRECEDES]->(c)-[:PRECEDES]->(a) RETURN count(*)", [0, 0, 0, 3]),
        ("MATCH p = (a:Body)-[:PRECEDES*1..30]->(b) RETURN max(length(p))", [5, 6, 5, 5]),
    ];
    let added = [
        None,
        Some("MATCH (a:Body {number: 3}) CREATE (a)-[:PRECEDES]->(a)"),
        Some("MATCH (a:Body {number: 3}), (b:Body {number: 2}) CREATE (a)-[:PRECEDES]->(b)"),
        Some("MATCH (a:Body {number: 4}), (b:Body {number: 2}) CREATE (a)-[:PRECEDES]->(b)"),
    ];
    for (place, statement) in added.into_iter().enumerate() {
        for fold in [false, true] {
            let mut session = chain();
            let counts = |session: &mut Session, place: usize, off: &[&str]| {
                let rules_off: Vec<String> = off.iter().map(|rule| (*rule).to_owned()).collect();
                for (text, counts) in &asked {
                    let answer =
                        session.run(text, &Options { rules_off: rules_off.clone(), ..options() }).unwrap();
                    assert_eq!(
                        answer.rows,
                        [[Value::Integer(counts[place])]],
                        "{text} {statement:?} {off:?}"
                    );
                }
            };
            let every: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
            counts(&mut session, 0, &[]);
            let Some(statement) = statement else { continue };
            run(&mut session, statement);
            if fold {
                session.graph.fold();
            }
            counts(&mut session, place, &every);
            counts(&mut session, place, &[]);
            // Taken away again, it is as it was.
            run(&mut session, "MATCH (a)-[r:PRECEDES]->(b) WHERE a.number >= b.number DELETE r");
            counts(&mut session, 0, &[]);
        }
    }
}

#[test]
fn a_profile_tells_rows_and_touched_relationships() {
    let mut session = laws();
    let answer = run(&mut session, "PROFILE MATCH (d:Decree)-[:CREATES]->(b) RETURN b.number");
    let told = answer.plan.unwrap();
    let expand = told.lines().find(|line| line.starts_with("Expand")).unwrap();
    let numbers: Vec<&str> = expand.split_whitespace().filter(|word| word.parse::<u64>().is_ok()).collect();
    assert!(numbers.ends_with(&["20", "20"]), "{told}");
    assert_eq!(answer.rows.len(), 20);
}

fn limited(budget: Budget, text: &str) -> Box<Report> {
    let mut session = laws();
    match session.run(text, &Options { budget, ..options() }) {
        Ok(answer) => panic!("{text}: {} rows", answer.rows.len()),
        Err(report) => report,
    }
}

#[test]
fn what_is_too_large_stops() {
    let rows = Budget { rows: 1000, ..Budget::default() };
    for text in [
        "UNWIND range(1, 5000) AS x RETURN x",
        "RETURN range(1, 1000000000000)",
        "MATCH (a), (b), (c), (d) RETURN count(*)",
        "UNWIND range(1, 900) AS x UNWIND range(1, 900) AS y RETURN count(*)",
        "UNWIND range(1, 900) AS x UNWIND range(1, 900) AS y WITH x, y ORDER BY y RETURN x",
        "UNWIND range(1, 900) AS x UNWIND range(1, 900) AS y CREATE ()",
        "MATCH (a), (b), (c) RETURN a, b, c",
        "MATCH (a:Body), (b:Body) MATCH (c:Body) RETURN DISTINCT a, b, c",
    ] {
        let report = limited(rows.clone(), text);
        assert_eq!((report.class, report.code), (Class::Limit, "limit.rows"), "{text}");
    }
    let memory = Budget { memory: 1 << 20, ..Budget::default() };
    for text in [
        "RETURN range(1, 9000000)",
        "UNWIND range(1, 20000) AS x RETURN collect([x, x, x, x])",
        "UNWIND range(1, 40000) AS x WITH x ORDER BY x RETURN x",
        "RETURN reduce(s = 'ab', x IN range(1, 60) | s + s)",
        "RETURN reduce(s = [1], x IN range(1, 60) | s + s)",
        "UNWIND range(1, 40000) AS x RETURN DISTINCT x",
        "RETURN [x IN range(1, 40000) | [y IN range(1, 100) | y]]",
    ] {
        assert_eq!(limited(memory.clone(), text).code, "limit.memory", "{text}");
    }
}

#[test]
fn what_takes_too_long_stops() {
    let budget = Budget { time: Some(Duration::from_millis(50)), rows: u64::MAX, ..Budget::default() };
    for text in [
        "UNWIND range(1, 5000) AS x UNWIND range(1, 5000) AS y UNWIND range(1, 5000) AS z RETURN count(*)",
        "MATCH (a), (b), (c), (d), (e), (f), (g) RETURN count(*)",
        "MATCH (a)-[*]-(b) RETURN count(*)",
        "RETURN reduce(n = 0, x IN range(1, 3000) | reduce(m = n, y IN range(1, 3000) | m + y))",
        "RETURN all(x IN range(1, 30000) WHERE all(y IN range(1, 30000) WHERE y > 0))",
        "MATCH (a) WHERE EXISTS { MATCH (b), (c), (d), (e), (f) WHERE b.number + f.number < 0 } RETURN a",
    ] {
        let began = Instant::now();
        let report = limited(budget.clone(), text);
        assert_eq!(report.code, "limit.time", "{text}");
        assert!(began.elapsed() < Duration::from_secs(5), "{text}");
    }
}

#[test]
fn a_cancelled_statement_stops() {
    let budget = Budget::default();
    budget.cancel.cancel();
    let report = limited(budget, "MATCH (a), (b), (c), (d) RETURN count(*)");
    assert_eq!(report.class, Class::Interrupted);
}

#[test]
fn a_failing_write_leaves_nothing_behind() {
    let mut session = laws();
    let before =
        run(&mut session, "MATCH (n) RETURN n.id AS id, properties(n) AS p, labels(n) AS l ORDER BY id").rows;
    for text in [
        "CREATE (:New) WITH 1 AS x RETURN x / 0",
        "MATCH (b:Body) SET b.number = 7, b:Seen REMOVE b.id WITH b RETURN 1 / 0",
        "MATCH (l:Law) DELETE l",
        "UNWIND [1, 0] AS x CREATE ({v: 1 / x})",
        "MATCH (n) DETACH DELETE n WITH count(*) AS c RETURN 1 / 0",
    ] {
        assert!(session.run(text, &options()).is_err(), "{text}");
        let after =
            run(&mut session, "MATCH (n) RETURN n.id AS id, properties(n) AS p, labels(n) AS l ORDER BY id");
        assert_eq!(format!("{before:?}"), format!("{:?}", after.rows), "{text}");
    }
    assert_eq!(session.graph.relationship_count(), 40);
}

/// The ids of the nodes, and the types of the relationships, that a row rests on.
fn facts(session: &mut Session, text: &str) -> Vec<Vec<String>> {
    let answer = session.run(text, &Options { trace: true, ..options() }).unwrap();
    assert_eq!(answer.facts.len(), answer.rows.len());
    let name = |entity: &Entity| match entity {
        Entity::Node(node) => match session.graph.property(*entity, session.graph.key("id").unwrap()) {
            Value::String(id) => id.to_string(),
            _ => format!("{node:?}"),
        },
        Entity::Relationship(relationship) => {
            let ends = session.graph.ends(*relationship);
            session.graph.type_name(ends.kind).to_string()
        }
    };
    answer.facts.iter().map(|facts| facts.entities.iter().map(name).collect()).collect()
}

#[test]
fn rows_tell_what_they_rest_on() {
    let mut session = laws();
    let mut one = |text: &str| facts(&mut session, text).into_iter().next().unwrap();
    assert_eq!(one("MATCH (d:Decree)-[:BASED_ON]->(l) RETURN l.name"), ["BASED_ON", "d", "l"]);
    assert_eq!(one("MATCH (d:Decree)-[:BASED_ON]->() RETURN d"), ["BASED_ON", "d"]);
    assert_eq!(
        one("MATCH (a:Body {id: 'b1'})-[:PRECEDES*2]->(b) RETURN b.id"),
        ["PRECEDES", "PRECEDES", "b1", "b3"]
    );
    assert_eq!(one("MATCH (l:Law) WHERE EXISTS { (l)<-[:BASED_ON]-() } RETURN l.id"), ["BASED_ON", "l"]);
    assert_eq!(one("MATCH (l:Law) OPTIONAL MATCH (l)-[r:NONE]->() RETURN l.id, r"), ["l"]);
    assert_eq!(one("MATCH (l:Law) WHERE NOT (l)-->() RETURN l.id"), ["l"]);
    // A group rests on all its rows.
    assert_eq!(one("MATCH (d:Decree)-[c:CREATES]->() RETURN count(*)").len(), 21);
    assert_eq!(one("MATCH (d:Decree)-[:CREATES]->(b) RETURN DISTINCT d.id").len(), 21);
    assert_eq!(
        one("MATCH (d:Decree)-[:CREATES]->(b) WITH d, count(b) AS n MATCH (d)-[:BASED_ON]->(l) RETURN n")
            .len(),
        42
    );
    assert_eq!(one("MATCH (d:Decree) RETURN COUNT { (d)-[:CREATES]->() } AS n").len(), 21);
    assert_eq!(one("RETURN 1"), Vec::<String>::new());
    let union = facts(&mut session, "MATCH (l:Law) RETURN l.id AS x UNION MATCH (l:Decree) RETURN l.id AS x");
    assert_eq!(union, [["l"], ["d"]]);
}

#[test]
fn guards_leave_the_proof_of_exists_as_it_is() {
    let mut session = laws();
    for text in [
        "MATCH (a:Body) WHERE EXISTS { (a)-[:PRECEDES]->() } RETURN a.id",
        "MATCH (a:Body) WHERE a.number > 3 AND NOT (a)-[:PRECEDES]->() AND (a)<-[:CREATES]-() RETURN a.id",
        "MATCH (a:Body)<-[:CREATES]-(d) WHERE NOT (a)-->() AND EXISTS { (a)<-[:CREATES|PRECEDES]-() } RETURN a.id",
    ] {
        let mut ask = |rules_off: Vec<String>| {
            let answer = session.run(text, &Options { trace: true, rules_off, ..options() }).unwrap();
            let facts: Vec<_> = answer.facts.iter().map(|facts| facts.entities).collect();
            (answer.rows, facts)
        };
        let guarded = ask(Vec::new());
        assert!(guarded.1.iter().all(|facts| !facts.is_empty()) && !guarded.0.is_empty(), "{text}");
        assert_eq!(guarded, ask(vec!["degree-guard".to_owned()]), "{text}");
    }
}

#[test]
fn many_facts_are_capped_and_counted() {
    let mut session = session(&["UNWIND range(1, 3000) AS i CREATE (:N {id: toString(i)})"]);
    let answer =
        session.run("MATCH (n:N) RETURN count(n.id)", &Options { trace: true, ..options() }).unwrap();
    let facts = answer.facts.first().unwrap();
    assert_eq!((facts.entities.len(), facts.total), (1000, 3000));
}

#[test]
fn plans_are_kept_by_text() {
    let mut session = laws();
    let text = "MATCH (b:Body {id: $id}) RETURN b.number";
    for (id, number) in [("b3", 3), ("b7", 7)] {
        let parameters = [("id".into(), Value::from(id))].into_iter().collect();
        let answer = session.run(text, &Options { parameters, ..options() });
        assert_eq!(answer.unwrap().rows, [[Value::Integer(number)]]);
    }
    assert_eq!(session.run(text, &options()).unwrap_err().failure.unwrap().detail, "MissingParameter");
}

#[test]
fn shortest_paths() {
    let mut session = laws();
    let mut lengths = |text: &str| -> Vec<String> {
        run(&mut session, text).rows.iter().map(|row| row[0].to_string()).collect()
    };
    let between = |pattern: &str| {
        format!("MATCH (a:Body {{id: 'b1'}}), (b:Body {{id: 'b20'}}), p = {pattern} RETURN length(p)")
    };
    assert_eq!(lengths(&between("shortestPath((a)-[:PRECEDES*]->(b))")), ["19"]);
    assert_eq!(lengths(&between("shortestPath((a)-[*]-(b))")), ["2"]);
    assert_eq!(lengths(&between("shortestPath((a)<-[:PRECEDES*]-(b))")), Vec::<String>::new());
    assert_eq!(lengths(&between("shortestPath((a)-[:PRECEDES*..5]->(b))")), Vec::<String>::new());
    assert_eq!(lengths(&between("allShortestPaths((a)-[*]-(b))")), ["2"]);
    assert_eq!(
        lengths("MATCH (a:Law), (b:Body) RETURN length(shortestPath((a)<-[*]-(b))) AS n ORDER BY n LIMIT 1"),
        ["null"]
    );
    for off in [true, false] {
        let rules_off = if off { vec!["bidirectional".to_owned()] } else { Vec::new() };
        let text =
            "MATCH (a:Body {number: 4}), (b:Body), p = allShortestPaths((a)-[*..3]-(b)) RETURN count(*)";
        let answer = session.run(text, &Options { rules_off, ..options() }).unwrap();
        assert_eq!(answer.rows, [[Value::Integer(21)]]);
    }
}

#[test]
fn nothing_matches_null() {
    let mut session = laws();
    let text = "OPTIONAL MATCH (x:None) MATCH (x) RETURN count(*)";
    assert_eq!(run(&mut session, text).rows, [[Value::Integer(0)]]);
    let text = "OPTIONAL MATCH (x:None) OPTIONAL MATCH (x)-->(y) RETURN x, y";
    assert_eq!(run(&mut session, text).rows, [[Value::Null, Value::Null]]);
}

#[test]
fn long_statements() {
    // Longer than any person writes; deeper than what a small stack holds has to be an error, not a crash.
    let mut session = laws();
    for count in [50, 400, 5000] {
        let withs = "WITH x + 1 AS x ".repeat(count);
        match session.run(&format!("WITH 0 AS x {withs} RETURN x"), &options()) {
            Ok(answer) => assert_eq!(answer.rows, [[Value::Integer(count as i64)]]),
            Err(report) => assert!(count > 400, "{report:?}"),
        }
        let chain = "-[:PRECEDES]->()".repeat(count);
        if let Err(report) = session.run(&format!("MATCH ({{id: 'b1'}}){chain} RETURN count(*)"), &options())
        {
            assert!(count > 400, "{report:?}");
        }
        let nested = count.min(250);
        for (open, close) in
            [("(", ")"), ("[", "]"), ("-", ""), ("NOT ", ""), ("size([", "])"), ("{a: ", "}")]
        {
            let text = format!("RETURN {}true{} AS x", open.repeat(nested), close.repeat(nested));
            let _ = session.run(&text, &options());
        }
        let sum = format!("RETURN {}1", "1 + ".repeat(count));
        if let Err(report) = session.run(&sum, &options()) {
            assert!(count > 50, "{report:?}");
        }
    }
}
