//! Forms of question with an answer of their own: cards, paths, dates, distances in time.

use super::ask::{Form, Meant};
use super::binder::Binder;
use super::dictionary::Meaning;
use super::emit::*;
use super::meaning::*;
use super::mistaken;
use super::owed::Mark;
use super::phrase::Phrase;
use super::trouble;
use crate::algebra::*;
use crate::base::{Report, Result};
use crate::graph::NodeId;
use crate::language::question::syntax::{
    self, Asked, Closing, Core, Fronted, Head, Modifier, ModifierKind, NounPhrase, Question, Simple,
    VerbPhrase,
};
use crate::language::question::{Category, Token};
use std::collections::BTreeSet;
use std::rc::Rc;

impl Binder<'_> {
    /// `the treaties Law 74 ratified` as a statement: a verb in want of what it acts on after a noun and a name, which is
    /// rather a noun with a clause of its own.
    pub fn lacks_its_object(&self, clause: &syntax::Clause) -> Option<Box<Report>> {
        let subject = clause.subject.as_ref()?;
        let [Simple { head: Head::Apposition(_, name), .. }] = subject.parts.as_slice() else { return None };
        let VerbPhrase { core: Core::Active { verbs, object: None, .. }, span, .. } = clause.verbs.last()?
        else {
            return None;
        };
        let other = |meaning: &Meaning| matches!(meaning, Meaning::Moment { .. } | Meaning::PropertyVerb(_));
        let links = verbs.iter().all(|verb| !self.meanings(verb).iter().any(other));
        (links && span.start > subject.span.start).then(|| trouble::out_of_place(name))
    }

    /// `jointly` and `together` that join nobody: of one thing, and of things counted for two.
    pub fn joins_nobody(&self) -> Option<Token> {
        let at = self.tokens.iter().position(|token| token.category == Category::Together)?;
        if self.tokens.get(at + 1).is_some_and(|next| next.category == Category::With) {
            return None;
        }
        let is = |wanted: fn(Category) -> bool| self.tokens.iter().any(|token| wanted(token.category));
        let several = |token: &Rc<Token>| token.category == Category::Kind && !self.is_singular(token);
        let joined = is(|c| matches!(c, Category::And | Category::Who)) || self.tokens.iter().any(several);
        let counted = is(|c| matches!(c, Category::HowMany | Category::NumberOf));
        (counted || !joined).then(|| (*self.tokens[at]).clone())
    }

    /// `the bodies NCGD established`: of several bodies one name does not tell which; it rather begins a clause.
    pub fn is_no_clause(&self, kind: &Token, name: &Token, modifiers: &[Modifier]) -> Result<()> {
        let participle = |m: &Modifier| matches!(m.kind, ModifierKind::Participle { .. });
        let several = kind.category == Category::Kind && !self.is_singular(kind);
        if several && name.category == Category::Name && modifiers.first().is_some_and(participle) {
            return Err(trouble::out_of_place(name));
        }
        Ok(())
    }
}

impl Binder<'_> {
    /// `which status does X have`: the value of a property.
    pub fn which_property(
        &mut self,
        clause: &syntax::Clause,
        fronted: &Fronted,
        question: &Question,
    ) -> Result<Option<Meant>> {
        let [Simple { head: Head::Property(token), modifiers, .. }] = fronted.phrase.parts.as_slice() else {
            return Ok(None);
        };
        let [VerbPhrase { core: Core::Have(None), negated: false, complements, .. }] =
            clause.verbs.as_slice()
        else {
            return Ok(None);
        };
        let (Some(subject), true) = (&clause.subject, modifiers.is_empty()) else { return Ok(None) };
        let phrase = self.each_listed(subject)?;
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
        if self.is_told_beside(var, &key) {
            return Err(mistaken::told_beside(token));
        }
        self.no_leftover(&complements.iter().collect::<Vec<_>>())?;
        let group = phrase.group.clone();
        let key = self.rather_a_day(key, var);
        let phrase = Phrase { value: Some(key), group: Group::default(), ..phrase };
        self.select(phrase, group, question).map(Some)
    }

    /// `when was X established`, `when did X …`: the date of what acted, or of X itself.
    pub fn when(&mut self, said: &Token, clause: &syntax::Clause, question: &Question) -> Result<Meant> {
        self.day_asked = true;
        let mut group = Group::default();
        let Some(subject) = &clause.subject else {
            return Err(Report::input("question.form", "when did what happen?").at(clause.span, ""));
        };
        let subject_phrase = self.each_listed(subject)?;
        let Some(var) = subject_phrase.vars.first().copied() else {
            return Err(trouble::out_of_place(&super::clause::head_token(subject)));
        };
        self.no_leftover(&subject_phrase.leftover)?;
        // `when was Law 74 adopted`: a property of X.
        for verb in &clause.verbs {
            let tokens = match &verb.core {
                Core::Passive { verbs, .. } | Core::Active { verbs, .. } => verbs.as_slice(),
                Core::InForce | Core::Exists => {
                    self.no_leftover(&verb.complements.iter().collect::<Vec<_>>())?;
                    return self.when_valid(var, subject_phrase, question);
                }
                // `when was the body that advises state | bodies established`
                Core::Identity(object)
                    if object.parts.iter().any(|part| matches!(part.head, Head::Kind(_)))
                        && object.parts.iter().any(|part| !part.modifiers.is_empty()) =>
                {
                    return Err(trouble::out_of_place(&super::clause::head_token(object)));
                }
                // `since when are cases recorded`: what is stated, and since when, no relation says.
                Core::Stated => return Err(mistaken::no_day_of_stating(verb.span)),
                _ => &[],
            };
            let kinds = self.kinds(var).to_vec();
            if tokens
                .iter()
                .flat_map(|t| self.meanings(t))
                .any(|m| matches!(m, super::dictionary::Meaning::Moment { .. }))
            {
                self.no_leftover(&verb.complements.iter().collect::<Vec<_>>())?;
                return self.when_valid(var, subject_phrase, question);
            }
            for token in tokens {
                if matches!(verb.core, Core::Passive { .. })
                    && verb.complements.is_empty()
                    && !subject_phrase.negative
                    && let Some(at) = self.own_day(var, token)
                {
                    self.note_own_day(token, at);
                    let key = self.property(at).name.clone();
                    let phrase =
                        Phrase { value: Some(key), group: Group::default(), ..subject_phrase.clone() };
                    return self.select(phrase, subject_phrase.group, question);
                }
                for meaning in self.meanings(token) {
                    if let super::dictionary::Meaning::PropertyVerb(at) = meaning
                        && self.carries(&kinds, self.property(at))
                        && !subject_phrase.negative
                        && verb.complements.is_empty()
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
        let dated = ends.into_iter().filter(|v| *v != var).chain([var]).find_map(|v| {
            let kinds = self.kinds(v).to_vec();
            self.begins(&kinds).map(|p| (v, p.name.clone()))
        });
        let since = said.text == "since when";
        let by_link = group.conditions.iter().any(|c| match c {
            Condition::Edge(edge) => self.is_dated(edge) || (since && self.has_days(edge)),
            _ => false,
        });
        if let (Some((dated, key)), false) = (dated, by_link) {
            let phrase = Phrase { vars: vec![dated], value: Some(key), ..Phrase::default() };
            return self.select(phrase, group, question);
        }
        // Neither end has a date of its own: the day on which what links them begins to hold.
        let mut question = question.clone();
        question.closing.push(Closing::AlsoWhen(said.clone()));
        self.select(Phrase { vars: vec![var], ..Phrase::default() }, group, &question)
    }

    pub fn when_valid(&mut self, var: Var, subject: Phrase<'_>, question: &Question) -> Result<Meant> {
        let mut group = subject.group;
        self.closings(question, None, &mut group)?;
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        self.declare(var, &mut declared, &mut clauses);
        let name = self.variables[var.0].name.clone();
        let items = vec![
            item(variable(&name), &name),
            item(call("validFrom", vec![variable(&name)]), "from"),
            item(call("validTo", vec![variable(&name)]), "to"),
        ];
        clauses.push(return_clause(projection(true, items)));
        let reading = format!("when {} holds", self.describe_var(var, &group));
        Ok(Meant { group, target: Some(var), ..Meant::new(statement(clauses), Form::Rows, reading) })
    }

    /// The verb of `what changed in 2015`, which says neither who changed something nor what.
    pub fn without_object(&self) -> Option<Token> {
        use Category::*;
        let [what, verb, rest @ ..] = self.tokens.as_slice() else { return None };
        let finite = matches!(verb.category, Present | Past | PastOrParticiple);
        let related = |m: &super::dictionary::Meaning| matches!(m, super::dictionary::Meaning::Verb(_));
        let timed =
            |t: &Rc<Token>| matches!(t.category, Date | And | Or | Comma | Between | From | To | Preposition);
        let alone = what.category == Which && what.text == "what" && finite && rest.iter().all(timed);
        let stranded = rest.last().is_some_and(|last| last.category != Date);
        (alone && !stranded && self.meanings(verb).iter().all(related)).then(|| (**verb).clone())
    }

    /// `who is X`, `what is X`: a card.
    pub fn identity_card(&mut self, clause: &syntax::Clause) -> Result<Option<Meant>> {
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

    pub fn describe(&mut self, token: &Token) -> Result<Meant> {
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
        self.card(*node)
    }

    /// The card of a thing.
    pub fn card(&self, node: NodeId) -> Result<Meant> {
        let (key, id) = self.id_literal(node);
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
        let reading = format!("everything stated about {}", self.graph.name(node));
        Ok(Meant::new(statement(clauses), Form::Card(node), reading))
    }

    /// A path leads from or to the thing of a name, whatever kind the name is the plural of.
    fn end_of_path<'s>(&mut self, phrase: &'s NounPhrase) -> Result<Phrase<'s>> {
        match phrase.parts.as_slice() {
            [Simple { head: Head::Name(token), before, modifiers, .. }]
                if before.is_empty() && modifiers.is_empty() =>
            {
                Ok(Phrase { vars: vec![self.name(token, &[])?], ..Phrase::default() })
            }
            _ => self.noun_phrase(phrase),
        }
    }

    pub fn connect(&mut self, from: &NounPhrase, to: &NounPhrase) -> Result<Meant> {
        let (a, b) = (self.end_of_path(from)?, self.end_of_path(to)?);
        self.no_leftover(&a.leftover)?;
        self.no_leftover(&b.leftover)?;
        let ([first], [second]) = (a.vars.as_slice(), b.vars.as_slice()) else {
            return Err(
                Report::input("question.connect", "two things are needed to connect").at(from.span, "")
            );
        };
        let (first, second) = (*first, *second);
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
        Ok(Meant { group, ..Meant::new(statement(clauses), Form::Path, reading) })
    }

    /// `how many days between A and B`
    pub fn apart(
        &mut self,
        unit: &Token,
        from: &NounPhrase,
        to: &NounPhrase,
        event: Option<&(Token, Token)>,
    ) -> Result<Meant> {
        let comparison = event.map(|(preposition, _)| DateComparison::of(&preposition.text));
        if let (Some((preposition, _)), Some(comparison)) = (event, comparison)
            && !matches!(comparison, Some(DateComparison::Before | DateComparison::After))
        {
            return Err(trouble::out_of_place(preposition));
        }
        if unit.category != Category::TimeUnit && !self.is_how_long() {
            return Err(trouble::out_of_place(unit));
        }
        mistaken::measures(unit)?;
        let before = comparison == Some(Some(DateComparison::Before));
        let mut group = Group::default();
        let mut readings = Vec::new();
        let mut dates = Vec::new();
        let mut vars = Vec::new();
        for phrase in [from, to] {
            let bound = self.noun_phrase(phrase)?;
            self.no_leftover(&bound.leftover)?;
            let Some(var) = bound.var().filter(|_| bound.vars.len() == 1) else {
                return Err(Report::input("question.apart", "a date is needed here").at(phrase.span, ""));
            };
            group.conditions.extend(bound.group.conditions.clone());
            self.settle(Mark::Literal, bound.span);
            if let Some(period) = bound.date.as_ref().and_then(|d| d.period()) {
                dates.push(date(period.first));
                readings.push(period.first.to_string());
                continue;
            }
            if let Some((_, verb)) = event.filter(|_| phrase.span.is_at(to.span))
                && !self.is_beginning(var, verb)
            {
                return Err(mistaken::untold_time(verb.span));
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
        if before {
            dates.reverse();
            readings.reverse();
        }
        let (Some(second), Some(first)) = (dates.pop(), dates.pop()) else {
            return Err(Report::input("question.apart", "two dates are needed"));
        };
        let between = |function: &str, key: &str| {
            let time = property(call(function, vec![first.clone(), second.clone()]), key);
            // What is said to come after the other may have come before it.
            if event.is_some() { time } else { call("abs", vec![time]) }
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
        let (from, to) = if event.is_some() { ("from", "to") } else { ("between", "and") };
        let reading = format!("the {heading} {from} {} {to} {}", readings[0], readings[1]);
        Ok(Meant { group, ..Meant::new(statement(clauses), Form::Number, reading) })
    }
}

/// `who`, `what` standing alone.
pub fn is_bare(phrase: &NounPhrase) -> bool {
    let asks_what = |asked| matches!(asked, Some(Asked::Which | Asked::Who));
    matches!(phrase.parts.as_slice(), [Simple { head: Head::Asked(_), modifiers, asked, .. }] if modifiers.is_empty() && asks_what(*asked))
}

/// `… is X`, and nothing else.
pub fn identity_object(clause: &syntax::Clause) -> Option<&NounPhrase> {
    match clause.verbs.as_slice() {
        [VerbPhrase { core: Core::Identity(object), negated: false, complements, .. }]
            if complements.is_empty() =>
        {
            Some(object)
        }
        _ => None,
    }
}

/// `what changed in 2015`
pub fn what_changed(verb: &Token, text: &str) -> Box<Report> {
    let verb_text = verb.span.of(text);
    Report::input("question.object", format!("`{verb_text}` does not say what"))
        .at(verb.span, "who or what was it done to?")
        .help("Say what was done and to what: `what was issued in 2012`, `which bodies were created in 2012`, `which programmes started in 2012`; `whichlaw changes` compares two days.")
}

/// `with whom did X develop Y`: who developed Y together with X.
pub fn with_whom(clause: &syntax::Clause, fronted: &syntax::Fronted) -> Option<syntax::Clause> {
    let preposition = fronted.preposition.as_ref()?;
    let [verb] = clause.verbs.as_slice() else { return None };
    let has_object = matches!(&verb.core, Core::Active { object: Some(_), preposition: None, .. });
    if !has_object || verb.negated || !matches!(preposition.text.as_str(), "with" | "together with") {
        return None;
    }
    let subject = clause.subject.clone()?;
    let mut verb = verb.clone();
    let span = subject.span;
    verb.complements.push(syntax::Modifier {
        kind: syntax::ModifierKind::Together(subject),
        or_before: false,
        span,
    });
    let verbs = vec![verb];
    Some(syntax::Clause { subject: Some(fronted.phrase.clone()), verbs, fronted: None, ..clause.clone() })
}
