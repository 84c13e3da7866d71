//! Which of the relations and properties that a word can mean are meant.

use super::binder::Binder;
use super::head::ANSWER;
use super::meaning::*;
use crate::graph::{NodeId, Way};
use crate::language::question::syntax::Asked;

/// The word of what a verb leaves unsaid.
pub const UNSAID: &str = "other";

impl Binder<'_> {
    /// The candidate relations that fit the kinds at both ends, as links from `subject` to `object`.
    pub fn fitting(&self, candidates: &[Link], from: Var, to: Var, transitive: bool) -> Vec<Link> {
        let (subject, object) = (self.kinds(from), self.kinds(to));
        let mut links: Vec<Link> = Vec::new();
        for link in candidates {
            let relation = self.relation(link.relation);
            let (left, right) =
                if link.reversed { (&relation.to, &relation.from) } else { (&relation.from, &relation.to) };
            let fits = (self.fits(subject, left) && self.fits(object, right))
                || (relation.symmetric && self.fits(subject, right) && self.fits(object, left));
            if fits && !links.contains(link) {
                links.push(link.clone());
            }
        }
        let links = self.no_places(self.of_agents(links, from, to), from, to);
        let links = self.as_it_is(links, from, to);
        // Each of several verbs has meanings of its own: `issued or approved`.
        let mut chosen: Vec<Link> = Vec::new();
        let verbs = links.iter().map(|link| link.verb).max().map_or(0, |last| last + 1);
        for verb in 0..verbs {
            let own = links.iter().filter(|link| link.verb == verb).cloned().collect();
            for link in self.meant(own, from, to, transitive) {
                if !chosen.iter().any(|c| c.relation == link.relation && c.reversed == link.reversed) {
                    chosen.push(link);
                }
            }
        }
        chosen
    }

    /// Of the relations that one verb can mean, those that occur; what only follows from other facts is meant where
    /// nothing stated is found.
    fn meant(&self, links: Vec<Link>, from: Var, to: Var, transitive: bool) -> Vec<Link> {
        let (stated, fallback): (Vec<Link>, Vec<Link>) =
            links.into_iter().partition(|l| !self.relation(l.relation).fallback);
        if transitive {
            return if stated.is_empty() { fallback } else { stated };
        }
        for links in [&stated, &fallback] {
            let found: Vec<Link> = links.iter().filter(|l| self.occurs(l, from, to)).cloned().collect();
            if !found.is_empty() {
                return found;
            }
        }
        if stated.is_empty() { fallback } else { stated }
    }

    /// What would be once a draft is adopted is not meant where the same words tell of what is.
    fn as_it_is(&self, links: Vec<Link>, from: Var, to: Var) -> Vec<Link> {
        let adopted = |link: &Link| {
            let name = self.relation(link.relation).if_adopted.as_deref();
            let same = |other: &&Link| {
                Some(self.relation(other.relation).name.as_str()) == name && other.reversed == link.reversed
            };
            name.is_some() && links.iter().filter(same).any(|other| self.occurs(other, from, to))
        };
        links.iter().filter(|link| !adopted(link)).cloned().collect()
    }

    /// `what` asks for things and `where` for places: a relation that leads to places alone is not meant by `what`, where
    /// another occurs.
    fn no_places(&self, links: Vec<Link>, from: Var, to: Var) -> Vec<Link> {
        let asks_what = |var: Var| {
            let variable = &self.variables[var.0];
            let bare = variable.kinds.is_empty() && variable.entities.is_empty();
            bare && variable.asked == Some(Asked::Which) && variable.word == ANSWER
        };
        let leads_to_places = |link: &Link| {
            let [left, right] = self.sides(link).map(|side| self.is_place(side));
            (asks_what(from) && left) || (asks_what(to) && right)
        };
        let (to_places, others): (Vec<Link>, Vec<Link>) = links.iter().cloned().partition(leads_to_places);
        match !to_places.is_empty() && others.iter().any(|link| self.occurs(link, from, to)) {
            true => others,
            false => links,
        }
    }

    fn sides(&self, link: &Link) -> [&[String]; 2] {
        let relation = self.relation(link.relation);
        let sides: [&[String]; 2] = [&relation.from, &relation.to];
        if link.reversed { [sides[1], sides[0]] } else { sides }
    }

    fn is_place(&self, side: &[String]) -> bool {
        let places = self.places();
        !side.is_empty() && side.iter().all(|kind| places.contains(kind))
    }

    /// Whether a link goes from a thing to places alone, where the thing itself fits.
    pub fn leads_to_places(&self, var: Var, link: &Link) -> bool {
        let [own, other] = self.sides(link);
        self.fits(self.kinds(var), own) && self.is_place(other)
    }

    /// `who` asks for what acts, and what is done by somebody unsaid is done by no place: a relation that leads to places
    /// as well is not meant where another fits.
    fn of_agents(&self, links: Vec<Link>, from: Var, to: Var) -> Vec<Link> {
        let asks_who = |var: Var| {
            let variable = &self.variables[var.0];
            variable.asked == Some(Asked::Who) && variable.word != "owner" && variable.entities.is_empty()
        };
        let (agents, places) = (self.agents(), self.places());
        let acts = |side: &[String]| {
            let is_agent = |kind: &String| agents.iter().any(|agent| self.vocabulary.is_a(kind, agent));
            let place = |kind: &String| places.contains(kind) && !is_agent(kind);
            side.iter().any(is_agent) && !side.iter().any(place)
        };
        let unsaid = |var: Var| self.variables[var.0].word == UNSAID;
        let places_in = |side: &[String]| side.iter().filter(|kind| places.contains(kind)).count();
        let fits = |link: &Link, is_place: &dyn Fn(&[String]) -> bool| {
            let relation = self.relation(link.relation);
            let (left, right) =
                if link.reversed { (&relation.to, &relation.from) } else { (&relation.from, &relation.to) };
            (!asks_who(from) || acts(left))
                && (!asks_who(to) || acts(right))
                && (!unsaid(from) || !is_place(left))
                && (!unsaid(to) || !is_place(right))
        };
        let kept = |is_place: &dyn Fn(&[String]) -> bool| -> Vec<Link> {
            links.iter().filter(|link| fits(link, is_place)).cloned().collect()
        };
        let strict = kept(&|side| places_in(side) > 0);
        if strict.is_empty() || strict.iter().any(|link| self.occurs(link, from, to)) {
            return if strict.is_empty() { links } else { strict };
        }
        // What a state can do as well as a body, where nothing else occurs.
        let mut wider = kept(&|side| places_in(side) == side.len());
        wider.retain(|link| self.occurs(link, from, to));
        if wider.is_empty() { strict } else { wider }
    }

    /// Whether some relationship of the link's relation has such ends. Looks at a bounded number of them.
    pub fn occurs(&self, link: &Link, from: Var, to: Var) -> bool {
        const LOOKED_AT: usize = 20_000;
        let relation = self.relation(link.relation);
        let Some(kind) = self.graph.relationship_type(&relation.type_name()) else { return false };
        let (left, right) = if link.reversed { (to, from) } else { (from, to) };
        let is = |node: NodeId, var: Var| {
            let variable = &self.variables[var.0];
            if !variable.entities.is_empty() {
                return variable.entities.contains(&node);
            }
            variable.kinds.is_empty()
                || variable
                    .kinds
                    .iter()
                    .any(|k| self.graph.label(k).is_some_and(|l| self.graph.has_label(node, l)))
        };
        let both = |start: NodeId, end: NodeId| {
            (is(start, left) && is(end, right)) || (relation.symmetric && is(start, right) && is(end, left))
        };
        if let [node] = self.variables[left.0].entities.as_slice() {
            let near = self.graph.adjacent(*node, Way::Out, kind).nodes.iter().any(|end| both(*node, *end));
            return near
                || (relation.symmetric
                    && self.graph.adjacent(*node, Way::In, kind).nodes.iter().any(|s| both(*s, *node)));
        }
        if let [node] = self.variables[right.0].entities.as_slice() {
            return self.graph.adjacent(*node, Way::In, kind).nodes.iter().any(|start| both(*start, *node));
        }
        let mut looked = 0;
        for node in self.graph.nodes() {
            for end in self.graph.adjacent(node, Way::Out, kind).nodes {
                if both(node, *end) {
                    return true;
                }
                looked += 1;
            }
            if looked > LOOKED_AT {
                return true;
            }
        }
        false
    }

    /// Roles that were said of one end of an edge and that its relations record.
    pub fn take_roles(&mut self, edge: &mut Edge) {
        let mut kept = Vec::new();
        for (var, property, values, span) in std::mem::take(&mut self.roles) {
            let property_ = self.property(property);
            let known = if edge.from == var || edge.to == var {
                self.edge_values(edge, property_)
            } else {
                Vec::new()
            };
            if values.iter().any(|v| known.contains(v)) {
                edge.tests.push((property_.name.clone(), Test::OneOf(values)));
            } else {
                kept.push((var, property, values, span));
            }
        }
        self.roles = kept;
    }

    /// A word that is both a property of a thing and a role is the role where what the thing does records it:
    /// `which law designates which coordinating body`.
    pub fn prefer_roles(&self, group: &mut Group) {
        for (var, key, role, values) in &self.perhaps_roles {
            let said = group.conditions.iter().position(|condition| {
                matches!(condition, Condition::Property { var: v, key: k, .. } if v == var && k == key)
            });
            let role = self.property(*role);
            let recorded = group.conditions.iter().position(|condition| match condition {
                Condition::Edge(edge) if edge.from == *var || edge.to == *var => {
                    let known = self.edge_values(edge, role);
                    values.iter().any(|value| known.contains(value))
                }
                _ => false,
            });
            if let (Some(said), Some(recorded)) = (said, recorded) {
                if let Condition::Edge(edge) = &mut group.conditions[recorded] {
                    edge.tests.push((role.name.clone(), Test::OneOf(values.clone())));
                }
                group.conditions.remove(said);
            }
        }
        let inside = group.conditions.iter_mut().flat_map(Condition::groups_mut);
        inside.for_each(|inner| self.prefer_roles(inner));
    }
}
