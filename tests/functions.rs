//! The examples of the built-in functions: each expression has the value that its documentation shows.

use whichlaw::functions;
use whichlaw::session::{Language, Options};
use whichlaw::{Session, Value};

fn value_of(expression: &str) -> Result<Value, String> {
    let options = Options { language: Language::Cypher, ..Options::default() };
    let answer = Session::empty().run(&format!("RETURN {expression} AS value"), &options);
    let answer = answer.map_err(|report| report.message.clone())?;
    answer.rows.into_iter().flatten().next().ok_or_else(|| "no row".to_owned())
}

#[test]
fn every_example_has_the_value_that_it_shows() {
    let examples = functions::all().flat_map(|function| function.examples);
    let wrong: Vec<String> = examples
        .filter_map(|(expression, shown)| match value_of(expression) {
            Ok(value) if value.to_string() == *shown => None,
            Ok(value) => Some(format!("{expression} is {value}, not {shown}")),
            Err(message) => Some(format!("{expression}: {message}")),
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
