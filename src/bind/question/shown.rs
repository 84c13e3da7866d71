//! What stands beside the first thing that is asked for: other things, how many of them, since when.

use super::binder::Binder;
use super::emit::*;
use super::meaning::*;
use super::phrase::Phrase;
use super::select::value_of;
use super::times::FIRST_DAY;
use super::trouble;
use crate::algebra::*;
use crate::base::Result;
use crate::language::question::Token;
use crate::language::question::syntax::{Asked, Closing, Question};
use crate::vocabulary::Property;

/// The columns of an answer that asks for more than one thing.
pub struct Shown {
    /// Things, in the order in which they are asked for.
    things: Vec<Var>,
    /// What is only counted, for each of the things.
    counted: Option<Var>,
    day: Option<Day>,
}

/// The day of a happening, or the first or last day on which something holds.
struct Day {
    value: Expr,
    heading: &'static str,
    reading: String,
}

impl Shown {
    /// Whether there is nothing beside the first thing.
    pub fn is_plain(&self) -> bool {
        self.day.is_none() && self.things.len() + usize::from(self.counted.is_some()) < 2
    }
}

impl Binder<'_> {
    /// Everything that a question asks for, `first` before the others.
    pub fn shown(
        &mut self,
        answer: &Phrase<'_>,
        first: Var,
        group: &mut Group,
        question: &Question,
    ) -> Result<Shown> {
        let said = group.variables();
        let counts = |var: Var| match var == first {
            true => answer.asked == Some(Asked::HowMany) || answer.number_of,
            false => self.variables[var.0].asked == Some(Asked::HowMany),
        };
        let asked = |var: &Var| *var != first && self.variables[var.0].asked.is_some();
        let others: Vec<Var> = (0..self.variables.len()).map(Var).filter(asked).collect();
        if let Some(hidden) = others.iter().find(|var| !said.contains(var) && group.holds_inside(**var)) {
            return Err(trouble::asked_inside(self.variables[hidden.0].span));
        }
        let (counted, things): (Vec<Var>, Vec<Var>) = std::iter::once(first)
            .chain(others.into_iter().filter(|var| said.contains(var)))
            .partition(|var| counts(*var));
        if let [_, second, ..] = counted.as_slice() {
            return Err(trouble::two_numbers(self.variables[second.0].span));
        }
        let also_when = question.closing.iter().find_map(|closing| match closing {
            Closing::AlsoWhen(token) => Some(token),
            _ => None,
        });
        self.day_asked |= also_when.is_some();
        let day = also_when.map(|token| self.day_of(token, first, group)).transpose()?;
        Ok(Shown { things, counted: counted.into_iter().next(), day })
    }

    /// `… and since when`: the day of what links the first thing to the others.
    fn day_of(&self, said: &Token, first: Var, group: &mut Group) -> Result<Day> {
        let touches = |edge: &Edge| edge.from == first || edge.to == first;
        let last = |wanted: &dyn Fn(&Edge) -> bool| {
            group.conditions.iter().rposition(|c| matches!(c, Condition::Edge(e) if wanted(e)))
        };
        let at = last(&touches).or_else(|| last(&|_| true));
        match at.map(|at| &mut group.conditions[at]) {
            Some(Condition::Edge(edge)) => self.day_of_edge(said, edge),
            _ => self.day_of_thing(said, first),
        }
        .ok_or_else(|| trouble::no_day(said))
    }

    /// The day of the happening that an edge tells of: that of the instrument that acts, else of what is acted on,
    /// else of the relationship itself.
    fn day_of_edge(&self, said: &Token, edge: &mut Edge) -> Option<Day> {
        if self.is_dated(edge) && !is_until(said) {
            edge.shown = true;
            return Some(Day {
                value: property(variable(&edge.name), FIRST_DAY),
                heading: "date",
                reading: "the day of the act".to_owned(),
            });
        }
        // Where only some of what can be meant has a date, no happening is spoken of.
        let dated = |end: &(Var, &Property)| {
            let has_date = |kind: &String| self.begins(std::slice::from_ref(kind)).is_some();
            said.text != "since when" || self.kinds(end.0).iter().all(has_date)
        };
        if let (false, Some((var, begins))) = (is_until(said), self.dated_end(edge).filter(dated)) {
            return Some(Day {
                value: property(variable(&self.variables[var.0].name), &begins.name),
                heading: "date",
                reading: format!("the {} of {}", begins.name.replace('_', " "), self.describe_head(var)),
            });
        }
        if edge.transitive {
            return None;
        }
        edge.shown = true;
        Some(holding(said, &edge.name))
    }

    fn day_of_thing(&self, said: &Token, var: Var) -> Option<Day> {
        let concrete = !self.kinds(var).is_empty() || !self.variables[var.0].entities.is_empty();
        concrete.then(|| holding(said, &self.variables[var.0].name))
    }

    /// The clause that returns what is shown, and its reading.
    pub fn show(
        &self,
        clauses: &mut Vec<Clause<Named>>,
        shown: &Shown,
        value: Option<&str>,
        group: &Group,
    ) -> String {
        let name = |var: &Var| self.variables[var.0].name.as_str();
        let mut items = Vec::new();
        let mut order = Vec::new();
        for (at, var) in shown.things.iter().enumerate() {
            let named = if at == 0 { value } else { None };
            if let Some(key) = named {
                items.push(item(value_of(variable(name(var)), key), key));
            }
            items.push(item(variable(name(var)), name(var)));
            order.push(sort(property(variable(name(var)), "name"), false));
        }
        let mut beside: Vec<String> =
            shown.things.iter().skip(1).map(|var| format!("the {}", self.describe_head(*var))).collect();
        if let Some(day) = &shown.day {
            items.push(item(day.value.clone(), day.heading));
            order.push(sort(variable(day.heading), false));
            beside.push(day.reading.clone());
        }
        if let Some(counted) = &shown.counted {
            items.push(item(call_distinct("count", vec![variable(name(counted))]), "count"));
            beside.push(format!("the number of {}", self.describe_head(*counted)));
        }
        let mut projection = projection(shown.counted.is_none(), items);
        projection.order = order;
        clauses.push(return_clause(projection));
        let first = shown.things.first().or(shown.counted.as_ref()).copied();
        let head = first.map(|var| self.describe_var(var, group)).unwrap_or_default();
        let head = value.map_or(head.clone(), |key| format!("the {} of {head}", key.replace('_', " ")));
        format!("{head}, each with {}", beside.join(" and "))
    }
}

/// The first or the last day on which something holds.
fn holding(said: &Token, name: &str) -> Day {
    let (function, heading, reading) = match is_until(said) {
        true => ("validTo", "until", "the last day on which it holds"),
        false => ("validFrom", "since", "the first day on which it holds"),
    };
    Day { value: call(function, vec![variable(name)]), heading, reading: reading.to_owned() }
}

fn is_until(said: &Token) -> bool {
    said.text.starts_with("until")
}

impl Group {
    /// Whether some condition mentions the variable, at any depth.
    pub fn holds(&self, var: Var) -> bool {
        self.variables().contains(&var) || self.holds_inside(var)
    }

    /// Whether some condition inside another mentions the variable.
    fn holds_inside(&self, var: Var) -> bool {
        let inside = |group: &Group| group.variables().contains(&var) || group.holds_inside(var);
        self.conditions.iter().flat_map(Condition::groups).any(inside)
    }
}
