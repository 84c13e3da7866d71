//! As if a draft were adopted.
//!
//! What would hold then is marked in the vocabulary: a relation names the one that it becomes (`if_adopted`), and kinds
//! and values of properties say that they last until adoption (`until_adopted`). The session answers from a copy of the
//! graph in which the draft is adopted; the graph itself stays as it is.

use super::{Options, Session};
use crate::answer::{Answer, Scene};
use crate::base::{Report, Result, Span};
use crate::bind::question::Form;
use crate::graph::{Certainty, Entity, Evidence, Graph, NodeId, Way};
use crate::language::question::morphology;
use crate::value::Value;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

/// A graph that an answer was made from and that is not the session's own.
#[derive(Clone)]
pub struct Behind(Arc<Graph>);

impl std::fmt::Debug for Behind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Behind")
    }
}

/// The copy that was made last: of which version of the graph, for which drafts.
pub(super) type Kept = Option<(u64, Vec<String>, Arc<Graph>)>;

impl Session {
    /// The graph and vocabulary that an answer speaks of.
    pub fn scene_of<'s>(&'s self, answer: &'s Answer) -> Scene<'s> {
        let graph = answer.behind.as_ref().map_or(&self.graph, |behind| &*behind.0);
        Scene::new(graph, &self.vocabulary)
    }

    /// What assuming these drafts adopted means, in a sentence.
    ///
    /// # Errors
    /// A name that is not known, or of something that is no draft.
    pub fn assumption(&mut self, drafts: &[String]) -> Result<String> {
        self.assumed(drafts)?;
        let mut said = Vec::new();
        for draft in drafts {
            let node = self.draft(draft)?;
            said.push(self.graph.name(node).to_string());
        }
        Ok(format!("Answers assume the adoption of {}.", said.join(" and of ")))
    }

    /// Runs something about a statement with the assumptions that stand in the options and in its text.
    pub(crate) fn as_assumed<T>(
        &mut self,
        text: &str,
        options: &Options,
        then: impl FnOnce(&mut Session, &str, &Options) -> Result<T>,
    ) -> Result<T> {
        if let Some((rest, assuming)) = self.without_assumption(text, options) {
            return self.as_assumed(&rest, &assuming, then);
        }
        if options.assume.is_empty() {
            return then(self, text, options);
        }
        let assumed = self.assumed(&options.assume)?;
        let here = Options { assume: Vec::new(), ..options.clone() };
        let own = std::mem::replace(&mut self.graph, (*assumed).clone());
        let words = self.words.take();
        // Even a fault leaves the session with its own graph.
        let done = catch_unwind(AssertUnwindSafe(|| then(self, text, &here)));
        self.graph = own;
        self.words = words;
        done.unwrap_or_else(|fault| resume_unwind(fault))
    }

    /// Answers as if the drafts were adopted.
    pub(super) fn run_assuming(&mut self, text: &str, options: &Options) -> Result<Answer> {
        let said = self.assumption(&options.assume)?;
        let assumed = self.assumed(&options.assume)?;
        let mut answer =
            self.as_assumed(text, options, |session, text, options| session.run(text, options))?;
        if answer.effects != Default::default() {
            return Err(Report::input(
                "assume.write",
                "nothing can be written while a draft is assumed adopted",
            )
            .help("Leave out the assumption to edit the graph."));
        }
        answer.behind = Some(Behind(assumed));
        answer.notes.insert(0, said);
        Ok(answer)
    }

    fn assumed(&mut self, drafts: &[String]) -> Result<Arc<Graph>> {
        if let Some((version, known, graph)) = &self.assumed
            && *version == self.graph.version()
            && known == drafts
        {
            return Ok(graph.clone());
        }
        let nodes = drafts.iter().map(|draft| self.draft(draft)).collect::<Result<Vec<NodeId>>>()?;
        let version = self.graph.version();
        let own = self.graph.clone();
        let mut adopted = Ok(());
        for node in nodes {
            adopted = adopted.and_then(|()| self.adopt(node));
        }
        let derived = adopted.and_then(|()| self.derive());
        let graph = Arc::new(std::mem::replace(&mut self.graph, own));
        derived?;
        self.assumed = Some((version, drafts.to_vec(), graph.clone()));
        Ok(graph)
    }

    /// The entity of that name.
    fn draft(&mut self, name: &str) -> Result<NodeId> {
        let asked = format!("describe {name}");
        let meant = self.understand(&asked, None).map_err(|report| report.in_text(&asked))?;
        match meant.form {
            Form::Card(node) => Ok(node),
            _ => Err(Report::input("assume.name", format!("`{name}` is not the name of a draft"))),
        }
    }

    /// Makes what would hold if a draft were adopted.
    fn adopt(&mut self, node: NodeId) -> Result<()> {
        let vocabulary = self.vocabulary.clone();
        let name = self.graph.name(node);
        let mut pending = false;
        for kind in vocabulary.kinds.iter().filter(|kind| kind.until_adopted) {
            if let Some(label) = self.graph.label(&kind.name) {
                pending |= self.graph.remove_label(node, label);
            }
        }
        for property in &vocabulary.properties {
            let Some(key) = self.graph.key(&property.name) else { continue };
            let now = self.graph.property(Entity::Node(node), key);
            let passing = property.values.iter().filter(|value| value.until_adopted);
            if passing.into_iter().any(|value| now.as_str() == Some(value.value.as_str())) {
                self.graph.set_property(Entity::Node(node), key, Value::Null);
                pending = true;
            }
        }
        for relation in &vocabulary.relations {
            let Some(becomes) = relation.if_adopted.as_deref().and_then(|name| vocabulary.relation(name))
            else {
                continue;
            };
            let Some(kind) = self.graph.relationship_type(&relation.type_name()) else { continue };
            let would = self.graph.adjacent(node, Way::Out, kind);
            let would: Vec<_> =
                would.nodes.iter().copied().zip(would.relationships.iter().copied()).collect();
            let kind = self.graph.intern_type(&becomes.type_name());
            for (end, stated) in would {
                let stated = Entity::Relationship(stated);
                let (properties, evidence) =
                    (self.graph.properties(stated), self.graph.evidence(stated).to_vec());
                let made = self.graph.create_relationship(node, kind, end, properties);
                let assumed = evidence.into_iter().map(|evidence| Evidence {
                    certainty: Certainty::Assumed,
                    note: Some(format!("holds if {name} is adopted").into()),
                    ..evidence
                });
                self.graph.set_evidence(Entity::Relationship(made), assumed.collect());
                pending = true;
            }
        }
        if pending {
            return Ok(());
        }
        Err(Report::input("assume.draft", format!("{name} is no draft: there is nothing to assume"))
            .help("`which drafts are there` lists the drafts."))
    }

    /// `assuming X is approved, …`: the text without the assumption, in its place, and the options with it.
    pub(super) fn without_assumption(&self, text: &str, options: &Options) -> Option<(String, Options)> {
        let (draft, end) = self.assumed_in(text)?;
        let name = draft.of(text).trim().to_owned();
        let mut rest = " ".repeat(end);
        rest.push_str(text.get(end..)?);
        let mut options = options.clone();
        options.assume.push(name);
        Some((rest, options))
    }

    /// Where the name of the draft stands, and where the assumption ends.
    fn assumed_in(&self, text: &str) -> Option<(Span, usize)> {
        let start = text.len() - text.trim_start().len();
        let opening =
            ["assuming that ", "assuming ", "supposing that ", "supposing ", "suppose that ", "suppose "];
        let lower = text.to_ascii_lowercase();
        let begun =
            opening.iter().find(|word| lower.get(start..).is_some_and(|rest| rest.starts_with(**word)))?;
        let from = start + begun.len();
        let adopted = self.words_of_adoption();
        for (comma, _) in lower.match_indices(',').filter(|(at, _)| *at > from) {
            let said = lower.get(from..comma)?.trim_end();
            let state = adopted.iter().find_map(|word| said.strip_suffix(word.as_str())?.strip_suffix(' '));
            let linking =
                [" is", " are", " was", " were", " has been", " had been", " gets", " be", " becomes"];
            let Some(state) = state else { continue };
            if let Some(name) = linking.iter().find_map(|verb| state.trim_end().strip_suffix(verb)) {
                return Some((Span::new(from, from + name.len()), comma + 1));
            }
        }
        None
    }

    /// The participles of the relations that something not yet adopted lacks, and of the dates of adoption.
    fn words_of_adoption(&self) -> Vec<String> {
        let passing = self.vocabulary.properties.iter().flat_map(|property| &property.values);
        let denied: Vec<&String> =
            passing.filter(|value| value.until_adopted).flat_map(|value| &value.denies).collect();
        let relations = self.vocabulary.relations.iter().filter(|relation| denied.contains(&&relation.name));
        let mut words: Vec<String> = relations
            .flat_map(|relation| &relation.verbs)
            .map(|phrase| match phrase.split_once(' ') {
                Some((verb, rest)) => format!("{} {rest}", morphology::participle(verb)),
                None => morphology::participle(phrase),
            })
            .collect();
        words.extend(["adopted", "in force"].map(str::to_owned));
        words
    }
}
