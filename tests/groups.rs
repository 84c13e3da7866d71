//! Groups are the same however they are found: by one table, level by level, or by their bytes, and from the one to the
//! other on the way.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use whichlaw::graph::Graph;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Value};

/// Beyond the rows after which a table is tried.
const NODES: u32 = 20_000;

fn graph() -> Graph {
    static GRAPH: OnceLock<Graph> = OnceLock::new();
    GRAPH.get_or_init(make).clone()
}

/// Days on either side of 1970, numbers below and above zero, texts and things without, and in the end numbers that no
/// table has room for.
fn make() -> Graph {
    let mut session = Session::empty();
    let text = format!(
        "UNWIND range(0, {NODES} - 1) AS k CREATE (n:N {{k: k, few: 'f' + (k % 5), many: 'm' + (k * 7919 % 30011), \
         day: date('1950-01-01') + duration({{days: k * 31 % 9973}}), number: k * 17 % 1009 - 500, \
         late: CASE WHEN k > {NODES} - 50 THEN 2000000000 - k ELSE k % 3 END, whole: k * 31 % 5003}}) \
         SET n.day = CASE k % 11 WHEN 0 THEN null ELSE n.day END, \
         n.many = CASE k % 7 WHEN 0 THEN null ELSE n.many END"
    );
    rows(&mut session, &text, 1);
    session.graph.fold();
    session.graph
}

fn rows(session: &mut Session, text: &str, threads: usize) -> Vec<Vec<Value>> {
    let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
    let options = Options { language: Language::Cypher, budget, ..Options::default() };
    session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

/// How often each combination comes, the sum of `k` over it, and the place of its first row.
fn expected(session: &mut Session, keys: &str) -> BTreeMap<String, (i64, i64, usize)> {
    let mut groups = BTreeMap::new();
    for (place, row) in rows(session, &format!("MATCH (n:N) RETURN n.k, {keys}"), 1).into_iter().enumerate() {
        let mut row = row.into_iter();
        let Some(Value::Integer(k)) = row.next() else { panic!("a number is missing") };
        let key = format!("{:?}", row.collect::<Vec<_>>());
        let (count, sum, _) = groups.entry(key).or_insert((0, 0, place));
        (*count, *sum) = (*count + 1, *sum + k);
    }
    groups
}

#[test]
fn groups_are_those_of_their_keys() {
    let mut session = Session::empty();
    session.graph = graph();
    for keys in [
        "n.day",
        "n.many",
        "n.number",
        "n.late",
        "n.few, n.day",
        "n.day, n.few, n.late % 3",
        "n.many, n.number",
        "toUpper(n.many)",
        "toLower(n.many), n.few",
        "n.few, n.late",
        "n.whole % 400, n.number + 500",
        "n.day, 'the same', n.number",
        "toString(n.late), n.day",
        "CASE WHEN n.k < 17000 THEN n.day ELSE n.many END",
        "CASE WHEN n.k < 17000 THEN 1 ELSE 'one' END, n.few",
    ] {
        let expected = expected(&mut session, keys);
        for threads in [1, 2] {
            for (what, counts_only) in [("count(*)", true), ("count(*), sum(n.k)", false)] {
                let text = format!("MATCH (n:N) RETURN {what}, {keys}");
                let mut found = BTreeMap::new();
                let mut places = Vec::new();
                for row in rows(&mut session, &text, threads) {
                    let mut row = row.into_iter();
                    let mut number = || match row.next() {
                        Some(Value::Integer(number)) => number,
                        other => panic!("{text}: {other:?}"),
                    };
                    let numbers = (number(), if counts_only { 0 } else { number() });
                    let key = format!("{:?}", row.collect::<Vec<_>>());
                    places.extend(expected.get(&key).map(|(_, _, place)| *place));
                    assert!(found.insert(key, numbers).is_none(), "{text}: a group comes twice");
                }
                assert_eq!(found.len(), expected.len(), "{text}");
                for (key, (count, sum, _)) in &expected {
                    let sum = if counts_only { 0 } else { *sum };
                    assert_eq!(found.get(key), Some(&(*count, sum)), "{text}: {key}");
                }
                // In the order of their first rows, whoever found them.
                assert!(places.is_sorted(), "{text} with {threads}");
            }
        }
    }
}

/// Hardly any text comes twice, some are not there, and in the end all are asked for as values.
#[test]
fn texts_in_another_case_are_those_of_their_texts() {
    let mut session = Session::empty();
    session.graph = graph();
    let mut different = std::collections::BTreeSet::new();
    let all = rows(&mut session, "MATCH (n:N) RETURN n.many, toUpper(n.many), toLower(toUpper(n.many))", 1);
    for row in &all {
        match row.as_slice() {
            [Value::Null, Value::Null, Value::Null] => {}
            [Value::String(text), Value::String(upper), lower] => {
                assert_eq!(**upper, text.to_uppercase());
                assert_eq!(*lower, Value::String(text.clone()));
                different.insert(upper.to_string());
            }
            _ => panic!("{row:?}"),
        }
    }
    assert!(all.len() == NODES as usize && different.len() > 15_000);
    let texts = |rows: Vec<Vec<Value>>| -> Vec<String> {
        let text = |row: Vec<Value>| match row.first() {
            Some(Value::String(text)) => Some(text.to_string()),
            _ => None,
        };
        rows.into_iter().filter_map(text).collect()
    };
    let expected: Vec<String> = different.iter().cloned().collect();
    for threads in [1, 2] {
        let mut ask = |text: &str| rows(&mut session, text, threads);
        let count = ask(
            "MATCH (n:N) RETURN count(DISTINCT toUpper(n.many)), max(toUpper(n.many)), min(toUpper(n.many))",
        );
        let (last, first) = (expected.last().unwrap(), expected.first().unwrap());
        let (last, first) = (Value::string(last), Value::string(first));
        assert_eq!(count, [[Value::Integer(expected.len() as i64), last, first]]);
        assert_eq!(texts(ask("MATCH (n:N) RETURN DISTINCT toUpper(n.many) AS t ORDER BY t")), expected);
        let mut found =
            texts(ask("MATCH (n:N) WITH toUpper(n.many) AS t, collect(n.k) AS l RETURN t, size(l)"));
        found.sort();
        assert_eq!(found, expected);
    }
}

/// Texts that are made of stored ones for all rows at once are those that are made of each.
#[test]
fn texts_made_of_texts_are_those_of_each() {
    let mut session = Session::empty();
    let text = format!(
        "UNWIND range(0, {NODES} - 1) AS k CREATE (n:N {{k: k, t: ' закон ' + (k * 7919 % 20011) + ' of ' + k % 7 + \
         CASE k % 3 WHEN 0 THEN ' ' ELSE '' END}}) SET n.t = CASE k % 97 WHEN 0 THEN null ELSE n.t END"
    );
    rows(&mut session, &text, 1);
    session.graph.fold();
    let texts: Vec<Option<String>> = rows(&mut session, "MATCH (n:N) RETURN n.t ORDER BY n.k", 1)
        .into_iter()
        .map(|row| if let Value::String(text) = &row[0] { Some(text.to_string()) } else { None })
        .collect();
    assert_eq!(texts.len(), NODES as usize);
    let piece =
        |text: &str, from: usize, count: usize| text.chars().skip(from).take(count).collect::<String>();
    type Made<'m> = &'m dyn Fn(&str) -> Option<String>;
    let cases: [(&str, Made<'_>); 10] = [
        ("trim(n.t)", &|text| Some(text.trim().to_owned())),
        ("lTrim(n.t)", &|text| Some(text.trim_start().to_owned())),
        ("toUpper(rTrim(n.t))", &|text| Some(text.trim_end().to_uppercase())),
        ("left(n.t, 4)", &|text| Some(piece(text, 0, 4))),
        ("right(n.t, 9)", &|text| Some(piece(text, text.chars().count() - 9, 9))),
        ("substring(n.t, 5)", &|text| Some(piece(text, 5, usize::MAX))),
        ("substring(n.t, 3, 8)", &|text| Some(piece(text, 3, 8))),
        ("split(n.t, ' ')[2]", &|text| text.split(' ').nth(2).map(str::to_owned)),
        ("split(n.t, ' ')[5]", &|text| text.split(' ').nth(5).map(str::to_owned)),
        ("'(' + trim(n.t) + ') ' + n.t", &|text| Some(format!("({}) {text}", text.trim()))),
    ];
    for (expression, made) in cases {
        let mut expected: BTreeMap<Option<String>, i64> = BTreeMap::new();
        for text in &texts {
            *expected.entry(text.as_deref().and_then(made)).or_default() += 1;
        }
        for threads in [1, 2] {
            let asked = format!("MATCH (n:N) RETURN {expression}, count(*)");
            let found: BTreeMap<Option<String>, i64> = rows(&mut session, &asked, threads)
                .into_iter()
                .map(|row| match (&row[0], &row[1]) {
                    (Value::String(text), Value::Integer(count)) => (Some(text.to_string()), *count),
                    (Value::Null, Value::Integer(count)) => (None, *count),
                    _ => panic!("{row:?}"),
                })
                .collect();
            assert_eq!(found, expected, "{asked}");
            let asked = format!(
                "MATCH (n:N) WHERE n.t IS NOT NULL RETURN sum(size({expression})), max({expression})"
            );
            let characters: usize =
                texts.iter().flatten().filter_map(|text| made(text)).map(|made| made.chars().count()).sum();
            let last = texts.iter().flatten().filter_map(|text| made(text)).max();
            let last = last.map_or(Value::Null, |last| Value::string(&last));
            assert_eq!(
                rows(&mut session, &asked, threads),
                [[Value::Integer(characters as i64), last]],
                "{asked}"
            );
        }
    }
}

/// Conditions on texts hold for all rows of a batch as they do for each.
#[test]
fn conditions_on_texts_hold_as_for_each() {
    let mut session = Session::empty();
    session.graph = graph();
    let sides = [
        "n.many",
        "n.few",
        "left(n.many, 2)",
        "toUpper(n.few)",
        "n.few + n.many",
        "'m1'",
        "right(n.many, 1)",
    ];
    let operators = ["=", "<>", "<", ">=", "CONTAINS", "STARTS WITH", "ENDS WITH"];
    let mut conditions: Vec<String> =
        ["size(n.many) = 4", "5 > size(n.many)", "size(n.few + 'x') <> 3"].map(str::to_owned).into();
    for (place, left) in sides.iter().enumerate() {
        for (more, right) in sides.iter().enumerate() {
            let operator = operators[(place * 5 + more * 3) % operators.len()];
            conditions.push(format!("{left} {operator} {right}"));
        }
    }
    let mut held = 0;
    for condition in conditions {
        let asked = format!("MATCH (n:N) RETURN n.k, {condition}");
        let each = rows(&mut session, &asked, 1);
        for (wanted, test) in [(true, condition.clone()), (false, format!("NOT {condition}"))] {
            let expected: Vec<&Value> =
                each.iter().filter(|row| row[1] == Value::Boolean(wanted)).map(|row| &row[0]).collect();
            held += usize::from(!expected.is_empty());
            let found = rows(&mut session, &format!("MATCH (n:N) WHERE n.k >= 0 AND {test} RETURN n.k"), 2);
            assert_eq!(found.iter().map(|row| &row[0]).collect::<Vec<_>>(), expected, "{test}");
        }
    }
    assert!(held > 50, "{held}");
}

/// Of values that are only counted nobody sees more than how many are different, and whether one of them is null.
#[test]
fn different_values_that_are_only_counted_are_as_many_as_there_are() {
    let mut session = Session::empty();
    session.graph = graph();
    for keys in [
        &["toUpper(n.many)"][..],
        &["n.many + n.few"],
        &["n.k * 0.5"],
        // As a whole number and as one with a fraction 1 is the same, as a text it is another.
        &["CASE n.k % 3 WHEN 0 THEN n.number WHEN 1 THEN n.number * 1.0 ELSE toString(n.number) END"],
        &["CASE WHEN n.k < 9000 THEN n.number ELSE toUpper(n.many) END"],
        &["[n.number, n.few]"],
        &["{many: n.many, day: n.day}"],
        &["CASE n.k % 2 WHEN 0 THEN n ELSE n.many + '!' END"],
        &["n.few", "toLower(n.many)"],
        &["n.day", "n.many + '!'", "n.late"],
        &["n.number", "[n.few]"],
    ] {
        let listed: Vec<String> =
            keys.iter().enumerate().map(|(place, key)| format!("{key} AS x{place}")).collect();
        let listed = listed.join(", ");
        let mut different = BTreeMap::new();
        for row in rows(&mut session, &format!("MATCH (n:N) RETURN {listed}"), 1) {
            let key: Vec<String> = row
                .iter()
                .map(|value| match value {
                    Value::Float(x) if x.fract() == 0.0 => format!("{:?}", Value::Integer(*x as i64)),
                    value => format!("{value:?}"),
                })
                .collect();
            different.insert(key, matches!(row.as_slice(), [Value::Null]));
        }
        let all = different.len() as i64;
        let nulls = different.values().filter(|null| **null).count() as i64;
        assert!(all > 1000, "{keys:?}");
        for threads in [1, 2] {
            let text = format!("MATCH (n:N) WITH DISTINCT {listed} RETURN count(*)");
            assert_eq!(rows(&mut session, &text, threads), [[Value::Integer(all)]], "{text}");
            if let [key] = keys {
                let text = format!("MATCH (n:N) RETURN count(DISTINCT {key})");
                assert_eq!(rows(&mut session, &text, threads), [[Value::Integer(all - nulls)]], "{text}");
                let text = format!("MATCH (n:N) WITH DISTINCT {key} AS x RETURN count(*), count(x)");
                let both = [[Value::Integer(all), Value::Integer(all - nulls)]];
                assert_eq!(rows(&mut session, &text, threads), both, "{text}");
            }
        }
    }
}

#[test]
fn what_seemed_few_groups_may_be_many() {
    let mut session = Session::empty();
    session.graph = graph();
    // At first the same few keys again and again, then hardly one that was there.
    for called in ["count(*)", "sum(n.k), collect(i)"] {
        let text = format!(
            "MATCH (n:N) UNWIND range(1, 10) AS i \
             RETURN CASE WHEN n.k < 2000 THEN n.k % 7 ELSE n.k * 10 + i % 9 END AS key, {called}"
        );
        let one = rows(&mut session, &text, 1);
        assert_eq!(one.len(), 7 + 18_000 * 9);
        assert!(one == rows(&mut session, &text, 2), "{text}");
    }
}

/// Rows that come slowly, of groups that seem as many as they are until they come again in later parts.
#[test]
fn what_one_worker_adds_up_of_rows_that_all_find_is_in_order() {
    let mut session = Session::empty();
    session.graph = graph();
    for aggregates in [
        "collect(n.k), count(*)",
        "collect(toString(n.k)), min(n.day)",
        "max(n.many), min(n.many), avg(n.k), sum(n.k)",
    ] {
        let text = format!(
            "MATCH (n:N) WHERE reduce(sum = 0, i IN range(1, 60) | sum + i) > n.k % 2 RETURN n.whole, {aggregates}"
        );
        let alone = rows(&mut session, &text, 1);
        assert_eq!(alone.len(), 5003);
        for threads in [2, 4] {
            assert!(rows(&mut session, &text, threads) == alone, "{text} with {threads} threads");
        }
    }
}

/// Lists so long that all workers make each of them, put together of several pieces.
#[test]
fn very_long_lists_hold_what_was_put_in() {
    let mut session = Session::empty();
    session.graph = graph();
    for (list, expected) in [("collect(n.k)", 5 * 199_990_000), ("collect(DISTINCT n.k)", 199_990_000)] {
        let text = format!(
            "MATCH (m:N), (n:N) WHERE m.k < 10 WITH m.k % 2 AS g, {list} AS l \
             RETURN g, reduce(sum = 0, k IN l | sum + k) ORDER BY g"
        );
        for threads in [1, 2, 4] {
            let sums = [0, 1].map(|g| vec![Value::Integer(g), Value::Integer(expected)]);
            assert_eq!(rows(&mut session, &text, threads), sums, "{list} with {threads} threads");
        }
    }
}

/// Things that are named by others, some of them with the same name, some without; edited after it was folded if asked.
fn named(edited: bool) -> Session {
    let mut session = Session::empty();
    for text in [
        "UNWIND range(0, 399) AS k CREATE (n:N {k: k, number: k * 37 % 101 - 50, \
         name: CASE k % 13 WHEN 0 THEN null ELSE 'Name ' + (k % 150) END, \
         day: CASE k % 5 WHEN 0 THEN null ELSE date('2000-01-01') + duration({days: k * 31 % 997}) END, \
         mixed: CASE k % 4 WHEN 0 THEN k WHEN 1 THEN 'm' + k WHEN 2 THEN [k] ELSE null END})",
        "UNWIND range(0, 3999) AS i MATCH (a:N {k: i * i % 397}), (b:N {k: i * 7919 % 391}) CREATE (a)-[:R {i: i}]->(b)",
    ] {
        rows(&mut session, text, 1);
    }
    session.graph.fold();
    if edited {
        for text in [
            "MATCH ()-[r:R]->() WHERE r.i % 9 = 4 DELETE r",
            "MATCH (n:N) WHERE n.k % 50 = 3 SET n.name = 'NAME 7', n.number = 1000 + n.k",
            "MATCH (n:N {k: 5}) SET n.name = null CREATE (n)<-[:R]-(:N {k: 999, number: 1, mixed: 'new'})",
        ] {
            rows(&mut session, text, 1);
        }
    }
    session
}

#[test]
fn groups_by_what_is_read_of_a_node_are_found_node_by_node() {
    for edited in [false, true] {
        let mut session = named(edited);
        let mut expected: BTreeMap<String, (i64, i64, Option<i64>)> = BTreeMap::new();
        for row in rows(&mut session, "MATCH (a)-[:R]->(b) RETURN toUpper(b.name), a.number, a.day", 1) {
            let [name, Value::Integer(number), day] = row.as_slice() else { panic!("{row:?}") };
            let group = expected.entry(format!("{name:?}")).or_insert((0, 0, None));
            group.0 += 1;
            group.1 += i64::from(!matches!(day, Value::Null));
            group.2 = group.2.max(Some(*number));
        }
        let text = "MATCH (a)-[:R]->(b) RETURN toUpper(b.name), count(*), count(a.day), max(a.number)";
        let found: BTreeMap<String, (i64, i64, Option<i64>)> = rows(&mut session, text, 1)
            .into_iter()
            .map(|row| match row.as_slice() {
                [name, Value::Integer(all), Value::Integer(days), Value::Integer(most)] => {
                    (format!("{name:?}"), (*all, *days, Some(*most)))
                }
                _ => panic!("{row:?}"),
            })
            .collect();
        assert!(found.len() > 100 && found == expected, "edited {edited}");
        for (pattern, wanted, used) in [
            ("(a)-[:R]->(b)", "b.name AS x, max(a.day), min(a.day), count(*)", true),
            (
                "(a)-[r:R]->(b)",
                "b.name AS x, b.k % 3 AS y, min(a.mixed), max(a.mixed), max(r.i), count(r)",
                true,
            ),
            (
                "(a)-[:R]->(b) WHERE a.number <> b.number",
                "coalesce(b.name, b.k) AS x, count(a.day), max(a.k)",
                true,
            ),
            ("(a)-[:R]->()-[:R]->(b)", "b.name AS x, b.day AS d, count(*), min(a.number + a.k)", true),
            (
                "(a)-[:R]->(b) WITH a AS c, b AS e",
                "e.name AS x, e.name AS y, min(c.day.year), count(c.mixed)",
                true,
            ),
            // Each of these needs all rows of a group at once, or keys of two things.
            ("(a)-[:R]->(b)", "b.name AS x, count(DISTINCT a.number), max(a.day)", false),
            ("(a)-[:R]->(b)", "b.name AS x, avg(a.number), max(a.day)", false),
            ("(a)-[:R]->(b)", "b.name AS x, a.number % 3 AS y, max(a.day)", false),
            ("(a)-[:R]->(b)", "b.name AS x, max(a.name), count(a.name)", false),
        ] {
            let text = format!("MATCH {pattern} RETURN {wanted}");
            let plan = session.run(&format!("EXPLAIN {text}"), &Options::default()).unwrap().plan.unwrap();
            assert_eq!(plan.contains("group-first"), used, "{text}\n{plan}");
            let sorted = |session: &mut Session, off: &[&str], threads| {
                let budget = Budget { threads, ..Budget::default() };
                let rules_off = off.iter().map(|rule| (*rule).to_owned()).collect();
                let options = Options { language: Language::Cypher, budget, rules_off, ..Options::default() };
                let rows = session.run(&text, &options).unwrap().rows;
                let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
                rows.sort();
                rows
            };
            let plain = sorted(&mut session, &["group-first", "grouped-entry"], 1);
            for (off, threads) in
                [(&[][..], 1), (&[][..], 2), (&["grouped-entry"][..], 1), (&["factor"][..], 2)]
            {
                assert_eq!(
                    sorted(&mut session, off, threads),
                    plain,
                    "{text} without {off:?}, {threads} threads"
                );
            }
        }
    }
}
