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
fn fields_that_a_request_does_not_have_are_named() {
    let replies = replies(&[
        r#"{"id":1,"op":"run","query":"RETURN 1 AS x","timeoutms":5}"#,
        r#"{"id":2,"op":"run","query":"RETURN y AS x","zzz":5}"#,
        r#"{"id":3,"op":"reset","query":"x"}"#,
        r#"{"id":4,"op":"run","query":"RETURN 1 AS x","timeout_ms":5000}"#,
    ]);
    let note = "`run` has no field `timeoutms`, so it was passed over; did you mean `timeout_ms`?";
    assert_eq!((&replies[0]["rows"], &replies[0]["notes"]), (&json!([[1]]), &json!([note])));
    assert!(replies[1]["error"]["help"].to_string().contains("`zzz`"), "{}", replies[1]);
    assert_eq!(replies[2]["notes"], json!(["`reset` has no field `query`, so it was passed over"]));
    assert_eq!(replies[3]["notes"], Json::Null);
}

#[test]
fn whole_numbers_beyond_64_bits_are_refused() {
    for number in ["9223372036854775808", "-9223372036854775809", "1000000000000000000000000"] {
        let run = |value: &str| {
            format!(r#"{{"id":1,"op":"run","query":"RETURN $x AS x","params":{{"x":{value}}}}}"#)
        };
        let replies = replies(&[&run(&format!("[{number}]")), &run(&format!("{{\"float\":\"{number}\"}}"))]);
        let message = replies[0]["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("does not fit in a 64-bit integer"), "{}", replies[0]);
        assert_eq!(replies[1]["ok"], true, "{}", replies[1]);
    }
}

#[test]
fn limits_end_the_writing_of_rows_too_but_not_that_of_a_statement_that_wrote() {
    let run = |query: &str| {
        format!(r#"{{"id":1,"op":"run","language":"cypher","max_memory_mb":3,"query":"{query}"}}"#)
    };
    let many = "UNWIND range(1, 5000) AS i RETURN n";
    let replies = replies(&[
        &run(&format!("CREATE (:Long {{text: '{}'}})", "x".repeat(1000))),
        &run("MATCH (n:Long) RETURN n"),
        &run(&format!("MATCH (n:Long) {many}")),
        &run(&format!("MATCH (n:Long) SET n.seen = true WITH n {many}")),
    ]);
    assert_eq!(replies[1]["ok"], true, "{}", replies[1]);
    assert_eq!(replies[2]["error"]["detail"], "limit.memory");
    assert_eq!(replies[3]["ok"], true, "{}", replies[3]["error"]);
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

#[test]
fn values_of_every_kind_are_written_with_their_tags() {
    let run = |query: &str| json!({"id": 1, "op": "run", "query": query}).to_string();
    let query = "MATCH p = (a:Law {id: 1})-[r:CITES]->(b) RETURN null, true, -7, 1.5, 0.0/0.0, 'a \"quote\"\\n\u{e9}', \
                 [1, [null, 2.0]], {k: [true], d: date('2020-02-29')}, a, r, p, localtime('10:00'), \
                 time('10:00+01:00'), localdatetime('2020-01-01T10:00'), datetime('2020-01-01T10:00Z'), duration('P1DT2H')";
    let lines = [run("CREATE (:Law:Old {id: 1, title: 'x'})-[:CITES {at: 2.5}]->(:Law)"), run(query)];
    let mut output = Vec::new();
    answer_lines(Session::empty(), lines.join("\n").as_bytes(), &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    let a = r#"{"id":0,"labels":["Law","Old"],"props":{"id":1,"title":"x"}}"#;
    let b = r#"{"id":1,"labels":["Law"],"props":{}}"#;
    let r = r#"{"id":0,"type":"CITES","start":0,"end":1,"props":{"at":{"float":"2.5"}}}"#;
    let at = |kind: &str, value: &str| format!(r#"{{"temporal":{{"kind":"{kind}","value":"{value}"}}}}"#);
    let wanted = [
        r#"null,true,-7,{"float":"1.5"},{"float":"NaN"},"a \"quote\"\né",[1,[null,{"float":"2.0"}]]"#
            .to_owned(),
        format!(r#"{{"map":{{"d":{},"k":[true]}}}}"#, at("date", "2020-02-29")),
        format!(r#"{{"node":{a}}},{{"rel":{r}}},{{"path":{{"nodes":[{a},{b}],"rels":[{r}]}}}}"#),
        at("localtime", "10:00"),
        at("time", "10:00+01:00"),
        at("localdatetime", "2020-01-01T10:00"),
        at("datetime", "2020-01-01T10:00Z"),
        at("duration", "P1DT2H"),
    ];
    let wanted = format!("\"rows\":[[{}]]", wanted.join(","));
    assert!(text.contains(&wanted), "{text}\n{wanted}");
}
