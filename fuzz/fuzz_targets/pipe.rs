//! Lines of a machine session → replies: one JSON object a line, none of them an internal error.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use serde_json::{Map, Value as Json, json};
use std::sync::LazyLock;
use whichlaw::Session;
use whichlaw::pipe::answer_lines;
use whichlaw_fuzz::{Pieces, mutate, watched};

static PIECES: LazyLock<Pieces> = LazyLock::new(|| Pieces::of_lines(include_str!("../seeds/pipe.txt")));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(&PIECES, data, size, max_size, seed)
});

fuzz_target!(|data: &[u8]| {
    let mut input = Vec::new();
    for line in data.split(|byte| *byte == b'\n') {
        match serde_json::from_slice::<Map<String, Json>>(line) {
            // Files are outside of what is tried here.
            Ok(request) if request.get("op") == Some(&json!("import")) => continue,
            Ok(mut request) => {
                request.insert("timeout_ms".into(), json!(50));
                request.insert("max_rows".into(), json!(10_000));
                request.insert("max_memory_mb".into(), json!(64));
                input.extend_from_slice(Json::Object(request).to_string().as_bytes());
            }
            Err(_) => input.extend_from_slice(line),
        }
        input.push(b'\n');
    }
    let mut output = Vec::new();
    let told = String::from_utf8_lossy(data);
    let served = watched(&told, || answer_lines(Session::empty(), &*input, &mut output));
    assert!(served.is_ok(), "the session broke off");
    for reply in output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let reply: Json = serde_json::from_slice(reply).expect("a reply is JSON");
        assert!(reply.pointer("/error/code") != Some(&json!("internal")), "{reply}");
    }
});
