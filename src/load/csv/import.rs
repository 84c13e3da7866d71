//! The rows of CSV files, as nodes and relationships.

use super::super::problem::{CheckReport, Problem};
use super::super::{LoadOptions, notes};
use super::cells::{self, plain_day, plain_integer};
use super::header::{Cell, Column};
use super::ids::Ids;
use super::rows::Rows;
use super::troubles::{Trouble, Troubles};
use super::{Table, quote_astray};
use crate::graph::{Builder, Entity, Graph, Key, Label, NodeId, RelationshipType};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

/// A graph in the making.
pub struct Import<'o> {
    builder: Builder,
    /// The ids of each space, by its name.
    spaces: Vec<(String, Ids)>,
    label_sets: FxHashMap<Box<[u8]>, u32>,
    /// File and line of each node, to say where the first of two stands.
    files: Vec<(u32, Arc<str>)>,
    lines: Vec<u32>,
    troubles: Troubles,
    options: &'o LoadOptions,
    bytes: u64,
    bytes_before: u64,
    rows: u64,
}

/// A column of properties: its place, its key, and what its cells are.
struct Typed {
    place: usize,
    key: Key,
    cell: Cell,
    list: bool,
}

/// Progress is told after so many rows.
const STEP: u64 = 1 << 14;

impl<'o> Import<'o> {
    pub fn new(options: &'o LoadOptions, bytes: u64) -> Import<'o> {
        Import {
            builder: Builder::new(),
            spaces: Vec::new(),
            label_sets: FxHashMap::default(),
            files: Vec::new(),
            lines: Vec::new(),
            troubles: Troubles::default(),
            options,
            bytes,
            bytes_before: 0,
            rows: 0,
        }
    }

    pub fn nodes(&mut self, table: Table) {
        self.files.push((self.lines.len() as u32, table.shown.clone()));
        let named = |wanted: &str| {
            table.columns.iter().any(|c| matches!(c, Column::Property { name, .. } if name == wanted))
        };
        let mut keys = Vec::new();
        let (mut space, mut id_at) = (0, 0);
        for (place, column) in table.columns.iter().enumerate() {
            let Column::Id { space: name, property } = column else { continue };
            (space, id_at) = (self.space(name), place);
            if !named("id") {
                keys.push(self.builder.key("id"));
            }
            if let Some(name) = property.as_deref().filter(|name| *name != "id") {
                keys.push(self.builder.key(name));
            }
        }
        let typed = self.typed(&table.columns);
        let mut last_labels: (Vec<u8>, Option<u32>) = (Vec::new(), None);
        self.each_row(&table, |import, rows| {
            let id = text(rows, id_at)?;
            if id.is_empty() {
                return Err(Trouble::new(id_at, "csv.id", "the id is missing"));
            }
            let node = NodeId(import.builder.node_count() as u32);
            if let Some(first) = import.spaces[space].1.insert(id, node) {
                let message = format!("the id `{id}` stands twice, first at {}", import.place_of(first));
                return Err(Trouble::new(id_at, "id.duplicate", message));
            }
            for key in &keys {
                import.builder.node_column(*key).push_string(node.0, id);
            }
            let set = import.label_set(&table.columns, rows, &mut last_labels);
            import.builder.node_of_set(set);
            import.lines.push(rows.line());
            import.properties(Entity::Node(node), &typed, rows, &table.shown);
            Ok(())
        });
    }

    pub fn relationships(&mut self, table: Table) {
        let typed = self.typed(&table.columns);
        let (mut start, mut end, mut type_at) = ((0, 0), (0, 0), 0);
        for (place, column) in table.columns.iter().enumerate() {
            match column {
                Column::Start { space } => start = (place, self.space(space)),
                Column::End { space } => end = (place, self.space(space)),
                Column::Type => type_at = place,
                _ => {}
            }
        }
        let mut last_type: (Vec<u8>, Option<RelationshipType>) = (Vec::new(), None);
        self.each_row(&table, |import, rows| {
            let [from, to] = [start, end].map(|(place, space)| import.end(place, space, rows, &table.shown));
            let cell = rows.cell(type_at);
            if last_type.1.is_none() || last_type.0 != cell {
                let name = text(rows, type_at)?;
                let kind = (!name.is_empty()).then(|| import.builder.relationship_type(name));
                last_type = (cell.to_vec(), kind);
            }
            let Some(kind) = last_type.1 else {
                return Err(Trouble::new(type_at, "csv.type", "the type is missing"));
            };
            if let (Some(from), Some(to)) = (from, to) {
                let relationship = import.builder.relationship(from, kind, to);
                import.properties(Entity::Relationship(relationship), &typed, rows, &table.shown);
            }
            Ok(())
        });
    }

    /// Takes every row that has as many cells as the header.
    fn each_row(&mut self, table: &Table, mut take: impl FnMut(&mut Self, &Rows) -> Result<(), Trouble>) {
        let unreadable = |error: std::io::Error| {
            Problem::whole(table.shown.clone(), "file.unreadable", format!("cannot be read: {error}"))
        };
        let mut rows = match table.rows() {
            Ok(rows) => rows,
            Err(error) => return self.troubles.add(unreadable(error)),
        };
        let wanted = table.columns.len();
        loop {
            match rows.advance() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.troubles.add(unreadable(error));
                    break;
                }
            }
            self.rows += 1;
            if self.rows.is_multiple_of(STEP)
                && let Some(progress) = &self.options.progress
            {
                progress.tell(self.rows, self.bytes_before + rows.passed(), self.bytes);
            }
            if let Some(astray) = rows.astray() {
                self.troubles.add(quote_astray(&table.shown, astray));
                continue;
            }
            let taken = match rows.width() {
                width if width == wanted => take(self, &rows),
                found => {
                    let message = format!("the row has {found} cells, the header {wanted}");
                    Err(Trouble::new(0, "csv.columns", message))
                }
            };
            if let Err(trouble) = taken {
                self.troubles.tell(&table.shown, &rows, trouble);
            }
        }
        self.bytes_before += rows.passed();
    }

    /// The number of the id space of that name.
    fn space(&mut self, name: &str) -> usize {
        let known = self.spaces.iter().position(|(known, _)| known == name);
        known.unwrap_or_else(|| {
            self.spaces.push((name.to_string(), Ids::default()));
            self.spaces.len() - 1
        })
    }

    /// The property columns with their keys.
    fn typed(&mut self, columns: &[Column]) -> Vec<Typed> {
        let columns = columns.iter().enumerate();
        columns
            .filter_map(|(place, column)| match column {
                Column::Property { name, cell, list } => {
                    Some(Typed { place, key: self.builder.key(name), cell: *cell, list: *list })
                }
                _ => None,
            })
            .collect()
    }

    fn properties(&mut self, entity: Entity, columns: &[Typed], rows: &Rows, shown: &Arc<str>) {
        for typed in columns {
            let bytes = rows.cell(typed.place);
            if !bytes.is_empty()
                && let Err(trouble) = self.property(entity, typed, bytes)
            {
                self.troubles.tell(shown, rows, trouble);
            }
        }
    }

    fn property(&mut self, entity: Entity, typed: &Typed, bytes: &[u8]) -> Result<(), Trouble> {
        let (id, column) = match entity {
            Entity::Node(node) => (node.0, self.builder.node_column(typed.key)),
            Entity::Relationship(relationship) => {
                (relationship.0, self.builder.relationship_column(typed.key))
            }
        };
        // What bulk data are mostly made of needs no text.
        match (typed.cell, typed.list) {
            (Cell::Integer, false) => {
                if let Some(number) = plain_integer(bytes) {
                    column.push_integer(id, number);
                    return Ok(());
                }
            }
            (Cell::Date | Cell::LastDay, false) => {
                if let Some(day) = plain_day(bytes) {
                    column.push_date(id, day);
                    return Ok(());
                }
            }
            _ => {}
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Trouble::new(typed.place, "file.encoding", "not UTF-8 text"))?;
        let mut precision = None;
        let outcome = match (typed.cell, typed.list) {
            (Cell::Text, false) => {
                column.push_string(id, text);
                Ok(())
            }
            (Cell::Integer, false) => cells::integer(text).map(|number| column.push_integer(id, number)),
            (Cell::Float, false) => cells::float(text).map(|number| column.push_float(id, number)),
            (Cell::Boolean, false) => cells::boolean(text).map(|truth| column.push_boolean(id, truth)),
            (cell, list) => cells::read(text, cell, list).map(|read| {
                column.push(id, read.value);
                precision = read.precision;
            }),
        };
        if let Some((date, precision)) = precision {
            self.builder.annotation(entity).precisions.push((typed.key, date, precision));
        }
        outcome.map_err(|mistyped| Trouble::new(typed.place, "property.type", mistyped.message))
    }

    /// The combination of labels of a row; mostly that of the row before.
    fn label_set(&mut self, columns: &[Column], rows: &Rows, last: &mut (Vec<u8>, Option<u32>)) -> u32 {
        let mut cells = columns.iter().zip(rows.cells()).filter(|(column, _)| **column == Column::Label);
        let first = cells.next().map_or(&[][..], |(_, cell)| cell);
        let joined;
        let cell = match cells.next() {
            None => first,
            Some((_, second)) => {
                let all = [first, second].into_iter().chain(cells.map(|(_, cell)| cell));
                joined = all.collect::<Vec<&[u8]>>().join(&b';');
                &joined
            }
        };
        match last {
            (text, Some(set)) if text == cell => return *set,
            _ => {}
        }
        let set = match self.label_sets.get(cell) {
            Some(set) => *set,
            None => {
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
        };
        *last = (cell.to_vec(), Some(set));
        set
    }

    /// The node at an end; a placeholder for one that is missing.
    #[inline]
    fn end(&mut self, place: usize, space: usize, rows: &Rows, shown: &Arc<str>) -> Option<NodeId> {
        match self.spaces[space].1.find(rows.cell(place)) {
            Some(node) => Some(node),
            None => self.missing_end(place, space, rows, shown),
        }
    }

    #[cold]
    fn missing_end(&mut self, place: usize, space: usize, rows: &Rows, shown: &Arc<str>) -> Option<NodeId> {
        let id = match text(rows, place) {
            Ok(id) => id,
            Err(trouble) => {
                self.troubles.tell(shown, rows, trouble);
                return None;
            }
        };
        let ids = &mut self.spaces[space].1;
        let suggestion = if self.troubles.are_few() { notes::near(id, ids.few_texts()) } else { None };
        let message = format!("there is no node with the id `{id}`");
        let trouble = Trouble { suggestion, ..Trouble::new(place, "end.dangling", message) };
        self.troubles.tell(shown, rows, trouble);
        if id.is_empty() {
            return None;
        }
        let node = self.builder.node(&[]);
        ids.insert(id, node);
        self.lines.push(rows.line());
        for name in ["id", "name"] {
            let key = self.builder.key(name);
            self.builder.node_column(key).push_string(node.0, id);
        }
        let held = self.builder.key("held");
        self.builder.node_column(held).push_boolean(node.0, false);
        Some(node)
    }

    fn place_of(&self, node: NodeId) -> String {
        let file = self.files.partition_point(|(first, _)| *first <= node.0).saturating_sub(1);
        let shown = self.files.get(file).map_or("", |(_, shown)| shown.as_ref());
        format!("{shown}:{}", self.lines.get(node.0 as usize).copied().unwrap_or_default())
    }

    pub fn finish(self, path: &Path, report: &mut CheckReport) -> Graph {
        self.troubles.report(path, report);
        // They are not needed any more, and what follows needs room.
        drop((self.spaces, self.lines));
        self.builder.finish()
    }
}

fn text(rows: &Rows, place: usize) -> Result<&str, Trouble> {
    std::str::from_utf8(rows.cell(place)).map_err(|_| Trouble::new(place, "file.encoding", "not UTF-8 text"))
}
