//! The statement for what is asked: rows, a number, a grouping, an extreme, yes or no.

use super::ask::{Form, Meant};
use super::binder::Binder;
use super::emit::*;
use super::extreme::best_of;
use super::foremost::is_first_of_acts;
use super::grouping::Key;
use super::listing::{FIRST_DAY, LAST_DAY};
use super::meaning::*;
use super::mistaken;
use super::owed::Mark;
use super::phrase::Phrase;
use super::trouble;
use crate::algebra::*;
use crate::base::{Report, Result, Span};
use crate::language::question::Token;
use crate::language::question::morphology::plural;
use crate::language::question::syntax::{Asked, Closing, ModifierKind, Question};
use std::collections::BTreeSet;

impl Binder<'_> {
    pub fn yes_no(&mut self, mut group: Group) -> Meant {
        self.prefer_roles(&mut group);
        self.deny_of_parts(&mut group);
        let mut declared = BTreeSet::new();
        let named = |var: &Var| self.variables[var.0].entities.len() == 1;
        let of_ages = !group.conditions.is_empty() && group.conditions.iter().all(|c| dated(c, &named));
        let mut whole = group.clone();
        if of_ages {
            // What is denied of a thing is said of it, so that it has to be there.
            let denied = group.conditions.iter().flat_map(Condition::groups).flat_map(Group::variables);
            whole.conditions.splice(0..0, denied.map(Condition::There));
        }
        // Nothing is true of all of what there is none of; a comparison with all says that itself.
        let each = group.conditions.iter().filter_map(|condition| match condition {
            Condition::Every { each, said, .. } if !said.conditions.iter().all(is_age) => {
                Some(Condition::Any(vec![each.clone()]))
            }
            _ => None,
        });
        whole.conditions.splice(0..0, each);
        let mut clauses = self.matches(&whole, &mut declared);
        let count = expr(Node::CountAll);
        let answer = binary(BinaryOperator::Greater, count, integer(0));
        if let [Clause::Match { patterns, filter: Some(filter), .. }] = clauses.as_slice()
            && patterns.is_empty()
        {
            let filter = filter.clone();
            clauses = vec![return_clause(projection(false, vec![item(filter, "answer")]))];
        } else if let (true, Some(Clause::Match { filter, .. })) = (of_ages, clauses.last_mut())
            && let Some(compared) = filter.take()
        {
            // Of what has no dates nobody knows.
            clauses.push(return_clause(projection(false, vec![item(compared, "answer")])));
        } else {
            clauses.push(return_clause(projection(false, vec![item(answer, "answer")])));
        }
        let reading = format!("whether {}", self.describe_group(&group));
        Meant { group, ..Meant::new(statement(clauses), Form::YesNo, reading) }
    }

    /// The rows, the number, or the property of what is asked for.
    pub fn select(&mut self, answer: Phrase<'_>, mut group: Group, question: &Question) -> Result<Meant> {
        let Some(var) = answer.owner.or(answer.var()) else {
            return Err(Report::input("question.form", "I cannot tell what is asked for"));
        };
        if answer.owner.is_none() && answer.vars.len() > 1 {
            return Err(mistaken::several_at_once(answer.span));
        }
        self.settle_answer(&answer);
        if answer.chain {
            return self.chain(var, &group);
        }
        if let Some(node) = self.basis_of(&answer, &group, question) {
            return Ok(self.chains_above(node, true));
        }
        self.prefer_roles(&mut group);
        self.deny_of_parts(&mut group);
        let mut answer = answer;
        if let Some(token) =
            answer.superlative.take_if(|said| said.text == "first" && self.begins_elsewhere(self.kinds(var)))
        {
            self.first_of_series(var, &mut group);
            self.notes.push(format!("`{}` is read as the place in a series", token.text));
        }
        let grouping = self.closings(question, Some(var), &mut group)?;
        // `which law ratified each treaty` counts nothing.
        if let (Some(by), Some(Asked::Which | Asked::Who)) = (&grouping, answer.asked) {
            return Err(trouble::out_of_place(by));
        }
        let key = grouping.map(|by| self.group_key(var, &by, &mut group)).transpose()?;
        let shown = self.shown(&answer, var, &mut group, question)?;
        let first = answer.superlative.as_ref().is_some_and(is_first_of_acts);
        let act = if first { self.day_of_act(var, &mut group) } else { None };
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        self.declare(var, &mut declared, &mut clauses);
        let name = self.variables[var.0].name.clone();
        let target = variable(&name);
        let mut form = Form::Rows;
        let mut reading = self.describe_var(var, &group);
        let superlative = answer.superlative.clone();
        let ranked = self.rank_of(&group);
        if !shown.is_plain() {
            if key.is_some() || superlative.is_some() || ranked.is_some() || !answer.values.is_empty() {
                return Err(trouble::beside(self.variables[var.0].span));
            }
            reading = self.show(&mut clauses, &shown, answer.value.as_deref(), &group);
        } else if let (Some(Key { value, heading, order }), true) = (&key, self.listing) {
            let mut items = vec![item(value.clone(), heading)];
            if *heading != name {
                items.push(item(target, &name));
            }
            let mut projection = projection(true, items);
            projection.order = vec![order.clone(), sort(property(variable(&name), "name"), false)];
            clauses.push(return_clause(projection));
            reading = format!("{reading}, by {}", heading.replace('_', " "));
        } else if let Some((counted, most)) = ranked {
            if most {
                reading = self.most(&mut clauses, &name, counted, &reading);
            } else {
                (clauses, reading) = self.fewest(var, counted, &group);
            }
        } else if let Some(Key { value, heading, order }) = key {
            form = Form::Rows;
            let count = call_distinct("count", vec![target]);
            let mut projection = projection(false, vec![item(value, &heading), item(count, "count")]);
            projection.order = vec![order];
            clauses.push(return_clause(projection));
            reading = format!("the number of {reading}, by {}", heading.replace('_', " "));
        } else if answer.asked == Some(Asked::HowMany) || answer.number_of {
            form = Form::Number;
            let counted = match &answer.value {
                Some(key) => value_of(target, key),
                None => target,
            };
            let count = call_distinct("count", vec![counted]);
            clauses.push(return_clause(projection(false, vec![item(count, "count")])));
            let of_values =
                answer.value.as_ref().map(|key| format!("different {} of ", plural(&key.replace('_', " "))));
            reading = format!("the number of {}{reading}", of_values.unwrap_or_default());
        } else if let Some(token) = superlative {
            reading = self.extreme(&mut clauses, var, &token, act, &answer)?;
            reading = format!("{}{reading}", self.describe_var(var, &group));
        } else if let Some(key) = &answer.value {
            let keys: Vec<&String> = std::iter::once(key).chain(&answer.values).collect();
            let value = |key: &&String| item(value_of(target.clone(), key), key);
            let mut items: Vec<Item<Named>> = keys.iter().map(value).collect();
            // `which kinds of instruments` asks for the kinds alone.
            let alone = answer.asked == Some(Asked::Which) && key == "kind" && keys.len() == 1;
            items.push(match alone {
                true => item(call_distinct("count", vec![target.clone()]), "count"),
                false => item(target.clone(), &name),
            });
            let mut projection = projection(!alone, items);
            projection.order = vec![sort(variable(key), false)];
            clauses.push(return_clause(projection));
            let keys: Vec<String> = keys.iter().map(|key| key.replace('_', " ")).collect();
            reading = format!("the {} of {reading}", trouble::and_list(&keys));
        } else {
            let mut projection = projection(true, vec![item(target, &name)]);
            projection.order = vec![sort(property(variable(&name), "name"), false)];
            clauses.push(return_clause(projection));
        }
        let first = self.ranked_first.take();
        Ok(Meant { group, target: Some(var), first, ..Meant::new(statement(clauses), form, reading) })
    }

    /// What stands at the end of a question and belongs to the whole.
    pub fn closings(
        &mut self,
        question: &Question,
        target: Option<Var>,
        group: &mut Group,
    ) -> Result<Option<Token>> {
        let mut grouping = self.grouping.take();
        for closing in &question.closing {
            match closing {
                Closing::Group(token) => grouping = Some(token.clone()),
                Closing::Time(modifier) => {
                    let today = |c: &Condition| matches!(c, Condition::Validity { period: None, .. });
                    if group.conditions.iter().any(today) {
                        return Err(mistaken::two_times(modifier.span));
                    }
                    let mut done = false;
                    for var in target.into_iter().chain(group.variables()) {
                        if self.attempt(group, |b, g| b.modifier(var, modifier, g)).is_ok() {
                            done = true;
                            break;
                        }
                    }
                    if !done && self.during(modifier, group, 0).is_none() {
                        self.no_leftover(&[modifier])?;
                    }
                }
                Closing::Supposed(modifier) => {
                    if let ModifierKind::Supposed { phrase, .. } = &modifier.kind {
                        return Err(trouble::nothing_supposed(phrase));
                    }
                }
                // Counting each answer adds nothing to a list that is shown whole.
                Closing::AlsoCount => {}
                Closing::AlsoWhen(token) if target.is_none() => return Err(trouble::no_day(token)),
                Closing::AlsoWhen(_) => {}
                Closing::Including(phrase) | Closing::Excluding(phrase) => {
                    return Err(Report::input(
                        "question.place",
                        "only figures can include or exclude something",
                    )
                    .at(phrase.span, ""));
                }
            }
        }
        Ok(grouping)
    }

    /// Remembers that what is counted decides: `the most tasks`.
    pub fn ranked(&mut self, superlative: &Option<Token>, counted: Option<Var>, span: Span) {
        if let (Some(token), Some(counted)) = (superlative, counted) {
            let most = matches!(token.text.as_str(), "most" | "highest" | "largest" | "greatest");
            let least = matches!(token.text.as_str(), "least" | "fewest" | "lowest" | "smallest");
            if most || least {
                self.variables[counted.0].ranked = Some((most, span));
            }
        }
    }

    fn rank_of(&mut self, group: &Group) -> Option<(Var, bool)> {
        let ranked = |var: Var| Some((var, self.variables[var.0].ranked?));
        let (var, (most, span)) = group.variables().into_iter().find_map(ranked)?;
        self.settle(Mark::Superlative, span);
        Some((var, most))
    }

    /// What is ranked, with what is counted of it where there is some: the fewest can be none.
    fn fewest(&self, var: Var, counted: Var, group: &Group) -> (Vec<Clause<Named>>, String) {
        let alone = |condition: &Condition| Group { conditions: vec![condition.clone()] };
        let mut reached = vec![counted];
        let mut beside: Vec<usize> = Vec::new();
        loop {
            let touches = |at: &usize| {
                !beside.contains(at)
                    && group.conditions.get(*at).is_some_and(|c| reached.iter().any(|v| alone(c).holds(*v)))
            };
            let Some(at) = (0..group.conditions.len()).find(touches) else { break };
            let ends = alone(&group.conditions[at]).variables();
            reached.extend(ends.into_iter().filter(|end| *end != var));
            beside.push(at);
        }
        let part = |inside: bool| Group {
            conditions: group
                .conditions
                .iter()
                .enumerate()
                .filter(|(at, _)| beside.contains(at) == inside)
                .map(|(_, condition)| condition.clone())
                .collect(),
        };
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&part(false), &mut declared);
        self.declare(var, &mut declared, &mut clauses);
        let mut inner = self.matches(&part(true), &mut declared);
        let number = variable(&self.variables[counted.0].name);
        inner.push(return_clause(projection(true, vec![item(number, "counted")])));
        let query = Query { first: SingleQuery { clauses: inner }, unions: Vec::new() };
        let number = expr(Node::Count(Box::new(Subquery { query })));
        let name = &self.variables[var.0].name;
        let each = projection(true, vec![item(variable(name), name), item(number, "number")]);
        clauses.push(with_clause(each, None));
        best_of(&mut clauses, name, "number", false);
        let (what, noun) = (self.describe_var(var, &part(false)), self.describe_head(counted));
        (clauses, format!("{what}, those with the fewest {noun}, none counted as well"))
    }

    /// Everything that has the greatest number: ties stay together.
    pub fn most(&self, clauses: &mut Vec<Clause<Named>>, name: &str, counted: Var, reading: &str) -> String {
        let counted_name = &self.variables[counted.0].name;
        let count = call_distinct("count", vec![variable(counted_name)]);
        clauses.push(with_clause(
            projection(false, vec![item(variable(name), name), item(count, "number")]),
            None,
        ));
        best_of(clauses, name, "number", true);
        format!("{reading}, the one with the most {}", self.describe_head(counted))
    }
}

/// A property of what a variable stands for, its kind, or the first or last day of its period.
pub fn value_of(subject: Expr, key: &str) -> Expr {
    match key {
        "kind" => call("kind", vec![subject]),
        FIRST_DAY => call("validFrom", vec![subject]),
        LAST_DAY => call("validTo", vec![subject]),
        key => property(subject, key),
    }
}

/// Whether a condition compares days of named things, so that nothing is known where they have none.
fn dated(condition: &Condition, named: &impl Fn(&Var) -> bool) -> bool {
    match condition {
        Condition::Age { var, than, .. } => named(var) && named(than),
        Condition::Validity { var, .. } | Condition::Moment { var, .. } => named(var),
        Condition::Property { var, test: Test::Date { .. }, .. } => named(var),
        Condition::Not(Group { conditions }) => match conditions.as_slice() {
            [one @ (Condition::Validity { .. } | Condition::Moment { .. } | Condition::Property { .. })] => {
                dated(one, named)
            }
            _ => false,
        },
        _ => false,
    }
}
