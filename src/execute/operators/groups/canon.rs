//! Codes whose values are equal though they do not look the same: 1 and 1.0.

use crate::execute::batch::Growing;
use crate::execute::operators::keys::encode;
use crate::execute::operators::numbering::Numbering;

/// Which codes of a list have equal values.
pub struct Canon {
    /// No two codes have equal values.
    pub same: bool,
    pub codes: Vec<u32>,
    known: Numbering,
    /// The first code of each different value.
    firsts: Vec<u32>,
}

impl Canon {
    /// Takes in the values that have come since.
    pub fn extend(&mut self, values: &Growing) {
        if !values.has_twins() {
            return;
        }
        let mut key = Vec::new();
        let known = self.codes.len();
        for (code, value) in (known..).zip(values.from(known)) {
            key.clear();
            encode(value, &mut key);
            let (number, is_new) = self.known.number(&key);
            if is_new {
                self.firsts.push(code as u32);
            }
            let canonical = self.firsts[number as usize];
            self.same = self.same && is_new;
            self.codes.push(canonical);
        }
    }
}

impl Default for Canon {
    fn default() -> Canon {
        Canon { same: true, codes: Vec::new(), known: Numbering::default(), firsts: Vec::new() }
    }
}
