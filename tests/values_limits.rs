//! Values that are deep or large only by sharing end in a report, never in an exhausted stack or an endless walk.

use std::time::Duration;
use whichlaw::session::{Language, Options};
use whichlaw::{Answer, Budget, Report, Session};

fn run(query: &str) -> Result<Answer, Box<Report>> {
    let budget = Budget { time: Some(Duration::from_secs(20)), ..Budget::default() };
    Session::empty().run(query, &Options { language: Language::Cypher, budget, ..Options::default() })
}

fn code(query: &str) -> &'static str {
    run(query).map_or_else(|report| report.code, |_| "ran")
}

#[test]
fn the_deepest_values_can_be_used() {
    let deepest = "WITH reduce(x = 0, i IN range(1, 399) | [x]) AS x";
    for rest in [
        "RETURN x = x AS same",
        "RETURN x < x AS less",
        "WITH x ORDER BY x RETURN DISTINCT x",
        "RETURN count(DISTINCT x) AS n, max(x) AS greatest",
    ] {
        let answer = run(&format!("{deepest} {rest}")).unwrap();
        let text: String = answer.rows.iter().flatten().map(ToString::to_string).collect();
        assert!(!text.is_empty());
    }
}

#[test]
fn deeper_values_are_refused() {
    assert_eq!(code("RETURN size(reduce(x = [], i IN range(1, 1000000) | [x])) AS s"), "limit.value");
    assert_eq!(code("RETURN size(reduce(x = [], i IN range(1, 1000000) | {a: x})) AS s"), "limit.value");
}

#[test]
fn shared_values_are_counted_as_often_as_they_occur() {
    assert_eq!(code("RETURN reduce(x = [1], i IN range(1, 100) | [x, x]) AS x"), "limit.value");
    let doubled = "WITH [x, x] AS x ".repeat(60);
    assert_eq!(code(&format!("WITH 1 AS x {doubled} RETURN x = x AS same")), "limit.value");
}
