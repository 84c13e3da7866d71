//! Texts that were worked out, one behind the other.

use super::{Column, size_of_text};
use crate::graph::columns::Values;
use crate::value::Value;
use std::sync::Arc;

/// The texts of some rows. Cloning shares, and picking rows shares the bytes, as long as most of them are still meant.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// From where to where each text goes; null goes from after its end.
    spans: Arc<Vec<(u32, u32)>>,
    bytes: Arc<Vec<u8>>,
}

/// Where null lies.
const NULL: (u32, u32) = (1, 0);

/// Where no more than one byte in so many is meant, these are copied.
const FEW: usize = 4;

impl Texts {
    /// The rows of several, one after the other from the one that is named, if there is room for all.
    pub fn interleaved(all: &[Option<&Texts>], order: &[usize]) -> Option<Texts> {
        let mut next = vec![0; all.len()];
        let bytes = all.iter().flatten().map(|texts| texts.length()).sum();
        let mut texts = Writing::with_room_for(order.len(), bytes);
        for from in order {
            let (Some(Some(column)), Some(row)) = (all.get(*from), next.get_mut(*from)) else { continue };
            if !texts.add(column.get(*row)) {
                return None;
            }
            *row += 1;
        }
        Some(texts.finish())
    }

    /// The bytes of the text in a row; nothing for null.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        let (from, to) = *self.spans.get(row)?;
        self.bytes.get(from as usize..to as usize)
    }

    #[inline]
    pub fn value(&self, row: usize) -> Value {
        match self.get(row).map(std::str::from_utf8) {
            Some(Ok(text)) => Value::string(text),
            _ => Value::Null,
        }
    }

    /// Bytes held by as many values, estimated.
    pub fn held(&self) -> u64 {
        self.spans.iter().map(|(from, to)| 8 + size_of_text(to.saturating_sub(*from) as usize)).sum()
    }

    pub fn slice(&self, rows: std::ops::Range<usize>) -> Texts {
        // What is left of them is most often asked for next.
        Texts { spans: Arc::new(self.spans.get(rows).unwrap_or(&[]).to_vec()), bytes: self.bytes.clone() }
    }

    pub fn gather(&self, rows: &[u32]) -> Texts {
        let place = |row: &u32| self.spans.get(*row as usize).copied().unwrap_or(NULL);
        let some = Texts { spans: Arc::new(rows.iter().map(place).collect()), bytes: self.bytes.clone() };
        let length = some.length();
        if length * FEW >= self.bytes.len() {
            return some;
        }
        let mut few = Writing::with_room_for(rows.len(), length);
        let all = (0..rows.len()).all(|row| few.add(some.get(row)));
        if all { few.finish() } else { some }
    }

    /// The bytes of all rows together.
    fn length(&self) -> usize {
        self.spans.iter().map(|(from, to)| to.saturating_sub(*from) as usize).sum()
    }
}

impl Column {
    /// The bytes of a text where it lies, or nothing for null; no answer where a column may have other values.
    #[inline]
    pub fn text(&self, row: usize) -> Option<Option<&[u8]>> {
        match self {
            Column::Texts(texts) => Some(texts.get(row)),
            Column::Stored { ids, source } => {
                let Values::Strings { codes, dictionary } = &source.values else { return None };
                let place = ids.get(row).and_then(|id| source.presence.place(*id));
                Some(place.map(|place| dictionary.slice(codes[place])))
            }
            _ => None,
        }
    }

    /// Whether there is a text or null in each row, without a value for any.
    pub fn has_texts(&self) -> bool {
        match self {
            Column::Texts(_) => true,
            Column::Stored { source, .. } => source.is_coded(),
            _ => false,
        }
    }
}

/// Texts that are still being written.
#[derive(Default)]
pub struct Writing {
    spans: Vec<(u32, u32)>,
    bytes: Vec<u8>,
}

impl Writing {
    pub fn with_room_for(rows: usize, bytes: usize) -> Writing {
        Writing { spans: Vec::with_capacity(rows), bytes: Vec::with_capacity(bytes) }
    }

    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// How many bytes all of them have.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a text, or null, if there is room for it: places have 32 bits.
    #[must_use]
    pub fn add(&mut self, text: Option<&[u8]>) -> bool {
        let span = match text {
            Some(text) => {
                let (from, to) = (self.bytes.len(), self.bytes.len() + text.len());
                let (Ok(from), Ok(to)) = (u32::try_from(from), u32::try_from(to)) else { return false };
                self.bytes.extend_from_slice(text);
                (from, to)
            }
            None => NULL,
        };
        self.spans.push(span);
        true
    }

    /// Adds the rows of a column, if all of them are texts or null and there is room for them.
    pub fn add_column(&mut self, column: &Column, rows: usize) -> bool {
        let before = (self.spans.len(), self.bytes.len());
        if let Column::Texts(texts) = column {
            self.bytes.reserve(texts.length());
        }
        let all = (0..rows).all(|row| match column.text(row) {
            Some(text) => self.add(text),
            None => column.look(row, |value| match value {
                Value::String(text) => self.add(Some(text.as_bytes())),
                Value::Null => self.add(None),
                _ => false,
            }),
        });
        if !all {
            self.spans.truncate(before.0);
            self.bytes.truncate(before.1);
        }
        all
    }

    /// Adds null until there are so many.
    pub fn fill(&mut self, rows: usize) {
        self.spans.resize(rows, NULL);
    }

    pub fn finish(self) -> Texts {
        Texts { spans: Arc::new(self.spans), bytes: Arc::new(self.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_that_were_written() {
        let mut writing = Writing::default();
        for text in ["law", "", "закон"] {
            assert!(writing.add(Some(text.as_bytes())) && writing.add(None));
        }
        writing.fill(8);
        let texts = writing.finish();
        let shown = |texts: &Texts| (0..texts.spans.len()).map(|row| texts.value(row)).collect::<Vec<_>>();
        let (law, none, empty, long) =
            (Value::string("law"), Value::Null, Value::string(""), Value::string("закон"));
        assert_eq!(shown(&texts), [&law, &none, &empty, &none, &long, &none, &none, &none].map(Clone::clone));
        assert_eq!(shown(&texts.slice(2..5)), [empty, none.clone(), long.clone()]);
        // Three of thirteen bytes are copied, ten are not.
        for (rows, text, shared) in [(&[0][..], &law, false), (&[4, 1, 99][..], &long, true)] {
            let some = texts.gather(rows);
            assert_eq!(shown(&some)[0], *text);
            assert_eq!(Arc::ptr_eq(&some.bytes, &texts.bytes), shared);
        }
        assert_eq!(shown(&texts.gather(&[99, 0])), [none.clone(), law.clone()]);
        // What is no text is not added, nor is anything before it.
        let mut more = Writing::default();
        let mixed = Column::values(vec![law.clone(), Value::Integer(1)]);
        assert!(more.add_column(&Column::values(vec![none.clone(), law.clone()]), 2));
        assert!(!more.add_column(&mixed, 2) && more.add_column(&Column::Texts(texts.slice(4..6)), 2));
        assert_eq!(shown(&more.finish()), [none.clone(), law, long, none]);
    }
}
