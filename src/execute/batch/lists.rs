//! Lists of values that have numbers: each is made when somebody looks at it. Most are short, so that to make one again
//! costs little; of others what was made is kept.

use super::{Column, NONE, Writing, part, pick, size_of_value};
use crate::execute::operators::numbered::Numbered;
use crate::graph::columns::Values;
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

#[derive(Clone, Debug)]
pub struct Lists {
    /// Where each begins and ends among all elements.
    spans: Arc<Vec<(u32, u32)>>,
    elements: Arc<(Vec<u32>, Numbered)>,
    /// Long lists that were made, by where they begin.
    long: Arc<FxHashMap<u32, OnceLock<Value>>>,
}

/// Longer lists are made once only.
pub const SHORT: usize = 32;

impl Lists {
    pub fn new(spans: Vec<(u32, u32)>, numbers: Vec<u32>, of: Numbered) -> Lists {
        let is_long = |span: &&(u32, u32)| span.1 - span.0 > SHORT as u32;
        let long = spans.iter().filter(is_long).map(|(from, _)| (*from, OnceLock::new())).collect();
        Lists { spans: Arc::new(spans), elements: Arc::new((numbers, of)), long: Arc::new(long) }
    }

    /// What the numbers of elements stand for.
    pub fn of(&self) -> &Numbered {
        &self.elements.1
    }

    /// The numbers of the elements of the list in a row; nothing where there is none.
    pub fn numbers(&self, row: usize) -> Option<&[u32]> {
        let (from, to) = self.spans.get(row)?;
        self.elements.0.get(*from as usize..*to as usize)
    }

    /// How many elements the list in a row has; nothing where there is none.
    #[inline]
    pub fn size(&self, row: usize) -> Option<usize> {
        self.numbers(row).map(<[u32]>::len)
    }

    /// The elements of the list in a row.
    pub fn elements(&self, row: usize) -> impl Iterator<Item = Value> + '_ {
        let numbers = self.numbers(row).unwrap_or(&[]);
        numbers.iter().map(|number| self.elements.1.value(*number))
    }

    pub fn value(&self, row: usize) -> Value {
        let make = || Value::List(self.elements(row).collect());
        match (self.size(row), self.spans.get(row)) {
            (None, _) | (_, None) => Value::Null,
            (Some(size), _) if size <= SHORT => make(),
            (_, Some((from, _))) => {
                self.long.get(from).map_or_else(make, |long| long.get_or_init(make).clone())
            }
        }
    }

    /// One element of each list, counted from its end where the place is negative; null where there is none.
    pub fn each_at(&self, place: i64) -> Column {
        let number = |row: usize| {
            let numbers = self.numbers(row)?;
            let place = if place < 0 { place + numbers.len() as i64 } else { place };
            numbers.get(usize::try_from(place).ok()?).copied()
        };
        let numbers = (0..self.spans.len()).map(number);
        self.column(numbers)
    }

    /// The numbers of the elements from a row on, until there are so many, and the row of each; and the next row.
    pub fn unrolled(&self, from: usize, most: usize, rows: &mut Vec<u32>) -> (usize, Vec<u32>) {
        let (mut row, mut all) = (from, Vec::new());
        while row < self.spans.len() && all.len() < most {
            all.extend_from_slice(self.numbers(row).unwrap_or(&[]));
            rows.resize(all.len(), row as u32);
            row += 1;
        }
        (row, all)
    }

    fn made(&self, number: Option<u32>) -> Value {
        number.map_or(Value::Null, |number| self.elements.1.value(number))
    }

    /// The elements of those numbers, and null.
    pub fn column(&self, numbers: impl Iterator<Item = Option<u32>>) -> Column {
        let ids = |number: Option<u32>| number.unwrap_or(NONE);
        match &self.elements.1 {
            Numbered::Nodes => Column::nodes(numbers.map(ids).collect()),
            Numbered::Relationships => Column::relationships(numbers.map(ids).collect()),
            Numbered::Texts(source) => {
                let Values::Strings { dictionary, .. } = &source.values else { return Column::Absent };
                let mut texts = Writing::default();
                let numbers: Vec<Option<u32>> = numbers.collect();
                let all = numbers.iter().all(|number| texts.add(number.map(|code| dictionary.slice(code))));
                match all {
                    true => Column::Texts(texts.finish()),
                    false => Column::values(numbers.into_iter().map(|number| self.made(number)).collect()),
                }
            }
            _ => Column::of(numbers.map(|number| self.made(number)).collect()),
        }
    }

    /// Bytes held, estimated: as those of lists that were made.
    pub fn bytes(&self) -> u64 {
        const OF_A_LIST: u64 = 40;
        let of = &self.elements.1;
        let lists = self.spans.len() as u64 * OF_A_LIST;
        if let Numbered::Texts(_) = of {
            let size = of.sizes();
            let texts = (0..self.spans.len()).flat_map(|row| self.numbers(row).unwrap_or(&[]));
            return lists + texts.map(|number| size(*number)).sum::<u64>();
        }
        let count: u64 = self.spans.iter().map(|(from, to)| u64::from(to - from)).sum();
        lists + count * size_of_value(&Value::Null)
    }

    pub fn slice(&self, rows: Range<usize>) -> Lists {
        Lists { spans: part(&self.spans, rows), elements: self.elements.clone(), long: self.long.clone() }
    }

    pub fn gather(&self, rows: &[u32]) -> Lists {
        let spans = Arc::new(pick(&self.spans, rows, (NONE, NONE)));
        Lists { spans, elements: self.elements.clone(), long: self.long.clone() }
    }
}
