//! Passive verbs: who acts stands after `by`, or is asked for.

use super::binder::{Binder, Voice};
use super::clause::{Gap, Said};
use super::grouping::grouping_of;
use super::meaning::*;
use super::trouble;
use crate::base::Result;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Lexicon, Token};

impl Binder<'_> {
    /// `X is verbed by Y`.
    pub fn passive_verb<'s>(
        &mut self,
        subject: Var,
        said: Said<'s>,
        gap: Option<Gap<'s>>,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<()> {
        let Some(first) = said.verbs.first() else { return Ok(()) };
        if let Some(done) = self.rests(subject, said, None, gap, rest, group)? {
            return Ok(done);
        }
        // The agent, or whatever the relation marks with a preposition of its own.
        let marked = rest.iter().position(|m| match &m.kind {
            ModifierKind::Phrase { preposition, .. } => match said.preposition {
                Some(own) if preposition.category == Category::By => {
                    !self.watched_over_by(said.verbs, &own.text, said.mood).is_empty()
                }
                _ => !self
                    .verb_links(said.verbs, Voice::Passive, Some(preposition.text.as_str()), said.mood)
                    .is_empty(),
            },
            _ => false,
        });
        let by_gap = gap.filter(|_| said.preposition.is_some());
        let start = group.conditions.len();
        if marked.is_none()
            && by_gap.is_none()
            && (self.on_own_day(subject, said.verbs, rest, group)?
                || self.property_verb(subject, said.verbs, None, rest, group)?.is_some())
        {
            return Ok(());
        }
        let run = |b: &mut Self,
                   verbs: &[Token],
                   verb: &Token,
                   group: &mut Group|
         -> Result<Vec<&'s Modifier>> {
            let mut further = Vec::new();
            match (marked.and_then(|at| rest.get(at)).map(|m| &m.kind), by_gap) {
                (Some(ModifierKind::Phrase { preposition, object }), _) => {
                    let links = match said.preposition {
                        Some(own) if preposition.category == Category::By => {
                            b.watched_over_by(verbs, &own.text, said.mood)
                        }
                        _ => b.verb_links(verbs, Voice::Passive, Some(&preposition.text), said.mood),
                    };
                    b.say(subject, &links, Some(object), None, said.transitive, verb, &mut further, group)?;
                }
                (_, Some(gap)) => {
                    let preposition = said.preposition.map(|p| p.text.as_str());
                    let links = b.verb_links(verbs, Voice::Passive, preposition, said.mood);
                    b.say(subject, &links, None, Some(gap), said.transitive, verb, &mut further, group)?;
                }
                // `what is X assigned`: who or what acts is asked for with `by`.
                (None, None) if gap.is_some() && b.acts_by(verbs, said.mood) => {
                    return Err(trouble::verb_does_not_go(b, verb));
                }
                _ => {
                    let mut links = b.verb_links(verbs, Voice::Passive, None, said.mood);
                    if gap.is_none() {
                        // What is done by somebody unsaid is done by no place.
                        links.retain(|link| !b.leads_to_places(subject, link));
                    }
                    let agent = gap.map(|g| Gap { var: g.var, preposition: None });
                    b.say(subject, &links, None, agent, said.transitive, verb, &mut further, group)?;
                }
            }
            Ok(further)
        };
        let mut further = Vec::new();
        if said.any || said.verbs.len() == 1 {
            further.extend(run(self, said.verbs, first, group)?);
        } else {
            for verb in said.verbs {
                further.extend(run(self, std::slice::from_ref(verb), verb, group)?);
            }
        }
        if marked.is_none() && by_gap.is_none() && gap.is_none() {
            self.adopted_by_nobody(subject, said.verbs, start, group);
        }
        if let Some(at) = marked {
            let modifier = rest.remove(at);
            if let ModifierKind::Phrase { preposition, object } = &modifier.kind {
                self.or_status(subject, first, preposition, object, group, start);
            }
        }
        rest.splice(0..0, further);
        match marked {
            Some(_) => self.done_by(subject, said.verbs, rest, group),
            None => Ok(()),
        }
    }

    /// `was assigned to X by Y`, `is assigned to X by Y`: who did it, besides.
    pub fn done_by(
        &mut self,
        subject: Var,
        verbs: &[Token],
        rest: &mut Vec<&Modifier>,
        group: &mut Group,
    ) -> Result<()> {
        let (Some(at), Some(first)) =
            (rest.iter().position(|m| m.says_by() && grouping_of(m).is_none()), verbs.first())
        else {
            return Ok(());
        };
        let ModifierKind::Phrase { object, .. } = &rest[at].kind else { return Ok(()) };
        // Of `assigned to` the participle.
        let participle = |verb: &Token| {
            let text = verb.text.split(' ').next().unwrap_or_default().to_owned();
            let done = |c| matches!(c, Category::Participle | Category::PastOrParticiple);
            let senses = self.dictionary.senses(&text).into_iter().filter(|sense| done(sense.category));
            let meanings = senses.map(|sense| sense.meaning).collect();
            Token { meanings, text, ..verb.clone() }
        };
        let verbs: Vec<Token> = verbs.iter().map(participle).collect();
        let links = self.verb_links(&verbs, Voice::Passive, Some("by"), Mood::Plain);
        if links.is_empty() {
            return Ok(());
        }
        rest.remove(at);
        self.say(subject, &links, Some(object), None, false, first, rest, group)
    }

    /// `assigned by X to Y`: what the participle with this preposition links, said after who acted.
    pub fn besides(&self, var: Var, verbs: &[Token], preposition: &str) -> Vec<Link> {
        let [verb] = verbs else { return Vec::new() };
        let said = format!("{} {preposition}", verb.text);
        let senses = [said, verb.text.clone()].into_iter().flat_map(|text| self.dictionary.senses(&text));
        let after_be = senses.filter(|sense| sense.category == Category::Predicate);
        let verb = Token { meanings: after_be.map(|sense| sense.meaning).collect(), ..verb.clone() };
        let mut links = self.verb_links(&[verb], Voice::Active, Some(preposition), Mood::Plain);
        let own = |link: &Link| {
            let relation = self.relation(link.relation);
            if link.reversed { &relation.to } else { &relation.from }
        };
        links.retain(|link| self.fits(self.kinds(var), own(link)));
        links
    }
}
