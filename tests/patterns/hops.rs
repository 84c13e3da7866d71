//! Many hops from one node, which several workers share from what is around it on.

use super::{acts, run};
use whichlaw::Value;

#[test]
fn many_hops_from_one_node_are_shared() {
    let mut session = acts(9000);
    run(&mut session, "MATCH (a:Act {k: 0}), (b:Act) WHERE b.k % 3 = 0 CREATE (b)-[:LEADS]->(a)", 1, &[]);
    session.graph.fold();
    let sorted = |rows: &[Vec<Value>]| {
        let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        rows.sort();
        rows
    };
    for (from, hops) in [
        (0, "<-[:LEADS]-(b)-[:CITES]->(c)<-[:CITES]-(d)"),
        (0, "<-[:LEADS]-(b)-[:CITES]->(c)<-[:CITES]-(e)-[:MADE]->(d)"),
        (3, "-[:LEADS]->(b)<-[:LEADS]-(c)-[:CITES]-(d)"),
        (1, "<-[:LEADS]-(b)<-[:LEADS]-(c)-[:CITES]->(d)"),
    ] {
        for rest in [
            "RETURN d.i, count(*), count(DISTINCT d), sum(b.k)",
            "WHERE d.k > b.k RETURN b.i, max(d.k), min(c.i)",
            "RETURN DISTINCT b.k, d.i",
            "RETURN b.k, c.k, d.k ORDER BY d.k DESC, c.k, b.k LIMIT 20",
        ] {
            let text = format!("MATCH (a:Act {{k: {from}}}){hops} {rest}");
            let alone = run(&mut session, &text, 1, &[]).rows;
            assert_eq!(run(&mut session, &text, 3, &[]).rows, alone, "{text}");
            // Nothing leads to the second one.
            assert_eq!(alone.is_empty(), from == 1, "{text}");
            let scanned = format!("MATCH (a:Act) WHERE a.k + 0 = {from} WITH a MATCH (a){hops} {rest}");
            assert_eq!(sorted(&run(&mut session, &scanned, 1, &[]).rows), sorted(&alone), "{scanned}");
        }
    }
}
