//! Reads `vocabulary.json` and checks that what it names exists.

use super::notes::{Notes, near};
use super::problem::CheckReport;
use super::shape::{self, VOCABULARY};
use super::spanned::{self, Json};
use super::text::TextFile;
use crate::base::Span;
use crate::graph::Graph;
use crate::graph::columns::Values;
use crate::vocabulary::{Kind, Property, Relation, ValueType, Vocabulary};
use rustc_hash::FxHashMap;

/// The vocabulary of a file; `None` when it has errors.
pub fn read(file: &TextFile, report: &mut CheckReport) -> Option<Vocabulary> {
    let errors = report.errors.len();
    let mut notes = Notes { file, report };
    let json = match spanned::parse(&file.text) {
        Ok(json) => json,
        Err(malformed) => {
            notes.error(malformed.span, "json.invalid", format!("not valid JSON: {}", malformed.message));
            return None;
        }
    };
    let mut faults = Vec::new();
    shape::check(&json, &VOCABULARY, &mut faults);
    faults.into_iter().for_each(|fault| notes.fault(fault));
    check_names(&json, &mut notes);
    if notes.report.errors.len() > errors {
        return None;
    }
    match serde_json::from_str(&file.text) {
        Ok(vocabulary) => Some(vocabulary),
        Err(error) => {
            let offset = offset(&file.text, error.line(), error.column());
            notes.error(Span::new(offset, offset), "shape.wrong-type", error.to_string());
            None
        }
    }
}

/// The vocabulary that a graph without one suggests: labels are kinds, types are relations between any kinds, and all
/// are called by their names.
pub fn of_graph(graph: &Graph) -> Vocabulary {
    let labels = graph.all_labels().into_iter().filter(|label| graph.count_with(*label) > 0);
    let kinds = labels.map(|label| {
        let name = graph.label_name(label).to_string();
        Kind { nouns: vec![spoken(&name)], name, ..Kind::default() }
    });
    let keys = graph.all_keys().into_iter().filter(|key| graph.node_column(*key).is_some());
    let properties = keys.map(|key| {
        let name = graph.key_name(key).to_string();
        let value_type = match graph.node_column(key).map(|column| &column.values) {
            Some(Values::Short(_) | Values::Integers(_)) => ValueType::Integer,
            Some(Values::Floats(_)) => ValueType::Float,
            Some(Values::Booleans(_)) => ValueType::Boolean,
            Some(Values::Dates(_)) => ValueType::Date,
            _ => ValueType::String,
        };
        Property { words: vec![spoken(&name)], name, value_type, ..Property::default() }
    });
    let types = graph.types().into_iter().filter(|kind| graph.count_of(*kind) > 0);
    let relations = types.map(|kind| {
        let name = graph.type_name(kind).to_lowercase();
        Relation { verbs: vec![spoken(&name)], name, ..Relation::default() }
    });
    Vocabulary {
        kinds: kinds.collect(),
        properties: properties.collect(),
        relations: relations.collect(),
        ..Vocabulary::default()
    }
}

/// `ActionPlan` and `action_plan` as people say them: `action plan`.
fn spoken(name: &str) -> String {
    let mut words = String::new();
    let mut lower_before = false;
    for c in name.chars() {
        if c == '_' || c == '-' || (c.is_uppercase() && lower_before) {
            words.push(' ');
        }
        if c != '_' && c != '-' {
            words.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase();
    }
    words
}

/// The parts of a vocabulary by name.
struct Named<'j> {
    kinds: FxHashMap<&'j str, &'j Json<'j>>,
    properties: FxHashMap<&'j str, &'j Json<'j>>,
    relations: FxHashMap<&'j str, &'j Json<'j>>,
}

fn check_names(json: &Json<'_>, notes: &mut Notes<'_>) {
    let named = Named {
        kinds: by_name(json, "kinds", "kind", notes),
        properties: by_name(json, "properties", "property", notes),
        relations: by_name(json, "relations", "relation", notes),
    };
    for kind in list(json, "kinds") {
        check_kind(kind, &named, notes);
    }
    for property in list(json, "properties") {
        let carriers = || named.kinds.keys().chain(named.relations.keys()).copied();
        for carrier in list(property, "on") {
            let code = "vocabulary.unknown-carrier";
            known(carrier, "kind or relation", code, carriers, notes);
        }
        for denied in list(property, "values").iter().flat_map(|value| list(value, "denies")) {
            known(denied, "relation", "relation.unknown", || named.relations.keys().copied(), notes);
        }
    }
    for relation in list(json, "relations") {
        for kind in list(relation, "from").iter().chain(list(relation, "to")) {
            known(kind, "kind", "kind.unknown", || named.kinds.keys().copied(), notes);
        }
    }
    for derived in list(json, "derived") {
        if let Some(relation) = derived.get("relation") {
            known(relation, "relation", "relation.unknown", || named.relations.keys().copied(), notes);
        }
    }
    upper_case_twins(&named, notes);
}

fn check_kind(kind: &Json<'_>, named: &Named<'_>, notes: &mut Notes<'_>) {
    for date in ["begins", "ends"].iter().filter_map(|key| kind.get(key)) {
        known(date, "property", "property.unknown", || named.properties.keys().copied(), notes);
        let property = date.as_str().and_then(|name| named.properties.get(name));
        let value_type = property.and_then(|property| property.get("type")?.as_str());
        if let Some(other) = value_type.filter(|t| !matches!(*t, "date" | "period")) {
            let message = format!("what begins or ends a kind is a date or a period, not {other}");
            notes.error(date.span, "vocabulary.not-a-date", message);
        }
    }
    let Some(parent) = kind.get("parent") else { return };
    known(parent, "kind", "kind.unknown", || named.kinds.keys().copied(), notes);
    let own = kind.get("name").and_then(Json::as_str);
    let mut above = parent.as_str();
    let mut steps = 0;
    while let Some(name) = above.filter(|_| steps <= named.kinds.len()) {
        if Some(name) == own {
            let message = format!("the kind \"{name}\" is above itself");
            return notes.error(parent.span, "vocabulary.parent-cycle", message);
        }
        above = named.kinds.get(name).and_then(|kind| kind.get("parent")?.as_str());
        steps += 1;
    }
}

/// Two relations whose names differ in case only would be one type in Cypher.
fn upper_case_twins(named: &Named<'_>, notes: &mut Notes<'_>) {
    let mut seen: FxHashMap<String, &str> = FxHashMap::default();
    let mut relations: Vec<_> = named.relations.iter().collect();
    relations.sort_by_key(|(_, json)| json.span.start);
    for (name, json) in relations {
        if let Some(first) = seen.insert(name.to_uppercase(), name) {
            let message = format!("the relations \"{first}\" and \"{name}\" are one type in Cypher");
            notes.error(json.span, "vocabulary.duplicate", message);
        }
    }
}

fn known<'a, I: Iterator<Item = &'a str>>(
    json: &Json<'_>,
    what: &str,
    code: &'static str,
    all: impl Fn() -> I,
    notes: &mut Notes<'_>,
) {
    let Some(name) = json.as_str() else { return };
    if !all().any(|known| known == name) {
        let message = format!("there is no {what} \"{name}\" in the vocabulary");
        notes.error_near(json.span, code, message, near(name, all()));
    }
}

fn by_name<'j>(
    json: &'j Json<'j>,
    key: &str,
    what: &str,
    notes: &mut Notes<'_>,
) -> FxHashMap<&'j str, &'j Json<'j>> {
    let mut named: FxHashMap<&str, &Json<'_>> = FxHashMap::default();
    for item in list(json, key) {
        let Some(place) = item.get("name") else { continue };
        let Some(name) = place.as_str() else { continue };
        if let Some(first) = named.get(name) {
            let first = notes.place(first.span);
            let message = format!("the {what} \"{name}\" stands in the vocabulary twice, first at {first}");
            notes.error(place.span, "vocabulary.duplicate", message);
            continue;
        }
        named.insert(name, item);
    }
    named
}

fn list<'j, 't>(json: &'j Json<'t>, key: &str) -> &'j [Json<'t>] {
    json.get(key).map_or(&[], Json::items)
}

/// The byte offset of a line and column (in bytes), both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    start + column.saturating_sub(1)
}
