//! No statement, however deep or long, exhausts the stack of a thread or takes more than linear time.

use std::time::{Duration, Instant};
use whichlaw::bind::bind;
use whichlaw::functions::Procedures;
use whichlaw::language::cypher::{MAX_DEPTH, MAX_NESTING, is_cypher, parse, print};

/// Parses, prints and binds on a thread of the size that tests and servers use; an error is as good as an answer.
#[track_caller]
fn survive(text: &str) -> bool {
    let owned = text.to_owned();
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        is_cypher(&owned);
        match parse(&owned) {
            Ok(statement) => {
                let printed = print(&statement);
                assert!(parse(&printed).is_ok_and(|again| again == statement), "{printed}");
                drop(bind(&statement, &Procedures::default()));
                true
            }
            Err(report) => {
                assert!(report.failure.is_some() && !report.labels.is_empty(), "{report:?}");
                false
            }
        }
    });
    let started = Instant::now();
    let parsed = thread.expect("a thread").join().unwrap_or_else(|_| panic!("{:.60}… panics", text));
    assert!(started.elapsed() < Duration::from_secs(120), "{:.60}… takes too long", text);
    parsed
}

fn nested(open: &str, middle: &str, close: &str, depth: usize) -> String {
    format!("RETURN {}{middle}{} AS x", open.repeat(depth), close.repeat(depth))
}

const NESTED: &[(&str, &str, &str)] = &[
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("[x IN ", "[1]", ", 1]"),
    ("[x IN ", "[1]", "]"),
    ("[x IN ", "[1]", " WHERE true | x]"),
    ("[x IN [1] WHERE ", "true", "]"),
    ("{a: ", "1", "}"),
    ("({a: ", "1", "})"),
    ("[1][", "0", "]"),
    ("NOT (", "true", ")"),
    ("-(", "1", ")"),
    ("1 + (", "1", ")"),
    ("coalesce(", "1", ")"),
    ("CASE WHEN true THEN ", "1", " END"),
    ("CASE ", "1", " WHEN 1 THEN 2 END"),
    ("all(x IN [1] WHERE ", "true", ")"),
    ("reduce(a = 0, x IN [1] | ", "1", ")"),
    ("EXISTS { MATCH (n) WHERE ", "true", " }"),
    ("EXISTS { (n) WHERE ", "true", " }"),
    ("COUNT { MATCH (n) RETURN ", "1", " }"),
    ("[(a)-->(b {x: ", "1", "}) | 1]"),
    ("[(a)-[{x: ", "1", "}]->(b) | 1]"),
    ("exists((a)-[{x: ", "1", "}]-(b))"),
    ("((a)-[{x: ", "1", "}]-(b))"),
    ("(({x: ", "1", "})-->())"),
    ("(a)-[{x: ", "1", "}]"),
    ("shortestPath((a {x: ", "1", "})-[*]-(b))"),
    ("[p = (a)--(b) WHERE ", "true", " | p]"),
    ("(n:(", "A", "))"),
];

#[test]
fn nesting_up_to_the_limit() {
    for (open, middle, close) in NESTED {
        let brackets = open.matches(['(', '[', '{']).count() - open.matches([')', ']', '}']).count();
        let weight = if open.contains("{ ") { 5 } else { brackets.max(1) + open.matches("CASE").count() };
        for depth in [20, MAX_NESTING / weight / 2, MAX_NESTING / weight] {
            survive(&nested(open, middle, close, depth));
        }
    }
}

#[test]
fn nesting_beyond_the_limit() {
    for (open, middle, close) in NESTED {
        for depth in [MAX_NESTING + 1, 5_000] {
            assert!(!survive(&nested(open, middle, close, depth)), "{open}");
        }
    }
}

#[test]
fn a_hundred_thousand_brackets() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{a: ", "}"), ("(", ""), ("EXISTS {", "}")] {
        assert!(!survive(&nested(open, "1", close, 100_000)), "{open}");
    }
}

#[test]
fn broken_in_the_middle() {
    for (open, middle, close) in NESTED {
        for wrong in ["", "!", "1 1", "RETURN", "'"] {
            survive(&nested(open, wrong, close, 40));
            survive(&nested(open, middle, wrong, 40));
        }
    }
}

#[test]
fn long_chains() {
    for count in [10, MAX_DEPTH - 2, MAX_DEPTH, 3_000] {
        for (first, more) in [
            ("1", " + 1"),
            ("1", " - 1"),
            ("2", " ^ 2"),
            ("'a'", " STARTS WITH 'a'"),
            ("null", " IS NULL"),
            ("a", ".b"),
            ("a", "[0]"),
            ("true", " AND true"),
            ("true", " OR false"),
            ("true", " XOR true"),
            ("1", " < 2"),
            ("true", " AND true OR false"),
            ("NOT true", " AND NOT true"),
            ("a", ":A"),
            ("a", ":A|B"),
        ] {
            survive(&format!("RETURN {first}{} AS x", more.repeat(count)));
        }
        for prefix in ["NOT ", "-", "+", "- ", "NOT NOT -"] {
            survive(&format!("RETURN {}1 AS x", prefix.repeat(count)));
        }
        survive(&format!("MATCH (n:{}A) RETURN n", "!".repeat(count)));
        survive(&format!("MATCH (a){} RETURN a", "-->()".repeat(count)));
        survive(&format!("MATCH {}(a){} RETURN a", "(".repeat(count), ")".repeat(count)));
        survive(&format!("RETURN [{}1]", "1, ".repeat(count)));
    }
}

#[test]
fn a_hundred_thousand_operators() {
    for (first, more) in [("1", "+1"), ("a", ".b")] {
        assert!(!survive(&format!("RETURN {first}{} AS x", more.repeat(100_000))), "{more}");
    }
    for prefix in ["NOT ", "-"] {
        assert!(!survive(&format!("RETURN {}1 AS x", prefix.repeat(100_000))), "{prefix}");
    }
}

#[test]
fn long_conditions_are_no_problem() {
    assert!(survive(&format!("MATCH (n) WHERE n.x = 1{} RETURN n", " OR n.x = 2".repeat(10_000))));
    assert!(survive(&format!("RETURN 1 AS x{}", " UNION RETURN 1 AS x".repeat(2_000))));
    assert!(survive(&format!("RETURN 1{} AS x", " + 1".repeat(MAX_DEPTH - 2))));
}

#[test]
fn time_is_linear_in_depth() {
    let time = |depth: usize| {
        let text = nested("[x IN ", "[1]", ", 1]", depth);
        let started = Instant::now();
        for _ in 0..5 {
            assert!(parse(&text).is_ok());
        }
        started.elapsed()
    };
    // A parser that is not optimized needs more stack than the threads of tests have.
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(move || {
        time(10);
        (time(50), time(200))
    });
    let (short, long) = thread.expect("a thread").join().expect("no overflow");
    assert!(long < short * 20 + Duration::from_millis(200), "{short:?} for 50 levels, {long:?} for 200");
}
