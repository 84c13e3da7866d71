//! Three ways to the same answer: a plan with every rule, plans with rules switched off, and an evaluation that knows
//! nothing of plans: it tries every node and every relationship for every place of a pattern.

mod answers;
mod generate;
mod naive;
mod shapes;
mod things;
mod ways;

use generate::{Choices, Query, World};
use proptest::prelude::*;
use things::Things;
use whichlaw::optimize::RULES;
use whichlaw::session::{Language, Options, Session};
use whichlaw::value::Date;
use whichlaw::{Budget, Value};

/// The rows as texts, sorted unless the statement sorts them, so that only the bag of rows counts.
fn told(session: &mut Session, text: &str, options: &Options) -> Vec<String> {
    let answer = session.run(text, options).unwrap_or_else(|report| panic!("{text}\n{report:?}"));
    let row = |row: &Vec<Value>| row.iter().map(|value| format!("{value}")).collect::<Vec<_>>().join(" | ");
    let mut rows: Vec<String> = answer.rows.iter().map(row).collect();
    if !text.contains("ORDER BY") {
        rows.sort();
    }
    rows
}

/// The rows of a statement in which nothing is asked of a day.
fn rows(session: &mut Session, text: &str, rules_off: &[&str], trace: bool) -> Vec<String> {
    let options = Options {
        language: Language::Cypher,
        rules_off: rules_off.iter().map(|rule| (*rule).to_owned()).collect(),
        trace,
        budget: Budget { time: Some(std::time::Duration::from_secs(20)), ..Budget::default() },
        ..Options::default()
    };
    told(session, text, &options)
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

/// The rows as they are, on the fifteenth of June 2010 if a day is asked for.
fn asked(session: &mut Session, text: &str, rules_off: &[&str], trace: bool, day: bool) -> Vec<String> {
    let options = Options {
        language: Language::Cypher,
        rules_off: rules_off.iter().map(|rule| (*rule).to_owned()).collect(),
        as_of: day.then(|| Date::from_ymd(2010, 6, 15)).flatten(),
        trace,
        ..Options::default()
    };
    told(session, text, &options)
}

/// Asks for rows as the graph is written, folded, changed afterwards, and folded again.
fn compare_things(
    choices: &mut Choices<'_>,
    simple: bool,
    text: &str,
    expected: &dyn Fn(&Things, bool) -> Vec<String>,
) -> Result<(), TestCaseError> {
    let mut things = if simple { Things::simple(choices) } else { Things::tangled(choices) };
    let day = choices.below(3) == 2;
    let mut session = Session::empty();
    let vocabulary = session.vocabulary.clone();
    session.graph.follow(&vocabulary);
    let mut written = vec![things.statement()];
    asked(&mut session, &written[0], &[], false, false);
    let all: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    for stage in 0..4 {
        match stage {
            1 | 3 => session.graph.fold(),
            2 => {
                for _ in 0..choices.below(4) + 1 {
                    let change = things.change(choices, simple);
                    asked(&mut session, &change, &[], false, false);
                    written.push(change);
                }
            }
            _ => {}
        }
        let expected = expected(&things, day);
        let plan = session.run(&format!("EXPLAIN {text}"), &Options::default()).ok();
        let plan = plan.and_then(|answer| answer.plan).unwrap_or_default();
        let told = format!("stage {stage}, day {day}\n{}\n{text}\n{plan}", written.join(";\n"));
        prop_assert_eq!(&asked(&mut session, text, &[], false, day), &expected, "every rule:\n{}", told);
        if stage == 0 || stage == 3 {
            prop_assert_eq!(&asked(&mut session, text, &[], true, day), &expected, "tracing:\n{}", told);
            continue;
        }
        prop_assert_eq!(&asked(&mut session, text, &all, false, day), &expected, "no rule:\n{}", told);
        for rule in &all {
            let rows = asked(&mut session, text, &[rule], false, day);
            prop_assert_eq!(&rows, &expected, "without {}:\n{}", rule, told);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_tests_the_same_on_simple_graphs(bytes in proptest::collection::vec(any::<u8>(), 150..400)) {
        let (query, things) = bytes.split_at(60);
        let query = shapes::Query::generate(&mut Choices::new(query));
        compare_things(&mut Choices::new(things), true, &query.text(), &|things, day| query.rows(things, day))?;
    }

    #[test]
    fn every_plan_tests_the_same_on_tangled_graphs(bytes in proptest::collection::vec(any::<u8>(), 150..400)) {
        let (query, things) = bytes.split_at(60);
        let query = shapes::Query::generate(&mut Choices::new(query));
        compare_things(&mut Choices::new(things), false, &query.text(), &|things, day| query.rows(things, day))?;
    }

    #[test]
    fn every_plan_measures_the_same(bytes in proptest::collection::vec(any::<u8>(), 120..300), simple in any::<bool>()) {
        let (query, things) = bytes.split_at(20);
        let query = ways::Query::generate(&mut Choices::new(query));
        compare_things(&mut Choices::new(things), simple, &query.text(), &|things, day| query.rows(things, day))?;
    }
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
