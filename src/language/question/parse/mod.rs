//! From a line of category letters to a syntax tree.

mod beside;
mod force;
mod joined;
mod phrase;
mod verb;

use crate::base::Span;
use crate::language::question::lexicon::{Category, Token};
use crate::language::question::syntax::*;
use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;
use std::cell::Cell;
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
    Rule::form_lasting,
    Rule::form_piped,
    Rule::form_perfect,
    Rule::form_among,
    Rule::form_subject_bare,
    Rule::form_subject,
    Rule::form_object,
    Rule::form_subject_long,
    Rule::form_object_long,
    Rule::form_object_relative,
    Rule::form_count_there,
    Rule::form_there,
    Rule::form_yes_no,
    Rule::form_yes_no_name,
    Rule::form_yes_no_long,
    Rule::form_yes_no_joined,
    Rule::form_indirect,
    Rule::form_asked,
    Rule::form_whose,
    Rule::form_list,
    Rule::form_phrase,
    Rule::form_in_place,
    Rule::form_contact,
    Rule::form_foremost,
];

/// The verb that is marked as the question's own, as a participle or not.
const LAST: (char, char) = ('.', ';');

/// Every form in which these tokens can be read, and the number of the token at which the best attempt stopped.
pub fn parse(tokens: &[Rc<Token>]) -> (Vec<Question>, usize) {
    let line: String = tokens.iter().map(|t| t.category.letter()).collect();
    let mut questions = Vec::new();
    let mut reached = 0;
    let marked = with_last_verb(tokens);
    let forms = FORMS.iter().map(|form| (*form, &line));
    for (form, line) in forms.chain(marked.iter().map(|line| (Rule::form_last, line))) {
        match Grammar::parse(form, line) {
            Ok(mut pairs) => {
                // `which` alone asks for nothing before a clause, as `what` does: `what Decree 268 established`.
                let which = |p: &Node<'_>| tokens.get(p.as_span().start()).is_some_and(|t| t.text == "which");
                let alone = |p: Node<'_>| p.as_rule() == Rule::asked_bare && which(&p);
                if pairs.clone().flatten().any(alone) {
                    continue;
                }
                // Without a preposition only `is to establish X` goes on, and not `is in X` once more.
                let to = |at: usize| tokens.get(at).is_some_and(|t| t.text.split(' ').any(|w| w == "to"));
                if pairs.clone().flatten().any(|p| goes_on_bare(&p) && !to(p.as_span().start())) {
                    continue;
                }
                if let Some(pair) = pairs.next() {
                    questions.push(Builder { tokens, unclear: Cell::default() }.question(pair));
                }
            }
            // Where reading stopped is told of the line as it is.
            Err(_) if form == Rule::form_last => {}
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

/// Whether a predicate is followed by a noun phrase without a preposition.
fn goes_on_bare(node: &Node<'_>) -> bool {
    let is = |rule: Rule| children(node.clone()).any(|inner| inner.as_rule() == rule);
    matches!(node.as_rule(), Rule::predicate_complement | Rule::predicate_core)
        && is(Rule::noun_phrase)
        && !is(Rule::preposition)
}

/// The line with its last verb marked, where a clause with a verb of its own stands before it.
fn with_last_verb(tokens: &[Rc<Token>]) -> Option<String> {
    use Category::*;
    let verb = |token: &Rc<Token>| {
        matches!(token.category, Present | Past | Participle | PastOrParticiple | Predicate | Gerund)
    };
    let own = |token: &Rc<Token>| (verb(token) && token.category != Past) || token.category == InForce;
    let last = tokens.iter().rposition(own)?;
    let first = tokens.iter().position(|token| matches!(token.category, Be | Do | Have))?;
    if !tokens.get(first + 1..last)?.iter().any(|token| verb(token) || token.category == Have) {
        return None;
    }
    // `is the law that ratified X in force`, `does the council that X established exist`
    let bare = match tokens[last].category {
        InForce => tokens[first].category == Do,
        category => category == Present,
    };
    let mark = if bare { LAST.1 } else { LAST.0 };
    let letter = |(at, token): (usize, &Rc<Token>)| if at == last { mark } else { token.category.letter() };
    Some(tokens.iter().enumerate().map(letter).collect())
}

struct Builder<'t> {
    tokens: &'t [Rc<Token>],
    /// The first thing that can be meant in two ways.
    unclear: Cell<Option<Unclear>>,
}

/// How the parts of a list are joined.
#[derive(Default)]
struct Joins {
    and: bool,
    or: bool,
    /// `but` where `and` could stand.
    but: bool,
    /// The last of them.
    last: Span,
}

type Node<'i> = Pair<'i, Rule>;

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.into_inner()
}

impl Builder<'_> {
    pub fn token(&self, node: &Node<'_>) -> Token {
        self.token_at(node.as_span().start())
    }

    pub fn token_at(&self, at: usize) -> Token {
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

    pub fn span(&self, node: &Node<'_>) -> Span {
        let (start, end) = (node.as_span().start(), node.as_span().end());
        let (Some(first), Some(last)) = (self.tokens.get(start), self.tokens.get(end.saturating_sub(1)))
        else {
            return Span::default();
        };
        first.span.to(last.span)
    }

    /// Whether the question asks for something, and not for yes or no.
    pub fn asks(&self) -> bool {
        let asks = |token: &Rc<Token>| {
            matches!(token.category, Category::Which | Category::Who | Category::HowMany | Category::NumberOf)
        };
        self.tokens.iter().any(asks)
    }

    /// The letters that a node covers, for marks that have no rule of their own.
    pub fn letters<'i>(node: &Node<'i>) -> &'i str {
        node.as_str()
    }

    fn question(&self, form: Node<'_>) -> Question {
        let span = self.span(&form);
        let rule = form.as_rule();
        // `is not there`: what is denied further on belongs to what is said of the things.
        let negated_there = Self::letters(&form).contains("inr");
        let mut as_of = None;
        let mut closing = Vec::new();
        let mut front = Vec::new();
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
                            Rule::supposition => closing
                                .extend(self.modifier_item(inner).map(|m| Closing::Supposed(Box::new(m)))),
                            Rule::when_and => closing.push(Closing::AlsoWhen(self.token(&inner))),
                            _ => front.extend(self.modifier_item(inner)),
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
                                closing.extend(self.modifier_item(inner).map(|m| Closing::Time(Box::new(m))))
                            }
                            Rule::supposition => closing
                                .extend(self.modifier_item(inner).map(|m| Closing::Supposed(Box::new(m)))),
                            Rule::also_count => closing.push(Closing::AlsoCount),
                            Rule::also_when => closing
                                .extend(children(inner).next().map(|n| Closing::AlsoWhen(self.token_of(n)))),
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
                Rule::and_when => {
                    closing.extend(children(node).next().map(|n| Closing::AlsoWhen(self.token_of(n))))
                }
                Rule::EOI => {}
                _ => rest.push(node),
            }
        }
        let mut ask = self.ask(rule, rest, span, negated_there);
        // What is supposed goes with what the clause says.
        if let Ask::Clause(Clause { verbs, .. }) = &mut ask
            && let Some(verb) = verbs.last_mut()
        {
            let supposed = |closing: &mut Closing| matches!(closing, Closing::Supposed(_));
            verb.complements.extend(closing.extract_if(.., supposed).filter_map(|closing| match closing {
                Closing::Supposed(modifier) => Some(*modifier),
                _ => None,
            }));
        }
        // A time in front means what it means after the verb.
        match &mut ask {
            Ask::Clause(Clause { verbs, .. }) if !verbs.is_empty() => {
                verbs.iter_mut().for_each(|verb| verb.complements.extend(front.iter().cloned()));
            }
            _ => closing.extend(front.into_iter().map(|m| Closing::Time(Box::new(m)))),
        }
        Question { as_of, ask, closing, unclear: self.unclear.get() }
    }

    /// Notes a join of a list.
    fn join(&self, node: &Node<'_>, joins: &mut Joins) {
        match node.as_rule() {
            Rule::join_or => joins.or = true,
            Rule::join_and if self.token(node).text == "but" => joins.but = true,
            Rule::join_and => joins.and = true,
            _ => return,
        }
        joins.last = self.span(node);
    }

    fn unclear(&self, found: Unclear) {
        if self.unclear.get().is_none() {
            self.unclear.set(Some(found));
        }
    }

    pub fn token_of(&self, node: Node<'_>) -> Token {
        self.token(&node)
    }

    pub fn phrase_in(&self, node: Node<'_>) -> Option<NounPhrase> {
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
                // `how long after …`
                let mut unit = self.token_at(0);
                let (mut preposition, mut verb) = (None, None);
                let mut ends = Vec::new();
                for node in nodes {
                    match node.as_rule() {
                        Rule::unit => unit = self.token(&node),
                        Rule::simple | Rule::short => ends.push(self.single(node)),
                        Rule::preposition => preposition = Some(self.token(&node)),
                        Rule::passive_verb => verb = Some(self.token(&node)),
                        _ => {}
                    }
                }
                let event = preposition.zip(verb);
                let mut ends = ends.into_iter();
                match (ends.next(), ends.next()) {
                    (Some(from), Some(to)) => Ask::Apart { unit, from, to, event },
                    _ => Ask::Describe(self.token_at(0)),
                }
            }
            Rule::form_lasting => {
                let (mut unit, mut phrase, mut verb) = (None, None, None);
                for node in nodes {
                    match node.as_rule() {
                        Rule::unit => unit = Some(self.token(&node)),
                        Rule::short => phrase = Some(self.single(node)),
                        Rule::base => verb = Some(self.token(&node)),
                        _ => {}
                    }
                }
                match phrase {
                    Some(phrase) => Ask::Lasting { unit, phrase, verb },
                    None => Ask::Describe(self.token_at(0)),
                }
            }
            Rule::form_piped
            | Rule::form_indirect
            | Rule::form_perfect
            | Rule::form_object
            | Rule::form_object_long
            | Rule::form_object_relative
            | Rule::form_last => {
                let mut preposition = None;
                let mut phrase = None;
                let mut clause = None;
                for node in nodes {
                    match node.as_rule() {
                        Rule::preposition => preposition = Some(self.token(&node)),
                        Rule::asked | Rule::asked_short | Rule::asked_bare => phrase = Some(self.asked(node)),
                        Rule::inverted_short
                        | Rule::inverted_long
                        | Rule::inverted_perfect
                        | Rule::inverted_last => clause = Some(self.inverted(node)),
                        Rule::gap_clause => clause = Some(self.gap_clause(node, span)),
                        _ => {}
                    }
                }
                match (phrase, clause) {
                    (Some(phrase), Some(mut clause)) => {
                        clause.fronted = Some(Fronted { preposition, phrase });
                        clause.span = span;
                        Ask::Clause(clause)
                    }
                    (None, Some(clause)) => Ask::Clause(clause),
                    _ => Ask::Describe(self.token_at(0)),
                }
            }
            Rule::form_foremost | Rule::form_among => {
                let (mut phrase, mut said, mut superlative) = (None, (Vec::new(), false), None);
                let mut among = None;
                for node in nodes {
                    match node.as_rule() {
                        Rule::asked | Rule::asked_short => phrase = Some(self.asked(node)),
                        Rule::verb_phrases => said = self.verb_phrases(node),
                        Rule::superlative => superlative = Some(self.token(&node)),
                        Rule::noun_phrase => among = Some(self.noun_phrase(node)),
                        _ => {}
                    }
                }
                match (phrase, superlative) {
                    (Some(phrase), Some(superlative)) => {
                        Ask::Foremost { phrase, verbs: said.0, any: said.1, superlative, among }
                    }
                    _ => Ask::Describe(self.token_at(0)),
                }
            }
            Rule::form_subject_bare | Rule::form_subject | Rule::form_subject_long | Rule::form_in_place => {
                let mut subject = None;
                let mut clause = empty_clause(span);
                for node in nodes {
                    match node.as_rule() {
                        Rule::asked | Rule::asked_short | Rule::asked_bare => {
                            subject = Some(self.asked(node))
                        }
                        Rule::short | Rule::simple => subject = Some(self.single(node)),
                        Rule::verb_phrases => (clause.verbs, clause.any) = self.verb_phrases(node),
                        _ => {}
                    }
                }
                clause.subject = subject;
                Ask::Clause(clause)
            }
            Rule::form_yes_no | Rule::form_yes_no_name | Rule::form_yes_no_long => match nodes.next() {
                Some(node) => Ask::Clause(self.inverted(node)),
                None => Ask::Clause(empty_clause(span)),
            },
            Rule::form_yes_no_joined => match nodes.next() {
                Some(node) => Ask::Clause(self.inverted_joined(node)),
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
                            than: None,
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
                        Rule::contact => phrase = Some(self.single(node)),
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
}

fn empty_clause(span: Span) -> Clause {
    Clause { subject: None, verbs: Vec::new(), any: false, fronted: None, span }
}
