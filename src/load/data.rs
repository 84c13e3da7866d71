//! Makes a graph of the nodes, relations and sources of all data files, and finds everything that is wrong with them.

use super::notes::{Notes, near};
use super::problem::CheckReport;
use super::shape::{self, CLAIMS};
use super::spanned::{Json, JsonValue, Member};
use super::terms::{KindTerm, Terms};
use super::text::TextFile;
use super::values::{self, Typed};
use crate::base::{Span, fold};
use crate::graph::{
    Annotation, Builder, Certainty, Claim, Day, Entity, Evidence, Graph, Key, Label, NodeId, Origin, Reading,
    Source,
};
use crate::value::Value;
use crate::vocabulary::{Property, Vocabulary};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A data file and what it says.
pub struct DataFile<'t> {
    pub file: &'t TextFile,
    pub json: Json<'t>,
}

/// Reads all files into a graph. Whether the graph may be used is for the caller to decide: with errors in the report
/// it holds what was not broken, and placeholders for missing ends.
pub fn read(files: &[DataFile<'_>], vocabulary: &Vocabulary, report: &mut CheckReport) -> Graph {
    let mut reader = Reader::new(vocabulary);
    let broken: Vec<Broken> = files.iter().map(|file| Broken::of(file, report)).collect();
    for (data, broken) in files.iter().zip(&broken) {
        reader.sources(data, broken, &mut Notes { file: data.file, report });
    }
    for (number, (data, broken)) in files.iter().zip(&broken).enumerate() {
        reader.nodes(number, data, broken, &mut Notes { file: data.file, report });
    }
    for (data, broken) in files.iter().zip(&broken) {
        reader.relations(data, broken, &mut Notes { file: data.file, report });
    }
    reader.finish(files, vocabulary, report)
}

/// Where the shape of a file is wrong.
struct Broken(Vec<usize>);

impl Broken {
    fn of(data: &DataFile<'_>, report: &mut CheckReport) -> Broken {
        let mut faults = Vec::new();
        shape::check(&data.json, &shape::DATA, &mut faults);
        let mut places: Vec<usize> =
            faults.iter().filter(|fault| fault.error).map(|fault| fault.span.start).collect();
        places.sort_unstable();
        let mut notes = Notes { file: data.file, report };
        faults.into_iter().for_each(|fault| notes.fault(fault));
        Broken(places)
    }

    fn touches(&self, span: Span) -> bool {
        let first = self.0.partition_point(|place| *place < span.start);
        self.0.get(first).is_some_and(|place| *place < span.end)
    }
}

struct Reader<'v> {
    terms: Terms<'v>,
    builder: Builder,
    sources: Vec<Source>,
    source_places: FxHashMap<Arc<str>, String>,
    nodes: FxHashMap<Arc<str>, Known<'v>>,
    names: FxHashMap<String, String>,
    written: FxHashSet<(NodeId, &'v str, NodeId, String)>,
    /// Nodes that should have a date, with where they stand.
    datable: Vec<(NodeId, usize, Span)>,
    id: Key,
    name: Key,
    aliases: Key,
    valid_from: Key,
    valid_to: Key,
}

/// A node that was read.
struct Known<'v> {
    /// `None` for one that is broken.
    node: Option<NodeId>,
    kind: Option<&'v str>,
    labels: Vec<&'v str>,
    place: String,
}

/// What belongs to a node or a relation besides its ends.
struct Carrier<'c> {
    entity: Entity,
    annotation: Annotation,
    /// Says whether a property may stand here, and on what it may.
    allows: &'c dyn Fn(&Property) -> bool,
    described: String,
}

impl<'v> Reader<'v> {
    fn new(vocabulary: &'v Vocabulary) -> Reader<'v> {
        let mut builder = Builder::new();
        let [id, name, aliases, valid_from, valid_to] =
            ["id", "name", "aliases", "valid_from", "valid_to"].map(|key| builder.key(key));
        Reader {
            terms: Terms::of(vocabulary),
            builder,
            sources: Vec::new(),
            source_places: FxHashMap::default(),
            nodes: FxHashMap::default(),
            names: FxHashMap::default(),
            written: FxHashSet::default(),
            datable: Vec::new(),
            id,
            name,
            aliases,
            valid_from,
            valid_to,
        }
    }

    fn sources(&mut self, data: &DataFile<'_>, broken: &Broken, notes: &mut Notes<'_>) {
        for json in data.json.get("sources").map_or(&[][..], Json::items) {
            let (Some(id), Some(title)) = (text(json, "id"), text(json, "title")) else { continue };
            if broken.touches(json.span) {
                continue;
            }
            if let Some(first) = self.source_places.get(id) {
                let message = format!("the source \"{id}\" stands twice, first at {first}");
                notes.error(place(json, "id"), "id.duplicate", message);
                continue;
            }
            if let Some(date) = json.get("date") {
                values::day(date, "date", notes);
            }
            let field = |key| text(json, key).map(Arc::from);
            let source = Source {
                id: Arc::from(id),
                title: Arc::from(title),
                publisher: field("publisher"),
                date: field("date"),
                language: field("language"),
                sha256: field("sha256"),
            };
            self.source_places.insert(source.id.clone(), notes.place(json.span));
            self.sources.push(source);
        }
    }

    fn nodes(&mut self, number: usize, data: &DataFile<'_>, broken: &Broken, notes: &mut Notes<'_>) {
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
        labels
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
            std::collections::hash_map::Entry::Occupied(first) => {
                let message = format!("\"{id}\" has the same name as the node at {}: “{name}”", first.get());
                notes.warning(span, "name.duplicate", message);
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(notes.place(span));
            }
        }
    }

    fn relations(&mut self, data: &DataFile<'_>, broken: &Broken, notes: &mut Notes<'_>) {
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

    /// Properties, dates and evidence.
    fn carry(&mut self, mut carrier: Carrier<'_>, json: &Json<'_>, notes: &mut Notes<'_>) {
        for member in json.get("properties").map_or(&[][..], Json::members) {
            self.property(&mut carrier, member, notes);
        }
        let from = json.get("valid_from").and_then(|json| values::day(json, "valid_from", notes));
        let to = json.get("valid_to").and_then(|json| values::day(json, "valid_to", notes));
        if let (Some(from), Some(to), Some(at)) = (from, to, json.get("valid_to"))
            && to.last() < from.date
        {
            values::reversed(at, "valid_to", &from.written(), &to.written(), notes);
        }
        self.date(&mut carrier, self.valid_from, from, false);
        self.date(&mut carrier, self.valid_to, to, true);
        carrier.annotation.evidence = self.evidence(json, notes);
        if carrier.annotation.evidence.is_empty() {
            let what =
                text(json, "id").map(|id| format!("the node \"{id}\"")).unwrap_or("this relation".into());
            let span = Span::new(json.span.start, json.span.start);
            notes.warning(span, "evidence.missing", format!("{what} has no evidence"));
        }
        self.builder.annotate(carrier.entity, carrier.annotation);
    }

    fn date(&mut self, carrier: &mut Carrier<'_>, key: Key, day: Option<Day>, ends: bool) {
        if let Some(day) = day {
            self.set(carrier, key, values::date_of(day, ends));
        }
    }

    fn set(&mut self, carrier: &mut Carrier<'_>, key: Key, typed: Typed) {
        if let Some((date, precision)) = typed.precision {
            carrier.annotation.precisions.push((key, date, precision));
        }
        self.builder.property(carrier.entity, key, typed.value);
    }

    fn property(&mut self, carrier: &mut Carrier<'_>, member: &Member<'_>, notes: &mut Notes<'_>) {
        let name = member.name.as_ref();
        let Some(property) = self.terms.properties.get(name).copied() else {
            let message = format!("there is no property \"{name}\" in the vocabulary");
            let suggestion = near(name, self.terms.properties.keys().copied());
            return notes.error_near(member.name_span, "property.unknown", message, suggestion);
        };
        if !(carrier.allows)(property) {
            let (carriers, described) = (alternatives(&property.on), &carrier.described);
            let message = format!("the property \"{name}\" belongs to {carriers}, not to {described}");
            return notes.error(member.name_span, "property.domain", message);
        }
        let key = self.builder.key(name);
        let ends = self.terms.ends.contains(name);
        match &member.value.value {
            JsonValue::Null => {}
            JsonValue::Object(_) => self.claims(carrier, key, property, ends, &member.value, notes),
            _ => {
                if let Some(typed) = values::typed(&member.value, property, ends, notes) {
                    self.set(carrier, key, typed);
                }
            }
        }
    }

    fn claims(
        &mut self,
        carrier: &mut Carrier<'_>,
        key: Key,
        property: &Property,
        ends: bool,
        json: &Json<'_>,
        notes: &mut Notes<'_>,
    ) {
        let mut faults = Vec::new();
        shape::check(json, &CLAIMS, &mut faults);
        let broken = faults.iter().any(|fault| fault.error);
        faults.into_iter().for_each(|fault| notes.fault(fault));
        if broken {
            return;
        }
        let mut claims: Vec<(Claim, Typed)> = Vec::new();
        for item in json.get("claims").map_or(&[][..], Json::items) {
            let Some(value) = item.get("value") else { continue };
            let Some(typed) = values::typed(value, property, ends, notes) else { continue };
            let preferred =
                matches!(item.get("preferred"), Some(Json { value: JsonValue::Boolean(true), .. }));
            if preferred && claims.iter().any(|(claim, _)| claim.preferred) {
                let message = format!("only one claim of \"{}\" can be preferred", property.name);
                notes.error(item.span, "claims.preferred", message);
            }
            let evidence = self.evidence(item, notes);
            claims.push((Claim { value: typed.value.clone(), evidence, preferred }, typed));
        }
        if claims.is_empty() {
            return notes.error(json.span, "claims.empty", format!("\"{}\" has no claim", property.name));
        }
        let preferred = claims.iter().position(|(claim, _)| claim.preferred).unwrap_or(0);
        let (mut kept, mut chosen) = (Vec::with_capacity(claims.len()), None);
        for (place, (claim, typed)) in claims.into_iter().enumerate() {
            if place == preferred {
                chosen = Some(typed);
            }
            kept.push(Claim { preferred: place == preferred, ..claim });
        }
        if let Some(typed) = chosen {
            self.set(carrier, key, typed);
        }
        carrier.annotation.claims.push((key, kept));
    }

    fn evidence(&self, json: &Json<'_>, notes: &mut Notes<'_>) -> Vec<Evidence> {
        let mut list = Vec::new();
        for item in json.get("evidence").map_or(&[][..], Json::items) {
            let Some(id) = item.get("source").and_then(Json::as_str) else { continue };
            let Some((source, _)) = self.source_places.get_key_value(id) else {
                let message = format!("there is no source \"{id}\"");
                let suggestion = near(id, self.source_places.keys().map(Arc::as_ref));
                notes.error_near(place(item, "source"), "source.unknown", message, suggestion);
                continue;
            };
            list.push(Evidence {
                source: source.clone(),
                locator: Arc::from(text(item, "locator").unwrap_or_default()),
                certainty: match text(item, "certainty") {
                    Some("implied") => Certainty::Implied,
                    Some("derived") => Certainty::Derived,
                    _ => Certainty::Stated,
                },
                reading: match text(item, "reading") {
                    Some("narrow") => Some(Reading::Narrow),
                    Some("wide") => Some(Reading::Wide),
                    _ => None,
                },
                note: text(item, "note").map(Arc::from),
            });
        }
        list
    }

    fn finish(mut self, files: &[DataFile<'_>], vocabulary: &Vocabulary, report: &mut CheckReport) -> Graph {
        self.builder.sources(std::mem::take(&mut self.sources));
        let mut graph = self.builder.finish();
        graph.follow(vocabulary);
        for (node, number, span) in self.datable {
            if graph.validity(Entity::Node(node)).begins.is_none()
                && let Some(data) = files.get(number)
            {
                let message = format!("“{}” has no date", graph.name(node));
                Notes { file: data.file, report }.warning(span, "node.undated", message);
            }
        }
        graph
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

fn alternatives(names: &[String]) -> String {
    match names {
        [] => "anything".to_string(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} or {last}", many.join(", ")),
    }
}

fn text<'j>(json: &'j Json<'_>, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str)
}

/// Where the value of a key stands, or else the object.
fn place(json: &Json<'_>, key: &str) -> Span {
    json.get(key).map_or(json.span, |json| json.span)
}
