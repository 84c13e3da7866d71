//! Planning keeps to the limits of its statement, and so does what is done to a single large value.

use std::fmt::Write;
use std::time::{Duration, Instant};
use whichlaw::algebra::{Bound, Statement};
use whichlaw::base::{Class, Meter, with_room};
use whichlaw::bind::{bind, bind_within};
use whichlaw::functions::Procedures;
use whichlaw::graph::Graph;
use whichlaw::language::cypher::parse;
use whichlaw::optimize::optimize;
use whichlaw::session::{Language, Options};
use whichlaw::{Answer, Budget, Report, Session, Value};

fn run(text: &str, budget: Budget) -> Result<Answer, Box<Report>> {
    Session::empty().run(text, &Options { language: Language::Cypher, budget, ..Options::default() })
}

/// Some of a kind, one for each number.
fn many(count: usize, between: &str, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(between)
}

/// Statements that are long in different ways.
fn long_statements() -> Vec<String> {
    vec![
        format!("MATCH {} RETURN count(*)", many(900, ", ", |i| format!("(a{i} {{x: {i}}})"))),
        format!("MATCH (a0){} RETURN *", many(900, "", |i| format!("-[r{i}:T]->(b{i})"))),
        format!("MATCH {} RETURN count(*)", many(900, ", ", |i| format!("(c)-[:T{i}]->(d{i}:L)"))),
        format!("MATCH (n) WHERE {} RETURN n", many(2000, " OR ", |i| format!("n.x = {i}"))),
        format!("UNWIND [{}] AS x RETURN x", many(3000, ", ", |i| i.to_string())),
        format!("{} RETURN x1", many(800, " ", |i| format!("WITH {i} AS x{}", i % 7))),
        many(600, " UNION ", |i| format!("MATCH (n {{x: {i}}}) RETURN n.x AS x")),
        format!("CREATE {}", many(900, ", ", |i| format!("(a{i}:N {{i: {i}}})"))),
        format!("MATCH (n) RETURN {}", many(900, ", ", |i| format!("n.x{i} AS c{i}"))),
        format!("MATCH (n) WHERE {} RETURN n", many(300, " AND ", |i| format!("EXISTS {{ (n)-->(m{i}) }}"))),
    ]
}

fn bound(text: &str) -> Statement<Bound> {
    bind(&parse(text).unwrap(), &Procedures::default()).unwrap()
}

#[test]
fn planning_is_stopped() {
    let late = Budget { time: Some(Duration::ZERO), ..Budget::default() };
    let cancelled = Budget::default();
    cancelled.cancel.cancel();
    for text in long_statements() {
        for (budget, class) in [(&late, Class::Limit), (&cancelled, Class::Interrupted)] {
            let mut meter = Meter::since(Instant::now() - Duration::from_millis(1), budget);
            let report = bind_within(&parse(&text).unwrap(), &Procedures::default(), &mut meter).unwrap_err();
            assert_eq!(report.class, class, "{text:.60}");
            let report = optimize(&bound(&text), &Graph::empty(), &[], &meter).unwrap_err();
            assert_eq!(report.class, class, "{text:.60}");
        }
    }
}

#[test]
fn planning_without_limits_ends() {
    for text in long_statements() {
        assert!(run(&format!("EXPLAIN {text}"), Budget::default()).is_ok(), "{text:.60}");
    }
}

#[test]
fn what_stars_stand_for_is_booked() {
    let text = format!("WITH 0 AS x0 {} RETURN x0", many(900, " ", |i| format!("WITH *, {i} AS y{i}")));
    let budget = Budget { memory: 16 << 20, ..Budget::default() };
    assert_eq!(run(&text, budget).map(|_| ()).map_err(|report| report.code), Err("limit.memory"));
}

#[test]
fn what_long_statements_take_is_booked() {
    let narrow = |memory| Budget { memory, ..Budget::default() };
    let code = |text: &str, memory| run(text, narrow(memory)).map(|_| ()).map_err(|report| report.code);
    assert_eq!(code("MATCH (n:L {x: 1})-->(m) WHERE m.y > 2 RETURN m.y AS y, count(*)", 128 << 10), Ok(()));
    for text in long_statements() {
        assert_eq!(code(&format!("EXPLAIN {text}"), 64 << 10), Err("limit.memory"), "{text:.60}");
        assert_eq!(code(&text, 64 << 20), Ok(()), "{text:.60}");
        // What is taken at each stage by itself.
        let mut meter = Meter::since(Instant::now(), &narrow(64 << 10));
        let report = bind_within(&parse(&text).unwrap(), &Procedures::default(), &mut meter).unwrap_err();
        assert_eq!(report.code, "limit.memory", "{text:.60}");
        let report = optimize(&bound(&text), &Graph::empty(), &[], &meter).unwrap_err();
        assert_eq!(report.code, "limit.memory", "{text:.60}");
    }
    let read = format!("RETURN 1 {}", "+ 1 ".repeat(300));
    assert_eq!(code(&format!("{read}//{}", "x".repeat(5000)), 64 << 10), Err("limit.memory"));
    let quoted = format!("RETURN size('{}') AS size", "a b ".repeat(100_000));
    assert_eq!(code(&quoted, 4 << 20), Ok(()));
}

#[test]
fn what_a_plan_takes_is_known() {
    let bytes = |text: &str| {
        let meter = Meter::since(Instant::now(), &Budget::default());
        // Long plans are deep.
        with_room(|| optimize(&bound(text), &Graph::empty(), &[], &meter).unwrap().bytes)
    };
    let small = bytes("RETURN 1 AS x");
    for text in long_statements() {
        assert!(bytes(&text) > 20 * small, "{text:.60}");
    }
}

#[test]
fn statements_with_many_slots_show_the_right_ones() {
    let text = format!("WITH 0 AS x0 {} ", many(400, " ", |i| format!("WITH x{i} + 1 AS x{}", i + 1)));
    let rows =
        run(&format!("{text} RETURN x400 AS a, -x400 AS b, x400 AS c"), Budget::default()).unwrap().rows;
    assert_eq!(rows, [[400, -400, 400].map(Value::Integer)]);
    let text = many(300, " UNION ALL ", |i| format!("WITH {i} AS x, {} AS y RETURN y, x", i * i));
    let rows = run(&text, Budget::default()).unwrap().rows;
    let expected: Vec<[Value; 2]> = (0..300).map(|i| [Value::Integer(i * i), Value::Integer(i)]).collect();
    assert_eq!(rows, expected);
}

#[test]
fn drawing_a_plan_is_stopped() {
    let budget = Budget::default();
    let meter = Meter::since(Instant::now(), &budget);
    for text in [
        format!("UNWIND [{}] AS x RETURN x", many(2000, ", ", |i| i.to_string())),
        format!("{} RETURN count(*)", many(200, " ", |i| format!("MATCH (n{i})"))),
    ] {
        let plan = optimize(&bound(&text), &Graph::empty(), &[], &meter).unwrap();
        assert_eq!(plan.drawn(None, &meter).unwrap(), plan.to_string());
        budget.cancel.cancel();
        let stopped = plan.drawn(None, &meter).map_err(|report| report.class);
        assert_eq!(stopped, Err(Class::Interrupted), "{text:.60}");
        budget.cancel.reset();
    }
}

#[test]
fn a_plan_with_very_long_lines_is_told() {
    let list = many(20_000, ", ", |i| i.to_string());
    let plan =
        run(&format!("EXPLAIN UNWIND [{list}] AS x RETURN x"), Budget::default()).unwrap().plan.unwrap();
    assert!(plan.contains("19999") && plan.len() < 2 * list.len(), "{}", plan.len());
}

#[test]
fn what_is_done_to_large_values_stays_the_same() {
    let mut text = String::from("WITH range(1, 300000) AS l, 'abcdefgh' AS s ");
    for _ in 0..18 {
        text.push_str("WITH l, s + s AS s ");
    }
    for (item, value) in [
        ("size(l + l)", Value::Integer(600_000)),
        ("(l + l)[300000]", Value::Integer(1)),
        ("(0 + l)[1]", Value::Integer(1)),
        ("reverse(l)[0]", Value::Integer(300_000)),
        ("tail(l)[0]", Value::Integer(2)),
        ("l[1..200001][199999]", Value::Integer(200_001)),
        ("l[5..3]", Value::list([])),
        ("[x IN l | x + 1][299999]", Value::Integer(300_001)),
        ("[x IN l WHERE x > 300001]", Value::list([])),
        ("l = l + []", Value::Boolean(true)),
        ("l = tail(l)", Value::Boolean(false)),
        ("l <> l[..299999] + [null]", Value::Null),
        ("l <> [0] + l[1..299999] + [null]", Value::Boolean(true)),
        ("l < [x IN l | x + 1]", Value::Boolean(true)),
        ("l > l[..299999]", Value::Boolean(true)),
        ("l < l[..299999] + [null]", Value::Null),
        ("[l, l] = [l, l + []]", Value::Boolean(true)),
        ("l IN [1, l + []]", Value::Boolean(true)),
        ("-1 IN l", Value::Boolean(false)),
        ("-1 IN l + [null]", Value::Null),
        ("CASE l WHEN [1] THEN 1 WHEN l + [] THEN 2 END", Value::Integer(2)),
        ("size(s)", Value::Integer(1 << 21)),
        ("right(toUpper(s), 3)", Value::from("FGH")),
        ("size(split(s, 'h'))", Value::Integer((1 << 18) + 1)),
        ("substring(replace(s, 'gh', 'x'), 4, 3)", Value::from("efx")),
        ("s =~ '(abcdefgh)+'", Value::Boolean(true)),
        ("s + 'é' CONTAINS 'hé'", Value::Boolean(true)),
    ] {
        let found = run(&format!("{text} RETURN {item} AS value"), Budget::default()).unwrap().rows;
        assert_eq!(found, [[value]], "{item}");
    }
}

#[test]
fn long_values_are_written_whole() {
    use whichlaw::pipe::answer_lines;
    let query =
        "RETURN [[1, null], 'a', {b: 1.5}] AS x, reduce(s = 'aé\\\"', i IN range(1, 16) | s + s) AS s";
    let request = format!("{}\n", serde_json::json!({ "id": 1, "op": "run", "query": query }));
    let mut output = Vec::new();
    answer_lines(Session::empty(), request.as_bytes(), &mut output).unwrap();
    let reply: serde_json::Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(
        reply["rows"][0][0],
        serde_json::json!([[1, null], "a", { "map": { "b": { "float": "1.5" } } }])
    );
    let mut expected = String::new();
    for _ in 0..1 << 16 {
        write!(expected, "aé\"").unwrap();
    }
    assert_eq!(reply["rows"][0][1].as_str(), Some(expected.as_str()));
}
