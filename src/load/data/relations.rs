//! Relations: their ends, domains and ranges.

use super::carried::Carrier;
use super::{Broken, DataFile, Known, Reader, alternatives, place, text};
use crate::graph::{Annotation, Entity, NodeId, Origin};
use crate::load::notes::{Notes, near};
use crate::load::spanned::Json;
use rustc_hash::FxHashSet;
use std::sync::Arc;

impl<'v> Reader<'v> {
    pub fn relations(&mut self, data: &DataFile<'_>, broken: &Broken, notes: &mut Notes<'_>) {
        for (index, json) in data.json.get("relations").map_or(&[][..], Json::items).iter().enumerate() {
            if broken.touches(json.span) {
                continue;
            }
            let relation = self.relation_name(json, notes);
            let from = self.end(json, "from", notes);
            let to = self.end(json, "to", notes);
            let (Some(relation), Some(from), Some(to)) = (relation, from, to) else { continue };
            if !self.fits(relation, json, notes) {
                continue;
            }
            let kind = self.builder.relationship_type(&self.terms.relations[relation].type_name());
            self.check_twin(from, relation, to, json, notes);
            let relationship = self.builder.relationship(from, kind, to);
            let allowed: FxHashSet<&'v str> = {
                let properties = self.terms.properties.values();
                let on_relation = properties.filter(|p| self.terms.allows_on_relation(p, relation));
                on_relation.map(|property| property.name.as_str()).collect()
            };
            let origin = Origin::File(data.file.relative.clone(), index as u32);
            let carrier = Carrier {
                entity: Entity::Relationship(relationship),
                annotation: Annotation { origin, ..Annotation::default() },
                allows: &|property| allowed.contains(property.name.as_str()),
                described: format!("the relation \"{relation}\""),
            };
            self.carry(carrier, json, notes);
        }
    }

    fn relation_name(&self, json: &Json<'_>, notes: &mut Notes<'_>) -> Option<&'v str> {
        let relation = json.get("relation")?;
        let name = relation.as_str()?;
        let Some((known, _)) = self.terms.relations.get_key_value(name) else {
            let message = format!("there is no relation \"{name}\" in the vocabulary");
            let suggestion = near(name, self.terms.relations.keys().copied());
            notes.error_near(relation.span, "relation.unknown", message, suggestion);
            return None;
        };
        if self.terms.derived.contains(name) {
            let message =
                format!("\"{name}\" follows by a rule of the vocabulary and need not be written down");
            notes.warning(relation.span, "relation.derived", message);
        }
        Some(known)
    }

    /// The node at an end; a placeholder for one that is missing.
    fn end(&mut self, json: &Json<'_>, key: &str, notes: &mut Notes<'_>) -> Option<NodeId> {
        let end = json.get(key)?;
        let id = end.as_str()?;
        match self.nodes.get(id) {
            Some(Known { node: Some(node), .. }) => return Some(*node),
            // What is wrong with that node has been said where it stands.
            Some(_) => {}
            None => {
                let message = format!("\"{key}\": there is no node with the id \"{id}\"");
                let suggestion = near(id, self.nodes.keys().map(Arc::as_ref));
                notes.error_near(end.span, "end.dangling", message, suggestion);
            }
        }
        Some(self.placeholder(id, notes.place(end.span)))
    }

    fn placeholder(&mut self, id: &str, place: String) -> NodeId {
        let node = self.builder.node(&[]);
        let held = self.builder.key("held");
        self.builder.node_column(self.id).push_string(node.0, id);
        self.builder.node_column(self.name).push_string(node.0, id);
        self.builder.node_column(held).push_boolean(node.0, false);
        self.nodes.insert(Arc::from(id), Known { node: Some(node), kind: None, labels: Vec::new(), place });
        node
    }

    /// Whether both ends are of kinds that the relation links.
    fn fits(&self, relation: &str, json: &Json<'_>, notes: &mut Notes<'_>) -> bool {
        let term = self.terms.relations[relation];
        let labels =
            |key| text(json, key).and_then(|id| self.nodes.get(id)).filter(|known| known.kind.is_some());
        let suits = |known: &Known<'_>, kinds: &[String]| {
            kinds.is_empty() || known.labels.iter().any(|label| kinds.iter().any(|kind| kind == label))
        };
        let mut fits = true;
        for (key, other, kinds, others) in
            [("from", "to", &term.from, &term.to), ("to", "from", &term.to, &term.from)]
        {
            let Some(known) = labels(key) else { continue };
            if suits(known, kinds) {
                continue;
            }
            fits = false;
            let kind = known.kind.unwrap_or_default();
            let id = text(json, key).unwrap_or_default();
            let swapped = suits(known, others) && labels(other).is_some_and(|known| suits(known, kinds));
            let hint = if swapped { "; \"from\" and \"to\" are probably swapped" } else { "" };
            let message =
                format!("\"{relation}\" goes {key} {}, but \"{id}\" is a {kind}{hint}", alternatives(kinds));
            let code = if key == "from" { "relation.domain" } else { "relation.range" };
            let suggestion = if swapped { text(json, other).map(str::to_string) } else { None };
            notes.error_near(place(json, key), code, message, suggestion);
        }
        fits
    }

    fn check_twin(
        &mut self,
        from: NodeId,
        relation: &'v str,
        to: NodeId,
        json: &Json<'_>,
        notes: &mut Notes<'_>,
    ) {
        let mut rest = String::new();
        for key in ["properties", "valid_from", "valid_to"] {
            rest.extend(json.get(key).map(|json| json.span.of(&notes.file.text)));
            rest.push('|');
        }
        if !self.written.insert((from, relation, to, rest)) {
            notes.warning(json.span, "relation.duplicate", "this relation was already stated".to_string());
        }
    }
}
