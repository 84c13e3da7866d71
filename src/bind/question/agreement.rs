//! Of whom a relative clause is said: `treaties ratified by Law 74 that concern X` tells of the treaties.

use super::binder::Binder;
use super::clause::Gap;
use super::meaning::*;
use super::trouble;
use crate::base::{Result, Span, fold};
use crate::language::question::morphology::third_person;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Lexicon, Token};

impl Binder<'_> {
    /// Says a relative clause of a variable. Of one thing no verb in the plural is said, and where the verb has no number,
    /// of a thing named by the way nothing that is never so.
    pub fn relative<'s>(
        &mut self,
        var: Var,
        preposition: Option<&'s Token>,
        clause: &'s Clause,
        span: Span,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let plural = clause.verbs.first().filter(|_| clause.subject.is_none());
        let plural = plural.and_then(|verb| self.is_plural_verb(verb));
        let several = self.variables[var.0].word.ends_with('s');
        if plural == Some(true) && self.is_one_thing(var) && !several {
            return Err(trouble::plural(span));
        }
        let start = group.conditions.len();
        let left = self.clause(clause, Some(Gap { var, preposition }), group)?;
        let said = group.conditions.get(start..).unwrap_or_default();
        if plural != Some(false) && var.0 > 0 && self.is_never(var, said) {
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

    /// Whether something is never said of a thing that is named: no such relation leads from it or to it.
    pub fn is_never(&self, var: Var, said: &[Condition]) -> bool {
        let never = |condition: &Condition| match condition {
            Condition::Edge(edge) if edge.from == var || edge.to == var => {
                !edge.relations.iter().any(|link| self.occurs(link, edge.from, edge.to))
            }
            _ => false,
        };
        self.variables[var.0].entities.len() == 1 && said.iter().any(never)
    }

    /// Whether a verb stands in the plural, where its form tells.
    fn is_plural_verb(&self, verb: &VerbPhrase) -> Option<bool> {
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
        match &verb.core {
            Core::Active { verbs, .. } if verbs.iter().all(|said| said.category == Category::Present) => {
                Some(!bases.any(|base| present(&base) && third_person(&base) == word))
            }
            _ => None,
        }
    }
}
