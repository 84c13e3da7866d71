//! EXISTS about a node, whose nodes are found at once, and EXISTS between nodes, which is walked: both are as if each row were
//! asked by itself.

use super::{acts, plan, run};
use whichlaw::session::{Language, Options, Session};

/// What is asked about `a`, and whether all nodes of which it is true are found at once in a graph of many.
const ABOUT: &[(&str, bool)] = &[
    ("(a)-[:CITES]->(:Treaty)", true),
    ("(a)-[:CITES]->(:Act {k: 4})", true),
    ("(a)-[:CITES*]->(:Treaty)", true),
    ("(a)<-[:CITES*1..4]-(:Treaty)", true),
    ("(a)-[:CITES*0..2]-(:Treaty)", true),
    ("(a)-[:CITES]->(b)-[:CITES]->(:Treaty)", true),
    ("(a)<-[:CITES]-(b:Law)-[:MADE]->(c {i: 3})", false),
    ("(a)-[:CITES]->(b:Treaty), (a)-[:MADE]->(c)", true),
    ("(a)-[:CITES]->(b:Treaty), (a)<-[:CITES]-(c)", true),
    ("(a)-[:CITES]->(b:Treaty) WHERE a.i > b.i", true),
    ("(a)-[:CITES]->(b:Treaty)-[:CITES]->(a)", false),
    ("(a)-[:CITES]-(b)-[:CITES]-(c:Treaty) WHERE b.i < c.i", true),
    ("MATCH (a)-[:CITES]->(b) MATCH (b)-[:MADE]->(c:Treaty)", true),
    ("MATCH (a)-[:CITES]->(b)-[:CITES]->(c:Treaty) RETURN b, c.i", true),
    // The two may be one relationship, as those of one pattern may not.
    ("MATCH (a)-[:CITES]->(b) MATCH (b)<-[:CITES]-(c:Treaty) WHERE c.i < 9", false),
    // Every way would have to be walked.
    ("(a)-[:CITES]->(b)-[:CITES*2..3]->(c:Treaty)", false),
    ("(a)-[:CITES]->()", false),
    ("(b:Treaty)-[:CITES]->(b)", false),
    ("MATCH (a)-[:CITES]->(b:Treaty) WITH b WHERE b.i < 9 RETURN b", false),
];

fn asked(about: &str) -> [String; 6] {
    [
        format!("MATCH (a:Act) WHERE EXISTS {{ {about} }} RETURN count(*) AS n, sum(a.k) AS s"),
        format!("MATCH (a:Law) WHERE NOT EXISTS {{ {about} }} RETURN a.i AS i, count(*) AS n ORDER BY i"),
        format!("MATCH (a:Act) RETURN EXISTS {{ {about} }} AS e, a.i AS i, count(*) AS n ORDER BY e, i"),
        format!(
            "MATCH (a:Act) RETURN a.i AS i, sum(CASE WHEN EXISTS {{ {about} }} THEN a.k ELSE 1 END) AS n ORDER BY i"
        ),
        format!(
            "MATCH (x)-[:MADE]->(a) WHERE EXISTS {{ {about} }} OR a.i = 5 RETURN count(*), sum(x.k) AS s"
        ),
        format!(
            "MATCH (x:Act) OPTIONAL MATCH (x)-[:MADE]->(a) WITH a, x WHERE EXISTS {{ {about} }} \
             RETURN count(a) AS n, count(*) AS m, sum(x.k) AS s"
        ),
    ]
}

/// Asks about nodes with the rule and without; which questions are answered by a set.
fn are_true_of_the_same_nodes(session: &mut Session, threads: u32, about: &[&str]) -> Vec<String> {
    let mut by_sets = Vec::new();
    for about in about {
        for text in asked(about) {
            let each = run(session, &text, 1, &["semi-join"]).rows;
            assert_eq!(run(session, &text, threads as usize, &[]).rows, each, "{threads} threads: {text}");
        }
        if plan(session, &asked(about)[0]).contains("semi-join") {
            by_sets.push((*about).to_owned());
        }
    }
    by_sets
}

fn all() -> Vec<&'static str> {
    ABOUT.iter().map(|(about, _)| *about).collect()
}

#[test]
fn a_few_nodes_are_asked_one_by_one() {
    for nodes in [60, 7] {
        assert_eq!(are_true_of_the_same_nodes(&mut acts(nodes), 1, &all()), Vec::<String>::new());
    }
}

#[test]
fn of_many_nodes_the_set_is_found() {
    let wanted: Vec<&str> = ABOUT.iter().filter(|(_, found)| *found).map(|(about, _)| *about).collect();
    assert_eq!(are_true_of_the_same_nodes(&mut acts(2_400), 1, &all()), wanted);
}

#[test]
fn workers_share_what_was_found() {
    let short: Vec<&str> = all().into_iter().filter(|about| !about.contains('*')).collect();
    assert!(are_true_of_the_same_nodes(&mut acts(9_000), 2, &short).len() > 5);
}

#[test]
fn what_was_written_is_seen() {
    let mut session = acts(2_400);
    for text in [
        "MATCH (a:Treaty)-[r:CITES]->() DELETE r",
        "MATCH (a:Act) WHERE a.k % 50 = 7 MATCH (t:Treaty {k: 437}) CREATE (a)-[:CITES]->(t), (a)-[:CITES]->(t)",
        "CREATE (a:Act:Law {k: 2400, i: 3})-[:CITES]->(:Treaty:Act {k: 2401, i: 4})",
    ] {
        run(&mut session, text, 1, &[]);
    }
    are_true_of_the_same_nodes(&mut session, 2, &all());
}

#[test]
fn a_statement_that_writes_asks_again_and_again() {
    let mut session = acts(2_400);
    let text = "MATCH (a:Act) WHERE EXISTS { (a)-[:CITES]->(:Treaty) } SET a:Bound RETURN count(*) AS n";
    assert!(!plan(&mut session, text).contains("semi-join"));
    let bound = run(&mut session, text, 1, &[]).rows;
    let now = "MATCH (a:Act) WHERE EXISTS { (a)-[:CITES]->(:Treaty) } AND a:Bound RETURN count(*) AS n";
    assert_eq!(run(&mut session, now, 1, &[]).rows, bound);
}

/// Where only the first rows are wanted, they are asked one after another until that is as much work as to find all.
#[test]
fn the_first_rows_come_first() {
    let mut session = acts(2_400);
    for (about, limit) in [("(a)-[:CITES]->(:Treaty)", 3), ("(a)-[:CITES*]->(:Law)", 900)] {
        let text = format!("MATCH (a:Act) WHERE EXISTS {{ {about} }} RETURN a.k AS k");
        let all = run(&mut session, &text, 1, &["semi-join"]).rows;
        let text = format!("{text} LIMIT {limit}");
        assert!(plan(&mut session, &text).contains("semi-join"), "{text}");
        let first = run(&mut session, &text, 1, &[]).rows;
        assert_eq!(first.len(), limit);
        assert!(first.iter().all(|row| all.contains(row)), "{text}");
    }
    // Many rows are more work than the set.
    let text = "PROFILE MATCH (a:Act) WHERE EXISTS { (a)-[:CITES*]->(:Law) } RETURN a.k LIMIT 900";
    let profile = run(&mut session, text, 1, &[]).plan.unwrap_or_default();
    let set = profile.lines().find(|line| line.contains("│ Reach from all")).unwrap_or_default();
    let [_, rows, touched] = [0, 1, 2].map(|place| {
        set.split_whitespace().filter_map(|word| word.parse::<u64>().ok()).nth(place).unwrap_or_default()
    });
    assert!(rows > 900 && touched > 900, "{profile}");
}

/// Patterns, what is asked between their nodes, and whether it is walked.
const BETWEEN: &[(&str, &str, bool)] = &[
    ("(a:Law), (b:Treaty)", "(a)-[:CITES]->(b)", true),
    ("(a:Law), (b:Treaty)", "(a)-[:CITES]-(b)", true),
    ("(a:Treaty), (b:Treaty)", "(a)-[:CITES*]->(b)", true),
    ("(a:Treaty), (b {i: 4})", "(a)<-[:CITES*0..3]-(b)", true),
    ("(a:Treaty), (b:Treaty)", "(a)-[:CITES]->()<-[:CITES]-(b)", true),
    ("(a:Treaty)-[:MADE]->(x), (b:Treaty)", "(a)-[:CITES]->(c)-[:CITES]->(b) WHERE c.i > a.i", true),
    ("(a:Treaty) MATCH (b:Law)", "(b)-[:CITES]->(a)", true),
    ("(a:Treaty), (b:Treaty), (c:Law)", "(a)-[:CITES]-(c)-[:CITES]-(b)", true),
    ("(a:Treaty)-[:CITES]->(x), (b:Law)", "(a)-[:CITES]->(b)", false),
    ("(a:Treaty)-[:MADE]->(b)", "(a)-[:CITES]->(b)", false),
    ("(a:Treaty), (b:Treaty)", "(a)-[:CITES*2..3]->(b)", false),
    ("(a:Treaty), (b:Treaty)", "(a)-[:CITES]->(c), (d:Treaty)-[:CITES]->(b)", false),
];

#[test]
fn nodes_that_nothing_else_connects_are_found_along_what_is_asked() {
    let mut session = acts(1_600);
    for (pattern, between, walked) in BETWEEN {
        let condition = format!("MATCH {pattern} WHERE EXISTS {{ {between} }}");
        let texts = [
            format!("{condition} RETURN count(*) AS n, sum(a.k * b.k % 1009) AS s"),
            format!("{condition} AND a.i < b.i RETURN a.k AS x, b.k AS y ORDER BY x, y"),
            format!("{condition} RETURN DISTINCT b.i AS i ORDER BY i"),
            format!(
                "MATCH {pattern} WHERE NOT EXISTS {{ {between} }} AND a.k < 900 AND b.k < 900 RETURN count(*)"
            ),
        ];
        for text in &texts {
            let all = run(&mut session, text, 1, &["unnest", "semi-join"]).rows;
            for threads in [1, 2] {
                assert_eq!(run(&mut session, text, threads, &[]).rows, all, "{threads} threads: {text}");
            }
        }
        assert_eq!(plan(&mut session, &texts[0]).contains("unnest"), *walked, "{condition}");
        assert!(!plan(&mut session, &texts[3]).contains("unnest"), "{}", texts[3]);
    }
}

/// Rows that are alike stay as many as they are.
#[test]
fn rows_that_are_alike_are_kept() {
    let mut session = acts(60);
    for text in [
        "UNWIND [1, 1, 2] AS u MATCH (a:Law), (b:Law) WHERE EXISTS { (a)-[:CITES]->(b) } RETURN count(*) AS n",
        "MATCH (c)-[:MADE]->() WITH c.i AS i MATCH (a:Law), (b:Law) WHERE (a)-[:CITES]->(b) RETURN count(*) AS n",
    ] {
        let all = run(&mut session, text, 1, &["unnest"]).rows;
        assert_eq!(run(&mut session, text, 1, &[]).rows, all, "{text}");
    }
}

/// Rows that tell what they rest on are asked by themselves.
#[test]
fn rows_that_tell_their_facts_tell_those_of_exists() {
    let mut session = acts(1_600);
    for text in [
        "MATCH (a:Law) WHERE EXISTS { (a)-[:CITES]->(:Treaty) } RETURN a.k AS k ORDER BY k",
        "MATCH (a:Treaty), (b:Treaty) WHERE (a)-[:CITES]-()-[:CITES]-(b) RETURN a.k AS x, b.k AS y ORDER BY x, y",
    ] {
        let plain = run(&mut session, text, 1, &[]);
        let options = Options { language: Language::Cypher, trace: true, ..Options::default() };
        let traced = session.run(text, &options).unwrap_or_else(|report| panic!("{report:?}"));
        assert_eq!(plain.rows, traced.rows);
    }
}
