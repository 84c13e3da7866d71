//! The reading: what a question was taken to mean, in English made from the vocabulary.

use super::binder::Binder;
use super::meaning::*;
use super::rival::comparison_words;
use super::trouble::{kind_noun, or_list};
use crate::base::with_article;
use crate::language::question::morphology::{participle, plural, third_person};
use std::collections::HashSet;

/// How a clause begins that takes things out.
const EXCEPT: &str = "except those";

impl Binder<'_> {
    /// A variable with everything said of it.
    pub fn describe_var(&self, var: Var, group: &Group) -> String {
        let mut seen = HashSet::new();
        self.noun(var, &group.conditions, &mut seen)
    }

    /// The noun of a variable alone.
    pub fn describe_head(&self, var: Var) -> String {
        let variable = &self.variables[var.0];
        if let [node] = variable.entities.as_slice() {
            return self.graph.name(*node).to_string();
        }
        if !variable.entities.is_empty() {
            let names: Vec<String> =
                variable.entities.iter().map(|n| self.graph.name(*n).to_string()).collect();
            return names.join(" or ");
        }
        if let Some(noun) = variable.nouns.first() {
            let one = self.relation(*noun).is_noun(&variable.word);
            return if one { plural(&variable.word) } else { variable.word.clone() };
        }
        let mut nouns: Vec<String> = Vec::new();
        for kind in &variable.kinds {
            let covered =
                variable.kinds.iter().any(|other| other != kind && self.vocabulary.is_a(kind, other));
            let noun = plural(&kind_noun(self, kind).to_lowercase());
            if !covered && !nouns.contains(&noun) {
                nouns.push(noun);
            }
        }
        if nouns.is_empty() || nouns.len() > 4 { "things".into() } else { nouns.join(" or ") }
    }

    /// A whole group as a sentence, for questions that want yes or no.
    pub fn describe_group(&self, group: &Group) -> String {
        let mut seen = HashSet::new();
        let mut sentences = Vec::new();
        for (at, condition) in group.conditions.iter().enumerate() {
            if seen.contains(&at) {
                continue;
            }
            if let Some(sentence) = self.sentence(at, condition, &group.conditions, &mut seen) {
                sentences.push(sentence);
            }
        }
        if sentences.is_empty() { "there is such a thing".into() } else { sentences.join(" and ") }
    }

    /// One condition as said of a variable.
    pub fn describe_condition(&self, var: Var, condition: &Condition, all: &[Condition]) -> String {
        let mut seen = HashSet::new();
        for (at, other) in all.iter().enumerate() {
            if std::ptr::eq(other, condition) || mentions(other, var) {
                seen.insert(at);
            }
        }
        if mentions(condition, var) {
            return self.clause_of(var, condition, all, &mut seen).unwrap_or_default();
        }
        format!("such that {}", self.describe_group(&Group { conditions: vec![condition.clone()] }))
    }

    fn sentence(
        &self,
        at: usize,
        condition: &Condition,
        all: &[Condition],
        seen: &mut HashSet<usize>,
    ) -> Option<String> {
        match condition {
            Condition::Edge(edge) => {
                seen.insert(at);
                let subject = self.noun(edge.from, all, seen);
                let object = self.noun(edge.to, all, seen);
                let roles = self.roles(edge);
                Some(format!("{subject} {} {object}{roles}", self.verb(edge, self.is_one(edge.from))))
            }
            Condition::Not(group) => {
                seen.insert(at);
                Some(format!("it is not the case that {}", self.describe_group(group)))
            }
            // Said of the noun, in the sentence that holds it.
            Condition::Any(groups) if is_either(groups) && all.iter().any(|c| is_said_of(c, groups)) => None,
            Condition::Any(groups) => {
                seen.insert(at);
                let ways: Vec<String> = groups.iter().map(|group| self.describe_group(group)).collect();
                Some(format!("either {}", ways.join(" or ")))
            }
            Condition::Count { group, counted, test, number } => {
                seen.insert(at);
                let what = self.noun(*counted, &group.conditions, &mut HashSet::new());
                Some(format!("there are {}", self.so_many(*counted, *test, number, what)))
            }
            Condition::Every { .. } => {
                seen.insert(at);
                Some(self.of_every(condition)?)
            }
            Condition::Same(a, b) => {
                seen.insert(at);
                let be = if self.is_one(*a) { "is" } else { "are" };
                Some(format!("{} {be} {}", self.describe_head(*a), self.noun(*b, all, seen)))
            }
            Condition::There(var) => {
                let linked = all.iter().any(|c| match c {
                    Condition::Edge(e) => e.from == *var || e.to == *var,
                    Condition::Told { source, .. } => source == var,
                    _ => false,
                });
                let be = if self.variables[var.0].entities.len() == 1 { "is" } else { "are" };
                (!linked).then(|| format!("there {be} {}", self.noun(*var, all, seen)))
            }
            Condition::Property { var, key, test } => {
                seen.insert(at);
                let known = self.describe_head(*var);
                Some(format!("the {} of {known} {}", key.replace('_', " "), test_words(test)))
            }
            Condition::Moment { var, end, comparison, period } => {
                seen.insert(at);
                let test = test_words(&Test::Date { comparison: *comparison, period: *period });
                let (which, known) = (if *end { "last" } else { "first" }, self.describe_head(*var));
                Some(format!("the {which} day of {known} {test}"))
            }
            Condition::Validity { var, .. }
            | Condition::Rests { var, .. }
            | Condition::Age { var, .. }
            | Condition::Told { var, .. }
            | Condition::Extreme { var, .. }
            | Condition::Label { var, .. } => {
                let known = self.describe_head(*var);
                seen.insert(at);
                self.clause_of(*var, condition, all, seen)
                    .map(|c| format!("{known} {}", c.trim_start_matches("that ")))
            }
        }
    }

    fn noun(&self, var: Var, all: &[Condition], seen: &mut HashSet<usize>) -> String {
        let head = self.describe_head(var);
        let mut clauses = Vec::new();
        // What is denied or counted of this is not said of what stands further in.
        let whole = |c: &Condition| matches!(c, Condition::Not(_) | Condition::Count { .. });
        let new = |seen: &HashSet<usize>, at: &usize| !seen.contains(at) && mentions(&all[*at], var);
        let kept: Vec<usize> = (0..all.len()).filter(|at| whole(&all[*at]) && new(seen, at)).collect();
        seen.extend(&kept);
        for (at, condition) in all.iter().enumerate() {
            if !kept.contains(&at) && !new(seen, &at) {
                continue;
            }
            seen.insert(at);
            clauses.extend(self.clause_of(var, condition, all, seen));
        }
        if clauses.is_empty() { head } else { format!("{head} {}", joined_clauses(&clauses)) }
    }

    /// What a condition says of one variable: `that establish X`.
    fn clause_of(
        &self,
        var: Var,
        condition: &Condition,
        all: &[Condition],
        seen: &mut HashSet<usize>,
    ) -> Option<String> {
        match condition {
            Condition::Edge(edge) if edge.from == var => {
                let object = self.noun(edge.to, all, seen);
                let roles = self.roles(edge);
                Some(format!("that {} {object}{roles}", self.verb(edge, self.is_one(var))))
            }
            Condition::Edge(edge) => {
                let subject = self.noun(edge.from, all, seen);
                let roles = self.roles(edge);
                Some(format!("that {subject} {}{roles}", self.verb(edge, self.is_one(edge.from))))
            }
            Condition::Property { key, test, .. } => {
                Some(format!("whose {} {}", key.replace('_', " "), test_words(test)))
            }
            Condition::Label { labels, .. } => {
                let one = self.is_one(var);
                let noun = |label: &String| match one {
                    true => with_article(&kind_noun(self, label)),
                    false => plural(&kind_noun(self, label)),
                };
                let mut nouns: Vec<String> = labels.iter().map(noun).collect();
                nouns.dedup();
                Some(format!("that {} {}", if one { "is" } else { "are" }, nouns.join(" or ")))
            }
            Condition::Same(a, b) => {
                let other = if *a == var { *b } else { *a };
                Some(format!("that are {}", self.noun(other, all, seen)))
            }
            Condition::Validity { period, how, .. } => {
                let open = period.and_then(|p| p.open());
                let when = match (period, open) {
                    (_, Some((how, day))) => format!("{how} {day}"),
                    (Some(p), _) if p.first == p.last => format!("on {}", p.first),
                    (Some(p), _) => format!("from {} to {}", p.first, p.last),
                    (None, _) => format!("on {}", self.today),
                };
                let (were, cover) = if self.is_one(var) { ("was", "covers") } else { ("were", "cover") };
                Some(match how {
                    Meets::On | Meets::UnknownOn => format!("that {were} in force {when}"),
                    Meets::Overlaps | Meets::UnknownOverlaps => format!("that {cover} days {when}"),
                })
            }
            Condition::Not(group) => {
                let mut inner_seen = HashSet::new();
                let said: Vec<String> = group
                    .conditions
                    .iter()
                    .enumerate()
                    .filter_map(|(at, c)| {
                        if inner_seen.contains(&at) || !mentions(c, var) {
                            return None;
                        }
                        inner_seen.insert(at);
                        self.clause_of(var, c, &group.conditions, &mut inner_seen)
                    })
                    .collect();
                let but = if self.is_one(var) { "but not one" } else { EXCEPT };
                (!said.is_empty()).then(|| format!("{but} {}", said.join(" and ")))
            }
            Condition::Any(groups) if is_either(groups) => {
                let what = |condition: &Condition| match condition {
                    Condition::Label { labels, .. } => plural(&kind_noun(self, labels.first()?)).into(),
                    Condition::Same(_, named) => Some(self.describe_head(*named)),
                    _ => None,
                };
                let ways: Vec<String> =
                    groups.iter().flat_map(|g| g.conditions.iter().filter_map(what)).collect();
                Some(format!("that are {}", or_list(&ways)))
            }
            Condition::Any(groups) => {
                let ways: Vec<String> = groups
                    .iter()
                    .filter_map(|g| {
                        let mut inner = HashSet::new();
                        let said: Vec<String> = g
                            .conditions
                            .iter()
                            .enumerate()
                            .filter_map(|(at, c)| {
                                let new = mentions(c, var) && inner.insert(at);
                                new.then(|| self.clause_of(var, c, &g.conditions, &mut inner))?
                            })
                            .collect();
                        (!said.is_empty()).then(|| said.join(" and "))
                    })
                    .collect();
                (!ways.is_empty()).then(|| format!("either {}", ways.join(" or ")))
            }
            Condition::Count { group, counted, test, number } => {
                let what = self.noun(*counted, &group.conditions, &mut HashSet::new());
                Some(format!("with {}", self.so_many(*counted, *test, number, what)))
            }
            Condition::Moment { end, comparison, period, .. } => {
                let test = test_words(&Test::Date { comparison: *comparison, period: *period });
                Some(format!("whose {} day {test}", if *end { "last" } else { "first" }))
            }
            Condition::Rests { on, alone, .. } if on.contains(&var) => {
                let Condition::Rests { var: holder, .. } = condition else { return None };
                let has = if self.is_one(*holder) { "has" } else { "have" };
                let how = if *alone { "through which alone" } else { "through which" };
                let holder = self.noun(*holder, all, seen);
                Some(format!("{how} {holder} {has} authority"))
            }
            Condition::Age { var: one, than, older } => {
                let (other, older) = if *one == var { (*than, *older) } else { (*one, !*older) };
                let other = self.noun(other, all, seen);
                Some(format!("that began {} than {other}", if older { "earlier" } else { "later" }))
            }
            Condition::Told { var: told, source } => Some(match *told == var {
                true => {
                    let be = if self.is_one(var) { "is" } else { "are" };
                    format!("that {be} mentioned in {}", self.noun(*source, all, seen))
                }
                false => {
                    let mention = if self.is_one(var) { "mentions" } else { "mention" };
                    format!("that {mention} {}", self.noun(*told, all, seen))
                }
            }),
            Condition::Rests { on, alone, .. } => {
                let on: Vec<String> = on.iter().map(|on| self.noun(*on, all, seen)).collect();
                let through = if *alone { "only through" } else { "through" };
                let be = if self.is_one(var) { "has" } else { "have" };
                Some(format!("that {be} authority {through} {}", on.join(" and ")))
            }
            Condition::Every { .. } => self.of_every(condition).map(|said| format!("such that {said}")),
            Condition::Extreme { other, group, word, .. } => {
                let mut inner = HashSet::new();
                Some(format!("that are the {word} of {}", self.noun(*other, &group.conditions, &mut inner)))
            }
            Condition::There(_) => None,
        }
    }

    /// `for every decree that approves X, it is issued by Y`
    fn of_every(&self, condition: &Condition) -> Option<String> {
        let Condition::Every { each, var, said } = condition else { return None };
        let mut seen = HashSet::new();
        let each = self.noun(*var, &each.conditions, &mut seen);
        Some(format!("for all {each}, {}", self.describe_group(said)))
    }

    fn is_one(&self, var: Var) -> bool {
        self.variables[var.0].entities.len() == 1
    }

    /// The verb of an edge read from its start to its end.
    pub fn verb(&self, edge: &Edge, singular: bool) -> String {
        let mut words: Vec<String> = Vec::new();
        for link in &edge.relations {
            let relation = self.relation(link.relation);
            let said = if !link.reversed {
                relation.verbs.first().map(|v| conjugate(v, singular))
            } else {
                match relation.inverse_verbs.first() {
                    Some(v) => Some(conjugate(v, singular)),
                    None => relation.verbs.first().map(|v| passive(v, singular)),
                }
            };
            let said = said.unwrap_or_else(|| relation.name.replace('_', " "));
            if !words.contains(&said) {
                words.push(said);
            }
        }
        let mut verb = words.join(" or ");
        if acts_by_parts(edge) == Some(true) {
            let own = if singular { "itself or by its parts" } else { "themselves or by their parts" };
            verb = format!("{own} {verb}");
        }
        if edge.transitive { format!("directly or indirectly {verb}") } else { verb }
    }

    fn roles(&self, edge: &Edge) -> String {
        edge.tests
            .iter()
            .map(|(key, test)| format!(" ({} {})", key.replace('_', " "), test_words(test)))
            .chain(edge.during.map(|period| match period.first == period.last {
                true => format!(" on {}", period.first),
                false => format!(" on some day from {} to {}", period.first, period.last),
            }))
            .chain((acts_by_parts(edge) == Some(false)).then(|| " (itself or by its parts)".to_owned()))
            .collect()
    }

    /// Says that a verb was taken in several meanings.
    pub fn note_unions(&mut self, group: &Group) {
        for condition in &group.conditions {
            match condition {
                Condition::Edge(edge) => {
                    let mut names: Vec<String> = edge
                        .relations
                        .iter()
                        .map(|l| self.relation(l.relation).name.replace('_', " "))
                        .collect();
                    names.dedup();
                    if names.len() > 1 {
                        let note = format!("taken in {} meanings: {}", names.len(), names.join(", "));
                        if !self.notes.contains(&note) {
                            self.notes.push(note);
                        }
                    }
                }
                other => other.groups().into_iter().for_each(|inner| self.note_unions(inner)),
            }
        }
    }
}

/// What is excepted stands without `and`, and what is excepted besides with it.
fn joined_clauses(clauses: &[String]) -> String {
    let mut said = String::new();
    let mut before = "";
    for clause in clauses {
        match (said.is_empty(), clause.strip_prefix(EXCEPT), before.starts_with(EXCEPT)) {
            (true, ..) => said.push_str(clause),
            (false, Some(those), true) => said.push_str(&format!(" and those{those}")),
            (false, Some(_), false) => said.push_str(&format!(" {clause}")),
            (false, None, _) => said.push_str(&format!(" and {clause}")),
        }
        before = clause;
    }
    said
}

/// Where parts can act for what acts: whether that stands before the verb.
fn acts_by_parts(edge: &Edge) -> Option<bool> {
    let reversed = edge.relations.first()?.reversed;
    (!edge.parts.is_empty()).then_some(!reversed)
}

/// Whether the alternatives only say what a variable is: a kind or a named thing.
fn is_either(groups: &[Group]) -> bool {
    let says_what = |c: &Condition| matches!(c, Condition::Label { .. } | Condition::Same(..));
    groups.iter().all(|group| matches!(group.conditions.as_slice(), [one] if says_what(one)))
}

fn is_said_of(condition: &Condition, groups: &[Group]) -> bool {
    let Condition::Edge(edge) = condition else { return false };
    let has = |var: &Var| *var == edge.from || *var == edge.to;
    groups.iter().all(|group| group.variables().iter().any(has))
}

fn mentions(condition: &Condition, var: Var) -> bool {
    match condition {
        Condition::Edge(edge) => edge.from == var || edge.to == var,
        Condition::Property { var: v, .. }
        | Condition::Label { var: v, .. }
        | Condition::Validity { var: v, .. }
        | Condition::Moment { var: v, .. } => *v == var,
        Condition::Same(a, b) => *a == var || *b == var,
        Condition::Age { var: v, than, .. } => *v == var || *than == var,
        Condition::Told { var: v, source } => *v == var || *source == var,
        Condition::Rests { var: v, on, .. } => *v == var || on.contains(&var),
        Condition::There(_) => false,
        Condition::Not(group) | Condition::Count { group, .. } => {
            group.conditions.iter().any(|c| mentions(c, var))
        }
        Condition::Any(groups) => groups.iter().any(|g| g.conditions.iter().any(|c| mentions(c, var))),
        Condition::Every { said, .. } => said.conditions.iter().any(|c| mentions(c, var)),
        Condition::Extreme { var: v, .. } => *v == var,
    }
}

/// `be responsible for` becomes `are responsible for`; the first word takes the ending.
fn conjugate(phrase: &str, singular: bool) -> String {
    let (verb, rest) = phrase.split_once(' ').map_or((phrase, ""), |(v, r)| (v, r));
    let verb = match (verb, singular) {
        ("be", true) => "is".to_owned(),
        ("be", false) => "are".to_owned(),
        ("would" | "will" | "must", _) => verb.to_owned(),
        (_, true) => third_person(verb),
        (_, false) => verb.to_owned(),
    };
    if rest.is_empty() { verb } else { format!("{verb} {rest}") }
}

/// `establish` becomes `are established by`.
fn passive(phrase: &str, singular: bool) -> String {
    let be = if singular { "is" } else { "are" };
    let (verb, rest) = phrase.split_once(' ').map_or((phrase, ""), |(v, r)| (v, r));
    if verb == "be" {
        return format!("{be} what {be} {rest}");
    }
    if verb == "would" {
        let (base, rest) = rest.split_once(' ').map_or((rest, ""), |(v, r)| (v, r));
        return format!("would be {} {rest}by", participle(base)).replace("  ", " ");
    }
    let rest = if rest.is_empty() { String::new() } else { format!(" {rest}") };
    format!("{be} {}{rest} by", participle(verb))
}

fn test_words(test: &Test) -> String {
    match test {
        Test::Date { comparison, period } => match comparison {
            DateComparison::Before => format!("is before {}", period.first),
            DateComparison::UntilEnd => format!("is {} or earlier", period.last),
            DateComparison::Since => format!("is {} or later", period.first),
            DateComparison::After => format!("is after {}", period.last),
            DateComparison::Within if period.first == period.last => format!("is {}", period.first),
            DateComparison::Within => format!("is between {} and {}", period.first, period.last),
        },
        Test::Text(value) => format!("is \"{value}\""),
        Test::Words(value) => format!("says \"{value}\""),
        Test::Number(test, number) => format!("is {} {number}", comparison_words(*test)),
        Test::OneOf(values) => {
            let values: Vec<String> = values.iter().map(|v| format!("\"{v}\"")).collect();
            format!("is {}", values.join(" or "))
        }
        Test::Present => "is stated".into(),
        Test::Absent => "is not stated".into(),
    }
}
