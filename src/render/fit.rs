//! Text that is already painted, in lines that fit: broken at words.

use super::text::display_width;

/// What continues a line that is set in is set in by as much more.
const INSET: usize = 2;

/// Each line that is wider than `width` broken at its spaces; colours go on in the next line. A word that is wider than a
/// line stays whole.
pub fn fitted(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else { return text.to_owned() };
    let lines: Vec<String> = text.split('\n').map(|line| fitted_line(line, width)).collect();
    lines.join("\n")
}

fn fitted_line(line: &str, width: usize) -> String {
    if painted_width(line) <= width {
        return line.to_owned();
    }
    let body = line.trim_start_matches(' ');
    let own = line.len() - body.len();
    let inset = if own == 0 { 0 } else { (own + INSET).min(width / 2) };
    let (mut out, mut used) = (" ".repeat(own), own);
    let mut spaces = 0;
    for word in body.split(' ') {
        let wide = painted_width(word);
        if spaces > 0 && used + spaces + wide > width && used > inset {
            out.push('\n');
            out.push_str(&" ".repeat(inset));
            used = inset;
        } else {
            out.push_str(&" ".repeat(spaces));
            used += spaces;
        }
        out.push_str(word);
        used += wide;
        spaces = if wide == 0 { spaces + 1 } else { 1 };
    }
    out
}

/// The width without escape sequences.
pub fn painted_width(painted: &str) -> usize {
    let mut parts = painted.split("\u{1b}[");
    let first = parts.next().map_or(0, display_width);
    let ended = |part: &str| part.split_once('m').map_or(0, |(_, text)| display_width(text));
    first + parts.map(ended).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_words() {
        assert_eq!(fitted("one two three", Some(8)), "one two\nthree");
        assert_eq!(fitted("  one two three\nfour", Some(10)), "  one two\n    three\nfour");
        assert_eq!(fitted("one two three", None), "one two three");
        assert_eq!(fitted("a-word-that-is-long b", Some(8)), "a-word-that-is-long\nb");
    }

    #[test]
    fn escape_sequences_have_no_width() {
        let painted = "\u{1b}[1mone two\u{1b}[0m three";
        assert_eq!(fitted(painted, Some(13)), painted);
        assert_eq!(fitted(painted, Some(12)), "\u{1b}[1mone two\u{1b}[0m\nthree");
    }

    #[test]
    fn nothing_is_lost_at_any_width() {
        let text = "  which decree  approves 国家 法律 —  and more?   \n\n x";
        for width in 0..60 {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&fitted(text, Some(width))), words(text), "{width}");
        }
    }
}
