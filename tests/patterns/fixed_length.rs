//! Variable-length steps of exactly so many hops: taken as single steps, and walked.

use super::{acts, plan, run};

const TEXTS: &[&str] = &[
    "MATCH (a:Treaty)-[:CITES*2]->(b) RETURN a.k, b.k, count(*) ORDER BY a.k, b.k",
    "MATCH (a)-[:CITES*3..3]->(b:Treaty) RETURN count(*), count(DISTINCT a), sum(b.k)",
    "MATCH (a:Treaty)-[:CITES|MADE*2]-(b) RETURN a.k, count(*), sum(b.k) ORDER BY a.k",
    "MATCH (a:Treaty)-[*1]-(b) RETURN a.k, count(*), sum(b.k) ORDER BY a.k",
    "MATCH (a)-[:CITES*2]->(a) RETURN count(*), sum(a.k)",
    "MATCH (a:Treaty)-[:CITES*2]->(b)<-[:CITES*2]-(c) WHERE a.i < c.i RETURN a.k, count(*) ORDER BY a.k",
    "MATCH (a:Treaty)-[r:CITES*2]->(b) RETURN size(r), [x IN r | endNode(x).k] AS w, b.k ORDER BY w",
    "MATCH (a:Treaty)-[r:CITES*2]->(b) WITH r AS q, b WHERE q[0].w <> 1 RETURN q[1].w AS w, count(*) ORDER BY w",
    "MATCH (a:Treaty)-[r:CITES*2]->(b) WHERE all(x IN r WHERE x.w <> 1) RETURN a.k, b.k ORDER BY a.k, b.k",
    "MATCH p = (a:Treaty)-[:CITES*2]->(b) WHERE none(n IN nodes(p) WHERE n.i = 3) RETURN [n IN nodes(p) | n.k] AS w ORDER BY w",
    "MATCH p = (a:Treaty)-[:CITES*2]->()-[:MADE*0..1]->(b) WHERE all(n IN nodes(p) WHERE n.i < 12) RETURN length(p), count(*), sum(b.k)",
    "MATCH p = (a:Treaty)-[:CITES*2]->()-[:CITES]->(b) RETURN length(p), [r IN relationships(p) | r.w] AS w, count(*) ORDER BY w",
    "MATCH (a:Act) WHERE a.k < 99 OPTIONAL MATCH (a)-[:CITES*2]->(b:Law) RETURN a.k, count(b), sum(b.k) ORDER BY a.k",
    "MATCH (a:Act) WHERE a.k < 99 OPTIONAL MATCH (a)-[r:CITES*2]->(b:Law) RETURN a.k AS k, r IS NULL AS none, size(r), b.k ORDER BY k, b.k",
    "MATCH (a:Act) WHERE a.k < 99 OPTIONAL MATCH p = (a)-[:CITES*2]->(b:Law) RETURN a.k AS k, length(p) AS l, b.k ORDER BY k, b.k",
    "MATCH (a:Act) WHERE NOT (a)-[:CITES*2]->() RETURN count(a), sum(a.k)",
    "MATCH (a:Law) WHERE EXISTS { (a)-[:CITES*2]->(:Treaty) } RETURN a.k ORDER BY a.k",
    "MATCH (a:Treaty) RETURN a.k, size([(a)-[:CITES*2]->(b) | b.k]) AS n, COUNT { (a)-[:CITES*3]-() } AS m ORDER BY a.k",
    "MATCH (a:Treaty)-[r:CITES*2]->(b) WITH DISTINCT r, b RETURN size(r), sum(b.k), count(*)",
    "MATCH (a:Treaty)-[r:CITES*2]->(b) RETURN size(collect(DISTINCT r)) AS n, count(r)",
    "MATCH (a:Treaty)-[r:CITES*2 {w: 2}]->(b) RETURN a.k, b.k ORDER BY a.k, b.k",
    "MATCH (a:Treaty)-[:CITES*5]->(b) RETURN count(*), sum(b.k)",
    "MATCH (a:Treaty)-[r:CITES*2]->(b) MATCH (c)-[r*]->(d) RETURN a = c, b = d, count(*)",
    "MATCH (a:Treaty)-[r:CITES*2]->(b) WHERE EXISTS { MATCH (c:Act) WHERE c.k = r[0].w } RETURN a.k, b.k ORDER BY a.k, b.k",
    "MATCH (a:Treaty)-[r:CITES*2]->(b) WHERE COUNT { MATCH (c:Act) WHERE c.k < size(r) } = 2 RETURN a.k, b.k ORDER BY a.k, b.k",
];

#[test]
fn steps_of_one_length_are_single_steps() {
    let mut session = acts(600);
    run(&mut session, "MATCH (a)-[r]->(b) SET r.w = (a.k + b.k) % 5", 1, &[]);
    let (mut used, mut found) = (0, 0);
    for edited in [true, false] {
        if !edited {
            session.graph.fold();
        }
        for text in TEXTS {
            let walked = run(&mut session, text, 1, &["fixed-length"]).rows;
            found += usize::from(!walked.is_empty());
            used += usize::from(plan(&mut session, text).contains("fixed-length"));
            for (threads, off) in
                [(1, vec![]), (3, vec![]), (1, vec!["join-order", "path-tests", "push-down"])]
            {
                assert_eq!(run(&mut session, text, threads, &off).rows, walked, "{edited} {off:?}: {text}");
            }
        }
    }
    assert!(found * 5 > TEXTS.len() * 2 * 4, "{found} found something");
    assert_eq!(
        used,
        2 * (TEXTS.len() - 7),
        "all but lists that are named as they are, with properties, or of more hops"
    );
}
