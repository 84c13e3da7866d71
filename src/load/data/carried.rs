//! What nodes and relations carry: properties, claims, dates, evidence.

use super::{Reader, alternatives, place, text};
use crate::base::Span;
use crate::graph::{Annotation, Certainty, Claim, Day, Entity, Evidence, Key, Reading};
use crate::load::notes::{Notes, near};
use crate::load::shape::{self, CLAIMS};
use crate::load::spanned::{Json, JsonValue, Member};
use crate::load::values::{self, Typed};
use crate::vocabulary::Property;
use std::sync::Arc;

/// What belongs to a node or a relation besides its ends.
pub struct Carrier<'c> {
    pub entity: Entity,
    pub annotation: Annotation,
    /// Says whether a property may stand here, and on what it may.
    pub allows: &'c dyn Fn(&Property) -> bool,
    pub described: String,
}

impl Reader<'_> {
    /// Properties, dates and evidence.
    pub fn carry(&mut self, mut carrier: Carrier<'_>, json: &Json<'_>, notes: &mut Notes<'_>) {
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
}
