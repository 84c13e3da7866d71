//! As if a draft were adopted.
//!
//! What would hold then is marked in the vocabulary: a relation names the one that it becomes (`if_adopted`), and kinds
//! and values of properties say that they last until adoption (`until_adopted`). The session answers from a copy of the
//! graph in which the draft is adopted; the graph itself stays as it is.

use super::supposition::supposed;
use super::{Options, Session};
use crate::answer::{Answer, Scene};
use crate::base::{Report, Result, Span};
use crate::bind::question::Form;
use crate::graph::{Certainty, Entity, Evidence, Graph, NodeId, Way};
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
            for node in self.drafts(draft)? {
                said.push(self.graph.name(node).to_string());
            }
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
        let mut nodes: Vec<(NodeId, Span)> = Vec::new();
        for draft in drafts {
            let span = Span::new(draft.len() - draft.trim_start().len(), draft.trim_end().len());
            nodes.extend(self.drafts(draft)?.into_iter().map(|node| (node, span)));
        }
        let version = self.graph.version();
        let own = self.graph.clone();
        let mut adopted = Ok(());
        for (node, span) in nodes {
            adopted = adopted.and_then(|()| self.adopt(node).map_err(|report| report.or_at(span)));
        }
        let derived = adopted.and_then(|()| self.derive());
        let graph = Arc::new(std::mem::replace(&mut self.graph, own));
        derived?;
        self.assumed = Some((version, drafts.to_vec(), graph.clone()));
        Ok(graph)
    }

    /// The drafts of that name: one, or those that it names joined by `and`.
    fn drafts(&mut self, name: &str) -> Result<Vec<NodeId>> {
        let whole = match self.draft(name) {
            Ok(node) => return Ok(vec![node]),
            Err(report) => report,
        };
        let joints = [", and ", " and ", ", "];
        let mut parts = Vec::new();
        let mut from = 0;
        while let Some((at, joint)) = joints
            .iter()
            .filter_map(|joint| name.get(from..)?.find(joint).map(|at| (from + at, joint)))
            .min_by_key(|(at, joint)| (*at, std::cmp::Reverse(joint.len())))
        {
            parts.push((from, at));
            from = at + joint.len();
        }
        if parts.is_empty() {
            return Err(whole);
        }
        parts.push((from, name.len()));
        let mut found = Vec::new();
        for (from, to) in parts {
            // Each part keeps its place.
            let part = format!("{}{}", " ".repeat(from), name.get(from..to).unwrap_or_default());
            found.push(self.draft(&part)?);
        }
        Ok(found)
    }

    /// The entity of that name. Blanks before it say where it stands in what was typed.
    fn draft(&mut self, name: &str) -> Result<NodeId> {
        const ASKED: &str = "describe ";
        let place = name.len() - name.trim_start().len();
        let asked = format!("{ASKED}{}", name.trim());
        let span = Span::new(place, name.trim_end().len());
        let meant = self.understand(&asked, None).map_err(|mut report| {
            let moved = |span: Span| {
                let move_by = |at: usize| (at + place).saturating_sub(ASKED.len());
                Span::new(move_by(span.start), move_by(span.end))
            };
            report.labels.iter_mut().for_each(|label| label.span = moved(label.span));
            report.suggestions.iter_mut().for_each(|suggestion| suggestion.span = moved(suggestion.span));
            if place == 0 { report.in_text(name) } else { report }
        })?;
        match meant.form {
            Form::Card(node) => Ok(node),
            _ => Err(Report::input("assume.name", format!("`{}` is not the name of a draft", name.trim()))
                .at(span, "not a name")
                .help("`which drafts are there` lists the drafts.")),
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
                self.graph.set_evidence(Entity::Relationship(made), assumed(evidence, &name));
                pending = true;
            }
        }
        if pending {
            let evidence = self.graph.evidence(Entity::Node(node)).to_vec();
            self.graph.set_evidence(Entity::Node(node), assumed(evidence, &name));
            return Ok(());
        }
        Err(Report::input("assume.draft", format!("{name} is no draft: there is nothing to assume"))
            .help("`which drafts are there` lists the drafts."))
    }

    /// `assuming X is approved, …`: the text without the assumption, in its place, and the options with it.
    pub(super) fn without_assumption(&self, text: &str, options: &Options) -> Option<(String, Options)> {
        let supposed = supposed(text, &self.vocabulary)?;
        let mut options = options.clone();
        options.assume.extend(supposed.drafts);
        Some((supposed.rest, options))
    }
}

/// The same places, marked as holding only if a draft is adopted. What has no place rests on the assumption alone.
fn assumed(mut evidence: Vec<Evidence>, draft: &str) -> Vec<Evidence> {
    if evidence.is_empty() {
        let (source, locator) = ("assumption".into(), "".into());
        evidence.push(Evidence { source, locator, certainty: Certainty::Assumed, reading: None, note: None });
    }
    let marked = |evidence| Evidence {
        certainty: Certainty::Assumed,
        note: Some(format!("holds if {draft} is adopted").into()),
        ..evidence
    };
    evidence.into_iter().map(marked).collect()
}
