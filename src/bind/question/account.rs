//! What is said of an answer besides its rows: which condition removed the last candidates, and what has no dates.

use super::ask::{Form, Meant};
use super::binder::Binder;
use super::emit::*;
use super::meaning::*;
use crate::algebra::*;
use crate::language::question::dates::Period;
use std::collections::BTreeSet;

/// The same question with fewer conditions, to find out why an answer is empty.
#[derive(Clone, Debug)]
pub struct Wider {
    /// With the conditions before it alone.
    pub statement: Statement<Named>,
    /// With all other conditions.
    pub alone: Statement<Named>,
    /// Whom the conditions that were kept describe: `instruments that are developed by X`.
    pub candidates: String,
    /// The condition left out, as said of them: `that are approved by instruments`.
    pub condition: String,
    /// The relations of that condition.
    pub relations: Vec<usize>,
}

impl Meant {
    /// The periods on some part of which what is asked for has to hold.
    pub fn overlapped(&self) -> Vec<Period> {
        let conditions = self.group.conditions.iter();
        let periods = conditions.filter_map(|condition| match condition {
            Condition::Validity { period: Some(period), how: Meets::Overlaps | Meets::On, .. } => {
                period.open().is_none().then_some(*period)
            }
            Condition::Edge(Edge { during: Some(period), .. }) => Some(*period),
            _ => None,
        });
        periods.collect()
    }
}

/// At most so many wider questions are kept.
const WIDER: usize = 8;

impl Binder<'_> {
    /// Adds to a question that lists things what is needed to account for its answer.
    pub fn account(&mut self, meant: &mut Meant) {
        let Some(target) = meant.target else { return };
        self.account_undated(meant, target);
        if meant.form == Form::Number {
            let mut counted = self.select_only(target, &meant.group);
            counted.as_of = meant.statement.as_of.clone();
            meant.counted = Some(counted);
        }
        // The oldest of several that have no date is none of them, though all that is asked for is so.
        if let Some(by) = self.ranked_by.take() {
            let mut unranked = self.select_only(target, &meant.group);
            unranked.as_of = meant.statement.as_of.clone();
            meant.wider.push(Wider {
                statement: unranked.clone(),
                alone: unranked,
                candidates: self.describe_var(target, &meant.group),
                condition: format!("whose {by} is stated"),
                relations: Vec::new(),
            });
        }
        let conditions = &meant.group.conditions;
        let telling: Vec<usize> =
            (0..conditions.len()).filter(|at| !matches!(conditions[*at], Condition::There(_))).collect();
        for at in telling.iter().rev().take(WIDER) {
            let group = Group {
                conditions: conditions
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| i < at)
                    .map(|(_, c)| c.clone())
                    .collect(),
            };
            let mut as_of = self.select_only(target, &group);
            as_of.as_of = meant.statement.as_of.clone();
            let others = (0..conditions.len()).filter(|i| i != at).map(|i| conditions[i].clone()).collect();
            let mut alone = self.select_only(target, &Group { conditions: others });
            alone.as_of = meant.statement.as_of.clone();
            meant.wider.push(Wider {
                statement: as_of,
                alone,
                candidates: self.describe_var(target, &group),
                condition: self.describe_condition(target, &conditions[*at], conditions),
                relations: self.relations_of(&conditions[*at]),
            });
        }
    }

    /// Adds what has no dates to a question of what is in force; of yes or no, where none that has dates is.
    pub fn account_undated(&mut self, meant: &mut Meant, target: Var) {
        let every = meant.group.conditions.iter().find_map(|condition| match condition {
            Condition::Every { each, var, said } if *var == target => {
                Some(each.conditions.iter().chain(&said.conditions).cloned().collect())
            }
            _ => None,
        });
        let said = meant.group.denied_whole().unwrap_or(&meant.group);
        let conditions: &Vec<Condition> = &every.unwrap_or_else(|| said.conditions.clone());
        // A list says by what it is narrowed; a plain no would deny what nobody knows.
        let whole = meant.form == Form::YesNo;
        let undated: Vec<Condition> = conditions
            .iter()
            .map(|c| match c {
                Condition::Validity { var, period, how } if *var == target => Condition::Validity {
                    var: *var,
                    period: *period,
                    how: if *how == Meets::On { Meets::UnknownOn } else { Meets::UnknownOverlaps },
                },
                Condition::Property { var, key, test: Test::Date { .. } } if whole && *var == target => {
                    Condition::Property { var: *var, key: key.clone(), test: Test::Absent }
                }
                Condition::Moment { var, .. } if whole && *var == target => self.without_days(target),
                Condition::Not(denied) if moment_of(denied) == Some(target) => self.without_days(target),
                Condition::Not(denied) if self.held_then(denied) == Some(target) => self.without_days(target),
                Condition::Not(denied) => match date_of(denied, target) {
                    Some(key) => Condition::Property { var: target, key: key.to_owned(), test: Test::Absent },
                    None => c.clone(),
                },
                other => other.clone(),
            })
            .collect();
        let timed = |c: &Condition| match c {
            Condition::Not(denied) => {
                let held = whole && self.held_then(denied) == Some(target);
                held || date_of(denied, target).is_some() || moment_of(denied) == Some(target)
            }
            Condition::Moment { var, .. } => whole && *var == target,
            Condition::Validity { var, .. } => *var == target,
            Condition::Property { var, test: Test::Date { .. }, .. } => whole && *var == target,
            _ => false,
        };
        if conditions.iter().any(timed) {
            let mut statement = self.select_only(target, &Group { conditions: undated });
            statement.as_of = meant.statement.as_of.clone();
            meant.undated = Some(statement);
        }
    }

    /// What a denied condition of being in force is told of, where that is no named thing.
    pub fn held_then(&self, denied: &Group) -> Option<Var> {
        match denied.conditions.as_slice() {
            [Condition::Validity { var, .. }] if self.variables[var.0].entities.is_empty() => Some(*var),
            _ => None,
        }
    }

    /// What has neither a first nor a last day.
    fn without_days(&self, var: Var) -> Condition {
        Condition::Validity { var, period: Some(Period::day(self.today)), how: Meets::UnknownOn }
    }

    /// The relations of a condition; of a date, or of what is no draft, those that are meant where it stands for an act.
    fn relations_of(&self, condition: &Condition) -> Vec<usize> {
        match condition {
            Condition::Edge(edge) => edge.relations.iter().map(|l| l.relation).collect(),
            Condition::Property { test: Test::Present | Test::Date { .. }, .. } => self.own_acts.clone(),
            Condition::Not(Group { conditions }) if matches!(conditions[..], [Condition::Label { .. }]) => {
                self.own_acts.clone()
            }
            _ => Vec::new(),
        }
    }

    fn select_only(&self, target: Var, group: &Group) -> Statement<Named> {
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(group, &mut declared);
        self.declare(target, &mut declared, &mut clauses);
        let name = &self.variables[target.0].name;
        clauses.push(return_clause(projection(true, vec![item(variable(name), name)])));
        statement(clauses)
    }
}

/// The date of a thing that a denial speaks of and nothing else: of what has none nobody can say that it is another.
fn date_of(denied: &Group, target: Var) -> Option<&str> {
    match denied.conditions.as_slice() {
        [Condition::Property { var, key, test: Test::Date { .. } }] if *var == target => Some(key),
        _ => None,
    }
}

/// What a denied condition of a first or last day is told of.
pub fn moment_of(denied: &Group) -> Option<Var> {
    match denied.conditions.as_slice() {
        [Condition::Moment { var, .. }] => Some(*var),
        _ => None,
    }
}
