//! The rows of CSV files, as nodes and relationships.

use super::super::LoadOptions;
use super::super::problem::{CheckReport, Problem};
use super::super::{files, notes};
use super::header::{Cell, Column};
use super::ids::Ids;
use super::{Table, cells};
use crate::graph::{Builder, Entity, Graph, Key, Label, NodeId, Precision, RelationshipType};
use crate::value::{Date, Value};
use csv::ByteRecord;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

/// A graph in the making.
pub struct Import<'o> {
    builder: Builder,
    spaces: FxHashMap<String, Ids>,
    label_sets: FxHashMap<Box<[u8]>, u32>,
    /// File and line of each node, to say where the first of two stands.
    files: Vec<(u32, Arc<str>)>,
    lines: Vec<u32>,
    options: &'o LoadOptions,
    bytes: u64,
    bytes_before: u64,
    told: usize,
    untold: usize,
}

/// Where a cell stands, for messages.
struct At<'r> {
    shown: &'r Arc<str>,
    record: &'r ByteRecord,
    place: usize,
}

/// So many problems are told one by one.
const TOLD: usize = 10_000;

/// Progress is told after so many rows.
const STEP: u32 = 1 << 16;

impl<'o> Import<'o> {
    pub fn new(options: &'o LoadOptions, bytes: u64) -> Import<'o> {
        Import {
            builder: Builder::new(),
            spaces: FxHashMap::default(),
            label_sets: FxHashMap::default(),
            files: Vec::new(),
            lines: Vec::new(),
            options,
            bytes,
            bytes_before: 0,
            told: 0,
            untold: 0,
        }
    }

    pub fn nodes(&mut self, mut table: Table, report: &mut CheckReport) {
        self.files.push((self.lines.len() as u32, table.shown.clone()));
        let named = |wanted: &str| {
            table.columns.iter().any(|c| matches!(c, Column::Property { name, .. } if name == wanted))
        };
        let keep_id = (!named("id")).then(|| self.builder.key("id"));
        let columns = self.typed(&table.columns);
        let mut record = ByteRecord::new();
        while self.next(&mut table, &mut record, report) {
            let line = line_of(&record);
            let mut node = None;
            for (place, column) in table.columns.iter().enumerate() {
                let Column::Id { space, property } = column else { continue };
                let Some(id) = self.text(&table.shown, &record, place, report) else { continue };
                if id.is_empty() {
                    self.tell(
                        report,
                        &at(&table.shown, &record, place),
                        "csv.id",
                        "the id is missing".into(),
                        None,
                    );
                    continue;
                }
                let next = NodeId(self.builder.node_count() as u32);
                let ids = self.spaces.entry(space.clone()).or_default();
                if let Some(first) = ids.insert(&id, next) {
                    let message = format!("the id `{id}` stands twice, first at {}", self.place_of(first));
                    self.tell(report, &at(&table.shown, &record, place), "id.duplicate", message, None);
                    continue;
                }
                node = Some(next);
                if let Some(key) = keep_id {
                    self.builder.node_column(key).push_string(next.0, &id);
                }
                if let Some(name) = property.as_deref().filter(|name| *name != "id") {
                    let key = self.builder.key(name);
                    self.builder.node_column(key).push_string(next.0, &id);
                }
            }
            let Some(node) = node else { continue };
            let set = self.label_set(&table.columns, &record);
            self.builder.node_of_set(set);
            self.lines.push(line);
            self.properties(Entity::Node(node), &columns, &table.shown, &record, report);
        }
        self.bytes_before += table.reader.position().byte();
    }

    pub fn relationships(&mut self, mut table: Table, report: &mut CheckReport) {
        let columns = self.typed(&table.columns);
        let mut record = ByteRecord::new();
        let mut last_type: Option<(Vec<u8>, RelationshipType)> = None;
        while self.next(&mut table, &mut record, report) {
            let (mut start, mut end, mut kind) = (None, None, None);
            for (place, column) in table.columns.iter().enumerate() {
                match column {
                    Column::Start { space } => start = self.end(space, &table.shown, &record, place, report),
                    Column::End { space } => end = self.end(space, &table.shown, &record, place, report),
                    Column::Type => {
                        let cell = record.get(place).unwrap_or_default();
                        kind = match &last_type {
                            Some((text, kind)) if text == cell => Some(*kind),
                            _ => self
                                .text(&table.shown, &record, place, report)
                                .filter(|t| !t.is_empty())
                                .map(|text| {
                                    let kind = self.builder.relationship_type(&text);
                                    last_type = Some((cell.to_vec(), kind));
                                    kind
                                }),
                        };
                        if kind.is_none() {
                            let at = at(&table.shown, &record, place);
                            self.tell(report, &at, "csv.type", "the type is missing".into(), None);
                        }
                    }
                    _ => {}
                }
            }
            if let (Some(start), Some(kind), Some(end)) = (start, kind, end) {
                let relationship = self.builder.relationship(start, kind, end);
                let entity = Entity::Relationship(relationship);
                self.properties(entity, &columns, &table.shown, &record, report);
            }
        }
        self.bytes_before += table.reader.position().byte();
    }

    /// Reads the next row; false at the end of the file.
    fn next(&mut self, table: &mut Table, record: &mut ByteRecord, report: &mut CheckReport) -> bool {
        loop {
            match table.reader.read_byte_record(record) {
                Ok(false) => return false,
                Ok(true) => {}
                Err(error) => {
                    let message = format!("cannot be read: {error}");
                    report.errors.push(Problem::whole(table.shown.clone(), "file.unreadable", message));
                    return false;
                }
            }
            let rows = self.builder.node_count() as u32 + self.builder.relationship_count() as u32;
            if rows.is_multiple_of(STEP)
                && let Some(progress) = &self.options.progress
            {
                progress.tell(
                    u64::from(rows),
                    self.bytes_before + table.reader.position().byte(),
                    self.bytes,
                );
            }
            if record.len() == table.columns.len() {
                return true;
            }
            let (wanted, found) = (table.columns.len(), record.len());
            let message = format!("the row has {found} cells, the header {wanted}");
            self.tell(report, &at(&table.shown, record, 0), "csv.columns", message, None);
        }
    }

    /// The property columns with their keys.
    fn typed(&mut self, columns: &[Column]) -> Vec<(usize, Key, Cell, bool)> {
        let columns = columns.iter().enumerate();
        columns
            .filter_map(|(place, column)| match column {
                Column::Property { name, cell, list } => Some((place, self.builder.key(name), *cell, *list)),
                _ => None,
            })
            .collect()
    }

    fn properties(
        &mut self,
        entity: Entity,
        columns: &[(usize, Key, Cell, bool)],
        shown: &Arc<str>,
        record: &ByteRecord,
        report: &mut CheckReport,
    ) {
        for (place, key, cell, list) in columns {
            let Some(bytes) = record.get(*place).filter(|bytes| !bytes.is_empty()) else { continue };
            let Ok(text) = std::str::from_utf8(bytes) else {
                self.tell(report, &at(shown, record, *place), "file.encoding", "not UTF-8 text".into(), None);
                continue;
            };
            let (id, column) = match entity {
                Entity::Node(node) => (node.0, self.builder.node_column(*key)),
                Entity::Relationship(relationship) => {
                    (relationship.0, self.builder.relationship_column(*key))
                }
            };
            let outcome = match (cell, list) {
                (Cell::Text, false) => {
                    column.push_string(id, text);
                    continue;
                }
                (Cell::Integer, false) => cells::integer(text).map(|number| column.push_integer(id, number)),
                (Cell::Float, false) => cells::float(text).map(|number| column.push_float(id, number)),
                (Cell::Boolean, false) => cells::boolean(text).map(|truth| column.push_boolean(id, truth)),
                (Cell::Date, false) if text.len() == 10 => {
                    cells::day(text).map(|day| column.push_date(id, day.date))
                }
                (cell, list) => match cells::read(text, *cell, *list) {
                    Ok(read) => {
                        column.push(id, read.value);
                        if let Some((date, precision)) = read.precision {
                            self.precise(entity, *key, date, precision);
                        }
                        Ok(())
                    }
                    Err(mistyped) => Err(mistyped),
                },
            };
            if let Err(mistyped) = outcome {
                self.tell(report, &at(shown, record, *place), "property.type", mistyped.message, None);
            }
        }
    }

    fn precise(&mut self, entity: Entity, key: Key, date: Date, precision: Precision) {
        self.builder.annotation(entity).precisions.push((key, date, precision));
    }

    fn label_set(&mut self, columns: &[Column], record: &ByteRecord) -> u32 {
        let cells = columns.iter().zip(record).filter(|(column, _)| **column == Column::Label);
        let cells: Vec<&[u8]> = cells.map(|(_, cell)| cell).collect();
        let joined;
        let cell: &[u8] = match cells[..] {
            [cell] => cell,
            _ => {
                joined = cells.join(&b';');
                &joined
            }
        };
        if let Some(set) = self.label_sets.get(cell) {
            return *set;
        }
        let text = String::from_utf8_lossy(cell);
        let mut labels: Vec<Label> = Vec::new();
        for name in text.split(';').map(str::trim).filter(|name| !name.is_empty()) {
            let label = self.builder.label(name);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let set = self.builder.label_set(&labels);
        self.label_sets.insert(cell.into(), set);
        set
    }

    /// The node at an end; a placeholder for one that is missing.
    fn end(
        &mut self,
        space: &str,
        shown: &Arc<str>,
        record: &ByteRecord,
        place: usize,
        report: &mut CheckReport,
    ) -> Option<NodeId> {
        let id = std::str::from_utf8(record.get(place)?).ok()?;
        if let Some(node) = self.spaces.get(space).and_then(|ids| ids.find(id)) {
            return Some(node);
        }
        let message = format!("there is no node with the id `{id}`");
        let suggestion = match self.spaces.get(space) {
            Some(ids) if self.told < 100 => notes::near(id, ids.few_texts()),
            _ => None,
        };
        self.tell(report, &at(shown, record, place), "end.dangling", message, suggestion);
        if id.is_empty() {
            return None;
        }
        let node = self.builder.node(&[]);
        self.lines.push(line_of(record));
        for name in ["id", "name"] {
            let key = self.builder.key(name);
            self.builder.node_column(key).push_string(node.0, id);
        }
        let held = self.builder.key("held");
        self.builder.node_column(held).push(node.0, Value::Boolean(false));
        self.spaces.entry(space.to_string()).or_default().insert(id, node);
        Some(node)
    }

    fn text(
        &mut self,
        shown: &Arc<str>,
        record: &ByteRecord,
        place: usize,
        report: &mut CheckReport,
    ) -> Option<String> {
        match std::str::from_utf8(record.get(place)?) {
            Ok(text) => Some(text.to_string()),
            Err(_) => {
                self.tell(report, &at(shown, record, place), "file.encoding", "not UTF-8 text".into(), None);
                None
            }
        }
    }

    fn place_of(&self, node: NodeId) -> String {
        let file = self.files.partition_point(|(first, _)| *first <= node.0).saturating_sub(1);
        let shown = self.files.get(file).map_or("", |(_, shown)| shown.as_ref());
        format!("{shown}:{}", self.lines.get(node.0 as usize).copied().unwrap_or_default())
    }

    fn tell(
        &mut self,
        report: &mut CheckReport,
        at: &At<'_>,
        code: &'static str,
        message: String,
        suggestion: Option<String>,
    ) {
        if self.told == TOLD {
            self.untold += 1;
            return;
        }
        self.told += 1;
        let (line, column) = (line_of(at.record), column_of(at.record, at.place));
        report.errors.push(Problem { file: at.shown.clone(), line, column, code, message, suggestion });
    }

    pub fn finish(self, path: &Path, report: &mut CheckReport) -> Graph {
        if self.untold > 0 {
            let message = format!("{} further problems are not listed", self.untold);
            report.errors.push(Problem::whole(files::shown(path), "problems.more", message));
        }
        self.builder.finish()
    }
}

fn at<'r>(shown: &'r Arc<str>, record: &'r ByteRecord, place: usize) -> At<'r> {
    At { shown, record, place }
}

fn line_of(record: &ByteRecord) -> u32 {
    record.position().map_or(0, |position| position.line() as u32)
}

/// The column at which a cell begins, if no cell before it is quoted.
pub fn column_of(record: &ByteRecord, place: usize) -> u32 {
    let before = record.iter().take(place).map(|cell| String::from_utf8_lossy(cell).chars().count() + 1);
    before.sum::<usize>() as u32 + 1
}
