//! What is asked for: the whole question becomes a statement and a form of answer.

use super::account::{Wider, moment_of};
use super::binder::Binder;
use super::emit::*;
use super::foremost::is_among;
use super::fronted::{covers, in_place};
use super::grouping::{grouping_of, take_grouping};
use super::meaning::*;
use super::mistaken;
use super::phrase::Phrase;
use super::special::{identity_object, is_bare};
use super::trouble;
use crate::algebra::*;
use crate::base::Result;
use crate::graph::NodeId;
use crate::language::question::dates::Period;
use crate::language::question::syntax::{
    self, Ask, Asked, Before, Core, Head, Modifier, ModifierKind, NounPhrase, Question, Simple,
};
use crate::language::question::{Category, Token};
use crate::value::Date;

/// What kind of answer a question wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// The members of a set.
    Rows,
    /// A number.
    Number,
    YesNo,
    /// Everything known of one entity.
    Card(NodeId),
    /// A path.
    Path,
    /// The chains of legal bases above one entity.
    Basis(NodeId),
}

/// A question that has been understood.
#[derive(Clone, Debug)]
pub struct Meant {
    pub statement: Statement<Named>,
    pub form: Form,
    pub reading: String,
    pub notes: Vec<String>,
    /// The query graph, for saying why an answer is empty.
    pub group: Group,
    pub target: Option<Var>,
    /// Entities whose dates decide: `did X exist on …`.
    pub dated: Vec<(NodeId, Option<crate::language::question::dates::Period>)>,
    /// The question with fewer conditions, one fewer each: why an answer is empty.
    pub wider: Vec<Wider>,
    /// What was left out because it has no dates.
    pub undated: Option<Statement<Named>>,
    /// The things whose going is spoken of, where they are named.
    pub impact: Option<Impact>,
    /// The time it is asked of, where that is longer than a day.
    pub as_of: Option<Period>,
    /// What nothing is recorded of, for a plain no.
    pub unrecorded: Vec<String>,
    /// What a plain yes leaves open.
    pub some: Option<String>,
    /// What is counted, one by one.
    pub counted: Option<Statement<Named>>,
    /// It speaks of legal bases.
    pub basis: bool,
    /// It asks for what has begun or ended by its day, so that what is not there on that day is looked at as well.
    pub over: bool,
    /// As many of the first are asked for; more come where several share a day.
    pub first: Option<i64>,
    /// Of several lists the noun of each and what it lists.
    pub lists: Vec<(String, String)>,
}

/// Named things, and the kinds of what is asked for that rests on them.
#[derive(Clone, Debug)]
pub struct Impact {
    pub on: Vec<NodeId>,
    /// Empty means any.
    pub kinds: Vec<String>,
}

impl Meant {
    /// A question of which nothing more is known than what is asked for.
    pub fn new(statement: Statement<Named>, form: Form, reading: String) -> Meant {
        Meant {
            statement,
            form,
            reading,
            notes: Vec::new(),
            group: Group::default(),
            target: None,
            dated: Vec::new(),
            wider: Vec::new(),
            undated: None,
            impact: None,
            as_of: None,
            unrecorded: Vec::new(),
            some: None,
            counted: None,
            basis: false,
            over: false,
            first: None,
            lists: Vec::new(),
        }
    }

    /// The statement as of another day.
    pub fn on(&self, day: Date) -> Statement<Named> {
        Statement { as_of: Some(date(day)), ..self.statement.clone() }
    }
}

impl<'b> Binder<'b> {
    pub fn ask(&mut self, question: &Question) -> Result<Meant> {
        if let Some(period) = question.as_of.as_ref().and_then(|t| t.period()) {
            self.today = period.last;
        }
        let mut meant = match if self.is_how_long() { None } else { self.statistics()? } {
            Some(meant) => {
                self.day_asked = true;
                meant
            }
            None => self.ask_graph(question)?,
        };
        meant.over = self.begun_or_over(&meant.group);
        if let Some(token) = &question.as_of
            && let Some(period) = token.period()
        {
            if !meant.over {
                meant.statement.as_of = Some(date(period.last));
            }
            if period.first != period.last {
                meant.as_of = Some(period).filter(|_| !meant.over);
                meant
                    .notes
                    .push(format!("a longer time than a day is read as its last day, {}", period.last));
            }
            meant.reading = format!("as of {}, {}", period.last, meant.reading);
        }
        let asked = self.variables.iter().find(|variable| variable.asked.is_some());
        if let (Form::YesNo, Some(asked)) = (&meant.form, asked) {
            return Err(trouble::asked_inside(asked.span));
        }
        if let (Form::YesNo, Some(span)) = (&meant.form, self.days_listed) {
            return Err(mistaken::days_listed(span));
        }
        self.settle_names()?;
        self.nothing_owed()?;
        if let Some((_, property, values, span)) = self.roles.first() {
            return Err(self.no_such_role_there(*property, values, *span));
        }
        meant.notes.append(&mut self.notes);
        meant.dated = self.dated(&meant.group);
        meant.impact = self.impact(&meant);
        meant.basis = self.tokens.iter().any(|token| self.is_basis(token));
        if meant.form == Form::YesNo {
            meant.unrecorded = self.unrecorded(&meant.group);
            meant.some = self.some.take();
        }
        if matches!(meant.form, Form::Rows | Form::Number) {
            self.account(&mut meant);
        }
        let said = meant.group.denied_whole().unwrap_or(&meant.group);
        let validity = said.conditions.iter().find_map(|condition| match condition {
            Condition::Validity { var, .. } if self.variables[var.0].entities.is_empty() => Some(*var),
            Condition::Every { var, .. } => Some(*var),
            Condition::Moment { var, .. } if self.variables[var.0].entities.is_empty() => Some(*var),
            Condition::Not(denied) => moment_of(denied).or_else(|| self.held_then(denied)),
            // A named thing alone has no answer where it has no date.
            Condition::Property { var, test: Test::Date { .. }, .. } if said.conditions.len() > 1 => {
                Some(*var)
            }
            _ => None,
        });
        if let (Form::YesNo, Some(var)) = (&meant.form, validity) {
            self.account_undated(&mut meant, var);
        }
        Ok(meant)
    }

    fn ask_graph(&mut self, question: &Question) -> Result<Meant> {
        if matches!(question.ask, Ask::Describe(_) | Ask::Connect(..) | Ask::Apart { .. }) {
            self.closings(question, None, &mut Group::default())?;
        }
        if let Some(unclear) = question.unclear {
            return Err(trouble::unclear(unclear));
        }
        // `both` of two that there are is taken as all of them.
        let joins = |token: &Token| {
            token.category == Category::And
                || (token.category == Category::Every
                    && token.span.of(self.text).eq_ignore_ascii_case("both"))
        };
        if self.says("both") && !self.tokens.iter().any(|token| joins(token)) {
            return Err(trouble::both(self.text));
        }
        if let Some(said) = self.joins_nobody() {
            return Err(mistaken::together(&said));
        }
        if let Some(verb) = self.without_object() {
            return Err(super::special::what_changed(&verb, self.text));
        }
        match &question.ask {
            Ask::Describe(token) => self.describe(token),
            Ask::Connect(from, to) => self.connect(from, to),
            Ask::Apart { unit, from, to, event } => self.apart(unit, from, to, event.as_ref()),
            Ask::Lasting { unit, phrase, verb } => {
                self.lasting(unit.as_ref(), phrase, verb.as_ref(), question)
            }
            Ask::Clause(clause) => self.ask_clause(clause, question),
            Ask::Phrase(phrase) => self.listed(phrase, question),
            Ask::Foremost { phrase, verbs, superlative, among, .. } if is_among(phrase, among.as_ref()) => {
                self.foremost_of(phrase, among.as_ref(), verbs, superlative, question)
            }
            Ask::Foremost { phrase, verbs, any, superlative, .. } => {
                let phrase = self.foremost(phrase, verbs, *any, superlative)?;
                self.listed(&phrase, question)
            }
            Ask::Exists { phrase, negated } => {
                let bound = self.noun_phrase(phrase)?;
                self.no_leftover(&bound.leftover)?;
                let counted = bound.asked == Some(Asked::HowMany);
                if counted {
                    let group = bound.group.clone();
                    return self.select(bound, group, question);
                }
                let (mut there, mut group) = (Group::default(), Group::default());
                let named = bound.var().filter(|var| self.variables[var.0].entities.len() == 1);
                self.assert(bound, Group::default(), &mut there);
                // A name alone says nothing else of what is there.
                if let Some(var) = named.filter(|_| there.conditions.is_empty()) {
                    there.conditions.push(Condition::There(var));
                }
                self.assert_or_deny(*negated, there, &mut group);
                self.closings(question, None, &mut Group::default())?;
                Ok(self.yes_no(group))
            }
        }
    }

    pub fn no_leftover(&mut self, left: &[&Modifier]) -> Result<()> {
        match left.first() {
            None => Ok(()),
            Some(Modifier { kind: ModifierKind::Supposed { phrase, .. }, .. }) => {
                Err(trouble::nothing_supposed(phrase))
            }
            Some(modifier) if left.len() == 1 && grouping_of(modifier).is_some() => {
                self.grouping = grouping_of(modifier);
                Ok(())
            }
            Some(modifier) if self.follows_in_force(modifier) => Err(mistaken::in_force_where(modifier.span)),
            Some(modifier) => Err(mistaken::left_over(modifier)),
        }
    }

    /// What a noun phrase denotes.
    fn listed(&mut self, phrase: &NounPhrase, question: &Question) -> Result<Meant> {
        self.answering = phrase.parts.first().map(|part| part.span);
        if let ([_], [Simple { head: Head::Number(token), .. }]) =
            (self.tokens.as_slice(), phrase.parts.as_slice())
            && let Some(card) = self.by_number(token)?
        {
            return Ok(card);
        }
        let mut phrase = phrase.clone();
        self.count_of_all(&mut phrase);
        if is_counted(&phrase) {
            self.grouping = take_grouping(&mut phrase);
        } else if self.is_listing() {
            if let Some(noun) = self.shows_owned(&phrase) {
                return Err(trouble::out_of_place(&noun));
            }
            if let Some(span) = self.shown_of_two_sorts(&phrase) {
                return Err(mistaken::beside_of_two_sorts(span));
            }
            let shown = self.take_shown(&mut phrase);
            let order = self.take_order(&mut phrase, question);
            if !shown.is_empty() || order.is_some() {
                return self.list_beside(&phrase, shown, order, question);
            }
        }
        if let Some(apart) = self.lists_apart(&phrase)? {
            phrase = apart;
        }
        self.share_owner(&mut phrase);
        if let Some(lists) = self.several_lists(&phrase, question)? {
            return Ok(lists);
        }
        let mut bound = self.each_listed(&phrase)?;
        self.take_leftover(&mut bound)?;
        // `list the treaties ratified by X by date`: told apart, and not counted.
        self.listing = self.grouping.is_some() && self.is_listing() && !is_counted(&phrase);
        let group = bound.group.clone();
        self.select(bound, group, question)
    }

    /// A clause: its asked-for noun phrase is the answer; without one, yes or no.
    pub fn ask_clause(&mut self, clause: &syntax::Clause, question: &Question) -> Result<Meant> {
        let mut group = Group::default();
        if let Some(fronted) = &clause.fronted {
            let asked = self.attempt(&mut group, |b, _| b.ask_fronted(clause, fronted, question));
            return asked.or_else(|report| self.ask_otherwise(clause, fronted, question, report));
        }
        self.some = self.said_of_some(clause);
        let value = |part: &syntax::Simple| matches!(part.head, syntax::Head::Value(_));
        self.of_value = clause.subject.iter().flat_map(|subject| &subject.parts).any(value);
        let asked = clause.subject.as_ref().and_then(asked_of);
        if let (Some(asked), Some(subject)) = (asked, &clause.subject) {
            if let Some(card) = self.identity_card(clause)? {
                return Ok(card);
            }
            // `what is X about`, `which body is X under` leave an object open.
            if let Some(predicate) = identity_object(clause).and_then(|o| left_open(o, is_bare(subject))) {
                return Err(trouble::out_of_place(predicate));
            }
            // `what is the legal basis of X` asks for what the noun phrase denotes.
            if let (true, Some(object)) = (is_bare(subject), identity_object(clause)) {
                if let Some(verb) = self.does_what(object) {
                    return Err(trouble::out_of_place(verb));
                }
                self.who_is = (asked == Asked::Who).then_some(object.span);
                return self.listed(object, question);
            }
            if asked == Asked::When {
                let said = super::clause::head_token(subject);
                if self.text.get(said.span.end..).is_some_and(|rest| rest.trim_start().starts_with(',')) {
                    return Err(mistaken::set_apart(said.span));
                }
                return Err(trouble::out_of_place(&super::clause::head_token(subject)));
            }
            let first = self.attempt(&mut group, |b, g| {
                let phrase = b.noun_phrase(subject)?;
                let answer = Phrase { group: Group::default(), ..phrase.clone() };
                let left = b.predicate_of(phrase, &clause.verbs, clause.any, None, g)?;
                let left = b.of_the_subject(answer.var(), left, g);
                b.no_leftover(&left)?;
                Ok(answer)
            });
            let answer = match first {
                Ok(answer) => answer,
                // `which tasks has the body`: what stands first is what is had.
                Err(report) => self.had(subject, clause, &mut group).map_err(|_| report)?,
            };
            return self.select(answer, group, question);
        }
        // `IOM partners` says nothing: it is a noun after a name.
        if let [_, verb] = self.tokens.as_slice() {
            return Err(trouble::out_of_place(verb));
        }
        if let Some(report) = self.lacks_its_object(clause) {
            return Err(report);
        }
        // The asked-for phrase may stand in place: `X was established by which decree`.
        let before = self.variables.len();
        let left = self.clause(clause, None, &mut group)?;
        self.no_leftover(&left)?;
        let in_place = in_place(clause);
        let mut bound = before..self.variables.len();
        let asked = match in_place {
            Some(span) => bound.find(|at| covers(span, self.variables[*at].span)),
            // `the tasks of which body …`
            None => bound.find(|at| self.variables[*at].asked.is_some()),
        };
        if let Some(at) = asked {
            let (var, known) = (Var(at), &self.variables[at]);
            if in_place.is_none() && !group.variables().contains(&var) {
                return Err(trouble::asked_inside(known.span));
            }
            let answer = Phrase { vars: vec![var], asked: known.asked, ..Phrase::default() };
            return self.select(answer, group, question);
        }
        if let Some(span) = in_place {
            return Err(trouble::asked_inside(span));
        }
        self.closings(question, None, &mut group)?;
        Ok(self.yes_no(group))
    }

    /// `Which tasks has the body …`
    fn had<'s>(
        &mut self,
        subject: &'s NounPhrase,
        clause: &'s syntax::Clause,
        group: &mut Group,
    ) -> Result<Phrase<'s>> {
        let [verb] = clause.verbs.as_slice() else {
            return Err(trouble::out_of_place(&super::clause::head_token(subject)));
        };
        let Core::Have(Some(owner)) = &verb.core else {
            return Err(trouble::out_of_place(&super::clause::head_token(subject)));
        };
        if self.is_perfect(owner) {
            return Err(mistaken::perfect(owner.span));
        }
        self.rather_a_noun(owner)?;
        // Of either, as in `which tasks do X and Y have`.
        let owner = self.either(owner, true)?;
        let mut inner = owner.group;
        let [owner_var] = *owner.vars.as_slice() else {
            return Err(trouble::out_of_place(&super::clause::head_token(subject)));
        };
        let left = self.owns(owner_var, subject, &mut inner)?;
        self.no_leftover(&left)?;
        self.no_leftover(&owner.leftover)?;
        // The owned variable is the one that `owns` bound last for the subject's head.
        let span = subject.span;
        let var = (0..self.variables.len()).find(|at| covers(span, self.variables[*at].span)).map(Var);
        group.conditions.extend(inner.conditions);
        let asked = asked_of(subject);
        Ok(Phrase { vars: var.into_iter().collect(), asked, ..Phrase::default() })
    }

    // ---- special forms --------------------------------------------------------------------------------------------

    /// Named entities whose validity is asked for.
    fn dated(&self, group: &Group) -> Vec<(NodeId, Option<crate::language::question::dates::Period>)> {
        let mut found = Vec::new();
        for condition in &group.conditions {
            match condition {
                Condition::Validity { var, period, .. } => {
                    found.extend(self.variables[var.0].entities.iter().map(|n| (*n, *period)));
                }
                // A comparison of days that are not both stated has no answer.
                Condition::Age { var, than, .. } => {
                    let named = [*var, *than].map(|var| self.variables[var.0].entities.as_slice());
                    if let [[one], [other]] = named {
                        found.extend([*one, *other].map(|node| (node, None)));
                    }
                }
                Condition::Not(inner) => found.extend(self.dated(inner)),
                _ => {}
            }
        }
        found
    }

    /// What the target of the question depends on, where that is named.
    fn impact(&self, meant: &Meant) -> Option<Impact> {
        let target = meant.target?;
        meant.group.conditions.iter().find_map(|condition| match condition {
            Condition::Rests { var, on, alone: true } if *var == target => {
                let nodes = on.iter().map(|on| match self.variables[on.0].entities.as_slice() {
                    [node] => Some(*node),
                    _ => None,
                });
                let kinds = self.variables[target.0].kinds.clone();
                Some(Impact { on: nodes.collect::<Option<Vec<NodeId>>>()?, kinds })
            }
            _ => None,
        })
    }

    /// Names that still fit several entities.
    fn settle_names(&mut self) -> Result<()> {
        for variable in &self.variables {
            if variable.entities.len() > 1 && variable.word != "any" {
                let nodes = variable.entities.clone();
                return Err(trouble::ambiguous(self, variable.span, &nodes));
            }
        }
        Ok(())
    }
}

/// `what is X about`, `what is X assigned`: a word after a name whose object is asked for.
fn left_open(phrase: &NounPhrase, participles: bool) -> Option<&Token> {
    let [Simple { head: Head::Name(_), modifiers, .. }] = phrase.parts.as_slice() else { return None };
    match &modifiers.last()?.kind {
        ModifierKind::Predicate { object: None, predicate, .. } => Some(predicate),
        ModifierKind::Participle { verbs, complements, .. } if participles && complements.is_empty() => {
            verbs.first()
        }
        _ => None,
    }
}

/// Whether a noun phrase asks for a number.
fn is_counted(phrase: &NounPhrase) -> bool {
    let number = |before: &Before| matches!(before, Before::NumberOf);
    let counted = |s: &Simple| s.asked == Some(Asked::HowMany) || s.before.iter().any(number);
    phrase.parts.iter().any(counted)
}

/// How a noun phrase asks, if it does.
pub fn asked_of(phrase: &NounPhrase) -> Option<Asked> {
    phrase.parts.iter().find_map(|s| s.asked)
}
