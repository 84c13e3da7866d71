//! Of whom modifiers are said: in `treaties ratified by Law 74 that concern X` the clause tells of the treaties.

use super::binder::Binder;
use super::clause::Gap;
use super::meaning::*;
use super::possession::says_with;
use super::trouble;
use crate::base::{Result, Span, fold};
use crate::graph::Entity;
use crate::language::question::dates::Period;
use crate::language::question::morphology::third_person;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Lexicon, Token};
use crate::value::Value;

impl Binder<'_> {
    /// Says a relative clause of a variable. Of one thing no verb in the plural is said, and of a thing named by the way
    /// nothing is said, or denied, that is never so.
    pub fn relative<'s>(
        &mut self,
        var: Var,
        preposition: Option<&'s Token>,
        clause: &'s Clause,
        span: Span,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let plural = clause.verbs.first().filter(|_| clause.subject.is_none());
        let plural = plural.is_some_and(|verb| self.number_of_verb(verb) == Some(true));
        let several = self.variables[var.0].word.ends_with('s');
        if plural && self.is_one_thing(var) && !several {
            return Err(trouble::plural(span));
        }
        let start = group.conditions.len();
        let left = self.clause(clause, Some(Gap { var, preposition }), group)?;
        let placed = left.first().is_some_and(|first| self.follows_in_force(first));
        let left = if placed { self.of_the_subject(Some(var), left, group) } else { left };
        let said = group.conditions.get(start..).unwrap_or_default();
        let mut denied = said.iter().flat_map(Condition::groups).map(|denied| denied.conditions.as_slice());
        if var.0 > 0 && (self.is_never(var, said) || denied.any(|denied| self.is_never(var, denied))) {
            return Err(trouble::plural(span));
        }
        Ok(left)
    }

    /// `concluded in Moscow or ratified by Law 74`: an alternative to what the conditions from `at` on say.
    pub fn or_modifier(&mut self, var: Var, modifier: &Modifier, at: usize, group: &mut Group) -> Result<()> {
        let mut way = Group::default();
        let further = self.attempt(&mut way, |b, way| b.modifier(var, modifier, way))?;
        self.no_leftover(&further)?;
        let first = Group { conditions: group.conditions.split_off(at.min(group.conditions.len())) };
        let mut ways = match first.conditions.as_slice() {
            [Condition::Any(ways)] => ways.clone(),
            _ => vec![first],
        };
        ways.push(way);
        group.conditions.push(Condition::Any(ways));
        Ok(())
    }

    /// `the tasks of X and of Y`: of either, where the noun stands in the plural. What the first `of` says stands from `at` on.
    pub fn or_of_others(
        &mut self,
        var: Var,
        links: &[Link],
        noun: &Token,
        modifiers: &mut Vec<&Modifier>,
        at: usize,
        group: &mut Group,
    ) -> Result<()> {
        while let Some(Modifier { kind: ModifierKind::Phrase { preposition, object }, .. }) =
            modifiers.first()
        {
            if preposition.category != Category::Of || !self.is_plural_noun(var) {
                break;
            }
            modifiers.remove(0);
            let mut owner = self.noun_phrase(object)?;
            self.no_leftover(&owner.leftover)?;
            let said = self.linked(var, &mut owner, |_, _| links.to_vec(), false, noun)?;
            let mut way = Group::default();
            self.assert(owner, said, &mut way);
            let first = Group { conditions: group.conditions.split_off(at.min(group.conditions.len())) };
            let ways = match first.conditions.as_slice() {
                [Condition::There(_), Condition::Any(ways)] => ways.iter().cloned().chain([way]).collect(),
                _ => vec![first, way],
            };
            group.conditions.extend([Condition::There(var), Condition::Any(ways)]);
        }
        Ok(())
    }

    /// Attaches modifiers one after the other; from the first that does not go, the rest is returned.
    pub fn attach_all<'s>(
        &mut self,
        var: Var,
        modifiers: Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Vec<&'s Modifier> {
        let mut left = Vec::new();
        // `tasks on X and on Y`: what the same preposition says more than once.
        let mut alike: Vec<(String, Group, Span)> = Vec::new();
        // Where what the modifier before says begins.
        let mut before = None;
        let mut of_before = false;
        for modifier in modifiers {
            let start = group.conditions.len();
            // `the tasks of councils and of X`: those of either, where the noun stands in the plural.
            let of_another = std::mem::replace(&mut of_before, is_of(modifier))
                && of_before
                && self.is_plural_noun(var)
                && !self.says("both");
            if modifier.or_before || of_another {
                let either = before.filter(|_| left.is_empty());
                if either.is_none_or(|at| self.or_modifier(var, modifier, at, group).is_err()) {
                    left.push(modifier);
                }
                continue;
            }
            before = Some(start);
            if left.is_empty()
                && let Ok(further) = self.attempt(group, |b, g| b.modifier(var, modifier, g))
            {
                if let ModifierKind::Phrase { preposition, .. } = &modifier.kind {
                    let new = group.conditions.get(start..).unwrap_or_default();
                    let edges = new.iter().filter(|c| matches!(c, Condition::Edge(_))).cloned();
                    match alike.iter_mut().find(|(text, ..)| *text == preposition.text) {
                        Some((_, said, span)) => {
                            said.conditions.extend(edges);
                            *span = span.to(modifier.span);
                        }
                        None => {
                            let said = Group { conditions: edges.collect() };
                            alike.push((preposition.text.clone(), said, modifier.span));
                        }
                    }
                }
                for modifier in further {
                    // What a thing named by the way does not have, the one that it is said of may: `under X with Y`.
                    match (says_with(modifier) || is_clause(modifier))
                        && !modifier.or_before
                        && left.is_empty()
                    {
                        true => match self.attempt(group, |b, g| b.modifier(var, modifier, g)) {
                            Ok(further) => left.extend(further),
                            Err(_) => left.push(modifier),
                        },
                        false => left.push(modifier),
                    }
                }
            } else {
                left.push(modifier);
            }
        }
        for (_, said, span) in alike {
            self.owe_each(var, &said, span);
        }
        left
    }

    /// Of a thing that is named by the way nothing is said that is never so: it is said of something before it.
    pub fn may_be_so(&self, var: Var, said: &Group, span: Span) -> Result<()> {
        match var.0 > 0 && self.is_never(var, &said.conditions) {
            true => Err(trouble::plural(span)),
            false => Ok(()),
        }
    }

    /// Whether something is never so of a thing that is named: no such relation leads from it or to it, or its day is
    /// another.
    pub fn is_never(&self, var: Var, said: &[Condition]) -> bool {
        let never = |condition: &Condition| match condition {
            Condition::Edge(edge) if edge.from == var || edge.to == var => {
                !edge.relations.iter().any(|link| self.occurs(link, edge.from, edge.to))
            }
            Condition::Property { var: of, key, test: Test::Date { comparison, period } } if *of == var => {
                self.is_another_day(var, key, *comparison, *period)
            }
            _ => false,
        };
        self.variables[var.0].entities.len() == 1 && said.iter().any(never)
    }

    /// Whether the day of a named thing is known and does not lie so to a period.
    fn is_another_day(&self, var: Var, key: &str, comparison: DateComparison, period: Period) -> bool {
        let node = self.variables[var.0].entities.first();
        let day =
            node.zip(self.graph.key(key)).map(|(node, key)| self.graph.property(Entity::Node(*node), key));
        let Some(Value::Date(day)) = day else { return false };
        !match comparison {
            DateComparison::Before => day < period.first,
            DateComparison::UntilEnd => day <= period.last,
            DateComparison::Within => period.first <= day && day <= period.last,
            DateComparison::Since => period.first <= day,
            DateComparison::After => period.last < day,
        }
    }

    /// Whether a clause after the name of one thing tells of what was spoken of before: it says what somebody does or did,
    /// and not in the singular.
    pub fn tells_of_others(&self, modifier: &Modifier) -> bool {
        match &modifier.kind {
            ModifierKind::Relative { preposition: None, clause } if clause.subject.is_none() => {
                clause.verbs.first().is_some_and(|verb| self.number_of_verb(verb) != Some(false))
            }
            _ => false,
        }
    }

    /// Whether a clause says what one thing does: `everything except drafts that concerns X`.
    pub fn tells_of_one(&self, modifier: &Modifier) -> bool {
        match &modifier.kind {
            ModifierKind::Relative { preposition: None, clause } if clause.subject.is_none() => {
                clause.verbs.first().is_some_and(|verb| self.number_of_verb(verb) == Some(false))
            }
            _ => false,
        }
    }

    /// Whether a verb stands in the plural, where its form tells.
    fn number_of_verb(&self, verb: &VerbPhrase) -> Option<bool> {
        let word = fold(verb.span.of(self.text).split(' ').next().unwrap_or_default());
        match word.as_str() {
            "have" | "are" | "were" | "do" => return Some(true),
            "has" | "is" | "was" | "does" => return Some(false),
            _ => {}
        }
        let present =
            |word: &str| self.dictionary.senses(word).iter().any(|sense| sense.category == Category::Present);
        let stem = |end: &str, with: &str| Some(format!("{}{with}", word.strip_suffix(end)?));
        let mut bases = [("s", ""), ("es", ""), ("ies", "y")].into_iter().filter_map(|(e, w)| stem(e, w));
        // `did establish`, `would establish` tell no number.
        let present_form =
            |said: &Token| said.category == Category::Present && said.span.start == verb.span.start;
        match &verb.core {
            Core::Active { verbs, .. } if verbs.first().is_some_and(present_form) => {
                Some(!bases.any(|base| present(&base) && third_person(&base) == word))
            }
            _ => None,
        }
    }
}

fn is_of(modifier: &Modifier) -> bool {
    match &modifier.kind {
        ModifierKind::Phrase { preposition, .. } => preposition.category == Category::Of,
        _ => false,
    }
}

/// Whether a modifier says with a verb what something is or does.
fn is_clause(modifier: &Modifier) -> bool {
    use ModifierKind::{Gerund, InForce, Participle, Predicate, Relative};
    matches!(
        modifier.kind,
        Relative { .. } | Participle { .. } | Predicate { .. } | Gerund { .. } | InForce { .. }
    )
}
