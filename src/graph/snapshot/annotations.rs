//! Evidence, claims and origins, as bytes and back.

use super::values;
use super::{Fault, Reader, Section, Writer};
use crate::graph::annotation::Annotations;
use crate::graph::{
    Annotation, Certainty, Claim, Entity, Evidence, Key, NodeId, Origin, Precision, Reading, RelationshipId,
    Source,
};
use crate::value::Date;
use rustc_hash::FxHashSet;
use std::sync::Arc;

const CERTAINTIES: [Certainty; 4] =
    [Certainty::Stated, Certainty::Implied, Certainty::Derived, Certainty::Assumed];
const PRECISIONS: [Precision; 3] = [Precision::Day, Precision::Month, Precision::Year];
const READINGS: [Reading; 2] = [Reading::Narrow, Reading::Wide];

impl Section for Annotations {
    fn write(&self, writer: &mut Writer<'_>) {
        let mut entities: Vec<(&Entity, &Arc<Annotation>)> = self.iter().collect();
        entities.sort_unstable_by_key(|(entity, _)| **entity);
        writer.list(entities.into_iter(), |writer, (entity, annotation)| {
            write_entity(writer, *entity);
            write_annotation(writer, annotation);
        });
    }

    fn read(reader: &mut Reader<'_>) -> Result<Annotations, Fault> {
        // The same sources, places and files come again and again.
        let mut texts = FxHashSet::default();
        let annotations = reader.list(|reader| {
            let entity = read_entity(reader)?;
            Ok((entity, Arc::new(read_annotation(reader, &mut texts)?)))
        })?;
        Ok(annotations.into_iter().collect())
    }
}

pub fn write_source(writer: &mut Writer<'_>, source: &Source) {
    writer.text(&source.id);
    writer.text(&source.title);
    for field in [&source.publisher, &source.date, &source.language, &source.sha256] {
        writer.optional(field.as_deref());
    }
}

pub fn read_source(reader: &mut Reader<'_>) -> Result<Source, Fault> {
    let (id, title) = (Arc::from(reader.text()?), Arc::from(reader.text()?));
    let mut field = || Ok(reader.optional()?.map(Arc::from));
    Ok(Source { id, title, publisher: field()?, date: field()?, language: field()?, sha256: field()? })
}

fn write_annotation(writer: &mut Writer<'_>, annotation: &Annotation) {
    writer.list(annotation.evidence.iter(), write_evidence);
    writer.list(annotation.claims.iter(), |writer, (key, claims)| {
        writer.number(u64::from(key.0));
        writer.list(claims.iter(), |writer, claim| {
            values::write(writer, &claim.value);
            writer.list(claim.evidence.iter(), write_evidence);
            writer.flag(claim.preferred);
        });
    });
    writer.list(annotation.precisions.iter(), |writer, (key, date, precision)| {
        writer.number(u64::from(key.0));
        writer.integer(date.days);
        writer.number(place_of(&PRECISIONS, precision));
    });
    match &annotation.origin {
        Origin::Session => writer.number(0),
        Origin::File(file, place) => {
            writer.number(1);
            writer.text(file);
            writer.number(u64::from(*place));
        }
        Origin::Rule => writer.number(2),
    }
    writer.list(annotation.derivations.iter(), |writer, facts| {
        writer.list(facts.iter(), |writer, fact| write_entity(writer, *fact));
    });
}

type Texts = FxHashSet<Arc<str>>;

fn read_annotation(reader: &mut Reader<'_>, texts: &mut Texts) -> Result<Annotation, Fault> {
    let evidence = reader.list(|reader| read_evidence(reader, texts))?;
    let claims = reader.list(|reader| {
        let key = Key(reader.small()?);
        let claims = reader.list(|reader| {
            let value = values::read(reader)?;
            let evidence = reader.list(|reader| read_evidence(reader, texts))?;
            Ok(Claim { value, evidence, preferred: reader.flag()? })
        })?;
        Ok((key, claims))
    })?;
    let precisions = reader.list(|reader| {
        let (key, date) = (Key(reader.small()?), Date { days: reader.integer()? });
        Ok((key, date, of_place(&PRECISIONS, reader.number()?)?))
    })?;
    let origin = match reader.number()? {
        0 => Origin::Session,
        1 => Origin::File(shared(texts, reader.text()?), reader.small()?),
        2 => Origin::Rule,
        _ => return Err(Fault),
    };
    let derivations = reader.list(|reader| Ok(reader.list(read_entity)?.into()))?;
    Ok(Annotation { evidence, claims, precisions, origin, derivations })
}

fn write_evidence(writer: &mut Writer<'_>, evidence: &Evidence) {
    writer.text(&evidence.source);
    writer.text(&evidence.locator);
    writer.number(place_of(&CERTAINTIES, &evidence.certainty));
    writer.number(evidence.reading.map_or(0, |reading| place_of(&READINGS, &reading) + 1));
    writer.optional(evidence.note.as_deref());
}

fn read_evidence(reader: &mut Reader<'_>, texts: &mut Texts) -> Result<Evidence, Fault> {
    let (source, locator) = (shared(texts, reader.text()?), shared(texts, reader.text()?));
    let certainty = of_place(&CERTAINTIES, reader.number()?)?;
    let reading = match reader.number()? {
        0 => None,
        place => Some(of_place(&READINGS, place - 1)?),
    };
    Ok(Evidence { source, locator, certainty, reading, note: reader.optional()?.map(Arc::from) })
}

fn write_entity(writer: &mut Writer<'_>, entity: Entity) {
    let (side, id) = match entity {
        Entity::Node(node) => (0, node.0),
        Entity::Relationship(relationship) => (1, relationship.0),
    };
    writer.number(side << 32 | u64::from(id));
}

fn read_entity(reader: &mut Reader<'_>) -> Result<Entity, Fault> {
    let number = reader.number()?;
    let id = number as u32;
    match number >> 32 {
        0 if id < reader.node_bound() => Ok(Entity::Node(NodeId(id))),
        1 if id < reader.relationship_bound() => Ok(Entity::Relationship(RelationshipId(id))),
        _ => Err(Fault),
    }
}

fn shared(texts: &mut Texts, text: &str) -> Arc<str> {
    if let Some(known) = texts.get(text) {
        return known.clone();
    }
    let new: Arc<str> = Arc::from(text);
    texts.insert(new.clone());
    new
}

fn place_of<T: PartialEq>(all: &[T], one: &T) -> u64 {
    all.iter().position(|known| known == one).unwrap_or(0) as u64
}

fn of_place<T: Copy>(all: &[T], place: u64) -> Result<T, Fault> {
    usize::try_from(place).ok().and_then(|place| all.get(place)).copied().ok_or(Fault)
}
