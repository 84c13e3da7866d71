//! Whatever a statement asks for, it ends: with an answer, or with a clear error at its limits or when it is cancelled.

use std::time::{Duration, Instant};
use whichlaw::base::Class;
use whichlaw::language::cypher::parse;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Budget, Report, Value};

fn options(budget: Budget) -> Options {
    Options { language: Language::Cypher, budget, ..Options::default() }
}

/// Nodes that are all tied to each other, with loops and parallel relationships.
fn tangle() -> Session {
    let mut session = Session::empty();
    for text in [
        "UNWIND range(1, 40) AS i CREATE (:N {i: i, name: 'node ' + i})",
        "MATCH (a:N), (b:N) WHERE (a.i + b.i) % 3 = 0 CREATE (a)-[:T {w: a.i}]->(b), (a)-[:U]->(b)",
    ] {
        session.run(text, &options(Budget::default())).unwrap();
    }
    session
}

fn run(text: &str, budget: Budget) -> Result<Answer, Box<Report>> {
    tangle().run(text, &options(budget))
}

/// An error of the class of limits, or of the input, that says something; or an answer. Never longer than a while.
#[track_caller]
fn ends(text: &str) {
    let budget = Budget { time: Some(Duration::from_secs(2)), memory: 256 << 20, ..Budget::default() };
    let began = Instant::now();
    if let Err(report) = run(text, budget) {
        assert!(matches!(report.class, Class::Limit | Class::Input), "{text:.80}: {report:?}");
        assert!(!report.message.is_empty());
    }
    assert!(began.elapsed() < Duration::from_secs(60), "{text:.80}");
}

/// Also while a statement is read, and while a function makes a long list.
#[test]
fn reading_and_long_values_stop() {
    let mut session = Session::empty();
    let long = format!("RETURN size([{}])", vec!["1 + 1"; 300_000].join(", "));
    for text in
        [long.as_str(), "RETURN size(range(1, 9000000))", "UNWIND range(1, 9000000) AS n RETURN sum(n)"]
    {
        let budget = Budget { time: Some(Duration::from_millis(1)), ..Budget::default() };
        let report = session.run(text, &Options { budget, ..Options::default() }).unwrap_err();
        assert_eq!(report.code, "limit.time");
    }
    // An unwound range is never there as a whole.
    let text = "UNWIND range(3000000, 1, -1) AS n RETURN min(n), max(n), count(n)";
    let budget = Budget { memory: 1 << 20, ..Budget::default() };
    let rows = session.run(text, &Options { budget, ..Options::default() }).unwrap().rows;
    assert_eq!(rows, [[1, 3_000_000, 3_000_000].map(Value::Integer)]);
}

#[test]
fn deep_and_long_expressions() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a: ", "}"), ("[x IN ", "]"), ("size(", ")"), ("[", ""), ("EXISTS {", "}")]
    {
        ends(&format!("RETURN {}1{} AS x", open.repeat(100_000), close.repeat(100_000)));
    }
    // Chains are told to be too long only when they have been read.
    const MANY: usize = 5_000;
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("NOT ", "true", ""),
        ("-", "1", ""),
        ("1 + ", "1", ""),
        ("1 - ", "1", ""),
        ("{a: ", "1", "}"),
        ("CASE WHEN true THEN ", "1", " END"),
        ("[x IN ", "[1]", " | x]"),
        ("[x IN [1] | ", "1", "]"),
        ("all(x IN [1] WHERE ", "true", ")"),
        ("size([", "1", "])"),
        ("EXISTS { RETURN ", "1", "}"),
        ("1 IN [", "1", "]"),
        ("'a' + ", "'b'", ""),
        ("true AND ", "true", ""),
        ("1 < ", "1", ""),
    ] {
        ends(&format!("RETURN {}{middle}{} AS x", open.repeat(MANY), close.repeat(MANY)));
        // Unclosed.
        ends(&format!("RETURN {}", open.repeat(MANY)));
    }
    for (first, more) in [("n", ".a"), ("[1]", "[0]"), ("n", ":A"), ("1", " IS NULL"), ("[1]", "[..]")] {
        ends(&format!("MATCH (n) RETURN {first}{} AS x", more.repeat(MANY)));
    }
    const LONG: usize = 50_000;
    ends(&format!("RETURN [{}1] AS x", "1, ".repeat(MANY)));
    ends(&format!("RETURN {{{}z: 1}} AS x", "a: 1, ".repeat(MANY)));
    ends(&format!("RETURN '{}' AS x", "ab\\n".repeat(LONG)));
    ends(&format!("RETURN {} AS x", "9".repeat(LONG)));
    ends(&format!("RETURN `{}` AS x", "a".repeat(LONG)));
    ends(&format!("RETURN 1 AS {}", "a".repeat(LONG)));
    ends(&format!("RETURN 1 /*{}*/ AS x", "*/".repeat(LONG)));
}

/// As many clauses and patterns as no person writes.
#[test]
fn many_clauses() {
    const MANY: usize = 3_000;
    ends(&format!("MATCH {}(z) RETURN 1 LIMIT 1", "(), ".repeat(300)));
    ends(&format!("MATCH (a:N {{i: 1}}){} RETURN count(*)", "--()".repeat(MANY)));
    ends(&format!("CREATE {}(z)", "(:A), ".repeat(MANY)));
    ends(&format!("WITH 1 AS x {}RETURN x", "UNWIND [x] AS y WITH y AS x ".repeat(MANY)));
    ends(&format!("{}RETURN 1", "OPTIONAL MATCH (:Z) ".repeat(MANY)));
    ends(&format!("RETURN 1 AS x{}", " UNION ALL RETURN 1 AS x".repeat(MANY)));
    ends(&format!("MATCH (n) WHERE {} true RETURN count(*)", "n.i <> 1 OR n.i = 2 AND ".repeat(300)));
    ends(&format!("MERGE (a:A) SET a.x = 1{}", ", a.x = a.x + 1".repeat(MANY)));
}

/// The work of reading a text grows with its depth, and does not double with each level.
#[test]
fn nested_lists_and_comprehensions_are_read_in_linear_time() {
    let depths = [50, 100, 200];
    for (open, middle, close) in [
        ("[x IN ", "[1]", " WHERE x > 0 | x]"),
        ("[x IN [1] | ", "1", "]"),
        ("[", "1", "]"),
        ("[(a)-->(b) | ", "1", "]"),
        ("CASE WHEN ", "true", " THEN true END"),
        ("any(x IN ", "[1]", " WHERE true)"),
        ("coalesce(1, ", "1", ")"),
    ] {
        // The fastest of some, for other programs take their share of the time.
        let fastest = move |depth: usize| {
            let text = format!("RETURN {}{middle}{} AS x", open.repeat(depth), close.repeat(depth));
            let once = || {
                let began = Instant::now();
                let _ = parse(&text);
                began.elapsed()
            };
            (0..5).map(|_| once()).min().unwrap_or_default()
        };
        let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(move || depths.map(fastest));
        let [short, _, long] = thread.unwrap().join().unwrap();
        assert!(long < short * 20 + Duration::from_millis(50), "{open}: {short:?}, {long:?}");
    }
}

/// The code of the error at small limits.
fn stopped(text: &str) -> &'static str {
    let budget = Budget {
        time: Some(Duration::from_secs(30)),
        rows: 3_000_000,
        memory: 32 << 20,
        ..Budget::default()
    };
    run(text, budget).map_or_else(|report| report.code, |_| "answered")
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    for text in [
        // Within one batch.
        "UNWIND range(1, 1000) AS i WITH range(i, 50000) AS r RETURN size(r)",
        "UNWIND range(1, 1000) AS i WITH i ORDER BY range(i, 10000) RETURN count(i)",
        "UNWIND range(1, 1000) AS i WITH i ORDER BY range(i, 10000) LIMIT 900 RETURN count(i)",
        "UNWIND range(1, 10000) AS i WITH reduce(s = '0123456789', x IN range(1, 10) | s + s) + i AS s RETURN s",
        // In aggregates.
        "MATCH (a), (b), (c), (d) WITH a.i AS x LIMIT 2000000 RETURN collect(x)",
        "MATCH (a), (b), (c), (d) WITH a.i + 0.5 AS x LIMIT 2000000 RETURN percentileCont(x, 0.5)",
        "UNWIND range(1, 9000) AS x RETURN collect(range(x, 10000))",
        "UNWIND range(1, 90000) AS x RETURN count(DISTINCT 'a long text that is different for each one ' + x), \
         collect(DISTINCT toString(x) + ' and a rather long text of which there are very many in this statement'), \
         collect('a third list with texts that are very long again, so that there is no room for it' + x)",
        "RETURN [x IN range(1, 2000) | [y IN range(1, 2000) | x + y]]",
        "RETURN reduce(s = 'a', x IN range(1, 40) | s + s)",
    ] {
        assert_eq!(stopped(text), "limit.memory", "{text}");
    }
    for text in [
        "UNWIND range(1, 10000000) AS x RETURN x",
        "MATCH (a), (b), (c), (d), (e) RETURN a",
        "RETURN range(1, 9223372036854775807)",
        "RETURN range(-9223372036854775808, 9223372036854775807)",
        "MATCH p = (a)-[*]-(b) RETURN p",
    ] {
        assert!(stopped(text).starts_with("limit."), "{text}: {}", stopped(text));
    }
    assert_eq!(stopped("RETURN reduce(x = 0, i IN range(1, 90000) | [y IN [1] | x])"), "limit.value");
    assert_eq!(stopped("RETURN reduce(x = 0, i IN range(1, 90000) | COLLECT { RETURN x })"), "limit.value");
}

#[test]
fn what_only_streams_needs_no_room() {
    for (text, count) in [
        ("UNWIND range(1, 10000000) AS x RETURN count(x) AS n", 10_000_000),
        ("MATCH (a), (b), (c), (d) RETURN count(*) AS n", 2_560_000),
        ("UNWIND range(1, 300) AS x UNWIND range(1, 300) AS y RETURN max('text ' + x) > 'text' AS n", 1),
    ] {
        let budget = Budget { memory: 512 << 20, ..Budget::default() };
        let rows = run(text, budget).unwrap().rows;
        let expected = if count == 1 { Value::Boolean(true) } else { Value::Integer(count) };
        assert_eq!(rows, [[expected]], "{text}");
    }
}

/// Statements that would run for ages, each in another operator.
const ENDLESS: &[&str] = &[
    "MATCH (a), (b), (c), (d), (e), (f), (g) RETURN count(*)",
    "MATCH (a)--(b)--(c)--(d)--(e)--(f)--(g)--(h) RETURN count(a.i + h.i)",
    "MATCH (a)-[*]-(b) RETURN count(*)",
    "MATCH (a {i: 1})-[*]->(b {i: 2}) RETURN count(*)",
    "MATCH (a), (b), (c), p = allShortestPaths((a)-[*]-(b)) RETURN count(DISTINCT p)",
    "MATCH (a), (b), (c), (d), p = shortestPath((a)-[*]-(b)) RETURN max(length(p))",
    "UNWIND range(1, 9000) AS x UNWIND range(1, 9000) AS y UNWIND range(1, 9000) AS z RETURN count(*)",
    "UNWIND range(1, 9000) AS x UNWIND range(1, 9000) AS y RETURN max(reduce(s = 0, z IN range(1, 9000) | s + z))",
    "MATCH (a), (b), (c), (d), (e) WITH a, b, c, d, e WHERE a.i + b.i + c.i + d.i + e.i < 0 RETURN count(*)",
    "MATCH (a), (b), (c), (d), (e) WITH DISTINCT a.i + b.i AS s RETURN s",
    "MATCH (a), (b), (c), (d), (e) WITH a.i + b.i AS s ORDER BY s RETURN sum(s)",
    "MATCH (a), (b), (c), (d), (e) WITH a.i + b.i AS s ORDER BY s LIMIT 3 RETURN sum(s)",
    "MATCH (a), (b), (c), (d), (e) RETURN a.i % 7 AS k, sum(b.i), collect(DISTINCT e.i % 5)",
    "MATCH (a), (b), (c) OPTIONAL MATCH (a)--(x)--(b)--(y)--(c) WHERE x.i + y.i < 0 RETURN count(*)",
    "MATCH (a), (b), (c), (d) WHERE EXISTS { MATCH (a)--(x)--(b)--(y) WHERE x.i + y.i < 0 } RETURN count(*)",
    "MATCH (a), (b), (c), (d) RETURN sum(COUNT { (a)--()--(b)--()--(c) })",
    "MATCH (a), (b), (c), (d) RETURN max(size([(a)--(x)--(b) | x.i]))",
    "MATCH (a), (b), (c), (d), (e) RETURN a SKIP 9000000000",
    "MATCH (a), (b), (c), (d), (e) CREATE (:M {i: a.i})",
    "MATCH (a), (b), (c), (d), (e) SET a.i = b.i",
    "MATCH (a), (b), (c), (d), (e) MERGE (:M {i: a.i * 1000 + b.i})",
    "MATCH (a), (b), (c), (d), (e) DETACH DELETE a",
    "MATCH (a), (b), (c), (d), (e) RETURN a UNION MATCH (a), (b), (c), (d), (e) RETURN a",
    "MATCH (a), (b), (c), (d), (e) CALL test.rows() YIELD x RETURN count(x)",
    "WITH range(1, 2000000) AS l RETURN [x IN range(1, 100000) WHERE (0 - x) IN l]",
    "WITH range(1, 1000000) AS l RETURN all(x IN range(1, 100000) WHERE l = l)",
    "WITH [range(1, 1000000)] AS l RETURN all(x IN range(1, 100000) WHERE size(l[0] + [x]) > 0)",
    "WITH reduce(s = 'ab', x IN range(1, 22) | s + s) AS s RETURN all(x IN range(1, 100000) WHERE size(s) > 0)",
    "WITH reduce(s = 'ab', x IN range(1, 22) | s + s) AS s RETURN all(x IN range(1, 100000) WHERE NOT s CONTAINS ('aa' + x))",
    "RETURN all(x IN range(1, 1000000) WHERE 'a' =~ ('\\\\w{30}|a|' + x))",
    "WITH reduce(l = [1], x IN range(1, 20) | [l, l]) AS l RETURN all(x IN range(1, 100000) WHERE l = l)",
];

#[test]
fn the_cancel_flag_is_seen_everywhere() {
    for text in ENDLESS {
        let mut session = tangle();
        session.procedures = procedures();
        let budget = Budget { rows: u64::MAX, memory: 1 << 30, ..Budget::default() };
        let cancel = budget.cancel.clone();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(150));
            cancel.cancel();
            Instant::now()
        });
        let report = session.run(text, &options(budget)).map(|answer| answer.rows.len()).unwrap_err();
        let cancelled = thread.join().unwrap();
        let memory = report.code == "limit.memory";
        assert!(memory || report.class == Class::Interrupted, "{text}: {report:?}");
        assert!(cancelled.elapsed() < Duration::from_secs(5), "{text}: {:?}", cancelled.elapsed());
        assert_eq!(session.graph.node_count(), 40, "{text}");
    }
}

#[test]
fn the_time_limit_is_seen_everywhere() {
    for text in ENDLESS {
        let mut session = tangle();
        session.procedures = procedures();
        let budget = Budget {
            time: Some(Duration::from_millis(100)),
            rows: u64::MAX,
            memory: 1 << 30,
            ..Budget::default()
        };
        let began = Instant::now();
        let report = session.run(text, &options(budget)).map(|answer| answer.rows.len()).unwrap_err();
        assert_eq!(report.class, Class::Limit, "{text}: {report:?}");
        assert!(began.elapsed() < Duration::from_secs(5), "{text}: {:?}", began.elapsed());
    }
}

/// Layers of nodes, each tied to some of the next layer, so that nothing leads back and there are very many paths.
fn layers() -> Session {
    use std::sync::OnceLock;
    static GRAPH: OnceLock<whichlaw::graph::Graph> = OnceLock::new();
    let make = || {
        let mut session = Session::empty();
        for text in [
            "CREATE INDEX FOR (n:N) ON (n.i)",
            "UNWIND range(0, 2399) AS i CREATE (:N {i: i, s: 'text ' + i})",
            "MATCH (a:N) WHERE a.i < 2360 UNWIND range(0, 9) AS k \
             MATCH (b:N {i: a.i + 40 - a.i % 40 + (a.i + k) % 40}) CREATE (a)-[:L {w: k}]->(b)",
            "MATCH (a:N) WHERE a.i < 2320 UNWIND range(0, 9) AS k \
             MATCH (b:N {i: a.i + 80 - a.i % 40 + (a.i + k) % 40}) CREATE (a)-[:M]->(b)",
        ] {
            session.run(text, &options(Budget::default())).unwrap();
        }
        session.graph.fold();
        session.graph
    };
    let mut session = Session::empty();
    session.graph = GRAPH.get_or_init(make).clone();
    session
}

/// What a kind of operator may hold and make.
#[derive(Clone, Copy, PartialEq)]
enum Uses {
    /// Many rows come out.
    Rows,
    /// It keeps what comes in, or what it finds.
    Memory,
    Both,
    /// Neither: it counts.
    Nothing,
}

/// Each kind of operator, with work for more than a moment.
const OPERATORS: &[(&str, Uses)] = &[
    ("MATCH (a:N) WHERE a.i >= 0 RETURN a.i", Uses::Rows),
    ("MATCH (a:N) WHERE a.s CONTAINS 'ext 7' RETURN count(*)", Uses::Nothing),
    ("MATCH (a:N) WHERE a.s STARTS WITH 'text 7' AND a.s ENDS WITH '1' RETURN count(*)", Uses::Nothing),
    ("MATCH (a)-[:L]->(b) RETURN a.i, b.i", Uses::Rows),
    ("MATCH (a)-[x:L]->(b) MATCH (a)-[y:L]->(b) RETURN y.w", Uses::Rows),
    ("MATCH (a)-[:L*1..3]->(b) RETURN a.i, b.i", Uses::Rows),
    ("MATCH (a)-[:L*1..9]->(b) RETURN count(*)", Uses::Nothing),
    ("MATCH (a)-[:L*1..]->(b) RETURN DISTINCT b", Uses::Both),
    ("MATCH (a)-[:L*0..]->(b) RETURN count(DISTINCT b)", Uses::Nothing),
    ("MATCH p = (a)-[:L*1..]->(b) RETURN max(length(p))", Uses::Memory),
    ("MATCH p = (a)-[:L*1..]->(b) RETURN a.i, max(length(p))", Uses::Both),
    ("MATCH (a:N {i: 0}), (b:N {i: 2390}), p = shortestPath((a)-[:L*]->(b)) RETURN length(p)", Uses::Nothing),
    ("MATCH (a:N {i: 0}), (b:N {i: 2390}), p = shortestPath((a)-[*]-(b)) RETURN length(p)", Uses::Nothing),
    ("MATCH (a:N {i: 0}), (b:N), p = shortestPath((a)-[:L*]->(b)) RETURN length(p)", Uses::Rows),
    (
        "MATCH (a:N {i: 0}), (b:N {i: 2390}), p = allShortestPaths((a)-[:L*]->(b)) RETURN count(*)",
        Uses::Nothing,
    ),
    ("MATCH (a:N {i: 0}), (b:N), p = allShortestPaths((a)-[:L*]->(b)) RETURN p", Uses::Both),
    ("MATCH (a)-[:L]->(b)-[:L]->(c)<-[:M]-(a) RETURN a.i, b.i, c.i", Uses::Rows),
    ("MATCH (a)-[:L]->(b)-[:L]->(c)<-[:M]-(a) RETURN count(*)", Uses::Nothing),
    ("MATCH (a)-[:L]->(b) RETURN a.i, b.i, count(*)", Uses::Both),
    ("MATCH (a)-[:L]->(b) RETURN count(DISTINCT a.s + b.s)", Uses::Memory),
    ("MATCH (a)-[x:L]->(b) RETURN a, count(DISTINCT x)", Uses::Both),
    ("MATCH (a)-[:L]->(b) RETURN collect(a.s + b.s)", Uses::Memory),
    ("MATCH (a)-[:L]->(b) RETURN DISTINCT a.i, b.i", Uses::Both),
    ("MATCH (a)-[:L]->(b) RETURN DISTINCT a, b", Uses::Both),
    ("MATCH (a)-[:L]->(b) RETURN a.i AS x, b.s AS y ORDER BY y, x", Uses::Both),
    ("MATCH (a)-[:L]->(b) RETURN a.i AS x, b.s AS y ORDER BY x DESC, y LIMIT 20000", Uses::Both),
    ("MATCH (a)-[:L]->(b) RETURN a.i AS x, b.s AS y ORDER BY x DESC, y LIMIT 3", Uses::Nothing),
    ("UNWIND range(1, 100000) AS x RETURN x", Uses::Both),
    ("MATCH (a)-[:L]->(b)-[:L]->(c)-[:L]->(d) WHERE d.i > 100 RETURN a.i, count(*)", Uses::Both),
    (
        "MATCH (a)-[:L]->(b)-[:L]->(c)-[:L]->(d) WHERE d.i > 100 AND c.s CONTAINS '1' RETURN count(*)",
        Uses::Nothing,
    ),
    ("MATCH (a)-[:L]->(b) OPTIONAL MATCH (b)-[:M]->(c) RETURN a.i, c.i", Uses::Rows),
    ("MATCH (a)-[:L]->(b) WHERE NOT EXISTS { (a)-[:M]->()-[:M]->(b) } RETURN a.i", Uses::Rows),
    ("MATCH (a)-[:L]->(b) WHERE a.i = 5 RETURN b UNION MATCH (a)-[:L]->(b) RETURN b", Uses::Both),
];

#[test]
fn every_operator_looks_at_the_clock_and_the_flag() {
    for (text, _) in OPERATORS {
        for threads in [1, 2] {
            let budget = Budget { time: Some(Duration::ZERO), threads, ..Budget::default() };
            let report = layers().run(text, &options(budget)).map(|answer| answer.rows.len());
            assert_eq!(report.map_err(|report| report.code), Err("limit.time"), "{text}");
            let budget = Budget { threads, ..Budget::default() };
            budget.cancel.cancel();
            let report = layers().run(text, &options(budget)).map(|answer| answer.rows.len());
            assert_eq!(report.map_err(|report| report.class), Err(Class::Interrupted), "{text}");
        }
    }
}

#[test]
fn every_operator_keeps_to_rows_and_memory() {
    for (text, uses) in OPERATORS {
        if matches!(uses, Uses::Rows | Uses::Both) {
            let budget = Budget { rows: 10, ..Budget::default() };
            let report = layers().run(text, &options(budget)).map(|answer| answer.rows.len());
            assert_eq!(report.map_err(|report| report.code), Err("limit.rows"), "{text}");
        }
        if matches!(uses, Uses::Memory | Uses::Both) {
            let time = Some(Duration::from_secs(20));
            let budget = Budget { memory: 1 << 11, time, ..Budget::default() };
            let report = layers().run(text, &options(budget)).map(|answer| answer.rows.len());
            assert_eq!(report.map_err(|report| report.code), Err("limit.memory"), "{text}");
        }
    }
}

fn procedures() -> whichlaw::functions::Procedures {
    use whichlaw::functions::{Field, Procedure, Procedures};
    let outputs = vec![Field { name: "x".into(), declared: "INTEGER?".into() }];
    let rows = (0..1000).map(|x| (Vec::new(), vec![Value::Integer(x)])).collect();
    let mut procedures = Procedures::default();
    procedures.0.insert("test.rows".into(), Procedure { inputs: Vec::new(), outputs, rows });
    procedures
}
