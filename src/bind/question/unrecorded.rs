//! What nothing at all is recorded of: a plain no would deny what nobody has said.

use super::binder::Binder;
use super::choice::UNSAID;
use super::fronted::covers;
use super::meaning::*;
use crate::graph::NodeId;
use crate::language::question::syntax::Asked;

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
}
