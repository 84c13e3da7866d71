//! Text in pieces of one ink each, and its breaking into lines of a given width.

use super::look::{Ink, Look};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub fn display_width(text: &str) -> usize {
    text.width()
}

/// A text that fits one line: what does not is cut and marked.
pub fn shortened(text: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| display_width(text) > *width) else { return text.to_owned() };
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

/// A run of pieces. A line feed in a piece starts a new line; other control characters are made visible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<(String, Ink)>,
}

/// What may not be broken.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    ink: Ink,
    width: usize,
    before: Before,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    Space,
    Line,
}

/// Nothing is shown where it stands, but a line may end there.
pub const MAY_BREAK: char = '\u{200b}';

/// Longer words are broken where the column ends; ids, dates and numbers are shorter.
const LONGEST_WORD: usize = 48;

impl Text {
    pub fn new(text: impl AsRef<str>, ink: Ink) -> Text {
        let mut out = Text::default();
        out.push(text, ink);
        out
    }

    pub fn push(&mut self, text: impl AsRef<str>, ink: Ink) {
        let shown = visible(text.as_ref());
        if !shown.is_empty() {
            self.pieces.push((shown, ink));
        }
    }

    pub fn append(&mut self, other: Text) {
        self.pieces.extend(other.pieces);
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Without any ink.
    pub fn plain(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    pub fn painted(&self, look: &Look) -> String {
        self.pieces.iter().map(|(text, ink)| look.paint(*ink, text)).collect()
    }

    /// The width of the longest line when nothing is wrapped.
    pub fn natural_width(&self) -> usize {
        self.plain().split('\n').map(display_width).max().unwrap_or(0)
    }

    /// The width of the longest word.
    pub fn minimal_width(&self) -> usize {
        self.words().iter().map(|w| w.width).max().unwrap_or(0)
    }

    /// The lines, none wider than `width` unless one word is, each with its width.
    pub fn wrap(&self, width: Option<usize>) -> Vec<(Text, usize)> {
        let mut lines: Vec<(Text, usize)> = vec![(Text::default(), 0)];
        for word in self.words() {
            let space = usize::from(word.before == Before::Space);
            let used = lines.last().map_or(0, |(_, used)| *used);
            let full = width.is_some_and(|w| used > 0 && used + space + word.width > w);
            if word.before == Before::Line || full {
                lines.push((Text::default(), 0));
            }
            let Some((line, used)) = lines.last_mut() else { continue };
            if space == 1 && *used > 0 {
                line.join(" ", word.ink);
                *used += 1;
            }
            line.join(&word.text, word.ink);
            *used += word.width;
        }
        lines
    }

    /// Adds to the last piece where the ink is the same.
    fn join(&mut self, text: &str, ink: Ink) {
        match self.pieces.last_mut() {
            Some((last, same)) if *same == ink => last.push_str(text),
            _ => self.pieces.push((text.to_owned(), ink)),
        }
    }

    /// Words end at spaces, at zero-width spaces, and on both sides of a wide character (Chinese, Japanese and Korean need
    /// no spaces).
    fn words(&self) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut before = Before::Nothing;
        let mut open = false;
        for (text, ink) in &self.pieces {
            for c in text.chars() {
                if c == '\n' || c == ' ' {
                    before = if c == '\n' || before == Before::Line { Before::Line } else { Before::Space };
                    open = false;
                    continue;
                }
                if c == MAY_BREAK {
                    open = false;
                    continue;
                }
                let width = c.width().unwrap_or(0);
                let wide = width > 1;
                match words.last_mut() {
                    Some(word) if open && !wide && word.ink == *ink && word.width + width <= LONGEST_WORD => {
                        word.text.push(c);
                        word.width += width;
                    }
                    _ => {
                        words.push(Word { text: c.to_string(), ink: *ink, width, before });
                    }
                }
                before = Before::Nothing;
                open = !wide;
            }
        }
        words.into_iter().fold(Vec::new(), joined)
    }
}

/// Keeps dates and numbers whole: `2 May 2012` and `No. 268` are not broken.
fn joined(mut words: Vec<Word>, next: Word) -> Vec<Word> {
    match words.last_mut() {
        Some(last)
            if next.before == Before::Space && last.ink == next.ink && belongs(&last.text, &next.text) =>
        {
            last.text = format!("{} {}", last.text, next.text);
            last.width += 1 + next.width;
        }
        _ => words.push(next),
    }
    words
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn belongs(word: &str, next: &str) -> bool {
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit()) && (1..=2).contains(&text.len());
    let year = |text: &str| text.chars().take_while(char::is_ascii_digit).count() == 4;
    let last = word.rsplit(' ').next().unwrap_or("");
    (digits(last) && MONTHS.contains(&next))
        || (MONTHS.contains(&last) && year(next))
        || (matches!(last, "No." | "№") && next.starts_with(|c: char| c.is_ascii_digit()))
}

/// Escape sequences in data must not reach the terminal.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\r' => {}
            c if c.is_control() || is_direction_mark(c) => out.push_str(&c.escape_unicode().to_string()),
            c => out.push(c),
        }
    }
    out
}

/// Characters that reorder what stands around them.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        Text::new(text, Ink::Plain).wrap(Some(width)).into_iter().map(|(line, _)| line.plain()).collect()
    }

    #[test]
    fn long_texts_are_cut_to_the_width() {
        assert_eq!(shortened("gender equality", Some(15)), "gender equality");
        assert_eq!(shortened("gender equality", None), "gender equality");
        assert_eq!(shortened("gender equality", Some(10)), "gender eq…");
        assert_eq!(shortened("国家法律", Some(6)), "国家…");
    }

    #[test]
    fn titles_wrap_at_words_and_ids_stay_whole() {
        assert_eq!(wrapped("Government Decree (decree-268)", 12), ["Government", "Decree", "(decree-268)"]);
    }

    #[test]
    fn dates_and_numbers_stay_whole() {
        assert_eq!(wrapped("Decree No. 268 of 2 May 2012", 12), ["Decree", "No. 268 of", "2 May 2012"]);
    }

    #[test]
    fn a_word_may_say_where_it_breaks() {
        assert_eq!(
            wrapped("(law)\u{200b}-[ratifies]->\u{200b}(treaty)", 20),
            ["(law)-[ratifies]->", "(treaty)"]
        );
    }

    #[test]
    fn wide_characters_wrap_without_spaces() {
        assert_eq!(wrapped("国家法律", 4), ["国家", "法律"]);
    }

    #[test]
    fn line_feeds_start_lines_and_escapes_are_shown() {
        assert_eq!(wrapped("a\nb", 10), ["a", "b"]);
        assert_eq!(Text::new("\u{1b}[31mred", Ink::Plain).plain(), "\\u{1b}[31mred");
    }
}
