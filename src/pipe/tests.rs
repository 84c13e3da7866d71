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

#[test]
fn options_of_a_wrong_kind_are_named() {
    let run = |option: &str| {
        let replies = replies(&[&format!(r#"{{"id":1,"op":"run","query":"RETURN 1 AS x",{option}}}"#)]);
        (replies[0]["ok"] == true, replies[0]["error"]["message"].as_str().unwrap_or_default().to_owned())
    };
    for (option, named) in [
        (r#""as_of":2010"#, "`as_of`"),
        (r#""language":true"#, "`language`"),
        (r#""evidence":"yes""#, "`evidence`"),
        (r#""rules_off":"reach""#, "`rules_off`"),
        (r#""rules_off":[1]"#, "`rules_off`"),
        (r#""rules_off":["raech"]"#, "`raech`"),
        (r#""timeout_ms":"soon""#, "`timeout_ms`"),
    ] {
        let (ok, message) = run(option);
        assert!(!ok && message.contains(named), "{option}: {message}");
    }
    assert!(run(r#""as_of":null,"evidence":null,"rules_off":["reach"],"language":null"#).0);
}
