//! Chains of legal bases: from a thing to what gives it its legal basis, and so on up.
//!
//! The graph follows the chains, so that they hold as of a day and in one reading; here the question becomes the statement
//! that asks for them.

use super::ask::{Form, Meant};
use super::binder::Binder;
use super::emit::*;
use super::meaning::*;
use super::phrase::Phrase;
use crate::algebra::*;
use crate::base::{Report, Result, fold};
use crate::graph::NodeId;
use crate::language::question::Token;
use crate::language::question::syntax::{Asked, Fronted, Head, ModifierKind, Question, Simple};
use crate::vocabulary::LegalBasis;
use std::collections::BTreeSet;

impl Binder<'_> {
    /// Whether a noun stands for the whole chain above a thing: `legal basis`.
    pub fn is_basis(&self, noun: &Token) -> bool {
        self.vocabulary.authority.basis.iter().any(|word| fold(word) == noun.text)
    }

    /// `whose legal basis is …`
    pub fn asks_what_is_based(&self, simple: &Simple) -> bool {
        simple.modifiers.iter().any(|modifier| match &modifier.kind {
            ModifierKind::Whose { noun: Simple { head: Head::Noun { noun, .. }, .. }, .. } => {
                self.is_basis(noun)
            }
            _ => false,
        })
    }

    /// `on what legal basis was X created`: under what it was.
    pub fn on_what_basis(&self, fronted: &Fronted) -> Option<Fronted> {
        let said = fronted.preposition.as_ref()?;
        let [Simple { head: Head::Noun { noun, chain: false }, before, modifiers, .. }] =
            fronted.phrase.parts.as_slice()
        else {
            return None;
        };
        let plain = before.is_empty() && modifiers.is_empty() && matches!(said.text.as_str(), "on" | "under");
        // `on what basis`: the last word of `legal basis`.
        let mut words = self.vocabulary.authority.basis.iter().map(|word| fold(word));
        if !plain || !words.any(|word| word.split(' ').next_back() == noun.text.split(' ').next_back()) {
            return None;
        }
        let mut under = fronted.clone();
        under.preposition = Some(Token { text: "under".into(), ..said.clone() });
        for part in &mut under.phrase.parts {
            part.head = Head::Asked(noun.clone());
        }
        Some(under)
    }

    /// Whether what is asked for is linked only by relations that count as a legal basis.
    pub fn gives_basis(&self, meant: &Meant) -> bool {
        let mut edges = meant.group.conditions.iter().filter_map(|condition| match condition {
            Condition::Edge(edge) if [Some(edge.from), Some(edge.to)].contains(&meant.target) => Some(edge),
            _ => None,
        });
        let counts = |link: &Link| self.relation(link.relation).legal_basis != LegalBasis::No;
        edges.all(|edge| edge.relations.iter().all(counts))
    }

    /// `legal basis of X`: the thing, where it is a single named one and nothing else is said.
    pub fn basis_of(&self, answer: &Phrase<'_>, group: &Group, question: &Question) -> Option<NodeId> {
        let plain = answer.superlative.is_none()
            && answer.aggregate.is_none()
            && !answer.number_of
            && !answer.negative
            && matches!(answer.asked, None | Some(Asked::Which))
            && answer.compared.is_none();
        let said: Vec<&Condition> =
            group.conditions.iter().filter(|c| !matches!(c, Condition::There(_))).collect();
        let (true, true, [Condition::Edge(edge)], true) =
            (answer.basis, plain, said.as_slice(), question.closing.is_empty())
        else {
            return None;
        };
        let basis = answer.var()?;
        let other = if edge.from == basis { edge.to } else { edge.from };
        match self.variables[other.0].entities.as_slice() {
            [node] if edge.tests.is_empty() && self.grouping.is_none() => Some(*node),
            _ => None,
        }
    }

    /// `legal basis chain of X`.
    pub fn chain(&mut self, basis: Var, group: &Group) -> Result<Meant> {
        let start = group.conditions.iter().find_map(|c| match c {
            Condition::Edge(e) if e.from == basis => Some(e.to),
            Condition::Edge(e) if e.to == basis => Some(e.from),
            _ => None,
        });
        let Some(start) = start else { return Err(Report::input("question.chain", "a chain of what?")) };
        let nodes = self.variables[start.0].entities.clone();
        let [node] = nodes.as_slice() else {
            return Err(Report::input("question.chain", "a chain is asked of one named thing")
                .at(self.variables[start.0].span, "write a name here"));
        };
        Ok(self.chains_above(*node, false))
    }

    /// The chains above a thing, with the basis itself in front where that is asked for.
    pub fn chains_above(&mut self, node: NodeId, with_basis: bool) -> Meant {
        let name = self.graph.name(node).to_string();
        let var = self.entity(vec![node], "thing", Default::default());
        let start = self.node_pattern(var, &mut BTreeSet::new());
        let thing = variable(&self.variables[var.0].name);
        let mut items = vec![item(variable("chain"), "chain")];
        if with_basis {
            let next = expr(Node::Index {
                subject: Box::new(call("nodes", vec![variable("chain")])),
                index: Box::new(integer(1)),
            });
            items.insert(0, item(next, "legal_basis"));
        }
        let clauses = vec![
            match_clause(vec![path(start, Vec::new())], None),
            Clause::Unwind {
                list: call("basisChains", vec![thing]),
                variable: identifier("chain"),
                span: Default::default(),
            },
            return_clause(projection(false, items)),
        ];
        let what = if with_basis { "the legal basis" } else { "the chain of legal bases" };
        Meant::new(
            statement(clauses),
            Form::Basis(node),
            format!("{what} of {name}, and the chain above it up to where the sources end"),
        )
    }
}
