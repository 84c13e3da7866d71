//! Questions that can be asked of the graph at hand, made from its own words: for the greeting and the guide.

use super::knowledge::third_person;
use crate::graph::{Graph, NodeId, Way};
use crate::render::{Ink, Look, Scene, pairs};
use crate::session::Session;
use crate::vocabulary::{Kind, Relation};

/// Names longer than this do not make good examples.
const SHORT_NAME: usize = 60;

/// What a new session says first.
pub fn greeting(session: &Session, look: &Look) -> String {
    let graph = &session.graph;
    let mut out = format!(
        "{} {} · {} nodes, {} relationships\n",
        look.paint(Ink::Heading, "Whichlaw"),
        env!("CARGO_PKG_VERSION"),
        graph.node_count(),
        graph.relationship_count()
    );
    let questions = questions(session);
    if questions.is_empty() {
        out.push_str("The graph is empty; `CREATE (:Law {name: 'A law'})` adds a node.\n");
    } else {
        out.push_str("Ask in plain English, for example:\n");
        // One of each sort, where there is one.
        for start in ["which ", "who ", "describe "] {
            let question = questions.iter().find(|q| q.starts_with(start));
            if let Some(question) = question {
                out.push_str(&format!("  {}\n", look.paint(Ink::Name, question)));
            }
        }
    }
    let hint = "Tab completes names and verbs, :help shows everything, Ctrl-D leaves.\n";
    out.push_str(&look.paint(Ink::Dim, hint));
    out
}

/// How to ask, pattern by pattern.
pub fn guide(session: &Session, look: &Look) -> String {
    let mut out = format!("{}\n", look.paint(Ink::Heading, "Questions about this graph"));
    for question in questions(session) {
        out.push_str(&format!("  {question}\n"));
    }
    out.push_str(&format!("\n{}\n", look.paint(Ink::Heading, "What combines")));
    out.push_str(&pairs(PATTERNS, look));
    out.push_str(
        "\nNames may be quoted or not, shortened to an alias, or given as an id; Tab completes them.\n",
    );
    out.push_str("A word that is not understood is an error with the nearest right words, never ignored.\n");
    out
}

const PATTERNS: &[(&str, &str)] = &[
    ("which … / what …", "which KIND VERBs NAME · what did NAME VERB · NAME was VERBed by what"),
    ("who …", "who VERBs NAME"),
    ("relative clauses", "the KIND that NAME VERBed · KINDs VERBed by NAME"),
    ("with, without", "KINDs with a NOUN · KINDs without a NOUN"),
    ("and, or, not", "KINDs that VERB NAME and do not VERB NAME"),
    ("numbers", "how many KINDs … · total … · average … · the most … · per year · by kind"),
    ("dates", "… dated before 2005 · … in 2014 · … between 2010 and 2016 · … in force on DAY"),
    ("as of a day", "as of 2010-01-01, which …"),
    ("connections", "how is NAME connected to NAME"),
    ("yes or no", "did NAME VERB NAME · is there a KIND that …"),
    ("cards", "describe NAME, or just NAME"),
];

/// Questions with an answer in the graph, at most one a relation, in the order of the vocabulary.
pub fn questions(session: &Session) -> Vec<String> {
    let scene = Scene::new(&session.graph, &session.vocabulary);
    let mut found: Vec<String> = Vec::new();
    for relation in &session.vocabulary.relations {
        let Some((from, to)) = example(&session.graph, relation, &scene) else { continue };
        found.extend(question(relation, from, to, &scene));
    }
    let card = found.first().and_then(|_| short_node(&session.graph, &scene));
    if let Some(node) = card {
        found.insert(found.len().min(2), format!("describe {}", scene.called(node)));
    }
    found.truncate(20);
    found
}

/// A relationship of that relation between things with short names.
fn example(graph: &Graph, relation: &Relation, scene: &Scene<'_>) -> Option<(NodeId, NodeId)> {
    let kind = graph.relationship_type(&relation.type_name())?;
    let short = |node: NodeId| scene.name(node).is_some_and(|n| n.chars().count() <= SHORT_NAME);
    graph.relationships().take(100_000).find_map(|relationship| {
        let ends = graph.ends(relationship);
        let fits = ends.kind == kind && short(ends.start) && short(ends.end);
        fits.then_some((ends.start, ends.end))
    })
}

fn short_node(graph: &Graph, scene: &Scene<'_>) -> Option<NodeId> {
    graph.nodes().take(10_000).find(|node| {
        scene.name(*node).is_some_and(|name| (6..=40).contains(&name.chars().count()))
            && graph.types().iter().any(|t| graph.degree(*node, Way::Out, *t) > 1)
    })
}

fn question(relation: &Relation, from: NodeId, to: NodeId, scene: &Scene<'_>) -> Option<String> {
    let verb = third_person(relation.verbs.first()?);
    let kind = scene.kind(from).and_then(|kind| scene.vocabulary.kind(&kind))?;
    let object = scene.called(to);
    if acts(kind, scene)
        && relation.from.iter().all(|k| scene.vocabulary.kind(k).is_some_and(|k| acts(k, scene)))
    {
        return Some(format!("who {verb} {object}?"));
    }
    let noun = kind.nouns.first()?;
    Some(format!("which {noun} {verb} {object}?"))
}

/// Whether `who` asks for things of this kind.
fn acts(kind: &Kind, scene: &Scene<'_>) -> bool {
    scene.vocabulary.lineage(&kind.name).iter().any(|k| k.agent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Options;

    #[test]
    fn every_example_has_an_answer() {
        let mut session = Session::builtin().unwrap();
        let mut failed = Vec::new();
        for question in questions(&session) {
            match session.run(&question, &Options::default()) {
                Ok(answer) if !answer.rows.is_empty() => {}
                Ok(_) => failed.push(format!("{question}: nothing found")),
                Err(report) => failed.push(format!("{question}: {}", report.message)),
            }
        }
        assert!(failed.is_empty(), "{}", failed.join("\n"));
        assert!(greeting(&session, &Look::plain()).contains("which "));
    }
}
