//! `older than X`, `newer than 2010`: the first days of two things compared.

use super::binder::Binder;
use super::clause::{Gap, Said};
use super::dictionary::Meaning;
use super::meaning::*;
use super::owed::Mark;
use super::trouble;
use crate::base::Result;
use crate::graph::Entity;
use crate::language::question::syntax::*;

impl Binder<'_> {
    /// Binds a comparison of ages; nothing where the word is none.
    pub fn age<'s>(
        &mut self,
        subject: Var,
        heard: Said<'_>,
        object: Option<&'s NounPhrase>,
        gap: Option<Gap<'s>>,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<Option<()>> {
        let Some(word) = heard.verbs.first() else { return Ok(None) };
        let older = self.meanings(word).into_iter().find_map(|meaning| match meaning {
            Meaning::Age { older } => Some(older),
            _ => None,
        });
        let Some(older) = older else { return Ok(None) };
        // `is X older than 2005`: the year stands as a time after the word.
        let than = |m: &&Modifier| matches!(m.kind.one_time(), Some((said, _, None)) if said.text == "than");
        if heard.preposition.is_none()
            && object.is_none()
            && let Some(at) = rest.iter().position(than)
            && let Some((_, first, _)) = rest.remove(at).kind.one_time()
            && let Some(period) = first.period()
        {
            let comparison = if older { DateComparison::Before } else { DateComparison::After };
            group.conditions.push(Condition::Moment { var: subject, end: false, comparison, period });
            return Ok(Some(()));
        }
        if heard.preposition.is_none_or(|preposition| preposition.text != "than") {
            return Err(trouble::than_what(word, self.text));
        }
        let phrase = match (object, gap) {
            (Some(object), _) => self.noun_phrase(object)?,
            (None, Some(gap)) => {
                self.gap_used = true;
                group.conditions.push(Condition::Age { var: subject, than: gap.var, older });
                return Ok(Some(()));
            }
            (None, None) => return Err(trouble::than_what(word, self.text)),
        };
        if let Some(number) = &phrase.number {
            return Err(trouble::than_what(number, self.text));
        }
        let mut said = Group::default();
        self.settle(Mark::Literal, phrase.span);
        if let Some(period) = phrase.date.as_ref().and_then(|date| date.period()) {
            let comparison = if older { DateComparison::Before } else { DateComparison::After };
            said.conditions.push(Condition::Moment { var: subject, end: false, comparison, period });
        } else {
            for than in &phrase.vars {
                said.conditions.push(Condition::Age { var: subject, than: *than, older });
            }
        }
        if phrase.every && phrase.vars.iter().any(|than| self.some_have_no_day(*than)) {
            self.notes.push("what has no date takes no part in the comparison".to_owned());
        }
        rest.splice(0..0, phrase.leftover.clone());
        self.assert(phrase, said, group);
        Ok(Some(()))
    }

    /// Whether there are things of these kinds whose first day is not stated. Looks at a bounded number of them.
    fn some_have_no_day(&self, var: Var) -> bool {
        const LOOKED_AT: usize = 5_000;
        let labels = self.kinds(var).iter().filter_map(|kind| self.graph.label(kind));
        let mut nodes = labels.flat_map(|label| self.graph.nodes_with(label)).take(LOOKED_AT);
        nodes.any(|node| self.graph.validity(Entity::Node(node)).begins.is_none())
    }
}
