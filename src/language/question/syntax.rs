//! The syntax tree of a question. Leaves are tokens; what they mean is the binder's business.

use super::dates::Period;
use super::lexicon::{Category, Token};
use crate::base::Span;

/// A parsed question.
#[derive(Clone, Debug)]
pub struct Question {
    /// `as of DAY`.
    pub as_of: Option<Token>,
    pub ask: Ask,
    /// What stands in front of the question or at its end and belongs to the whole.
    pub closing: Vec<Closing>,
    /// Where the question can be meant in two ways.
    pub unclear: Option<Unclear>,
}

impl Question {
    /// `as of 2016, which decrees had not been issued`: those not issued by then. What came later is not there as of then,
    /// so that it would be missing. `perfect` is whether the verb tells of what is done by a time, `past` whether it tells
    /// of the past: `were not issued`, by nobody in particular, says the same.
    pub fn not_by_then(&self, perfect: bool, past: bool) -> Option<Question> {
        let day = self.as_of.clone()?;
        let mut question = Question { as_of: None, ..self.clone() };
        let Ask::Clause(clause) = &mut question.ask else { return None };
        let preposition = Token { category: Category::By, text: "by".into(), ..day.clone() };
        let span = day.span;
        let kind = ModifierKind::Time { preposition, first: day, last: None, others: Vec::new(), any: false };
        for verb in &mut clause.verbs {
            let acts = matches!(verb.core, Core::Active { .. } | Core::Passive { .. });
            let timed = |said: &Modifier| matches!(said.kind, ModifierKind::Time { .. });
            let by_nobody = past && verb.complements.is_empty() && matches!(verb.core, Core::Passive { .. });
            if !(perfect || by_nobody) || !verb.negated || !acts || verb.complements.iter().any(timed) {
                return None;
            }
            verb.complements.push(Modifier { kind: kind.clone(), or_before: false, span });
        }
        Some(question)
    }
}

/// What can be meant in two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// `A or B and C`
    Mixed(Span),
    /// `not A but B`
    But(Span),
    /// `did not do A or do B`
    Denied(Span),
    /// `by A but not from B`
    Again(Span),
}

#[derive(Clone, Debug)]
pub enum Ask {
    /// A name alone, or `describe X`.
    Describe(Token),
    /// `how is A connected to B`
    Connect(NounPhrase, NounPhrase),
    /// `how many days between A and B`; `how many days after A was B issued` with its two words.
    Apart { unit: Token, from: NounPhrase, to: NounPhrase, event: Option<(Token, Token)> },
    /// `how many years does X cover`, `how long did X last`
    Lasting { unit: Option<Token>, phrase: NounPhrase, verb: Option<Token> },
    /// A clause that holds one asked-for noun phrase, or none: then yes or no is asked.
    Clause(Clause),
    /// A noun phrase whose members are asked for.
    Phrase(NounPhrase),
    /// `which X is the oldest`, `which X started first`; `among`: `which X is the oldest, Y or Z`.
    Foremost {
        phrase: NounPhrase,
        verbs: Vec<VerbPhrase>,
        any: bool,
        superlative: Token,
        among: Option<NounPhrase>,
    },
    /// `are there …`
    Exists { phrase: NounPhrase, negated: bool },
}

#[derive(Clone, Debug)]
pub enum Closing {
    /// `in 2014, …`
    Time(Box<Modifier>),
    /// `…, and how many?`
    AlsoCount,
    /// `…, and since when?`
    AlsoWhen(Token),
    /// `per year`, `by kind`
    Group(Token),
    /// `children included`
    Including(NounPhrase),
    Excluding(NounPhrase),
    /// `if X is repealed, …`
    Supposed(Box<Modifier>),
}

/// A subject and what is said of it. A missing part is the gap that a relative clause or a question leaves.
#[derive(Clone, Debug)]
pub struct Clause {
    pub subject: Option<NounPhrase>,
    pub verbs: Vec<VerbPhrase>,
    /// `or` between the verb phrases; otherwise `and`.
    pub any: bool,
    /// What the question asks for when it stands in front: `which treaties did …`, `by whom was …`.
    pub fronted: Option<Fronted>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Fronted {
    pub preposition: Option<Token>,
    pub phrase: NounPhrase,
}

#[derive(Clone, Debug)]
pub struct VerbPhrase {
    pub negated: bool,
    /// `would`, `must` …
    pub modal: Option<Token>,
    /// `directly or indirectly`
    pub transitive: bool,
    pub core: Core,
    /// Times, places and other phrases after the verb.
    pub complements: Vec<Modifier>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Core {
    /// `established X`; `verbs` share subject and object.
    Active { verbs: Vec<Token>, any: bool, preposition: Option<Token>, object: Option<NounPhrase> },
    /// `was established`; the agent is among the complements. `preposition` is one whose object stands elsewhere.
    Passive { verbs: Vec<Token>, any: bool, preposition: Option<Token> },
    /// `is responsible for X`
    Predicate { predicate: Token, preposition: Option<Token>, object: Option<NounPhrase> },
    /// `is under X`
    Place { preposition: Token, object: NounPhrase },
    /// `is X`
    Identity(NounPhrase),
    /// `has X`; nothing when the object stands elsewhere.
    Have(Option<NounPhrase>),
    /// `is in force`
    InForce,
    /// `exists`
    Exists,
    /// `is stated`
    Stated,
}

/// One noun phrase or several joined.
#[derive(Clone, Debug)]
pub struct NounPhrase {
    pub parts: Vec<Simple>,
    pub joined: Joined,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    And,
    Or,
    /// The first without the others.
    Except,
}

#[derive(Clone, Debug)]
pub struct Simple {
    pub asked: Option<Asked>,
    pub negative: bool,
    pub every: bool,
    /// `more than 3`
    pub compared: Option<(Token, Token)>,
    pub than: Option<Box<Than>>,
    pub before: Vec<Before>,
    pub head: Head,
    pub modifiers: Vec<Modifier>,
    pub span: Span,
}

/// `more tasks than X`
#[derive(Clone, Debug)]
pub struct Than {
    pub more: Token,
    pub preposition: Token,
    pub other: NounPhrase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Which,
    Who,
    HowMany,
    Where,
    When,
}

#[derive(Clone, Debug)]
pub enum Before {
    Superlative(Token),
    Aggregate(Token),
    NumberOf,
    Value(Token),
    /// `the current decree`
    Valid(Token),
    /// `the 2012 decree`
    Year(Token),
    Possessor(Token),
    Adjunct(Token),
    Participle(Token),
}

#[derive(Clone, Debug)]
pub enum Head {
    Kind(Token),
    /// `the council "National Council"`
    Apposition(Token, Token),
    Noun {
        noun: Token,
        chain: bool,
    },
    Property(Token),
    Event(Token),
    Measure(Token),
    Name(Token),
    Quoted(Token),
    Date(Token),
    Number(Token),
    Thing(Token),
    One(Token),
    Pronoun(Token),
    Value(Token),
    Unit(Token),
    /// `who`, `what` standing alone.
    Asked(Token),
}

#[derive(Clone, Debug)]
pub struct Modifier {
    pub kind: ModifierKind,
    /// Joined to the modifier before it by `or`.
    pub or_before: bool,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ModifierKind {
    /// A relative clause; its gap is what it modifies. `preposition`: `to which …`.
    Relative {
        preposition: Option<Token>,
        clause: Clause,
    },
    /// `whose regulation was approved …`
    Whose {
        noun: Simple,
        verbs: Vec<VerbPhrase>,
        any: bool,
    },
    /// `under X`
    Phrase {
        preposition: Token,
        object: NounPhrase,
    },
    /// `before 2005`, `between A and B`
    Time {
        preposition: Token,
        first: Token,
        last: Option<Token>,
        /// `in 2012 or before 2010`: further times, with a preposition of their own or that of the first.
        others: Vec<(Token, Token)>,
        /// `or` between the times; otherwise `and`.
        any: bool,
    },
    /// A date, number or text without preposition: `dated 2 May 2012`.
    Value(Token),
    Without(NounPhrase),
    /// `developed by X`
    Participle {
        negated: bool,
        transitive: bool,
        verbs: Vec<Token>,
        any: bool,
        complements: Vec<Modifier>,
    },
    /// `ratifying it`
    Gerund {
        negated: bool,
        transitive: bool,
        verbs: Vec<Token>,
        any: bool,
        preposition: Option<Token>,
        object: Option<NounPhrase>,
    },
    /// `responsible for X`
    Predicate {
        negated: bool,
        transitive: bool,
        predicate: Token,
        preposition: Option<Token>,
        object: Option<NounPhrase>,
    },
    InForce {
        negated: bool,
        time: Option<Box<Modifier>>,
    },
    Including(NounPhrase),
    Excluding(NounPhrase),
    /// `to coordinate X`
    Infinitive {
        verbs: Vec<Token>,
        any: bool,
        preposition: Option<Token>,
        object: NounPhrase,
    },
    /// `together with X`
    Together(NounPhrase),
    /// `if X is repealed`: what goes, and the word that says so; `is not in force` has none.
    Supposed {
        phrase: NounPhrase,
        fate: Option<Token>,
        negated: bool,
    },
    /// `stated`: as far as the source says.
    Stated,
    Transitive,
}

impl Modifier {
    /// `by X`: who or what does something.
    pub fn says_by(&self) -> bool {
        match &self.kind {
            ModifierKind::Phrase { preposition, .. } => preposition.category == Category::By,
            _ => false,
        }
    }
}

impl Token {
    /// The period of a date token.
    pub fn period(&self) -> Option<Period> {
        self.period
    }
}
