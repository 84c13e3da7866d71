//! Nodes: ids, kinds, labels, names.

use super::carried::Carrier;
use super::{Broken, DataFile, Known, Reader, place, text};
use crate::base::fold;
use crate::graph::{Annotation, Day, Entity, Label, NodeId, Origin};
use crate::load::notes::{Notes, near};
use crate::load::spanned::Json;
use crate::load::terms::KindTerm;
use crate::load::values;
use crate::value::Value;
use rustc_hash::FxHashSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;

impl<'v> Reader<'v> {
    pub fn nodes(&mut self, number: usize, data: &DataFile<'_>, broken: &Broken, notes: &mut Notes<'_>) {
        for (index, json) in data.json.get("nodes").map_or(&[][..], Json::items).iter().enumerate() {
            let Some(id) = text(json, "id") else { continue };
            if let Some(first) = self.nodes.get(id) {
                let message = format!("the id \"{id}\" stands twice, first at {}", first.place);
                notes.error(place(json, "id"), "id.duplicate", message);
                continue;
            }
            let id: Arc<str> = Arc::from(id);
            let mut known =
                Known { node: None, kind: None, labels: Vec::new(), place: notes.place(place(json, "id")) };
            let kind = self.kind(json, notes);
            known.kind = kind;
            if let (Some(kind), Some(name), false) = (kind, text(json, "name"), broken.touches(json.span)) {
                known.labels = self.labels(kind, json, notes);
                let origin = Origin::File(data.file.relative.clone(), index as u32);
                let node = self.node(&id, kind, name, &known.labels, json, origin, notes);
                self.check_name(&id, name, json, notes);
                if self.terms.kinds[kind].begins.is_some() && !self.has_status(&known.labels) {
                    self.datable.push((node, number, place(json, "id")));
                }
                known.node = Some(node);
            }
            self.nodes.insert(id, known);
        }
    }

    fn kind(&self, json: &Json<'_>, notes: &mut Notes<'_>) -> Option<&'v str> {
        let kind = json.get("kind")?;
        let name = kind.as_str()?;
        match self.terms.kinds.get_key_value(name) {
            Some((_, KindTerm { kind: status, .. })) if status.label_only => {
                let message = format!("\"{name}\" is a status: it goes under \"labels\", beside a kind");
                notes.error(kind.span, "kind.status", message);
                None
            }
            Some((name, _)) => Some(name),
            None => {
                let message = format!("there is no kind \"{name}\" in the vocabulary");
                let kinds = self.terms.kinds.values().filter(|term| !term.kind.label_only);
                let suggestion = near(name, kinds.map(|term| term.kind.name.as_str()));
                notes.error_near(kind.span, "kind.unknown", message, suggestion);
                None
            }
        }
    }

    /// The kind, those above it, and the further labels.
    fn labels(&self, kind: &'v str, json: &Json<'_>, notes: &mut Notes<'_>) -> Vec<&'v str> {
        let mut labels = self.terms.kinds[kind].lineage.clone();
        for json in json.get("labels").map_or(&[][..], Json::items) {
            let Some(label) = json.as_str() else { continue };
            match self.terms.kinds.get(label) {
                Some(term) => {
                    let new = term.lineage.iter().filter(|label| !labels.contains(label));
                    let new: Vec<&str> = new.copied().collect();
                    labels.extend(new);
                }
                None => {
                    let message = format!("there is no label \"{label}\" in the vocabulary");
                    let suggestion = near(label, self.terms.kinds.keys().copied());
                    notes.error_near(json.span, "kind.unknown", message, suggestion);
                }
            }
        }
        // A value that lasts until adoption says the same as the label that does.
        if self.is_pending(json) {
            let passing = self.terms.kinds.values().filter(|term| term.kind.until_adopted);
            let passing = passing.map(|term| term.kind.name.as_str());
            let new: Vec<&str> = passing.filter(|label| !labels.contains(label)).collect();
            labels.extend(new);
        }
        labels
    }

    fn is_pending(&self, json: &Json<'_>) -> bool {
        let Some(properties) = json.get("properties") else { return false };
        self.terms.properties.values().any(|property| {
            let value = properties.get(&property.name).and_then(Json::as_str);
            property.values.iter().any(|known| known.until_adopted && Some(known.value.as_str()) == value)
        })
    }

    fn has_status(&self, labels: &[&str]) -> bool {
        labels.iter().any(|label| self.terms.kinds.get(label).is_some_and(|term| term.kind.label_only))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a node as they stand in its file")]
    fn node(
        &mut self,
        id: &Arc<str>,
        kind: &'v str,
        name: &str,
        labels: &[&str],
        json: &Json<'_>,
        origin: Origin,
        notes: &mut Notes<'_>,
    ) -> NodeId {
        let labels: Vec<Label> = labels.iter().map(|label| self.builder.label(label)).collect();
        let node = self.builder.node(&labels);
        self.builder.node_column(self.id).push_string(node.0, id);
        self.builder.node_column(self.name).push_string(node.0, name);
        if let Some(aliases) = json.get("aliases") {
            let aliases: Vec<Value> =
                aliases.items().iter().filter_map(Json::as_str).map(Value::from).collect();
            self.builder.node_column(self.aliases).push(node.0, Value::from(aliases));
        }
        let allowed: FxHashSet<&'v str> = {
            let properties = self.terms.properties.values();
            let on_kind = properties.filter(|property| self.terms.allows_on_kind(property, kind));
            on_kind.map(|property| property.name.as_str()).collect()
        };
        let carrier = Carrier {
            entity: Entity::Node(node),
            annotation: Annotation { origin, ..Annotation::default() },
            allows: &|property| allowed.contains(property.name.as_str()),
            described: format!("a {kind}"),
        };
        self.carry(carrier, json, notes);
        let term = &self.terms.kinds[kind];
        if let (Some(begins), Some(ends)) = (term.begins, term.ends)
            && begins != ends
        {
            check_order(json.get("properties"), begins, ends, notes);
        }
        node
    }

    fn check_name(&mut self, id: &str, name: &str, json: &Json<'_>, notes: &mut Notes<'_>) {
        let span = place(json, "name");
        match self.names.entry(fold(name)) {
            Entry::Occupied(first) => {
                let message = format!("\"{id}\" has the same name as the node at {}: “{name}”", first.get());
                notes.warning(span, "name.duplicate", message);
            }
            Entry::Vacant(free) => {
                free.insert(notes.place(span));
            }
        }
    }
}

/// Notes when the property that ends a node lies before the one that begins it.
fn check_order(properties: Option<&Json<'_>>, begins: &str, ends: &str, notes: &mut Notes<'_>) {
    let day = |name: &str| properties.and_then(|p| p.get(name)).and_then(Json::as_str).and_then(Day::parse);
    let (Some(from), Some(to)) = (day(begins), day(ends)) else { return };
    if let Some(at) = properties.and_then(|p| p.get(ends)).filter(|_| to.last() < from.date) {
        values::reversed(at, ends, &from.written(), &to.written(), notes);
    }
}
