//! Different values of groups come once, in the order in which they were found, whoever finds them and whatever is asked
//! beside.

use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Value};

const NODES: u32 = 24_000;

/// Days, texts, numbers and values of several kinds, some of them missing.
fn session(edited: bool) -> Session {
    let mut session = Session::empty();
    let text = format!(
        "UNWIND range(0, {NODES} - 1) AS k CREATE (n:N {{k: k, few: 'f' + (k * 7 % 5), \
         day: date('1950-01-01') + duration({{days: k * 31 % 9973}}), i: CASE WHEN k % 3 = 0 THEN null ELSE k % 11 END, \
         m: CASE k % 5 WHEN 0 THEN k % 7 WHEN 1 THEN 't' + (k % 3) WHEN 2 THEN null ELSE k % 2 = 0 END}})"
    );
    rows(&mut session, &text, 1);
    rows(&mut session, "MATCH (n:N) WHERE n.k % 4 = 1 SET n:M", 1);
    session.graph.fold();
    if edited {
        let text = "MATCH (n:N) WHERE n.k % 1009 = 7 SET n.few = 'new' + (n.k % 2), n.i = n.k % 13, \
                    n.day = date('2030-06-01') + duration({days: n.k % 3}), n.m = [n.k % 3]";
        rows(&mut session, text, 1);
    }
    session
}

fn rows(session: &mut Session, text: &str, threads: usize) -> Vec<Vec<Value>> {
    let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
    let options = Options { language: Language::Cypher, budget, ..Options::default() };
    session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}")).rows
}

/// The different values of each group, in the order in which groups and values come.
fn expected(session: &mut Session, key: &str, value: &str) -> Vec<(Value, i64, Vec<Value>)> {
    let mut groups: Vec<(Value, i64, Vec<Value>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for row in rows(session, &format!("MATCH (n:N) RETURN {key} AS key, {value} AS value"), 1) {
        let Ok([key, value]) = <[Value; 2]>::try_from(row) else { panic!("two values") };
        let place = *places.entry(format!("{key:?}")).or_insert_with(|| {
            groups.push((key, 0, Vec::new()));
            groups.len() - 1
        });
        let (_, count, values) = &mut groups[place];
        *count += 1;
        if !value.is_null() && !values.contains(&value) {
            values.push(value);
        }
    }
    groups
}

#[test]
fn different_values_come_once_in_their_order() {
    for edited in [false, true] {
        let mut session = session(edited);
        for (key, value) in [
            ("n.k % 3", "n.day.year"),
            ("n.k % 3", "substring(toString(n.day), 2, 3)"),
            ("n.k / 4001", "labels(n)[size(labels(n)) - 1]"),
            ("n.few", "n.k * 3 % 50 + 5000000000"),
            ("n.few", "n.k % 12000"),
            ("n.few", "n.m"),
            ("n.few", "[n.i, n.few]"),
            ("n.i", "n.few"),
            ("n.i", "n.i"),
            ("n.i", "n.day"),
            ("n.k % 4000", "n.day.month"),
            ("n.k % 4000", "n.few"),
            ("n.k % 4000", "CASE WHEN n.k < 20000 THEN n.day.year ELSE n.few END"),
            ("1", "n.k % 77"),
            ("1", "[n.m, n.few]"),
        ] {
            let expected = expected(&mut session, key, value);
            for threads in [1, 2, 4] {
                let text = format!(
                    "MATCH (n:N) RETURN {key} AS key, count(*), count(DISTINCT {value}), collect(DISTINCT {value})"
                );
                let found = rows(&mut session, &text, threads);
                assert_eq!(found.len(), expected.len(), "{text} by {threads}");
                for (row, (key, count, values)) in found.into_iter().zip(&expected) {
                    let list = Value::List(values.clone().into());
                    let wanted =
                        [key.clone(), Value::Integer(*count), Value::Integer(values.len() as i64), list];
                    assert_eq!(row, wanted, "{text} by {threads}");
                }
            }
        }
    }
}

#[test]
fn different_values_are_added_up_once() {
    let mut session = session(false);
    for (key, value) in
        [("n.few", "n.day.year"), ("n.k % 4000", "n.k / 40"), ("n.i", "n.i"), ("1", "n.k * 3 % 12011")]
    {
        let expected = expected(&mut session, key, value);
        for threads in [1, 2, 4] {
            let text = format!(
                "MATCH (n:N) RETURN {key} AS key, sum(DISTINCT {value}), avg(DISTINCT {value}), max(DISTINCT {value}), \
                 stDevP(DISTINCT {value}), percentileDisc(DISTINCT {value}, 0.5), count(*)"
            );
            for (row, (key, count, values)) in rows(&mut session, &text, threads).into_iter().zip(&expected) {
                let mut numbers: Vec<i64> = Vec::new();
                for value in values {
                    let Value::Integer(number) = value else { panic!("{value:?} is no number") };
                    numbers.push(*number);
                }
                numbers.sort_unstable();
                let sum: i64 = numbers.iter().sum();
                let (mean, middle) = match numbers.len() {
                    0 => (Value::Null, Value::Null),
                    all => (
                        Value::Float(sum as f64 / all as f64),
                        Value::Integer(numbers[(all as f64 * 0.5).ceil() as usize - 1]),
                    ),
                };
                let greatest = numbers.last().map_or(Value::Null, |number| Value::Integer(*number));
                let wanted = [key.clone(), Value::Integer(sum), mean, greatest];
                assert_eq!(row[..4], wanted, "{text} by {threads}");
                let variance = numbers
                    .iter()
                    .map(|number| (*number as f64 - sum as f64 / numbers.len() as f64).powi(2))
                    .sum::<f64>()
                    / numbers.len().max(1) as f64;
                let Value::Float(deviation) = row[4] else { panic!("{:?}", row[4]) };
                assert!(
                    (deviation - variance.sqrt()).abs() < 1e-6 * (1.0 + deviation),
                    "{text} by {threads}"
                );
                assert_eq!(row[5..], [middle, Value::Integer(*count)], "{text} by {threads}");
            }
        }
    }
}

#[test]
fn deviations_do_not_depend_on_who_finds_them() {
    let mut session = session(true);
    let text = "MATCH (n:N) RETURN n.few, stDev(n.k), stDevP(n.i), stDev(n.day.year * 1000000 + n.k), avg(n.i), \
                stDevP(CASE WHEN n.k < 20000 THEN n.k % 50 ELSE 5000000000000 END)";
    let alone = rows(&mut session, text, 1);
    for threads in [2, 4] {
        let found = rows(&mut session, text, threads);
        for (row, wanted) in found.iter().zip(&alone) {
            assert_eq!(row[..5], wanted[..5], "{text} by {threads}");
            // Numbers so great are added up one by one.
            let (Value::Float(a), Value::Float(b)) = (&row[5], &wanted[5]) else { panic!("{row:?}") };
            assert!((a - b).abs() < b * 1e-9, "{text} by {threads}");
        }
        assert_eq!(found.len(), alone.len());
    }
}

#[test]
fn very_many_different_values_of_several_workers_are_counted_once() {
    let mut session = session(false);
    let text =
        "UNWIND range(1, 400000) AS k RETURN k % 2 AS odd, count(DISTINCT toString(k % 180000)), count(*)";
    let each = |odd: i64| [odd, 90_000, 200_000].map(Value::Integer).to_vec();
    for threads in [1, 2, 3] {
        assert_eq!(rows(&mut session, text, threads), [each(1), each(0)], "by {threads}");
    }
}

#[test]
fn what_cannot_be_added_up_is_told_also_by_several() {
    let mut session = session(false);
    for threads in [1, 2] {
        let budget = Budget { threads, rows: u64::MAX, ..Budget::default() };
        let options = Options { language: Language::Cypher, budget, ..Options::default() };
        let text =
            "MATCH (n:N) RETURN n.i, sum(DISTINCT CASE WHEN n.k = 23998 THEN 'a text' ELSE n.k % 9 END)";
        let report = session.run(text, &options).expect_err("a text is no number");
        assert!(report.message.contains("sum"), "{report:?}");
    }
}
