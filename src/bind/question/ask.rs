//! What is asked for: the whole question becomes a statement and a form of answer.

use super::account::Wider;
use super::binder::Binder;
use super::clause::Gap;
use super::emit::*;
use super::meaning::*;
use super::phrase::Phrase;
use super::trouble;
use crate::algebra::*;
use crate::base::{Report, Result};
use crate::graph::NodeId;
use crate::language::question::Token;
use crate::language::question::syntax::{
    self, Ask, Asked, Closing, Core, Fronted, Head, Modifier, ModifierKind, NounPhrase, Question, Simple,
    VerbPhrase,
};
use std::collections::BTreeSet;

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
    /// A path or chain.
    Path,
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
    /// The question with fewer conditions, one fewer each: why an answer is empty.
    /// Entities whose dates decide: `did X exist on …`.
    pub dated: Vec<(NodeId, Option<crate::language::question::dates::Period>)>,
    pub wider: Vec<Wider>,
    /// What was left out because it has no dates.
    pub undated: Option<Statement<Named>>,
}

impl<'b> Binder<'b> {
    pub fn ask(&mut self, question: &Question) -> Result<Meant> {
        if let Some(period) = question.as_of.as_ref().and_then(|t| t.period()) {
            self.today = period.last;
        }
        let mut meant = match self.statistics()? {
            Some(meant) => meant,
            None => self.ask_graph(question)?,
        };
        if let Some(token) = &question.as_of
            && let Some(period) = token.period()
        {
            meant.statement.as_of = Some(date(period.last));
            meant.reading = format!("as of {}, {}", period.last, meant.reading);
        }
        self.settle_names()?;
        if let Some((_, property, values, span)) = self.roles.first() {
            let message =
                format!("nothing here has the {} {}", self.property(*property).name, values.join(" or "));
            return Err(Report::input("question.role", message).at(*span, "not recorded"));
        }
        meant.notes.append(&mut self.notes);
        meant.dated = self.dated(&meant.group);
        if meant.form == Form::Rows {
            self.account(&mut meant);
        }
        Ok(meant)
    }

    fn ask_graph(&mut self, question: &Question) -> Result<Meant> {
        match &question.ask {
            Ask::Describe(token) => self.describe(token),
            Ask::Connect(from, to) => self.connect(from, to),
            Ask::Apart { unit, from, to } => self.apart(unit, from, to),
            Ask::Clause(clause) => self.ask_clause(clause, question),
            Ask::Phrase(phrase) => {
                let mut group = Group::default();
                let bound = self.noun_phrase(phrase)?;
                self.no_leftover(&bound.leftover)?;
                group.conditions.extend(bound.group.conditions.clone());
                self.select(bound, group, question)
            }
            Ask::Exists { phrase, negated } => {
                let bound = self.noun_phrase(phrase)?;
                self.no_leftover(&bound.leftover)?;
                let counted = bound.asked == Some(Asked::HowMany);
                let group = bound.group.clone();
                if counted {
                    return self.select(bound, group, question);
                }
                let group = if bound.negative != *negated {
                    Group { conditions: vec![Condition::Not(group)] }
                } else {
                    group
                };
                self.closings(question, None, &mut Group::default())?;
                Ok(self.yes_no(group))
            }
        }
    }

    fn no_leftover(&mut self, left: &[&Modifier]) -> Result<()> {
        match left.first() {
            None => Ok(()),
            Some(modifier) if left.len() == 1 && grouping_of(modifier).is_some() => {
                self.grouping = grouping_of(modifier);
                Ok(())
            }
            Some(modifier) => {
                Err(Report::input("question.attach", "this does not go with anything before it")
                    .at(modifier.span, "what does it belong to?")
                    .help("Say it with a verb, or leave it out."))
            }
        }
    }

    /// A clause: its asked-for noun phrase is the answer; without one, yes or no.
    fn ask_clause(&mut self, clause: &syntax::Clause, question: &Question) -> Result<Meant> {
        let mut group = Group::default();
        if let Some(fronted) = &clause.fronted {
            return self.ask_fronted(clause, fronted, question);
        }
        let asked = clause.subject.as_ref().and_then(asked_of);
        if let (Some(asked), Some(subject)) = (asked, &clause.subject) {
            if let Some(card) = self.identity_card(clause)? {
                return Ok(card);
            }
            // `what is the legal basis of X` asks for what the noun phrase denotes.
            if let (true, Some(object)) = (is_bare(subject), identity_object(clause)) {
                let bound = self.noun_phrase(object)?;
                self.no_leftover(&bound.leftover)?;
                group.conditions.extend(bound.group.conditions.clone());
                return self.select(bound, group, question);
            }
            if asked == Asked::When {
                return Err(trouble::out_of_place(&super::clause::head_token(subject)));
            }
            let first = self.attempt(&mut group, |b, g| {
                let phrase = b.noun_phrase(subject)?;
                let answer = Phrase { group: Group::default(), ..phrase.clone() };
                let left = b.predicate_of(phrase, &clause.verbs, clause.any, None, g)?;
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
        // The asked-for phrase may stand in place: `X was established by which decree`.
        let before = self.variables.len();
        let left = self.clause(clause, None, &mut group)?;
        self.no_leftover(&left)?;
        let wh = in_place(clause);
        if let Some(span) = wh
            && let Some(at) = (before..self.variables.len()).find(|at| covers(span, self.variables[*at].span))
        {
            let answer = Phrase { vars: vec![Var(at)], ..Phrase::default() };
            return self.select(answer, group, question);
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
        let owner = self.noun_phrase(owner)?;
        let mut inner = owner.group;
        let Some(owner_var) = owner.vars.first().copied() else {
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

    /// `which treaties did …`, `by whom was …`, `when was …`
    fn ask_fronted(
        &mut self,
        clause: &syntax::Clause,
        fronted: &Fronted,
        question: &Question,
    ) -> Result<Meant> {
        let asked = asked_of(&fronted.phrase);
        if asked == Some(Asked::When) {
            return self.when(clause, question);
        }
        if let Some(meant) = self.which_property(clause, fronted, question)? {
            return Ok(meant);
        }
        let mut group = Group::default();
        let answer = self.noun_phrase(&fronted.phrase)?;
        self.no_leftover(&answer.leftover)?;
        let Some(var) = answer.vars.first().copied() else {
            return Err(trouble::out_of_place(&super::clause::head_token(&fronted.phrase)));
        };
        // `where` brings the preposition with it.
        let places = ["in", "at", "to"];
        let attempts: Vec<Option<Token>> = match (asked, &fronted.preposition) {
            (Some(Asked::Where), None) => {
                let token = super::clause::head_token(&fronted.phrase);
                let spoken = |text: &str| Token {
                    text: text.into(),
                    category: crate::language::question::Category::Preposition,
                    ..token.clone()
                };
                places.iter().map(|p| Some(spoken(p))).collect()
            }
            (_, given) => vec![given.clone()],
        };
        let mut trouble = None;
        for preposition in attempts {
            let gap = Gap { var, preposition: preposition.as_ref() };
            let done = self.attempt(&mut group, |b, g| {
                let Some(subject) = &clause.subject else {
                    return b.clause(clause, Some(gap), g).map(|_| ());
                };
                let subject = b.noun_phrase(subject)?;
                let mut verbs = clause.verbs.iter();
                let plain_be = verbs.next().is_none();
                if plain_be {
                    return Ok(());
                }
                let left = b.predicate_of(subject, &clause.verbs, clause.any, Some(gap), g)?;
                b.no_leftover(&left)
            });
            match done {
                Ok(()) => {
                    let mut conditions = answer.group.conditions.clone();
                    conditions.append(&mut group.conditions);
                    let group = Group { conditions };
                    let answer = Phrase { group: Group::default(), ..answer };
                    return self.select(answer, group, question);
                }
                Err(report) => trouble = trouble.or(Some(report)),
            }
        }
        Err(trouble.unwrap_or_else(|| Report::input("question.form", "I cannot read this question")))
    }

    /// `which status does X have`: the value of a property.
    fn which_property(
        &mut self,
        clause: &syntax::Clause,
        fronted: &Fronted,
        question: &Question,
    ) -> Result<Option<Meant>> {
        let [Simple { head: Head::Property(token), modifiers, .. }] = fronted.phrase.parts.as_slice() else {
            return Ok(None);
        };
        let [VerbPhrase { core: Core::Have(None), negated: false, .. }] = clause.verbs.as_slice() else {
            return Ok(None);
        };
        let (Some(subject), true) = (&clause.subject, modifiers.is_empty()) else { return Ok(None) };
        let phrase = self.noun_phrase(subject)?;
        self.no_leftover(&phrase.leftover)?;
        let Some(var) = phrase.var() else { return Ok(None) };
        let kinds = self.kinds(var).to_vec();
        let key = self.meanings(token).into_iter().find_map(|m| match m {
            super::dictionary::Meaning::Property(at) if self.carries(&kinds, self.property(at)) => {
                Some(self.property(at).name.clone())
            }
            super::dictionary::Meaning::KindOf => Some("kind".to_owned()),
            _ => None,
        });
        let Some(key) = key else { return Err(trouble::no_such_property(self, token, var)) };
        let group = phrase.group.clone();
        let phrase = Phrase { value: Some(key), group: Group::default(), ..phrase };
        self.select(phrase, group, question).map(Some)
    }

    /// `when was X established`, `when did X …`: the date of what acted, or of X itself.
    fn when(&mut self, clause: &syntax::Clause, question: &Question) -> Result<Meant> {
        let mut group = Group::default();
        let Some(subject) = &clause.subject else {
            return Err(Report::input("question.form", "when did what happen?").at(clause.span, ""));
        };
        let subject_phrase = self.noun_phrase(subject)?;
        let Some(var) = subject_phrase.vars.first().copied() else {
            return Err(trouble::out_of_place(&super::clause::head_token(subject)));
        };
        // `when was Law 74 adopted`: a property of X.
        for verb in &clause.verbs {
            let tokens = match &verb.core {
                Core::Passive { verbs, .. } | Core::Active { verbs, .. } => verbs.as_slice(),
                Core::InForce => {
                    return self.when_valid(var, subject_phrase, question);
                }
                _ => &[],
            };
            let kinds = self.kinds(var).to_vec();
            for token in tokens {
                for meaning in self.meanings(token) {
                    if let super::dictionary::Meaning::PropertyVerb(at) = meaning
                        && self.carries(&kinds, self.property(at))
                        && !subject_phrase.negative
                        && matches!(verb.core, Core::Passive { .. } | Core::Active { object: None, .. })
                    {
                        let key = self.property(at).name.clone();
                        let phrase =
                            Phrase { value: Some(key), group: Group::default(), ..subject_phrase.clone() };
                        return self.select(phrase, subject_phrase.group, question);
                    }
                }
            }
        }
        let left = self.predicate_of(subject_phrase, &clause.verbs, clause.any, None, &mut group)?;
        self.no_leftover(&left)?;
        let ends: Vec<Var> = group
            .conditions
            .iter()
            .filter_map(|c| if let Condition::Edge(e) = c { Some([e.from, e.to]) } else { None })
            .flatten()
            .collect();
        let dated = ends.into_iter().filter(|v| *v != var).find_map(|v| {
            let kinds = self.kinds(v).to_vec();
            self.begins(&kinds).map(|p| (v, p.name.clone()))
        });
        let own = {
            let kinds = self.kinds(var).to_vec();
            self.begins(&kinds).map(|p| (var, p.name.clone()))
        };
        let Some((dated, key)) = dated.or(own) else {
            return Err(Report::input("question.when", "nothing here has a date").at(clause.span, ""));
        };
        let phrase = Phrase { vars: vec![dated], value: Some(key), ..Phrase::default() };
        self.select(phrase, group, question)
    }

    fn when_valid(&mut self, var: Var, subject: Phrase<'_>, question: &Question) -> Result<Meant> {
        let mut group = subject.group;
        self.closings(question, None, &mut group)?;
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        if declared.insert(var) {
            declared.remove(&var);
            let pattern = path(self.node_pattern(var, &mut declared), Vec::new());
            clauses.insert(0, match_clause(vec![pattern], None));
        }
        let name = self.variables[var.0].name.clone();
        let items = vec![
            item(variable(&name), &name),
            item(call("validFrom", vec![variable(&name)]), "from"),
            item(call("validTo", vec![variable(&name)]), "to"),
        ];
        clauses.push(return_clause(projection(true, items)));
        let reading = format!("when {} holds", self.describe_var(var, &group));
        Ok(Meant {
            statement: statement(clauses),
            form: Form::Rows,
            reading,
            notes: Vec::new(),
            group,
            target: Some(var),
            dated: Vec::new(),
            wider: Vec::new(),
            undated: None,
        })
    }

    fn yes_no(&self, group: Group) -> Meant {
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        let count = expr(Node::CountAll);
        let answer = binary(BinaryOperator::Greater, count, integer(0));
        if let [Clause::Match { patterns, filter: Some(filter), .. }] = clauses.as_slice()
            && patterns.is_empty()
        {
            let filter = filter.clone();
            clauses = vec![return_clause(projection(false, vec![item(filter, "answer")]))];
        } else {
            clauses.push(return_clause(projection(false, vec![item(answer, "answer")])));
        }
        let reading = format!("whether {}", self.describe_group(&group));
        Meant {
            statement: statement(clauses),
            form: Form::YesNo,
            reading,
            notes: Vec::new(),
            group,
            target: None,
            dated: Vec::new(),
            wider: Vec::new(),
            undated: None,
        }
    }

    /// The rows, the number, or the property of what is asked for.
    fn select(&mut self, answer: Phrase<'_>, mut group: Group, question: &Question) -> Result<Meant> {
        let Some(var) = answer.vars.first().copied() else {
            return Err(Report::input("question.form", "I cannot tell what is asked for"));
        };
        if answer.chain {
            return self.chain(var, &group);
        }
        let grouping = self.closings(question, Some(var), &mut group)?;
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        if !declared.contains(&var) {
            let pattern = path(self.node_pattern(var, &mut declared), Vec::new());
            clauses.insert(0, match_clause(vec![pattern], None));
        }
        let name = self.variables[var.0].name.clone();
        let target = variable(&name);
        let mut form = Form::Rows;
        let mut reading = self.describe_var(var, &group);
        let superlative = answer.superlative.clone();
        if let Some((counted, descending)) = self.rank_of(&group) {
            reading = self.ranked_clauses(&mut clauses, &name, counted, descending, &reading);
        } else if let Some(by) = grouping {
            form = Form::Rows;
            let (key, heading) = self.group_key(var, &by)?;
            let count = call_distinct("count", vec![target]);
            let mut projection = projection(false, vec![item(key, &heading), item(count, "count")]);
            projection.order = vec![sort(variable(&heading), false)];
            clauses.push(return_clause(projection));
            reading = format!("the number of {reading}, by {heading}");
        } else if answer.asked == Some(Asked::HowMany) || answer.number_of {
            form = Form::Number;
            let count = call_distinct("count", vec![target]);
            clauses.push(return_clause(projection(false, vec![item(count, "count")])));
            reading = format!("the number of {reading}");
        } else if let Some(token) = superlative {
            reading = self.extreme(&mut clauses, var, &token, &reading)?;
        } else if let Some(key) = &answer.value {
            let value = if key == "kind" {
                call("kind", vec![target.clone()])
            } else {
                property(target.clone(), key)
            };
            let mut projection = projection(true, vec![item(value, key), item(target, &name)]);
            projection.order = vec![sort(variable(key), false)];
            clauses.push(return_clause(projection));
            reading = format!("the {} of {reading}", key.replace('_', " "));
        } else {
            let mut projection = projection(true, vec![item(target, &name)]);
            projection.order = vec![sort(property(variable(&name), "name"), false)];
            clauses.push(return_clause(projection));
        }
        Ok(Meant {
            statement: statement(clauses),
            form,
            reading,
            notes: Vec::new(),
            group,
            target: Some(var),
            dated: Vec::new(),
            wider: Vec::new(),
            undated: None,
        })
    }

    /// What stands at the end of a question and belongs to the whole.
    fn closings(
        &mut self,
        question: &Question,
        target: Option<Var>,
        group: &mut Group,
    ) -> Result<Option<Token>> {
        let mut grouping = self.grouping.take();
        for closing in &question.closing {
            match closing {
                Closing::Group(token) => grouping = Some(token.clone()),
                Closing::Time(modifier) => {
                    let mut done = false;
                    for var in target.into_iter().chain(group.variables()) {
                        if self.attempt(group, |b, g| b.modifier(var, modifier, g)).is_ok() {
                            done = true;
                            break;
                        }
                    }
                    if !done {
                        self.no_leftover(&[modifier])?;
                    }
                }
                // Counting each answer adds nothing to a list that is shown whole.
                Closing::AlsoCount => {}
                Closing::Including(phrase) | Closing::Excluding(phrase) => {
                    return Err(Report::input(
                        "question.place",
                        "only figures can include or exclude something",
                    )
                    .at(phrase.span, ""));
                }
            }
        }
        Ok(grouping)
    }

    fn group_key(&self, var: Var, by: &Token) -> Result<(Expr, String)> {
        let name = variable(&self.variables[var.0].name);
        let kinds = self.kinds(var).to_vec();
        if by.category == crate::language::question::Category::TimeUnit {
            let Some(begins) = self.begins(&kinds) else { return Err(trouble::out_of_place(by)) };
            let unit = by.text.trim_end_matches('s');
            return Ok((property(property(name, &begins.name), unit), unit.to_owned()));
        }
        for meaning in self.meanings(by) {
            match meaning {
                super::dictionary::Meaning::KindOf => return Ok((call("kind", vec![name]), "kind".into())),
                super::dictionary::Meaning::Property(at) if self.carries(&kinds, self.property(at)) => {
                    let key = self.property(at).name.clone();
                    return Ok((property(name, &key), key));
                }
                super::dictionary::Meaning::Kind(at) => {
                    let kind = self.vocabulary.kinds[at].name.clone();
                    if let Some(key) = self.related_name(var, &kind) {
                        return Ok((key, trouble::kind_noun(self, &kind)));
                    }
                }
                super::dictionary::Meaning::RelationNoun { relation, denotes_from } => {
                    let relation = self.relation(relation);
                    let side = if denotes_from { &relation.from } else { &relation.to };
                    if let Some(kind) = side.first()
                        && let Some(key) = self.related_name(var, kind)
                    {
                        return Ok((key, by.text.clone()));
                    }
                }
                _ => {}
            }
        }
        Err(trouble::out_of_place(by))
    }

    /// The names of the things of a kind that a variable is linked to, for grouping.
    fn related_name(&self, var: Var, kind: &str) -> Option<Expr> {
        let kinds = self.kinds(var).to_vec();
        let wanted = [kind.to_owned()];
        let fits = self.vocabulary.relations.iter().any(|r| {
            (self.fits(&kinds, &r.from) && self.fits(&wanted, &r.to))
                || (self.fits(&kinds, &r.to) && self.fits(&wanted, &r.from))
        });
        if !fits {
            return None;
        }
        let other = NodePattern {
            variable: Some(identifier("other_end")),
            labels: Some(LabelExpression::Label(identifier(kind))),
            properties: None,
            span: Default::default(),
        };
        let start = NodePattern {
            variable: Some(identifier(&self.variables[var.0].name)),
            labels: None,
            properties: None,
            span: Default::default(),
        };
        let relationship = RelationshipPattern {
            variable: None,
            types: Vec::new(),
            direction: Direction::Either,
            length: None,
            properties: None,
            span: Default::default(),
        };
        let pattern = path(start, vec![Step { relationship, node: other }]);
        let names = expr(Node::PatternComprehension {
            pattern: Box::new(pattern),
            filter: None,
            map: Box::new(property(variable("other_end"), "name")),
        });
        Some(names)
    }

    // ---- superlatives ---------------------------------------------------------------------------------------------

    /// Remembers that what is counted decides: `the most tasks`.
    pub fn ranked(&mut self, superlative: &Option<Token>, counted: Option<Var>) {
        if let (Some(token), Some(counted)) = (superlative, counted) {
            let most = matches!(token.text.as_str(), "most" | "highest" | "largest" | "greatest");
            let least = matches!(token.text.as_str(), "least" | "fewest" | "lowest" | "smallest");
            if most || least {
                self.variables[counted.0].word =
                    format!("{}{}", if most { "\u{1}" } else { "\u{2}" }, self.variables[counted.0].word);
            }
        }
    }

    fn rank_of(&mut self, group: &Group) -> Option<(Var, bool)> {
        for var in group.variables() {
            let word = self.variables[var.0].word.clone();
            if let Some(rest) = word.strip_prefix('\u{1}') {
                self.variables[var.0].word = rest.to_owned();
                return Some((var, true));
            }
            if let Some(rest) = word.strip_prefix('\u{2}') {
                self.variables[var.0].word = rest.to_owned();
                return Some((var, false));
            }
        }
        None
    }

    /// Everything that has the greatest (or least) number: ties stay together.
    fn ranked_clauses(
        &self,
        clauses: &mut Vec<Clause<Named>>,
        name: &str,
        counted: Var,
        descending: bool,
        reading: &str,
    ) -> String {
        let counted_name = &self.variables[counted.0].name;
        let count = call_distinct("count", vec![variable(counted_name)]);
        clauses.push(with_clause(
            projection(false, vec![item(variable(name), name), item(count, "number")]),
            None,
        ));
        best_of(clauses, name, "number", descending);
        let noun = self.describe_head(counted);
        format!("{reading}, the one with the {} {noun}", if descending { "most" } else { "fewest" })
    }

    /// `the latest decree`, `the first programme`.
    fn extreme(
        &mut self,
        clauses: &mut Vec<Clause<Named>>,
        var: Var,
        token: &Token,
        reading: &str,
    ) -> Result<String> {
        let kinds = self.kinds(var).to_vec();
        let descending = match token.text.as_str() {
            "first" | "earliest" | "oldest" => false,
            "last" | "latest" | "newest" | "most recent" => true,
            _ => return Err(trouble::out_of_place(token)),
        };
        let name = self.variables[var.0].name.clone();
        let key = match self.begins(&kinds) {
            Some(property_) => property(variable(&name), &property_.name),
            None => call("validFrom", vec![variable(&name)]),
        };
        let known = expr(Node::IsNull { operand: Box::new(variable("date")), negated: true });
        clauses.push(with_clause(
            projection(true, vec![item(variable(&name), &name), item(key, "date")]),
            Some(known),
        ));
        best_of(clauses, &name, "date", descending);
        Ok(format!("{reading}, the {}", token.text))
    }

    // ---- special forms --------------------------------------------------------------------------------------------

    /// `who is X`, `what is X`: a card.
    fn identity_card(&mut self, clause: &syntax::Clause) -> Result<Option<Meant>> {
        let Some(object) = identity_object(clause) else { return Ok(None) };
        let bare = clause.subject.as_ref().is_some_and(is_bare);
        match object.parts.as_slice() {
            [Simple { head: Head::Name(token), modifiers, before, .. }]
                if bare && modifiers.is_empty() && before.is_empty() =>
            {
                self.describe(token).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn describe(&mut self, token: &Token) -> Result<Meant> {
        let var = if token.category == crate::language::question::Category::Quoted {
            let folded = crate::base::fold(&token.text);
            let nodes = self.lookup(&folded);
            if nodes.is_empty() {
                return Err(trouble::unknown_name(self, token));
            }
            self.entity(nodes, &token.text, token.span)
        } else {
            self.name(token, &[])?
        };
        let nodes = self.variables[var.0].entities.clone();
        let [node] = nodes.as_slice() else { return Err(trouble::ambiguous(self, token.span, &nodes)) };
        let (key, id) = self.id_literal(*node);
        let start = NodePattern {
            variable: Some(identifier("entity")),
            labels: None,
            properties: Some(expr(Node::Map(vec![(identifier(key), id)]))),
            span: Default::default(),
        };
        let bare = |name: Option<&str>| NodePattern {
            variable: name.map(identifier),
            labels: None,
            properties: None,
            span: Default::default(),
        };
        let fact = RelationshipPattern {
            variable: Some(identifier("fact")),
            types: Vec::new(),
            direction: Direction::Either,
            length: None,
            properties: None,
            span: Default::default(),
        };
        let pattern = path(bare(Some("entity")), vec![Step { relationship: fact, node: bare(None) }]);
        let optional =
            Clause::Match { optional: true, patterns: vec![pattern], filter: None, span: Default::default() };
        let mut projection =
            projection(true, vec![item(variable("entity"), "entity"), item(variable("fact"), "fact")]);
        projection.order = vec![sort(call("type", vec![variable("fact")]), false)];
        let clauses =
            vec![match_clause(vec![path(start, Vec::new())], None), optional, return_clause(projection)];
        let reading = format!("everything stated about {}", self.graph.name(*node));
        Ok(Meant {
            statement: statement(clauses),
            form: Form::Card(*node),
            reading,
            notes: Vec::new(),
            group: Group::default(),
            target: None,
            dated: Vec::new(),
            wider: Vec::new(),
            undated: None,
        })
    }

    fn connect(&mut self, from: &NounPhrase, to: &NounPhrase) -> Result<Meant> {
        let (a, b) = (self.noun_phrase(from)?, self.noun_phrase(to)?);
        self.no_leftover(&a.leftover)?;
        self.no_leftover(&b.leftover)?;
        let (Some(first), Some(second)) = (a.var(), b.var()) else {
            return Err(
                Report::input("question.connect", "two things are needed to connect").at(from.span, "")
            );
        };
        let mut group = a.group;
        group.conditions.extend(b.group.conditions);
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        for var in [first, second] {
            if !declared.contains(&var) {
                let pattern = path(self.node_pattern(var, &mut declared), Vec::new());
                clauses.push(match_clause(vec![pattern], None));
            }
        }
        let relationship = RelationshipPattern {
            variable: None,
            types: Vec::new(),
            direction: Direction::Either,
            length: Some(Length { min: None, max: Some(15) }),
            properties: None,
            span: Default::default(),
        };
        let start = self.node_pattern(first, &mut declared);
        let node = self.node_pattern(second, &mut declared);
        let mut pattern = path(start, vec![Step { relationship, node }]);
        pattern.variable = Some(identifier("path"));
        pattern.search = Search::AllShortest;
        clauses.push(match_clause(vec![pattern], None));
        // Among paths of the same length, the one that says most about authority comes first.
        let authority: Vec<Expr> = self
            .vocabulary
            .relations
            .iter()
            .filter(|r| r.authority.is_some())
            .map(|r| text(&r.type_name()))
            .collect();
        let of_type = binary(BinaryOperator::In, call("type", vec![variable("step")]), list(authority));
        let strong = expr(Node::ListComprehension {
            variable: identifier("step"),
            list: Box::new(call("relationships", vec![variable("path")])),
            filter: Some(Box::new(of_type)),
            map: None,
        });
        let mut projection = projection(false, vec![item(variable("path"), "path")]);
        projection.order = vec![sort(call("size", vec![strong]), true)];
        projection.limit = Some(integer(1));
        clauses.push(return_clause(projection));
        let reading = format!(
            "the shortest chain of facts between {} and {}",
            self.describe_var(first, &group),
            self.describe_var(second, &group)
        );
        Ok(Meant {
            statement: statement(clauses),
            form: Form::Path,
            reading,
            notes: Vec::new(),
            group,
            target: None,
            dated: Vec::new(),
            wider: Vec::new(),
            undated: None,
        })
    }

    /// `how many days between A and B`
    fn apart(&mut self, unit: &Token, from: &NounPhrase, to: &NounPhrase) -> Result<Meant> {
        let mut group = Group::default();
        let mut readings = Vec::new();
        let mut dates = Vec::new();
        let mut vars = Vec::new();
        for phrase in [from, to] {
            let bound = self.noun_phrase(phrase)?;
            self.no_leftover(&bound.leftover)?;
            let Some(var) = bound.var() else {
                return Err(Report::input("question.apart", "a date is needed here").at(phrase.span, ""));
            };
            group.conditions.extend(bound.group.conditions.clone());
            if let Some(period) = bound.date.as_ref().and_then(|d| d.period()) {
                dates.push(date(period.first));
                readings.push(period.first.to_string());
                continue;
            }
            let kinds = self.kinds(var).to_vec();
            let key = bound.value.clone().or_else(|| self.begins(&kinds).map(|p| p.name.clone()));
            let Some(key) = key else {
                return Err(Report::input("question.apart", "this has no date")
                    .at(phrase.span, "a date, or something dated, is needed"));
            };
            dates.push(property(variable(&self.variables[var.0].name), &key));
            vars.push(var);
            readings.push(format!("the {} of {}", key.replace('_', " "), self.describe_var(var, &group)));
        }
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        for var in vars {
            if !declared.contains(&var) {
                let pattern = path(self.node_pattern(var, &mut declared), Vec::new());
                clauses.push(match_clause(vec![pattern], None));
            }
        }
        let (Some(second), Some(first)) = (dates.pop(), dates.pop()) else {
            return Err(Report::input("question.apart", "two dates are needed"));
        };
        let between = |function: &str, key: &str| {
            let duration = call(function, vec![first.clone(), second.clone()]);
            call("abs", vec![property(duration, key)])
        };
        let (number, heading) = match unit.text.trim_end_matches('s') {
            "month" => (between("duration.inMonths", "months"), "months"),
            "year" => (between("duration.inMonths", "years"), "years"),
            "week" => {
                (binary(BinaryOperator::Divide, between("duration.inDays", "days"), integer(7)), "weeks")
            }
            _ => (between("duration.inDays", "days"), "days"),
        };
        let items = vec![item(number, heading), item(first.clone(), "from"), item(second.clone(), "to")];
        clauses.push(return_clause(projection(true, items)));
        let reading = format!("the {heading} between {} and {}", readings[0], readings[1]);
        Ok(Meant {
            statement: statement(clauses),
            form: Form::Number,
            reading,
            notes: Vec::new(),
            group,
            target: None,
            dated: Vec::new(),
            wider: Vec::new(),
            undated: None,
        })
    }

    /// Named entities whose validity is asked for.
    fn dated(&self, group: &Group) -> Vec<(NodeId, Option<crate::language::question::dates::Period>)> {
        let mut found = Vec::new();
        for condition in &group.conditions {
            match condition {
                Condition::Validity { var, period, .. } => {
                    found.extend(self.variables[var.0].entities.iter().map(|n| (*n, *period)));
                }
                Condition::Not(inner) => found.extend(self.dated(inner)),
                _ => {}
            }
        }
        found
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

/// Keeps the rows whose `key` is the greatest or least of all.
pub fn best_of(clauses: &mut Vec<Clause<Named>>, name: &str, key: &str, descending: bool) {
    let entry =
        expr(Node::Map(vec![(identifier("item"), variable(name)), (identifier("key"), variable(key))]));
    let best = call(if descending { "max" } else { "min" }, vec![variable(key)]);
    let ranked = projection(false, vec![item(call("collect", vec![entry]), "ranked"), item(best, "best")]);
    clauses.push(with_clause(ranked, None));
    clauses.push(Clause::Unwind {
        list: variable("ranked"),
        variable: identifier("entry"),
        span: Default::default(),
    });
    let is_best = binary(BinaryOperator::Equal, property(variable("entry"), "key"), variable("best"));
    let kept = projection(false, vec![item(variable("entry"), "entry"), item(variable("best"), "best")]);
    clauses.push(with_clause(kept, Some(is_best)));
    let items =
        vec![item(property(variable("entry"), "item"), name), item(property(variable("entry"), "key"), key)];
    clauses.push(return_clause(projection(true, items)));
}

/// `by kind`, `per body` as a phrase.
fn grouping_of(modifier: &Modifier) -> Option<Token> {
    let ModifierKind::Phrase { preposition, object } = &modifier.kind else { return None };
    let [simple] = object.parts.as_slice() else { return None };
    if !simple.before.is_empty() {
        return None;
    }
    match &simple.head {
        Head::Kind(t) | Head::Property(t) | Head::Unit(t)
            if preposition.text == "by" && simple.modifiers.is_empty() =>
        {
            Some(t.clone())
        }
        Head::Noun { noun, .. } if preposition.text == "by" && simple.modifiers.is_empty() => {
            Some(noun.clone())
        }
        _ => None,
    }
}

/// `who`, `what` standing alone.
fn is_bare(phrase: &NounPhrase) -> bool {
    let asks_what = |asked| matches!(asked, Some(Asked::Which | Asked::Who));
    matches!(phrase.parts.as_slice(), [Simple { head: Head::Asked(_), modifiers, asked, .. }] if modifiers.is_empty() && asks_what(*asked))
}

/// `… is X`, and nothing else.
fn identity_object(clause: &syntax::Clause) -> Option<&NounPhrase> {
    match clause.verbs.as_slice() {
        [VerbPhrase { core: Core::Identity(object), negated: false, complements, .. }]
            if complements.is_empty() =>
        {
            Some(object)
        }
        _ => None,
    }
}

/// How a noun phrase asks, if it does.
pub fn asked_of(phrase: &NounPhrase) -> Option<Asked> {
    phrase.parts.iter().find_map(|s| s.asked)
}

/// The place of an asked-for phrase inside a clause.
fn in_place(clause: &syntax::Clause) -> Option<crate::base::Span> {
    let of_phrase = |p: &NounPhrase| p.parts.iter().find(|s| s.asked.is_some()).map(|s| s.span);
    clause.verbs.iter().find_map(|v| {
        let object = match &v.core {
            Core::Active { object, .. } | Core::Predicate { object, .. } | Core::Have(object) => {
                object.as_ref()
            }
            Core::Place { object, .. } | Core::Identity(object) => Some(object),
            _ => None,
        };
        object.and_then(of_phrase).or_else(|| {
            v.complements.iter().find_map(|m| match &m.kind {
                ModifierKind::Phrase { object, .. } => of_phrase(object),
                _ => None,
            })
        })
    })
}

fn covers(outer: crate::base::Span, inner: crate::base::Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end && inner.end > inner.start
}
