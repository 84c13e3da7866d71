//! What could stand at the cursor: by meaning, from what stands before it.

use super::command::{self, Argument};
use super::highlight::KEYWORDS;
use super::knowledge::{Knowledge, Name};
use crate::base::fold;
use crate::language::cypher::is_cypher;
use crate::language::{Token, TokenKind, cypher_tokens, question_tokens};
use crate::render::FORMATS;

/// One possible completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Shown in the list.
    pub display: String,
    /// Written into the line.
    pub replacement: String,
}

/// Where the replacement starts, and the candidates.
pub type Completion = (usize, Vec<Candidate>);

/// As many candidates are offered.
const OFFERED: usize = 40;
/// A name may be found by this many letters from its middle.
const FROM_THE_MIDDLE: usize = 3;

/// The files that a beginning of a path could become; `true` asks for directories only.
pub type Files<'f> = &'f dyn Fn(&str, bool) -> Completion;

/// What could stand at `cursor`.
pub fn complete(line: &str, cursor: usize, known: &Knowledge, files: Files<'_>) -> Completion {
    let Some(before) = line.get(..cursor) else { return (cursor, Vec::new()) };
    let (start, mut candidates) = match before.trim_start().strip_prefix(':') {
        Some(_) => command_line(before, known, files),
        None => statement(before, known),
    };
    let mut seen = std::collections::HashSet::new();
    candidates.retain(|c| seen.insert(c.replacement.clone()));
    candidates.truncate(OFFERED);
    (start, candidates)
}

fn same(text: &str) -> Candidate {
    Candidate { display: text.to_owned(), replacement: text.to_owned() }
}

fn command_line(before: &str, known: &Knowledge, files: Files<'_>) -> Completion {
    let colon = before.find(':').unwrap_or(0);
    let body = before.get(colon + 1..).unwrap_or("");
    let Some((name, argument)) = body.split_once(char::is_whitespace) else {
        let commands = command::all().filter(|c| c.name.starts_with(body));
        let candidates = commands.map(|c| Candidate {
            display: format!(":{} {}", c.name, c.argument).trim_end().to_owned(),
            replacement: if c.argument.is_empty() { c.name.to_owned() } else { format!("{} ", c.name) },
        });
        return (colon + 1, candidates.collect());
    };
    let Some(command) = command::find(name) else { return (before.len(), Vec::new()) };
    let offset = before.len() - argument.len();
    let argument = argument.trim_start();
    let start = before.len() - argument.len();
    match command.completes {
        Argument::Nothing => (before.len(), Vec::new()),
        Argument::Statement => shifted(statement(argument, known), start),
        Argument::Name => {
            let found = all_names(argument, known);
            (start, if found.is_empty() { names_with_pieces(argument, known) } else { found })
        }
        Argument::Word => {
            let nouns = known.nouns.iter().map(|noun| noun.text.as_str());
            (start, starting(argument, nouns.chain(known.words.iter().map(String::as_str))))
        }
        Argument::File | Argument::Directory => {
            let (from, candidates) = files(before, command.completes == Argument::Directory);
            (from.max(offset), candidates)
        }
        Argument::Format => (start, starting(argument, FORMATS.iter().map(|f| f.name))),
        Argument::Column => {
            let typed = argument.strip_prefix("by").map(str::trim_start).unwrap_or("");
            let columns = known.columns.iter().filter(|c| c.starts_with(typed));
            (
                start,
                columns.map(|c| Candidate { display: c.clone(), replacement: format!("by {c}") }).collect(),
            )
        }
        Argument::Topic => {
            let topics = ["questions", "cypher", "functions", "keys"];
            let all = topics.into_iter().chain(command::all().map(|c| c.name));
            let all = all.chain(known.functions.iter().map(String::as_str));
            (start, starting(argument, all))
        }
    }
}

fn shifted((start, candidates): Completion, by: usize) -> Completion {
    (start + by, candidates)
}

fn starting<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    words.filter(|w| w.to_lowercase().starts_with(&typed)).map(same).collect()
}

fn statement(before: &str, known: &Knowledge) -> Completion {
    if is_cypher(before) { cypher(before, known) } else { question(before, known) }
}

/// Comments and strings are nobody's business.
fn is_silent(last: Option<&Token>, before: &str) -> bool {
    last.is_some_and(|token| match token.kind {
        TokenKind::UnclosedComment
        | TokenKind::UnclosedString
        | TokenKind::UnclosedName
        | TokenKind::String => true,
        TokenKind::Comment => token.span.of(before).starts_with("//"),
        _ => false,
    })
}

// Cypher ------------------------------------------------------------------------------------------------------------

fn cypher(before: &str, known: &Knowledge) -> Completion {
    let tokens = cypher_tokens(before);
    if is_silent(tokens.last(), before) {
        return (before.len(), Vec::new());
    }
    let (start, typed) = match tokens.last() {
        Some(token) if matches!(token.kind, TokenKind::Word | TokenKind::Parameter) => {
            (token.span.start, token.span.of(before))
        }
        _ => (before.len(), ""),
    };
    let head = before.get(..start).unwrap_or("").trim_end();
    if let Some(name) = typed.strip_prefix('$') {
        let names = known.parameters.iter().filter(|p| p.starts_with(name));
        return (start, names.map(|p| same(&format!("${p}"))).collect());
    }
    if head.ends_with([':', '|']) && !in_map(head) {
        let inside = tokens.iter().rfind(|t| matches!(t.kind, TokenKind::Open | TokenKind::Close));
        let types = inside.is_some_and(|t| t.span.of(before) == "[");
        return (
            start,
            starting(typed, if types { &known.types } else { &known.labels }.iter().map(String::as_str)),
        );
    }
    if head.ends_with('.') {
        return (start, starting(typed, known.keys.iter().map(String::as_str)));
    }
    if typed.is_empty() {
        return (start, Vec::new());
    }
    let mut candidates: Vec<Candidate> = starting(typed, KEYWORDS.iter().copied());
    let variables = tokens.iter().filter(|t| t.kind == TokenKind::Word && t.span.end < before.len());
    let mut variables: Vec<&str> = variables
        .map(|t| t.span.of(before))
        .filter(|word| {
            word.starts_with(typed) && KEYWORDS.binary_search(&word.to_uppercase().as_str()).is_err()
        })
        .collect();
    variables.sort_unstable();
    variables.dedup();
    candidates.extend(variables.into_iter().map(same));
    let functions = known.functions.iter().filter(|f| f.to_lowercase().starts_with(&typed.to_lowercase()));
    candidates
        .extend(functions.map(|f| Candidate { display: format!("{f}()"), replacement: format!("{f}(") }));
    (start, candidates)
}

/// `{name:` is followed by a value, not by a label.
fn in_map(head: &str) -> bool {
    let tokens = cypher_tokens(head);
    let mut open: Vec<&str> = Vec::new();
    for token in &tokens {
        match token.kind {
            TokenKind::Open => open.push(token.span.of(head)),
            TokenKind::Close => {
                open.pop();
            }
            _ => {}
        }
    }
    open.last() == Some(&"{")
}

// Questions -----------------------------------------------------------------------------------------------------------

/// What stands right before the word at the cursor.
enum Before {
    /// Nothing, or a word that asks: a kind comes next.
    Asking,
    Kinds(Vec<String>),
    /// A verb; the kinds that may follow it.
    Verb(Vec<String>),
    Other,
}

fn question(before: &str, known: &Knowledge) -> Completion {
    let tokens = question_tokens(before);
    if is_silent(tokens.last(), before) {
        return (before.len(), Vec::new());
    }
    let words: Vec<&Token> = tokens.iter().filter(|t| t.kind != TokenKind::Space).collect();
    let ends_in_word = tokens.last().is_some_and(|t| t.kind != TokenKind::Space);
    let (start, typed) = match words.last() {
        Some(last) if ends_in_word => (last.span.start, last.span.of(before)),
        _ => (before.len(), ""),
    };
    let earlier = if ends_in_word { words.len().saturating_sub(1) } else { words.len() };
    let earlier: Vec<&str> = words.iter().take(earlier).map(|t| t.span.of(before)).collect();
    let mut candidates = match context(&earlier, known) {
        Before::Asking => nouns(typed, known, &[]),
        Before::Kinds(kinds) => verbs(typed, known, &kinds),
        Before::Verb(kinds) => {
            let mut found = fitting_names(typed, known, &kinds);
            found.extend(nouns(typed, known, &kinds));
            found
        }
        Before::Other => Vec::new(),
    };
    if !typed.is_empty() {
        // What was typed may go on a name that began some words ago: the longest such beginning wins.
        let begun =
            words.iter().map(|t| t.span.start).filter(|s| *s <= start).rev().take(8).collect::<Vec<_>>();
        for from in begun.into_iter().rev() {
            let text = before.get(from..).unwrap_or("");
            let long_enough = text.chars().count() >= FROM_THE_MIDDLE;
            if !long_enough || matches!(text.split(' ').next(), Some("the" | "a" | "an" | "The" | "A" | "An"))
            {
                continue;
            }
            let found = if from < start { auxiliary(text, known) } else { Vec::new() };
            let found = if found.is_empty() { all_names(text, known) } else { found };
            let first = text.split(' ').next().unwrap_or("");
            let pieces = found.is_empty() && from < start && !known.is_understood(first);
            let found = if pieces { names_with_pieces(text, known) } else { found };
            if from < start && !found.is_empty() {
                return (from, found);
            }
            if from == start {
                candidates.extend(nouns(typed, known, &[]));
                candidates.extend(verbs(typed, known, &[]));
                candidates.extend(starting(typed, known.words.iter().map(String::as_str)));
                candidates.extend(found);
            }
        }
    }
    (start, candidates)
}

/// Reads backwards: the longest phrase that ends at the cursor and is known.
fn context(words: &[&str], known: &Knowledge) -> Before {
    let asking = ["which", "what", "how", "many", "list", "show", "find", "of", "the", "a", "an", "all"];
    let words = match words {
        [rest @ .., last]
            if matches!(last.to_lowercase().as_str(), "the" | "a" | "an") && !rest.is_empty() =>
        {
            rest
        }
        all => all,
    };
    let Some(last) = words.last() else { return Before::Asking };
    for from in words.len().saturating_sub(6)..words.len() {
        let phrase = words.get(from..).unwrap_or_default().join(" ");
        let verbs = known.verbs_like(&phrase);
        let verbs = if verbs.is_empty() && from + 1 == words.len() && !phrase.contains(' ') {
            // `established` alone may be a past tense: `which decree established …`
            known.verbs_like(phrase.trim_end_matches("ed"))
        } else {
            verbs
        };
        if !verbs.is_empty() {
            return Before::Verb(verbs.iter().flat_map(|v| v.after.clone()).collect());
        }
        if let Some(kinds) = known.kinds_called(&phrase) {
            return Before::Kinds(kinds.to_vec());
        }
    }
    if asking.contains(&last.to_lowercase().as_str()) { Before::Asking } else { Before::Other }
}

/// With nothing typed only the first noun of each kind is offered, of those the graph holds.
fn nouns(typed: &str, known: &Knowledge, kinds: &[String]) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    let fitting = known.nouns.iter().filter(|noun| {
        (noun.leading || !typed.is_empty())
            && noun.text.to_lowercase().starts_with(&typed)
            && noun.kinds.iter().any(|kind| known.fits(kind, kinds))
    });
    fitting.map(|noun| same(&noun.text)).collect()
}

/// With nothing typed only the first verb of each relation is offered, of those the graph holds.
fn verbs(typed: &str, known: &Knowledge, kinds: &[String]) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    let mut fitting: Vec<&super::knowledge::Verb> = known
        .verbs
        .iter()
        .filter(|verb| {
            (verb.leading || !typed.is_empty())
                && verb.text.starts_with(&typed)
                && (kinds.is_empty() || kinds.iter().any(|kind| known.fits(kind, &verb.before)))
        })
        .collect();
    fitting.sort_by_key(|verb| !verb.leading);
    fitting.into_iter().map(|verb| same(&verb.text)).collect()
}

/// `were establ` goes on as `were established by`.
fn auxiliary(typed: &str, known: &Knowledge) -> Vec<Candidate> {
    let Some((be, rest)) = typed.split_once(' ') else { return Vec::new() };
    if !matches!(be.to_lowercase().as_str(), "is" | "are" | "was" | "were") {
        return Vec::new();
    }
    let rest = rest.trim_start().to_lowercase();
    let passive = known.verbs.iter().filter_map(|verb| {
        let after = verb.text.strip_prefix("was ").or_else(|| verb.text.strip_prefix("is "))?;
        after.starts_with(&rest).then(|| same(&format!("{be} {after}")))
    });
    passive.collect()
}

/// The names of the kinds that fit after a verb.
fn fitting_names(typed: &str, known: &Knowledge, kinds: &[String]) -> Vec<Candidate> {
    if typed.is_empty() {
        return known.names_of_kinds(kinds, OFFERED / 2).iter().map(named).collect();
    }
    let mut found = known.names_like(typed, OFFERED);
    found.retain(|name| known.fits(&name.kind, kinds));
    found.iter().map(named).collect()
}

/// Names that contain what was typed; fewer than three letters only find beginnings of words.
fn all_names(typed: &str, known: &Knowledge) -> Vec<Candidate> {
    let mut found = known.names_like(typed, OFFERED);
    let folded = fold(typed);
    if folded.chars().count() < FROM_THE_MIDDLE {
        found.retain(|name| fold(&name.text).starts_with(&folded));
    }
    found.iter().map(named).collect()
}

/// Names that hold pieces of all the words that were typed: `ncil gen` finds a Council on Gender.
fn names_with_pieces(typed: &str, known: &Knowledge) -> Vec<Candidate> {
    known.names_with_pieces(typed, OFFERED).iter().map(named).collect()
}

/// The name with its kind and year.
fn named(name: &Name) -> Candidate {
    let year = name.year.as_deref().map(|year| format!(", {year}")).unwrap_or_default();
    let of = name.of.as_deref().map(|of| format!(" = {of}")).unwrap_or_default();
    Candidate { display: format!("{}{of} ({}{year})", name.text, name.kind), replacement: name.text.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Data;

    /// Completes at `$0`; gives the line up to the replacement and the first candidates.
    #[track_caller]
    fn check(marked: &str, expected: &[&str]) {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/town");
        let session = Data { dir: Some(dir.into()), ..Data::default() }.open().unwrap();
        let mut known = Knowledge::of(&session);
        known.columns = vec!["kind".to_owned(), "name".to_owned()];
        let cursor = marked.find("$0").unwrap();
        let line = marked.replace("$0", "");
        let (start, candidates) = complete(&line, cursor, &known, &|_, _| (cursor, Vec::new()));
        let shown: Vec<String> = candidates
            .iter()
            .map(|c| format!("{}{}", &line[..start], c.replacement))
            .take(expected.len().max(1))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn commands_and_their_arguments() {
        check(":des$0", &[":describe "]);
        check(":mode js$0", &[":mode json", ":mode jsonl"]);
        check(":count by n$0", &[":count by name"]);
        check(":describe council on tr$0", &[":describe Council on Trees"]);
        check(":help que$0", &[":help questions"]);
    }

    #[test]
    fn a_name_from_its_middle_in_any_script() {
        check(
            "describe on parks$0",
            &["describe Council on Parks", "describe Law No. 12 of 1 June 2009 on parks"],
        );
        check("describe ncil tre$0", &["describe Council on Trees"]);
        check(":describe ncil tre$0", &[":describe Council on Trees"]);
        // A word that is understood is no piece of a name.
        check("which council tr$0", &["which council treats"]);
        check("what is садо$0", &["what is Ministry of Gardens / Министерство садов"]);
    }

    #[test]
    fn verbs_that_fit_the_kind_and_names_that_fit_the_verb() {
        check("which decree establ$0", &["which decree establishes"]);
        check("which council was establ$0", &["which council was established by"]);
        check("which decree establishes $0", &["which decree establishes Council on Trees"]);
        check(
            "who is responsible for $0",
            &["who is responsible for Decree No. 7 of 3 March 2011 on the care of trees"],
        );
    }

    #[test]
    fn labels_types_keys_keywords() {
        check("MATCH (d:Dec$0", &["MATCH (d:Decree"]);
        check("MATCH (d)-[:EST$0", &["MATCH (d)-[:ESTABLISHES"]);
        check("MATCH (d) RETURN d.nu$0", &["MATCH (d) RETURN d.number"]);
        check("MATCH (d) RET$0", &["MATCH (d) RETURN"]);
    }

    #[test]
    fn silent_in_comments_and_strings() {
        check("MATCH (d) // ret$0", &[]);
        check("MATCH (d {name: 'Coun$0", &[]);
        check("describe \"Coun$0", &[]);
    }

    #[test]
    fn any_place_in_any_line() {
        let known = Knowledge::default();
        for line in ["", ":", ": ", ":count by", "Ж'", "which “", "MATCH (", "🧐 a"] {
            for cursor in 0..=line.len() + 1 {
                complete(line, cursor, &known, &|_, _| (0, Vec::new()));
            }
        }
    }
}
