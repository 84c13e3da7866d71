//! A script as statements.

use crate::language::cypher::is_cypher;
use crate::language::{TokenKind, tokens, unclosed};

/// The statements of a script: one a line; an indented line, and an open quote or bracket, continue the one before.
/// Empty lines and lines of comment (`//`, `#`) are left out.
pub fn statements(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let bare = line.trim();
        let comment = bare.starts_with("//") || bare.starts_with('#');
        if !open && (bare.is_empty() || comment) {
            continue;
        }
        let indented = line.starts_with([' ', '\t']);
        match found.last_mut() {
            Some(last) if open || indented => {
                last.push('\n');
                last.push_str(line.trim_end());
            }
            _ => found.push(bare.to_owned()),
        }
        open = found.last().is_some_and(|last| is_open(last));
    }
    found
}

/// Something is opened that nothing closes yet. A question is one line: its apostrophes open nothing.
pub(super) fn is_open(text: &str) -> bool {
    let open = || unclosed(&tokens(text), text);
    !text.trim_start().starts_with(':')
        && open().is_some_and(|token| token.kind == TokenKind::UnclosedComment || is_cypher(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apostrophe_opens_nothing_in_a_question() {
        let text =
            "the ministries' tasks\nwho chairs the council?\nRETURN 'a\nb'\nwhose \"tasks?\nwhich law?";
        assert_eq!(
            statements(text),
            [
                "the ministries' tasks",
                "who chairs the council?",
                "RETURN 'a\nb'",
                "whose \"tasks?",
                "which law?"
            ]
        );
    }

    #[test]
    fn one_a_line_unless_indented_or_open() {
        let text = "which law?\n\n# comment\nMATCH (n)\n  RETURN n\n:mode json\nRETURN [1,\n2]\ndone\n";
        assert_eq!(
            statements(text),
            ["which law?", "MATCH (n)\n  RETURN n", ":mode json", "RETURN [1,\n2]", "done"]
        );
    }
}
