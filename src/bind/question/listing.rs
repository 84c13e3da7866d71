//! `list the laws with their dates`, `show the tasks by body`: what is shown beside each thing that is listed.

use super::ask::Meant;
use super::binder::Binder;
use super::emit::{expr, sort};
use super::grouping::{grouping_of, take_grouping};
use super::trouble;
use crate::algebra::{Body, Clause, Node};
use crate::base::Result;
use crate::language::question::Category;
use crate::language::question::Token;
use crate::language::question::syntax::{Before, Closing, Head, ModifierKind, NounPhrase, Question, Simple};

/// A list by days with the last day first; what has no day comes last as before.
pub fn turn_round(meant: &mut Meant) {
    let Body::Query(query) = &mut meant.statement.body else { return };
    let Some(Clause::Return { projection, .. }) = query.first.clauses.last_mut() else { return };
    if let Some(day) = projection.order.first_mut() {
        day.descending = true;
        let operand = Box::new(day.expression.clone());
        let unknown = expr(Node::IsNull { operand, negated: false });
        projection.order.insert(0, sort(unknown, false));
        meant.reading.push_str(", the last first");
    }
}

impl Binder<'_> {
    /// Whether a question says to list or to show things.
    pub fn is_listing(&self) -> bool {
        self.tokens.first().is_some_and(|token| token.category == Category::Imperative)
    }

    /// Takes `with their dates` from the end of what is listed: the properties that are shown.
    pub fn take_shown(&self, phrase: &mut NounPhrase) -> Vec<Token> {
        let [Simple { modifiers, .. }] = phrase.parts.as_mut_slice() else { return Vec::new() };
        let Some(ModifierKind::Phrase { preposition, object }) = modifiers.last().map(|m| &m.kind) else {
            return Vec::new();
        };
        if preposition.category != Category::With {
            return Vec::new();
        }
        let own = |before: &Before| matches!(before, Before::Possessor(token) if token.category == Category::Pronoun);
        let shown = object.parts.iter().enumerate().map(|(at, part)| match &part.head {
            // `with their numbers and dates`
            Head::Property(token) | Head::Event(token)
                if part.modifiers.is_empty()
                    && (part.before.iter().any(own) || (at > 0 && part.before.is_empty())) =>
            {
                Some(token.clone())
            }
            _ => None,
        });
        let Some(shown) = shown.collect::<Option<Vec<Token>>>() else { return Vec::new() };
        modifiers.pop();
        shown
    }

    /// Takes what a list is told apart by: `by law`, `for each body`.
    pub fn take_order(&self, phrase: &mut NounPhrase, question: &Question) -> Option<Token> {
        let at_end = question.closing.iter().find_map(|closing| match closing {
            Closing::Group(by) => Some(by.clone()),
            _ => None,
        });
        let last = phrase.parts.last().and_then(|part| part.modifiers.last());
        let grouped = last.is_some_and(|modifier| grouping_of(modifier).is_some());
        at_end.or_else(|| if grouped { take_grouping(phrase) } else { None })
    }

    /// A list with something beside each thing.
    pub fn list_beside(
        &mut self,
        phrase: &NounPhrase,
        shown: Vec<Token>,
        order: Option<Token>,
        question: &Question,
    ) -> Result<Meant> {
        let mut bound = self.noun_phrase(phrase)?;
        self.no_leftover(&bound.leftover)?;
        let group = bound.group.clone();
        let Some(var) = bound.var().filter(|_| bound.value.is_none()) else {
            return Err(trouble::out_of_place(&super::clause::head_token(phrase)));
        };
        let mut keys = Vec::new();
        for token in &shown {
            let key = self.property_key(token, var);
            keys.push(key.ok_or_else(|| trouble::no_such_property(self, token, var))?);
        }
        if let Some(by) = order {
            if !keys.is_empty() {
                return Err(trouble::out_of_place(&by));
            }
            self.grouping = Some(by);
            self.listing = true;
        }
        let mut keys = keys.into_iter();
        bound.value = keys.next();
        bound.values = keys.collect();
        self.select(bound, group, question)
    }
}
