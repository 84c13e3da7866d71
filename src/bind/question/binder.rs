//! The state of binding one question, and the small steps that everything else is made of.

use super::dictionary::{Dictionary, Meaning, RelationVerb};
use super::meaning::*;
use super::owed::Mark;
use super::trouble;
use super::verbs::is_said;
use crate::base::{Result, Span};
use crate::graph::{Entity, Graph, NodeId};
use crate::language::question::Token;
use crate::value::{Date, Value};
use crate::vocabulary::{Property, Relation, ValueType, Vocabulary};
use std::rc::Rc;
use std::sync::Arc;

/// Binds the syntax tree of one question.
pub struct Binder<'b> {
    pub vocabulary: &'b Vocabulary,
    pub graph: &'b Graph,
    pub dictionary: &'b Dictionary,
    pub text: &'b str,
    /// The tokens of the reading that is being bound.
    pub tokens: Vec<Rc<Token>>,
    pub variables: Vec<Variable>,
    /// Entities named so far, for `it`.
    pub mentioned: Vec<Var>,
    /// What the reading has to say besides: unions of relations, directions taken.
    pub notes: Vec<String>,
    pub edges: usize,
    /// Roles said before their verb: `the main one responsible for`.
    pub roles: Vec<(Var, usize, Vec<Arc<str>>, Span)>,
    /// What noun phrases have left to the sentence around them.
    pub owed: Vec<(Mark, Span)>,
    /// Whether a day is asked for and told.
    pub day_asked: bool,
    /// As many of the first are asked for.
    pub ranked_first: Option<i64>,
    /// By what the first of all is told, which each has to have.
    pub ranked_by: Option<String>,
    /// The noun phrase that is asked for, where no question word says so.
    pub answering: Option<Span>,
    /// What stands after `who is`: somebody is asked for.
    pub who_is: Option<Span>,
    /// Words that are a property of the thing or its role in what it does: thing, property, role, its values.
    pub perhaps_roles: Vec<(Var, String, usize, Vec<Arc<str>>)>,
    /// Whether what a clause leaves out has found its place.
    pub gap_used: bool,
    /// What a plain yes leaves open.
    pub some: Option<String>,
    /// Whether the subject is named by a value alone, as in `the national`.
    pub of_value: bool,
    /// `by kind`, found where no noun phrase takes it.
    pub grouping: Option<Token>,
    /// The next noun phrase is what a verb acts on: a time at its end belongs to what happens.
    pub acted_on: bool,
    /// What is listed is told apart, and not counted.
    pub listing: bool,
    /// Times of what happens that are joined by `and`.
    pub days_listed: Option<Span>,
    /// The relations of acts that a date of their own stands for.
    pub own_acts: Vec<usize>,
    /// Where what the last verb acts on stands.
    pub object: Option<Span>,
    pub today: Date,
}

/// Which way round a verb links its subject and object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    Active,
    Passive,
}

impl<'b> Binder<'b> {
    pub fn new(
        text: &'b str,
        tokens: Vec<Rc<Token>>,
        vocabulary: &'b Vocabulary,
        graph: &'b Graph,
        dictionary: &'b Dictionary,
        today: Date,
    ) -> Binder<'b> {
        Binder {
            vocabulary,
            graph,
            dictionary,
            text,
            tokens,
            variables: Vec::new(),
            mentioned: Vec::new(),
            notes: Vec::new(),
            edges: 0,
            roles: Vec::new(),
            owed: Vec::new(),
            day_asked: false,
            ranked_first: None,
            ranked_by: None,
            answering: None,
            who_is: None,
            perhaps_roles: Vec::new(),
            gap_used: false,
            some: None,
            of_value: false,
            grouping: None,
            acted_on: false,
            listing: false,
            days_listed: None,
            own_acts: Vec::new(),
            object: None,
            today,
        }
    }

    pub fn meanings(&self, token: &Token) -> Vec<Meaning> {
        token.meanings.iter().filter_map(|m| self.dictionary.meaning(*m)).collect()
    }

    pub fn relation(&self, at: usize) -> &'b Relation {
        &self.vocabulary.relations[at]
    }

    pub fn property(&self, at: usize) -> &'b Property {
        &self.vocabulary.properties[at]
    }

    // ---- variables ------------------------------------------------------------------------------------------------

    pub fn variable(&mut self, kinds: Vec<String>, word: &str, span: Span) -> Var {
        let name = self.fresh_name(word);
        self.variables.push(Variable { name, kinds, word: word.to_owned(), span, ..Variable::default() });
        Var(self.variables.len() - 1)
    }

    pub fn entity(&mut self, nodes: Vec<NodeId>, word: &str, span: Span) -> Var {
        let kinds = self.kinds_of_nodes(&nodes);
        let var = self.variable(kinds, word, span);
        self.variables[var.0].entities = nodes;
        self.mentioned.push(var);
        var
    }

    pub fn kinds_of_nodes(&self, nodes: &[NodeId]) -> Vec<String> {
        let mut kinds: Vec<String> = nodes.iter().filter_map(|n| self.kind_of(*n)).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// The own kind of a node.
    pub fn kind_of(&self, node: NodeId) -> Option<String> {
        self.graph.labels(node).first().map(|l| self.graph.label_name(*l).to_string())
    }

    /// Gives a variable that the question left unsaid a word, and a name after it.
    pub fn rename(&mut self, var: Var, word: &str) {
        self.variables[var.0].name = self.fresh_name(word);
        self.variables[var.0].word = word.to_owned();
    }

    fn fresh_name(&self, word: &str) -> String {
        let mut base: String = word
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
            .collect();
        while base.contains("__") {
            base = base.replace("__", "_");
        }
        let base = base.trim_matches('_').chars().take(24).collect::<String>();
        let base = if base.is_empty() || base.starts_with(|c: char| c.is_ascii_digit()) {
            "x".to_owned()
        } else {
            base
        };
        let taken = |name: &str| self.variables.iter().any(|v| v.name == name);
        if !taken(&base) && !is_reserved(&base) {
            return base;
        }
        (2..).map(|n| format!("{base}_{n}")).find(|name| !taken(name)).unwrap_or(base)
    }

    /// Runs an attempt; one that fails leaves no trace.
    pub fn attempt<T>(
        &mut self,
        group: &mut Group,
        step: impl FnOnce(&mut Self, &mut Group) -> Result<T>,
    ) -> Result<T> {
        let lengths = (self.mentioned.len(), self.notes.len(), group.conditions.len());
        let edges = self.edges;
        // What an attempt may also change or take away is kept as it is.
        let kept =
            (self.variables.clone(), self.roles.clone(), self.perhaps_roles.clone(), self.owed.clone());
        step(self, group).inspect_err(|_| {
            self.mentioned.truncate(lengths.0);
            self.notes.truncate(lengths.1);
            group.conditions.truncate(lengths.2);
            self.edges = edges;
            (self.variables, self.roles, self.perhaps_roles, self.owed) = kept;
        })
    }

    /// Whether a word stands in the question, as it was written.
    pub fn says(&self, word: &str) -> bool {
        self.text.split_whitespace().any(|said| said.eq_ignore_ascii_case(word))
    }

    // ---- kinds ----------------------------------------------------------------------------------------------------

    /// Whether something of one of `kinds` can be one of `allowed`. Empty lists allow everything.
    pub fn fits(&self, kinds: &[String], allowed: &[String]) -> bool {
        kinds.is_empty()
            || allowed.is_empty()
            || kinds.iter().any(|k| {
                allowed
                    .iter()
                    .any(|a| self.vocabulary.is_a(k, a) || self.vocabulary.is_a(a, k) || self.is_label(k))
            })
    }

    /// A kind that is only a label, such as Draft, may go with any kind.
    pub fn is_label(&self, kind: &str) -> bool {
        self.vocabulary.kind(kind).is_some_and(|k| k.label_only)
    }

    pub fn kinds(&self, var: Var) -> &[String] {
        &self.variables[var.0].kinds
    }

    /// Whether a property may be on something of these kinds.
    pub fn carries(&self, kinds: &[String], property: &Property) -> bool {
        self.fits(kinds, &property.on)
            && (property.on.is_empty() || property.on.iter().any(|o| self.vocabulary.kind(o).is_some()))
    }

    // ---- edges ----------------------------------------------------------------------------------------------------

    /// Adds the edge, narrowing what the verb can mean by the kinds at its ends.
    pub fn link(
        &mut self,
        group: &mut Group,
        candidates: &[Link],
        from: Var,
        to: Var,
        transitive: bool,
        said: &Token,
    ) -> Result<()> {
        if let Some(told) = self.told(candidates, from, to) {
            group.conditions.push(told);
            return Ok(());
        }
        let mut links = self.fitting(candidates, from, to, transitive);
        self.whatever_acts(candidates, from, to, &mut links);
        if links.is_empty() {
            return Err(trouble::does_not_fit(self, candidates, from, to, said));
        }
        for (var, is_from) in [(from, true), (to, false)] {
            self.keep_fitting(var, &links, is_from);
            self.of_longer_name(var, &links, is_from);
        }
        let parts = if transitive { Vec::new() } else { self.through_parts(&mut links, from, to) };
        self.edges += 1;
        let name = format!("r{}", self.edges);
        self.narrow(from, &links, true);
        self.narrow(to, &links, false);
        let mut edge = Edge {
            from,
            to,
            relations: links,
            transitive,
            parts,
            tests: Vec::new(),
            during: None,
            shown: false,
            name,
        };
        self.take_roles(&mut edge);
        self.note_nouns(&edge);
        group.conditions.push(Condition::Edge(edge));
        Ok(())
    }

    /// Remembers of each end whether its own word is a noun of the relation: tasks, members.
    fn note_nouns(&mut self, edge: &Edge) {
        for var in [edge.from, edge.to] {
            let by_word: Vec<usize> = self.nouns_as_links(var).into_iter().map(|l| l.relation).collect();
            let chosen = edge.relations.iter().map(|l| l.relation).filter(|r| by_word.contains(r));
            let chosen: Vec<usize> = chosen.collect();
            self.variables[var.0].nouns.extend(chosen);
        }
    }

    /// A name that several entities have means those that the relation allows.
    fn keep_fitting(&mut self, var: Var, links: &[Link], is_from: bool) {
        if self.variables[var.0].entities.len() < 2 || self.variables[var.0].word == "any" {
            return;
        }
        let allowed = |node: NodeId| {
            let kinds: Vec<String> = self.kind_of(node).into_iter().collect();
            links.iter().any(|link| {
                let relation = self.relation(link.relation);
                let side = if is_from != link.reversed { &relation.from } else { &relation.to };
                self.fits(&kinds, side)
            })
        };
        let touched = |node: NodeId| self.is_linked(node, links, is_from);
        let mut kept: Vec<NodeId> =
            self.variables[var.0].entities.iter().copied().filter(|n| allowed(*n)).collect();
        if kept.iter().any(|n| touched(*n)) {
            kept.retain(|n| touched(*n));
        }
        if !kept.is_empty() {
            self.variables[var.0].kinds = self.kinds_of_nodes(&kept);
            self.variables[var.0].entities = kept;
        }
    }

    /// A variable of any kind takes the kinds that the relation demands, so that what follows can be decided by them.
    fn narrow(&mut self, var: Var, links: &[Link], is_from: bool) {
        if !self.variables[var.0].kinds.is_empty() || !self.variables[var.0].entities.is_empty() {
            return;
        }
        let mut kinds: Vec<String> = Vec::new();
        for link in links {
            let relation = self.relation(link.relation);
            let side = if is_from != link.reversed { &relation.from } else { &relation.to };
            if side.is_empty() || relation.symmetric {
                return;
            }
            kinds.extend(side.iter().cloned());
        }
        kinds.sort();
        kinds.dedup();
        self.variables[var.0].kinds = kinds;
    }

    /// The links that a verb in that voice can mean, given the preposition used with it.
    pub fn verb_links(
        &self,
        tokens: &[Token],
        voice: Voice,
        preposition: Option<&str>,
        mood: Mood,
    ) -> Vec<Link> {
        let mut exact: Vec<Link> = Vec::new();
        let mut modal_links: Vec<Link> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            for meaning in self.meanings(token) {
                let Meaning::Verb(verb) = meaning else { continue };
                if verb.identity || !self.takes(&verb, voice, preposition) {
                    continue;
                }
                let link = Link {
                    relation: verb.relation,
                    reversed: verb.inverse != (voice == Voice::Passive),
                    verb: at,
                };
                let list = if verb.modal { &mut modal_links } else { &mut exact };
                let meant = mood != Mood::Duty || self.relation(verb.relation).responsibility;
                if meant && !list.contains(&link) {
                    list.push(link);
                }
            }
        }
        // `would establish` is a relation of its own where the vocabulary has one; without `would` it is not meant.
        match (mood, modal_links.is_empty()) {
            (Mood::Would, false) => modal_links,
            _ => exact,
        }
    }

    /// Whether a verb in the passive has its agent after `by`.
    pub fn acts_by(&self, tokens: &[Token], mood: Mood) -> bool {
        !self.verb_links(tokens, Voice::Passive, Some("by"), mood).is_empty()
    }

    /// What `is watched over by` can mean: the passive of verbs that end with a preposition.
    pub fn watched_over_by(&self, tokens: &[Token], own: &str, mood: Mood) -> Vec<Link> {
        let mut links = self.verb_links(tokens, Voice::Active, Some(own), mood);
        links.iter_mut().for_each(|link| link.reversed = !link.reversed);
        links
    }

    /// Whether a verb goes with the preposition that stands before its object.
    fn takes(&self, verb: &RelationVerb, voice: Voice, preposition: Option<&str>) -> bool {
        let relation = self.relation(verb.relation);
        match voice {
            Voice::Active => {
                let listed =
                    if verb.inverse { &relation.prepositions.passive } else { &relation.prepositions.active };
                match (verb.preposition.as_deref(), preposition) {
                    (None, None) => true,
                    (Some(own), Some(used)) => own == used,
                    (None, Some(used)) => listed.iter().any(|p| is_said(p, used)),
                    // `from which bodies come …` leaves the preposition elsewhere.
                    (Some(_), None) => false,
                }
            }
            Voice::Passive => match (verb.preposition.as_deref(), preposition) {
                (None, None) => true,
                (Some(own), Some(used)) => own == used,
                (None, Some("by")) => true,
                // X contains Y, where Y is part of X: what is contained in it is a part of it.
                (None, Some(used)) if verb.inverse => {
                    let mut either =
                        relation.prepositions.passive.iter().chain(&relation.prepositions.active);
                    either.any(|p| is_said(p, used))
                }
                (None, Some(used)) => relation.prepositions.passive.iter().any(|p| is_said(p, used)),
                (Some(_), None) => false,
            },
        }
    }

    /// The prepositions that link two nouns directly, as links from the first noun to the second.
    pub fn preposition_links(&self, preposition: &str) -> Vec<Link> {
        let mut links = Vec::new();
        for (at, relation) in self.vocabulary.relations.iter().enumerate() {
            if relation.prepositions.active.iter().any(|p| is_said(p, preposition)) {
                links.push(Link { relation: at, reversed: false, verb: 0 });
            }
            if relation.prepositions.passive.iter().any(|p| is_said(p, preposition)) {
                links.push(Link { relation: at, reversed: true, verb: 0 });
            }
            // `be under`: the preposition is the whole phrase.
            if relation.verbs.iter().any(|v| v == &format!("be {preposition}")) {
                links.push(Link { relation: at, reversed: false, verb: 0 });
            }
            if relation.inverse_verbs.iter().any(|v| v == &format!("be {preposition}")) {
                links.push(Link { relation: at, reversed: true, verb: 0 });
            }
        }
        links.dedup();
        links
    }

    /// What `X is in Y` can mean: of what is said both ways only that X is in Y, and not that Y is a place of X.
    pub fn place_links(&self, preposition: &str) -> Vec<Link> {
        let links = self.preposition_links(preposition);
        let onwards = |at: usize| links.iter().any(|link| link.relation == at && !link.reversed);
        links.iter().filter(|link| !link.reversed || !onwards(link.relation)).cloned().collect()
    }

    // ---- properties -----------------------------------------------------------------------------------------------

    /// The property whose date begins things of these kinds: what `laws of 2003` means.
    pub fn begins(&self, kinds: &[String]) -> Option<&'b Property> {
        self.beginning(kinds, |p| p.value_type == ValueType::Date)
    }

    /// The property, date or period, that says when things of these kinds are; the nearest kind's first.
    pub fn beginning(&self, kinds: &[String], takes: impl Fn(&Property) -> bool) -> Option<&'b Property> {
        let lines = kinds.iter().flat_map(|k| self.vocabulary.lineage(k));
        lines.filter_map(|k| self.vocabulary.property(k.begins.as_deref()?)).find(|p| takes(p))
    }

    /// The texts of a property of a node: one or a list.
    pub fn texts_of(&self, node: NodeId, key: &str) -> Vec<Arc<str>> {
        match self.graph.key(key).map(|k| self.graph.property(Entity::Node(node), k)) {
            Some(Value::String(text)) => vec![text],
            Some(Value::List(items)) => items.iter().filter_map(|v| v.as_str().map(Arc::from)).collect(),
            _ => Vec::new(),
        }
    }

    /// The text of a property of a node.
    pub fn text_of(&self, node: NodeId, key: &str) -> Option<Arc<str>> {
        match self.graph.key(key).map(|k| self.graph.property(Entity::Node(node), k)) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }
}

fn is_reserved(name: &str) -> bool {
    const RESERVED: &[&str] = &[
        "match", "where", "return", "with", "as", "and", "or", "not", "in", "is", "null", "true", "false",
        "order", "by", "count", "exists", "case", "when", "then", "else", "end", "create", "delete", "set",
        "merge", "call", "yield", "union", "all", "any", "none", "single", "limit", "skip", "distinct",
        "contains", "starts", "ends", "xor", "on", "of", "optional", "unwind", "remove", "detach", "desc",
        "asc",
    ];
    RESERVED.contains(&name)
}
