//! Broken data directories: every problem is found, named and placed, and nothing crashes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use whichlaw::load::{self, CheckReport, LoadOptions, OnError, Place, Problem};

const VOCABULARY: &str = r#"{
"kinds": [{"name": "Act", "begins": "date", "ends": "repealed"}, {"name": "Law", "parent": "Act"}, {"name": "Decree", "parent": "Act"},
 {"name": "Body"}, {"name": "Draft", "label_only": true}],
"properties": [{"name": "date", "type": "date", "on": ["Act"]}, {"name": "repealed", "type": "date", "on": ["Act"]},
 {"name": "number", "type": "string", "on": ["Act"]}, {"name": "period", "type": "period"},
 {"name": "pages", "type": "integer"}, {"name": "share", "type": "float"}, {"name": "binding", "type": "boolean"},
 {"name": "role", "type": "string", "on": ["establishes"]}],
"relations": [{"name": "establishes", "from": ["Act"], "to": ["Body"], "begins": "to"}, {"name": "amends", "from": ["Act"], "to": ["Act"]}]}"#;

/// A directory that goes away with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(files: &[(&str, &[u8])]) -> Directory {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("whichlaw-broken-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        for (name, text) in files {
            let file = path.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Directory(path)
    }

    fn with(data: &str) -> Directory {
        Directory::new(&[("vocabulary.json", VOCABULARY.as_bytes()), ("data.json", data.as_bytes())])
    }

    fn check(&self) -> CheckReport {
        load::check(&self.0)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Code, line, column and suggestion of each problem.
fn told(problems: &[Problem]) -> Vec<(&str, u32, u32, Option<&str>)> {
    problems.iter().map(|p| (p.code, p.line, p.column, p.suggestion.as_deref())).collect()
}

/// What is wrong with one data file beside the vocabulary above.
fn errors(data: &str, expected: &[(&str, u32, u32, Option<&str>)]) {
    let directory = Directory::with(data);
    let report = directory.check();
    assert_eq!(told(&report.errors), expected, "{data}\n{:#?}", report.errors);
    assert!(report.errors.iter().all(|p| p.file.ends_with(".json") && !p.message.is_empty()));
    let place = Place::Path(directory.0.clone());
    let opened = load::open(&place, &LoadOptions::default());
    assert_eq!(opened.err().unwrap_or_default(), report.errors);
}

fn warnings(data: &str, expected: &[(&str, u32, u32, Option<&str>)]) {
    let report = Directory::with(data).check();
    assert_eq!(report.errors, []);
    let seen: Vec<_> =
        report.warnings.iter().filter(|p| p.code != "evidence.missing").cloned().collect::<Vec<Problem>>();
    assert_eq!(told(&seen), expected, "{data}");
}

const LAW: &str = r#"{"id": "law", "kind": "Law", "name": "Law", "properties": {"date": "2001"}}"#;
const BODY: &str = r#"{"id": "body", "kind": "Body", "name": "Body"}"#;

#[test]
fn invalid_json_is_placed_and_the_other_files_are_still_read() {
    let directory = Directory::new(&[
        ("vocabulary.json", VOCABULARY.as_bytes()),
        ("a.json", b"{\"nodes\": [\n  {\"id\": \"a\",}\n]}"),
        ("deep/er/b.json", br#"{"nodes": [{"id": "b", "kind": "Lwa", "name": "B"}]}"#),
    ]);
    let report = directory.check();
    assert_eq!(told(&report.errors), [("json.invalid", 2, 14, None), ("kind.unknown", 1, 32, Some("Law"))]);
    assert!(report.errors[1].file.ends_with("deep/er/b.json"));
}

#[test]
fn files_that_hold_no_data_are_passed_over_with_one_warning_or_none() {
    let rule = br#"{"name": "r", "title": "R", "severity": "info", "query": "RETURN 1", "message": "m"}"#;
    let directory = Directory::new(&[
        ("vocabulary.json", VOCABULARY.as_bytes()),
        ("audit/rule.json", rule),
        (
            "schema/data.json",
            br#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}"#,
        ),
        ("settings.json", br#"{"colour": true, "width": 80, "pager": "less"}"#),
        ("empty.json", b"{}"),
        ("data.json", br#"{"nodes": [], "relations": []}"#),
    ]);
    let report = directory.check();
    assert_eq!(told(&report.errors), []);
    assert_eq!(told(&report.warnings), [("file.other", 1, 1, None)]);
    assert!(report.warnings[0].file.ends_with("settings.json"));
}

#[test]
fn wrong_shapes() {
    errors("[]", &[("shape.wrong-type", 1, 1, None)]);
    errors(r#"{"nodes": {}}"#, &[("shape.wrong-type", 1, 11, None)]);
    errors(
        r#"{"nodes": [1, null]}"#,
        &[("shape.wrong-type", 1, 12, None), ("shape.wrong-type", 1, 15, None)],
    );
    errors(r#"{"node": []}"#, &[("shape.unknown-key", 1, 2, Some("nodes"))]);
    errors(
        r#"{"nodes": [{"kind": "Law", "name": 7}]}"#,
        &[("shape.missing-key", 1, 12, None), ("shape.wrong-type", 1, 36, None)],
    );
    errors(
        r#"{"nodes": [{"id": "", "kind": "Body", "name": "B", "aliases": "b", "properties": []}]}"#,
        &[
            ("shape.wrong-type", 1, 19, None),
            ("shape.wrong-type", 1, 63, None),
            ("shape.wrong-type", 1, 82, None),
        ],
    );
    errors(
        r#"{"nodes": [{"id": "b", "kind": "Body", "name": "B", "alias": []}]}"#,
        &[("shape.unknown-key", 1, 53, Some("aliases"))],
    );
    errors(
        r#"{"relations": [{"from": "x", "to": null}]}"#,
        &[("shape.missing-key", 1, 16, None), ("shape.wrong-type", 1, 36, None)],
    );
}

#[test]
fn unknown_names() {
    errors(
        r#"{"nodes": [{"id": "d", "kind": "decree", "name": "D"}]}"#,
        &[("kind.unknown", 1, 32, Some("Decree"))],
    );
    errors(r#"{"nodes": [{"id": "d", "kind": "Draft", "name": "D"}]}"#, &[("kind.status", 1, 32, None)]);
    errors(
        r#"{"nodes": [{"id": "d", "kind": "Body", "labels": ["Darft"], "name": "D"}]}"#,
        &[("kind.unknown", 1, 51, Some("Draft"))],
    );
    errors(
        r#"{"nodes": [{"id": "d", "kind": "Body", "name": "D", "properties": {"page": 1}}]}"#,
        &[("property.unknown", 1, 68, Some("pages"))],
    );
    errors(
        &format!(
            r#"{{"nodes": [{LAW}, {BODY}], "relations": [{{"from": "law", "relation": "ESTABLISHS", "to": "body"}}]}}"#
        ),
        &[("relation.unknown", 1, 180, Some("establishes"))],
    );
    errors(
        r#"{"sources": [{"id": "report", "title": "R"}],
 "nodes": [{"id": "b", "kind": "Body", "name": "B", "evidence": [{"source": "reprot", "locator": "P1"}]}]}"#,
        &[("source.unknown", 2, 77, Some("report"))],
    );
}

#[test]
fn domains_and_ranges() {
    let relation = |from: &str, to: &str| {
        format!(
            "{{\"nodes\": [{LAW}, {BODY}],\n\"relations\": [{{\"from\": \"{from}\", \"relation\": \"establishes\", \"to\": \"{to}\"}}]}}"
        )
    };
    errors(&relation("law", "law"), &[("relation.range", 2, 64, None)]);
    errors(&relation("body", "body"), &[("relation.domain", 2, 24, None)]);
    errors(
        &relation("body", "law"),
        &[("relation.domain", 2, 24, Some("law")), ("relation.range", 2, 65, Some("body"))],
    );
    errors(
        r#"{"nodes": [{"id": "b", "kind": "Body", "name": "B", "properties": {"number": "1"}}]}"#,
        &[("property.domain", 1, 68, None)],
    );
    let report = Directory::with(&relation("law", "law")).check();
    assert!(
        report.errors[0].message.contains("goes to Body, but \"law\" is a Law"),
        "{}",
        report.errors[0].message
    );
}

#[test]
fn dates_and_periods() {
    let law = |properties: &str| {
        format!(
            "{{\"nodes\": [{{\"id\": \"l\", \"kind\": \"Law\", \"name\": \"L\", \"properties\":\n{{{properties}}}}}]}}"
        )
    };
    errors(&law(r#""date": "2011-02-29""#), &[("date.impossible", 2, 10, None)]);
    errors(&law(r#""date": "2011-13""#), &[("date.impossible", 2, 10, None)]);
    errors(&law(r#""date": "2.5.2012""#), &[("date.invalid", 2, 10, Some("2012-05-02"))]);
    errors(&law(r#""date": "soon""#), &[("date.invalid", 2, 10, None)]);
    errors(&law(r#""date": 2012"#), &[("property.type", 2, 10, Some("\"2012\""))]);
    errors(&law(r#""date": "2012", "repealed": "2011-12""#), &[("period.reversed", 2, 30, None)]);
    errors(&law(r#""period": "2012/2011""#), &[("period.reversed", 2, 12, None)]);
    errors(&law(r#""period": "2012/20111""#), &[("date.invalid", 2, 12, None)]);
    errors(
        r#"{"nodes": [{"id": "b", "kind": "Body", "name": "B", "valid_from": "2012-05", "valid_to": "2012-04"}]}"#,
        &[("period.reversed", 1, 90, None)],
    );
    errors(
        r#"{"nodes": [{"id": "b", "kind": "Body", "name": "B", "valid_from": "2012-06-31"}]}"#,
        &[("date.impossible", 1, 67, None)],
    );
}

#[test]
fn values_of_the_wrong_type() {
    let body = |property: &str| {
        format!(
            "{{\"nodes\": [{{\"id\": \"b\", \"kind\": \"Body\", \"name\": \"B\", \"properties\":\n{{{property}}}}}]}}"
        )
    };
    errors(&body(r#""pages": "7""#), &[("property.type", 2, 11, Some("7"))]);
    errors(&body(r#""pages": 7.5"#), &[("property.type", 2, 11, None)]);
    errors(&body(r#""share": "much""#), &[("property.type", 2, 11, None)]);
    errors(&body(r#""binding": "ture""#), &[("property.type", 2, 13, Some("true"))]);
    errors(&body(r#""pages": [1, [2]]"#), &[("property.type", 2, 15, None)]);
    errors(&body(r#""pages": {"claims": []}"#), &[("claims.empty", 2, 11, None)]);
    errors(&body(r#""pages": {"value": 1}"#), &[("shape.missing-key", 2, 11, None)]);
    errors(
        &body(r#""pages": {"claims": [{"value": 1, "preferred": true}, {"value": "2", "preferred": true}]}"#),
        &[("property.type", 2, 66, Some("2"))],
    );
    errors(
        &body(r#""pages": {"claims": [{"value": 1, "preferred": true}, {"value": 2, "preferred": true}]}"#),
        &[("claims.preferred", 2, 56, None)],
    );
}

#[test]
fn duplicates_and_dangling_ends() {
    let directory = Directory::new(&[
        ("vocabulary.json", VOCABULARY.as_bytes()),
        ("a.json", format!("{{\"nodes\": [\n{BODY}]}}").as_bytes()),
        ("b.json", format!("{{\"nodes\": [{BODY}]}}").as_bytes()),
    ]);
    let report = directory.check();
    assert_eq!(told(&report.errors), [("id.duplicate", 1, 19, None)]);
    assert!(report.errors[0].message.contains("a.json:2"), "{}", report.errors[0].message);
    errors(
        &format!(
            r#"{{"nodes": [{LAW}], "relations": [{{"from": "law", "relation": "amends", "to": "lwa"}}]}}"#
        ),
        &[("end.dangling", 1, 148, Some("law"))],
    );
    errors(
        r#"{"sources": [{"id": "s", "title": "S"}, {"id": "s", "title": "T"}]}"#,
        &[("id.duplicate", 1, 48, None)],
    );
}

#[test]
fn bad_evidence() {
    errors(
        r#"{"sources": [{"id": "s", "title": "S", "date": "2018-02-30"}], "nodes": [{"id": "b", "kind": "Body", "name": "B", "evidence":
[{"source": "s", "certainty": "implyed", "reading": "broad"}, {"locator": "P1"}]}]}"#,
        &[
            ("date.impossible", 1, 48, None),
            ("value.unknown", 2, 31, Some("implied")),
            ("value.unknown", 2, 53, None),
            ("shape.missing-key", 2, 63, None),
        ],
    );
}

#[test]
fn all_problems_come_at_once() {
    errors(
        r#"{"nodes": [
 {"id": "a", "kind": "Lew", "name": "A"},
 {"id": "b", "kind": "Law", "name": "B", "properties": {"date": "1999-99", "nmber": "7"}},
 {"id": "b", "kind": "Law", "name": "B"}],
"relations": [
 {"from": "a", "relation": "amend", "to": "b"},
 {"from": "b", "relation": "amends", "to": "zzzzzz"}]}"#,
        &[
            ("kind.unknown", 2, 22, Some("Law")),
            ("date.impossible", 3, 65, None),
            ("property.unknown", 3, 76, Some("number")),
            ("id.duplicate", 4, 9, None),
            ("relation.unknown", 6, 28, Some("amends")),
            ("end.dangling", 7, 44, None),
        ],
    );
}

fn vocabulary(text: &str, expected: &[(&str, u32, u32, Option<&str>)]) {
    let report = Directory::new(&[("vocabulary.json", text.as_bytes())]).check();
    assert_eq!(told(&report.errors), expected, "{text}\n{:#?}", report.errors);
}

#[test]
fn broken_vocabularies() {
    vocabulary(
        r#"{"kinds": [{"name": "A", "parent": "Actt"}, {"name": "Act"}]}"#,
        &[("kind.unknown", 1, 36, Some("Act"))],
    );
    vocabulary(
        r#"{"kinds": [{"name": "A", "parent": "B"}, {"name": "B", "parent": "A"}]}"#,
        &[("vocabulary.parent-cycle", 1, 36, None), ("vocabulary.parent-cycle", 1, 66, None)],
    );
    vocabulary(r#"{"kinds": [{"name": "A"}, {"name": "A"}]}"#, &[("vocabulary.duplicate", 1, 36, None)]);
    vocabulary(r#"{"kinds": [{"name": "A", "begins": "day"}]}"#, &[("property.unknown", 1, 36, None)]);
    vocabulary(
        r#"{"kinds": [{"name": "A", "begins": "p"}], "properties": [{"name": "p", "type": "string"}]}"#,
        &[("vocabulary.not-a-date", 1, 36, None)],
    );
    vocabulary(
        r#"{"kinds": [{"name": "Act"}], "relations": [{"name": "r", "from": ["Atc"], "to": ["Act"], "authority": "form"}]}"#,
        &[("kind.unknown", 1, 67, Some("Act")), ("value.unknown", 1, 103, Some("from"))],
    );
    vocabulary(
        r#"{"properties": [{"name": "p", "type": "strnig"}]}"#,
        &[("value.unknown", 1, 39, Some("string"))],
    );
    vocabulary(
        r#"{"relations": [{"name": "amends", "from": [], "to": []}], "derived": [{"relation": "amend", "rule": "x"}]}"#,
        &[("relation.unknown", 1, 84, Some("amends"))],
    );
    vocabulary(
        r#"{"relations": [{"name": "r", "from": [], "to": []}, {"name": "R", "from": [], "to": []}]}"#,
        &[("vocabulary.duplicate", 1, 53, None)],
    );
    vocabulary("{", &[("json.invalid", 1, 1, None)]);
    vocabulary(
        r#"{"kinds": [{"nmae": "A"}]}"#,
        &[("shape.missing-key", 1, 12, None), ("shape.unknown-key", 1, 13, Some("name"))],
    );
    vocabulary(r#"{"kinds": [{"name": "A", "nouns": "a"}]}"#, &[("shape.wrong-type", 1, 35, None)]);
}

#[test]
fn directories_and_files() {
    assert_eq!(load::check(Path::new("/no/such/place")).errors[0].code, "path.missing");
    assert_eq!(Directory::new(&[]).check().errors[0].code, "directory.empty");
    let directory = Directory::new(&[("notes.txt", b"hello")]);
    assert_eq!(directory.check().errors[0].code, "directory.empty");
    assert_eq!(load::check(&directory.0.join("notes.txt")).errors[0].code, "path.not-directory");
    let report = Directory::new(&[
        ("vocabulary.json", VOCABULARY.as_bytes()),
        ("x.json", b"{\"nodes\":\n[\"\xff\"]}"),
    ])
    .check();
    assert_eq!(told(&report.errors), [("file.encoding", 2, 3, None)]);
    let report =
        Directory::new(&[("vocabulary.json", VOCABULARY.as_bytes()), ("x.json", b"\xef\xbb\xbf{}")]).check();
    assert_eq!((told(&report.errors), told(&report.warnings)), (Vec::new(), vec![("file.bom", 1, 1, None)]));
    let report = Directory::new(&[("x.json", b"\xff\xfe{\0}\0")]).check();
    assert_eq!(told(&report.errors), [("file.encoding", 1, 1, None)]);
}

#[test]
fn a_link_to_itself_ends() {
    let directory = Directory::with("{}");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&directory.0, directory.0.join("again")).unwrap();
    directory.check();
}

#[test]
fn what_is_only_a_warning() {
    warnings(
        &format!(
            r#"{{"nodes": [{BODY}, {{"id": "c", "kind": "Body", "name": "The BODY"}}, {{"id": "l", "kind": "Law", "name": "L"}}]}}"#
        ),
        &[("name.duplicate", 1, 96, None), ("node.undated", 1, 116, None)],
    );
    warnings(r#"{"nodes": [], "remarks": "x"}"#, &[("shape.unknown-key", 1, 15, None)]);
    warnings(
        &format!(
            "{{\"nodes\": [{LAW}, {BODY}], \"relations\": [\n{0},\n{0}]}}",
            r#"{"from": "law", "relation": "establishes", "to": "body"}"#
        ),
        &[("relation.duplicate", 3, 1, None)],
    );
    let report = Directory::with(&format!("{{\"nodes\": [{BODY}]}}")).check();
    assert_eq!(told(&report.warnings), [("evidence.missing", 1, 12, None)]);
}

#[test]
fn skipping_leaves_out_what_is_broken_and_says_so() {
    let directory = Directory::with(&format!(
        r#"{{"nodes": [{LAW}, {{"id": "x", "kind": "Nothing", "name": "X"}}, {BODY}],
"relations": [{{"from": "law", "relation": "establishes", "to": "gone"}}, {{"from": "law", "relation": "establishes", "to": "body", "properties": {{"role": 1}}}},
 {{"from": "body", "relation": "establishes", "to": "body"}}]}}"#
    ));
    let options = LoadOptions { on_error: OnError::Skip, ..LoadOptions::default() };
    let loaded = load::open(&Place::Path(directory.0.clone()), &options).unwrap();
    assert_eq!(loaded.skipped.len(), 4, "{:?}", loaded.skipped);
    let graph = loaded.graph;
    assert_eq!((graph.node_count(), graph.relationship_count()), (3, 2));
    let gone = graph.node_by_id("gone").unwrap();
    let held = graph.property(whichlaw::graph::Entity::Node(gone), graph.key("held").unwrap());
    assert!(matches!(held, whichlaw::Value::Boolean(false)));
    assert_eq!(graph.node_by_id("x"), None);
}

#[test]
fn a_report_is_serialized_as_documented() {
    let report = Directory::with(r#"{"nodes": [{"id": "d", "kind": "decree", "name": "D"}]}"#).check();
    let json = serde_json::to_value(&report).unwrap();
    let error = json["errors"][0].as_object().unwrap();
    let keys: Vec<&str> = error.keys().map(String::as_str).collect();
    assert_eq!(keys, ["file", "line", "column", "code", "message", "suggestion"]);
    assert!(json["warnings"].is_array());
}

#[test]
fn the_embedded_data_is_sound() {
    let loaded = load::open(&Place::Builtin, &LoadOptions::default());
    let loaded = loaded.unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(loaded.graph.node_count() > 100);
}

/// A text with some of its parts moved, doubled or lost.
fn garbled(text: &str, cuts: &[(usize, usize, usize)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (from, length, to) in cuts {
        let from = from % characters.len().max(1);
        let end = (from + length % 12).min(characters.len());
        let part: Vec<char> = characters.drain(from..end).collect();
        let to = to % (characters.len() + 1);
        if length % 3 > 0 {
            characters.splice(to..to, part.iter().copied().chain(part.iter().copied().take(length % 5)));
        }
    }
    characters.into_iter().collect()
}

const WHOLE: &str = r#"{"sources": [{"id": "s", "title": "S", "date": "2018"}],
"nodes": [{"id": "l", "kind": "Law", "labels": ["Draft"], "name": "L", "aliases": ["M"], "valid_to": "2012",
 "properties": {"date": {"claims": [{"value": "2001-02-03", "preferred": true}, {"value": "2001"}]}, "period": "2001/2002", "pages": [1, 2]},
 "evidence": [{"source": "s", "locator": "P1", "certainty": "implied", "reading": "wide"}]}, {"id": "b", "kind": "Body", "name": "B"}],
"relations": [{"from": "l", "relation": "establishes", "to": "b", "properties": {"role": "x"}, "valid_from": "2001-02"}]}"#;

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(
        cuts in proptest::collection::vec((0usize..2000, 0usize..60, 0usize..2000), 1..4),
        vocabulary in proptest::bool::weighted(0.4)
    ) {
        let (words, data) = match vocabulary {
            true => (garbled(VOCABULARY, &cuts), WHOLE.to_string()),
            false => (VOCABULARY.to_string(), garbled(WHOLE, &cuts)),
        };
        let directory = Directory::new(&[("vocabulary.json", words.as_bytes()), ("data.json", data.as_bytes())]);
        let report = directory.check();
        let options = LoadOptions { on_error: OnError::Skip, ..LoadOptions::default() };
        let opened = load::open(&Place::Path(directory.0.clone()), &options);
        if let Ok(loaded) = opened {
            proptest::prop_assert_eq!(loaded.skipped, report.errors);
        }
    }
}
