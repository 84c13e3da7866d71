//! What tracking proof costs: the same pattern queries with and without it, on the built-in graph.
//!
//! `cargo bench --bench tracking` prints the time of each and their ratio; off means that rows keep no facts at all.

use std::time::Instant;
use whichlaw::session::{Language, Options, Session};

const ROUNDS: u32 = 300;

const QUERIES: &[&str] = &[
    "MATCH (i)-[r:ESTABLISHES]->(b) RETURN i, b",
    "MATCH (a)-[:CONCERNS]->(t)<-[:CONCERNS]-(b) RETURN a, t, b",
    "MATCH (a)-[*1..2]->(b:Topic) RETURN a, b",
    "MATCH (a)-[r]->(b) RETURN count(*), b",
];

fn main() {
    let mut session = match Session::builtin() {
        Ok(session) => session,
        Err(report) => return eprintln!("{report:?}"),
    };
    for query in QUERIES {
        let off = measured(&mut session, query, false);
        let on = measured(&mut session, query, true);
        println!("{on:>9.1} µs tracked, {off:>9.1} µs not, ratio {:.2}: {query}", on / off);
    }
}

/// The least time of a run, in microseconds: the one that nothing else disturbed.
fn measured(session: &mut Session, query: &str, trace: bool) -> f64 {
    let options = Options { trace, language: Language::Cypher, ..Options::default() };
    let run = |session: &mut Session| {
        let started = Instant::now();
        let answer = session.run(query, &options);
        let took = started.elapsed().as_secs_f64() * 1e6;
        assert!(answer.is_ok_and(|answer| !answer.rows.is_empty()), "{query}");
        took
    };
    (0..ROUNDS).map(|_| run(session)).fold(f64::MAX, f64::min)
}
