//! A graph that lies in a snapshot.

use super::annotations::read_source;
use super::image::{Bounds, Image, kind};
use super::{Fault, Lazy, Reader, Section, demand};
use crate::base::Result;
use crate::graph::base::Base;
use crate::graph::delta::Counts;
use crate::graph::statistics::Statistics;
use crate::graph::symbols::{Names, Symbols};
use crate::graph::{Bits, Graph, Key, Label, Source, new_version};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is small and needed at once.
struct Meta {
    bounds: (u32, u32),
    counts: Counts,
    symbols: Symbols,
    label_sets: Vec<Box<[Label]>>,
    holes: (Bits, Bits),
    node_columns: u32,
    relationship_columns: u32,
    distinct: Vec<usize>,
    sources: Vec<Source>,
    files: BTreeMap<Arc<str>, u64>,
}

impl Graph {
    /// The graph of a snapshot. Only names and counts are read; the rest when it is used.
    ///
    /// # Errors
    /// When names and counts are damaged.
    pub fn of_image(image: Arc<Image>) -> Result<Graph> {
        let meta = image.find(kind::META, 0).and_then(|place| image.open_section(place, meta));
        // Whatever has an id takes a byte at least, so that no bound can be beyond all measure.
        let fits =
            |bound: u32, kind| image.entry(kind, 0).is_some_and(|entry| u64::from(bound) <= entry.length);
        let fitting =
            meta.filter(|meta| fits(meta.bounds.0, kind::NODE_SETS) && fits(meta.bounds.1, kind::ENDPOINTS));
        let Some(meta) = fitting else { return Err(image.distrust(kind::META)) };
        let ((node_bound, relationship_bound), (node_holes, relationship_holes)) = (meta.bounds, meta.holes);
        image.set_bounds(Bounds {
            nodes: node_bound,
            relationships: relationship_bound,
            types: meta.symbols.types.len() as u32,
            label_sets: meta.label_sets.len() as u32,
        });
        let kept_indexes =
            image.numbers(kind::INDEX).map(|key| (Key(key), Lazy::of(&image, kind::INDEX, key)));
        let base = Base {
            node_bound,
            relationship_bound,
            node_holes,
            relationship_holes,
            label_sets: meta.label_sets,
            node_sets: Lazy::of(&image, kind::NODE_SETS, 0),
            label_nodes: all(&image, kind::MEMBERS, meta.symbols.labels.len() as u32),
            endpoints: Lazy::of(&image, kind::ENDPOINTS, 0),
            adjacency: all(&image, kind::ADJACENCY, meta.symbols.types.len() as u32),
            node_columns: all(&image, kind::NODE_COLUMN, meta.node_columns),
            relationship_columns: all(&image, kind::RELATIONSHIP_COLUMN, meta.relationship_columns),
            kept_indexes: kept_indexes.collect(),
            kept_names: Some(Lazy::of(&image, kind::NAMES, 0)),
            statistics: Statistics::of_distinct(
                meta.distinct.into_iter().enumerate().map(|(key, count)| (Key(key as u32), count)),
            ),
            ..Base::default()
        };
        Ok(Graph {
            symbols: Arc::new(meta.symbols),
            base: Arc::new(base),
            counts: meta.counts,
            annotations: Arc::new(Lazy::of(&image, kind::ANNOTATIONS, 0)),
            sources: Arc::new(meta.sources),
            files: Arc::new(meta.files),
            image: Some(image),
            version: new_version(),
            ..Graph::default()
        })
    }

    /// Whether the base lies in a snapshot.
    pub fn is_mapped(&self) -> bool {
        self.image.is_some()
    }

    /// Looks at every part of the snapshot in which the graph lies, if it does.
    ///
    /// # Errors
    /// The first damage.
    pub fn verify(&self) -> Result<()> {
        let Some(image) = &self.image else { return Ok(()) };
        image.verify_all();
        image.sound()
    }
}

/// The sections of a kind with the numbers below a bound; empty ones where there is none.
fn all<T: Section>(image: &Arc<Image>, kind: u32, bound: u32) -> Vec<Lazy<T>> {
    (0..bound).map(|number| Lazy::of(image, kind, number)).collect()
}

fn meta(reader: &mut Reader<'_>) -> std::result::Result<Meta, Fault> {
    let bounds = (reader.small()?, reader.small()?);
    let size = |reader: &mut Reader<'_>| usize::try_from(reader.number()?).map_err(|_| Fault);
    let (nodes, relationships) = (size(reader)?, size(reader)?);
    let counts = Counts { nodes, relationships, by_label: reader.list(size)?, by_type: reader.list(size)? };
    let symbols = Symbols { labels: names(reader)?, types: names(reader)?, keys: names(reader)? };
    let labels = symbols.labels.len() as u32;
    let label_sets = reader.list(|reader| {
        let set = reader.list(|reader| {
            let label = reader.small()?;
            demand(label < labels)?;
            Ok(Label(label))
        })?;
        Ok(set.into_boxed_slice())
    })?;
    demand(bounds.0 == 0 || !label_sets.is_empty())?;
    let holes = (Bits::of_words(reader.list(Reader::number)?), Bits::of_words(reader.list(Reader::number)?));
    let (node_columns, relationship_columns) = (reader.small()?, reader.small()?);
    let keys = symbols.keys.len() as u32;
    demand(node_columns <= keys && relationship_columns <= keys)?;
    let distinct = reader.list(size)?;
    let sources = reader.list(read_source)?;
    let files = reader.list(|reader| Ok((Arc::from(reader.text()?), reader.number()?)))?;
    Ok(Meta {
        bounds,
        counts,
        symbols,
        label_sets,
        holes,
        node_columns,
        relationship_columns,
        distinct,
        sources,
        files: files.into_iter().collect(),
    })
}

fn names(reader: &mut Reader<'_>) -> std::result::Result<Names, Fault> {
    let mut names = Names::default();
    for (number, name) in reader.list(|reader| reader.text())?.into_iter().enumerate() {
        demand(names.intern(name) as usize == number)?;
    }
    Ok(names)
}
