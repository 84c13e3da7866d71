use super::answer_lines;
use crate::session::Session;
use serde_json::{Value as Json, json};

/// The replies to some lines, in a new session.
fn replies(lines: &[&str]) -> Vec<Json> {
    let mut output = Vec::new();
    answer_lines(Session::empty(), lines.join("\n").as_bytes(), &mut output).unwrap();
    output
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect()
}

#[test]
fn greets_and_knows_what_it_does_not_know() {
    let replies = replies(&[r#"{"id":1,"op":"hello"}"#, r#"{"id":"x","op":"dance"}"#]);
    assert_eq!(replies[0]["name"], "whichlaw");
    assert_eq!(replies[0]["dump"], true);
    assert_eq!(replies[1], json!({"id":"x","ok":false,"unsupported":true}));
}

#[test]
fn answers_lines_that_are_no_requests() {
    for line in ["nonsense", "[1]", "3", "{\"op\":\"run\"}", "{\"op\":\"run\",\"query\":3}", "\u{0}", "{"] {
        let replies = replies(&[line]);
        assert_eq!(replies[0]["ok"], false, "{line}");
    }
}
