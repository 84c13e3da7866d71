//! Which keys the objects of the data files have, and what stands under each.

use super::spanned::{Json, JsonValue, Member};
use crate::base::{Span, nearest, similarity};

/// What may stand under a key.
#[derive(Clone, Copy)]
pub enum Expected {
    /// A text that is not empty.
    Text,
    Texts,
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    Object(&'static Shape),
    Objects(&'static Shape),
    /// Looked at elsewhere.
    Anything,
    /// An object whose keys are looked at elsewhere.
    Keys,
}

/// The keys of an object.
pub struct Shape {
    /// What the object is called, for messages.
    pub name: &'static str,
    pub keys: &'static [(&'static str, Expected)],
    pub required: &'static [&'static str],
    /// Whether other keys are welcome.
    pub open: bool,
}

/// A fault of shape; `error` is false for what is only suspicious.
pub struct Fault {
    pub span: Span,
    pub code: &'static str,
    pub message: String,
    pub suggestion: Option<String>,
    pub error: bool,
}

/// Lists the faults of an object and of all that is in it.
pub fn check(json: &Json<'_>, shape: &Shape, faults: &mut Vec<Fault>) {
    let JsonValue::Object(members) = &json.value else {
        faults.push(wrong(json, format!("{} must be an object, not {}", shape.name, json.described())));
        return;
    };
    for member in members {
        match shape.keys.iter().find(|(name, _)| *name == member.name) {
            Some((_, expected)) => expect(member, *expected, shape, faults),
            None => unknown_key(member, members, shape, faults),
        }
    }
    for name in shape.required {
        if json.get(name).is_none() && !members.iter().any(|member| member.name == *name) {
            let span = Span::new(json.span.start, json.span.start + 1);
            let message = format!("{} needs the key \"{name}\"", shape.name);
            faults.push(Fault { span, code: "shape.missing-key", message, suggestion: None, error: true });
        }
    }
}

fn expect(member: &Member<'_>, expected: Expected, shape: &Shape, faults: &mut Vec<Fault>) {
    let (name, json) = (&member.name, &member.value);
    if json.is_null() {
        if shape.required.contains(&name.as_ref()) {
            faults.push(wrong(json, format!("\"{name}\" of {} must not be null", shape.name)));
        }
        return;
    }
    let mut not = |what: &str| {
        faults.push(wrong(
            json,
            format!("\"{name}\" of {} must be {what}, not {}", shape.name, json.described()),
        ));
    };
    match (expected, &json.value) {
        (Expected::Anything, _) => {}
        (Expected::Keys, JsonValue::Object(_)) => {}
        (Expected::Keys, _) => not("an object"),
        (Expected::Text, JsonValue::String(text)) if text.trim().is_empty() => {
            faults.push(wrong(json, format!("\"{name}\" of {} must not be empty", shape.name)));
        }
        (Expected::Text, JsonValue::String(_)) | (Expected::Flag, JsonValue::Boolean(_)) => {}
        (Expected::Text, _) => not("a text"),
        (Expected::Flag, _) => not("true or false"),
        (Expected::Texts, JsonValue::Array(items)) => {
            for item in items.iter().filter(|item| item.as_str().is_none_or(|text| text.trim().is_empty())) {
                faults.push(wrong(item, format!("\"{name}\" of {} must hold only texts", shape.name)));
            }
        }
        (Expected::Texts, _) => not("a list of texts"),
        (Expected::Word(words), JsonValue::String(text)) if !words.contains(&text.as_ref()) => {
            let suggestion = nearest(text, words.iter().copied(), 1).first().map(|word| word.to_string());
            let message =
                format!("\"{name}\" of {} is one of {}, not \"{text}\"", shape.name, words.join(", "));
            faults.push(Fault { span: json.span, code: "value.unknown", message, suggestion, error: true });
        }
        (Expected::Word(_), JsonValue::String(_)) => {}
        (Expected::Word(words), _) => not(&format!("one of {}", words.join(", "))),
        (Expected::Object(shape), _) => check(json, shape, faults),
        (Expected::Objects(shape), JsonValue::Array(items)) => {
            items.iter().for_each(|item| check(item, shape, faults));
        }
        (Expected::Objects(_), _) => not("a list"),
    }
}

/// A key that is nearly one that is missing loses data and is an error; any other is only worth a remark.
fn unknown_key(member: &Member<'_>, members: &[Member<'_>], shape: &Shape, faults: &mut Vec<Fault>) {
    if member.name.starts_with('$') {
        return;
    }
    let near = meant(member, members, shape);
    if shape.open && near.is_none() {
        return;
    }
    let message = format!("{} has no key \"{}\"", shape.name, member.name);
    let suggestion = near.map(str::to_string);
    let error = near.is_some();
    faults.push(Fault { span: member.name_span, code: "shape.unknown-key", message, suggestion, error });
}

/// The missing key that an unknown one nearly is.
fn meant(member: &Member<'_>, members: &[Member<'_>], shape: &Shape) -> Option<&'static str> {
    let missing = shape.keys.iter().map(|(name, _)| *name);
    let missing = missing.filter(|name| !members.iter().any(|other| other.name == *name));
    let near = nearest(&member.name, missing, 1).first().copied();
    near.filter(|name| similarity(&member.name.to_lowercase(), name) >= 0.75)
}

/// Whether an object has keys, but none of them or nearly one of them.
pub fn is_another(json: &Json<'_>, shape: &Shape) -> bool {
    let members = json.members();
    let known = |member: &Member<'_>| {
        shape.keys.iter().any(|(name, _)| *name == member.name) || meant(member, members, shape).is_some()
    };
    !members.is_empty() && !members.iter().any(known)
}

fn wrong(json: &Json<'_>, message: String) -> Fault {
    Fault { span: json.span, code: "shape.wrong-type", message, suggestion: None, error: true }
}

const EVIDENCE: Shape = Shape {
    name: "evidence",
    keys: &[
        ("source", Expected::Text),
        ("locator", Expected::Text),
        ("certainty", Expected::Word(&["stated", "implied", "derived"])),
        ("reading", Expected::Word(&["narrow", "wide"])),
        ("note", Expected::Text),
    ],
    required: &["source"],
    open: false,
};

const SOURCE: Shape = Shape {
    name: "a source",
    keys: &[
        ("id", Expected::Text),
        ("title", Expected::Text),
        ("publisher", Expected::Text),
        ("date", Expected::Text),
        ("language", Expected::Text),
        ("sha256", Expected::Text),
    ],
    required: &["id", "title"],
    open: true,
};

const NODE: Shape = Shape {
    name: "a node",
    keys: &[
        ("id", Expected::Text),
        ("kind", Expected::Text),
        ("labels", Expected::Texts),
        ("name", Expected::Text),
        ("aliases", Expected::Texts),
        ("properties", Expected::Keys),
        ("valid_from", Expected::Text),
        ("valid_to", Expected::Text),
        ("evidence", Expected::Objects(&EVIDENCE)),
    ],
    required: &["id", "kind", "name"],
    open: false,
};

const RELATION: Shape = Shape {
    name: "a relation",
    keys: &[
        ("from", Expected::Text),
        ("relation", Expected::Text),
        ("to", Expected::Text),
        ("properties", Expected::Keys),
        ("valid_from", Expected::Text),
        ("valid_to", Expected::Text),
        ("evidence", Expected::Objects(&EVIDENCE)),
    ],
    required: &["from", "relation", "to"],
    open: false,
};

/// A data file.
pub const DATA: Shape = Shape {
    name: "a data file",
    keys: &[
        ("sources", Expected::Objects(&SOURCE)),
        ("nodes", Expected::Objects(&NODE)),
        ("relations", Expected::Objects(&RELATION)),
    ],
    required: &[],
    open: false,
};

/// A property with several claimed values.
pub const CLAIMS: Shape = Shape {
    name: "a property with claims",
    keys: &[("claims", Expected::Objects(&CLAIM))],
    required: &["claims"],
    open: false,
};

const CLAIM: Shape = Shape {
    name: "a claim",
    keys: &[
        ("value", Expected::Anything),
        ("evidence", Expected::Objects(&EVIDENCE)),
        ("preferred", Expected::Flag),
    ],
    required: &["value"],
    open: false,
};

const KIND: Shape = Shape {
    name: "a kind",
    keys: &[
        ("name", Expected::Text),
        ("parent", Expected::Text),
        ("nouns", Expected::Texts),
        ("iri", Expected::Text),
        ("begins", Expected::Text),
        ("ends", Expected::Text),
        ("agent", Expected::Flag),
        ("place", Expected::Flag),
        ("sovereign", Expected::Flag),
        ("highest", Expected::Flag),
        ("several", Expected::Flag),
        ("label_only", Expected::Flag),
        ("until_adopted", Expected::Flag),
        ("doc", Expected::Text),
    ],
    required: &["name"],
    open: true,
};

const NAMED_VALUE: Shape = Shape {
    name: "a value of a property",
    keys: &[
        ("value", Expected::Text),
        ("words", Expected::Texts),
        ("denies", Expected::Texts),
        ("until_adopted", Expected::Flag),
    ],
    required: &["value"],
    open: true,
};

pub const VALUE_TYPES: &[&str] = &["string", "integer", "float", "boolean", "date", "period"];

const PROPERTY: Shape = Shape {
    name: "a property",
    keys: &[
        ("name", Expected::Text),
        ("type", Expected::Word(VALUE_TYPES)),
        ("on", Expected::Texts),
        ("words", Expected::Texts),
        ("verbs", Expected::Texts),
        ("event_nouns", Expected::Texts),
        ("prepositions", Expected::Texts),
        ("values", Expected::Objects(&NAMED_VALUE)),
        ("dimension", Expected::Flag),
        ("lexicon", Expected::Word(&["noun", "verb"])),
        ("start_words", Expected::Texts),
        ("end_words", Expected::Texts),
        ("start_verbs", Expected::Texts),
        ("end_verbs", Expected::Texts),
        ("unit", Expected::Text),
        ("iri", Expected::Text),
        ("doc", Expected::Text),
    ],
    required: &["name", "type"],
    open: true,
};

const NOUNS: Shape = Shape {
    name: "the nouns of a relation",
    keys: &[("of_from", Expected::Texts), ("of_to", Expected::Texts)],
    required: &[],
    open: true,
};

const PREPOSITIONS: Shape = Shape {
    name: "the prepositions of a relation",
    keys: &[("active", Expected::Texts), ("passive", Expected::Texts)],
    required: &[],
    open: true,
};

const ENDS: Expected = Expected::Word(&["from", "to"]);

const RELATION_TYPE: Shape = Shape {
    name: "a relation",
    keys: &[
        ("name", Expected::Text),
        ("from", Expected::Texts),
        ("to", Expected::Texts),
        ("verbs", Expected::Texts),
        ("inverse_verbs", Expected::Texts),
        ("nouns", Expected::Object(&NOUNS)),
        ("event_nouns", Expected::Texts),
        ("event_verbs", Expected::Texts),
        ("identity_verbs", Expected::Texts),
        ("prepositions", Expected::Object(&PREPOSITIONS)),
        ("adjunct", Expected::Flag),
        ("collective", Expected::Flag),
        ("symmetric", Expected::Flag),
        ("transitive", Expected::Flag),
        ("fallback", Expected::Flag),
        ("dimension", Expected::Flag),
        ("authority", ENDS),
        ("parts", ENDS),
        ("mentions", Expected::Flag),
        ("responsibility", Expected::Flag),
        ("begins", ENDS),
        ("ends", ENDS),
        ("dated", ENDS),
        ("if_adopted", Expected::Text),
        ("iri", Expected::Text),
        ("doc", Expected::Text),
    ],
    required: &["name", "from", "to"],
    open: true,
};

const DERIVED: Shape = Shape {
    name: "a derived relation",
    keys: &[("relation", Expected::Text), ("rule", Expected::Text), ("note", Expected::Text)],
    required: &["relation", "rule"],
    open: true,
};

const AUTHORITY_WORDS: Shape = Shape {
    name: "the words for what rests on what",
    keys: &[
        ("depends", Expected::Texts),
        ("derives", Expected::Texts),
        ("affects", Expected::Texts),
        ("ends", Expected::Texts),
        ("basis", Expected::Texts),
    ],
    required: &[],
    open: true,
};

/// `vocabulary.json`.
pub const VOCABULARY: Shape = Shape {
    name: "the vocabulary",
    keys: &[
        ("kinds", Expected::Objects(&KIND)),
        ("properties", Expected::Objects(&PROPERTY)),
        ("relations", Expected::Objects(&RELATION_TYPE)),
        ("derived", Expected::Objects(&DERIVED)),
        ("authority", Expected::Object(&AUTHORITY_WORDS)),
    ],
    required: &[],
    open: true,
};
