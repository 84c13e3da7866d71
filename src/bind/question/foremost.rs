//! Superlatives that end a question: `which of the laws is the oldest`, `which decree was issued first`.
//!
//! What is oldest or first is told by the first day of the thing, so that the verb has to be one of which that is the
//! day.

use super::ask::Meant;
use super::binder::Binder;
use super::dictionary::Meaning;
use super::extreme::is_longest;
use super::meaning::*;
use super::mistaken;
use super::owed::{Mark, is_latest};
use super::phrase::Phrase;
use super::trouble;
use crate::base::{Report, Result, Span};
use crate::graph::{Entity, NodeId, Way};
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};
use crate::vocabulary::ValueType;

/// Whether what is asked for is one of several things that are named: `which of X and Y is the oldest`.
pub fn is_among(phrase: &NounPhrase, among: Option<&NounPhrase>) -> bool {
    let named = |part: &Simple| matches!(part.head, Head::Name(_) | Head::Quoted(_) | Head::Apposition(..));
    among.is_some() || (phrase.parts.len() > 1 && phrase.parts.iter().all(named))
}

impl Binder<'_> {
    /// The oldest or newest of several things that are named, each of which has to have its day.
    pub fn foremost_of(
        &mut self,
        phrase: &NounPhrase,
        among: Option<&NounPhrase>,
        verbs: &[VerbPhrase],
        superlative: &Token,
        question: &Question,
    ) -> Result<Meant> {
        let longest = is_longest(superlative).is_some();
        if is_latest(superlative).is_none() && !longest {
            return Err(trouble::out_of_place(superlative));
        }
        // `which act is the oldest, X or Y`: each has to be one.
        let kind = match (among, phrase.parts.as_slice()) {
            (Some(_), [Simple { head: Head::Kind(token), modifiers, before, .. }])
                if modifiers.is_empty() && before.is_empty() =>
            {
                Some(token)
            }
            (Some(_), [Simple { head: Head::Asked(_), modifiers, .. }]) if modifiers.is_empty() => None,
            (None, _) => None,
            _ => return Err(trouble::out_of_place(superlative)),
        };
        let kinds = kind.map(|kind| self.kind_names(kind)).unwrap_or_default();
        let listed = among.unwrap_or(phrase);
        let (mut nodes, mut act) = (Vec::new(), false);
        for part in &listed.parts {
            let var = match &part.head {
                Head::Name(token) if part.modifiers.is_empty() && part.before.is_empty() => {
                    self.name(token, &kinds)?
                }
                // `which decree is older, 268 or 888`
                Head::Number(token) if part.modifiers.is_empty() && part.before.is_empty() => match kind {
                    Some(kind) => {
                        self.settle(Mark::Literal, part.span);
                        self.numbered(kinds.clone(), kind, token)?
                    }
                    None => return Err(trouble::out_of_place(token)),
                },
                Head::Apposition(kind, token) if part.modifiers.is_empty() && part.before.is_empty() => {
                    let kinds = self.kind_names(kind);
                    match token.category {
                        Category::Number => self.numbered(kinds, kind, token)?,
                        _ => self.name(token, &kinds)?,
                    }
                }
                _ => return Err(trouble::out_of_place(superlative)),
            };
            let found = self.variables[var.0].entities.clone();
            let [node] = found.as_slice() else { return Err(trouble::ambiguous(self, part.span, &found)) };
            let own = self.kind_of(*node).into_iter().collect::<Vec<String>>();
            if let Some(verb) = verbs.iter().find(|verb| !self.tells_length_or_day(verb, &own, longest)) {
                match verbs {
                    [verb] if is_first_of_acts(superlative) && self.tells_another_day(verb) => {
                        act = true;
                        nodes.push(*node);
                        continue;
                    }
                    _ => return Err(other_day(verb, superlative, self.text)),
                }
            }
            let validity = self.graph.validity(Entity::Node(*node));
            if longest && (validity.begins.is_none() || validity.ends.is_none()) {
                return Err(mistaken::without_length(superlative, &self.graph.name(*node)));
            }
            if validity.begins.is_none() {
                let message = format!("the day of {} is not stated", self.graph.name(*node));
                return Err(Report::input("question.date", message)
                    .at(part.span, "nothing to compare")
                    .help("Ask what is stated of it: `describe` and the name."));
            }
            nodes.push(*node);
        }
        let span = listed.span;
        let var = self.entity(nodes, "it", span);
        self.variables[var.0].word = "any".into();
        let asked = Some(Asked::Which);
        let superlative = Some(superlative.clone());
        let answer = Phrase { vars: vec![var], span, asked, superlative, ..Phrase::default() };
        let mut group = Group::default();
        if act {
            let clause = Clause { subject: None, verbs: verbs.to_vec(), any: false, fronted: None, span };
            let left = self.relative(var, None, &clause, span, &mut group)?;
            self.no_leftover(&left)?;
            self.each_has_its_day(var, &group, span)?;
        }
        self.select(answer, group, question)
    }

    /// Of several things that are compared by the day of what happened to them, each needs that day.
    fn each_has_its_day(&self, var: Var, group: &Group, span: Span) -> Result<()> {
        let known = |node: NodeId| {
            group.conditions.iter().any(|condition| match condition {
                Condition::Moment { end: true, .. } => self.graph.validity(Entity::Node(node)).ends.is_some(),
                Condition::Edge(edge) => self.has_day_of(node, edge, edge.from == var),
                Condition::Property { key, test: Test::Present, .. } => {
                    let key = self.graph.key(key);
                    key.is_some_and(|key| !self.graph.property(Entity::Node(node), key).is_null())
                }
                // What is no draft is taken as adopted on its own day.
                Condition::Not(_) => self.graph.validity(Entity::Node(node)).begins.is_some(),
                _ => false,
            })
        };
        let unknown = self.variables[var.0].entities.iter().find(|node| !known(**node));
        unknown.map_or(Ok(()), |node| Err(mistaken::day_untold(&self.graph.name(*node), span)))
    }

    /// Whether a day is known of something that an edge tells of a node.
    fn has_day_of(&self, node: NodeId, edge: &Edge, is_from: bool) -> bool {
        edge.relations.iter().any(|link| {
            let relation = self.relation(link.relation);
            let Some(kind) = self.graph.relationship_type(&relation.type_name()) else { return false };
            let way = if is_from != link.reversed { Way::Out } else { Way::In };
            let others = self.graph.adjacent(node, way, kind).nodes;
            let dated = |other: &NodeId| self.graph.validity(Entity::Node(*other)).begins.is_some();
            self.has_day_by_rule(link.relation) && !others.is_empty() || others.iter().any(dated)
        })
    }

    /// The noun phrase that asks for the same: `the oldest law`, `the first decree that was issued`.
    pub fn foremost(
        &self,
        phrase: &NounPhrase,
        verbs: &[VerbPhrase],
        any: bool,
        superlative: &Token,
    ) -> Result<NounPhrase> {
        let [one] = phrase.parts.as_slice() else { return Err(trouble::out_of_place(superlative)) };
        let longest = is_longest(superlative).is_some();
        if is_latest(superlative).is_none() && !longest {
            return Err(trouble::out_of_place(superlative));
        }
        if matches!(one.head, Head::Asked(_)) {
            return Err(mistaken::foremost_of_whom(superlative, self.text));
        }
        let mut one = one.clone();
        let text = superlative.text.strip_suffix("ly").unwrap_or(&superlative.text).to_owned();
        one.before.push(Before::Superlative(Token { text, ..superlative.clone() }));
        let kinds = match &one.head {
            Head::Kind(kind) => self.kind_names(kind),
            _ => Vec::new(),
        };
        match verbs {
            [] => {}
            [verb] if longest && verb.complements.is_empty() && self.lasts(verb) => {}
            // The day that decides is that of the verb.
            [verb]
                if !longest
                    && verb.complements.is_empty()
                    && (self.starts(verb) || self.is_own_day(verb, &kinds)) => {}
            [verb]
                if !longest
                    && (self.is_first_day(verb, &kinds)
                        || (is_first_of_acts(superlative) && self.tells_another_day(verb))) =>
            {
                let span = verb.span;
                let clause = Clause { subject: None, verbs: verbs.to_vec(), any, fronted: None, span };
                let kind = ModifierKind::Relative { preposition: None, clause };
                one.modifiers.push(Modifier { kind, or_before: false, span });
            }
            [verb, ..] => return Err(other_day(verb, superlative, self.text)),
        }
        Ok(NounPhrase { parts: vec![one], joined: phrase.joined, span: phrase.span })
    }

    /// Whether a verb says of things of these kinds only that they have their first day, or, where that is asked, that
    /// they last.
    fn tells_length_or_day(&self, verb: &VerbPhrase, kinds: &[String], longest: bool) -> bool {
        let own = || self.starts(verb) || self.is_own_day(verb, kinds) || self.is_first_day(verb, kinds);
        verb.complements.is_empty() && if longest { self.lasts(verb) } else { own() }
    }

    /// Whether the day of what a verb tells is that of an act, the last day of its subject, or another date of it.
    fn tells_another_day(&self, verb: &VerbPhrase) -> bool {
        let ends = |meaning: &Meaning| matches!(meaning, Meaning::Moment { end: true });
        let ends = |token: &Token| self.meanings(token).iter().any(ends);
        let verbs = match &verb.core {
            Core::Passive { verbs, preposition: None, .. } => verbs,
            _ => said(verb),
        };
        let tells = verbs.len() == 1 && (verbs.iter().all(ends) || self.told_by_verb(verbs).is_some());
        self.is_dated_act(verb) || (!verb.negated && verb.complements.is_empty() && tells)
    }

    /// `started`
    fn starts(&self, verb: &VerbPhrase) -> bool {
        let starts = |meaning: &Meaning| matches!(meaning, Meaning::Moment { end: false });
        !verb.negated && said(verb).iter().any(|token| self.meanings(token).iter().any(starts))
    }

    /// `ran`, `lasted`: the verb of a period.
    fn lasts(&self, verb: &VerbPhrase) -> bool {
        let lasts = |meaning: &Meaning| match meaning {
            Meaning::PropertyVerb(at) => self.property(*at).value_type == ValueType::Period,
            _ => false,
        };
        !verb.negated && said(verb).iter().any(|token| self.meanings(token).iter().any(lasts))
    }

    /// Whether a verb alone says no more than that its subject has its day: `was adopted`.
    fn is_own_day(&self, verb: &VerbPhrase, kinds: &[String]) -> bool {
        let Core::Passive { verbs, preposition: None, .. } = &verb.core else { return false };
        let begins = self.begins(kinds).map(|property| property.name.as_str());
        let own = |meaning: &Meaning| match meaning {
            Meaning::PropertyVerb(at) => begins == Some(self.property(*at).name.as_str()),
            _ => false,
        };
        let says_own = |token: &Token| self.meanings(token).iter().any(own);
        !verb.negated && verb.modal.is_none() && verbs.len() == 1 && verbs.iter().all(says_own)
    }

    /// Whether a verb tells of an act that has a day: `was ratified first`, `joined X first`.
    fn is_dated_act(&self, verb: &VerbPhrase) -> bool {
        let (Core::Passive { verbs, preposition: None, .. }
        | Core::Active { verbs, object: Some(_), preposition: None, .. }) = &verb.core
        else {
            return false;
        };
        let acts = matches!(verb.core, Core::Active { .. });
        let dated = |meaning: &Meaning| match meaning {
            Meaning::Verb(verb) if acts => self.has_day_by_rule(verb.relation),
            Meaning::Verb(verb) => self.relation(verb.relation).dated.is_some(),
            _ => false,
        };
        let only = |token: &Token| {
            let meanings = self.meanings(token);
            meanings.iter().any(dated) && !meanings.iter().any(|m| matches!(m, Meaning::Moment { .. }))
        };
        !verb.negated && verbs.iter().all(only)
    }

    /// Whether the day of what a verb says is the first day of its subject.
    fn is_first_day(&self, verb: &VerbPhrase, kinds: &[String]) -> bool {
        let Core::Passive { verbs, preposition: None, .. } = &verb.core else { return false };
        let first = |meaning: &Meaning| match meaning {
            Meaning::PropertyVerb(at) => !kinds.is_empty() && self.carries(kinds, self.property(*at)),
            Meaning::Verb(verb) => {
                let relation = self.relation(verb.relation);
                relation.begins == Some(crate::vocabulary::End::To)
                    && !kinds.is_empty()
                    && self.fits(kinds, &relation.to)
            }
            _ => false,
        };
        !verb.negated && verbs.iter().all(|token| self.meanings(token).iter().any(first))
    }
}

/// `first` and `last` go by what happened; `oldest` and `latest` by the things themselves.
pub fn is_first_of_acts(said: &Token) -> bool {
    matches!(said.text.as_str(), "first" | "last")
}

fn said(verb: &VerbPhrase) -> &[Token] {
    match &verb.core {
        Core::Active { verbs, object: None, preposition: None, .. } => verbs,
        _ => &[],
    }
}

/// `which treaty was ratified first`: by the day of the treaty, or of what ratified it?
fn other_day(verb: &VerbPhrase, superlative: &Token, text: &str) -> Box<Report> {
    let word = superlative.span.of(text);
    Report::input("question.superlative", format!("`{word}` goes by the first day of the thing, not by this"))
        .at(verb.span, "another day?")
        .help("Ask for the days of all: `when were the treaties ratified`, `when did the programmes end`.")
}
