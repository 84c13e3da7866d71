//! What tracking proof costs: the same pattern queries with and without it, on the built-in graph.
//!
//! `cargo bench --bench tracking` prints the time of each and their ratio; off means that rows keep no facts at all.

use std::time::Instant;
use whichlaw::session::{Language, Options, Session};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The least time of so many runs counts, with and without in turn: the one that nothing else disturbed.
const ROUNDS: u32 = 500;

const QUERIES: &[&str] = &[
    "MATCH (i)-[r:ESTABLISHES]->(b) RETURN i, b",
    "MATCH (a)-[:CONCERNS]->(t)<-[:CONCERNS]-(b) RETURN a, t, b",
    "MATCH (a)-[:CONCERNS]->(t)<-[:CONCERNS]-(b) WHERE a.id < b.id RETURN a.id, t.id, b.id ORDER BY t.id, a.id LIMIT 50",
    "MATCH (b:Ministry)-[r]->(i) WHERE i.name CONTAINS 'a' RETURN b.name, type(r), i.name",
    "MATCH (a)-[*1..2]->(b:Topic) RETURN a, b",
    "MATCH (t:Topic) OPTIONAL MATCH (t)<-[:CONCERNS]-(l:Law) RETURN t, l",
    "MATCH (t:Topic)<-[:CONCERNS]-(i) WHERE EXISTS { (i)-[:ESTABLISHES]->() } RETURN t, i",
    "MATCH (a)-[:CONCERNS]->(t)<-[:CONCERNS]-(b) RETURN DISTINCT a, b",
    "MATCH (a)-[:CONCERNS]->(t)<-[:CONCERNS]-(b) RETURN t, collect(b.name)",
    "MATCH (a)-[r]->(b) RETURN count(*), b",
];

fn main() {
    let mut session = match Session::builtin() {
        Ok(session) => session,
        Err(report) => return eprintln!("{report:?}"),
    };
    for query in QUERIES {
        let (mut on, mut off) = (f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            off = off.min(measured(&mut session, query, false));
            on = on.min(measured(&mut session, query, true));
        }
        println!("{on:>9.1} µs tracked, {off:>9.1} µs not, ratio {:.2}: {query}", on / off);
    }
}

/// The time of one run, in microseconds.
fn measured(session: &mut Session, query: &str, trace: bool) -> f64 {
    let options = Options { trace, language: Language::Cypher, ..Options::default() };
    let started = Instant::now();
    let answer = session.run(query, &options);
    let took = started.elapsed().as_secs_f64() * 1e6;
    assert!(answer.is_ok_and(|answer| !answer.rows.is_empty()), "{query}");
    took
}
