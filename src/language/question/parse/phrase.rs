//! Noun phrases and their modifiers.

use super::beside::beside_the_first;
use super::force::time_of_force;
use super::{Builder, Joins, Node, Rule, children, empty_clause};
use crate::base::Span;
use crate::language::question::syntax::*;

impl Builder<'_> {
    pub fn noun_phrase(&self, node: Node<'_>) -> NounPhrase {
        let span = self.span(&node);
        let first = node.as_span().start();
        let mut joins = Joins::default();
        let mut except = false;
        let mut parts = Vec::new();
        for inner in children(node) {
            self.join(&inner, &mut joins);
            match inner.as_rule() {
                Rule::simple | Rule::short | Rule::bare => parts.push(self.simple(inner)),
                Rule::but if parts.len() > 1 => self.unclear(Unclear::Mixed(self.span(&inner))),
                Rule::but => except = true,
                Rule::again => {
                    let before = first.checked_sub(1).map(|at| self.token_at(at).text);
                    if before.as_ref() != Some(&self.token(&inner).text) {
                        self.unclear(Unclear::Again(self.span(&inner)));
                    }
                }
                _ => {}
            }
        }
        // `tasks but no members` denies what follows.
        let denied = parts.iter().skip(1).all(|part: &Simple| part.negative);
        if joins.but && !denied {
            self.unclear(Unclear::But(joins.last));
        }
        if joins.and && joins.or {
            self.unclear(Unclear::Mixed(joins.last));
        }
        let joined = match (except, joins.or) {
            (true, _) => Joined::Except,
            (false, true) => Joined::Or,
            (false, false) => Joined::And,
        };
        beside_the_first(NounPhrase { parts, joined, span })
    }

    /// A `simple` or `short` as a noun phrase of one part.
    pub fn single(&self, node: Node<'_>) -> NounPhrase {
        let span = self.span(&node);
        NounPhrase { parts: vec![self.simple(node)], joined: Joined::And, span }
    }

    /// The asked-for noun phrase; its parts may be joined.
    pub fn asked(&self, node: Node<'_>) -> NounPhrase {
        let span = self.span(&node);
        let mut joined = Joined::Or;
        let mut joins = Joins::default();
        let mut first = Vec::new();
        let mut others = Vec::new();
        for inner in children(node) {
            self.join(&inner, &mut joins);
            match inner.as_rule() {
                Rule::simple | Rule::short => others.push(self.simple(inner)),
                Rule::join_or => joined = Joined::Or,
                Rule::join_and => joined = Joined::And,
                Rule::but => joined = Joined::Except,
                _ => first.push(inner),
            }
        }
        // `which laws, but no decrees, …`
        if joins.but && others.iter().all(|other| other.negative) {
            others.iter_mut().for_each(|other| other.negative = false);
            joined = Joined::Except;
        } else if joins.but || others.iter().any(|other| other.negative) {
            self.unclear(Unclear::But(joins.last));
        } else if joins.and && joins.or {
            self.unclear(Unclear::Mixed(joins.last));
        }
        let lead = self.simple_of(first, span);
        let asked = lead.asked;
        let mut parts = vec![lead];
        for mut other in others {
            // What is left out is not asked for.
            other.asked = asked.filter(|_| joined != Joined::Except);
            parts.push(other);
        }
        // Two kinds that are asked for together are both wanted: a union.
        let joined = if joined == Joined::And { Joined::Or } else { joined };
        NounPhrase { parts, joined, span }
    }

    pub fn simple(&self, node: Node<'_>) -> Simple {
        let span = self.span(&node);
        self.simple_of(children(node).collect(), span)
    }

    pub fn simple_of(&self, nodes: Vec<Node<'_>>, span: Span) -> Simple {
        let mut simple = Simple {
            asked: None,
            negative: false,
            every: false,
            compared: None,
            than: None,
            before: Vec::new(),
            head: Head::Asked(self.token_at(nodes.first().map_or(0, |n| n.as_span().start()))),
            modifiers: Vec::new(),
            span,
        };
        let (mut more, mut than) = (None, None);
        for node in nodes {
            match node.as_rule() {
                Rule::more => more = Some(self.token(&node)),
                Rule::preposition => than = Some(self.token(&node)),
                Rule::short => {
                    if let (Some(more), Some(preposition)) = (more.take(), than.take()) {
                        let other = self.single(node);
                        simple.than = Some(Box::new(Than { more, preposition, other }));
                    }
                }
                Rule::determiner => self.determiner(node, &mut simple),
                Rule::asked_which => simple.asked = Some(Asked::Which),
                Rule::asked_who => simple.asked = Some(Asked::Who),
                Rule::asked_count => simple.asked = Some(Asked::HowMany),
                Rule::asked_where => simple.asked = Some(Asked::Where),
                Rule::asked_when => simple.asked = Some(Asked::When),
                Rule::before => simple.before.extend(children(node).next().and_then(|n| self.before(n))),
                Rule::head | Rule::contact_head => {
                    if let Some(inner) = children(node).next() {
                        self.head(inner, &mut simple);
                    }
                }
                Rule::modifier => simple.modifiers.extend(self.modifiers(node)),
                Rule::relative | Rule::contact_clause => simple.modifiers.extend(self.modifier_item(node)),
                Rule::of_phrase => simple.modifiers.extend(self.of_phrase(node)),
                _ => {}
            }
        }
        time_of_force(&mut simple.modifiers);
        simple
    }

    pub fn of_phrase(&self, node: Node<'_>) -> Option<Modifier> {
        let span = self.span(&node);
        let preposition = self.token(&node);
        let object = children(node).find(|n| n.as_rule() == Rule::short).map(|n| self.single(n))?;
        // `of 2003`
        if let [Simple { head: Head::Date(first), modifiers, before, .. }] = object.parts.as_slice()
            && modifiers.is_empty()
            && before.is_empty()
        {
            let (first, others) = (first.clone(), Vec::new());
            let kind = ModifierKind::Time { preposition, first, last: None, others, any: false };
            return Some(Modifier { kind, or_before: false, span });
        }
        Some(Modifier { kind: ModifierKind::Phrase { preposition, object }, or_before: false, span })
    }

    pub fn determiner(&self, node: Node<'_>, simple: &mut Simple) {
        let start = node.as_span().start();
        for inner in children(node) {
            match inner.as_rule() {
                Rule::no => simple.negative = true,
                Rule::every => simple.every = true,
                // Beside what is asked for, each is shown: `how many tasks does each body have`.
                Rule::each if self.asks() => simple.asked = Some(Asked::Which),
                Rule::each => simple.every = true,
                Rule::asked_which => simple.asked = Some(Asked::Which),
                Rule::asked_count => simple.asked = Some(Asked::HowMany),
                Rule::number | Rule::one => {
                    simple.compared = Some((self.token_at(start), self.token(&inner)))
                }
                Rule::exactly => simple.compared = Some((self.token_at(start), self.token_at(start))),
                _ => {}
            }
        }
    }

    pub fn before(&self, node: Node<'_>) -> Option<Before> {
        let token = self.token(&node);
        Some(match node.as_rule() {
            Rule::superlative => Before::Superlative(token),
            Rule::aggregate => Before::Aggregate(token),
            Rule::number_of => Before::NumberOf,
            Rule::value_before => Before::Value(token),
            Rule::valid => Before::Valid(token),
            Rule::year_before => Before::Year(token),
            Rule::possessor => Before::Possessor(token),
            Rule::adjunct => Before::Adjunct(token),
            Rule::participle_before => Before::Participle(token),
            _ => return None,
        })
    }

    pub fn head(&self, node: Node<'_>, simple: &mut Simple) {
        let token = self.token(&node);
        simple.head = match node.as_rule() {
            Rule::apposition => {
                let at = node.as_span().start();
                Head::Apposition(self.token_at(at), self.token_at(at + 1))
            }
            Rule::noun_head => {
                let chain = Self::letters(&node).contains('~');
                let noun =
                    children(node).find(|n| n.as_rule() == Rule::noun).map_or(token, |n| self.token(&n));
                Head::Noun { noun, chain }
            }
            Rule::kind => Head::Kind(token),
            Rule::property => Head::Property(token),
            Rule::event => Head::Event(token),
            Rule::measure => Head::Measure(token),
            Rule::name => Head::Name(token),
            Rule::quoted => Head::Quoted(token),
            Rule::date => Head::Date(token),
            Rule::number => Head::Number(token),
            Rule::thing => Head::Thing(token),
            Rule::one => Head::One(token),
            Rule::pronoun => Head::Pronoun(token),
            Rule::value => Head::Value(token),
            Rule::unit => Head::Unit(token),
            other => {
                simple.asked = Some(match other {
                    Rule::asked_who => Asked::Who,
                    Rule::asked_where => Asked::Where,
                    Rule::asked_when => Asked::When,
                    _ => Asked::Which,
                });
                Head::Asked(token)
            }
        };
    }

    pub fn modifiers(&self, node: Node<'_>) -> Vec<Modifier> {
        let mut or_before = false;
        let mut joins = Joins::default();
        let mut found = Vec::new();
        for inner in children(node) {
            self.join(&inner, &mut joins);
            match inner.as_rule() {
                Rule::join_or => or_before = true,
                Rule::join_and => or_before = false,
                _ => {
                    if let Some(mut modifier) = self.modifier_item(inner) {
                        modifier.or_before = or_before;
                        found.push(modifier);
                    }
                    or_before = false;
                }
            }
        }
        if joins.and && joins.or {
            self.unclear(Unclear::Mixed(joins.last));
        }
        found
    }

    pub fn modifier_item(&self, node: Node<'_>) -> Option<Modifier> {
        let span = self.span(&node);
        let made = |kind| Some(Modifier { kind, or_before: false, span });
        match node.as_rule() {
            Rule::relative | Rule::contact_clause => made(self.relative(node)?),
            Rule::time_range | Rule::time_phrase => {
                let mut preposition = None;
                let mut dates = Vec::new();
                let mut others = Vec::new();
                let mut any = false;
                for inner in children(node) {
                    match inner.as_rule() {
                        Rule::preposition => preposition = Some(self.token(&inner)),
                        Rule::date => dates.push(self.token(&inner)),
                        Rule::join_or => any = true,
                        Rule::other_time => {
                            let (mut own, mut date) = (preposition.clone(), None);
                            for part in children(inner) {
                                match part.as_rule() {
                                    Rule::preposition => own = Some(self.token(&part)),
                                    _ => date = Some(self.token(&part)),
                                }
                            }
                            others.push((own?, date?));
                        }
                        _ => {}
                    }
                }
                let mut dates = dates.into_iter();
                let (first, last) = (dates.next()?, dates.next());
                made(ModifierKind::Time { preposition: preposition?, first, last, others, any })
            }
            Rule::with_value => {
                let at = node.as_span().start();
                let value = made(ModifierKind::Value(self.token_at(at + 2)))?;
                let mut part = self.simple_of(Vec::new(), span);
                part.head = Head::Property(self.token_at(at + 1));
                part.modifiers = vec![value];
                let object = NounPhrase { parts: vec![part], joined: Joined::And, span };
                made(ModifierKind::Phrase { preposition: self.token_at(at), object })
            }
            Rule::without => made(ModifierKind::Without(self.phrase_in(node)?)),
            Rule::participle_phrase => {
                let parts = self.verbal(node);
                made(ModifierKind::Participle {
                    negated: parts.negated,
                    transitive: parts.transitive,
                    verbs: parts.verbs,
                    any: parts.any,
                    complements: parts.complements,
                })
            }
            Rule::gerund_phrase => {
                let parts = self.verbal(node);
                made(ModifierKind::Gerund {
                    negated: parts.negated,
                    transitive: parts.transitive,
                    verbs: parts.verbs,
                    any: parts.any,
                    preposition: parts.preposition,
                    object: parts.object,
                })
            }
            Rule::predicate_phrase => {
                let parts = self.verbal(node);
                let (negated, transitive) = (parts.negated, parts.transitive);
                let (preposition, object) = (parts.preposition, parts.object);
                let predicate = parts.verbs.into_iter().next()?;
                if parts.complements.is_empty() {
                    return made(ModifierKind::Predicate {
                        negated,
                        transitive,
                        predicate,
                        preposition,
                        object,
                    });
                }
                // `assigned to X by Y` is `that are assigned to X by Y`.
                let core = Core::Predicate { predicate, preposition, object };
                let complements = parts.complements;
                let verb = VerbPhrase { negated, modal: None, transitive, core, complements, span };
                let clause = Clause { verbs: vec![verb], ..empty_clause(span) };
                made(ModifierKind::Relative { preposition: None, clause })
            }
            Rule::in_force => {
                let negated = Self::letters(&node).starts_with('n');
                let time =
                    children(node).find(|n| matches!(n.as_rule(), Rule::time_range | Rule::time_phrase));
                let time = time.and_then(|n| self.modifier_item(n)).map(Box::new);
                made(ModifierKind::InForce { negated, time })
            }
            Rule::phrase | Rule::phrase_before => {
                let mut preposition = None;
                let mut object = None;
                for inner in children(node) {
                    match inner.as_rule() {
                        Rule::preposition => preposition = Some(self.token(&inner)),
                        Rule::noun_phrase => object = Some(self.noun_phrase(inner)),
                        Rule::short => object = Some(self.single(inner)),
                        _ => {}
                    }
                }
                made(ModifierKind::Phrase { preposition: preposition?, object: object? })
            }
            Rule::event_time => {
                let (mut preposition, mut object, mut verb) = (None, None, None);
                for inner in children(node) {
                    match inner.as_rule() {
                        Rule::preposition => preposition = Some(self.token(&inner)),
                        Rule::short => object = Some(self.single(inner)),
                        Rule::passive_verb => verb = Some((self.token(&inner), self.span(&inner))),
                        _ => {}
                    }
                }
                let (mut object, (verb, at)) = (object?, verb?);
                let kind = ModifierKind::Participle {
                    negated: false,
                    transitive: false,
                    verbs: vec![verb],
                    any: false,
                    complements: Vec::new(),
                };
                let said = Modifier { kind, or_before: false, span: at };
                object.parts.last_mut()?.modifiers.push(said);
                made(ModifierKind::Phrase { preposition: preposition?, object })
            }
            Rule::date_complement => made(ModifierKind::Value(self.token(&node))),
            Rule::infinitive => {
                let parts = self.verbal(node);
                made(ModifierKind::Infinitive {
                    verbs: parts.verbs,
                    any: parts.any,
                    preposition: parts.preposition,
                    object: parts.object?,
                })
            }
            Rule::together => made(ModifierKind::Together(self.phrase_in(node)?)),
            Rule::inclusion => made(ModifierKind::Including(self.phrase_in(node)?)),
            Rule::exclusion => made(ModifierKind::Excluding(self.phrase_in(node)?)),
            Rule::supposition => {
                let mut phrase = None;
                let mut fate = None;
                for inner in children(node) {
                    match inner.as_rule() {
                        Rule::noun_phrase => phrase = Some(self.noun_phrase(inner)),
                        Rule::short => phrase = Some(self.single(inner)),
                        Rule::fate => fate = Some(self.verbal(inner)),
                        _ => {}
                    }
                }
                let fate = fate?;
                let (negated, word) = (fate.negated, fate.verbs.into_iter().next());
                made(ModifierKind::Supposed { phrase: phrase?, fate: word, negated })
            }
            Rule::stated => made(ModifierKind::Stated),
            Rule::transitive => made(ModifierKind::Transitive),
            _ => None,
        }
    }

    pub fn complement(&self, node: Node<'_>) -> Option<Modifier> {
        children(node).next().and_then(|n| self.modifier_item(n))
    }

    pub fn relative(&self, node: Node<'_>) -> Option<ModifierKind> {
        let span = self.span(&node);
        let mut preposition = None;
        for inner in children(node) {
            match inner.as_rule() {
                Rule::preposition => preposition = Some(self.token(&inner)),
                Rule::subject_clause => {
                    let verbs = children(inner).next()?;
                    let (verbs, any) = self.verb_phrases(verbs);
                    let clause = Clause { verbs, any, ..empty_clause(span) };
                    return Some(ModifierKind::Relative { preposition, clause });
                }
                Rule::gap_clause => {
                    let clause = self.gap_clause(inner, span);
                    return Some(ModifierKind::Relative { preposition, clause });
                }
                Rule::whose_clause => return self.whose(inner),
                _ => {}
            }
        }
        None
    }

    /// A subject and verbs whose object stands before them.
    pub fn gap_clause(&self, node: Node<'_>, span: Span) -> Clause {
        let mut clause = empty_clause(span);
        for part in children(node) {
            match part.as_rule() {
                Rule::short | Rule::simple => clause.subject = Some(self.single(part)),
                Rule::several => clause.subject = Some(self.noun_phrase(part)),
                Rule::gap_verbs => {
                    for verb in children(part) {
                        match verb.as_rule() {
                            Rule::join_or => clause.any = true,
                            Rule::gap_verb => {
                                clause.verbs.extend(children(verb).next().map(|v| self.gap_verb(v)));
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        clause
    }

    pub fn whose(&self, node: Node<'_>) -> Option<ModifierKind> {
        let mut noun = None;
        let mut found = (Vec::new(), false);
        for part in children(node) {
            match part.as_rule() {
                Rule::short => noun = Some(self.simple(part)),
                Rule::verb_phrases => found = self.verb_phrases(part),
                _ => {}
            }
        }
        Some(ModifierKind::Whose { noun: noun?, verbs: found.0, any: found.1 })
    }
}
