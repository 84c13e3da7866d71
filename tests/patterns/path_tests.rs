//! What all relationships or nodes of a path must have: asked on the way, and of whole paths.

use super::{acts, plan, run};

/// Conditions; `p` is the path.
const CONDITIONS: &[&str] = &[
    "all(r IN relationships(p) WHERE r.w > 1)",
    "none(r IN relationships(p) WHERE r.w > 3)",
    "NOT any(r IN relationships(p) WHERE r.w > 3 OR r.w < 1)",
    "all(n IN nodes(p) WHERE n.i < 14)",
    "none(n IN nodes(p) WHERE n.i = 3 OR n:Treaty)",
    "all(n IN nodes(p) WHERE n:Law)",
    "all(n IN nodes(p) WHERE n.i >= a.i)",
    "all(r IN relationships(p) WHERE r.w >= a.k % 3)",
    "none(r IN relationships(p) WHERE type(r) = 'MADE')",
    // Unknown of some.
    "all(r IN relationships(p) WHERE r.x > 1)",
    "none(r IN relationships(p) WHERE r.x > 1)",
    "all(n IN nodes(p) WHERE n.none IS NULL AND any(x IN [1, 5, 7, 9, 11, 13] WHERE x < n.i))",
    // Several, and others beside.
    "all(r IN relationships(p) WHERE r.w > 0) AND none(n IN nodes(p) WHERE n.i = 5) AND length(p) > 1",
    "all(r IN relationships(p) WHERE r.w > 0) AND b.i <> a.i",
];

const PATTERNS: &[&str] = &[
    "p = (a:Treaty)-[:CITES*1..4]->(b)",
    "p = (a:Treaty)<-[:CITES*0..4]-(b)",
    "p = (a)-[:CITES*1..3]->(b:Treaty)",
    "p = (a:Treaty)-[:CITES|MADE*1..3]-(b)",
    "p = (a:Treaty)-[:CITES]->(c)-[:CITES*1..3]->(b)",
    "p = (a:Treaty)-[:CITES*1..2]->(c)-[:MADE*0..2]->(b)",
    "p = (a:Treaty)-[*2..3]->(b:Law)",
];

const ASKED: &[&str] = &[
    "MATCH $ WHERE ? RETURN a.k, b.k, length(p) AS l, count(*) ORDER BY a.k, b.k, l",
    "MATCH $ WHERE ? RETURN DISTINCT a.k, b.k ORDER BY a.k, b.k",
    "MATCH $ WITH a, b, p AS q WHERE ? RETURN a.k, count(DISTINCT b), count(*) ORDER BY a.k",
    "MATCH (a:Treaty) OPTIONAL MATCH $ WHERE ? RETURN a.k, count(b), max(length(p)) ORDER BY a.k",
    "MATCH (a:Treaty) WHERE EXISTS { MATCH $ WHERE ? } RETURN a.k ORDER BY a.k",
];

#[test]
fn what_all_elements_have_is_asked_on_the_way() {
    let mut session = acts(500);
    for text in [
        "MATCH (a)-[r]->(b) SET r.w = (a.k + b.k) % 5",
        "MATCH (a)-[r]->(b) WHERE (a.k + b.k) % 4 <> 1 SET r.x = a.k % 3",
    ] {
        run(&mut session, text, 1, &[]);
    }
    let (mut used, mut found) = (0, 0);
    for edited in [true, false] {
        if !edited {
            session.graph.fold();
        }
        for pattern in PATTERNS {
            for condition in CONDITIONS {
                for asked in ASKED {
                    let condition = if asked.contains(" q ") {
                        condition.replace("(p)", "(q)")
                    } else {
                        (*condition).to_owned()
                    };
                    let text = asked.replace('$', pattern).replace('?', &condition);
                    let whole = run(&mut session, &text, 1, &["path-tests"]).rows;
                    found += usize::from(whole.len() > 1);
                    used += usize::from(plan(&mut session, &text).contains("path-tests"));
                    for (threads, off) in [(1, vec![]), (3, vec![]), (1, vec!["reach", "join-order"])] {
                        let rows = run(&mut session, &text, threads, &off).rows;
                        assert_eq!(rows, whole, "{edited} {off:?}: {text}");
                    }
                }
            }
        }
    }
    let all = 2 * PATTERNS.len() * CONDITIONS.len() * ASKED.len();
    assert!(used * 10 > all * 8 && found * 2 > all, "{used} and {found} of {all}");
}

/// Elements that are not walked over may be what a condition cannot be asked of.
#[test]
fn what_is_not_walked_over_does_not_fail() {
    let mut session = acts(500);
    for text in [
        "MATCH (a)-[r:CITES]->(b) SET r.v = date({year: 1990 + (a.k + b.k) % 20})",
        "MATCH (a)-[r:MADE]->(b) SET r.v = 'never'",
    ] {
        run(&mut session, text, 1, &[]);
    }
    let text = "MATCH p = (a:Law)-[:CITES*1..3]->(b) WHERE all(r IN relationships(p) WHERE r.v.year < 2005) RETURN count(*)";
    let whole = run(&mut session, text, 1, &["path-tests"]).rows;
    for threads in [1, 3] {
        assert_eq!(run(&mut session, text, threads, &[]).rows, whole);
    }
    let fails = text.replace(":CITES*", ":CITES|MADE*");
    let options = whichlaw::session::Options {
        language: whichlaw::session::Language::Cypher,
        ..whichlaw::session::Options::default()
    };
    assert!(session.run(&fails, &options).is_err());
}

/// Lists of relationships, and conditions that cannot be asked on the way.
#[test]
fn only_what_each_element_tells_is_asked_on_the_way() {
    let mut session = acts(300);
    run(&mut session, "MATCH (a)-[r]->(b) SET r.w = (a.k + b.k) % 5", 1, &[]);
    for (asked, text) in [
        (true, "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WHERE all(x IN r WHERE x.w > 1) RETURN a.k, b.k"),
        (
            true,
            "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WHERE NOT any(x IN r WHERE x.w = 1) RETURN a.k, size(r)",
        ),
        (false, "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WHERE any(x IN r WHERE x.w > 1) RETURN a.k, b.k"),
        (false, "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WHERE NOT all(x IN r WHERE x.w > 1) RETURN a.k, b.k"),
        (false, "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WHERE single(x IN r WHERE x.w > 1) RETURN a.k, b.k"),
        (
            false,
            "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WHERE all(x IN r WHERE x.w >= b.k % 3) RETURN a.k, b.k",
        ),
        (false, "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WHERE all(x IN r WHERE x.w > size(r)) RETURN a.k, b.k"),
        (false, "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WHERE all(x IN r[1..] WHERE x.w > 1) RETURN a.k, b.k"),
        (
            false,
            "MATCH (a:Treaty)-[r:CITES*1..3]->(b) WITH a, r, b LIMIT 9 WHERE all(x IN r WHERE x.w > 1) RETURN b.k",
        ),
        (
            false,
            "MATCH p = (a:Treaty)-[:CITES*1..3]->(b) WHERE none(x IN nodes(p) WHERE (x)-[:MADE]->()) RETURN a.k, b.k",
        ),
    ] {
        assert_eq!(plan(&mut session, text).contains("path-tests"), asked, "{text}");
        let sorted = |off: &[&str], session: &mut _| {
            let mut rows = run(session, text, 1, off).rows;
            rows.sort_by_key(|row| format!("{row:?}"));
            rows
        };
        let whole = sorted(&["path-tests"], &mut session);
        assert!(!whole.is_empty(), "{text}");
        assert_eq!(sorted(&[], &mut session), whole, "{text}");
    }
}
