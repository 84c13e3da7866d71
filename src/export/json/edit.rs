//! Changes the text of a data file where its items changed, and nowhere else.

use super::format;
use crate::base::Span;
use crate::load::spanned::{self, Json as Placed, JsonValue};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A text, and what is to be put in place of its parts.
pub struct Edited<'t> {
    text: &'t str,
    json: Placed<'t>,
    edits: Vec<(Span, String)>,
    /// Lists that the file does not have yet.
    added: Vec<String>,
}

impl<'t> Edited<'t> {
    /// `None` for a text that is no data file.
    pub fn of(text: &'t str) -> Option<Edited<'t>> {
        let json = spanned::parse(text).ok()?;
        matches!(json.value, JsonValue::Object(_)).then_some(Edited {
            text,
            json,
            edits: Vec::new(),
            added: Vec::new(),
        })
    }

    /// Brings one list up to date: `placed` are the items that stay, by their place in the list.
    pub fn section(&mut self, name: &str, placed: &BTreeMap<u32, Json>, new: &[Json]) {
        let Some(list) = self.json.get(name) else {
            if !new.is_empty() {
                let items = new.iter().map(format::item).collect::<Vec<_>>().join(",\n    ");
                self.added.push(format!("\"{name}\": [\n    {items}\n  ]"));
            }
            return;
        };
        let spans: Vec<Span> = list.items().iter().map(|item| item.span).collect();
        let mut edits = Vec::new();
        let mut last_kept: Option<usize> = None;
        for (place, span) in spans.iter().enumerate() {
            match placed.get(&(place as u32)) {
                Some(json) => {
                    last_kept = Some(place);
                    let before = serde_json::from_str::<Json>(span.of(self.text));
                    if !before.is_ok_and(|before| format::same(&before, json)) {
                        edits.push((*span, format::item(json)));
                    }
                }
                None => edits.push((gap(&spans, place, list.span, last_kept.is_some()), String::new())),
            }
        }
        if let (false, Some(last)) = (new.is_empty(), spans.last()) {
            let items = new.iter().map(format::item).collect::<Vec<_>>().join(",\n    ");
            let comma = if last_kept.is_some() { "," } else { "" };
            edits.push((Span::new(last.end, last.end), format!("{comma}\n    {items}")));
        } else if !new.is_empty() {
            let items = new.iter().map(format::item).collect::<Vec<_>>().join(",\n    ");
            edits.push((list.span, format!("[\n    {items}\n  ]")));
        }
        self.edits.extend(edits);
    }

    pub fn finish(mut self) -> String {
        if !self.added.is_empty() {
            let members = self.json.members();
            let at = members.last().map_or(self.json.span.start + 1, |member| member.value.span.end);
            let comma = if members.is_empty() { "" } else { "," };
            let end = if members.is_empty() { "\n" } else { "" };
            let text = format!("{comma}\n  {}{end}", self.added.join(",\n  "));
            self.edits.push((Span::new(at, at), text));
        }
        self.edits.sort_by_key(|(span, _)| (span.start, span.end));
        let mut text = String::with_capacity(self.text.len());
        let mut from = 0;
        for (span, replacement) in &self.edits {
            if span.start >= from {
                text.push_str(&self.text[from..span.start]);
                from = span.end;
            }
            text.push_str(replacement);
        }
        text.push_str(&self.text[from..]);
        text
    }
}

/// What goes with an item that is taken out: the comma and the space before it when something before it stays, else
/// those after it.
fn gap(spans: &[Span], place: usize, list: Span, kept_before: bool) -> Span {
    let own = spans[place];
    if kept_before {
        return Span::new(spans[place - 1].end, own.end);
    }
    match spans.get(place + 1) {
        Some(next) => Span::new(own.start, next.start),
        None if place == 0 => Span::new(list.start + 1, list.end - 1),
        None => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn edit(text: &str, keep: &[(u32, Json)], new: &[Json]) -> String {
        let mut edited = Edited::of(text).unwrap();
        edited.section("nodes", &keep.iter().cloned().collect(), new);
        edited.finish()
    }

    const TEXT: &str =
        "{\n  \"nodes\": [\n    {\"id\": \"a\"},\n    {\"id\": \"b\"},\n    {\"id\": \"c\"}\n  ]\n}\n";

    #[test]
    fn only_what_changed_is_touched() {
        let (a, b, c) = (json!({"id": "a"}), json!({"id": "b"}), json!({"id": "c"}));
        let all = [(0, a.clone()), (1, b.clone()), (2, c.clone())];
        assert_eq!(edit(TEXT, &all, &[]), TEXT);
        let changed = edit(TEXT, &[(0, a.clone()), (1, json!({"id": "B"})), (2, c.clone())], &[]);
        assert_eq!(changed, TEXT.replace("\"b\"", "\"B\""));
        assert_eq!(
            edit(TEXT, &[(0, a.clone()), (2, c.clone())], &[]),
            TEXT.replace("    {\"id\": \"b\"},\n", "")
        );
        assert_eq!(edit(TEXT, &[(1, b.clone()), (2, c)], &[]), TEXT.replace("{\"id\": \"a\"},\n    ", ""));
        let added = edit(TEXT, &all, &[json!({"id": "d"})]);
        assert_eq!(added, TEXT.replace("\"c\"}", "\"c\"},\n    {\"id\": \"d\"}"));
        assert_eq!(edit("{}", &[], &[a]), "{\n  \"nodes\": [\n    {\"id\": \"a\"}\n  ]\n}");
    }

    proptest! {
        #[test]
        fn the_outcome_holds_what_was_asked_for(
            count in 0usize..6, keep in proptest::collection::vec(0u8..3, 6), new in 0usize..3
        ) {
            let items: Vec<String> = (0..count).map(|n| format!("{{\"id\": {n}}}")).collect();
            let text = format!("{{ \"nodes\" : [ {} ] , \"x\": 1}}", items.join(" , "));
            let mut expected = Vec::new();
            let mut placed = Vec::new();
            for (n, kept) in keep.iter().enumerate().take(count) {
                let json = if *kept == 1 { json!({"id": n}) } else { json!({"id": n + 100}) };
                if *kept > 0 {
                    placed.push((n as u32, json.clone()));
                    expected.push(json);
                }
            }
            let new: Vec<Json> = (0..new).map(|n| json!({"id": n + 200})).collect();
            expected.extend(new.iter().cloned());
            let edited = edit(&text, &placed, &new);
            let outcome: Json = serde_json::from_str(&edited).map_err(|e| TestCaseError::fail(format!("{e}: {edited}")))?;
            prop_assert_eq!(&outcome["nodes"], &Json::from(expected), "{}", edited);
        }
    }
}
