//! Patterns that the optimizer finds otherwise than as they are written: with each rule and without it, the rows are the same.

mod distinct_ends;
mod exists;
mod fixed_length;
mod joins;
mod hops;
mod kinds;
mod known;
mod list_tests;
mod path_length;
mod path_tests;

use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Budget};

fn run(session: &mut Session, text: &str, threads: usize, off: &[&str]) -> Answer {
    let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
    let rules_off = off.iter().map(|rule| (*rule).to_owned()).collect();
    let options = Options { language: Language::Cypher, budget, rules_off, ..Options::default() };
    session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}"))
}

/// The operators and rules of a plan.
fn plan(session: &mut Session, text: &str) -> String {
    run(session, &format!("EXPLAIN {text}"), 1, &[]).plan.unwrap_or_default()
}

/// A graph that was laid out after some statements.
fn filled(statements: &[&str]) -> Session {
    let mut session = Session::empty();
    for text in statements {
        run(&mut session, text, 1, &[]);
    }
    session.graph.fold();
    session
}

/// Acts that cite each other round and round, some of them twice or themselves, bodies that made them, and a few treaties.
fn acts(nodes: u32) -> Session {
    let mut session = filled(&[
        &*format!("UNWIND range(0, {nodes} - 1) AS k CREATE (:Act {{k: k, i: k % 17}})"),
        "MATCH (n) WHERE n.k % 3 = 0 SET n:Law",
        "MATCH (n) WHERE n.k % 100 = 37 SET n:Treaty",
        "CREATE INDEX FOR (n:Act) ON (n.k)",
    ]);
    for (condition, kind, to) in [
        ("a.k % 4 < 2", "CITES", format!("(a.k * 7 + 1) % {}", nodes / 3)),
        ("a.k % 3 = 0", "CITES", format!("(a.k + 5) % {nodes}")),
        ("a.k % 12 = 0", "CITES", format!("(a.k + 5) % {nodes}")),
        ("a.k % 20 = 1", "CITES", "a.k".to_owned()),
        ("a.k % 5 = 0", "MADE", format!("a.k % {}", nodes / 40 + 1)),
    ] {
        let text =
            format!("MATCH (a:Act) WHERE {condition} MATCH (b:Act {{k: {to}}}) CREATE (a)-[:{kind}]->(b)");
        run(&mut session, &text, 1, &[]);
    }
    session.graph.fold();
    session
}
