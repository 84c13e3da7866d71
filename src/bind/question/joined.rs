//! Noun phrases joined by `and`, `or` and `but not`.

use super::binder::Binder;
use super::meaning::*;
use super::owed::Mark;
use super::phrase::Phrase;
use super::trouble;
use crate::base::Result;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};

impl Binder<'_> {
    pub fn joined<'s>(
        &mut self,
        parts: &'s [Simple],
        joined: Joined,
        preset: Option<Var>,
    ) -> Result<Phrase<'s>> {
        let (last, before) = match parts.split_last() {
            Some(split) => split,
            None => return Ok(Phrase::default()),
        };
        if let Some(said) = parts.iter().find_map(foremost_name) {
            return Err(super::mistaken::chosen_among(said));
        }
        // `plans or programmes of X`: kinds that share what follows.
        let bare = |s: &Simple| s.modifiers.is_empty() && !s.negative;
        let is_kind = |s: &Simple| matches!(s.head, Head::Kind(_));
        let both = joined == Joined::And && self.says("both");
        // `is X a law and a decree`: one thing is each of them.
        let of_one = preset.is_some_and(|var| {
            let known = &self.variables[var.0];
            known.entities.len() == 1
                || parts.iter().all(|s| matches!(&s.head, Head::Kind(token) if self.is_singular(token)))
        });
        if let (Joined::And, true) = (joined, of_one) {
            let mut whole = Phrase::default();
            for part in parts {
                let bound = self.simple(part, preset, None)?;
                whole.vars = bound.vars;
                whole.group.conditions.extend(bound.group.conditions);
                whole.leftover = bound.leftover;
            }
            return Ok(whole);
        }
        if !both
            && before.iter().all(|s| bare(s) && is_kind(s) && s.before.is_empty())
            && is_kind(last)
            && last.before.is_empty()
            // `councils but no ministries` says two things.
            && !(last.negative && joined == Joined::And)
        {
            let mut kinds = Vec::new();
            for part in parts {
                if let Head::Kind(token) = &part.head {
                    kinds.extend(self.kind_names(token));
                }
            }
            kinds.sort();
            kinds.dedup();
            return self.simple(last, preset, Some(kinds));
        }
        let of_value =
            |s: &Simple| matches!(s.head, Head::Property(_) | Head::Event(_)) && s.before.is_empty();
        if joined == Joined::And && parts.iter().all(of_value) && before.iter().all(bare) {
            return self.properties_of(before, last);
        }
        // `the number and date of X`, where `number` is no noun of its own.
        if let (Some(Simple { head: Head::Noun { noun, .. }, .. }), true) =
            (before.iter().find(|s| bare(s)), of_value(last) && !last.modifiers.is_empty())
        {
            return Err(trouble::whose(noun));
        }
        if joined == Joined::And && preset.is_none() && parts.iter().all(|s| s.asked.is_none()) {
            let mut whole = Phrase::default();
            for part in parts {
                let bound = self.simple(part, None, None)?;
                whole.vars.extend(bound.vars);
                whole.group.conditions.extend(bound.group.conditions);
                whole.leftover = bound.leftover;
            }
            return Ok(whole);
        }
        if let Some(Head::Asked(token)) =
            parts.iter().skip(1).map(|s| &s.head).find(|h| matches!(h, Head::Asked(_)))
        {
            return Err(trouble::one_question(token));
        }
        // Names joined by `or`: one variable that is any of them.
        if preset.is_none()
            && parts
                .iter()
                .all(|s| matches!(s.head, Head::Name(_)) && s.modifiers.is_empty() && s.before.is_empty())
        {
            let mut nodes = Vec::new();
            for part in parts {
                if let Head::Name(token) = &part.head {
                    let bound = self.name(token, &[])?;
                    nodes.extend(self.variables[bound.0].entities.clone());
                }
            }
            let var = self.entity(nodes, "it", last.span);
            self.variables[var.0].word = "any".into();
            return Ok(Phrase { vars: vec![var], asked: last.asked, ..Phrase::default() });
        }
        let span = parts[0].span.to(last.span);
        let var = preset.unwrap_or_else(|| self.variable(Vec::new(), "it", span));
        let mut groups = Vec::new();
        let mut kinds = Vec::new();
        let mut leftover = Vec::new();
        let mut told = true;
        for part in parts {
            if preset.is_none() {
                // What one part is, the others need not be.
                self.variables[var.0].kinds.clear();
            }
            let bound = self.simple(part, Some(var), None)?;
            let mut group = bound.group;
            if group.conditions.is_empty() {
                group.conditions.push(Condition::There(var));
            }
            groups.push(group);
            leftover = bound.leftover;
            let mut own = self.head_kinds(part);
            if own.is_empty() {
                own = self.kinds(var).to_vec();
            }
            told &= !own.is_empty();
            kinds.extend(own);
        }
        if preset.is_none() {
            kinds.sort();
            kinds.dedup();
            // A part whose kinds nothing tells can be of any.
            self.variables[var.0].kinds = if told { kinds } else { Vec::new() };
            self.variables[var.0].asked = last.asked;
        }
        let group = Group { conditions: vec![Condition::Any(groups)] };
        Ok(Phrase { vars: vec![var], group, leftover, asked: last.asked, ..Phrase::default() })
    }

    /// What is listed: of several things joined by `and` each one, `laws and Decree 268`.
    pub fn each_listed<'s>(&mut self, phrase: &'s NounPhrase) -> Result<Phrase<'s>> {
        let mut several = false;
        let whole = self.attempt(&mut Group::default(), |b, _| {
            let bound = b.noun_phrase(phrase)?;
            several = bound.vars.len() > 1;
            if several { Err(trouble::out_of_place(&super::clause::head_token(phrase))) } else { Ok(bound) }
        });
        if !several {
            return whole;
        }
        if let Some(value) =
            phrase.parts.iter().find(|part| matches!(part.head, Head::Property(_) | Head::Event(_)))
        {
            return Err(super::mistaken::values_listed(value.span));
        }
        self.answering = None;
        let mut either = self.joined(&phrase.parts, Joined::Or, None)?;
        if let Some(var) = either.var() {
            either.group.conditions.insert(0, Condition::There(var));
        }
        Ok(either)
    }

    /// `decrees of X in 2012`: what does not go with a thing named by the way is said of what is listed.
    pub fn take_leftover<'s>(&mut self, bound: &mut Phrase<'s>) -> Result<()> {
        let timed = |modifier: &&Modifier| matches!(modifier.kind, ModifierKind::Time { .. });
        let left = std::mem::take(&mut bound.leftover);
        let left = match (bound.vars.as_slice(), left.first().is_some_and(timed)) {
            ([var], true) if bound.value.is_none() => self.attach_all(*var, left, &mut bound.group),
            _ => left,
        };
        self.no_leftover(&left)
    }

    /// `which programmes ended without a successor`, `which laws are in force in X`: what is said of the subject after the
    /// verb.
    pub fn of_the_subject<'s>(
        &mut self,
        subject: Option<Var>,
        left: Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Vec<&'s Modifier> {
        let own = |modifier: &&Modifier| {
            matches!(modifier.kind, ModifierKind::Without(_)) || self.follows_in_force(modifier)
        };
        match subject.filter(|_| left.iter().all(own)) {
            Some(subject) => self.attach_all(subject, left, group),
            None => left,
        }
    }

    /// Whether a phrase, and no time, stands after words for being in force, or after the time of that.
    pub fn follows_in_force(&self, modifier: &Modifier) -> bool {
        let timed = |token: &Token| matches!(token.category, Category::Date | Category::Preposition);
        let mut before = self.tokens.iter().rev().filter(|token| token.span.end <= modifier.span.start);
        let before = before.find(|token| !timed(token));
        let phrase = matches!(modifier.kind, ModifierKind::Phrase { .. });
        phrase && before.is_some_and(|token| token.category == Category::InForce)
    }

    pub fn except<'s>(&mut self, parts: &'s [Simple], preset: Option<Var>) -> Result<Phrase<'s>> {
        let mut whole = self.simple(&parts[0], preset, None)?;
        let Some(var) = whole.var() else { return Ok(whole) };
        let named = preset.is_none() && !self.variables[var.0].entities.is_empty();
        let acted_on = preset.is_none()
            && parts[0].asked.is_none()
            && self.object.is_some_and(|at| at.start == parts[0].span.start);
        for (before, part) in parts.iter().zip(&parts[1..]) {
            // `ratified treaties but not protocols` denies the verb of the second.
            let between = self.text.get(before.span.end..part.span.start).unwrap_or("").to_lowercase();
            if named || (acted_on && between.contains(" not")) {
                // Nothing is one named thing but not another: what is said of the one is denied of the other.
                let other = self.simple(part, None, None)?;
                self.owe(Mark::But, other.span);
                whole.leftover.extend(other.leftover.clone());
                whole.but.push(other);
                continue;
            }
            if !self.fits(&self.head_kinds(part), self.kinds(var)) {
                return Err(trouble::not_among(self, part.span, var));
            }
            // `from X but not from Y` denies what is said, not what X are.
            let said = self.tokens.iter().rfind(|token| token.span.end <= part.span.start);
            if said.is_some_and(|token| token.category != Category::But && token.text != "but") {
                return Err(super::mistaken::said_again(part.span));
            }
            // Of what is left out no kind is told of the others.
            let kinds = self.variables[var.0].kinds.clone();
            let told = part.modifiers.iter().position(|m| self.tells_of_one(m) && is_several(part));
            if let Some(at) = told {
                let mut alone = part.clone();
                alone.modifiers.truncate(at);
                let bound = self.simple(&alone, Some(var), None)?;
                self.no_leftover(&bound.leftover)?;
                whole.group.conditions.push(Condition::Not(bound.group));
                let further = part.modifiers.iter().skip(at).collect();
                let left = self.attach_all(var, further, &mut whole.group);
                whole.leftover.extend(left);
            } else {
                let bound = self.simple(part, Some(var), None)?;
                whole.leftover.extend(bound.leftover);
                whole.group.conditions.push(Condition::Not(bound.group));
            }
            self.variables[var.0].kinds = kinds;
        }
        Ok(whole)
    }
}

/// `the oldest X or Y`, where X is the name of one thing.
fn foremost_name(part: &Simple) -> Option<&Token> {
    let named = matches!(part.head, Head::Name(_) | Head::Quoted(_) | Head::Apposition(..));
    part.before.iter().find_map(|before| match before {
        Before::Superlative(said) if named => Some(said),
        _ => None,
    })
}

/// Whether the head of a noun phrase stands in the plural.
fn is_several(part: &Simple) -> bool {
    match &part.head {
        Head::Kind(token) | Head::Value(token) | Head::Noun { noun: token, .. } => token.text.ends_with('s'),
        _ => false,
    }
}
