//! Noun phrases joined by `and`, `or` and `but not`.

use super::binder::Binder;
use super::meaning::*;
use super::owed::Mark;
use super::phrase::Phrase;
use super::trouble;
use crate::base::Result;
use crate::language::question::Category;
use crate::language::question::syntax::*;

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
        for part in parts {
            let bound = self.simple(part, Some(var), None)?;
            let mut group = bound.group;
            if group.conditions.is_empty() {
                group.conditions.push(Condition::There(var));
            }
            groups.push(group);
            leftover = bound.leftover;
            kinds.extend(self.head_kinds(part));
        }
        if preset.is_none() {
            kinds.sort();
            kinds.dedup();
            self.variables[var.0].kinds = kinds;
            self.variables[var.0].asked = last.asked;
        }
        let group = Group { conditions: vec![Condition::Any(groups)] };
        Ok(Phrase { vars: vec![var], group, leftover, asked: last.asked, ..Phrase::default() })
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
            let bound = self.simple(part, Some(var), None)?;
            self.variables[var.0].kinds = kinds;
            whole.leftover.extend(bound.leftover);
            whole.group.conditions.push(Condition::Not(bound.group));
        }
        Ok(whole)
    }
}
