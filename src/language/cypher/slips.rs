//! Slips that people coming from other languages make, each with what to write instead.

use crate::base::{Report, Span};
use crate::language::tokens::{Token, TokenKind};

/// Two characters that mean something elsewhere.
const OPERATORS: &[(&str, &str, &str)] = &[
    ("==", "=", "Equality is written `=`."),
    ("!=", "<>", "Inequality is written `<>`."),
    ("&&", "AND", "Both conditions: `AND`."),
    ("||", "OR", "Either condition: `OR`; strings and lists are joined with `+`."),
    ("**", "^", "A power is written `^`."),
    ("=>", ">=", "At least: `>=`."),
    ("=<", "<=", "At most: `<=`."),
];

/// Words of other query languages.
const WORDS: &[(&str, &str, &str)] = &[
    ("select", "", "Cypher begins with a pattern: `MATCH (n:Label) RETURN n.name`."),
    ("from", "", "What is looked for is a pattern: `MATCH (n:Label)`."),
    ("join", "", "A join is a pattern with a relationship: `MATCH (a)-[:TYPE]->(b)`."),
    ("group", "", "Grouping needs no clause: whatever is not aggregated is a group."),
    ("having", "", "Filter groups with `WITH …, count(*) AS n WHERE n > 1`."),
    ("insert", "", "New nodes are made with `CREATE (:Label {key: 'value'})`."),
    ("update", "", "Properties are changed with `MATCH (n) SET n.key = 'value'`."),
    ("like", "CONTAINS", "Texts are compared with `CONTAINS`, `STARTS WITH`, `ENDS WITH` or `=~`."),
    ("offset", "SKIP", "Rows are skipped with `SKIP`."),
    ("foreach", "", "Each element of a list becomes a row with `UNWIND list AS x`."),
    (
        "load",
        "",
        "A directory of tables or data files is opened as a whole: `--data DIR`, or `:load DIR` at the prompt.",
    ),
    ("use", "", "One graph is open at a time; another one is opened with `--data`."),
    ("finish", "", "A statement that gives no rows ends with its last clause: `CREATE (n:Label)`."),
    ("shortest", "", "A shortest path is asked for with `p = shortestPath((a)-[:TYPE*]-(b))`."),
    ("elseif", "", "A CASE has several `WHEN … THEN …`."),
];

/// What can be listed elsewhere, by how its word begins.
const SHOWN: &[(&str, &str)] = &[
    (
        "function",
        "Functions are listed by `:help functions` at the prompt; `:help NAME` shows one with examples.",
    ),
    (
        "procedure",
        "There are no procedures to list; functions are listed by `:help functions` at the prompt.",
    ),
    ("index", "Indexes are made with `CREATE INDEX`; which of them a statement uses is told by `EXPLAIN`."),
    ("constraint", "There are no constraints; `whichlaw check` tells what the data lacks."),
    ("database", "One graph is open at a time; another one is opened with `--data`."),
    ("transaction", "Each statement is carried out whole or not at all; there are no transactions to list."),
    ("setting", "Limits and other options are those of the command line: `whichlaw ask --help`."),
    ("user", "There are no users: who may read and write the data files may use them."),
    ("role", "There are no roles: who may read and write the data files may use them."),
];

/// Characters that look like those of the language.
const LOOKALIKES: &[(char, &str)] = &[
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('«', "\""),
    ('»', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('‚', "'"),
    ('‐', "-"),
    ('‑', "-"),
    ('‒', "-"),
    ('–', "-"),
    ('—', "-"),
    ('―', "-"),
    ('−', "-"),
    ('×', "*"),
    ('÷', "/"),
    ('≠', "<>"),
    ('≤', "<="),
    ('≥', ">="),
    ('，', ","),
    ('；', ";"),
    ('：', ":"),
    ('（', "("),
    ('）', ")"),
];

/// The report on a known slip at this token, if it is one.
pub(super) fn find(tokens: &[Token], place: usize, text: &str) -> Option<Box<Report>> {
    let slip = Slip { tokens, place, text };
    [
        Slip::operator,
        Slip::arrow,
        Slip::length,
        Slip::lookalike,
        Slip::word,
        Slip::elsewhere,
        Slip::negation,
        Slip::comma,
        Slip::semicolon,
    ]
    .iter()
    .find_map(|look| look(&slip))
}

/// The place where reading stopped, with what stands around it.
struct Slip<'s> {
    tokens: &'s [Token],
    place: usize,
    text: &'s str,
}

impl Slip<'_> {
    /// The token so many places before the one that could not be read.
    fn before(&self, distance: usize) -> Option<Token> {
        self.tokens.get(self.place.checked_sub(distance)?).copied()
    }

    fn after(&self, distance: usize) -> Option<Token> {
        self.tokens.get(self.place + distance).copied()
    }

    fn is(&self, token: Option<Token>, word: &str) -> bool {
        token.is_some_and(|t| t.span.of(self.text).eq_ignore_ascii_case(word))
    }

    fn operator(&self) -> Option<Box<Report>> {
        // The first of the two characters may be an operator of its own, so that only the second is wrong.
        let pairs = [(self.before(1), self.after(0)), (self.after(0), self.after(1))];
        pairs.into_iter().find_map(|(first, second)| {
            let at = first?.span.to(second?.span);
            let written = at.of(self.text);
            let (_, instead, help) = OPERATORS.iter().find(|(slip, _, _)| *slip == written)?;
            Some(report("UnexpectedSyntax", written, at, instead, help))
        })
    }

    /// `(a)->(b)`, `(a)<-(b)`, `(a)-[:T]>(b)`
    fn arrow(&self) -> Option<Box<Report>> {
        let (found, before) = (self.after(0)?, self.before(1)?);
        let closes = |token: Option<Token>| token.is_some_and(|t| t.kind == TokenKind::Close);
        if self.is(Some(found), ">") && self.is(Some(before), "-") && closes(self.before(2)) {
            let help = "An arrow has two dashes: `-->`, or `-[:TYPE]->`.";
            return Some(report("UnexpectedSyntax", "->", before.span.to(found.span), "-->", help));
        }
        if self.is(Some(found), "(") && self.is(Some(before), "-") && self.is(self.before(2), "<") {
            let help = "An arrow has two dashes: `<--`, or `<-[:TYPE]-`.";
            return Some(report("UnexpectedSyntax", "<-", self.before(2)?.span.to(before.span), "<--", help));
        }
        if self.is(Some(found), ">") && self.is(Some(before), "]") {
            let help = "An arrow goes on with a dash behind its bracket: `-[:TYPE]->`.";
            return Some(report("UnexpectedSyntax", "]>", before.span.to(found.span), "]->", help));
        }
        if self.is(Some(found), ">") && self.is(Some(before), "-") && self.is(self.before(2), "-") {
            return Some(
                Report::compile("SyntaxError", "UnexpectedSyntax", "a pattern cannot stand here")
                    .at(self.before(2)?.span.to(found.span), "an arrow")
                    .help("Whether a pattern exists is asked with `EXISTS { (a)-->(b) }`."),
            );
        }
        None
    }

    /// `*1-3`
    fn length(&self) -> Option<Box<Report>> {
        let found = self.after(0)?;
        let number = self.before(1).filter(|t| t.kind == TokenKind::Number)?;
        let range = self.is(Some(found), "-") && self.is(self.before(2), "*");
        let end = self.after(1).filter(|t| range && t.kind == TokenKind::Number)?;
        let at = number.span.to(end.span);
        let instead = format!("{}..{}", number.span.of(self.text), end.span.of(self.text));
        let help = "A length is `*`, `*2`, `*1..3`, `*2..` or `*..3`.";
        Some(report("InvalidRelationshipPattern", at.of(self.text), at, &instead, help))
    }

    fn lookalike(&self) -> Option<Box<Report>> {
        let found = self.after(0)?;
        let c = found.span.of(self.text).chars().next()?;
        let (_, instead) = LOOKALIKES.iter().find(|(lookalike, _)| *lookalike == c)?;
        let help =
            format!("It looks like `{instead}`, but it is another character (U+{:04X}).", u32::from(c));
        let at = Span::new(found.span.start, found.span.start + c.len_utf8());
        let mended = report("InvalidUnicodeCharacter", &c.to_string(), at, instead, &help);
        Some(match self.closing_quote(at, instead) {
            Some((whole, quoted)) => {
                let mut mended = mended;
                mended.suggestions.clear();
                mended.suggest(whole, quoted)
            }
            None => mended,
        })
    }

    /// The text between a typographic quote and the next one, with right quotes.
    fn closing_quote(&self, opening: Span, quote: &str) -> Option<(Span, String)> {
        let rest = self.text.get(opening.end..)?;
        let is_quote =
            |c: char| LOOKALIKES.iter().any(|(l, instead)| *l == c && matches!(*instead, "'" | "\""));
        let (length, closing) = rest.char_indices().find(|(_, c)| is_quote(*c))?;
        let inside = rest.get(..length)?;
        let whole = Span::new(opening.start, opening.end + length + closing.len_utf8());
        matches!(quote, "'" | "\"").then(|| (whole, format!("{quote}{inside}{quote}")))
    }

    fn word(&self) -> Option<Box<Report>> {
        let found = self.after(0)?;
        let written = found.span.of(self.text);
        if written.eq_ignore_ascii_case("show") {
            return Some(report("UnexpectedSyntax", written, found.span, "", self.listing()));
        }
        let (_, instead, help) = WORDS.iter().find(|(slip, _, _)| written.eq_ignore_ascii_case(slip))?;
        Some(report("UnexpectedSyntax", written, found.span, instead, help))
    }

    /// Where that is told which `SHOW …` asks for.
    fn listing(&self) -> &'static str {
        let kind = self.tokens.iter().skip(self.place + 1).find_map(|token| {
            SHOWN.iter().find(|(word, _)| token.span.of(self.text).to_lowercase().starts_with(word))
        });
        kind.map_or("Labels, types and keys are listed by `:schema` at the prompt.", |(_, help)| help)
    }

    /// What other dialects write at this place.
    fn elsewhere(&self) -> Option<Box<Report>> {
        let (found, before) = (self.after(0)?, self.before(1)?);
        let told = |at: Span, help: &str| {
            let message = format!("`{}` cannot stand here", at.of(self.text));
            let report = Report::compile("SyntaxError", "UnexpectedSyntax", message);
            Some(report.at(at, "not here").help(help))
        };
        if self.is(Some(before), "constraint") {
            return told(
                before.span,
                "There are no constraints; `whichlaw check` tells what the data lacks.",
            );
        }
        if self.is(Some(found), "constraint")
            && (self.is(Some(before), "drop") || self.is(Some(before), "create"))
        {
            return told(found.span, "There are no constraints; `whichlaw check` tells what the data lacks.");
        }
        if let Some(at) = self.foreign_index() {
            return told(
                at,
                "An index is on a label and a property: `CREATE INDEX FOR (n:Label) ON (n.key)`.",
            );
        }
        if self.is(Some(found), "where") && self.opened() {
            return told(found.span, "WHERE stands behind the pattern: `MATCH (n:Label) WHERE n.key = 1`.");
        }
        if before.kind == TokenKind::Word && self.is(self.before(2), "match") && found.kind == TokenKind::Word
        {
            return told(before.span, "A node stands in parentheses: `MATCH (n)`.");
        }
        if let Some(help) = self.misplaced() {
            return told(found.span, help);
        }
        if !self.is(Some(found), "{") {
            return None;
        }
        let help = match before.span.of(self.text) {
            word if word.eq_ignore_ascii_case("call") => {
                "Subqueries are `EXISTS { … }`, `COUNT { … }` and `COLLECT { … }`; other steps are joined by WITH."
            }
            ">" | "-" | ")" | "]" => "How often a step is repeated stands inside: `-[:TYPE*1..3]->`.",
            _ if before.kind == TokenKind::Word => {
                "A map has its keys and values: `{key: n.key}`; all of them are `properties(n)`."
            }
            _ => return None,
        };
        told(found.span, help)
    }

    /// `CREATE RANGE INDEX`, `CREATE INDEX ON :Label(key)`, `CREATE INDEX FOR ()-[r:TYPE]-()`
    fn foreign_index(&self) -> Option<Span> {
        const KINDS: &[&str] = &["range", "text", "fulltext", "point", "lookup", "vector", "btree"];
        let (found, before) = (self.after(0)?, self.before(1)?);
        if self.is(Some(found), "index") && KINDS.iter().any(|kind| self.is(Some(before), kind)) {
            return Some(before.span);
        }
        if self.is(Some(found), ":") && self.is(Some(before), "on") && self.is(self.before(2), "index") {
            return Some(before.span);
        }
        let empty = self.is(Some(before), "(") && self.is(Some(found), ")");
        let index = (3..6).any(|distance| self.is(self.before(distance), "index"));
        (empty && self.is(self.before(2), "for") && index).then(|| before.span.to(found.span))
    }

    /// A part of a clause that stands behind another clause.
    fn misplaced(&self) -> Option<&'static str> {
        const CLAUSES: &[&str] =
            &["match", "return", "with", "unwind", "create", "merge", "set", "delete", "remove", "call"];
        let found = self.after(0)?;
        let before = self.tokens.get(..self.place)?.iter().rev();
        let clause = before
            .map(|t| t.span.of(self.text).to_lowercase())
            .find(|word| CLAUSES.contains(&word.as_str()))?;
        let sorts = ["order", "skip", "limit"].iter().any(|word| self.is(Some(found), word));
        match clause.as_str() {
            "return" if self.is(Some(found), "where") => {
                Some("WHERE stands before RETURN: behind MATCH, or behind WITH to test what was computed.")
            }
            "match" | "unwind" | "create" | "merge" | "set" if sorts => {
                Some("ORDER BY, SKIP and LIMIT stand behind RETURN or WITH.")
            }
            _ => None,
        }
    }

    /// Whether a round or square bracket is open here.
    fn opened(&self) -> bool {
        let mut depth = 0;
        for token in self.tokens.get(..self.place).unwrap_or(&[]).iter().rev() {
            match token.kind {
                TokenKind::Close => depth += 1,
                TokenKind::Open if depth == 0 => return !self.is(Some(*token), "{"),
                TokenKind::Open => depth -= 1,
                _ => {}
            }
        }
        false
    }

    /// `x NOT IN list`, `x IS NOT 3`, `!x`.
    fn negation(&self) -> Option<Box<Report>> {
        let found = self.after(0)?;
        let unexpected = |at: Span, label: &str| {
            Report::compile("SyntaxError", "UnexpectedSyntax", "a negation cannot stand here").at(at, label)
        };
        let negates = ["in", "contains", "starts", "ends"].iter().any(|word| self.is(self.after(1), word));
        if self.is(Some(found), "not") && negates {
            let help = "NOT stands in front of the comparison: `NOT x IN list`.";
            return Some(unexpected(found.span, "not here").help(help));
        }
        if self.is(Some(found), "!") {
            return Some(unexpected(found.span, "write `NOT`").suggest(found.span, "NOT "));
        }
        let help =
            "IS is only for null: `x IS NULL`, `x IS NOT NULL`; other values are compared with `=` and `<>`.";
        if self.is(self.before(1), "not") && self.is(self.before(2), "is") {
            let at = self.before(2)?.span.to(self.before(1)?.span);
            return Some(unexpected(at, "write `<>`").help(help).suggest(at, "<>"));
        }
        let before = self.before(1).filter(|_| self.is(self.before(1), "is"))?;
        let message = "IS needs NULL behind it";
        let report = Report::compile("SyntaxError", "UnexpectedSyntax", message).at(before.span, "write `=`");
        Some(report.help(help).suggest(before.span, "="))
    }

    /// A comma with nothing behind it.
    fn comma(&self) -> Option<Box<Report>> {
        let (before, found) = (self.before(1)?, self.after(0)?);
        let closes = found.kind == TokenKind::Close;
        let clause = ["return", "where", "with", "match", "order", "limit", "skip", "create", "set", "union"]
            .iter()
            .any(|word| self.is(Some(found), word));
        let opened = self.before(2).is_some_and(|t| t.kind == TokenKind::Open);
        if before.span.of(self.text) != "," || !(closes || clause) || opened {
            return None;
        }
        let message = "nothing follows this comma";
        let report =
            Report::compile("SyntaxError", "UnexpectedSyntax", message).at(before.span, "one comma too many");
        Some(report.suggest(before.span, ""))
    }

    fn semicolon(&self) -> Option<Box<Report>> {
        let found = self.after(0).filter(|_| self.is(self.before(1), ";"))?;
        Some(
            Report::compile("SyntaxError", "UnexpectedSyntax", "a second statement begins here")
                .at(found.span, "not part of the first statement")
                .help("Run one statement at a time."),
        )
    }
}

fn report(detail: &'static str, found: &str, at: Span, instead: &str, help: &str) -> Box<Report> {
    let report = Report::compile("SyntaxError", detail, format!("`{found}` is not Cypher")).help(help);
    if instead.is_empty() {
        return report.at(at, "not Cypher");
    }
    report.at(at, format!("write `{instead}`")).suggest(at, instead)
}
