//! Many hops from one node, which several workers share from what is around it on.

use super::{acts, run};

#[test]
fn many_hops_from_one_node_are_shared() {
    let mut session = acts(9000);
    run(&mut session, "MATCH (a:Act {k: 0}), (b:Act) WHERE b.k % 3 = 0 CREATE (b)-[:LEADS]->(a)", 1, &[]);
    session.graph.fold();
    for (from, hops) in [
        ("(a:Act {k: 0})", "<-[:LEADS]-(b)-[:CITES]->(c)<-[:CITES]-(d)"),
        ("(a:Act {k: 0})", "<-[:LEADS]-(b)-[:CITES]->(c)<-[:CITES]-(e)-[:MADE]->(d)"),
        ("(a:Act {k: 3})", "-[:LEADS]->(b)<-[:LEADS]-(c)-[:CITES]-(d)"),
        ("(a:Act {k: 1})", "<-[:LEADS]-(b)<-[:LEADS]-(c)-[:CITES]->(d)"),
    ] {
        for rest in [
            "RETURN d.i, count(*), count(DISTINCT d), sum(b.k)",
            "WHERE d.k > b.k RETURN b.i, max(d.k), collect(DISTINCT c.i)[0]",
            "RETURN DISTINCT b.k, d.i",
            "RETURN b.k, c.k, d.k ORDER BY d.k DESC, c.k, b.k LIMIT 20",
        ] {
            let text = format!("MATCH {from}{hops} {rest}");
            let alone = run(&mut session, &text, 1, &[]).rows;
            assert_eq!(run(&mut session, &text, 3, &[]).rows, alone, "{text}");
            if !from.contains("k: 1") {
                assert!(!alone.is_empty(), "{text}");
            }
            // The same from a scan that is no look-up.
            let from = from.replace("{k: ", "WHERE a.k + 0 = ").replace("})", ")");
            let scanned = format!(
                "MATCH {} WITH a MATCH (a){hops} {rest}",
                from.replace("(a:Act WHERE", "(a:Act) WHERE").trim_end_matches(')')
            );
            let sorted = |rows: &[Vec<whichlaw::Value>]| {
                let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
                rows.sort();
                rows
            };
            if !rest.contains("collect") {
                assert_eq!(sorted(&run(&mut session, &scanned, 1, &[]).rows), sorted(&alone), "{scanned}");
            }
        }
    }
}
