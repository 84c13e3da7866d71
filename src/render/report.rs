//! Reports: a caret under the place, what is wrong, what to write instead.

use super::fit::painted_width;
use super::look::{Ink, Look};
use super::text::Text;
use crate::base::{Candidate, Report, Severity, Span};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use serde_json::{Value as Json, json};
use std::ops::Range;

/// Longer texts are shown as a window around the place.
const WINDOW: usize = 2_000;
/// As many corrected lines are offered.
const OFFERED: usize = 3;

/// A report for a person, ending with a line feed.
pub fn report_text(report: &Report, look: &Look) -> String {
    let mut out = snippet(report, look);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    // A corrected line says more than the word alone.
    let mended = !report.suggestions.is_empty();
    for sentence in report.help.iter().filter(|s| !(mended && s.starts_with("Did you mean"))) {
        push_wrapped(&mut out, sentence, Ink::Plain, look);
    }
    let corrected = corrected_lines(report);
    for (number, line) in corrected.iter().take(OFFERED).enumerate() {
        let lead = if number == 0 { "Did you mean: " } else { "          or: " };
        let room = look.width.map(|width| width.saturating_sub(lead.len()));
        for (part, (text, _)) in Text::new(line, Ink::Good).wrap(room).into_iter().enumerate() {
            let lead = if part == 0 { look.paint(Ink::Heading, lead) } else { " ".repeat(lead.len()) };
            out.push_str(&format!("{lead}{}\n", text.painted(look)));
        }
    }
    if !report.candidates.is_empty() {
        out.push_str(&candidates_text(&report.candidates, look));
    }
    out
}

/// The entities an ambiguous name may mean, by number.
pub fn candidates_text(candidates: &[Candidate], look: &Look) -> String {
    let mut out = String::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let label = look.paint(Ink::Number, &format!("{:>3}", number + 1));
        let about = look.paint(Ink::Dim, &format!("({}, {})", shown(&candidate.kind), shown(&candidate.id)));
        out.push_str(&format!("{label}  {} {about}\n", shown(&candidate.name)));
    }
    out
}

/// `{"code","message","span","suggestions","candidates"}`; `span` counts characters, suggestions are corrected lines.
pub fn report_json(report: &Report) -> Json {
    let source = report.source.as_deref().unwrap_or("");
    let characters = |byte: usize| source.get(..floor(source, byte)).map_or(0, |text| text.chars().count());
    let span = report
        .labels
        .first()
        .map(|label| json!([characters(label.span.start), characters(label.span.end.max(label.span.start))]));
    let candidates: Vec<Json> =
        report.candidates.iter().map(|c| json!({ "id": c.id, "kind": c.kind, "name": c.name })).collect();
    let mut object = json!({
        "code": report.code,
        "message": report.message,
        "span": span,
        "suggestions": corrected_lines(report),
        "candidates": candidates,
    });
    if let (Some(failure), Some(object)) = (&report.failure, object.as_object_mut()) {
        object.insert("type".into(), json!(failure.kind));
        object.insert("phase".into(), json!(failure.phase.name()));
        object.insert("detail".into(), json!(failure.detail));
    }
    if let (false, Some(object)) = (report.help.is_empty(), object.as_object_mut()) {
        object.insert("help".into(), json!(report.help));
    }
    object
}

/// The whole text with each suggestion applied, or the bare words where the text is not known.
fn corrected_lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for suggestion in &report.suggestions {
        let applied = report.source.as_deref().and_then(|source| {
            let before = source.get(..suggestion.span.start)?;
            let after = source.get(suggestion.span.end..)?;
            Some(format!("{before}{}{after}", suggestion.text))
        });
        let line = applied.unwrap_or_else(|| suggestion.text.clone());
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The message and the place under which it stands. Labels that would stand beyond the edge come after it.
fn snippet(report: &Report, look: &Look) -> String {
    let beside = rendered(report, look, true);
    if look.width.is_none_or(|width| beside.lines().all(|line| painted_width(line) <= width)) {
        return beside;
    }
    let mut out = rendered(report, look, false);
    out.push('\n');
    for label in report.labels.iter().filter(|label| !label.text.is_empty()) {
        let place = report.source.as_deref().map_or("", |source| label.span.of(source));
        let said = if report.labels.len() == 1 { String::new() } else { format!("`{place}`: ") };
        push_wrapped(&mut out, &format!("{said}{}", label.text), Ink::Bad, look);
    }
    out
}

fn rendered(report: &Report, look: &Look, labelled: bool) -> String {
    let level = match report.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
    // Carets of ASCII are read aloud, searched for and pasted more easily than lines of boxes.
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(look.width.unwrap_or(140).max(40));
    let room = look.width.map(|width| width.saturating_sub("warning: ".len()));
    let message: Vec<String> =
        Text::new(&report.message, Ink::Plain).wrap(room).iter().map(|(line, _)| line.plain()).collect();
    let title = level.primary_title(message.join("\n"));
    let Some(source) = report.source.as_deref().filter(|s| !s.is_empty() && !report.labels.is_empty()) else {
        return renderer.render(&[annotate_snippets::Group::with_title(title)]);
    };
    let window = window(source, report.labels.first().map(|l| l.span).unwrap_or_default());
    let text = source.get(window.clone()).unwrap_or("");
    let mut snippet = Snippet::source(text)
        .line_start(1 + source.get(..window.start).map_or(0, |before| before.matches('\n').count()));
    for (number, label) in report.labels.iter().enumerate() {
        let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let Some(range) = within(text, label.span, window.start) else { continue };
        let annotation = kind.span(range);
        let says = Some(shown(&label.text)).filter(|says| labelled && !says.is_empty());
        snippet = snippet.annotation(match says {
            Some(says) => annotation.label(says),
            None => annotation,
        });
    }
    renderer.render(&[title.element(snippet)])
}

/// The part of a long text that is shown.
fn window(source: &str, place: Span) -> Range<usize> {
    if source.len() <= WINDOW {
        return 0..source.len();
    }
    let start = floor(source, place.start.saturating_sub(WINDOW / 2));
    let end = floor(source, place.start.saturating_add(WINDOW / 2));
    start..end.max(start)
}

/// The place within the window; `None` where it lies outside.
fn within(text: &str, span: Span, offset: usize) -> Option<Range<usize>> {
    if span.end < offset {
        return None;
    }
    let start = floor(text, span.start.saturating_sub(offset));
    let end = floor(text, span.end.saturating_sub(offset)).max(start);
    Some(start..end)
}

/// The nearest character boundary at or before `byte`.
fn floor(text: &str, byte: usize) -> usize {
    let mut place = byte.min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

fn push_wrapped(out: &mut String, sentence: &str, ink: Ink, look: &Look) {
    for (line, _) in Text::new(sentence, ink).wrap(look.width) {
        out.push_str(&format!("{}\n", line.painted(look)));
    }
}

/// Control characters made visible.
fn shown(text: &str) -> String {
    Text::new(text, Ink::Plain).plain()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_eighty(report: &Report) -> String {
        report_text(report, &Look { width: Some(80), unicode: false, ..Look::plain() })
    }

    #[test]
    fn caret_help_and_corrected_line() {
        let text = "which decree created the National Counsil?";
        let report = Report::input("name.unknown", "nothing is called `National Counsil`")
            .at(Span::new(25, 41), "not known")
            .suggest(Span::new(25, 41), "National Council")
            .in_text(text);
        let shown = in_eighty(&report);
        assert!(shown.contains("                         ^^^^^^^^^^^^^^^^ not known"), "{shown}");
        assert!(shown.ends_with("Did you mean: which decree created the National Council?\n"), "{shown}");
        let json = report_json(&report);
        assert_eq!(json["span"], json!([25, 41]));
        assert_eq!(json["suggestions"], json!(["which decree created the National Council?"]));
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        let text = "MATCH (n:Law) WHERE n.name STARTS WITH RETURN n.name AS name, n.date AS date";
        let report =
            Report::input("x.y", "`RETURN` cannot stand here, where something else is expected, say a text")
                .at(Span::new(39, 45), "an expression is expected")
                .suggest(Span::new(39, 45), "'a text that the name starts with' RETURN")
                .help("A sentence that goes on for longer than the terminal is wide.")
                .in_text(text);
        for width in 44..140 {
            for colour in [false, true] {
                let shown = report_text(&report, &Look { width: Some(width), colour, ..Look::plain() });
                assert!(shown.lines().all(|line| painted_width(line) <= width), "{width}\n{shown}");
                let words: Vec<&str> = shown.split_whitespace().collect();
                assert!(words.join(" ").contains("expression is expected"), "{shown}");
            }
        }
        let shown = report_text(&report, &Look { width: Some(60), ..Look::plain() });
        assert!(shown.contains("Did you mean: MATCH (n:Law) WHERE"), "{shown}");
        assert!(shown.contains("\n              that the name starts with' RETURN"), "{shown}");
    }

    #[test]
    fn any_place_in_any_text_is_shown() {
        for text in ["", "x", "ЗаконЪ о праве", "a\nb\nc", "\t\u{1b}", &"(".repeat(100_000)] {
            for start in [0, 1, 3, 7, 50_000, usize::MAX] {
                for end in [0, 2, 8, 99_999, usize::MAX] {
                    let report = Report::input("x.y", "m").at(Span { start, end }, "here").in_text(text);
                    in_eighty(&report);
                    report_json(&report);
                }
            }
        }
    }
}
