//! The rows of a CSV file, read in pieces of a fixed size.
//!
//! In: a file. Out: row by row the cells as bytes, each with its place. Rows are RFC 4180; a row without escaped quotes is
//! cut where it lies, any other is read by `csv-core`, so that the common case costs one look at each byte. Knows nothing of
//! headers and types.

use csv_core::{ReadRecordResult, Reader};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes that are read at once; a longer row makes the room grow.
const PIECE: usize = 1 << 20;

pub struct Rows {
    file: File,
    buffer: Vec<u8>,
    /// What was read and is not yet cut.
    start: usize,
    end: usize,
    at_end: bool,
    /// Bytes of the file before `start`.
    passed: u64,
    /// The line on which the row at `start` begins, and on which the last row began.
    next_line: u64,
    line: u64,
    /// Where each cell begins and ends.
    cells: Vec<(usize, usize)>,
    /// Of a row that could not be cut where it lies, the cells without quotes.
    unquoted: Vec<u8>,
    is_unquoted: bool,
    careful: Reader,
    ends: Vec<usize>,
    astray: Option<Astray>,
}

/// Line and column of a quote that takes in more lines than it was meant to.
#[derive(Clone, Copy, Debug)]
pub struct Astray {
    pub opens: (u32, u32),
    /// Where it closes, in the middle of a cell; none if it never does.
    pub closes: Option<(u32, u32)>,
}

/// How the cutting of a row ended.
enum Cut {
    Row,
    /// The rest of the row is not there yet.
    Short,
    /// The row has quotes that have to be read with care.
    Careful,
}

impl Rows {
    pub fn open(path: &Path) -> io::Result<Rows> {
        let mut rows = Rows {
            file: File::open(path)?,
            buffer: vec![0; PIECE],
            start: 0,
            end: 0,
            at_end: false,
            passed: 0,
            next_line: 1,
            line: 1,
            cells: Vec::new(),
            unquoted: Vec::new(),
            is_unquoted: false,
            careful: Reader::new(),
            ends: Vec::new(),
            astray: None,
        };
        while rows.end < 3 && !rows.at_end {
            rows.fill()?;
        }
        // A byte-order mark is no part of the first name.
        if rows.buffer[..rows.end].starts_with(b"\xef\xbb\xbf") {
            rows.step_to(3);
        }
        Ok(rows)
    }

    /// Goes to the next row; false at the end. Empty lines are no rows.
    pub fn advance(&mut self) -> io::Result<bool> {
        self.is_unquoted = false;
        self.astray = None;
        loop {
            let ends =
                self.buffer[self.start..self.end].iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
            let (skipped, lines) =
                ends.fold((0, 0), |(all, lines), byte| (all + 1, lines + u64::from(*byte == b'\n')));
            self.next_line += lines;
            self.step_to(self.start + skipped);
            self.line = self.next_line;
            if self.start == self.end {
                if self.at_end {
                    return Ok(false);
                }
                self.fill()?;
                continue;
            }
            let cut = match self.cut() {
                Cut::Careful => self.cut_carefully(),
                cut => cut,
            };
            match cut {
                Cut::Row => return Ok(true),
                _ => self.fill()?,
            }
        }
    }

    /// The line on which the row begins, from 1.
    pub fn line(&self) -> u32 {
        u32::try_from(self.line).unwrap_or(u32::MAX)
    }

    /// A quote of the row that went astray: rows behind it would be part of its cell.
    pub fn astray(&self) -> Option<Astray> {
        self.astray
    }

    /// Bytes of the file up to the end of the row.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// How many cells the row has.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    #[inline]
    pub fn cell(&self, place: usize) -> &[u8] {
        let (start, end) = self.cells.get(place).copied().unwrap_or_default();
        let bytes = if self.is_unquoted { &self.unquoted } else { &self.buffer };
        bytes.get(start..end).unwrap_or_default()
    }

    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.width()).map(|place| self.cell(place))
    }

    /// The column in which a cell begins, from 1 in characters, if no cell before it is quoted.
    pub fn column_of(&self, place: usize) -> u32 {
        let before = self.cells().take(place).map(|cell| String::from_utf8_lossy(cell).chars().count() + 1);
        before.sum::<usize>() as u32 + 1
    }

    /// Cuts the row at `start` into cells that lie in the buffer.
    fn cut(&mut self) -> Cut {
        self.cells.clear();
        let buffer = &self.buffer[..self.end];
        let mut at = self.start;
        loop {
            // A cell begins here.
            let begins = at;
            if buffer.get(at) == Some(&b'"') {
                let Some(length) = buffer[at + 1..].iter().position(|byte| matches!(byte, b'"' | b'\n'))
                else {
                    return if self.at_end { Cut::Careful } else { Cut::Short };
                };
                let closes = at + 1 + length;
                match (buffer[closes], buffer.get(closes + 1)) {
                    (b'"', Some(b',' | b'\n' | b'\r')) => {}
                    (b'"', None) if self.at_end => {}
                    (b'"', None) => return Cut::Short,
                    _ => return Cut::Careful,
                }
                self.cells.push((begins + 1, closes));
                at = closes + 1;
            } else {
                at = match end_of_cell(buffer, at) {
                    Some(end) => end,
                    None if self.at_end => buffer.len(),
                    None => return Cut::Short,
                };
                self.cells.push((begins, at));
            }
            match buffer.get(at) {
                Some(b',') => at += 1,
                Some(ends) => {
                    self.next_line += u64::from(*ends == b'\n');
                    self.step_to(at + 1);
                    return Cut::Row;
                }
                None => {
                    self.step_to(at);
                    return Cut::Row;
                }
            }
        }
    }

    /// Reads the row at `start` by the whole of RFC 4180.
    fn cut_carefully(&mut self) -> Cut {
        let input = &self.buffer[self.start..self.end];
        let (output, ends) = (&mut self.unquoted, &mut self.ends);
        output.resize(output.len().max(1 << 12), 0);
        ends.resize(ends.len().max(1 << 6), 0);
        self.careful.reset();
        let (mut read, mut written, mut count) = (0, 0, 0);
        loop {
            let (outcome, taken, put, ended) =
                self.careful.read_record(&input[read..], &mut output[written..], &mut ends[count..]);
            read += taken;
            written += put;
            count += ended;
            match outcome {
                ReadRecordResult::InputEmpty if !self.at_end => return Cut::Short,
                // Called with nothing more to read, the reader ends the row.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => output.resize(output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        self.next_line += input[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
        debug_assert!(written <= output.len());
        let row = &input[..read];
        self.astray = astray(row).map(|(opens, closes)| Astray {
            opens: place_in(row, opens, self.line),
            closes: closes.map(|closes| place_in(row, closes, self.line)),
        });
        let mut begins = 0;
        self.cells.clear();
        for end in &ends[..count] {
            self.cells.push((begins, *end));
            begins = *end;
        }
        self.is_unquoted = true;
        self.step_to(self.start + read);
        Cut::Row
    }

    /// Reads on. What was not cut moves to the front; a row that fills the buffer makes it grow.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = loop {
            match self.file.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome?,
            }
        };
        self.end += read;
        self.at_end = read == 0;
        Ok(())
    }

    fn step_to(&mut self, place: usize) {
        self.passed += (place - self.start) as u64;
        self.start = place;
    }
}

/// The first quote of a row that opens a cell and is never closed, or is closed some lines further in the middle of a cell.
fn astray(row: &[u8]) -> Option<(usize, Option<usize>)> {
    let mut begins = 0;
    loop {
        if row.get(begins) == Some(&b'"') {
            let mut at = begins + 1;
            let closes = loop {
                match (row.get(at), row.get(at + 1)) {
                    (None, _) => return Some((begins, None)),
                    (Some(b'"'), Some(b'"')) => at += 2,
                    (Some(b'"'), _) => break at,
                    _ => at += 1,
                }
            };
            let goes_on = !matches!(row.get(closes + 1), None | Some(b',' | b'\n' | b'\r'));
            if goes_on && row[begins..closes].contains(&b'\n') {
                return Some((begins, Some(closes)));
            }
            begins = closes + 1;
        }
        begins = end_of_cell(row, begins)? + 1;
    }
}

/// Line and column, from 1, of a place in a row that begins on the given line.
fn place_in(row: &[u8], place: usize, line: u64) -> (u32, u32) {
    let mut lines = row.get(..place).unwrap_or(row).split(|byte| *byte == b'\n');
    let last = String::from_utf8_lossy(lines.next_back().unwrap_or_default()).chars().count();
    (u32::try_from(line).unwrap_or(u32::MAX).saturating_add(lines.count() as u32), last as u32 + 1)
}

/// Where a cell without quotes at its beginning ends: at a comma or the end of the line.
#[inline]
fn end_of_cell(buffer: &[u8], from: usize) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let mut at = from;
    while let Some(eight) = buffer.get(at..at + 8).and_then(|eight| <[u8; 8]>::try_from(eight).ok()) {
        let word = u64::from_le_bytes(eight);
        // Bytes up to the comma, and some above one of those; each is looked at below.
        let mut small = word.wrapping_sub(ONES * 0x2d) & !word & HIGH;
        while small != 0 {
            let place = at + small.trailing_zeros() as usize / 8;
            if matches!(buffer[place], b',' | b'\n' | b'\r') {
                return Some(place);
            }
            small &= small - 1;
        }
        at += 8;
    }
    let rest = buffer.get(at..).unwrap_or_default();
    rest.iter().position(|byte| matches!(byte, b',' | b'\n' | b'\r')).map(|length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Row = Vec<Vec<u8>>;

    fn cut(text: &[u8], name: &str) -> Vec<(u32, Row)> {
        let path = std::env::temp_dir().join(format!("whichlaw-rows-{}-{name}.csv", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let mut rows = Rows::open(&path).unwrap();
        let mut all = Vec::new();
        while rows.advance().unwrap() {
            all.push((rows.line(), rows.cells().map(<[u8]>::to_vec).collect()));
        }
        assert_eq!(rows.passed(), text.len() as u64);
        std::fs::remove_file(path).unwrap();
        all
    }

    #[test]
    fn rows_of_all_shapes() {
        let text = "\u{feff}a,b\r\n\"x\",\"y\"\"z\"\n\n\"two\nlines\",\r\n,\"c, d\"\n\"last\" one,e";
        let rows = cut(text.as_bytes(), "shapes");
        let told: Vec<(u32, Vec<String>)> = rows
            .into_iter()
            .map(|(line, row)| (line, row.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect()))
            .collect();
        let row = |line, cells: [&str; 2]| (line, cells.map(str::to_owned).to_vec());
        assert_eq!(
            told,
            [
                row(1, ["a", "b"]),
                row(2, ["x", "y\"z"]),
                row(4, ["two\nlines", ""]),
                row(6, ["", "c, d"]),
                row(7, ["last one", "e"])
            ]
        );
    }

    #[test]
    fn a_row_longer_than_a_piece() {
        let long = "x".repeat(PIECE + 10);
        let text = format!("a,{long}\nb,\"{long}\"\nc,\"{long}\"\"\"\nd,e\n");
        let rows = cut(text.as_bytes(), "long");
        assert_eq!(
            rows.iter().map(|(_, row)| row[1].len()).collect::<Vec<_>>(),
            [PIECE + 10, PIECE + 10, PIECE + 11, 1]
        );
    }

    proptest! {
        #[test]
        fn rows_are_those_of_the_csv_crate(text in "[ab,\"\n\r é]{0,40}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Row> =
                reader.byte_records().map(|row| row.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
            let rows: Vec<Row> = cut(text.as_bytes(), "law").into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(rows, expected);
        }
    }
}
