//! `list the laws with their dates`, `show the tasks by body`: what is shown beside each thing that is listed.

use super::ask::Meant;
use super::binder::Binder;
use super::emit::{expr, sort};
use super::grouping::{grouping_of, take_grouping};
use super::meaning::Var;
use super::trouble;
use crate::algebra::{Body, Clause, Node};
use crate::base::{Result, Span};
use crate::graph::Entity;
use crate::language::question::Category;
use crate::language::question::Token;
use crate::language::question::morphology::plural;
use crate::language::question::syntax::{
    Before, Closing, Core, Head, Joined, Modifier, ModifierKind, NounPhrase, Question, Simple,
};
use crate::vocabulary::{Kind, Property, ValueType};

/// The days of what has a period, in place of the dates that other things have.
pub const FIRST_DAY: &str = "first_day";
pub const LAST_DAY: &str = "last_day";

/// As many things are looked at.
const LOOKED_AT: usize = 20_000;

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
        let kinds = phrase.parts.iter().all(|part| matches!(part.head, Head::Kind(_)));
        if phrase.parts.len() > 1 && !(kinds && phrase.joined == Joined::And) {
            return Vec::new();
        }
        let Some(part) = phrase.parts.last_mut() else { return Vec::new() };
        let Some(modifiers) = last_inside(&mut part.modifiers) else { return Vec::new() };
        let Some(ModifierKind::Phrase { object, .. }) = modifiers.last().map(|m| &m.kind) else {
            return Vec::new();
        };
        let shown = object.parts.iter().enumerate().map(|(at, part)| match &part.head {
            // `with their numbers and dates`, `with number and date`
            Head::Property(token) | Head::Event(token)
                if part.modifiers.is_empty()
                    && (part.before.iter().any(is_own)
                        || (part.before.is_empty() && (at > 0 || self.stands_bare(token)))) =>
            {
                Some(token.clone())
            }
            _ => None,
        });
        let Some(shown) = shown.collect::<Option<Vec<Token>>>() else { return Vec::new() };
        modifiers.pop();
        shown
    }

    /// Whether no article stands before a word: `with a date` tells which are listed.
    fn stands_bare(&self, token: &Token) -> bool {
        let before = self.text.get(..token.span.start).unwrap_or_default().split_whitespace().next_back();
        before.is_some_and(|word| word.eq_ignore_ascii_case("with"))
    }

    /// `with their dates and topics`: of properties and of other nouns at once.
    pub fn shown_of_two_sorts(&self, phrase: &NounPhrase) -> Option<Span> {
        let mut phrase = phrase.clone();
        let modifiers = last_inside(&mut phrase.parts.last_mut()?.modifiers)?;
        let ModifierKind::Phrase { object, .. } = &modifiers.last()?.kind else { return None };
        let first = object.parts.first()?;
        let property = |part: &Simple| matches!(part.head, Head::Property(_) | Head::Event(_));
        let properties = object.parts.iter().filter(|part| property(part)).count();
        let both = properties > 0 && properties < object.parts.len();
        let bare = |token: &Token| first.before.is_empty() && self.stands_bare(token);
        let shown = match &first.head {
            Head::Property(token) | Head::Event(token) => bare(token),
            _ => false,
        };
        (both && (shown || first.before.iter().any(is_own))).then_some(object.span)
    }

    /// `end date`, `start date` of what begins and ends with a period and has no such date: the days of the period.
    pub fn rather_a_day(&self, key: String, var: Var) -> String {
        let kinds = self.kinds(var);
        let lines: Vec<Vec<&Kind>> = kinds.iter().map(|kind| self.vocabulary.lineage(kind)).collect();
        let names = |name: Option<&String>| name == Some(&key);
        let lasts = |line: &Vec<&Kind>, told: fn(&Kind) -> Option<&String>| {
            let own = line.iter().find_map(|kind| told(kind)).and_then(|name| self.vocabulary.property(name));
            own.is_some_and(|own| own.value_type == ValueType::Period)
        };
        let all = |told: fn(&Kind) -> Option<&String>| {
            let known = self.vocabulary.kinds.iter().any(|kind| names(told(kind)));
            known && !lines.is_empty() && lines.iter().all(|line| lasts(line, told))
        };
        let own_first = lines.iter().flatten().any(|kind| names(kind.begins.as_ref()));
        let day = match () {
            () if own_first => return key,
            () if all(|kind| kind.ends.as_ref()) => LAST_DAY,
            () if all(|kind| kind.begins.as_ref()) => FIRST_DAY,
            () => return key,
        };
        if self.is_held_of(var, &key) { key } else { day.to_owned() }
    }

    /// Whether something that a variable can stand for bears a property.
    fn is_held_of(&self, var: Var, key: &str) -> bool {
        let labels = self.kinds(var).iter().filter_map(|kind| self.graph.label(kind));
        let known = self.graph.key(key);
        let bears =
            |node| known.is_some_and(|known| !self.graph.property(Entity::Node(node), known).is_null());
        let named = &self.variables[var.0].entities;
        match named.is_empty() {
            true => labels.flat_map(|label| self.graph.nodes_with(label)).take(LOOKED_AT).any(bears),
            false => named.iter().copied().any(bears),
        }
    }

    /// `with their dates`, of what has no date but a period: the period.
    pub fn rather_a_period(&mut self, said: &Token, key: String, var: Var) -> String {
        let key = self.rather_a_day(key, var);
        let plain = said.text == key || said.text == plural(&key);
        let kinds = self.kinds(var).to_vec();
        let date = self.vocabulary.property(&key).is_some_and(|p| p.value_type == ValueType::Date);
        let lasts = |kind: &String| {
            let period = |p: &Property| p.value_type == ValueType::Period;
            self.beginning(std::slice::from_ref(kind), |_| true).filter(|p| period(p))
        };
        let period =
            kinds.iter().map(lasts).collect::<Option<Vec<_>>>().and_then(|found| found.first().copied());
        let Some(period) = period.filter(|_| plain && date) else { return key };
        if self.is_held_of(var, &key) {
            return key;
        }
        self.notes.push(format!("no {key} is stated here: the {} is shown", period.name));
        period.name.clone()
    }

    /// `bodies with their tasks`: what is owned stands beside its owner, which is asked in other words.
    pub fn shows_owned(&self, phrase: &NounPhrase) -> Option<Token> {
        let mut phrase = phrase.clone();
        let modifiers = last_inside(&mut phrase.parts.last_mut()?.modifiers)?;
        let ModifierKind::Phrase { object, .. } = &modifiers.last()?.kind else { return None };
        match object.parts.as_slice() {
            [Simple { head: Head::Noun { noun, .. } | Head::Kind(noun), before, .. }] => {
                before.iter().any(is_own).then(|| noun.clone())
            }
            _ => None,
        }
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
        let Some(var) = bound.var().filter(|_| bound.value.is_none() && bound.vars.len() == 1) else {
            return Err(trouble::out_of_place(&super::clause::head_token(phrase)));
        };
        let mut keys = Vec::new();
        for token in &shown {
            let key = self.property_key(token, var);
            let key = key.ok_or_else(|| trouble::no_such_property(self, token, var))?;
            keys.push(self.rather_a_period(token, key, var));
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

/// `their`
fn is_own(before: &Before) -> bool {
    matches!(before, Before::Possessor(token) if token.category == Category::Pronoun)
}

/// The modifiers that end with `with their …`: those of the thing that is listed, or what stands last among them.
fn last_inside(modifiers: &mut Vec<Modifier>) -> Option<&mut Vec<Modifier>> {
    let named = |phrase: &NounPhrase| {
        phrase.parts.last().is_some_and(|part| matches!(part.head, Head::Name(_) | Head::Apposition(..)))
    };
    let ends = |modifier: &Modifier| match &modifier.kind {
        ModifierKind::Phrase { preposition, .. } => preposition.category == Category::With,
        _ => false,
    };
    if modifiers.last().is_some_and(ends) {
        return Some(modifiers);
    }
    match &mut modifiers.last_mut()?.kind {
        ModifierKind::Participle { complements, .. } => last_inside(complements),
        ModifierKind::Phrase { object, .. }
        | ModifierKind::Gerund { object: Some(object), .. }
        | ModifierKind::Predicate { object: Some(object), .. }
            if named(object) =>
        {
            last_inside(&mut object.parts.last_mut()?.modifiers)
        }
        ModifierKind::Relative { clause, .. } => {
            let verb = clause.verbs.last_mut()?;
            match &mut verb.core {
                _ if !verb.complements.is_empty() => last_inside(&mut verb.complements),
                Core::Active { object: Some(object), .. } | Core::Place { object, .. } if named(object) => {
                    last_inside(&mut object.parts.last_mut()?.modifiers)
                }
                _ => None,
            }
        }
        _ => None,
    }
}
