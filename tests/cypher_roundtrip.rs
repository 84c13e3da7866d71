//! Printing a parsed statement and parsing it again gives the same tree: for every query of the openCypher conformance
//! suite, where that is found, and for queries of our own.

use std::path::{Path, PathBuf};
use whichlaw::language::cypher::{parse, print};

/// Where the suite's feature files are: `WHICHLAW_TCK`, or `../shared/tck` beside the crate.
fn suite() -> Option<PathBuf> {
    let named = std::env::var_os("WHICHLAW_TCK").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tck");
    named.into_iter().chain([beside]).find(|path| path.is_dir())
}

fn feature_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            feature_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "feature") {
            found.push(path);
        }
    }
}

/// The texts between triple quotes; those of outlines once for each row of their examples.
fn queries(feature: &str) -> Vec<String> {
    let lines: Vec<&str> = feature.lines().collect();
    let mut found = Vec::new();
    let mut scenario = Vec::new();
    let mut header: Option<Vec<String>> = None;
    let mut rows: Vec<Vec<(String, String)>> = Vec::new();
    let mut in_examples = false;
    let mut at = 0;
    let mut flush = |scenario: &mut Vec<String>, rows: &mut Vec<Vec<(String, String)>>| {
        for query in scenario.drain(..) {
            if rows.is_empty() {
                found.push(query.clone());
            }
            for row in rows.iter() {
                let filled = row.iter().fold(query.clone(), |q, (k, v)| q.replace(&format!("<{k}>"), v));
                found.push(filled);
            }
        }
        rows.clear();
    };
    while let Some(line) = lines.get(at) {
        let trimmed = line.trim();
        if trimmed.starts_with("Scenario") {
            flush(&mut scenario, &mut rows);
            (in_examples, header) = (false, None);
        } else if trimmed.starts_with("Examples") {
            (in_examples, header) = (true, None);
        } else if trimmed == "\"\"\"" {
            let mut query = Vec::new();
            at += 1;
            while lines.get(at).is_some_and(|l| l.trim() != "\"\"\"") {
                query.push(lines[at].trim_end());
                at += 1;
            }
            scenario.push(query.join("\n"));
        } else if in_examples && trimmed.starts_with('|') {
            let cells = cells(trimmed);
            match &header {
                None => header = Some(cells),
                Some(names) => rows.push(names.iter().cloned().zip(cells).collect()),
            }
        }
        at += 1;
    }
    flush(&mut scenario, &mut rows);
    found
}

fn cells(row: &str) -> Vec<String> {
    let inside = row.trim_start_matches('|').replace("\\|", "\u{1}");
    let inside = inside.trim_end_matches('|').replace("\\n", "\n").replace("\\\\", "\\");
    inside.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

#[track_caller]
fn check(text: &str) {
    let first = parse(text).unwrap_or_else(|e| panic!("{text}\ndoes not parse: {e}"));
    let printed = print(&first);
    let second = parse(&printed)
        .unwrap_or_else(|e| panic!("{text}\nis printed as\n{printed}\nwhich does not parse: {e}"));
    assert_eq!(first, second, "{text}\nis printed as\n{printed}");
    assert_eq!(printed, print(&second), "printing is not stable");
}

#[test]
fn every_query_of_the_suite() {
    let Some(suite) = suite() else {
        println!("skipped: the openCypher suite was not found (set WHICHLAW_TCK to its folder)");
        return;
    };
    let mut files = Vec::new();
    feature_files(&suite, &mut files);
    let mut parsed = 0;
    let mut refused = 0;
    for file in files {
        let Ok(feature) = std::fs::read_to_string(&file) else { continue };
        for query in queries(&feature) {
            match parse(&query) {
                Ok(_) => {
                    check(&query);
                    parsed += 1;
                }
                Err(report) => {
                    assert!(report.failure.is_some(), "no name for the failure of\n{query}\n{report}");
                    refused += 1;
                    if std::env::var_os("WHICHLAW_SHOW").is_some() {
                        println!("{}: {}\n{query}\n", file.display(), report);
                    }
                }
            }
        }
    }
    println!("{parsed} queries read back the same, {refused} are no Cypher");
    assert!(parsed > 3_000, "only {parsed} queries were found");
    assert!(refused < 200, "{refused} queries were refused");
}

#[test]
fn our_own_queries() {
    for text in OURS {
        check(text);
    }
}

const OURS: &[&str] = &[
    "RETURN 1",
    "EXPLAIN MATCH (n) RETURN n",
    "PROFILE AS OF date('2010-01-01') MATCH (n:Body) RETURN n.name",
    "AS OF $day MATCH (n) RETURN count(*)",
    "MATCH (a:Law|Decree)-[r:AMENDS|REPEALS*1..3 {x: 1}]->(b:!Draft&%) WHERE a.date < b.date RETURN a, r, b",
    "MATCH (n:(A|B)&C) RETURN n:(A|B), n:A:B, (n:A):B",
    "MATCH p = shortestPath((a)-[*..5]-(b)), q = allShortestPaths((a)--(b)) RETURN p, q",
    "MATCH (a), (b) RETURN length(shortestPath((a)-[*]-(b)))",
    "MATCH (n) WHERE EXISTS { (n)-->(m) WHERE m.x > 1 } AND COUNT { MATCH (n)--() RETURN 1 } > 2 RETURN n",
    "MATCH (n) RETURN COLLECT { MATCH (n)-->(m) RETURN m.name ORDER BY m.name UNION ALL MATCH (n) RETURN n.name } AS names",
    "MATCH (n) WHERE (n)-[:A]->(:B {x: [1]})<--() AND NOT (n)--() RETURN n",
    "RETURN [x IN [1, 2] WHERE x > 1 | x + 1], [x IN [1]], [(x IN [1])], [1 IN [2], 3], []",
    "MATCH (a) RETURN [(a)-->(b:B) WHERE b:C | b.x], [p = (a)--() | p]",
    "RETURN reduce(s = 0, x IN [1, 2] | s + x), all(x IN [1] WHERE x > 0), any(x IN [true] WHERE x)",
    "RETURN [1, 2, 3][0], [1, 2][0..1], [1][..1], [1][0..], {a: 1}.a, {a: {b: 1}}['a'].b",
    "RETURN -1, - 1, -(1), - -1, +1, -1 ^ 2, -(1 ^ 2), 2 ^ 3 ^ 4, 2 ^ (3 ^ 4), 1 - 2 - 3, 1 - (2 - 3), -$x.y, -.5, -1.5e-7",
    "RETURN NOT true AND false OR true XOR false, NOT (true AND false), (true OR false) AND true, true AND (true AND true)",
    "RETURN 1 < 2 < 3, (1 < 2) < 3, 1 < (2 < 3), (1 = 1) IS NULL, 1 = 1 IS NULL, 'a' STARTS WITH 'b' + 'c', 1 IN [1] IS NOT NULL",
    "RETURN 'it\\'s', \"a'b\", '\\n\\t\\\\\\'', '\\u01FF', `a b`.`c``d`, $`p q`, $1",
    "RETURN 0x1F, 0o17, 1e3, .5, 1.0, 9223372036854775807, -9223372036854775808, -0x8000000000000000",
    "RETURN CASE 1 WHEN 1 THEN 'a' ELSE 'b' END, CASE WHEN true THEN 1 WHEN false THEN 2 END",
    "CALL db.labels() YIELD label AS l, other WHERE l > 'a' RETURN l, other",
    "CALL test.x",
    "CALL test.x('a', 1) YIELD *",
    "MERGE (a:A {x: 1})-[r:T]->(b) ON CREATE SET a.x = 1, a += {y: 2} ON MATCH SET a:B:C, r = {} RETURN a",
    "MATCH (a) REMOVE a.x, a:B SET a.b.c = 1, (a).x = 2 DETACH DELETE a, a.b",
    "CREATE (:A {`strange key`: 1})<-[:`T y`]-(b), p = ()-[:X]->()",
    "CREATE INDEX FOR (n:Law) ON (n.number)",
    "CREATE INDEX laws IF NOT EXISTS FOR (n:Law) ON (n.number)",
    "DROP INDEX laws IF EXISTS;",
    "WITH 1 AS a, 2 AS b WHERE a < b RETURN DISTINCT *, a+b, a  +  b AS c ORDER BY a DESC, b ASC SKIP 1 LIMIT 2",
    "RETURN count(*), count(DISTINCT 1), duration.between(date('2010-01-01'), date()).days",
    "MATCH (order:Order)-->(count) RETURN order, count.limit, exists(order.x)",
    "MATCH (a)--(b)-->()<--(c)<-[x]->(d) RETURN *",
    "RETURN 1 // a comment\n + 2 /* and another */ AS `sum`",
    "MATCH (a)-[r]-(b) WHERE a.x =~ '.*' AND b.y CONTAINS 'z' RETURN a[b.c], a.b[0].c, (a.b)[0], a:B[0]",
];
