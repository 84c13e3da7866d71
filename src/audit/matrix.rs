//! Who is responsible for what, how, and on which legal basis.
//!
//! Relations of responsibility and relations that count as a legal basis are marked in the vocabulary. Who is responsible
//! is the end that can act; a thing may be reached directly, or through a task that has to do with it.

use crate::base::{Report, Result, nearest};
use crate::graph::{Entity, Graph, Label, Mask, NodeId, RelationshipId, RelationshipType, Way};
use crate::value::Date;
use crate::vocabulary::{LegalBasis, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Clone, Debug, Default)]
pub struct Matrix {
    pub rows: Vec<NodeId>,
    pub columns: Vec<NodeId>,
    /// By row, then by column.
    pub cells: Vec<Cell>,
}

/// How one is responsible for the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub row: Option<NodeId>,
    pub column: Option<NodeId>,
    /// Names of relations, as the vocabulary writes them.
    pub relations: Vec<String>,
    pub legal_basis: Vec<NodeId>,
    /// The relationships it rests on.
    pub facts: Vec<RelationshipId>,
}

/// What a responsibility relation or a legal basis is, in terms of one graph.
struct Marks {
    /// Type, name, and the way from who is responsible.
    responsibility: Vec<(RelationshipType, String, Way)>,
    /// Type, the way from what is founded to what founds it, and whether it only says what an instrument is about.
    basis: Vec<(RelationshipType, Way, bool)>,
    /// Labels of what can act.
    agents: BTreeSet<Label>,
}

/// Makes the matrix. `rows` and `columns` are kinds or nouns of the vocabulary: `bodies`, `topics`, `Ministry`.
///
/// # Errors
/// A word that is no kind.
pub fn matrix(
    graph: &Graph,
    vocabulary: &Vocabulary,
    rows: &str,
    columns: &str,
    as_of: Option<Date>,
) -> Result<Matrix> {
    let (row_kinds, column_kinds) = (kinds(vocabulary, rows)?, kinds(vocabulary, columns)?);
    let mask = as_of.map(|day| graph.as_of(day));
    let finder = Finder { graph, mask, marks: marks(graph, vocabulary) };
    let is_one = |node: NodeId, kinds: &BTreeSet<Arc<str>>| {
        graph.labels(node).iter().any(|label| kinds.contains(graph.label_name(*label)))
    };
    let mut cells: BTreeMap<(NodeId, NodeId), Cell> = BTreeMap::new();
    for body in graph.nodes().filter(|node| finder.has_node(*node) && is_one(*node, &row_kinds)) {
        for (relation, relationship, thing) in finder.responsibilities(body) {
            let mut reached = vec![(thing, vec![relationship])];
            // A task stands for what it is about.
            reached.extend(
                finder.beyond(thing, body).into_iter().map(|(next, by)| (next, vec![relationship, by])),
            );
            for (at, (column, facts)) in reached.into_iter().enumerate() {
                // What is beyond a thing that is itself a column belongs to that column.
                if column == body
                    || !is_one(column, &column_kinds)
                    || (at > 0 && is_one(thing, &column_kinds))
                {
                    continue;
                }
                let cell = cells.entry((body, column)).or_default();
                (cell.row, cell.column) = (Some(body), Some(column));
                if !cell.relations.contains(&relation) {
                    cell.relations.push(relation.clone());
                }
                cell.facts.extend(facts);
                for (basis, by) in finder.bases(body, thing) {
                    if !cell.legal_basis.contains(&basis) {
                        cell.legal_basis.push(basis);
                        cell.facts.push(by);
                    }
                }
            }
        }
    }
    let mut made = Matrix::default();
    for ((row, column), mut cell) in cells {
        cell.relations.sort();
        cell.legal_basis.sort_unstable();
        cell.facts.sort_unstable();
        cell.facts.dedup();
        made.rows.push(row);
        made.columns.push(column);
        made.cells.push(cell);
    }
    for list in [&mut made.rows, &mut made.columns] {
        list.sort_unstable();
        list.dedup();
    }
    Ok(made)
}

struct Finder<'g> {
    graph: &'g Graph,
    mask: Option<Arc<Mask>>,
    marks: Marks,
}

impl Finder<'_> {
    fn has_node(&self, node: NodeId) -> bool {
        self.mask.as_ref().is_none_or(|mask| mask.has_node(node))
    }

    fn adjacent(&self, node: NodeId, way: Way, kind: RelationshipType) -> Vec<(NodeId, RelationshipId)> {
        let adjacent = self.graph.adjacent(node, way, kind);
        let pairs = adjacent.nodes.iter().copied().zip(adjacent.relationships.iter().copied());
        let there =
            |r: &RelationshipId| self.mask.as_ref().is_none_or(|mask| mask.has(Entity::Relationship(*r)));
        pairs.filter(|(_, relationship)| there(relationship)).collect()
    }

    fn responsibilities(&self, body: NodeId) -> Vec<(String, RelationshipId, NodeId)> {
        let mut found = Vec::new();
        for (kind, name, way) in &self.marks.responsibility {
            let adjacent = self.adjacent(body, *way, *kind).into_iter();
            found.extend(adjacent.map(|(node, relationship)| (name.clone(), relationship, node)));
        }
        found
    }

    /// What a thing that a body bears points to by any relation: the topics of a task.
    fn beyond(&self, thing: NodeId, body: NodeId) -> Vec<(NodeId, RelationshipId)> {
        let bears = self.marks.responsibility.iter().any(|(kind, _, way)| {
            *way == Way::Out && self.graph.adjacent(body, *way, *kind).nodes.contains(&thing)
        });
        // What another body does is its own matter.
        let acts = self.graph.labels(thing).iter().any(|label| self.marks.agents.contains(label));
        if !bears || acts {
            return Vec::new();
        }
        self.graph.types().into_iter().flat_map(|kind| self.adjacent(thing, Way::Out, kind)).collect()
    }

    /// What founds the thing or designates the body. An instrument that is only about the thing counts where it has to
    /// do with the body too.
    fn bases(&self, body: NodeId, thing: NodeId) -> Vec<(NodeId, RelationshipId)> {
        let about_body = |instrument: NodeId| {
            self.graph.types().iter().any(|kind| {
                self.adjacent(instrument, Way::Out, *kind).iter().any(|(other, _)| *other == body)
            })
        };
        let mut found = Vec::new();
        for (kind, way, topical) in &self.marks.basis {
            let bases = self.adjacent(thing, *way, *kind).into_iter();
            found.extend(bases.filter(|(basis, _)| !topical || about_body(*basis)));
        }
        for (kind, _, way) in self.marks.responsibility.iter().filter(|(_, _, way)| *way == Way::In) {
            found.extend(self.adjacent(body, *way, *kind));
        }
        found
    }
}

fn marks(graph: &Graph, vocabulary: &Vocabulary) -> Marks {
    let mut marks = Marks { responsibility: Vec::new(), basis: Vec::new(), agents: BTreeSet::new() };
    let agents =
        vocabulary.kinds.iter().filter(|kind| vocabulary.lineage(&kind.name).iter().any(|k| k.agent));
    marks.agents = agents.filter_map(|kind| graph.label(&kind.name)).collect();
    let acts = |kinds: &[String]| {
        !kinds.is_empty() && kinds.iter().any(|kind| vocabulary.lineage(kind).iter().any(|k| k.agent))
    };
    for relation in &vocabulary.relations {
        let Some(kind) = graph.relationship_type(&relation.type_name()) else { continue };
        if relation.responsibility {
            let way = if acts(&relation.from) || !acts(&relation.to) { Way::Out } else { Way::In };
            marks.responsibility.push((kind, relation.name.clone(), way));
        }
        if let (LegalBasis::Yes, Some(giver)) = (relation.legal_basis, relation.authority) {
            let way = if giver == crate::vocabulary::End::From { Way::In } else { Way::Out };
            marks.basis.push((kind, way, relation.adjunct));
        }
    }
    marks
}

/// The kinds that a word means, with all kinds below them.
fn kinds(vocabulary: &Vocabulary, word: &str) -> Result<BTreeSet<Arc<str>>> {
    let word = word.trim().to_lowercase();
    let mut forms = vec![word.clone()];
    forms.extend(word.strip_suffix("ies").map(|stem| format!("{stem}y")));
    forms.extend(word.strip_suffix("es").map(str::to_owned));
    forms.extend(word.strip_suffix('s').map(str::to_owned));
    let mut meant: Vec<&str> = Vec::new();
    for form in &forms {
        let named = vocabulary.kinds.iter().filter(|kind| kind.name.to_lowercase() == *form);
        meant.extend(named.map(|kind| kind.name.as_str()));
        let first = |kind: &&crate::vocabulary::Kind| {
            kind.nouns.first().is_some_and(|noun| noun.to_lowercase() == *form)
        };
        meant.extend(vocabulary.kinds.iter().filter(first).map(|kind| kind.name.as_str()));
        if !meant.is_empty() {
            break;
        }
    }
    if meant.is_empty() {
        let nouns = vocabulary.kinds.iter().filter_map(|kind| kind.nouns.first().map(String::as_str));
        let mut report = Report::input("usage.matrix", format!("`{word}` is no kind of the vocabulary"));
        if let Some(near) = nearest(&word, nouns, 1).first() {
            report = report.help(format!("Did you mean `{near}`?"));
        }
        return Err(report.help("Write for example `bodies`, `topics`, `tasks` or `instruments`."));
    }
    let below = |kind: &&crate::vocabulary::Kind| meant.iter().any(|top| vocabulary.is_a(&kind.name, top));
    Ok(vocabulary.kinds.iter().filter(below).map(|kind| Arc::from(kind.name.as_str())).collect())
}
