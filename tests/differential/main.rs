//! Three ways to the same answer: a plan with every rule, plans with rules switched off, and an evaluation that knows
//! nothing of plans: it tries every node and every relationship for every place of a pattern.

mod generate;
mod naive;

use generate::{Choices, Query, World};
use proptest::prelude::*;
use whichlaw::optimize::RULES;
use whichlaw::session::{Language, Options, Session};
use whichlaw::{Budget, Value};

/// The rows of a statement as sorted texts, so that only the bag of rows counts.
fn rows(session: &mut Session, text: &str, rules_off: &[&str], trace: bool) -> Vec<String> {
    let options = Options {
        language: Language::Cypher,
        rules_off: rules_off.iter().map(|rule| (*rule).to_owned()).collect(),
        trace,
        budget: Budget { time: Some(std::time::Duration::from_secs(20)), ..Budget::default() },
        ..Options::default()
    };
    let answer = session.run(text, &options).unwrap_or_else(|report| panic!("{text}\n{report:?}"));
    let row = |row: &Vec<Value>| row.iter().map(|value| format!("{value}")).collect::<Vec<_>>().join(" | ");
    let mut rows: Vec<String> = answer.rows.iter().map(row).collect();
    if !text.contains("ORDER BY") {
        rows.sort();
    }
    rows
}

fn compare(world: &World, query: &Query) -> Result<(), TestCaseError> {
    let text = query.text();
    let mut session = Session::empty();
    for statement in world.statements() {
        rows(&mut session, &statement, &[], false);
    }
    let expected = naive::rows(world, query);
    let all: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    let plan = |session: &mut Session| {
        let explained = session.run(&format!("EXPLAIN {text}"), &Options::default());
        explained.ok().and_then(|answer| answer.plan).unwrap_or_default()
    };
    let told = format!("{}\n{text}\n{}", world.statements().join(";\n"), plan(&mut session));
    prop_assert_eq!(&rows(&mut session, &text, &[], false), &expected, "every rule:\n{}", told);
    prop_assert_eq!(&rows(&mut session, &text, &all, false), &expected, "no rule:\n{}", told);
    prop_assert_eq!(&rows(&mut session, &text, &[], true), &expected, "tracing:\n{}", told);
    for rule in all {
        prop_assert_eq!(&rows(&mut session, &text, &[rule], false), &expected, "without {}:\n{}", rule, told);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_gives_the_same_rows(bytes in proptest::collection::vec(any::<u8>(), 40..160)) {
        let mut choices = Choices::new(&bytes);
        let world = World::generate(&mut choices);
        compare(&world, &Query::generate(&mut choices))?;
    }

    #[test]
    fn every_plan_counts_the_same(bytes in proptest::collection::vec(any::<u8>(), 40..120)) {
        let mut choices = Choices::new(&bytes);
        let world = World::dense(&mut choices);
        compare(&world, &Query::count(&mut choices))?;
    }
}
