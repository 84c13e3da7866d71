//! Lengths of shortest paths where nobody asks for the paths themselves: against those of the paths.

use super::{acts, plan, run};

/// What is asked of them; `$` stands for the search.
const ASKED: &[&str] = &[
    "MATCH (a:Treaty), (b:Law) MATCH p = $ RETURN a.k, length(p) AS n, count(*) ORDER BY a.k, n",
    "MATCH (b:Law), (a:Treaty) MATCH p = $ RETURN b.k, min(length(p)), max(length(p)), count(p) ORDER BY b.k",
    "MATCH (a:Treaty), (b:Law) OPTIONAL MATCH p = $ RETURN a.k, length(p) AS n, count(p), count(*) ORDER BY a.k, n",
    "MATCH (a:Treaty), (b:Law) OPTIONAL MATCH p = $ WITH a, b, p AS q WHERE q IS NULL RETURN a.k, count(b) ORDER BY a.k",
    "MATCH (a:Treaty), (b:Law) MATCH p = $ WITH p AS q, a.k AS k RETURN k, sum(length(q)) ORDER BY k",
    "MATCH (a:Treaty), (b:Law) MATCH $ RETURN a.k, count(*) ORDER BY a.k",
    "MATCH (a:Treaty), (b:Law) WHERE EXISTS { MATCH $ } RETURN a.k, count(b) ORDER BY a.k",
    "MATCH (a:Treaty), (b:Law) WHERE b.k < 90 RETURN a.k, b.k, length($) AS n ORDER BY a.k, b.k",
    "MATCH (a:Treaty), (b:Law) WHERE b.k < 90 MATCH p = $ RETURN a.k, b.k, length(p) + 1 AS n ORDER BY n, a.k, b.k LIMIT 50",
    "MATCH (a:Treaty), (b) WHERE b.k % 7 = 0 MATCH p = $ WHERE length(p) <> 2 RETURN a.k, count(*), avg(length(p)) ORDER BY a.k",
];

const SEARCHES: &[&str] = &[
    "shortestPath((a)-[:CITES*..6]->(b))",
    "shortestPath((a)<-[:CITES*]-(b))",
    "shortestPath((a)-[:CITES*0..3]-(b))",
    "shortestPath((a)-[:CITES|MADE*]->(b))",
    "shortestPath((a)-[*..4]-(b))",
    "shortestPath((a)-[*]->(b))",
    "shortestPath((a)-[:CITES]->(b))",
    "shortestPath((a)-[:NONE*]->(b))",
];

#[test]
fn the_length_of_a_path_is_told_without_it() {
    let mut session = acts(600);
    let mut found = 0;
    for edited in [false, true] {
        if edited {
            for text in [
                "MATCH (a:Act {k: 1})-[r:CITES]->() DELETE r",
                "MATCH (a:Act {k: 37}), (b:Act) WHERE b.k % 90 = 3 CREATE (b)-[:CITES]->(a), (a)-[:NONE]->(b)",
            ] {
                run(&mut session, text, 1, &[]);
            }
        }
        for search in SEARCHES {
            for asked in ASKED {
                let text = asked.replace('$', search);
                assert!(plan(&mut session, &text).contains("path-length"), "{text}");
                let made = run(&mut session, &text, 1, &["path-length"]).rows;
                found += usize::from(!made.is_empty());
                for (threads, off) in [(1, vec![]), (3, vec![]), (1, vec!["bidirectional"])] {
                    assert_eq!(
                        run(&mut session, &text, threads, &off).rows,
                        made,
                        "{edited} {off:?}: {text}"
                    );
                }
            }
        }
    }
    assert!(found * 4 > SEARCHES.len() * ASKED.len() * 2 * 3, "{found} found something");
}

/// All workers learn how far everything is from the same nodes.
#[test]
fn many_ends_are_told_at_once_by_all_workers() {
    let mut session = acts(9000);
    for search in ["shortestPath((a)<-[:CITES*..9]-(b))", "shortestPath((b)-[*..3]-(a))"] {
        let text = format!(
            "MATCH (a:Treaty), (b:Act) WHERE a.k < 500 MATCH p = {search} \
             RETURN a.k, length(p) AS n, count(*), sum(b.k) ORDER BY a.k, n"
        );
        let made = run(&mut session, &text, 1, &["path-length"]).rows;
        assert!(made.len() > 10, "{text}");
        for threads in [1, 2, 4] {
            assert_eq!(run(&mut session, &text, threads, &[]).rows, made, "{threads}: {text}");
        }
    }
}

/// Whoever looks at a path gets it.
#[test]
fn a_path_that_is_looked_at_is_made() {
    let mut session = acts(300);
    for text in [
        "MATCH (a:Treaty), (b:Law) MATCH p = $ RETURN p, length(p)",
        "MATCH (a:Treaty), (b:Law) MATCH p = $ WITH p AS q, length(p) AS n RETURN n, nodes(q)",
        "MATCH (a:Treaty), (b:Law) MATCH p = $ RETURN length(p), count(DISTINCT p)",
        "MATCH (a:Treaty), (b:Law) MATCH p = $ WITH DISTINCT p RETURN length(p)",
        "MATCH (a:Treaty), (b:Law) MATCH p = $ RETURN length(p), collect(p)",
        "MATCH (a:Treaty), (b:Law) MATCH p = $ RETURN length(p) ORDER BY size(relationships(p))",
        "MATCH (a:Treaty), (b:Law) MATCH p = shortestPath((a)-[r:CITES*]-(b)) RETURN length(p), size(r)",
        "MATCH (a:Treaty), (b:Law) MATCH p = shortestPath((a)-[:CITES* {x: 1}]-(b)) RETURN length(p)",
        "MATCH (a:Treaty), (b:Law) MATCH p = allShortestPaths((a)-[:CITES*]-(b)) RETURN length(p)",
    ] {
        let text = text.replace('$', "shortestPath((a)-[:CITES*]-(b))");
        assert!(!plan(&mut session, &text).contains("path-length"), "{text}");
    }
}
