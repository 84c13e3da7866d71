//! Values of any type, as bytes and back.

use super::{Fault, Reader, Writer};
use crate::graph::{NodeId, RelationshipId};
use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Map, Path, Time, Value};
use std::sync::Arc;

/// Values nest less deep than this; a deeper one in a file is damage.
const DEEPEST: usize = 1_000;

pub fn write(writer: &mut Writer<'_>, value: &Value) {
    let tag = |writer: &mut Writer<'_>, tag: u64| writer.number(tag);
    match value {
        Value::Null => tag(writer, 0),
        Value::Boolean(truth) => {
            tag(writer, 1);
            writer.flag(*truth);
        }
        Value::Integer(number) => {
            tag(writer, 2);
            writer.integer(*number);
        }
        Value::Float(number) => {
            tag(writer, 3);
            writer.number(number.to_bits());
        }
        Value::String(text) => {
            tag(writer, 4);
            writer.text(text);
        }
        Value::List(items) => {
            tag(writer, 5);
            writer.list(items.iter(), write);
        }
        Value::Map(map) => {
            tag(writer, 6);
            writer.list(map.iter(), |writer, (key, value)| {
                writer.text(key);
                write(writer, value);
            });
        }
        Value::Node(node) => {
            tag(writer, 7);
            writer.number(u64::from(node.0));
        }
        Value::Relationship(relationship) => {
            tag(writer, 8);
            writer.number(u64::from(relationship.0));
        }
        Value::Path(path) => {
            tag(writer, 9);
            writer.array(&path.nodes);
            writer.array(&path.relationships);
        }
        Value::Date(date) => {
            tag(writer, 10);
            writer.integer(date.days);
        }
        Value::LocalTime(time) => {
            tag(writer, 11);
            writer.number(time.nanos);
        }
        Value::Time(time) => {
            tag(writer, 12);
            writer.number(time.local.nanos);
            writer.integer(i64::from(time.offset));
        }
        Value::LocalDateTime(moment) => {
            tag(writer, 13);
            write_moment(writer, *moment);
        }
        Value::DateTime(moment) => {
            tag(writer, 14);
            write_moment(writer, moment.local);
            writer.integer(i64::from(moment.offset));
            writer.optional(moment.zone.as_deref());
        }
        Value::Duration(duration) => {
            tag(writer, 15);
            writer.integer(duration.months);
            writer.integer(duration.days);
            writer.integer(duration.seconds);
            writer.integer(i64::from(duration.nanos));
        }
    }
}

pub fn read(reader: &mut Reader<'_>) -> Result<Value, Fault> {
    nested(reader, 0)
}

fn nested(reader: &mut Reader<'_>, depth: usize) -> Result<Value, Fault> {
    if depth > DEEPEST {
        return Err(Fault);
    }
    Ok(match reader.number()? {
        0 => Value::Null,
        1 => Value::Boolean(reader.flag()?),
        2 => Value::Integer(reader.integer()?),
        3 => Value::Float(f64::from_bits(reader.number()?)),
        4 => Value::string(reader.text()?),
        5 => Value::from(reader.list(|reader| nested(reader, depth + 1))?),
        6 => {
            let entries =
                reader.list(|reader| Ok((Arc::from(reader.text()?), nested(reader, depth + 1)?)))?;
            Value::map(entries.into_iter().collect::<Map>())
        }
        7 => Value::Node(NodeId(reader.small()?)),
        8 => Value::Relationship(RelationshipId(reader.small()?)),
        9 => {
            let (nodes, relationships) = (reader.array()?.to_vec(), reader.array()?.to_vec());
            Value::Path(Arc::new(Path { nodes, relationships }))
        }
        10 => Value::Date(Date { days: reader.integer()? }),
        11 => Value::LocalTime(LocalTime { nanos: reader.number()? }),
        12 => Value::Time(Time { local: LocalTime { nanos: reader.number()? }, offset: short(reader)? }),
        13 => Value::LocalDateTime(read_moment(reader)?),
        14 => {
            let (local, offset) = (read_moment(reader)?, short(reader)?);
            Value::DateTime(Arc::new(DateTime { local, offset, zone: reader.optional()?.map(Arc::from) }))
        }
        15 => Value::Duration(Arc::new(Duration {
            months: reader.integer()?,
            days: reader.integer()?,
            seconds: reader.integer()?,
            nanos: short(reader)?,
        })),
        _ => return Err(Fault),
    })
}

fn write_moment(writer: &mut Writer<'_>, moment: LocalDateTime) {
    writer.integer(moment.date.days);
    writer.number(moment.time.nanos);
}

fn read_moment(reader: &mut Reader<'_>) -> Result<LocalDateTime, Fault> {
    let date = Date { days: reader.integer()? };
    Ok(LocalDateTime { date, time: LocalTime { nanos: reader.number()? } })
}

fn short(reader: &mut Reader<'_>) -> Result<i32, Fault> {
    i32::try_from(reader.integer()?).map_err(|_| Fault)
}
