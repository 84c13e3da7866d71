//! From a line of category letters to a syntax tree.

use super::lexicon::{Category, Token};
use super::syntax::*;
use crate::base::Span;
use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;
use std::rc::Rc;

#[derive(Parser)]
#[grammar = "../grammar/question.pest"]
struct Grammar;

/// The forms of a question, in the order in which they are tried.
const FORMS: &[Rule] = &[
    Rule::form_describe,
    Rule::form_name,
    Rule::form_connect,
    Rule::form_apart,
    Rule::form_piped,
    Rule::form_subject,
    Rule::form_object,
    Rule::form_subject_long,
    Rule::form_object_long,
    Rule::form_count_there,
    Rule::form_there,
    Rule::form_yes_no,
    Rule::form_asked,
    Rule::form_whose,
    Rule::form_list,
    Rule::form_phrase,
    Rule::form_in_place,
];

/// Every form in which these tokens can be read, and the number of the token at which the best attempt stopped.
pub fn parse(tokens: &[Rc<Token>]) -> (Vec<Question>, usize) {
    let line: String = tokens.iter().map(|t| t.category.letter()).collect();
    let mut questions = Vec::new();
    let mut reached = 0;
    for form in FORMS {
        match Grammar::parse(*form, &line) {
            Ok(mut pairs) => {
                if let Some(pair) = pairs.next() {
                    questions.push(Builder { tokens }.question(pair));
                }
            }
            Err(error) => {
                let at = match error.location {
                    pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
                };
                reached = reached.max(at);
            }
        }
    }
    (questions, reached)
}

struct Builder<'t> {
    tokens: &'t [Rc<Token>],
}

type Node<'i> = Pair<'i, Rule>;

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.into_inner()
}

impl Builder<'_> {
    fn token(&self, node: &Node<'_>) -> Token {
        self.token_at(node.as_span().start())
    }

    fn token_at(&self, at: usize) -> Token {
        match self.tokens.get(at) {
            Some(token) => (**token).clone(),
            None => Token {
                category: Category::Unknown,
                span: Span::default(),
                text: String::new(),
                meanings: Vec::new(),
                period: None,
                words: (0, 0),
                cost: 0,
            },
        }
    }

    fn span(&self, node: &Node<'_>) -> Span {
        let (start, end) = (node.as_span().start(), node.as_span().end());
        let (Some(first), Some(last)) = (self.tokens.get(start), self.tokens.get(end.saturating_sub(1)))
        else {
            return Span::default();
        };
        first.span.to(last.span)
    }

    /// The letters that a node covers, for marks that have no rule of their own.
    fn letters<'i>(node: &Node<'i>) -> &'i str {
        node.as_str()
    }

    fn question(&self, form: Node<'_>) -> Question {
        let span = self.span(&form);
        let rule = form.as_rule();
        let negated_there = Self::letters(&form).contains("in");
        let mut as_of = None;
        let mut closing = Vec::new();
        let mut rest = Vec::new();
        for node in children(form) {
            match node.as_rule() {
                Rule::front => {
                    for inner in children(node) {
                        match inner.as_rule() {
                            Rule::as_of => {
                                as_of = children(inner)
                                    .find(|n| n.as_rule() == Rule::date)
                                    .map(|n| self.token(&n))
                            }
                            _ => closing.extend(self.modifier_item(inner).map(Closing::Time)),
                        }
                    }
                }
                Rule::closing => {
                    for inner in children(node) {
                        match inner.as_rule() {
                            Rule::as_of => {
                                as_of = children(inner)
                                    .find(|n| n.as_rule() == Rule::date)
                                    .map(|n| self.token(&n))
                            }
                            Rule::time_range | Rule::time_phrase => {
                                closing.extend(self.modifier_item(inner).map(Closing::Time))
                            }
                            Rule::also_count => closing.push(Closing::AlsoCount),
                            Rule::grouping => closing
                                .extend(children(inner).next().map(|n| Closing::Group(self.token_of(n)))),
                            Rule::inclusion | Rule::inclusion_after => {
                                closing.extend(self.phrase_in(inner).map(Closing::Including))
                            }
                            Rule::exclusion => closing.extend(self.phrase_in(inner).map(Closing::Excluding)),
                            _ => {}
                        }
                    }
                }
                Rule::EOI => {}
                _ => rest.push(node),
            }
        }
        let ask = self.ask(rule, rest, span, negated_there);
        Question { as_of, ask, closing }
    }

    fn token_of(&self, node: Node<'_>) -> Token {
        self.token(&node)
    }

    fn phrase_in(&self, node: Node<'_>) -> Option<NounPhrase> {
        children(node).find(|n| n.as_rule() == Rule::noun_phrase).map(|n| self.noun_phrase(n))
    }

    fn ask(&self, rule: Rule, rest: Vec<Node<'_>>, span: Span, negated_there: bool) -> Ask {
        let mut nodes = rest.into_iter();
        match rule {
            Rule::form_describe | Rule::form_name => match nodes.next() {
                Some(node) => Ask::Describe(self.token(&node)),
                None => Ask::Describe(self.token_at(0)),
            },
            Rule::form_connect => {
                let mut shorts = nodes.filter(|n| n.as_rule() == Rule::short).map(|n| self.single(n));
                match (shorts.next(), shorts.next()) {
                    (Some(a), Some(b)) => Ask::Connect(a, b),
                    _ => Ask::Describe(self.token_at(0)),
                }
            }
            Rule::form_apart => {
                let mut unit = self.token_at(1);
                let mut ends = Vec::new();
                for node in nodes {
                    match node.as_rule() {
                        Rule::unit => unit = self.token(&node),
                        Rule::simple | Rule::short => ends.push(self.single(node)),
                        _ => {}
                    }
                }
                let mut ends = ends.into_iter();
                match (ends.next(), ends.next()) {
                    (Some(from), Some(to)) => Ask::Apart { unit, from, to },
                    _ => Ask::Describe(self.token_at(0)),
                }
            }
            Rule::form_piped | Rule::form_object | Rule::form_object_long => {
                let mut preposition = None;
                let mut phrase = None;
                let mut clause = None;
                for node in nodes {
                    match node.as_rule() {
                        Rule::preposition => preposition = Some(self.token(&node)),
                        Rule::asked | Rule::asked_short => phrase = Some(self.asked(node)),
                        Rule::inverted_short => clause = Some(self.inverted(node)),
                        _ => {}
                    }
                }
                match (phrase, clause) {
                    (Some(phrase), Some(mut clause)) => {
                        clause.fronted = Some(Fronted { preposition, phrase });
                        clause.span = span;
                        Ask::Clause(clause)
                    }
                    _ => Ask::Describe(self.token_at(0)),
                }
            }
            Rule::form_subject | Rule::form_subject_long | Rule::form_in_place => {
                let mut subject = None;
                let mut clause = empty_clause(span);
                for node in nodes {
                    match node.as_rule() {
                        Rule::asked | Rule::asked_short => subject = Some(self.asked(node)),
                        Rule::short | Rule::simple => subject = Some(self.single(node)),
                        Rule::verb_phrases => (clause.verbs, clause.any) = self.verb_phrases(node),
                        _ => {}
                    }
                }
                clause.subject = subject;
                Ask::Clause(clause)
            }
            Rule::form_yes_no => match nodes.next() {
                Some(node) => Ask::Clause(self.inverted(node)),
                None => Ask::Clause(empty_clause(span)),
            },
            Rule::form_whose => {
                match nodes.find(|n| n.as_rule() == Rule::whose_clause).and_then(|n| self.whose(n)) {
                    Some(kind) => {
                        let asked = self.token_at(0);
                        let modifier = Modifier { kind, or_before: false, span };
                        let simple = Simple {
                            asked: Some(Asked::Who),
                            negative: false,
                            every: false,
                            compared: None,
                            before: Vec::new(),
                            head: Head::Asked(asked),
                            modifiers: vec![modifier],
                            span,
                        };
                        Ask::Phrase(NounPhrase { parts: vec![simple], joined: Joined::And, span })
                    }
                    None => Ask::Describe(self.token_at(0)),
                }
            }
            Rule::form_there => {
                let phrase = nodes.find(|n| n.as_rule() == Rule::noun_phrase).map(|n| self.noun_phrase(n));
                match phrase {
                    Some(phrase) => Ask::Exists { phrase, negated: negated_there },
                    None => Ask::Describe(self.token_at(0)),
                }
            }
            _ => {
                let mut phrase = None;
                let mut after = Vec::new();
                for node in nodes {
                    match node.as_rule() {
                        Rule::asked | Rule::asked_short => phrase = Some(self.asked(node)),
                        Rule::noun_phrase => phrase = Some(self.noun_phrase(node)),
                        Rule::complement => after.extend(self.complement(node)),
                        _ => {}
                    }
                }
                match phrase {
                    Some(mut phrase) => {
                        if let Some(last) = phrase.parts.last_mut() {
                            last.modifiers.extend(after);
                        }
                        Ask::Phrase(phrase)
                    }
                    None => Ask::Describe(self.token_at(0)),
                }
            }
        }
    }

    // ---- noun phrases --------------------------------------------------------------------------------------------

    fn noun_phrase(&self, node: Node<'_>) -> NounPhrase {
        let span = self.span(&node);
        let mut joined = Joined::And;
        let mut parts = Vec::new();
        for inner in children(node) {
            match inner.as_rule() {
                Rule::simple => parts.push(self.simple(inner)),
                Rule::join_or => joined = Joined::Or,
                Rule::but => joined = Joined::Except,
                _ => {}
            }
        }
        NounPhrase { parts, joined, span }
    }

    /// A `simple` or `short` as a noun phrase of one part.
    fn single(&self, node: Node<'_>) -> NounPhrase {
        let span = self.span(&node);
        NounPhrase { parts: vec![self.simple(node)], joined: Joined::And, span }
    }

    /// The asked-for noun phrase; its parts may be joined.
    fn asked(&self, node: Node<'_>) -> NounPhrase {
        let span = self.span(&node);
        let mut joined = Joined::Or;
        let mut first = Vec::new();
        let mut others = Vec::new();
        for inner in children(node) {
            match inner.as_rule() {
                Rule::simple | Rule::short => others.push(self.simple(inner)),
                Rule::join_or => joined = Joined::Or,
                Rule::join_and => joined = Joined::And,
                _ => first.push(inner),
            }
        }
        let lead = self.simple_of(first, span);
        let asked = lead.asked;
        let mut parts = vec![lead];
        for mut other in others {
            other.asked = asked;
            parts.push(other);
        }
        // Two kinds that are asked for together are both wanted: a union.
        let joined = if joined == Joined::And { Joined::Or } else { joined };
        NounPhrase { parts, joined, span }
    }

    fn simple(&self, node: Node<'_>) -> Simple {
        let span = self.span(&node);
        self.simple_of(children(node).collect(), span)
    }

    fn simple_of(&self, nodes: Vec<Node<'_>>, span: Span) -> Simple {
        let mut simple = Simple {
            asked: None,
            negative: false,
            every: false,
            compared: None,
            before: Vec::new(),
            head: Head::Asked(self.token_at(nodes.first().map_or(0, |n| n.as_span().start()))),
            modifiers: Vec::new(),
            span,
        };
        for node in nodes {
            match node.as_rule() {
                Rule::determiner => self.determiner(node, &mut simple),
                Rule::asked_which => simple.asked = Some(Asked::Which),
                Rule::asked_who => simple.asked = Some(Asked::Who),
                Rule::asked_count => simple.asked = Some(Asked::HowMany),
                Rule::asked_where => simple.asked = Some(Asked::Where),
                Rule::asked_when => simple.asked = Some(Asked::When),
                Rule::before => simple.before.extend(children(node).next().and_then(|n| self.before(n))),
                Rule::head => {
                    if let Some(inner) = children(node).next() {
                        self.head(inner, &mut simple);
                    }
                }
                Rule::modifier => simple.modifiers.extend(self.modifiers(node)),
                Rule::of_phrase => simple.modifiers.extend(self.of_phrase(node)),
                _ => {}
            }
        }
        simple
    }

    fn of_phrase(&self, node: Node<'_>) -> Option<Modifier> {
        let span = self.span(&node);
        let preposition = self.token(&node);
        let object = children(node).find(|n| n.as_rule() == Rule::short).map(|n| self.single(n))?;
        Some(Modifier { kind: ModifierKind::Phrase { preposition, object }, or_before: false, span })
    }

    fn determiner(&self, node: Node<'_>, simple: &mut Simple) {
        let start = node.as_span().start();
        for inner in children(node) {
            match inner.as_rule() {
                Rule::no => simple.negative = true,
                Rule::every => simple.every = true,
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

    fn before(&self, node: Node<'_>) -> Option<Before> {
        let token = self.token(&node);
        Some(match node.as_rule() {
            Rule::superlative => Before::Superlative(token),
            Rule::aggregate => Before::Aggregate(token),
            Rule::number_of => Before::NumberOf,
            Rule::value_before => Before::Value(token),
            Rule::possessor => Before::Possessor(token),
            Rule::adjunct => Before::Adjunct(token),
            Rule::participle_before => Before::Participle(token),
            _ => return None,
        })
    }

    fn head(&self, node: Node<'_>, simple: &mut Simple) {
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

    // ---- modifiers -----------------------------------------------------------------------------------------------

    fn modifiers(&self, node: Node<'_>) -> Vec<Modifier> {
        let mut or_before = false;
        let mut found = Vec::new();
        for inner in children(node) {
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
        found
    }

    fn modifier_item(&self, node: Node<'_>) -> Option<Modifier> {
        let span = self.span(&node);
        let made = |kind| Some(Modifier { kind, or_before: false, span });
        match node.as_rule() {
            Rule::relative => made(self.relative(node)?),
            Rule::time_range | Rule::time_phrase => {
                let mut preposition = None;
                let mut dates = Vec::new();
                for inner in children(node) {
                    match inner.as_rule() {
                        Rule::preposition => preposition = Some(self.token(&inner)),
                        Rule::date => dates.push(self.token(&inner)),
                        _ => {}
                    }
                }
                let mut dates = dates.into_iter();
                made(ModifierKind::Time {
                    preposition: preposition?,
                    first: dates.next()?,
                    last: dates.next(),
                })
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
                made(ModifierKind::Predicate {
                    negated: parts.negated,
                    transitive: parts.transitive,
                    predicate: parts.verbs.into_iter().next()?,
                    preposition: parts.preposition,
                    object: parts.object,
                })
            }
            Rule::in_force => {
                let negated = Self::letters(&node).starts_with('n');
                let time =
                    children(node).find(|n| matches!(n.as_rule(), Rule::time_range | Rule::time_phrase));
                let time = time.and_then(|n| self.modifier_item(n)).map(Box::new);
                made(ModifierKind::InForce { negated, time })
            }
            Rule::phrase => {
                let mut preposition = None;
                let mut object = None;
                for inner in children(node) {
                    match inner.as_rule() {
                        Rule::preposition => preposition = Some(self.token(&inner)),
                        Rule::noun_phrase => object = Some(self.noun_phrase(inner)),
                        _ => {}
                    }
                }
                made(ModifierKind::Phrase { preposition: preposition?, object: object? })
            }
            Rule::date_complement => made(ModifierKind::Value(self.token(&node))),
            Rule::inclusion => made(ModifierKind::Including(self.phrase_in(node)?)),
            Rule::exclusion => made(ModifierKind::Excluding(self.phrase_in(node)?)),
            Rule::stated => made(ModifierKind::Stated),
            Rule::transitive => made(ModifierKind::Transitive),
            _ => None,
        }
    }

    fn complement(&self, node: Node<'_>) -> Option<Modifier> {
        children(node).next().and_then(|n| self.modifier_item(n))
    }

    fn relative(&self, node: Node<'_>) -> Option<ModifierKind> {
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
                    let mut clause = empty_clause(span);
                    for part in children(inner) {
                        match part.as_rule() {
                            Rule::short | Rule::simple => clause.subject = Some(self.single(part)),
                            Rule::gap_verbs => {
                                for verb in children(part) {
                                    match verb.as_rule() {
                                        Rule::join_or => clause.any = true,
                                        Rule::gap_verb => clause
                                            .verbs
                                            .extend(children(verb).next().map(|v| self.gap_verb(v))),
                                        _ => {}
                                    }
                                }
                            }
                            _ => {}
                        }
                    }
                    return Some(ModifierKind::Relative { preposition, clause });
                }
                Rule::whose_clause => return self.whose(inner),
                _ => {}
            }
        }
        None
    }

    fn whose(&self, node: Node<'_>) -> Option<ModifierKind> {
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

    // ---- verbs ---------------------------------------------------------------------------------------------------

    fn verb_phrases(&self, node: Node<'_>) -> (Vec<VerbPhrase>, bool) {
        let mut any = false;
        let mut verbs = Vec::new();
        for inner in children(node) {
            match inner.as_rule() {
                Rule::join_or => any = true,
                Rule::verb_phrase => verbs.extend(children(inner).next().map(|v| self.verb_phrase(v))),
                _ => {}
            }
        }
        (verbs, any)
    }

    fn verb_phrase(&self, node: Node<'_>) -> VerbPhrase {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut parts = self.verbal(node);
        let core = match rule {
            Rule::passive => Core::Passive { verbs: parts.verbs, any: parts.any, preposition: None },
            Rule::copula => match parts.core.take() {
                Some(core) => core,
                None => Core::Stated,
            },
            Rule::exists => Core::InForce,
            Rule::have => Core::Have(parts.object),
            _ => Core::Active {
                verbs: parts.verbs,
                any: parts.any,
                preposition: parts.preposition,
                object: parts.object,
            },
        };
        VerbPhrase {
            negated: parts.negated,
            modal: parts.modal,
            transitive: parts.transitive,
            core,
            complements: parts.complements,
            span,
        }
    }

    fn gap_verb(&self, node: Node<'_>) -> VerbPhrase {
        let span = self.span(&node);
        let rule = node.as_rule();
        let parts = self.verbal(node);
        let first = parts.verbs.first().cloned();
        let core = match (rule, first) {
            (Rule::gap_passive, Some(verb)) if verb.category == Category::Predicate => {
                Core::Predicate { predicate: verb, preposition: parts.preposition, object: None }
            }
            (Rule::gap_passive, Some(verb)) if verb.category == Category::Gerund => Core::Active {
                verbs: parts.verbs,
                any: parts.any,
                preposition: parts.preposition,
                object: None,
            },
            (Rule::gap_passive, Some(_)) => {
                Core::Passive { verbs: parts.verbs, any: parts.any, preposition: parts.preposition }
            }
            (Rule::gap_passive, None) => Core::Stated,
            (Rule::gap_have, _) => Core::Have(None),
            _ => Core::Active {
                verbs: parts.verbs,
                any: parts.any,
                preposition: parts.preposition,
                object: None,
            },
        };
        VerbPhrase {
            negated: parts.negated,
            modal: parts.modal,
            transitive: parts.transitive,
            core,
            complements: parts.complements,
            span,
        }
    }

    /// The parts that verb phrases of every shape are made of.
    fn verbal(&self, node: Node<'_>) -> Verbal {
        let mut parts = Verbal::default();
        for inner in children(node) {
            self.verbal_part(inner, &mut parts);
        }
        parts
    }

    fn verbal_part(&self, inner: Node<'_>, parts: &mut Verbal) {
        match inner.as_rule() {
            Rule::be => {
                for part in children(inner) {
                    self.verbal_part(part, parts);
                }
            }
            Rule::not => parts.negated = true,
            Rule::modal => parts.modal = Some(self.token(&inner)),
            Rule::transitive => parts.transitive = true,
            Rule::finite | Rule::base | Rule::passive_verb | Rule::gerund | Rule::predicate => {
                parts.verbs.push(self.token(&inner))
            }
            Rule::join_or => parts.any = true,
            Rule::preposition => parts.preposition = Some(self.token(&inner)),
            Rule::noun_phrase => parts.object = Some(self.noun_phrase(inner)),
            Rule::complement => match self.complement(inner) {
                Some(Modifier { kind: ModifierKind::Transitive, .. }) => parts.transitive = true,
                other => parts.complements.extend(other),
            },
            Rule::predicate_complement => {
                let mut own = self.verbal(inner);
                parts.transitive |= own.transitive;
                if let Some(predicate) = own.verbs.pop() {
                    parts.core =
                        Some(Core::Predicate { predicate, preposition: own.preposition, object: own.object });
                }
            }
            Rule::place_complement => {
                let own = self.verbal(inner);
                if let (Some(preposition), Some(object)) = (own.preposition, own.object) {
                    parts.core = Some(Core::Place { preposition, object });
                }
            }
            Rule::identity => {
                parts.core = children(inner).next().map(|n| Core::Identity(self.noun_phrase(n)))
            }
            Rule::in_force => {
                if let Some(Modifier { kind: ModifierKind::InForce { negated, time }, .. }) =
                    self.modifier_item(inner)
                {
                    parts.negated |= negated;
                    parts.complements.extend(time.map(|t| *t));
                    parts.core = Some(Core::InForce);
                }
            }
            Rule::stated => parts.core = Some(Core::Stated),
            _ => {}
        }
    }

    /// A clause whose verb stands before its subject.
    fn inverted(&self, node: Node<'_>) -> Clause {
        let span = self.span(&node);
        let mut clause = empty_clause(span);
        let Some(form) = children(node).next() else { return clause };
        let rule = form.as_rule();
        let mut outer = Verbal::default();
        let mut verb: Option<VerbPhrase> = None;
        for inner in children(form) {
            match inner.as_rule() {
                Rule::short | Rule::simple => clause.subject = Some(self.single(inner)),
                Rule::be_core => verb = Some(self.be_core(inner)),
                Rule::modal_be => verb = children(inner).next().map(|n| self.be_core(n)),
                Rule::do_core | Rule::have_done => {
                    let letters = Self::letters(&inner);
                    let has = letters.starts_with('v');
                    let parts = self.verbal(inner);
                    let core = if has && parts.verbs.is_empty() {
                        Core::Have(parts.object)
                    } else {
                        Core::Active {
                            verbs: parts.verbs,
                            any: parts.any,
                            preposition: parts.preposition,
                            object: parts.object,
                        }
                    };
                    verb = Some(VerbPhrase {
                        negated: false,
                        modal: None,
                        transitive: parts.transitive,
                        core,
                        complements: parts.complements,
                        span,
                    });
                }
                Rule::have_been => {
                    let parts = self.verbal(inner);
                    let core =
                        Core::Passive { verbs: parts.verbs, any: parts.any, preposition: parts.preposition };
                    verb = Some(VerbPhrase {
                        negated: false,
                        modal: None,
                        transitive: parts.transitive,
                        core,
                        complements: parts.complements,
                        span,
                    });
                }
                Rule::exists_core => {
                    let parts = self.verbal(inner);
                    verb = Some(VerbPhrase {
                        negated: parts.negated,
                        modal: None,
                        transitive: false,
                        core: Core::InForce,
                        complements: parts.complements,
                        span,
                    });
                }
                _ => self.verbal_part(inner, &mut outer),
            }
        }
        let plain = VerbPhrase {
            negated: outer.negated,
            modal: outer.modal.clone(),
            transitive: outer.transitive,
            core: Core::Have(None),
            complements: Vec::new(),
            span,
        };
        let mut verb = match (verb, rule) {
            (Some(verb), _) => verb,
            // `From which bodies come the members …`: the noun phrase after the verb is its subject.
            (None, Rule::inverted_plain_short) => {
                clause.subject = outer.object.take();
                let core =
                    Core::Active { verbs: outer.verbs, any: outer.any, preposition: None, object: None };
                VerbPhrase { core, ..plain }
            }
            (None, _) => plain,
        };
        verb.negated |= outer.negated;
        verb.transitive |= outer.transitive;
        verb.modal = verb.modal.or(outer.modal);
        clause.verbs.push(verb);
        clause
    }

    fn be_core(&self, node: Node<'_>) -> VerbPhrase {
        let span = self.span(&node);
        let mut parts = Verbal::default();
        for inner in children(node) {
            match inner.as_rule() {
                Rule::passive_core => {
                    let own = self.verbal(inner);
                    parts.transitive |= own.transitive;
                    parts.core =
                        Some(Core::Passive { verbs: own.verbs, any: own.any, preposition: own.preposition });
                }
                Rule::progressive_core => {
                    let own = self.verbal(inner);
                    parts.transitive |= own.transitive;
                    parts.core = Some(Core::Active {
                        verbs: own.verbs,
                        any: own.any,
                        preposition: own.preposition,
                        object: own.object,
                    });
                }
                Rule::predicate_core => {
                    let mut own = self.verbal(inner);
                    parts.transitive |= own.transitive;
                    if let Some(predicate) = own.verbs.pop() {
                        parts.core = Some(Core::Predicate {
                            predicate,
                            preposition: own.preposition,
                            object: own.object,
                        });
                    }
                }
                _ => self.verbal_part(inner, &mut parts),
            }
        }
        let core = parts.core.unwrap_or(Core::Stated);
        VerbPhrase {
            negated: parts.negated,
            modal: parts.modal,
            transitive: parts.transitive,
            core,
            complements: parts.complements,
            span,
        }
    }
}

/// What has been found of a verb phrase.
#[derive(Default)]
struct Verbal {
    negated: bool,
    modal: Option<Token>,
    transitive: bool,
    verbs: Vec<Token>,
    any: bool,
    preposition: Option<Token>,
    object: Option<NounPhrase>,
    complements: Vec<Modifier>,
    core: Option<Core>,
}

fn empty_clause(span: Span) -> Clause {
    Clause { subject: None, verbs: Vec::new(), any: false, fronted: None, span }
}
