//! Searches from many starts: long hops, which go at once, and backwards where that is less, find what paths lead to.

use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Value};

/// More than so many starts walk at once.
const AT_ONCE: u32 = 16_384;
const NODES: u32 = AT_ONCE * 2 + 3000;

fn run(session: &mut Session, text: &str, threads: usize, off: &[&str]) -> Vec<Vec<Value>> {
    let budget = Budget { threads, rows: u64::MAX, memory: 1 << 40, ..Budget::default() };
    let rules_off = off.iter().map(|rule| (*rule).to_owned()).collect();
    let options = Options { language: Language::Cypher, budget, rules_off, ..Options::default() };
    session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

/// Two rings of different steps, ways out of them that nothing leads back from, loops, and relationships side by side.
fn graph() -> Session {
    let mut session = Session::empty();
    for text in [
        &*format!("UNWIND range(0, {NODES} - 1) AS k CREATE (:N {{k: k}})"),
        "CREATE INDEX FOR (n:N) ON (n.k)",
        "MATCH (n) WHERE n.k % 2 = 0 SET n:Start",
        "MATCH (n) WHERE n.k % 9000 = 1 SET n:Rare",
    ] {
        run(&mut session, text, 1, &[]);
    }
    session.graph.fold();
    for (condition, to) in [
        ("a.k % 10 < 7", format!("(a.k * 7 + 1) % {NODES}")),
        ("a.k % 3 = 0", format!("(a.k + 4) % {NODES}")),
        ("a.k % 11 = 0", format!("(a.k * 7 + 1) % {NODES}")),
        ("a.k % 50 = 0", "a.k".to_owned()),
    ] {
        let text = format!("MATCH (a:N) WHERE {condition} MATCH (b:N {{k: {to}}}) CREATE (a)-[:LEADS]->(b)");
        run(&mut session, &text, 1, &[]);
    }
    run(
        &mut session,
        "MATCH (a:Rare), (b:N {k: a.k + 1}) CREATE (a)-[:JOINS]->(b), (b)-[:JOINS]->(a)",
        1,
        &[],
    );
    session.graph.fold();
    session
}

fn finds_what_paths_lead_to(session: &mut Session, start: &str, step: &str) {
    let ends = format!("MATCH (x:{start}){step}(y) WITH DISTINCT y RETURN count(*) AS n, sum(y.k) AS s");
    let paths = run(session, &ends, 1, &["reach"]);
    for threads in [1, 3] {
        assert_eq!(run(session, &ends, threads, &[]), paths, "{threads} threads: {ends}");
    }
}

#[test]
fn searches_from_many_starts_find_what_paths_lead_to() {
    let mut session = graph();
    let mut sizes = Vec::new();
    for start in ["Start", "Rare", "N"] {
        for step in
            ["-[:LEADS*1..2]->", "<-[:LEADS*1..3]-", "-[:LEADS*1..2]-", "-[:LEADS*0..2]-", "-[:JOINS*1..3]-"]
        {
            finds_what_paths_lead_to(&mut session, start, step);
            let listed = format!("MATCH (x:{start}){step}(y) RETURN DISTINCT y.k");
            let alone = run(&mut session, &listed, 1, &[]);
            assert_eq!(run(&mut session, &listed, 3, &[]), alone, "in the same order: {listed}");
            sizes.push(alone.len());
        }
    }
    assert!(sizes.iter().any(|size| *size > AT_ONCE as usize) && sizes.contains(&8), "{sizes:?}");
}

#[test]
fn what_was_written_since_is_searched_too() {
    let mut session = graph();
    for text in [
        "MATCH (a:N)-[r:LEADS]->() WHERE a.k % 13 = 0 DELETE r",
        "MATCH (a:N), (b:N {k: a.k + 1}) WHERE a.k % 100 = 7 CREATE (a)-[:LEADS]->(b)",
    ] {
        run(&mut session, text, 1, &[]);
    }
    for step in ["-[:LEADS*1..3]->", "-[:LEADS*1..2]-"] {
        finds_what_paths_lead_to(&mut session, "Start", step);
    }
}

/// How far each node is from a start, over any of these steps.
fn distances(steps: &[Vec<usize>], start: usize) -> Vec<Option<i64>> {
    let mut distances = vec![None; steps.len()];
    distances[start] = Some(0);
    let mut open = std::collections::VecDeque::from([start]);
    while let Some(node) = open.pop_front() {
        let next = distances[node].map(|distance| distance + 1);
        for end in &steps[node] {
            if distances[*end].is_none() {
                distances[*end] = next;
                open.push_back(*end);
            }
        }
    }
    distances
}

/// Searches that find nothing tell those after them what cannot be found.
#[test]
fn searches_between_many_nodes_find_what_each_would_alone() {
    const COUNT: usize = 9000;
    let mut session = Session::empty();
    // Six parts that lead to those after them only, each with ways round, and parts that nothing leads to.
    for text in [
        &*format!("UNWIND range(0, {COUNT} - 1) AS k CREATE (:N {{k: k}})"),
        "CREATE INDEX FOR (n:N) ON (n.k)",
        "MATCH (n:N) WHERE n.k % 2500 = 7 SET n:Few",
    ] {
        run(&mut session, text, 1, &[]);
    }
    session.graph.fold();
    for (condition, to) in [
        ("a.k % 9 < 8", "a.k - a.k % 1500 + (a.k * 7 + 1) % 1200"),
        ("a.k % 4 < 3", "a.k - a.k % 1500 + (a.k + 11) % 1200"),
        ("a.k % 400 = 3 AND a.k < 7000", "a.k + 1500"),
    ] {
        let text = format!("MATCH (a:N) WHERE {condition} MATCH (b:N {{k: {to}}}) CREATE (a)-[:LEADS]->(b)");
        run(&mut session, &text, 1, &[]);
    }
    session.graph.fold();
    let mut steps = vec![Vec::new(); COUNT];
    for row in run(&mut session, "MATCH (a:N)-[:LEADS]->(b) RETURN a.k, b.k", 1, &[]) {
        let [Value::Integer(from), Value::Integer(to)] = row[..] else { panic!("two numbers: {row:?}") };
        steps[from as usize].push(to as usize);
    }
    let all = |step: usize, from: usize| (0..COUNT).filter(move |k| k % step == from).collect::<Vec<_>>();
    for (ends, froms, tos) in [
        ("a.k % 1000 = 1 AND b.k % 300 = 3", all(1000, 1), all(300, 3)),
        ("a.k % 300 = 3 AND b.k % 700 = 5", all(300, 3), all(700, 5)),
        ("a:Few AND b.k % 90 = 1", all(2500, 7), all(90, 1)),
    ] {
        let mut expected = Vec::new();
        for from in froms {
            let distances = distances(&steps, from);
            let found = tos.iter().filter(|to| **to != from);
            expected.extend(found.filter_map(|to| Some(format!("{:?}", (from, *to, distances[*to]?)))));
        }
        expected.sort();
        assert!(!expected.is_empty(), "{ends}: {}", expected.len());
        let (scan, condition) = match ends.strip_prefix("a:Few AND ") {
            Some(condition) => ("(a:Few), (b:N)", condition),
            None => ("(a:N), (b:N)", ends),
        };
        for search in ["shortestPath((a)-[:LEADS*]->(b))", "allShortestPaths((a)-[:LEADS*]->(b))"] {
            let text = format!(
                "MATCH {scan} WHERE {condition} MATCH p = {search} RETURN DISTINCT a.k, b.k, length(p)"
            );
            for (threads, off) in [(1, &[][..]), (3, &[]), (1, &["bidirectional"])] {
                let rows = run(&mut session, &text, threads, off);
                let numbers = |row: &Vec<Value>| match row[..] {
                    [Value::Integer(a), Value::Integer(b), Value::Integer(length)] => (a, b, length),
                    _ => panic!("three numbers: {row:?}"),
                };
                let mut found: Vec<String> = rows.iter().map(|row| format!("{:?}", numbers(row))).collect();
                found.sort();
                assert!(
                    found == expected,
                    "{threads} {off:?} {text}: {} and {}",
                    found.len(),
                    expected.len()
                );
            }
        }
    }
}
