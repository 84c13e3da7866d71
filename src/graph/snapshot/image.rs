//! The layout of the file: header, table of sections, sections; and what was found damaged.
//!
//! ```text
//! 0   8 bytes   the magic
//! 8   u32       version of the layout
//! 12  u32       0x0102_0304, which tells the order of bytes
//! 16  u64       length of the file
//! 24  u64       number of sections
//! 32  u64       checksum of the table
//! 40  u64       where the table begins
//! 48  u64       checksum of the 48 bytes before
//! 64  sections  each begins at a multiple of 64
//! …   table     32 bytes a section: kind u32, number u32, offset u64, length u64, checksum u64
//! ```
//!
//! All numbers are little-endian. Checksums are XXH3 with 64 bits.

use super::{Fault, Reader};
use crate::base::{Class, Report, Result};
use crate::graph::buffer::Mapping;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_64;

/// The first bytes of every snapshot.
pub const MAGIC: [u8; 8] = *b"whichlaw";
/// A file of another version is refused.
pub const VERSION: u32 = 2;
pub const ORDER_OF_BYTES: u32 = 0x0102_0304;
pub const HEADER: usize = 64;
/// Bytes of the header that its checksum covers.
pub const COVERED: usize = 48;
pub const ENTRY: usize = 32;
pub const ALIGNMENT: usize = 64;

/// Kinds of sections. A number is never given to another kind.
pub mod kind {
    pub const META: u32 = 1;
    pub const VOCABULARY: u32 = 2;
    pub const ORIGIN: u32 = 3;
    pub const NODE_SETS: u32 = 4;
    pub const MEMBERS: u32 = 5;
    pub const ENDPOINTS: u32 = 6;
    pub const ADJACENCY: u32 = 7;
    pub const NODE_COLUMN: u32 = 8;
    pub const RELATIONSHIP_COLUMN: u32 = 9;
    pub const NODE_TEXT: u32 = 10;
    pub const RELATIONSHIP_TEXT: u32 = 11;
    pub const NODE_SLOTS: u32 = 12;
    pub const RELATIONSHIP_SLOTS: u32 = 13;
    pub const INDEX: u32 = 14;
    pub const NAMES: u32 = 15;
    pub const ANNOTATIONS: u32 = 16;

    /// What a section holds, for messages.
    pub fn name(kind: u32) -> &'static str {
        match kind {
            META => "the names and counts",
            VOCABULARY => "the vocabulary",
            ORIGIN => "what it was made of",
            NODE_SETS | MEMBERS => "the labels",
            ENDPOINTS | ADJACENCY => "the relationships",
            NODE_COLUMN | NODE_TEXT | NODE_SLOTS => "the properties of nodes",
            RELATIONSHIP_COLUMN | RELATIONSHIP_TEXT | RELATIONSHIP_SLOTS => "the properties of relationships",
            INDEX => "an index of properties",
            NAMES => "the index of names",
            ANNOTATIONS => "the evidence",
            _ => "a part",
        }
    }
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub kind: u32,
    pub number: u32,
    pub offset: u64,
    pub length: u64,
    pub checksum: u64,
}

/// A mapped file whose header and table are right.
#[derive(Debug)]
pub struct Image {
    pub(super) mapping: Arc<Mapping>,
    /// By kind and number.
    entries: Vec<Entry>,
    shown: Arc<str>,
    damage: OnceLock<&'static str>,
    /// Every section was compared with its checksum.
    compared: OnceLock<()>,
    bounds: OnceLock<Bounds>,
}

/// What all numbers in the sections lie below.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    pub nodes: u32,
    pub relationships: u32,
    pub types: u32,
    pub label_sets: u32,
}

impl Image {
    /// Maps a file and looks at its header and table, not at its sections.
    ///
    /// # Errors
    /// A report of class [`Class::Data`]: not readable, not a snapshot, of another version, cut short, damaged.
    pub fn open(path: &Path) -> Result<Image> {
        let shown: Arc<str> = path.to_string_lossy().into();
        let failed = |message: &str| refused(&shown, "snapshot.foreign", message);
        if cfg!(target_endian = "big") {
            return Err(failed("snapshots are little-endian, and this machine is not"));
        }
        let file = File::open(path)
            .map_err(|error| refused(&shown, "file.unreadable", &format!("cannot be read: {error}")))?;
        let Ok(mapping) = Mapping::of(&file) else { return Err(failed("not a snapshot of whichlaw")) };
        if !mapping.starts_with(&MAGIC) {
            return Err(failed("not a snapshot of whichlaw"));
        }
        let header = mapping.get(..HEADER).ok_or_else(|| damaged(&shown, "it is cut short"))?;
        let wide = |at: usize| number(header, at);
        let (version, order) = (wide(8) as u32, (wide(8) >> 32) as u32);
        if header.get(..COVERED).map(xxh3_64) != Some(wide(COVERED)) {
            return Err(damaged(&shown, "its header is damaged"));
        }
        if order != ORDER_OF_BYTES {
            return Err(failed("its order of bytes is not that of this machine"));
        }
        if version != VERSION {
            let message =
                format!("it has version {version} of the layout, and this program reads version {VERSION}");
            return Err(refused(&shown, "snapshot.version", &message).help(AGAIN));
        }
        if wide(16) != mapping.len() as u64 {
            return Err(damaged(&shown, "it is cut short, or something was added"));
        }
        let size = usize::try_from(wide(24)).ok().and_then(|count| count.checked_mul(ENTRY));
        let start = usize::try_from(wide(40)).ok();
        let range = start.zip(size).and_then(|(start, size)| Some(start..start.checked_add(size)?));
        let table = range.and_then(|range| mapping.get(range));
        let table = table.filter(|table| xxh3_64(table) == wide(32));
        let table = table.ok_or_else(|| damaged(&shown, "its table of contents is damaged"))?;
        let mut entries: Vec<Entry> = table.chunks_exact(ENTRY).map(entry).collect();
        entries.sort_by_key(|entry| (entry.kind, entry.number));
        Ok(Image {
            mapping: Arc::new(mapping),
            entries,
            shown,
            damage: OnceLock::new(),
            compared: OnceLock::new(),
            bounds: OnceLock::new(),
        })
    }

    pub(super) fn set_bounds(&self, bounds: Bounds) {
        // They are read once, when the file is opened.
        let _ = self.bounds.set(bounds);
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.bounds.get().copied().unwrap_or_default()
    }

    /// The place of a section in the table.
    pub(super) fn find(&self, kind: u32, number: u32) -> Option<usize> {
        self.entries.binary_search_by_key(&(kind, number), |entry| (entry.kind, entry.number)).ok()
    }

    /// The numbers of the sections of a kind, ascending.
    pub(super) fn numbers(&self, kind: u32) -> impl Iterator<Item = u32> + '_ {
        self.entries.iter().filter(move |entry| entry.kind == kind).map(|entry| entry.number)
    }

    /// Verifies and reads a section; notes damage.
    pub(super) fn open_section<T>(
        self: &Arc<Self>,
        place: usize,
        read: impl FnOnce(&mut Reader<'_>) -> std::result::Result<T, Fault>,
    ) -> Option<T> {
        let entry = self.entries.get(place)?;
        let outcome = self.verified(entry).ok_or(Fault).and_then(|range| {
            let mut reader = Reader::new(self, *entry, range);
            read(&mut reader)
        });
        if outcome.is_err() {
            self.note_damage(entry.kind);
        }
        outcome.ok()
    }

    /// The bytes of a section that is kept for others.
    ///
    /// # Errors
    /// When the section is missing or damaged.
    pub fn kept(&self, kind: u32) -> Result<&[u8]> {
        let entry = self.find(kind, 0).and_then(|place| self.entries.get(place));
        let range = entry.and_then(|entry| self.verified(entry));
        range.and_then(|range| self.mapping.get(range)).ok_or_else(|| {
            self.note_damage(kind);
            self.report(kind::name(kind))
        })
    }

    /// Says of a section that was kept for others that it does not hold what it should.
    pub fn distrust(&self, kind: u32) -> Box<Report> {
        self.note_damage(kind);
        self.report(kind::name(kind))
    }

    pub(super) fn note_damage(&self, kind: u32) {
        // The first damage is enough to distrust the file.
        let _ = self.damage.set(kind::name(kind));
    }

    /// Whether nothing that was looked at so far is damaged.
    ///
    /// # Errors
    /// The damage, of class [`Class::Data`].
    pub fn sound(&self) -> Result<()> {
        match self.damage.get() {
            None => Ok(()),
            Some(part) => Err(self.report(part)),
        }
    }

    fn report(&self, part: &str) -> Box<Report> {
        damaged(&self.shown, &format!("{part} cannot be trusted"))
    }

    /// Compares every section with its checksum.
    pub(super) fn verify_all(&self) {
        self.compared.get_or_init(|| {
            let damaged = self.entries.iter().filter(|entry| self.verified(entry).is_none());
            damaged.for_each(|entry| self.note_damage(entry.kind));
        });
    }

    /// The line of the table for a section.
    pub(super) fn entry(&self, kind: u32, number: u32) -> Option<&Entry> {
        self.entries.get(self.find(kind, number)?)
    }

    fn verified(&self, entry: &Entry) -> Option<std::ops::Range<usize>> {
        let start = usize::try_from(entry.offset).ok()?;
        let end = start.checked_add(usize::try_from(entry.length).ok()?)?;
        let bytes = self.mapping.get(start..end)?;
        (start.is_multiple_of(ALIGNMENT) && xxh3_64(bytes) == entry.checksum).then_some(start..end)
    }
}

fn entry(bytes: &[u8]) -> Entry {
    let pair = number(bytes, 0);
    Entry {
        kind: pair as u32,
        number: (pair >> 32) as u32,
        offset: number(bytes, 8),
        length: number(bytes, 16),
        checksum: number(bytes, 24),
    }
}

/// The eight bytes at a place, as a number.
fn number(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok());
    eight.map_or(0, u64::from_le_bytes)
}

const AGAIN: &str = "Make the file again from its data directory: `whichlaw build DIR -o FILE`.";

fn damaged(shown: &str, message: &str) -> Box<Report> {
    let message = format!("the file is damaged: {message}");
    refused(shown, "snapshot.damaged", &message).help(AGAIN)
}

fn refused(shown: &str, code: &'static str, message: &str) -> Box<Report> {
    Report::new(Class::Data, code, format!("{shown}: {message}"))
}
