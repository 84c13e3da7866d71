//! Property columns: all values of one key, typed and packed.
//!
//! In: pairs of id and value. Out: the value of an id. Knows nothing of nodes, relationships or labels.

mod alphabet;
mod builder;
mod dictionary;
mod presence;

pub use alphabet::{Alphabet, Alphabetical};
pub use builder::ColumnBuilder;
pub use dictionary::{Dictionary, DictionaryBuilder};
pub use presence::{Presence, follow_each_other};

use super::bits::Bits;
use super::buffer::Buffer;
use super::snapshot::{Fault, Reader, Section, Writer, demand, demand_below, read_value, write_value};
use crate::value::{Date, Value};
use std::sync::OnceLock;

/// The values of one property key.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub presence: Presence,
    pub values: Values,
    /// The least and the greatest number, once somebody has asked.
    range: OnceLock<Option<(i32, i32)>>,
    /// Of texts.
    pub order: Alphabetical,
}

/// The packed values of a column, by place.
#[derive(Clone, Debug)]
pub enum Values {
    /// Integers that all fit in 32 bits.
    Short(Buffer<i32>),
    Integers(Buffer<i64>),
    Floats(Buffer<f64>),
    Booleans(Bits),
    /// Days since 1970-01-01.
    Dates(Buffer<i32>),
    Strings {
        codes: Buffer<u32>,
        dictionary: Dictionary,
    },
    /// Values of several types, and of types that have no packed form.
    Mixed(Buffer<Value>),
}

impl Default for Values {
    fn default() -> Self {
        Values::Mixed(Buffer::default())
    }
}

impl Column {
    /// The value of an id; null where there is none.
    #[inline]
    pub fn value(&self, id: u32) -> Value {
        match self.presence.place(id) {
            Some(place) => self.values.at(place),
            None => Value::Null,
        }
    }

    /// Whether an id has a value.
    #[inline]
    pub fn has(&self, id: u32) -> bool {
        self.presence.place(id).is_some()
    }

    /// Ids that have a value, with it, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Value)> + '_ {
        self.presence.iter().map(|(id, place)| (id, self.values.at(place)))
    }

    pub fn new(presence: Presence, values: Values) -> Column {
        Column { presence, values, range: OnceLock::new(), order: Alphabetical::default() }
    }

    /// The least and the greatest of short integers or days; nothing where there is none.
    pub fn range(&self) -> Option<(i32, i32)> {
        *self.range.get_or_init(|| match &self.values {
            Values::Short(numbers) | Values::Dates(numbers) => {
                Some((numbers.iter().copied().min()?, numbers.iter().copied().max()?))
            }
            _ => None,
        })
    }

    /// Whether its values are codes of a dictionary.
    pub fn is_coded(&self) -> bool {
        matches!(self.values, Values::Strings { .. })
    }

    /// How many different values there are: exact for strings and booleans, an estimate from a sample otherwise.
    pub fn distinct(&self) -> usize {
        match &self.values {
            Values::Booleans(_) => self.presence.count().min(2),
            Values::Strings { dictionary, .. } => dictionary.len(),
            Values::Short(numbers) => estimate(numbers.iter().map(|n| i64::from(*n))),
            Values::Dates(days) => estimate(days.iter().map(|n| i64::from(*n))),
            Values::Integers(numbers) => estimate(numbers.iter().copied()),
            Values::Floats(numbers) => estimate(numbers.iter().map(|x| x.to_bits() as i64)),
            Values::Mixed(_) => self.presence.count(),
        }
    }

    pub fn bytes(&self) -> usize {
        self.presence.bytes()
            + self.order.bytes()
            + match &self.values {
                Values::Short(b) | Values::Dates(b) => b.bytes(),
                Values::Integers(b) => b.bytes(),
                Values::Floats(b) => b.bytes(),
                Values::Booleans(b) => b.bytes(),
                Values::Strings { codes, dictionary } => codes.bytes() + dictionary.held(),
                Values::Mixed(b) => b.bytes(),
            }
    }
}

impl Values {
    /// The value at a place that the column's [`Presence`] gave.
    #[inline]
    pub fn at(&self, place: usize) -> Value {
        match self {
            Values::Short(numbers) => Value::Integer(i64::from(numbers[place])),
            Values::Integers(numbers) => Value::Integer(numbers[place]),
            Values::Floats(numbers) => Value::Float(numbers[place]),
            Values::Booleans(bits) => Value::Boolean(bits.contains(place as u32)),
            Values::Dates(days) => Value::Date(Date { days: i64::from(days[place]) }),
            Values::Strings { codes, dictionary } => Value::string(dictionary.text(codes[place])),
            Values::Mixed(values) => values[place].clone(),
        }
    }
}

impl Section for Column {
    fn write(&self, writer: &mut Writer<'_>) {
        self.presence.write(writer);
        match &self.values {
            Values::Short(numbers) => {
                writer.number(1);
                writer.array(numbers);
            }
            Values::Integers(numbers) => {
                writer.number(2);
                writer.array(numbers);
            }
            Values::Floats(numbers) => {
                writer.number(3);
                writer.array(numbers);
            }
            Values::Booleans(bits) => {
                writer.number(4);
                writer.array(bits.words());
            }
            Values::Dates(days) => {
                writer.number(5);
                writer.array(days);
            }
            Values::Strings { codes, dictionary } => {
                writer.number(6);
                writer.array(codes);
                dictionary.write(writer);
            }
            Values::Mixed(values) => {
                writer.number(7);
                writer.list(values.iter(), write_value);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Column, Fault> {
        let presence = Presence::read(reader)?;
        let (length, values) = match reader.number()? {
            1 => counted(reader.array()?, Values::Short),
            2 => counted(reader.array()?, Values::Integers),
            3 => counted(reader.array()?, Values::Floats),
            4 => {
                let words = reader.array::<u64>()?.to_vec();
                demand(words.len() <= presence.places().div_ceil(64))?;
                (presence.places(), Values::Booleans(Bits::of_words(words)))
            }
            5 => counted(reader.array()?, Values::Dates),
            6 => {
                let codes = reader.array::<u32>()?;
                let dictionary = Dictionary::read(reader)?;
                demand_below(codes.iter().copied(), dictionary.len())?;
                (codes.len(), Values::Strings { codes, dictionary })
            }
            7 => counted(reader.list(read_value)?.into(), Values::Mixed),
            _ => return Err(Fault),
        };
        demand(length == presence.places())?;
        Ok(Column::new(presence, values))
    }
}

fn counted<T>(array: Buffer<T>, values: fn(Buffer<T>) -> Values) -> (usize, Values) {
    (array.len(), values(array))
}

/// Distinct values, extrapolated from the first 4,096 where there are more.
fn estimate(values: impl ExactSizeIterator<Item = i64>) -> usize {
    const SAMPLE: usize = 4096;
    let total = values.len();
    let stride = (total / SAMPLE).max(1);
    let mut sample: Vec<i64> = values.step_by(stride).collect();
    let size = sample.len();
    sample.sort_unstable();
    sample.dedup();
    // A sample that is nearly all different says that the whole is; one with many repeats has seen most values.
    if sample.len() * 10 > size * 9 { total * sample.len() / size.max(1) } else { sample.len() }
}
