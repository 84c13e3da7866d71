//! The machine session: JSON lines on standard input and output.
//!
//! In: one request a line. Out: one reply a line, with the request's `id`. A line that is no request is answered with
//! an error; nothing that a line holds ends the session. Knows the session and its values, nothing of languages, plans
//! or operators.

mod requests;
mod values;

use crate::base::Report;
use crate::session::Session;
use requests::Pipe;
use serde_json::{Map, Value as Json, json};
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Room for deeply nested statements.
const STACK: usize = 256 << 20;

/// Answers requests until the input ends.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn serve(session: Session) -> io::Result<()> {
    // A closure cannot carry a session that a thread would share, so the session is made over to the thread.
    std::thread::scope(|scope| {
        let serving = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
            let (input, output) = (io::stdin().lock(), io::stdout().lock());
            answer_lines(session, input, output)
        })?;
        serving.join().unwrap_or_else(|_| Err(io::Error::other("the machine session broke off")))
    })
}

/// Answers each line of `input` with a line of `output`.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn answer_lines(session: Session, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut pipe = Pipe::new(session);
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let reply = catch_unwind(AssertUnwindSafe(|| pipe.answer(&line))).unwrap_or_else(|_| {
            pipe.recover();
            let id =
                serde_json::from_slice::<Json>(&line).ok().and_then(|request| request.get("id").cloned());
            let report =
                Report::input("internal", "the statement could not be carried out: an internal error");
            failed(id.unwrap_or_default(), &report)
        });
        output.write_all(&reply)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
}

/// A part of a reply.
enum Part {
    Json(Json),
    /// JSON that was written when it was found: rows may be very many.
    Written(Vec<u8>),
}

impl From<Json> for Part {
    fn from(json: Json) -> Part {
        Part::Json(json)
    }
}

/// `{"id":..,"ok":true, ..}`
fn succeeded(id: Json, fields: Vec<(&str, Part)>) -> Vec<u8> {
    let mut reply = format!("{{\"id\":{id},\"ok\":true").into_bytes();
    for (name, part) in fields {
        reply.extend_from_slice(format!(",\"{name}\":").as_bytes());
        match part {
            Part::Json(json) => reply.extend_from_slice(json.to_string().as_bytes()),
            Part::Written(written) => reply.extend_from_slice(&written),
        }
    }
    reply.push(b'}');
    reply
}

/// `{"id":..,"ok":false,"error":{"type","phase","detail","message"}}`
fn failed(id: Json, report: &Report) -> Vec<u8> {
    let (kind, phase, detail) = match report.failure {
        Some(failure) => (failure.kind, failure.phase.name(), failure.detail),
        None => (class_name(report), "runtime", report.code),
    };
    let mut error = Map::new();
    error.insert("type".into(), json!(kind));
    error.insert("phase".into(), json!(phase));
    error.insert("detail".into(), json!(detail));
    error.insert("message".into(), json!(report.message));
    error.insert("code".into(), json!(report.code));
    if let Some(label) = report.labels.first() {
        error.insert("span".into(), json!([label.span.start, label.span.end]));
    }
    if !report.help.is_empty() {
        error.insert("help".into(), json!(report.help));
    }
    json!({ "id": id, "ok": false, "error": error }).to_string().into_bytes()
}

fn class_name(report: &Report) -> &'static str {
    match report.class {
        crate::base::Class::Input => "InputError",
        crate::base::Class::Data => "DataError",
        crate::base::Class::Limit => "LimitError",
        crate::base::Class::Interrupted => "Interrupted",
    }
}

#[cfg(test)]
mod tests;
