//! The statement for what is asked: rows, a number, a grouping, an extreme, yes or no.

use super::ask::{Form, Meant};
use super::binder::Binder;
use super::emit::*;
use super::meaning::*;
use super::mistaken;
use super::owed::{Mark, is_latest};
use super::phrase::Phrase;
use super::trouble;
use crate::algebra::*;
use crate::base::{Report, Result, Span};
use crate::language::question::Token;
use crate::language::question::syntax::{Asked, Closing, ModifierKind, Question};
use crate::vocabulary::{Property, ValueType};
use std::collections::BTreeSet;

impl Binder<'_> {
    pub fn yes_no(&mut self, mut group: Group) -> Meant {
        self.prefer_roles(&mut group);
        let mut declared = BTreeSet::new();
        let named = |var: &Var| self.variables[var.0].entities.len() == 1;
        let of_ages = !group.conditions.is_empty() && group.conditions.iter().all(|c| dated(c, &named));
        let mut whole = group.clone();
        if of_ages {
            // What is denied of a thing is said of it, so that it has to be there.
            let denied = group.conditions.iter().flat_map(Condition::groups).flat_map(Group::variables);
            whole.conditions.splice(0..0, denied.map(Condition::There));
        }
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
        let Some(var) = answer.vars.first().copied() else {
            return Err(Report::input("question.form", "I cannot tell what is asked for"));
        };
        self.settle_answer(&answer);
        if answer.chain {
            return self.chain(var, &group);
        }
        if let Some(node) = self.basis_of(&answer, &group, question) {
            return Ok(self.chains_above(node, true));
        }
        self.prefer_roles(&mut group);
        let grouping = self.closings(question, Some(var), &mut group)?;
        let shown = self.shown(&answer, var, &mut group, question)?;
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        if !declared.contains(&var) {
            let pattern = path(self.node_pattern(var, &mut declared), Vec::new());
            let filter = (self.variables[var.0].entities.len() > 1).then(|| self.one_of(var));
            clauses.insert(0, match_clause(vec![pattern], filter));
        }
        let name = self.variables[var.0].name.clone();
        let target = variable(&name);
        let mut form = Form::Rows;
        let mut reading = self.describe_var(var, &group);
        let superlative = answer.superlative.clone();
        let ranked = self.rank_of(&group);
        if !shown.is_plain() {
            if grouping.is_some() || superlative.is_some() || ranked.is_some() {
                return Err(trouble::beside(self.variables[var.0].span));
            }
            reading = self.show(&mut clauses, &shown, answer.value.as_deref(), &group);
        } else if let Some((counted, descending)) = ranked {
            reading = self.ranked_clauses(&mut clauses, &name, counted, descending, &reading);
        } else if let Some(by) = grouping {
            form = Form::Rows;
            let (key, heading) = self.group_key(var, &by)?;
            let count = call_distinct("count", vec![target]);
            let mut projection = projection(false, vec![item(key, &heading), item(count, "count")]);
            projection.order = vec![sort(variable(&heading), false)];
            clauses.push(return_clause(projection));
            reading = format!("the number of {reading}, by {heading}");
        } else if answer.asked == Some(Asked::HowMany) || answer.number_of {
            form = Form::Number;
            let count = call_distinct("count", vec![target]);
            clauses.push(return_clause(projection(false, vec![item(count, "count")])));
            reading = format!("the number of {reading}");
        } else if let Some(token) = superlative {
            reading = self.extreme(&mut clauses, var, &token, &reading)?;
        } else if let Some(key) = &answer.value {
            let value = if key == "kind" {
                call("kind", vec![target.clone()])
            } else {
                property(target.clone(), key)
            };
            let mut projection = projection(true, vec![item(value, key), item(target, &name)]);
            projection.order = vec![sort(variable(key), false)];
            clauses.push(return_clause(projection));
            reading = format!("the {} of {reading}", key.replace('_', " "));
        } else {
            let mut projection = projection(true, vec![item(target, &name)]);
            projection.order = vec![sort(property(variable(&name), "name"), false)];
            clauses.push(return_clause(projection));
        }
        Ok(Meant { group, target: Some(var), ..Meant::new(statement(clauses), form, reading) })
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

    pub fn group_key(&self, var: Var, by: &Token) -> Result<(Expr, String)> {
        let name = variable(&self.variables[var.0].name);
        let kinds = self.kinds(var).to_vec();
        if by.category == crate::language::question::Category::TimeUnit {
            let Some(begins) = self.begins(&kinds) else { return Err(trouble::out_of_place(by)) };
            let unit = by.text.trim_end_matches('s');
            return Ok((property(property(name, &begins.name), unit), unit.to_owned()));
        }
        for meaning in self.meanings(by) {
            match meaning {
                super::dictionary::Meaning::KindOf => return Ok((call("kind", vec![name]), "kind".into())),
                super::dictionary::Meaning::Property(at) if self.carries(&kinds, self.property(at)) => {
                    let key = self.property(at).name.clone();
                    return Ok((property(name, &key), key));
                }
                super::dictionary::Meaning::Kind(at) => {
                    let kind = self.vocabulary.kinds[at].name.clone();
                    if let Some(key) = self.related_name(var, &kind) {
                        return Ok((key, trouble::kind_noun(self, &kind)));
                    }
                }
                super::dictionary::Meaning::RelationNoun { relation, denotes_from } => {
                    let relation = self.relation(relation);
                    let side = if denotes_from { &relation.from } else { &relation.to };
                    if let Some(kind) = side.first()
                        && let Some(key) = self.related_name(var, kind)
                    {
                        return Ok((key, by.text.clone()));
                    }
                }
                _ => {}
            }
        }
        Err(trouble::out_of_place(by))
    }

    /// The names of the things of a kind that a variable is linked to, for grouping.
    pub fn related_name(&self, var: Var, kind: &str) -> Option<Expr> {
        let kinds = self.kinds(var).to_vec();
        let wanted = [kind.to_owned()];
        let fits = self.vocabulary.relations.iter().any(|r| {
            (self.fits(&kinds, &r.from) && self.fits(&wanted, &r.to))
                || (self.fits(&kinds, &r.to) && self.fits(&wanted, &r.from))
        });
        if !fits {
            return None;
        }
        let other = NodePattern {
            variable: Some(identifier("other_end")),
            labels: Some(LabelExpression::Label(identifier(kind))),
            properties: None,
            span: Default::default(),
        };
        let start = NodePattern {
            variable: Some(identifier(&self.variables[var.0].name)),
            labels: None,
            properties: None,
            span: Default::default(),
        };
        let relationship = RelationshipPattern {
            variable: None,
            types: Vec::new(),
            direction: Direction::Either,
            length: None,
            properties: None,
            span: Default::default(),
        };
        let pattern = path(start, vec![Step { relationship, node: other }]);
        let names = expr(Node::PatternComprehension {
            pattern: Box::new(pattern),
            filter: None,
            map: Box::new(property(variable("other_end"), "name")),
        });
        Some(names)
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

    /// Everything that has the greatest (or least) number: ties stay together.
    pub fn ranked_clauses(
        &self,
        clauses: &mut Vec<Clause<Named>>,
        name: &str,
        counted: Var,
        descending: bool,
        reading: &str,
    ) -> String {
        let counted_name = &self.variables[counted.0].name;
        let count = call_distinct("count", vec![variable(counted_name)]);
        clauses.push(with_clause(
            projection(false, vec![item(variable(name), name), item(count, "number")]),
            None,
        ));
        best_of(clauses, name, "number", descending);
        let noun = self.describe_head(counted);
        format!("{reading}, the one with the {} {noun}", if descending { "most" } else { "fewest" })
    }

    /// `the latest decree`, `the first programme`.
    pub fn extreme(
        &mut self,
        clauses: &mut Vec<Clause<Named>>,
        var: Var,
        token: &Token,
        reading: &str,
    ) -> Result<String> {
        let kinds = self.kinds(var).to_vec();
        let descending = is_latest(token).ok_or_else(|| trouble::out_of_place(token))?;
        let name = self.variables[var.0].name.clone();
        let timed = |p: &Property| matches!(p.value_type, ValueType::Date | ValueType::Period);
        let key = match self.beginning(&kinds, timed) {
            Some(begins) if begins.value_type == ValueType::Date => property(variable(&name), &begins.name),
            _ => call("validFrom", vec![variable(&name)]),
        };
        let known = expr(Node::IsNull { operand: Box::new(variable("date")), negated: true });
        clauses.push(with_clause(
            projection(true, vec![item(variable(&name), &name), item(key, "date")]),
            Some(known),
        ));
        best_of(clauses, &name, "date", descending);
        Ok(format!("{reading}, the {}", token.text))
    }
}

/// Whether a condition compares days of named things, so that nothing is known where they have none.
fn dated(condition: &Condition, named: &impl Fn(&Var) -> bool) -> bool {
    match condition {
        Condition::Age { var, than, .. } => named(var) && named(than),
        Condition::Validity { var, .. } => named(var),
        Condition::Property { var, test: Test::Date { .. }, .. } => named(var),
        Condition::Not(Group { conditions }) => match conditions.as_slice() {
            [one @ (Condition::Validity { .. } | Condition::Property { .. })] => dated(one, named),
            _ => false,
        },
        _ => false,
    }
}

/// Keeps the rows whose `key` is the greatest or least of all.
pub fn best_of(clauses: &mut Vec<Clause<Named>>, name: &str, key: &str, descending: bool) {
    let entry =
        expr(Node::Map(vec![(identifier("item"), variable(name)), (identifier("key"), variable(key))]));
    let best = call(if descending { "max" } else { "min" }, vec![variable(key)]);
    let ranked = projection(false, vec![item(call("collect", vec![entry]), "ranked"), item(best, "best")]);
    clauses.push(with_clause(ranked, None));
    clauses.push(Clause::Unwind {
        list: variable("ranked"),
        variable: identifier("entry"),
        span: Default::default(),
    });
    let is_best = binary(BinaryOperator::Equal, property(variable("entry"), "key"), variable("best"));
    let kept = projection(false, vec![item(variable("entry"), "entry"), item(variable("best"), "best")]);
    clauses.push(with_clause(kept, Some(is_best)));
    let items =
        vec![item(property(variable("entry"), "item"), name), item(property(variable("entry"), "key"), key)];
    clauses.push(return_clause(projection(true, items)));
}
