//! Conditions on nodes and on what a row knows: each row is answered as if its value stood in the statement.

use super::joins::graph;
use super::run;
use whichlaw::session::Session;

/// Values of all kinds, among them some that are equal without being written alike.
const VALUES: &[&str] = &[
    "3",
    "12",
    "2007",
    "3.0",
    "'Title 7'",
    "'itle'",
    "'TITLE 5'",
    "'7'",
    "'.*7'",
    "''",
    "null",
    "true",
    "[2]",
    "[null]",
    "[3, 'Title 7', 12]",
    "date('2007-01-01')",
    "date('2020-01-05')",
    "{x: 3}",
    "0.0 / 0.0",
    "'Law'",
    "duration('P1D')",
];

/// What is asked of a node `a` and the value `$y`.
const CONDITIONS: &[&str] = &[
    "a.i = $y",
    "$y = a.x",
    "a.x <> $y",
    "a.k < $y",
    "$y >= a.x",
    "a.d <= $y",
    "a.d.year = $y",
    "a.d.year + 1 > $y",
    "a.t CONTAINS $y",
    "a.t STARTS WITH $y OR a.x = $y",
    "NOT a.t ENDS WITH $y",
    "a.t =~ $y",
    "toUpper(toString(a.t)) = $y",
    "$y = toUpper(toString(a.t))",
    "size(toString(a.t)) > $y",
    "a.x IN [$y, 3]",
    "$y IN [a.i, a.t]",
    "$y IN labels(a)",
    "3 <= a.i < $y",
    "(a.x = $y) IS NULL",
    "a.x IS NULL OR a.x > $y",
    "CASE a.i WHEN $y THEN true ELSE a.k % 2 = 0 END",
    "any(w IN [$y, 'Title 9'] WHERE a.t = w)",
    "none(w IN [12, $y] WHERE a.x < w)",
    "all(w IN [$y, 'itle'] WHERE a.t CONTAINS w)",
    "a.i + 3 = $y XOR a.i < $y",
];

/// The rows that one statement finds for each value, and those that a statement of its own finds for it.
fn compare(session: &mut Session, pattern: &str, threads: usize) {
    for condition in CONDITIONS {
        let asked = |y: &str| condition.replace("$y", y);
        let values = VALUES.join(", ");
        let of_all = format!(
            "WITH [{values}] AS all UNWIND range(0, size(all) - 1) AS n WITH n, all[n] AS y \
             MATCH {pattern} WHERE {} RETURN n, count(*), sum(a.k), min(a.k)",
            asked("y")
        );
        let found = run(session, &of_all, threads, &[]).rows;
        let of_some = format!(
            "WITH [{values}] AS all UNWIND range(0, size(all) - 1) AS n WITH n, all[n] AS y \
             WHERE EXISTS {{ MATCH {pattern} WHERE {} }} RETURN n",
            asked("y")
        );
        let there: Vec<_> = found.iter().map(|row| vec![row[0].clone()]).collect();
        assert_eq!(run(session, &of_some, threads, &[]).rows, there, "{of_some}");
        for (n, value) in VALUES.iter().enumerate() {
            let text = format!(
                "MATCH {pattern} WHERE {} WITH count(*) AS c, sum(a.k) AS s, min(a.k) AS m WHERE c > 0 RETURN {n}, c, s, m",
                asked(value)
            );
            let alone = run(session, &text, threads, &[]).rows;
            let own: Vec<_> = found.iter().filter(|row| row[0] == (n as i64).into()).cloned().collect();
            assert_eq!(own, alone, "{text}\n{of_all}");
        }
    }
}

#[test]
fn rows_are_answered_as_if_their_values_were_written_down() {
    let mut session = graph(1_200);
    compare(&mut session, "(a)", 1);
    // What was written since has no place in the columns.
    run(&mut session, "MATCH (a:Law) WHERE a.k % 9 = 0 SET a.x = a.i, a.t = 'Title ' + a.i", 1, &[]);
    compare(&mut session, "(a:Law)", 1);
}

#[test]
fn workers_share_the_nodes_of_a_few_rows() {
    let mut session = graph(9_000);
    for condition in CONDITIONS {
        for value in ["[3, 'T.*', null]", "[date('2007-01-01'), '7', 3.0, 12]"] {
            let text = format!(
                "UNWIND {value} AS y MATCH (a) WHERE {} RETURN y, a.i, count(*), sum(a.k), collect(a.k)[0..3]",
                condition.replace("$y", "y")
            );
            let alone = run(&mut session, &text, 1, &[]).rows;
            assert_eq!(run(&mut session, &text, 2, &[]).rows, alone, "{text}");
        }
    }
}
