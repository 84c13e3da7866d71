//! Things that are put together by what is worked out of them: as if every pair had been tried.

use super::{filled, plan, run};
use whichlaw::session::{Language, Options, Session};

/// Acts with values of all kinds, some of which are equal without being written alike, and some missing.
pub(super) fn graph(nodes: u32) -> Session {
    filled(&[
        &*format!(
            "UNWIND range(0, {nodes} - 1) AS k CREATE (:Act {{k: k, i: k % 17, t: 'Title ' + (k % 40)}})"
        ),
        "MATCH (n) WHERE n.k % 3 = 0 SET n:Law",
        "MATCH (n) WHERE n.k % 5 = 0 SET n:Decree, n.t = toUpper(n.t), n.x = n.k % 11, n.d = date('2020-01-01') + duration({days: n.i})",
        "MATCH (n) WHERE n.k % 7 = 0 SET n.x = toFloat(n.k % 13), n.d = date({year: 2000 + n.i})",
        "MATCH (n) WHERE n.k % 20 = 1 SET n.x = 0.0 / 0.0, n.t = 5",
        "MATCH (n) WHERE n.k % 20 = 3 SET n.x = [n.i, null]",
        "MATCH (n) WHERE n.k % 20 = 13 SET n.x = [n.i]",
        "MATCH (a) WHERE a.k % 4 = 1 MATCH (b {k: a.i}) CREATE (a)-[:CITES]->(b)",
    ])
}

/// Patterns, what must be equal, and whether nodes are looked up by it.
const JOINS: &[(&str, &str, bool)] = &[
    ("(a:Law), (b:Decree)", "toLower(toString(a.t)) = toLower(toString(b.t))", true),
    ("(a:Law), (b:Decree)", "a.x + 0 = b.x", true),
    ("(a:Law), (b:Decree)", "a.x = b.x + 1", false),
    ("(a:Law), (b:Decree)", "[a.x] = [b.x]", true),
    ("(a:Law), (b)", "{x: a.i} = {x: b.i - 1}", true),
    ("(a:Law), (b:Decree)", "a.d.year = b.d.year AND a.i % 16 = b.i % 16", true),
    ("(a:Law), (b:Decree)", "a.d.year = b.d.year AND a.d.month = b.d.month AND a.k < b.k", true),
    ("(a:Law)-[:CITES]->(c), (b:Decree)-[:CITES]->(d)", "c.i % 5 = d.i % 5 AND a.i % 16 = b.i % 16", true),
    // What fails is not asked of pairs that are told apart before.
    (
        "(a:Law), (b:Decree)",
        "a.k % 7 = b.k % 7 AND a.k % 20 <> 1 AND toUpper(a.t) = toUpper(toString(b.t))",
        true,
    ),
    ("(a:Law), (b:Law)", "[b.x] = [toString(a.t)] AND toUpper(b.t) = toUpper(a.t)", true),
    ("(a:Law)", "a.i % 3 = a.k % 3", false),
    ("(a:Law {k: 3}), (b:Decree)", "a.i % 3 = b.i % 3", false),
    ("(a:Law), (b:Decree)", "a.i % 3 < b.i % 3", false),
    ("(a:Law), (b:Decree)", "a.k + b.k = 7", false),
    ("(a:Law), (b:Decree)", "a.i % 3 = 2 AND b.i % 4 = 3", false),
];

#[test]
fn nodes_are_found_by_what_is_worked_out_of_them() {
    let mut session = graph(600);
    let mut unexpected = Vec::new();
    for (pattern, equal, looked_up) in JOINS {
        let texts = [
            format!("MATCH {pattern} WHERE {equal} RETURN count(*) AS n, sum(a.k) AS s, max(a.k) AS m"),
            format!(
                "MATCH {pattern} WHERE {equal} AND NOT a.k IN [4, 9] RETURN a.k AS k, count(*) AS n ORDER BY k"
            ),
        ];
        for text in &texts {
            let all = run(&mut session, text, 1, &["hash-join"]).rows;
            for threads in [1, 2] {
                assert_eq!(run(&mut session, text, threads, &[]).rows, all, "{threads} threads: {text}");
            }
        }
        if plan(&mut session, &texts[0]).contains("hash-join") != *looked_up {
            unexpected.push(texts[0].clone());
        }
    }
    assert_eq!(unexpected, Vec::<String>::new());
}

#[test]
fn so_are_those_of_exists_count_and_optional_match() {
    let mut session = graph(600);
    for text in [
        "MATCH (a:Law) WHERE NOT EXISTS { MATCH (b:Decree) WHERE toLower(b.t) = toLower(a.t) AND b.k > a.k } \
         RETURN count(*) AS n",
        "MATCH (a:Law) RETURN sum(COUNT { MATCH (b:Decree) WHERE b.i % 7 = a.i % 7 }) AS n",
        "MATCH (a:Law) OPTIONAL MATCH (b:Decree) WHERE b.d.year = a.d.year AND b.i % 9 = a.i % 9 RETURN a.k AS k, count(b) AS n \
         ORDER BY k",
        "UNWIND range(0, 30) AS y MATCH (a:Law) WHERE a.i % 6 = y RETURN y, count(*) AS n ORDER BY y",
    ] {
        let text =
            &text.replace("toLower(b.t)", "toLower(toString(b.t))").replace("(a.t)", "(toString(a.t))");
        let all = run(&mut session, text, 1, &["hash-join"]).rows;
        assert_eq!(run(&mut session, text, 1, &[]).rows, all, "{text}");
        assert!(plan(&mut session, text).contains("hash-join"), "{text}");
    }
}

#[test]
fn workers_share_the_table() {
    let mut session = graph(9_000);
    let text =
        "MATCH (a:Law), (b:Decree) WHERE a.k % 3001 = b.k % 3001 RETURN count(*) AS n, sum(a.k + b.k) AS s";
    let one = run(&mut session, text, 1, &[]).rows;
    assert_eq!(run(&mut session, text, 2, &[]).rows, one);
    // Every pair of numbers that leave the same remainder.
    let (mut count, mut sum) = (0, 0);
    for a in (0..9_000_i64).step_by(3) {
        for b in (0..9_000).filter(|b| b % 5 == 0 && b % 3001 == a % 3001) {
            (count, sum) = (count + 1, sum + a + b);
        }
    }
    assert_eq!(one, vec![vec![count.into(), sum.into()]]);
}

#[test]
fn what_is_written_meanwhile_and_what_fails_is_as_without() {
    let mut session = graph(200);
    let text = "MATCH (a:Law), (b:Decree) WHERE a.i % 5 = b.i % 5 SET b.i = b.i + 1 RETURN count(*) AS n";
    assert!(!plan(&mut session, text).contains("hash-join"));
    let options = |off: &[&str]| {
        let rules_off = off.iter().map(|rule| (*rule).to_owned()).collect();
        Options { language: Language::Cypher, rules_off, ..Options::default() }
    };
    let text = "MATCH (a:Law), (b:Decree) WHERE toLower(b.t) = toLower(a.k) RETURN count(*) AS n";
    let [with, without] =
        [&[][..], &["hash-join"]].map(|off| session.run(text, &options(off)).expect_err("numbers"));
    assert_eq!(with.message, without.message);
}

#[test]
fn a_label_has_degrees_of_its_own() {
    // Few of the many relationships begin at nodes of the label: it is the cheaper end.
    let mut session = filled(&[
        "UNWIND range(1, 40) AS k CREATE (:Rare {k: k})",
        "UNWIND range(1, 400) AS k CREATE (:Often {k: k})",
        "MATCH (a:Often), (b:Often) WHERE b.k = a.k * 7 % 400 + 1 OR b.k = a.k * 3 % 400 + 1 CREATE (a)-[:R]->(b)",
        "MATCH (a:Rare), (b:Often {k: a.k}) CREATE (a)-[:R]->(b)",
    ]);
    let told = plan(&mut session, "MATCH (a:Rare)-[:R]->(b)<-[:R]-(c) WHERE a.k < c.k RETURN count(*)");
    assert!(told.trim_end().lines().last().is_some_and(|scan| scan.contains("(a:Rare)")), "{told}");
}
