//! Conditions and counts over whole columns give what they give row by row, on graphs of more than one batch.

mod alphabet;
mod conditions;

use conditions::CONDITIONS;
use std::sync::OnceLock;
use whichlaw::graph::Graph;
use whichlaw::optimize::RULES;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Value};

fn rows(session: &mut Session, text: &str, rules_off: &[&str]) -> Vec<String> {
    let options = Options {
        language: Language::Cypher,
        rules_off: rules_off.iter().map(|rule| (*rule).to_owned()).collect(),
        budget: Budget { rows: u64::MAX, ..Budget::default() },
        ..Options::default()
    };
    let answer = session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}"));
    let row = |row: &Vec<Value>| row.iter().map(|value| format!("{value}")).collect::<Vec<_>>().join(" | ");
    let mut rows: Vec<String> = answer.rows.iter().map(row).collect();
    rows.sort();
    rows
}

/// Three thousand nodes in two kinds. What `w` holds of relationships is a whole number or nothing.
fn make() -> Session {
    let mut session = Session::empty();
    for text in [
        "CREATE INDEX FOR (n:N) ON (n.k)",
        "UNWIND range(0, 2999) AS k CREATE (:N {k: k, i: CASE WHEN k % 7 = 0 THEN null ELSE k % 50 - 5 END, \
         big: CASE WHEN k % 9 = 0 THEN 5000000000 + k ELSE k END, f: CASE WHEN k % 4 = 0 THEN null ELSE k % 8 / 2.0 END, \
         s: CASE WHEN k % 11 = 0 THEN null WHEN k % 211 = 9 THEN 'ΟΔΟΣ Text ' + k ELSE 'text ' + (k % 300) + CASE WHEN k % 2 = 0 THEN 'ab' ELSE 'ba' END END, \
         d: CASE WHEN k % 13 = 0 THEN null ELSE date('1999-12-20') + duration({days: k % 500}) END, \
         t: k % 3 = 0, m: CASE k % 4 WHEN 0 THEN k % 5 WHEN 1 THEN 'ab' + (k % 3) WHEN 2 THEN k % 2 = 0 ELSE null END})",
        "MATCH (a:N) WHERE a.k % 3 = 0 SET a:Third",
        "UNWIND range(0, 2999) AS k UNWIND range(1, 4) AS j MATCH (a:N {k: k}), (b:N {k: (k * j + j) % 3000}) \
         CREATE (a)-[:T {w: CASE WHEN (k + j) % 10 = 0 THEN null ELSE k % 20 - 10 END, \
         d: CASE WHEN j = 4 THEN null ELSE date('2000-01-01') + duration({days: k % 40}) END, \
         s: 'on ' + (k % 17), u: k % 30}]->(b)",
        // One node that very many lead to, and one that leads to very many.
        "MATCH (a:N), (b:N {k: 7}) WHERE a.k % 2 = 1 CREATE (a)-[:U]->(b)",
        "MATCH (a:N {k: 8}), (b:N) WHERE b.k % 5 < 3 CREATE (a)-[:U]->(b)",
        "MATCH (a:N), (b:N {k: 7}) WHERE a.k < 2999 MATCH (c:N {k: a.k + 1}) CREATE (a)-[:V]->(c)",
    ] {
        rows(&mut session, text, &[]);
    }
    session
}

/// What is written after the graph was folded.
const CHANGES: &[&str] = &[
    "MATCH (a:N) WHERE a.k % 97 = 5 SET a.i = 3, a.s = 'text 7 new', a.d = date('2000-02-01'), a.f = 1, a.m = null",
    "MATCH (a:N)-[r:T]->() WHERE a.k % 90 = 1 SET r.w = 4, r.s = null, r.u = 'text'",
    "MATCH (a:N)-[r:T]->() WHERE a.k % 80 = 2 DELETE r",
    "MATCH (a:N), (b:N) WHERE a.k % 200 = 3 AND b.k % 250 = 4 CREATE (a)-[:T {w: 3, d: date('2000-01-09')}]->(b)",
    "MATCH (a:N) WHERE a.k % 300 = 6 DETACH DELETE a",
    "UNWIND range(3000, 3100) AS k CREATE (:N {k: k, i: k % 50, s: 'a 12 b', d: date('2000-01-31')})",
    "MATCH (a:N) WHERE a.k % 70 = 9 REMOVE a:Third",
];

fn session() -> Session {
    static GRAPH: OnceLock<Graph> = OnceLock::new();
    let mut session = Session::empty();
    session.graph = GRAPH.get_or_init(|| make().graph).clone();
    session
}

/// What is written after all that was read.
const MORE: &[&str] = &[
    "MATCH (a:N) WHERE a.k % 500 = 7 SET a.s = 'text 12ab', a.new = a.k",
    "MATCH (a:N) WHERE a.k % 700 = 8 REMOVE a.s, a.d SET a.m = 'ab9', a.i = null",
    "UNWIND range(3200, 3204) AS k CREATE (:N {k: k, s: 'text 2', m: 3})",
];

/// Looks at the graph as it was folded, with what was written since, and with more that was written after that was read.
fn folded_and_changed(look: impl Fn(&mut Session, &str)) {
    let mut session = session();
    session.graph.fold();
    look(&mut session, "folded");
    CHANGES.iter().for_each(|change| drop(rows(&mut session, change, &[])));
    look(&mut session, "changed");
    MORE.iter().for_each(|change| drop(rows(&mut session, change, &[])));
    look(&mut session, "changed again");
}

#[test]
fn what_is_no_text_has_no_case() {
    folded_and_changed(|session, stage| {
        let options = Options { language: Language::Cypher, ..Options::default() };
        for value in ["x.i", "x.m", "x.d"] {
            let text = format!("MATCH (x:N) WHERE toLower({value}) CONTAINS '1' RETURN x.k");
            let report = session.run(&text, &options).expect_err("a number, a truth value or a date came");
            assert!(report.message.contains("toLower"), "{stage}: {value}: {report:?}");
        }
    });
}

#[test]
fn conditions_over_columns() {
    folded_and_changed(|session, stage| {
        for condition in CONDITIONS {
            for (no, condition) in [(false, (*condition).to_owned()), (true, format!("NOT ({condition})"))] {
                for (matched, shown) in [
                    ("MATCH (x:N)", "RETURN count(*), sum(x.k)"),
                    ("MATCH (a:N)-[x:T]->(b)", "RETURN count(*)"),
                    ("MATCH (a:N)-[x:T]->(b)", "RETURN a.k % 10, count(*)"),
                ] {
                    if no && shown.starts_with("RETURN a.k") {
                        continue;
                    }
                    let text = format!("{matched} WHERE {condition} {shown}");
                    // A condition within a list is asked row by row.
                    let by_row = format!("{matched} WHERE any(one IN [1] WHERE {condition}) {shown}");
                    let expected = rows(session, &by_row, &["factor", "late-materialization"]);
                    assert_eq!(rows(session, &text, &[]), expected, "stage {stage}: {text}");
                }
            }
        }
    });
}

/// Conditions about the two ends of a relationship, and about the relationship itself.
const BETWEEN: &[&str] = &[
    "a.d < b.d",
    "a.d.year = b.d.year",
    "a.d.year <> b.d.month",
    "a.s = b.s",
    "a.s <> b.s",
    "a.s <= b.s",
    "a.s = r.s",
    "a.i >= r.w",
    "a.i = b.big",
    "a.big < b.big",
    "a.f = b.i",
    "a.m = b.m",
    "a = b",
    "a <> b",
    "a = r",
    "b.d.year - a.d.year > 0",
    "a.i - b.i = r.w",
    "a.i * b.i + r.u > 100",
    "a.d > b.i",
    "a.none = b.i",
];

#[test]
fn conditions_between_things() {
    folded_and_changed(|session, stage| {
        for condition in BETWEEN.iter().flat_map(|c| [(*c).to_owned(), format!("NOT ({c})")]) {
            for matched in
                ["MATCH (a:N)-[r:T]->(b)", "MATCH (a:N) OPTIONAL MATCH (a)-[r:U]->(b:Third) WITH a, r, b"]
            {
                let shown = "RETURN count(*), sum(a.k), sum(b.k)";
                let text = format!("{matched} WHERE {condition} {shown}");
                let by_row = format!("{matched} WHERE any(one IN [1] WHERE {condition}) {shown}");
                let expected = rows(session, &by_row, &["factor", "late-materialization"]);
                assert_eq!(rows(session, &text, &[]), expected, "stage {stage}: {text}");
            }
        }
        for value in
            ["b.d.year - a.d.year", "a.i + b.i * 2", "a.k - r.w", "a.big * 2 - b.k", "a.i - b.f", "r.u + a.k"]
        {
            let asked = |value: &str| {
                format!(
                    "MATCH (a:N)-[r:T]->(b) WHERE r.u <> 'text' RETURN {value} AS v, count(*), avg({value})"
                )
            };
            let by_row = format!("reduce(all = null, one IN [1] | {value})");
            let expected = rows(session, &asked(&by_row), &[]);
            assert_eq!(rows(session, &asked(value), &[]), expected, "stage {stage}: {value}");
        }
    });
}

/// What is told of texts, chosen between, and which properties there are, as values of groups.
#[test]
fn values_of_groups_are_those_row_by_row() {
    const VALUES: &[&str] = &[
        "keys(x)",
        "size(keys(x))",
        "coalesce(x.s, 'none')",
        "coalesce(x.none, x.s)",
        "coalesce(x.s, x.m, x.i)",
        "CASE WHEN x.d IS NULL THEN x.s ELSE 'text 7ba' END",
        "CASE WHEN x.d > date('2000-01-20') THEN x.s WHEN x.s CONTAINS '1' THEN null ELSE toUpper(x.s) END",
        "size(x.s)",
        "size(split(x.s, 'text'))",
        "size(toUpper(x.s))",
    ];
    folded_and_changed(|session, stage| {
        for matched in ["MATCH (x:N)", "MATCH (:N)-[x:T]->()", "MATCH (:N {k: 8})-[:U]->(x)"] {
            for value in VALUES {
                let asked = |value: &str| format!("{matched} RETURN {value} AS v, count(*), min({value})");
                let by_row = format!("reduce(all = null, one IN [1] | {value})");
                let expected = rows(session, &asked(&by_row), &[]);
                assert_eq!(rows(session, &asked(value), &[]), expected, "stage {stage}: {value}");
            }
        }
    });
}

/// Means of whole numbers, of others, and of what begins as whole numbers.
#[test]
fn means_are_those_of_the_values() {
    let mut session = session();
    for (value, key) in [
        ("a.i", "1"),
        ("a.i", "a.k % 7"),
        ("a.big", "a.t"),
        ("a.f", "1"),
        ("CASE WHEN a.k < 2500 THEN a.i ELSE a.f END", "a.k % 3"),
        ("CASE WHEN a.k < 2500 THEN a.k ELSE 0.5 END", "1"),
        ("a.none", "a.t"),
    ] {
        let asked =
            format!("MATCH (a:N) RETURN {key} AS k, avg({value}), min(a.d), max(a.d), min(a.i), max(a.big)");
        let by_value = format!(
            "MATCH (a:N) WITH {key} AS k, collect({value}) AS all, collect(a) AS nodes \
             RETURN k, CASE WHEN size(all) = 0 THEN null ELSE reduce(sum = 0.0, v IN all | sum + v) / size(all) END, \
             reduce(d = null, n IN nodes | CASE WHEN d IS NULL OR n.d < d THEN coalesce(n.d, d) ELSE d END), \
             reduce(d = null, n IN nodes | CASE WHEN d IS NULL OR n.d > d THEN coalesce(n.d, d) ELSE d END), \
             reduce(d = null, n IN nodes | CASE WHEN d IS NULL OR n.i < d THEN coalesce(n.i, d) ELSE d END), \
             reduce(d = null, n IN nodes | CASE WHEN d IS NULL OR n.big > d THEN coalesce(n.big, d) ELSE d END)"
        );
        assert_eq!(rows(&mut session, &asked, &[]), rows(&mut session, &by_value, &[]), "{asked}");
    }
    let error = "MATCH (a:N) RETURN avg(a.s)";
    let options = Options { language: Language::Cypher, ..Options::default() };
    assert!(session.run(error, &options).is_err(), "{error}");
}

#[test]
fn counts_over_long_and_short_lists() {
    let all: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    let mut session = session();
    for stage in 0..4 {
        match stage {
            1 | 3 => session.graph.fold(),
            2 => CHANGES.iter().for_each(|change| drop(rows(&mut session, change, &[]))),
            _ => {}
        }
        for text in [
            "MATCH (a)-[:V]->(b)-[:U]->(c)<-[:U]-(a) RETURN count(*)",
            "MATCH (a)-[:U]->(b)-[:V]->(c)<-[:T]-(a) RETURN count(*)",
            "MATCH (a)-[:T]->(b)-[:T]->(c)<-[:T]-(a) RETURN count(*)",
            "MATCH (a)<-[:U]-(b)-[:V]->(c)-[:U]->(a) RETURN a.k % 3, count(*)",
            "MATCH (a:Third)-[:T]->(b)-[:V]->(c)-[:V]->(d) WHERE d.i > 3 RETURN count(*)",
            "MATCH (a)-[:U]->(b)<-[:U]-(c) WHERE a.k < 20 RETURN count(*)",
            "MATCH (a:N)-[r:T]->(b) WHERE r.w > 2 RETURN a.i, count(*), max(b.k), min(r.d)",
            "MATCH (a:N)-[r:T]->(b:Third) RETURN DISTINCT r.w, b.t",
            "MATCH (a:N) WHERE COUNT { (a)-[r:T]->(b) WHERE r.w > 2 } > 3 RETURN count(*), sum(a.k)",
            "MATCH (a:N) WHERE NOT EXISTS { (a)-[r:T]->(b:Third) WHERE r.d < date('2000-01-20') } RETURN sum(a.k)",
            "MATCH (a:N) RETURN a.d.year, a.t, count(*), sum(a.i), min(a.s), max(a.f), count(DISTINCT a.m)",
            "MATCH (a:N) RETURN a.big / 1000, count(DISTINCT a.s)",
            "MATCH (a:N) RETURN labels(a), a.m, count(*)",
            "MATCH (a:N) RETURN DISTINCT a.i, a.m, a.t",
            "MATCH p = (a:N)-[:V*1..]->(b) RETURN max(length(p))",
            "MATCH p = (a:N)-[:V*1..30]->(b) WHERE b.i > 30 RETURN a.t, max(length(p)), min(length(p))",
            "MATCH (a:N {k: 100})-[:V*1..200]->(b) RETURN count(DISTINCT b), sum(DISTINCT b.k)",
            "MATCH (a:N)-[:V*1..200]->(b) WHERE a.i < 4 RETURN count(DISTINCT b), sum(DISTINCT b.k)",
            "MATCH (a:N)-[:V*1..200]->(b) WHERE b.i < 9 RETURN count(DISTINCT b), max(b.k)",
            "MATCH (a:Third)<-[:T]-(c)-[:V*1..99]->(b:Third) WHERE b.k > 50 AND a.i = 7 RETURN DISTINCT b.k",
            "MATCH p = (a:Third)-[:U]->(b)-[:V*1..2]->(c) RETURN max(length(p)), min(length(p))",
            "MATCH (a:N)-[s:V*1..2]->(b), p = (b)-[:U]->(c) WHERE a.k < 300 RETURN max(size(s) + length(p))",
            "MATCH p = (a:Third)-[:T]->(b) WHERE length(p) = 1 RETURN count(*)",
            "MATCH p = (a)-[:V]->(b)-[:V]->(c) WHERE all(x IN nodes(p) WHERE x.k > 10) RETURN count(*)",
            "MATCH p = (a)-[:V]->(b) WHERE p IS NOT NULL RETURN a.k % 3, count(*), count(p)",
            "MATCH (a:N) WHERE COUNT { MATCH p = (a)-[:V]->() WHERE length(p) = 1 } > 0 RETURN count(*)",
            "MATCH (a:N)-[:V|T*1..2]-(b) WHERE a.k > 2950 RETURN a.k, count(DISTINCT b), sum(DISTINCT b.k)",
            "MATCH (a:N {k: 9})-[:T*1..3]-(b) RETURN count(DISTINCT b), min(b.k)",
            "MATCH (a:Third)-[:V*0..2]->(b) WHERE a.k > 50 RETURN DISTINCT b.k, b.i",
            "MATCH (a:N)-[:V*1..3]->(b) RETURN a.k, count(DISTINCT b), max(b.i)",
        ] {
            if text.contains("*1..]") && stage == 0 {
                continue;
            }
            let off: &[&str] = if text.contains("*1..]") { &["reach"] } else { &all };
            let expected = rows(&mut session, text, off);
            assert_eq!(rows(&mut session, text, &[]), expected, "stage {stage}: {text}");
        }
        for (keys, by_value) in [("a.s, a.k", "a.s + '', a.k"), ("a.s DESC, a.k", "a.s + '' DESC, a.k")] {
            let text = format!("MATCH (a:N) WITH a ORDER BY {keys} RETURN collect(a.k)");
            let values = format!("MATCH (a:N) WITH a ORDER BY {by_value} RETURN collect(a.k)");
            assert_eq!(rows(&mut session, &text, &[]), rows(&mut session, &values, &[]), "{text}");
        }
        for keys in ["a.s, a.k", "a.i DESC, a.k", "a.d, a.m, a.k DESC", "a.f DESC, a.t, a.k", "a.m, a.big"] {
            let matched = "MATCH (a:N) WITH a ";
            let text = format!("{matched} ORDER BY {keys} SKIP 3 LIMIT 40 RETURN collect(a.k)");
            let sorted = format!("{matched} ORDER BY {keys} WITH collect(a.k) AS l RETURN l[3..43]");
            assert_eq!(rows(&mut session, &text, &[]), rows(&mut session, &sorted, &all), "{text}");
        }
    }
}

/// Counting rows alone gives what counting does beside other aggregates, which has to tell the group of each row; also
/// where groups come that are greater, of another type, or beyond any table.
#[test]
fn rows_counted_alone() {
    folded_and_changed(|session, stage| {
        for keys in [
            "x.i",
            "x.k % 3",
            "x.k / 40",
            "labels(x)",
            "labels(x)[0], x.d.year",
            "x.d.year / 10, labels(x)",
            "x.d.month, x.d.day",
            "x.k * x.k % 4099, labels(x)[0]",
            "x.k, x.k % 100",
            "x.s, x.k % 7",
            "x.m, x.t",
            "CASE WHEN x.k < 2500 THEN x.k % 5 ELSE 'text' END",
            "CASE WHEN x.k < 2500 THEN x.k % 5 ELSE x.k * 1000000 END, x.k % 2",
            "x.k % 5 - 2, x.k % 2",
            "1, x.k % 3",
            "x.k % 3, x.k % 5, x.k % 7",
        ] {
            for matched in
                ["MATCH (x:N)", "MATCH (a:N)-[:T]->(x)", "UNWIND range(0, 9000) AS k WITH {k: k} AS x"]
            {
                if matched.starts_with("UNWIND") && keys.contains("labels") {
                    continue;
                }
                let alone = rows(session, &format!("{matched} RETURN {keys}, count(*)"), &[]);
                let beside = format!("{matched} RETURN {keys}, count(*), collect(1)");
                let beside = rows(session, &beside, &[]);
                let cut = |row: &String| row.rsplit_once(" | ").map(|(row, _)| row.to_owned());
                let mut beside: Vec<String> = beside.iter().filter_map(cut).collect();
                beside.sort();
                assert_eq!(alone, beside, "stage {stage}: {matched} {keys}");
            }
        }
    });
}

/// Values that are told apart by their numbers are as many as the values themselves.
#[test]
fn different_values_are_counted() {
    let mut session = session();
    for stage in 0..3 {
        match stage {
            0 => session.graph.fold(),
            1 => CHANGES.iter().for_each(|change| drop(rows(&mut session, change, &[]))),
            _ => session.graph.fold(),
        }
        for (matched, value) in [
            ("(a:N)", "a.s"),
            ("(a:Third)", "a.s"),
            ("(a)-[r:T]->()", "r.s"),
            ("(a)-[r:T]->()", "a.s"),
            ("(a)-[:T]->(b)", "CASE WHEN a.k < 1500 THEN a.s ELSE b.s END"),
            ("(a:N)", "CASE WHEN a.k < 1500 THEN a.s ELSE a END"),
            ("(a:N)", "CASE WHEN a.k < 1500 THEN a ELSE a.s END"),
            ("(a)-[:T]->(b)", "b"),
            ("(a)-[r:U]->(b)", "CASE WHEN a.k < 9 THEN r ELSE b END"),
        ] {
            // A list of one is looked at as a whole.
            let plain = format!("MATCH {matched} WITH [{value}] AS v WHERE v[0] IS NOT NULL");
            let expected = rows(&mut session, &format!("{plain} RETURN count(DISTINCT v)"), &[]);
            let counted = format!("MATCH {matched} RETURN count(DISTINCT {value})");
            assert_eq!(rows(&mut session, &counted, &[]), expected, "stage {stage}: {counted}");
            let listed = format!("MATCH {matched} WITH DISTINCT {value} AS v RETURN count(v)");
            assert_eq!(rows(&mut session, &listed, &[]), expected, "stage {stage}: {listed}");
            let grouped = format!("MATCH {matched} RETURN a.k % 5 AS k, count(DISTINCT {value})");
            let by_list = format!(
                "{plain_with_key} RETURN k, count(DISTINCT v)",
                plain_with_key =
                    format_args!("MATCH {matched} WITH a.k % 5 AS k, [{value}] AS v WHERE v[0] IS NOT NULL")
            );
            assert_eq!(
                rows(&mut session, &grouped, &[]),
                rows(&mut session, &by_list, &[]),
                "stage {stage}: {grouped}"
            );
        }
        let nulls = "MATCH (a:N) WITH DISTINCT a.s AS s WHERE s IS NULL RETURN count(*)";
        assert_eq!(rows(&mut session, nulls, &[]), ["1"], "stage {stage}");
    }
}

/// A statement that writes counts what there is when it counts.
#[test]
fn what_is_written_counts_at_once() {
    let all: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    for text in [
        "MATCH (a:N {k: 1})-[:V]->(b) CREATE (a)-[:V]->(b) WITH count(*) AS n \
         MATCH (a)-[:U]->(b)-[:T]->(c)<-[:V]-(a) RETURN count(*)",
        "MATCH (a:N)-[:V]->(b) WHERE a.k < 50 CREATE (a)-[:V]->(b), (b)-[:V]->(a), (a)-[:V]->(a) WITH count(*) AS n \
         MATCH (a)-[:T]->(b)-[:V]->(c)<-[:U]-(a) RETURN count(*)",
        "MATCH (a:N)-[:V]->(b) WHERE a.k < 50 CREATE (a)-[:T]->(b), (a)-[:T]->(b) WITH count(*) AS n \
         MATCH (a)-[:V]->(b)<-[:T]-(a) RETURN count(*)",
        "MATCH (a:N)-[:V]->(b) WHERE a.k < 50 CREATE (b)-[:X]->(a), (b)-[:X]->(a) WITH count(*) AS n \
         MATCH (a)-[:T]->(b)-[:X]->(c)<-[:V]-(a) RETURN count(*)",
        "MATCH (a:N)-[:V]->(b) WHERE a.k < 50 CREATE (b)-[:V]->(a) WITH count(*) AS n \
         MATCH p = (a:N {k: 20})-[:V*1..4]->(b) RETURN max(length(p)), count(DISTINCT b)",
        "MATCH (a:N) WHERE a.k < 2000 SET a.i = 1000 + a.k, a.s = 'new' WITH a WHERE a.i > 1500 AND a.s CONTAINS 'e' \
         RETURN count(*), sum(a.i)",
        "MATCH (a:N) WHERE a.k < 5 SET a.seen = COUNT { (a)-[:T]->(b)-[:T]->(c) WHERE c.seen IS NULL } RETURN a.k, a.seen",
        "MATCH (a:N) WHERE a.k < 5 CREATE (a)-[:T]->(:M)-[:V]->(:M) WITH a \
         RETURN a.k, COUNT { (a)-[:T]->()-[:V]->() }",
        "UNWIND range(1, 5) AS j MATCH (a:N {k: 3}) MERGE (a)-[:T]->(b:M {j: j}) \
         ON CREATE SET b.n = COUNT { (a)-[:T]->(x)<-[:T]-(y) } RETURN b.n",
        "UNWIND range(1, 3000) AS j MATCH (a:N {k: j % 40}) CREATE (a)-[:T]->(b:M)-[:V]->(:M) \
         RETURN a.k, sum(COUNT { (a)-[:T]->()-[:V]->() })",
        "MATCH (a:N)-[r:T]->(b) WHERE a.k < 1000 DELETE r WITH count(*) AS n \
         MATCH (a)-[:T]->(b)-[:V]->(c) RETURN count(*)",
    ] {
        for fold in [false, true] {
            let mut before = session();
            if fold {
                before.graph.fold();
            }
            let graph = before.graph.clone();
            let mut one = Session::empty();
            one.graph = graph.clone();
            let mut other = Session::empty();
            other.graph = graph;
            assert_eq!(rows(&mut one, text, &[]), rows(&mut other, text, &all), "{text}");
        }
    }
}

/// What a statement counts for one row, and then changes, counts anew for the next.
#[test]
fn rows_that_write_see_what_the_rows_before_wrote() {
    let all: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    for (text, expected) in [
        (
            "MATCH (a:A) SET a.seen = COUNT { (a)-[:U]->(h)-[:W]->(c) WHERE c.seen IS NULL } RETURN a.seen",
            ["1", "2", "3", "4"],
        ),
        (
            "MATCH (a:A) MERGE (x:X {k: a.k}) ON CREATE SET \
             x.n = COUNT { (a)-[:U]->(h)-[:W]->(c) WHERE c.seen IS NULL }, a.seen = 1 RETURN x.n",
            ["1", "2", "3", "4"],
        ),
        (
            "MATCH (a:A) MERGE (a)-[:V]->(x:X {k: COUNT { (a)-[:U]->(h)-[:W]->(c)-[:V]->(d) }}) RETURN x.k",
            ["0", "1", "2", "3"],
        ),
    ] {
        for (off, fold) in [(&[][..], false), (&[][..], true), (&all[..], false)] {
            let mut session = Session::empty();
            for statement in [
                "UNWIND range(0, 3) AS k CREATE (:A {k: k})",
                "CREATE (:H)",
                "MATCH (a:A), (h:H) CREATE (a)-[:U]->(h), (h)-[:W]->(a)",
            ] {
                rows(&mut session, statement, &[]);
            }
            if fold {
                session.graph.fold();
            }
            assert_eq!(rows(&mut session, text, off), expected, "{text}");
        }
    }
    // Parallel relationships that come to be within the statement.
    for kind in ["R", "S", "T"] {
        let text = format!(
            "MATCH (x)-[:{kind}]->(y) CREATE (x)-[:{kind}]->(y), (x)-[:{kind}]->(y) WITH count(*) AS n \
             MATCH (a)-[:R]->(b)-[:S]->(c)<-[:T]-(a) RETURN count(*)"
        );
        let mut session = Session::empty();
        rows(&mut session, "CREATE (a)-[:R]->(b)-[:S]->(c), (a)-[:T]->(c)", &[]);
        assert_eq!(rows(&mut session, &text, &[]), ["3"], "{text}");
    }
}
