//! Statements that somebody has torn apart: none panics, and what still parses reads back the same.

use std::panic::catch_unwind;
use whichlaw::bind::bind;
use whichlaw::functions::Procedures;
use whichlaw::language::cypher::{parse, print};
use whichlaw::language::{cypher_tokens, question_tokens, tokens, unclosed};

const SEEDS: &[&str] = &[
    "MATCH (a:Law|Decree {x: 1})-[r:AMENDS|REPEALS*1..3 {y: $p}]->(b:!Draft&%) WHERE a.date < b.date <= 3 RETURN *",
    "MATCH p = shortestPath((a)-[*..5]-(b)) OPTIONAL MATCH (b)<--(c) WHERE NOT (a)--(c) RETURN p, length(p) AS l",
    "UNWIND [1, 2.5, 0x1F, 'a\\u01FF', null] AS x WITH x, count(*) AS n ORDER BY n DESC SKIP 1 LIMIT 2 WHERE n > 1 RETURN x",
    "MERGE (a:A {x: 1})-[r:T]->(b) ON CREATE SET a.x = 1, a += {y: 2} ON MATCH SET a:B:C REMOVE a.x DETACH DELETE b",
    "RETURN [x IN [1, 2] WHERE x > 1 | x + 1], [(a)-->(b) WHERE b:C | b.x], [1, 2][0..1], {a: -1 ^ 2}['a']",
    "MATCH (n) WHERE EXISTS { (n)-->(m) WHERE m.x > 1 } AND COUNT { MATCH (n)--() RETURN 1 } > 2 RETURN n.name AS `a b`",
    "RETURN CASE 1 WHEN 1 THEN 'a' ELSE 'b' END, CASE WHEN true THEN 1 END, all(x IN [1] WHERE x IS NOT NULL)",
    "PROFILE AS OF date('2010-01-01') CALL db.labels('x') YIELD label AS l WHERE l STARTS WITH 'a' RETURN l UNION ALL RETURN 1 AS l",
    "RETURN reduce(s = 0, x IN [1, 2] | s + x) =~ '.*' XOR 1 IN [1] OR NOT true // comment\n",
    "CREATE (a:A {`strange key`: 1})<-[:`T y`]-(b), p = ()-[:X]->() WITH DISTINCT a.x AS x, collect(b) AS bs RETURN bs[-1].y",
    "CREATE INDEX laws IF NOT EXISTS FOR (n:Law) ON (n.number);",
    "as of 2010-01-01, which of the council's laws concern “trafficking”?",
];

/// A small generator of numbers (xorshift), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap_or(0)
    }
}

/// Takes out, doubles, swaps and mixes in tokens; now and then cuts through the middle of one.
fn tear(dice: &mut Dice) -> String {
    let mut pieces = pieces(dice);
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(pieces.len());
        match dice.below(6) {
            0 => drop(pieces.remove(at)),
            1 => pieces.insert(at, pieces[at].clone()),
            2 => {
                let other = dice.below(pieces.len());
                pieces.swap(at, other);
            }
            3 => {
                let others = self::pieces(dice);
                let taken = others[dice.below(others.len())].clone();
                pieces.insert(at, taken);
            }
            4 => {
                let others = self::pieces(dice);
                let from = dice.below(others.len());
                let to = (from + 1 + dice.below(8)).min(others.len());
                pieces.splice(at..at, others[from..to].iter().cloned());
            }
            _ => {
                let cut = dice.below(pieces[at].chars().count() + 1);
                pieces[at] = pieces[at].chars().take(cut).collect();
            }
        }
        if pieces.is_empty() {
            pieces.push("RETURN".to_owned());
        }
    }
    pieces.concat()
}

fn pieces(dice: &mut Dice) -> Vec<String> {
    let seed = SEEDS[dice.below(SEEDS.len())];
    cypher_tokens(seed).iter().map(|token| token.span.of(seed).to_owned()).collect()
}

fn check(text: &str) {
    tokens(text);
    question_tokens(text);
    unclosed(&cypher_tokens(text), text);
    match parse(text) {
        Ok(statement) => {
            let printed = print(&statement);
            let again = parse(&printed)
                .unwrap_or_else(|e| panic!("is printed as\n{printed}\nwhich does not parse: {e}"));
            assert_eq!(statement, again, "is printed as\n{printed}");
            if let Err(report) = bind(&statement, &Procedures::default()) {
                assert!(report.failure.is_some(), "{report:?}");
                check_places(text, &report);
            }
        }
        Err(report) => {
            assert!(report.failure.is_some() && !report.labels.is_empty(), "{report:?}");
            check_places(text, &report);
        }
    }
}

/// Every place of a report lies in the text, between characters.
fn check_places(text: &str, report: &whichlaw::Report) {
    let spans = report.labels.iter().map(|l| l.span).chain(report.suggestions.iter().map(|s| s.span));
    for span in spans {
        assert!(text.get(span.start..span.end).is_some(), "{span:?} of {report:?}");
    }
}

/// `WHICHLAW_MUTATIONS` says how many; 1,500 otherwise.
#[test]
fn torn_statements() {
    let count = std::env::var("WHICHLAW_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_500);
    let start =
        std::env::var("WHICHLAW_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0x9E37_79B9_7F4A_7C15);
    let mut dice = Dice(start);
    for _ in 0..count {
        let text = tear(&mut dice);
        if catch_unwind(|| check(&text)).is_err() {
            panic!("on {text:?}");
        }
    }
}
