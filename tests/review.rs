//! Changes between days, the matrix and the impact, on a graph with a history and as programs see them.

use serde_json::Value as Json;
use std::path::PathBuf;
use std::process::Command;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_whichlaw"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn json(arguments: &[&str]) -> Json {
    let (code, text) = run(arguments);
    assert_eq!(code, Some(0), "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The ids of objects, or what relations they are.
fn said(list: &Json) -> Vec<String> {
    let text = |object: &Json, key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let one = |object: &Json| match object.get("id") {
        Some(_) => text(object, "id"),
        None => format!("{} {} {}", text(object, "from"), text(object, "relation"), text(object, "to")),
    };
    list.as_array().unwrap().iter().map(one).collect()
}

const HISTORY: &str = r#"{"nodes": [
  {"id": "law-1", "kind": "Law", "name": "Law 1", "properties": {"date": "2000-01-01"}},
  {"id": "law-2", "kind": "Law", "name": "Law 2", "properties": {"date": "2010-06-01"}},
  {"id": "old", "kind": "Ministry", "name": "Old ministry", "valid_to": "2010"},
  {"id": "new", "kind": "Ministry", "name": "New ministry"},
  {"id": "task", "kind": "Task", "name": "keep the forests"},
  {"id": "forests", "kind": "Topic", "name": "forests"}
], "relations": [
  {"from": "law-2", "relation": "repeals", "to": "law-1"},
  {"from": "law-1", "relation": "establishes", "to": "old"},
  {"from": "law-2", "relation": "establishes", "to": "new"},
  {"from": "law-1", "relation": "assigns", "to": "task"},
  {"from": "law-2", "relation": "assigns", "to": "task"},
  {"from": "task", "relation": "concerns", "to": "forests"},
  {"from": "old", "relation": "has_task", "to": "task", "valid_to": "2010-12-31"},
  {"from": "new", "relation": "has_task", "to": "task", "valid_from": "2011"}
]}"#;

fn history(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("whichlaw-review-{}-{name}.d", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join("history.json"), HISTORY).unwrap();
    path
}

#[test]
fn changes_are_what_began_ended_and_changed_hands() {
    let path = history("changes");
    let data = path.to_str().unwrap();
    let all = json(&["changes", "2010-01-01", "2011-12-31", "--data", data, "--format", "json"]);
    assert_eq!((all["from"].as_str(), all["to"].as_str()), (Some("2010-01-01"), Some("2011-12-31")));
    let began = said(&all["began"]);
    assert_eq!(began[..2], ["law-2", "new"]);
    assert!(began.contains(&"new has_task task".to_owned()));
    let ended = said(&all["ended"]);
    assert_eq!(ended[..2], ["law-1", "old"]);
    assert!(ended.contains(&"law-1 assigns task".to_owned()));
    let old = &all["ended"][1];
    assert_eq!(old["date"].as_str(), Some("2010"));
    assert_eq!(said(&all["changed"]), ["task"]);
    assert_eq!(said(&all["changed"][0]["ended"]), ["law-1 assigns task", "old has_task task"]);
    // Nothing happened in between.
    let none = json(&["changes", "2003", "2004", "--data", data, "--format", "json"]);
    assert!(["began", "ended", "changed"].iter().all(|key| said(&none[*key]).is_empty()));
    assert_eq!(run(&["changes", "2004", "2003", "--data", data]).0, Some(2));
    std::fs::remove_dir_all(path).unwrap();
}

#[test]
fn changes_cover_the_first_and_the_last_day() {
    let path = history("days");
    let data = path.to_str().unwrap();
    let changes = |from: &str, to: &str| json(&["changes", from, to, "--data", data, "--format", "json"]);
    // A year ends with its last day, on which a ministry ends whose end is given so.
    let year = changes("2010", "2010");
    assert_eq!((year["from"].as_str(), year["to"].as_str()), (Some("2010-01-01"), Some("2010-12-31")));
    assert_eq!(said(&year["began"])[..2], ["law-2", "new"]);
    assert_eq!(said(&year["ended"])[..2], ["law-1", "old"]);
    // What ended with a year did not end in the next one, in which something began.
    let next = changes("2011-01", "2011");
    assert_eq!(next["to"].as_str(), Some("2011-12-31"));
    assert_eq!(said(&next["began"]), ["new has_task task"]);
    assert!(said(&next["ended"]).is_empty());
    // One day: a law begins and ends another, whose last day was the one before.
    let day = changes("2010-06-01", "2010-06-01");
    assert_eq!(said(&day["began"])[..2], ["law-2", "new"]);
    assert_eq!(said(&day["ended"]), ["law-1", "law-1 establishes old", "law-1 assigns task"]);
    assert_eq!(day["ended"][0]["date"].as_str(), Some("2010-05-31"));
    for still in ["2010-05-31", "2010-06-02"] {
        let still = changes(still, still);
        assert!(["began", "ended", "changed"].iter().all(|key| said(&still[*key]).is_empty()), "{still}");
    }
    let (_, heading) = run(&["changes", "2010-06-01", "2010-06-01", "--data", data]);
    assert!(heading.starts_with("Began on 2010-06-01\n"), "{heading}");
    let (_, heading) = run(&["changes", "2010-06", "2010-06", "--data", data]);
    assert!(heading.starts_with("Began from 2010-06-01 to 2010-06-30\n"), "{heading}");
    std::fs::remove_dir_all(path).unwrap();
}

#[test]
fn the_matrix_holds_as_of_a_day() {
    let path = history("matrix");
    let data = path.to_str().unwrap();
    for (day, body, law) in [("2005", "old", "law-1"), ("2015", "new", "law-2")] {
        let matrix = json(&["matrix", "--data", data, "--as-of", day, "--format", "json"]);
        assert_eq!(said(&matrix["rows"]), [body]);
        assert_eq!(said(&matrix["columns"]), ["forests"]);
        let cell = &matrix["cells"][0];
        assert_eq!((cell["row"].as_str(), cell["column"].as_str()), (Some(body), Some("forests")));
        assert_eq!(cell["relations"], serde_json::json!(["has_task"]));
        assert_eq!(cell["legal_basis"], serde_json::json!([law]));
    }
    std::fs::remove_dir_all(path).unwrap();
}

#[test]
fn the_matrix_of_the_built_in_graph_tells_basis_from_none() {
    let matrix = json(&["matrix", "--columns", "tasks", "--format", "json"]);
    let cells = matrix["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 14);
    let basis = |task: &str| {
        let cell = cells.iter().find(|cell| cell["column"] == task).unwrap();
        cell["legal_basis"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(basis("t-sms"), ["law-trafficking"]);
    assert_eq!(basis("t-mlsd-2"), ["reg-mlsd"]);
    assert!(basis("t-ncgd-1").is_empty());
    let html = run(&["matrix", "--format", "html"]).1;
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("Law &quot;On Prevention"));
    assert_eq!(run(&["matrix", "--columns", "unicorns"]).0, Some(2));
}

#[test]
fn impact_follows_authority() {
    let impact = json(&["impact", "Decree", "No.", "888", "--format", "json"]);
    let lost: Vec<&str> = impact["loses_basis"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["node"]["id"].as_str())
        .collect();
    assert!(lost.contains(&"reg-mlsd") && lost.contains(&"mlsd") && lost.contains(&"t-mlsd-5"));
    let council = json(&["impact", "decree-268", "--format", "json"]);
    assert_eq!(council["loses_basis"][0]["node"]["id"], "ncgd");
    assert!(said(&impact["touches"]).contains(&"government".to_owned()));
    assert_eq!(run(&["impact", "no such thing at all"]).0, Some(2));
}

#[test]
fn the_exit_code_says_whether_there_are_findings() {
    assert_eq!(run(&["audit", "--rule", "series-gap"]).0, Some(4));
    assert_eq!(run(&["audit", "--rule", "series-gap", "--severity", "error"]).0, Some(0));
    assert_eq!(run(&["audit", "--rule", "missing-ordinal"]).0, Some(0));
    assert_eq!(run(&["audit", "--rule", "missing-ordinal", "--severity", "info"]).0, Some(4));
    assert_eq!(run(&["audit", "--rule", "no-such-rule"]).0, Some(2));
    assert_eq!(run(&["audit", "--severity", "grave"]).0, Some(2));
    let (code, text) = run(&["audit", "--format", "json"]);
    assert_eq!(code, Some(4));
    let findings: Json = serde_json::from_str(&text).unwrap();
    for finding in findings["findings"].as_array().unwrap() {
        for key in ["rule", "severity", "title", "message", "query"] {
            assert!(finding[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {finding}");
        }
        assert!(!finding["subjects"].as_array().unwrap().is_empty());
        assert!(!finding["evidence"].as_array().unwrap().is_empty(), "{finding}");
    }
}
