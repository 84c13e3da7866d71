//! The argument behind a row: numbered sentences to be pasted in a memo, and steps for programs.

use super::look::{Ink, Look};
use super::text::Text;
use crate::answer::passage::{Checked, Passage};
use crate::answer::{Citation, Scene, Step, Why};
use crate::graph::{Certainty, Entity, Reading};
use serde_json::{Map, Value as Json, json};

/// The steps in order, each with the places where it is stated and, where documents are at hand, their words.
pub fn argument(why: &Why, look: &Look) -> String {
    if why.steps.is_empty() {
        let searched = why.searched.as_deref().unwrap_or("the question alone");
        return format!("This row rests on no single fact. Searched: {searched}.\n");
    }
    let mut out = String::new();
    for step in &why.steps {
        write_step(&mut out, step, look);
    }
    if why.left_out > 0 {
        let kept = why.total.saturating_sub(why.left_out);
        let line = format!(
            "… This row rests on {} facts in all, things and relations; {kept} of them stand behind the steps above.\n",
            why.total
        );
        out.push_str(&look.paint(Ink::Dim, &line));
    }
    out
}

fn write_step(out: &mut String, step: &Step, look: &Look) {
    let label = format!("{}. ", step.number);
    let indent = " ".repeat(label.len());
    let room = look.width.map(|w| w.saturating_sub(label.len()).max(20));
    let mut lines = Text::new(&step.statement, Ink::Plain).wrap(room).into_iter();
    let first = lines.next().map(|(line, _)| line.painted(look)).unwrap_or_default();
    out.push_str(&format!("{}{first}\n", look.paint(Ink::Dim, &label)));
    for (line, _) in lines {
        out.push_str(&format!("{indent}{}\n", line.painted(look)));
    }
    let mut below = |text: String, ink: Ink| {
        for (line, _) in Text::new(text, ink).wrap(room) {
            out.push_str(&format!("{indent}{}\n", line.painted(look)));
        }
    };
    if step.citations.is_empty() {
        below("no source is given for this".to_owned(), Ink::Doubtful);
    }
    if let Some(follows) = follows(step) {
        below(follows, Ink::Dim);
    }
    for citation in &step.citations {
        below(citation.to_string(), Ink::Dim);
        if let Some(passage) = &citation.passage {
            let (text, ink) = words(passage);
            below(text, ink);
        }
    }
    if step.undated {
        below("undated: whether it held on that day is not known".to_owned(), Ink::Doubtful);
    }
}

/// `follows from 1 and 2: a state is a party to the treaties that its laws ratify`
fn follows(step: &Step) -> Option<String> {
    let rule = step.rule.as_deref().map(|rule| format!(": {rule}")).unwrap_or_default();
    let numbers: Vec<String> = step.premises.iter().map(usize::to_string).collect();
    match numbers.split_last() {
        None if rule.is_empty() => None,
        None => Some(format!("follows by a rule{rule}")),
        Some((only, [])) => Some(format!("follows from {only}{rule}")),
        Some((last, before)) => Some(format!("follows from {} and {last}{rule}", before.join(", "))),
    }
}

/// The words of the document in quotation marks, or why they are not there.
fn words(passage: &Passage) -> (String, Ink) {
    match (&passage.text, passage.checked) {
        (Ok(text), Checked::Same) => (format!("“{text}”"), Ink::Plain),
        (Ok(text), Checked::Changed) => (
            format!("“{text}” (the document has changed since it was read; this may be another place)"),
            Ink::Doubtful,
        ),
        (Ok(text), Checked::NotStated) => {
            (format!("“{text}” (the source states no fingerprint to check the document against)"), Ink::Plain)
        }
        (Err(trouble), Checked::Changed) => {
            (format!("no passage: {trouble}; the document has changed since it was read"), Ink::Doubtful)
        }
        (Err(trouble), _) => (format!("no passage: {trouble}"), Ink::Doubtful),
    }
}

/// A list of steps: `{"step","statement","from","relation","to","follows_from","rule","undated","citations"}`.
pub fn argument_json(why: &Why, scene: &Scene<'_>) -> Json {
    let mut steps: Vec<Json> = why.steps.iter().map(|step| step_json(step, scene)).collect();
    if why.left_out > 0 {
        steps.push(json!({ "left_out": why.left_out, "total": why.total }));
    }
    Json::Array(steps)
}

fn step_json(step: &Step, scene: &Scene<'_>) -> Json {
    let (from, relation, to) = match step.entity {
        Entity::Node(node) => (scene.id(node), None, None),
        Entity::Relationship(relationship) => {
            let ends = scene.graph.ends(relationship);
            (scene.id(ends.start), Some(scene.relation_name(relationship)), Some(scene.id(ends.end)))
        }
    };
    let mut object = Map::new();
    object.insert("step".into(), json!(step.number));
    object.insert("statement".into(), json!(step.statement));
    object.insert("from".into(), json!(from));
    object.insert("relation".into(), json!(relation));
    object.insert("to".into(), json!(to));
    if !step.premises.is_empty() {
        object.insert("follows_from".into(), json!(step.premises));
    }
    if let Some(rule) = &step.rule {
        object.insert("rule".into(), json!(rule));
    }
    if step.undated {
        object.insert("undated".into(), json!(true));
    }
    object.insert("citations".into(), step.citations.iter().map(citation_json).collect());
    Json::Object(object)
}

fn citation_json(citation: &Citation) -> Json {
    let mut object = Map::new();
    object.insert("source".into(), json!(&*citation.source));
    object.insert("title".into(), json!(citation.title.as_deref()));
    object.insert("locator".into(), json!(&*citation.locator));
    if let Some(place) = &citation.place {
        object.insert("block".into(), json!(place.block));
        match place.part {
            Some((unit, first, last)) if first == last => {
                drop(object.insert(unit.name().into(), json!(first)))
            }
            Some((unit, first, last)) => drop(object.insert(unit.name().into(), json!([first, last]))),
            None => {}
        }
    }
    object.insert("certainty".into(), json!(Certainty::name(citation.certainty)));
    if let Some(reading) = citation.reading {
        object.insert("reading".into(), json!(Reading::name(reading)));
    }
    if let Some(note) = &citation.note {
        object.insert("note".into(), json!(&**note));
    }
    object.insert("citation".into(), json!(citation.to_string()));
    if let Some(passage) = &citation.passage {
        match &passage.text {
            Ok(text) => object.insert("passage".into(), json!(text)),
            Err(trouble) => object.insert("no_passage".into(), json!(trouble)),
        };
        let checked = match passage.checked {
            Checked::Same => "unchanged",
            Checked::Changed => "changed",
            Checked::NotStated => "no fingerprint stated",
        };
        object.insert("document".into(), json!(checked));
    }
    Json::Object(object)
}
