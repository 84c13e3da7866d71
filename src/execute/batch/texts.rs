//! Texts that were worked out, one behind the other.

use super::size_of_text;
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

/// Where bytes of one row in so many are meant, they are copied.
const FEW: usize = 4;

impl Texts {
    pub fn len(&self) -> usize {
        self.spans.len()
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
        self.of(self.spans.get(rows).unwrap_or(&[]).to_vec())
    }

    pub fn gather(&self, rows: &[u32]) -> Texts {
        self.of(rows.iter().map(|row| self.spans.get(*row as usize).copied().unwrap_or(NULL)).collect())
    }

    fn of(&self, spans: Vec<(u32, u32)>) -> Texts {
        if spans.len() * FEW >= self.len() {
            return Texts { spans: Arc::new(spans), bytes: self.bytes.clone() };
        }
        let mut few = Writing::default();
        spans.iter().for_each(|(from, to)| few.add(self.bytes.get(*from as usize..*to as usize)));
        few.finish()
    }
}

/// Texts that are still being written.
#[derive(Default)]
pub struct Writing {
    spans: Vec<(u32, u32)>,
    bytes: Vec<u8>,
}

impl Writing {
    pub fn with_room_for(rows: usize) -> Writing {
        Writing { spans: Vec::with_capacity(rows), bytes: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Adds a text that [`Writing::has_room_for`], or null.
    pub fn add(&mut self, text: Option<&[u8]>) {
        match text {
            Some(text) => {
                let from = self.bytes.len() as u32;
                self.bytes.extend_from_slice(text);
                self.spans.push((from, self.bytes.len() as u32));
            }
            None => self.spans.push(NULL),
        }
    }

    pub fn add_all(&mut self, texts: &Texts) {
        (0..texts.len()).for_each(|row| self.add(texts.get(row)));
    }

    /// Adds null until there are so many.
    pub fn fill(&mut self, rows: usize) {
        self.spans.resize(rows, NULL);
    }

    /// Whether more texts still have places of 32 bits.
    pub fn has_room_for(&self, texts: &Texts) -> bool {
        self.bytes.len() + texts.bytes.len() <= u32::MAX as usize
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
            writing.add(Some(text.as_bytes()));
            writing.add(None);
        }
        writing.fill(8);
        let texts = writing.finish();
        let shown = |texts: &Texts| (0..texts.len()).map(|row| texts.value(row)).collect::<Vec<_>>();
        let (law, none, empty, long) =
            (Value::string("law"), Value::Null, Value::string(""), Value::string("закон"));
        assert_eq!(shown(&texts), [&law, &none, &empty, &none, &long, &none, &none, &none].map(Clone::clone));
        assert_eq!(shown(&texts.slice(2..5)), [empty, none.clone(), long.clone()]);
        // One of eight is copied, three are not.
        for (rows, shared) in [(&[4][..], false), (&[4, 0, 99][..], true)] {
            let some = texts.gather(rows);
            assert_eq!(shown(&some)[0], long);
            assert_eq!(Arc::ptr_eq(&some.bytes, &texts.bytes), shared);
        }
        assert_eq!(shown(&texts.gather(&[99, 0])), [none, law]);
    }
}
