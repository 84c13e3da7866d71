//! A script as statements.

use crate::language::{tokens, unclosed};

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

/// Something is opened that nothing closes yet.
pub(super) fn is_open(text: &str) -> bool {
    !text.trim_start().starts_with(':') && unclosed(&tokens(text), text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_a_line_unless_indented_or_open() {
        let text = "which law?\n\n# comment\nMATCH (n)\n  RETURN n\n:mode json\nRETURN [1,\n2]\ndone\n";
        assert_eq!(
            statements(text),
            ["which law?", "MATCH (n)\n  RETURN n", ":mode json", "RETURN [1,\n2]", "done"]
        );
    }
}
