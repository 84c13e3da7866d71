//! What nothing at all is recorded of: a plain no would deny what nobody has said.

use super::binder::Binder;
use super::choice::UNSAID;
use super::fronted::covers;
use super::meaning::*;
use crate::base::{Report, Span};
use crate::graph::{Entity, NodeId};
use crate::language::question::syntax::Asked;
use crate::value::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Binder<'_> {
    /// For each link that is asked of, the named end of which no such link is recorded.
    pub fn unrecorded(&self, group: &Group) -> Vec<String> {
        let edges = group.conditions.iter().filter_map(|condition| match condition {
            Condition::Edge(edge) if edge.tests.is_empty() && edge.parts.is_empty() => Some(edge),
            _ => None,
        });
        edges.filter_map(|edge| self.unrecorded_end(edge)).collect()
    }

    fn unrecorded_end(&self, edge: &Edge) -> Option<String> {
        let lacks = |var: Var, is_from| {
            let nodes = self.nodes_of(var);
            let told = |node: &NodeId| {
                self.is_linked(*node, &edge.relations, is_from)
                    || self.parts_act(*node, &edge.relations, is_from)
            };
            !nodes.is_empty() && !nodes.iter().any(told)
        };
        let one = |var: Var| self.variables[var.0].entities.len() == 1;
        let ends = [(edge.from, true), (edge.to, false)];
        // What is named before what is not.
        let found = ends.into_iter().filter(|(var, is_from)| lacks(*var, *is_from));
        let (var, is_from) = found.min_by_key(|(var, _)| !one(*var))?;
        let (what, verb) = (self.describe_head(var), self.verb(edge, !is_from || one(var)));
        Some(match (is_from, verb.strip_suffix(" by")) {
            (true, Some(verb)) => format!("nothing is recorded by which {what} {verb}"),
            (true, None) => format!("nothing is recorded that {what} {verb}"),
            (false, _) => format!("nothing is recorded that {verb} {what}"),
        })
    }

    /// `who` asks for what acts: where no body or person does and something else is recorded to, that is shown.
    pub fn whatever_acts(&mut self, candidates: &[Link], from: Var, to: Var, links: &mut Vec<Link>) {
        if links.iter().any(|link| self.occurs(link, from, to)) {
            return;
        }
        for var in [from, to] {
            let who = &self.variables[var.0];
            let named_so = self.who_is.is_some_and(|span| covers(span, who.span));
            let asks_who = who.asked == Some(Asked::Who) && (who.word == "who" || named_so);
            if !asks_who || !who.entities.is_empty() {
                continue;
            }
            let kept = self.variables[var.0].clone();
            self.variables[var.0].kinds = Vec::new();
            self.variables[var.0].asked = Some(Asked::Which);
            let mut wider = self.fitting(candidates, from, to, false);
            // Only for what acts, not for whom it is done.
            let acting = |link: &Link| if link.reversed { to } else { from };
            wider.retain(|link| acting(link) == var && self.occurs(link, from, to));
            self.variables[var.0].asked = kept.asked;
            let unsaid = [from, to].iter().any(|end| self.variables[end.0].word == UNSAID);
            self.variables[var.0].kinds = kept.kinds;
            if wider.is_empty() || unsaid {
                continue;
            }
            // It may be a body after all, that does what a mechanism can do as well.
            if wider.iter().any(|link| self.occurs(link, from, to)) {
                wider.retain(|link| self.occurs(link, from, to));
                *links = wider;
                return;
            }
            self.variables[var.0].kinds = Vec::new();
            self.notes.push("no body or group is recorded to do this; what is recorded to is shown".into());
            *links = wider;
            return;
        }
    }

    /// `the authorized body for X`, where nobody has that role there: who has it elsewhere, and which roles there are.
    pub fn no_such_role_there(&self, property: usize, values: &[Arc<str>], span: Span) -> Box<Report> {
        const LOOKED_AT: usize = 50_000;
        const NAMED: usize = 6;
        let key = &self.property(property).name;
        let (mut held, mut others) = (BTreeSet::new(), BTreeSet::new());
        let responsible = self.vocabulary.relations.iter().filter(|relation| relation.responsibility);
        let responsible: Vec<_> =
            responsible.filter_map(|relation| self.graph.relationship_type(&relation.type_name())).collect();
        let agents = self.agents();
        let acts = |node: NodeId| {
            let is_agent = |kind: String| agents.iter().any(|agent| self.vocabulary.is_a(&kind, agent));
            self.kind_of(node).is_some_and(is_agent)
        };
        let stored = self.graph.key(key);
        for relationship in self.graph.relationships().take(LOOKED_AT) {
            let Some(said) = stored else { break };
            let roles = match self.graph.property(Entity::Relationship(relationship), said) {
                Value::String(role) => vec![role],
                Value::List(roles) => roles.iter().filter_map(|role| role.as_str().map(Arc::from)).collect(),
                _ => continue,
            };
            let ends = self.graph.ends(relationship);
            let (holder, other) =
                if acts(ends.start) { (ends.start, ends.end) } else { (ends.end, ends.start) };
            for role in roles {
                if values.contains(&role) && acts(holder) {
                    held.insert(format!("{} ({})", self.graph.name(holder), self.graph.name(other)));
                } else if responsible.contains(&ends.kind) {
                    others.insert(format!("`{role}`"));
                }
            }
        }
        let said = values.join(" or ");
        let listed = |names: BTreeSet<String>| names.into_iter().take(NAMED).collect::<Vec<_>>().join("; ");
        let mut help = match held.is_empty() {
            true => format!("Nobody is recorded as {said}."),
            false => format!("Recorded as {said}: {}.", listed(held)),
        };
        if !others.is_empty() {
            help.push_str(&format!(" Other roles: {}.", listed(others)));
        }
        help.push_str(" Ask without the role: `who is responsible for X`, `who coordinates X`.");
        Report::input("question.role", format!("nothing here has the {key} {said}"))
            .at(span, "not recorded of this")
            .help(help)
    }
}
