//! The first or last of several by their days, the longest by their periods, and what has the greatest number.

use super::ask::Meant;
use super::binder::Binder;
use super::emit::*;
use super::listing::{FIRST_DAY, LAST_DAY};
use super::meaning::*;
use super::mistaken;
use super::owed::{Mark, is_latest};
use super::phrase::Phrase;
use super::select::value_of;
use super::trouble::{self, and_list};
use crate::algebra::*;
use crate::base::Result;
use crate::graph::{Entity, NodeId};
use crate::language::question::Token;
use crate::vocabulary::{Property, ValueType};

/// By what things are ranked, and what is shown of the first besides.
struct Ranking {
    key: Expr,
    heading: String,
    descending: bool,
    beside: Vec<(String, &'static str)>,
}

impl Binder<'_> {
    /// `the latest decree`, `the first programme`, `the two oldest laws`, by the day of an act where one is told; with what
    /// is shown of it besides. Returns what the reading adds.
    pub fn extreme(
        &mut self,
        clauses: &mut Vec<Clause<Named>>,
        var: Var,
        token: &Token,
        act: Option<Expr>,
        answer: &Phrase<'_>,
    ) -> Result<String> {
        let name = self.variables[var.0].name.clone();
        let by_act = if act.is_some() && is_longest(token).is_none() { " by the day of the act" } else { "" };
        let Ranking { key, heading, descending, beside } = self.ranking(var, token, act, answer)?;
        self.ranked_by =
            Some(if heading == "days" { "first and last day".to_owned() } else { heading.replace('_', " ") });
        let known = expr(Node::IsNull { operand: Box::new(variable(&heading)), negated: true });
        clauses.push(with_clause(
            projection(true, vec![item(variable(&name), &name), item(key, &heading)]),
            Some(known),
        ));
        let several = match answer.compared {
            Some((Comparison::Equal, number)) if number > 0 => Some(number),
            _ => None,
        };
        match several {
            Some(number) => {
                self.settle(Mark::Number, answer.span);
                first_of(clauses, &name, &heading, descending, number);
            }
            None => best_of(clauses, &name, &heading, descending),
        }
        self.ranked_first = several.or_else(|| self.is_said_of_one(var).then_some(1));
        let number = several.map(|number| format!("{number} ")).unwrap_or_default();
        if let Some(Clause::Return { projection, .. }) = clauses.last_mut() {
            let of_first = || property(variable("entry"), "item");
            projection.items.extend(beside.iter().map(|(key, name)| item(value_of(of_first(), key), name)));
        }
        let shown: Vec<String> = match beside.is_empty() && heading == "date" {
            true => self.shown_beside(clauses, &name, !by_act.is_empty(), answer),
            false => Vec::new(),
        };
        let beside =
            if shown.is_empty() { String::new() } else { format!(", with the {}", and_list(&shown)) };
        let of_what = match heading.as_str() {
            "date" => String::new(),
            "days" => " from the first to the last day".to_owned(),
            _ => format!(" by the {}", heading.replace('_', " ")),
        };
        Ok(format!(", the {number}{}{of_what}{by_act}{beside}", token.text))
    }

    /// By what things are ranked: the day of an act, a day that is asked for (`the latest end date`), how long they
    /// last, or their first day.
    fn ranking(
        &mut self,
        var: Var,
        token: &Token,
        act: Option<Expr>,
        answer: &Phrase<'_>,
    ) -> Result<Ranking> {
        let name = self.variables[var.0].name.clone();
        let subject = || variable(&name);
        if let Some(longest) = is_longest(token) {
            self.has_a_length(var, token, answer)?;
            let after = binary(
                BinaryOperator::Add,
                call("validTo", vec![subject()]),
                call("duration", vec![text("P1D")]),
            );
            let first = call("validFrom", vec![subject()]);
            let key = property(call("duration.inDays", vec![first, after]), "days");
            let beside = vec![(FIRST_DAY.to_owned(), "from"), (LAST_DAY.to_owned(), "to")];
            return Ok(Ranking { key, heading: "days".to_owned(), descending: longest, beside });
        }
        let descending = is_latest(token).ok_or_else(|| trouble::out_of_place(token))?;
        let by =
            |key, heading: &str| Ranking { key, heading: heading.to_owned(), descending, beside: Vec::new() };
        let kinds = self.kinds(var).to_vec();
        if let Some(day) = act {
            return Ok(by(day, "date"));
        }
        // `the latest end date of the plans` goes by that day and not by the first.
        if let Some(day) = answer.value.as_ref().filter(|key| answer.value_ranked && self.is_day(key)) {
            return Ok(by(value_of(subject(), day), day));
        }
        let timed = |p: &Property| matches!(p.value_type, ValueType::Date | ValueType::Period);
        let one_kind = self.variables[var.0].entities.len() < 2;
        Ok(match self.beginning(&kinds, timed).filter(|_| one_kind) {
            Some(begins) if begins.value_type == ValueType::Date => {
                by(property(subject(), &begins.name), "date")
            }
            _ => by(call("validFrom", vec![subject()]), "date"),
        })
    }

    /// Whether a key is a property that is a day, or the first or last day of a period.
    fn is_day(&self, key: &str) -> bool {
        let dated = |p: &Property| p.value_type == ValueType::Date;
        matches!(key, FIRST_DAY | LAST_DAY) || self.vocabulary.property(key).is_some_and(dated)
    }

    /// Whether some of the things have a first and a last day; what has not is left out, which a note says.
    fn has_a_length(&mut self, var: Var, token: &Token, answer: &Phrase<'_>) -> Result<()> {
        let period =
            |key: &String| self.vocabulary.property(key).is_some_and(|p| p.value_type == ValueType::Period);
        if answer.value_ranked && !answer.value.as_ref().is_some_and(period) {
            return Err(trouble::out_of_place(token));
        }
        let nodes = self.nodes_of(var);
        let lasts = |node: &NodeId| {
            let validity = self.graph.validity(Entity::Node(*node));
            validity.begins.is_some() && validity.ends.is_some()
        };
        let lasting = nodes.iter().filter(|node| lasts(node)).count();
        if lasting == 0 && !nodes.is_empty() {
            return Err(mistaken::without_length(token, &self.describe_head(var)));
        }
        if lasting < nodes.len() {
            self.notes.push("what has no first or no last day takes no part in the comparison".to_owned());
        }
        Ok(())
    }

    /// Whether one thing is spoken of: `the latest decree`, not `the latest decrees`.
    fn is_said_of_one(&self, var: Var) -> bool {
        let known = &self.variables[var.0];
        let singular = |kind: &String| {
            let nouns = self.vocabulary.kind(kind).map_or(&[][..], |kind| kind.nouns.as_slice());
            nouns.iter().any(|noun| crate::base::fold(noun) == known.word)
        };
        known.kinds.iter().any(singular)
    }

    /// `the first treaty that X joined`: the day of the act that is told of what is asked for, where it is not its own; `the
    /// first programme that ended`: its last day.
    pub fn day_of_act(&self, var: Var, group: &mut Group) -> Option<Expr> {
        let ended =
            |c: &Condition| matches!(c, Condition::Moment { var: over, end: true, .. } if *over == var);
        if group.conditions.iter().any(ended) {
            return Some(call("validTo", vec![variable(&self.variables[var.0].name)]));
        }
        let begins = self.begins(self.kinds(var)).map(|property| property.name.as_str());
        let told = group.conditions.iter().find_map(|condition| match condition {
            Condition::Property { var: told, key, test: Test::Present } if *told == var => Some(key),
            _ => None,
        });
        if let Some(key) = told.filter(|key| begins != Some(key.as_str()) && self.is_day(key)) {
            return Some(property(variable(&self.variables[var.0].name), key));
        }
        let acts = |condition: &Condition| match condition {
            Condition::Edge(edge) if (edge.from == var || edge.to == var) && !edge.transitive => {
                self.is_dated(edge)
                    || edge.relations.iter().all(|l| self.relation(l.relation).dated.is_some())
            }
            _ => false,
        };
        let at = group.conditions.iter().rposition(acts)?;
        let Condition::Edge(edge) = group.conditions.get_mut(at)? else { return None };
        let own = !self.is_dated(edge) && self.dated_end(edge).is_none_or(|(dated, _)| dated == var);
        if own { None } else { self.time_of_edge(edge) }
    }

    /// Adds the properties that are asked for beside the first of all.
    fn shown_beside(
        &self,
        clauses: &mut [Clause<Named>],
        name: &str,
        by_act: bool,
        answer: &Phrase<'_>,
    ) -> Vec<String> {
        let Some(Clause::Return { projection, .. }) = clauses.last_mut() else { return Vec::new() };
        let of_first = property(variable("entry"), "item");
        let mut shown = Vec::new();
        for key in answer.value.iter().chain(&answer.values).filter(|key| *key != name) {
            let heading = match key.as_str() {
                "date" if by_act => "own_date",
                // The day that decides is shown.
                "date" => continue,
                key => key,
            };
            projection.items.push(item(value_of(of_first.clone(), key), heading));
            shown.push(heading.replace('_', " "));
        }
        shown
    }
}

/// Whether the word means the longest (`true`) or the shortest.
pub fn is_longest(said: &Token) -> Option<bool> {
    match said.text.as_str() {
        "longest" | "longest running" | "longest lasting" => Some(true),
        "shortest" => Some(false),
        _ => None,
    }
}

/// `in which year were most laws adopted`: of the numbers for each year the greatest, or the least. Whether there are
/// such numbers.
pub fn keep_greatest(meant: &mut Meant, most: bool) -> bool {
    let as_of = meant.statement.as_of.clone();
    let Body::Query(query) = &mut meant.statement.body else { return false };
    let clauses = &mut query.first.clauses;
    let Some(Clause::Return { projection: counts, .. }) = clauses.last() else { return false };
    let [unit, count] = counts.items.as_slice() else { return false };
    let Node::Call { function, arguments, .. } = &count.expression.node else { return false };
    let Some(counted) = arguments.first().filter(|_| function.name.as_ref() == "count") else { return false };
    let (name, key, time) = (unit.name.to_string(), count.name.to_string(), unit.expression.clone());
    let (counted, mut counts) = (counted.clone(), counts.clone());
    clauses.pop();
    // What has no such time is counted nowhere.
    let unknown = expr(Node::IsNull { operand: Box::new(time), negated: false });
    let mut undated = clauses.clone();
    undated.push(with_clause(Projection { star: true, ..projection(false, Vec::new()) }, Some(unknown)));
    undated.push(return_clause(projection(true, vec![item(counted, "undated")])));
    meant.undated = Some(Statement { as_of, ..statement(undated) });
    counts.order.clear();
    let known = expr(Node::IsNull { operand: Box::new(variable(&name)), negated: true });
    clauses.push(with_clause(counts, Some(known)));
    best_of(clauses, &name, &key, most);
    let by = format!(", by {name}");
    let counted = meant.reading.strip_suffix(&by).unwrap_or(&meant.reading);
    let which = if most { "most" } else { "fewest" };
    meant.reading = format!("{counted} in each {name}, the {name} with the {which}");
    if !most {
        meant.notes.push(format!("a {name} in which there is none is not among them"));
    }
    true
}

/// Keeps the rows whose `key` is the greatest or least of all.
pub fn best_of(clauses: &mut Vec<Clause<Named>>, name: &str, key: &str, descending: bool) {
    let best = call(if descending { "max" } else { "min" }, vec![variable(key)]);
    let ranked = projection(false, vec![item(ranked(name, key), "ranked"), item(best, "best")]);
    clauses.push(with_clause(ranked, None));
    let kept = kept(clauses, name, key, BinaryOperator::Equal, "best");
    clauses.push(return_clause(kept));
}

/// The list of all things with their keys.
fn ranked(name: &str, key: &str) -> Expr {
    let entry =
        expr(Node::Map(vec![(identifier("item"), variable(name)), (identifier("key"), variable(key))]));
    call("collect", vec![entry])
}

/// Goes through the list again, and keeps what stands so to a limit: what is returned of it.
fn kept(
    clauses: &mut Vec<Clause<Named>>,
    name: &str,
    key: &str,
    stands: BinaryOperator,
    limit: &str,
) -> Projection<Named> {
    clauses.push(Clause::Unwind {
        list: variable("ranked"),
        variable: identifier("entry"),
        span: Default::default(),
    });
    let is_kept = binary(stands, property(variable("entry"), "key"), variable(limit));
    let kept = projection(false, vec![item(variable("entry"), "entry"), item(variable(limit), limit)]);
    clauses.push(with_clause(kept, Some(is_kept)));
    let items =
        vec![item(property(variable("entry"), "item"), name), item(property(variable("entry"), "key"), key)];
    projection(true, items)
}

/// Keeps the rows with the first `number` keys in their order; what has the key of the last of them is kept as well.
fn first_of(clauses: &mut Vec<Clause<Named>>, name: &str, key: &str, descending: bool, number: i64) {
    let mut sorted = projection(false, vec![item(variable(name), name), item(variable(key), key)]);
    sorted.order = vec![sort(variable(key), descending)];
    clauses.push(with_clause(sorted, None));
    clauses.push(with_clause(projection(false, vec![item(ranked(name, key), "ranked")]), None));
    let at = |index: i64| {
        let (subject, index) = (Box::new(variable("ranked")), Box::new(integer(index)));
        property(expr(Node::Index { subject, index }), "key")
    };
    let last = item(call("coalesce", vec![at(number - 1), at(-1)]), "last");
    clauses.push(with_clause(projection(false, vec![item(variable("ranked"), "ranked"), last]), None));
    let operator = if descending { BinaryOperator::GreaterOrEqual } else { BinaryOperator::LessOrEqual };
    let mut projection = kept(clauses, name, key, operator, "last");
    projection.order = vec![sort(variable(key), descending)];
    clauses.push(return_clause(projection));
}
