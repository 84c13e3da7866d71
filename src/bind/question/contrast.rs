//! By how many one number is greater than another: two statements that count become one.

use super::ask::{Form, Meant};
use super::emit::*;
use crate::algebra::*;

/// The two numbers and their difference; nothing where one of the two counts nothing.
pub fn difference(first: Meant, second: Meant, more: bool) -> Option<Meant> {
    let (left, right) = (number(&first)?, number(&second)?);
    if first.statement.as_of != second.statement.as_of {
        return None;
    }
    let numbers = vec![item(left, "first"), item(right, "second")];
    let (greater, less) = if more { ("first", "second") } else { ("second", "first") };
    let apart = binary(BinaryOperator::Subtract, variable(greater), variable(less));
    let heading = if more { "more" } else { "fewer" };
    let items =
        vec![item(variable("first"), "first"), item(variable("second"), "second"), item(apart, heading)];
    let clauses =
        vec![with_clause(projection(false, numbers), None), return_clause(projection(false, items))];
    let mut statement = statement(clauses);
    statement.as_of = first.statement.as_of.clone();
    let reading = format!("how many {heading}: {}, compared with {}", first.reading, second.reading);
    let notes = first.notes.into_iter().chain(second.notes);
    let mut meant = Meant::new(statement, Form::Rows, reading);
    for note in notes {
        if !meant.notes.contains(&note) {
            meant.notes.push(note);
        }
    }
    Some(meant)
}

/// What a question counts, as a number.
fn number(meant: &Meant) -> Option<Expr> {
    let (Form::Number, Some(Statement { body: Body::Query(query), .. })) = (&meant.form, &meant.counted)
    else {
        return None;
    };
    Some(expr(Node::Count(Box::new(Subquery { query: query.clone() }))))
}
