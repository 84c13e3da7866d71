//! What a part of a thing says, the thing says: an article for its code, a norm for its constitution.
//!
//! Which relations lead from a whole to its parts is marked in the vocabulary. Parts are looked at only where some whole
//! that can be meant does not say itself what a part of it says.

use super::binder::Binder;
use super::meaning::*;
use crate::graph::{NodeId, Way};
use crate::vocabulary::End;

/// As many relationships are looked at.
const LOOKED_AT: usize = 20_000;
/// As many steps lead from a part up to a whole.
const STEPS: usize = 6;

impl Binder<'_> {
    /// The relations from a whole to its parts through which something more is said; the links that are not said even
    /// so are left out.
    pub fn through_parts(&self, links: &mut Vec<Link>, from: Var, to: Var) -> Vec<Link> {
        self.through(links, from, to, false)
    }

    /// What is denied of a whole is denied of its parts as well, those that are meant themselves too: no code is among the
    /// instruments that do not regulate what an article of it does.
    pub fn deny_of_parts(&self, group: &mut Group) {
        for condition in &mut group.conditions {
            if let Condition::Not(denied) = condition {
                for condition in &mut denied.conditions {
                    if let Condition::Edge(edge) = condition
                        && edge.parts.is_empty()
                        && !edge.transitive
                    {
                        let (from, to) = (edge.from, edge.to);
                        edge.parts = self.through(&mut edge.relations, from, to, true);
                    }
                }
            }
            condition.groups_mut().into_iter().for_each(|inner| self.deny_of_parts(inner));
        }
    }

    /// With `all`, parts that are meant themselves speak for their wholes as well.
    fn through(&self, links: &mut Vec<Link>, from: Var, to: Var, all: bool) -> Vec<Link> {
        let Some(first) = links.first() else { return Vec::new() };
        let reversed = first.reversed;
        let symmetric = |link: &Link| self.relation(link.relation).symmetric;
        if links.iter().any(|link| link.reversed != reversed || symmetric(link)) {
            return Vec::new();
        }
        let (whole, other) = if reversed { (to, from) } else { (from, to) };
        let parts = self.part_links();
        if parts.is_empty() || self.kinds(whole).is_empty() {
            return Vec::new();
        }
        let mut used: Vec<usize> = Vec::new();
        let mut said: Vec<Link> = Vec::new();
        for link in links.iter() {
            // What a thing consists of is no statement of its parts.
            let parts: Vec<Link> = parts.iter().filter(|p| p.relation != link.relation).cloned().collect();
            let ways = self.ways_through(link, whole, other, &parts, all);
            if !ways.is_empty() {
                said.push(link.clone());
            }
            used.extend(ways);
        }
        if said.is_empty() {
            return Vec::new();
        }
        links.retain(|link| said.contains(link) || self.occurs(link, from, to));
        parts.into_iter().filter(|part| used.contains(&part.relation)).collect()
    }

    /// The relations that lead from a whole to its parts.
    pub fn part_links(&self) -> Vec<Link> {
        let relations = self.vocabulary.relations.iter().enumerate();
        let link = |(relation, end)| Link { relation, reversed: end == End::From, verb: 0 };
        relations.filter_map(|(at, relation)| Some((at, relation.parts?))).map(link).collect()
    }

    /// By which relations parts say of wholes that are meant what these do not say themselves.
    fn ways_through(&self, link: &Link, whole: Var, other: Var, parts: &[Link], all: bool) -> Vec<usize> {
        let relation = self.relation(link.relation);
        let Some(kind) = self.graph.relationship_type(&relation.type_name()) else { return Vec::new() };
        let mut used = Vec::new();
        let mut looked = 0;
        for part in self.graph.nodes() {
            if looked > LOOKED_AT {
                break;
            }
            let ends = self.graph.adjacent(part, Way::Out, kind).nodes;
            looked += ends.len();
            // A part that is meant itself speaks for itself.
            if !ends.iter().any(|end| self.is_meant(*end, other)) || (!all && self.is_meant(part, whole)) {
                continue;
            }
            for (above, ways) in self.wholes_of(part, parts) {
                let own = self.graph.adjacent(above, Way::Out, kind).nodes;
                let more = ends.iter().any(|end| self.is_meant(*end, other) && !own.contains(end));
                if more && self.is_meant(above, whole) && self.may_act(above, &relation.from) {
                    used.extend(ways);
                }
            }
        }
        used
    }

    /// Whether some part of a thing acts in one of the links.
    pub fn parts_act(&self, node: NodeId, links: &[Link], is_from: bool) -> bool {
        let parts = self.part_links();
        links.iter().filter(|link| is_from != link.reversed).any(|link| {
            let relation = self.graph.relationship_type(&self.relation(link.relation).type_name());
            let acts =
                |part: &NodeId| relation.is_some_and(|kind| self.graph.degree(*part, Way::Out, kind) > 0);
            let within =
                |part: &NodeId| self.wholes_of(*part, &parts).iter().any(|(whole, _)| *whole == node);
            self.graph.nodes().take(LOOKED_AT).filter(acts).any(|part| within(&part))
        })
    }

    fn may_act(&self, node: NodeId, from: &[String]) -> bool {
        self.kind_of(node).is_some_and(|kind| self.fits(&[kind], from))
    }

    /// Whether a variable can stand for a node.
    fn is_meant(&self, node: NodeId, var: Var) -> bool {
        let variable = &self.variables[var.0];
        if !variable.entities.is_empty() {
            return variable.entities.contains(&node);
        }
        let of_kind = |k: &String| self.graph.label(k).is_some_and(|label| self.graph.has_label(node, label));
        variable.kinds.is_empty() || variable.kinds.iter().any(of_kind)
    }

    /// What a node is a part of, with the relations on the way.
    fn wholes_of(&self, part: NodeId, parts: &[Link]) -> Vec<(NodeId, Vec<usize>)> {
        let mut found: Vec<(NodeId, Vec<usize>)> = vec![(part, Vec::new())];
        let mut at = 0;
        while let Some((node, ways)) = found.get(at).cloned() {
            at += 1;
            if ways.len() == STEPS {
                continue;
            }
            for link in parts {
                let Some(kind) = self.graph.relationship_type(&self.relation(link.relation).type_name())
                else {
                    continue;
                };
                let up = if link.reversed { Way::Out } else { Way::In };
                for above in self.graph.adjacent(node, up, kind).nodes {
                    if !found.iter().any(|(known, _)| known == above) {
                        found.push((*above, ways.iter().copied().chain([link.relation]).collect()));
                    }
                }
            }
        }
        found.remove(0);
        found
    }
}
