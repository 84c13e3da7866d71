//! What rests on what: `what depends on X`, `what loses its legal basis if X is repealed`, `bodies affected by X`.
//!
//! Which relations give authority is marked in the vocabulary, and the graph works out the chains; here the words become
//! one condition.

use super::binder::{Binder, Voice};
use super::clause::{Gap, Said};
use super::dictionary::{Meaning, RestVerb};
use super::meaning::*;
use super::phrase::Phrase;
use super::trouble;
use crate::base::{Report, Result};
use crate::language::question::Token;
use crate::language::question::syntax::*;

/// Prepositions that name what goes: `lose their basis through the repeal of X`.
const BY_WHAT: &[&str] = &["by", "with", "through", "after", "on", "upon", "under", "from"];

impl<'b> Binder<'b> {
    /// Binds a verb of what rests on what; nothing where the verb is none.
    pub fn rests<'s>(
        &mut self,
        subject: Var,
        heard: Said<'_>,
        object: Option<&'s NounPhrase>,
        gap: Option<Gap<'s>>,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<Option<()>> {
        let Some(said) = heard.verbs.first() else { return Ok(None) };
        let passive = heard.voice == Voice::Passive;
        let Some(verb) = self.rest_verb(said, heard.preposition, passive) else {
            let meanings = self.meanings(said);
            let only = !meanings.is_empty() && meanings.iter().all(|m| matches!(m, Meaning::Rests(_)));
            return if only { Err(unsaid(self, said)) } else { Ok(None) };
        };
        // X affects Y; Y is affected by X.
        if verb.inverse && !passive {
            let (vars, phrase) = self.other_end(object, gap, said)?;
            let mut conditions = Vec::new();
            for var in vars {
                let rests = Condition::Rests { var, on: vec![subject], alone: verb.alone };
                conditions.push(self.or_done(rests, said, Voice::Active, subject, var)?);
            }
            let said = Group { conditions };
            rest.splice(0..0, phrase.leftover.clone());
            self.assert(phrase, said, group);
            return Ok(Some(()));
        }
        let mut together = false;
        let (vars, phrase) = if verb.preposition.is_some() || object.is_some() {
            match object {
                Some(object) => self.what_goes(object)?,
                None => self.other_end(None, gap, said)?,
            }
        } else {
            let Some(at) = rest.iter().position(|modifier| self.names_what_goes(modifier)) else {
                return match gap {
                    Some(_) => self.other_end(None, gap, said).map(|(vars, _)| {
                        group.conditions.push(Condition::Rests { var: subject, on: vars, alone: verb.alone });
                        Some(())
                    }),
                    None => Err(unsaid(self, said)),
                };
            };
            let modifier = rest.remove(at);
            match &modifier.kind {
                ModifierKind::Supposed { phrase, fate, negated } => {
                    self.must_end(phrase, fate.as_ref(), *negated)?;
                    together = true;
                    self.what_goes(phrase)?
                }
                ModifierKind::Phrase { object, .. } | ModifierKind::Without(object) => {
                    together = matches!(modifier.kind, ModifierKind::Without(_));
                    self.what_goes(object)?
                }
                _ => return Err(unsaid(self, said)),
            }
        };
        // Things that go together are more than each of them alone.
        let on: Vec<Vec<Var>> =
            if together { vec![vars] } else { vars.into_iter().map(|on| vec![on]).collect() };
        let mut conditions = Vec::new();
        for on in on {
            let one = on.first().copied().filter(|_| !together && on.len() == 1);
            let rests = Condition::Rests { var: subject, on, alone: verb.alone };
            conditions.push(match one {
                Some(on) => self.or_done(rests, said, heard.voice, subject, on)?,
                None => rests,
            });
        }
        let said = Group { conditions };
        rest.splice(0..0, phrase.leftover.clone());
        self.assert(phrase, said, group);
        Ok(Some(()))
    }

    /// A verb of what rests on what may also tell what is done: a reform affects a system. Where that is stated both are meant.
    fn or_done(
        &mut self,
        rests: Condition,
        said: &Token,
        voice: Voice,
        subject: Var,
        other: Var,
    ) -> Result<Condition> {
        let by = (voice == Voice::Passive).then_some("by");
        let links = self.verb_links(std::slice::from_ref(said), voice, by, Mood::Plain);
        let mut links = self.fitting(&links, subject, other, false);
        links.retain(|link| self.occurs(link, subject, other));
        if links.is_empty() {
            return Ok(rests);
        }
        let mut done = Group::default();
        self.link(&mut done, &links, subject, other, false, said)?;
        Ok(Condition::Any(vec![done, Group { conditions: vec![rests] }]))
    }

    /// The meaning of a verb of what rests on what, with that preposition.
    fn rest_verb(&self, said: &Token, used: Option<&Token>, passive: bool) -> Option<RestVerb> {
        let used = used.map(|preposition| preposition.text.as_str());
        self.meanings(said).into_iter().find_map(|meaning| match meaning {
            Meaning::Rests(verb)
                if verb.preposition.as_deref() == used || (passive && used == Some("by")) =>
            {
                Some(verb)
            }
            _ => None,
        })
    }

    fn names_what_goes(&self, modifier: &Modifier) -> bool {
        match &modifier.kind {
            ModifierKind::Supposed { .. } | ModifierKind::Without(_) => true,
            ModifierKind::Phrase { preposition, .. } => BY_WHAT.contains(&preposition.text.as_str()),
            _ => false,
        }
    }

    /// The thing whose going is spoken of: `X`, or `the repeal of X`.
    fn what_goes<'s>(&mut self, phrase: &'s NounPhrase) -> Result<(Vec<Var>, Phrase<'s>)> {
        if let [Simple { head: Head::Event(token), modifiers, .. }] = phrase.parts.as_slice()
            && self.meanings(token).contains(&Meaning::Ending)
        {
            let Some((Modifier { kind: ModifierKind::Phrase { object, .. }, .. }, further)) =
                modifiers.split_first()
            else {
                return Err(trouble::whose(token));
            };
            let mut bound = self.noun_phrase(object)?;
            bound.leftover.extend(further);
            return Ok((bound.vars.clone(), bound));
        }
        let bound = self.noun_phrase(phrase)?;
        Ok((bound.vars.clone(), bound))
    }

    fn other_end<'s>(
        &mut self,
        object: Option<&'s NounPhrase>,
        gap: Option<Gap<'s>>,
        said: &Token,
    ) -> Result<(Vec<Var>, Phrase<'s>)> {
        match (object, gap) {
            (Some(object), _) => {
                let phrase = self.noun_phrase(object)?;
                Ok((phrase.vars.clone(), phrase))
            }
            (None, Some(gap)) => {
                self.gap_used = true;
                Ok((vec![gap.var], Phrase::default()))
            }
            (None, None) => Err(unsaid(self, said)),
        }
    }

    /// What is supposed has to be an end: `is repealed`, `expires`, `is no longer in force`.
    fn must_end(&self, phrase: &NounPhrase, fate: Option<&Token>, negated: bool) -> Result<()> {
        let report = match fate {
            None if negated => return Ok(()),
            None => Report::input("question.supposed", "what is in force takes nothing away")
                .at(phrase.span, "supposed in force")
                .help("Ask with `if … is repealed` or `if … is no longer in force`."),
            Some(fate) if negated => {
                Report::input("question.supposed", format!("`not {}` takes nothing away", fate.text))
                    .at(fate.span, "supposed not to happen")
                    .help("Leave out `not`.")
            }
            Some(fate) if self.meanings(fate).contains(&Meaning::Ending) => return Ok(()),
            Some(fate) => Report::input(
                "question.supposed",
                format!("`{}` does not end an instrument or a body", fate.span.of(self.text)),
            )
            .at(fate.span, "not an end")
            .suggest(fate.span, "repealed".to_owned())
            .help("Ask with `if … is repealed`, `if … is abolished` or `if … is no longer in force`."),
        };
        Err(report)
    }
}

/// Nothing says on what it rests.
fn unsaid(binder: &Binder<'_>, said: &Token) -> Box<Report> {
    let verb = said.span.of(binder.text);
    let preposition = binder.meanings(said).into_iter().find_map(|meaning| match meaning {
        Meaning::Rests(verb) => verb.preposition,
        _ => None,
    });
    if let Some(preposition) = preposition {
        return Report::input("question.supposed", format!("`{verb}` {preposition} what?"))
            .at(said.span, "a name must follow")
            .help(format!("Write `{verb} {preposition} X`."));
    }
    let report = Report::input("question.supposed", format!("`{verb}`, if what happens?"));
    report
        .at(said.span, "what must go is not said")
        .help(format!("Go on, for example `{verb} if X is repealed`."))
}
