//! The vocabulary and the schema as pages.

use super::look::{Ink, Look};
use super::text::Text;
use crate::answer::relation_verb;
use crate::base::{Report, Result, fold, nearest};
use crate::graph::Graph;
use crate::vocabulary::{Kind, Property, Relation, Vocabulary};

/// All kinds, relations and properties, or those that have to do with a word.
///
/// # Errors
/// The word belongs to nothing.
pub fn vocabulary(vocabulary: &Vocabulary, word: Option<&str>, look: &Look) -> Result<String> {
    let wanted = word.map(fold);
    let hit = |texts: Vec<&str>| match &wanted {
        Some(wanted) => texts.into_iter().any(|text| touches(&fold(text), wanted)),
        None => true,
    };
    let mut out = String::new();
    let kinds: Vec<&Kind> = match wanted {
        None => tree(vocabulary),
        Some(_) => vocabulary.kinds.iter().filter(|kind| hit(kind_words(kind).collect())).collect(),
    };
    section(&mut out, "Kinds", look, kinds.iter().map(|kind| kind_line(kind, vocabulary, word.is_some())));
    let relations = vocabulary.relations.iter().filter(|relation| hit(relation_words(relation).collect()));
    section(&mut out, "Relations", look, relations.map(|relation| relation_line(relation, word.is_some())));
    let properties = vocabulary.properties.iter().filter(|property| hit(property_words(property).collect()));
    section(&mut out, "Properties", look, properties.map(property_line));
    if out.is_empty() {
        return Err(unknown(vocabulary, word.unwrap_or("")));
    }
    Ok(out)
}

fn touches(text: &str, wanted: &str) -> bool {
    text == wanted
        || text.split(' ').any(|w| w == wanted)
        || (wanted.len() > 3 && text.contains(wanted.trim_end_matches("ed")))
}

fn unknown(vocabulary: &Vocabulary, word: &str) -> Box<Report> {
    let report = Report::input("vocabulary.unknown", format!("the vocabulary has no word `{word}`"));
    let words = vocabulary
        .kinds
        .iter()
        .flat_map(kind_words)
        .chain(vocabulary.relations.iter().flat_map(relation_words))
        .chain(vocabulary.properties.iter().flat_map(property_words));
    let near = nearest(word, words, 3);
    if near.is_empty() {
        return report.help("`:vocabulary` alone shows all words.");
    }
    report.help(format!("Near words: {}.", near.join(", ")))
}

fn kind_words(kind: &Kind) -> impl Iterator<Item = &str> {
    std::iter::once(kind.name.as_str()).chain(kind.nouns.iter().map(String::as_str))
}

fn relation_words(relation: &Relation) -> impl Iterator<Item = &str> {
    let nouns = relation.nouns.of_from.iter().chain(&relation.nouns.of_to);
    let ends = relation.from.iter().chain(&relation.to);
    std::iter::once(relation.name.as_str()).chain(
        relation.verbs.iter().chain(&relation.inverse_verbs).chain(nouns).chain(ends).map(String::as_str),
    )
}

fn property_words(property: &Property) -> impl Iterator<Item = &str> {
    let words = property.words.iter().chain(&property.verbs).chain(&property.event_nouns);
    std::iter::once(property.name.as_str()).chain(words.map(String::as_str))
}

fn section(out: &mut String, title: &str, look: &Look, lines: impl Iterator<Item = (usize, Text)>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    out.push_str(&format!("{}{}\n", if out.is_empty() { "" } else { "\n" }, look.paint(Ink::Heading, title)));
    for (depth, text) in lines {
        let indent = 2 + 2 * depth;
        let room = look.width.map(|width| width.saturating_sub(indent + 4).max(20));
        for (number, (line, _)) in text.wrap(room).into_iter().enumerate() {
            let hanging = if number == 0 { indent } else { indent + 4 };
            out.push_str(&format!("{}{}\n", " ".repeat(hanging), line.painted(look)));
        }
    }
}

/// Kinds below their parents.
fn tree(vocabulary: &Vocabulary) -> Vec<&Kind> {
    fn below<'v>(vocabulary: &'v Vocabulary, parent: Option<&str>, out: &mut Vec<&'v Kind>) {
        for kind in vocabulary.kinds.iter().filter(|kind| kind.parent.as_deref() == parent) {
            // A kind that is its own ancestor is listed once.
            if !out.iter().any(|seen| std::ptr::eq(*seen, kind)) {
                out.push(kind);
                below(vocabulary, Some(&kind.name), out);
            }
        }
    }
    let mut out = Vec::new();
    below(vocabulary, None, &mut out);
    out
}

fn kind_line(kind: &Kind, vocabulary: &Vocabulary, whole: bool) -> (usize, Text) {
    let line = vocabulary.lineage(&kind.name);
    let mut text = Text::new(&kind.name, Ink::Kind);
    if whole && line.len() > 1 {
        let parents: Vec<&str> = line.iter().skip(1).map(|k| k.name.as_str()).collect();
        text.push(format!(" < {}", parents.join(" < ")), Ink::Dim);
    }
    if !kind.nouns.is_empty() {
        text.push(format!("  {}", kind.nouns.join(", ")), Ink::Plain);
    }
    push_meaning(&mut text, kind.doc.as_deref(), kind.iri.as_deref(), whole);
    (if whole { 0 } else { line.len().saturating_sub(1) }, text)
}

fn relation_line(relation: &Relation, whole: bool) -> (usize, Text) {
    let mut text = Text::new(&relation.name, Ink::Verb);
    text.push(format!("  {} ", relation.from.join(", ")), Ink::Kind);
    text.push(relation_verb(relation), Ink::Plain);
    text.push(format!(" {}", relation.to.join(", ")), Ink::Kind);
    if whole {
        for (title, words) in [
            ("verbs", &relation.verbs),
            ("the other way round", &relation.inverse_verbs),
            ("noun for the first", &relation.nouns.of_from),
            ("noun for the second", &relation.nouns.of_to),
        ] {
            if !words.is_empty() {
                text.push(format!("\n{title}: "), Ink::Dim);
                text.push(words.join(", "), Ink::Plain);
            }
        }
    }
    push_meaning(&mut text, relation.doc.as_deref(), relation.iri.as_deref(), whole);
    (0, text)
}

fn property_line(property: &Property) -> (usize, Text) {
    let mut text = Text::new(&property.name, Ink::Name);
    text.push(format!("  {:?}", property.value_type).to_lowercase(), Ink::Dim);
    let words: Vec<&str> = property.words.iter().chain(&property.verbs).map(String::as_str).collect();
    if !words.is_empty() {
        text.push(format!("  {}", words.join(", ")), Ink::Plain);
    }
    if !property.on.is_empty() {
        text.push(format!("  of {}", property.on.join(", ")), Ink::Dim);
    }
    (0, text)
}

fn push_meaning(text: &mut Text, doc: Option<&str>, iri: Option<&str>, whole: bool) {
    if !whole {
        return;
    }
    for line in doc.into_iter().chain(iri) {
        text.push(format!("\n{line}"), Ink::Dim);
    }
}

/// Labels, types and keys with counts, as Cypher writes them.
pub fn schema(graph: &Graph, look: &Look) -> String {
    let mut out = String::new();
    let counted = |name: String, count: usize, ink: Ink| {
        let mut text = Text::new(name, ink);
        text.push(format!("  {count}"), Ink::Number);
        (0, text)
    };
    let mut labels: Vec<(String, usize)> = graph
        .all_labels()
        .into_iter()
        .map(|label| (format!(":{}", graph.label_name(label)), graph.count_with(label)))
        .collect();
    labels.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let labels = labels.into_iter().filter(|(_, count)| *count > 0);
    section(&mut out, "Labels", look, labels.map(|(name, count)| counted(name, count, Ink::Kind)));
    let mut types: Vec<(String, usize)> = graph
        .types()
        .into_iter()
        .map(|kind| (format!("[:{}]", graph.type_name(kind)), graph.count_of(kind)))
        .collect();
    types.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let types = types.into_iter().filter(|(_, count)| *count > 0);
    section(&mut out, "Relationship types", look, types.map(|(name, count)| counted(name, count, Ink::Verb)));
    let mut keys: Vec<String> =
        graph.all_keys().into_iter().map(|key| graph.key_name(key).to_string()).collect();
    keys.sort();
    let all = (!keys.is_empty()).then(|| (0, Text::new(keys.join(", "), Ink::Name)));
    section(&mut out, "Property keys", look, all.into_iter());
    if out.is_empty() { "The graph is empty.\n".to_owned() } else { out }
}
