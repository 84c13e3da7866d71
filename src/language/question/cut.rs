//! Cutting a question into tokens: every way to read its words as runs that the lexicon knows, best first.

use super::dates;
use super::lexicon::{Category, FUNCTION_WORDS, Lexicon, Token};
use super::opening::EMPTY;
use super::words::{Shape, Word};
use crate::base::{Span, fold_words};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;
use std::sync::OnceLock;

/// What one more token costs; the cutting with the fewest, longest runs wins.
const TOKEN: u32 = 10;
/// An unknown word costs more than any way around it.
const UNKNOWN: u32 = 10_000;
/// What a name costs that begins with a kind and stands where things of a kind are chosen or counted.
const CHOSEN: u32 = 3 * TOKEN;
/// What a value costs besides where a verb of the same words has its agent or place.
const VALUE: u32 = 3;
/// What a number costs that is a year: nobody counts 2003 treaties.
const YEAR: u32 = 2 * TOKEN;
/// Words that a time follows.
const BEFORE_TIMES: &[&str] =
    &["in", "on", "during", "since", "before", "after", "until", "till", "by", "within", "between"];
/// The longest run that is looked for, in words.
const LONGEST: usize = 60;

/// All runs found in a question, as the edges of a graph over the gaps between its words.
pub struct Lattice {
    pub words: Vec<Word>,
    arcs: Vec<Vec<Arc>>,
    /// The least cost from each gap to the end.
    to_end: Vec<u32>,
    /// Words written like a date that is none.
    pub impossible: Vec<Span>,
    /// A month or a day without its year, where names are matched loosely.
    pub without_year: Option<Span>,
}

struct Arc {
    end: usize,
    cost: u32,
    /// `None` for a word that means nothing.
    token: Option<Rc<Token>>,
}

fn function_words() -> &'static HashMap<&'static str, Vec<Category>> {
    static TABLE: OnceLock<HashMap<&'static str, Vec<Category>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<&'static str, Vec<Category>> = HashMap::new();
        for (phrase, category) in FUNCTION_WORDS {
            table.entry(phrase).or_default().push(*category);
        }
        table
    })
}

/// Whether a word is part of some phrase of the closed list of function words.
pub fn in_function_words(word: &str) -> bool {
    is_function_word(word) || FUNCTION_WORDS.iter().any(|(phrase, _)| phrase.split(' ').any(|w| w == word))
}

/// Whether this is a word that means nothing wherever it stands.
pub fn is_empty_word(word: &str) -> bool {
    EMPTY.contains(&word)
}

/// Whether this is a word of the closed list of function words.
pub fn is_function_word(word: &str) -> bool {
    function_words().contains_key(word) || EMPTY.contains(&word)
}

impl Lattice {
    /// Finds every run. With `loose`, also runs whose words all belong to one name without being it.
    pub fn new(words: Vec<Word>, lexicon: &dyn Lexicon, loose: bool) -> Lattice {
        let mut lattice = Lattice {
            arcs: Vec::new(),
            to_end: Vec::new(),
            impossible: Vec::new(),
            without_year: None,
            words,
        };
        let keys: Vec<String> = lattice.words.iter().map(key_of).collect();
        for start in 0..lattice.words.len() {
            let mut arcs = Vec::new();
            lattice.domain_runs(start, &keys, lexicon, &mut arcs);
            lattice.function_runs(start, &mut arcs);
            lattice.literals(start, &mut arcs);
            lattice.prefer_verbs(&mut arcs);
            if loose {
                lattice.loose_runs(start, &keys, lexicon, &mut arcs);
            }
            let word = &lattice.words[start];
            // `the following programmes`, but `programmes following X`.
            let gerund = |arc: &Arc| arc.token.as_ref().is_some_and(|t| t.category == Category::Gerund);
            let first = start.checked_sub(1).is_none_or(|before| is_article(&lattice.words[before].folded));
            if EMPTY.contains(&word.folded.as_str()) && (first || !arcs.iter().any(gerund)) {
                arcs.push(Arc { end: start + 1, cost: 1, token: None });
            }
            if arcs.iter().all(|a| a.end != start + 1) {
                let token = lattice.token(Category::Unknown, start, start + 1, keys[start].clone(), UNKNOWN);
                arcs.push(Arc { end: start + 1, cost: TOKEN + UNKNOWN, token: Some(Rc::new(token)) });
            }
            lattice.arcs.push(arcs);
        }
        lattice.without_year = lattice.yearless().filter(|_| loose);
        lattice.measure();
        lattice
    }

    fn token(&self, category: Category, start: usize, end: usize, text: String, cost: u32) -> Token {
        let span = self.words[start].span.to(self.words[end - 1].span);
        Token { category, span, text, meanings: Vec::new(), period: None, words: (start, end), cost }
    }

    fn domain_runs(&self, start: usize, keys: &[String], lexicon: &dyn Lexicon, arcs: &mut Vec<Arc>) {
        let first = &self.words[start];
        if first.shape == Shape::Quoted {
            let mut quoted = self.token(Category::Quoted, start, start + 1, first.folded.clone(), 0);
            quoted.cost = 5;
            arcs.push(Arc { end: start + 1, cost: TOKEN + 5, token: Some(Rc::new(quoted)) });
        }
        if !matches!(first.shape, Shape::Word | Shape::Quoted) || is_article(&keys[start]) {
            return;
        }
        let mut run = String::new();
        let mut kind = false;
        // `assigned a task` is no `assigned task`; `ministry of the interior` is one name.
        let mut apart = false;
        for end in start + 1..=self.words.len().min(start + LONGEST) {
            let word = &self.words[end - 1];
            let key = &keys[end - 1];
            if word.shape == Shape::Unclosed {
                return;
            }
            apart |= is_article(key) && end > start + 1 && !self.preposition_at(end - 2);
            if !key.is_empty() && !is_article(key) {
                if !run.is_empty() {
                    run.push(' ');
                }
                run.push_str(key);
                let senses = lexicon.senses(&run);
                let mut by_category: Vec<(Category, Vec<u32>, u32)> = Vec::new();
                for sense in senses {
                    match by_category.iter_mut().find(|(c, ..)| *c == sense.category) {
                        Some((_, meanings, cost)) => {
                            meanings.push(sense.meaning);
                            *cost = (*cost).min(sense.cost);
                        }
                        None => by_category.push((sense.category, vec![sense.meaning], sense.cost)),
                    }
                }
                // `the latest law on X` chooses among laws, even where one is called so.
                let chooses = kind && self.chosen_from(start);
                kind |= self.preposition_at(end)
                    && by_category.iter().any(|(category, ..)| *category == Category::Kind);
                by_category.retain(|(category, ..)| !(apart && is_noun(*category)));
                for (category, meanings, cost) in by_category {
                    let cost = if chooses && category == Category::Name { cost + CHOSEN } else { cost };
                    let token = Token { meanings, ..self.token(category, start, end, run.clone(), cost) };
                    arcs.push(Arc { end, cost: TOKEN + cost, token: Some(Rc::new(token)) });
                }
            }
            if !lexicon.may_continue(&run) {
                return;
            }
        }
    }

    /// `implemented by X`: a participle with what follows it before a value of the same words.
    fn prefer_verbs(&self, arcs: &mut [Arc]) {
        use Category::{Participle, PastOrParticiple, ValueWord};
        let verbs = arcs.iter().filter(|arc| {
            let category = arc.token.as_ref().map(|token| token.category);
            matches!(category, Some(Participle | PastOrParticiple)) && self.governs(arc.end)
        });
        let ends: Vec<usize> = verbs.map(|arc| arc.end).collect();
        for arc in arcs.iter_mut().filter(|arc| ends.contains(&arc.end)) {
            if arc.token.as_ref().is_some_and(|token| token.category == ValueWord) {
                arc.cost += VALUE;
            }
        }
    }

    /// Whether a preposition stands there whose object is no time.
    fn governs(&self, at: usize) -> bool {
        let folded = self.words.get(at).map(|word| word.folded.as_str());
        let preposition = folded == Some("by") || self.preposition_at(at);
        preposition && self.words.get(at + 1..).is_some_and(|words| dates::read(words).is_none())
    }

    fn function_runs(&self, start: usize, arcs: &mut Vec<Arc>) {
        let word = &self.words[start];
        match word.shape {
            Shape::Comma => self.push(Category::Comma, start, start + 1, ",", 2, arcs),
            Shape::Possessive => self.push(Category::Possessive, start, start + 1, "'", 2, arcs),
            Shape::Word => {
                let mut phrase = String::new();
                for end in start + 1..=self.words.len().min(start + 4) {
                    let next = &self.words[end - 1];
                    if next.shape != Shape::Word {
                        return;
                    }
                    if end > start + 1 && EMPTY.contains(&next.folded.as_str()) {
                        continue;
                    }
                    if !phrase.is_empty() {
                        phrase.push(' ');
                    }
                    phrase.push_str(&next.folded);
                    for category in function_words().get(phrase.as_str()).into_iter().flatten() {
                        self.push(*category, start, end, &phrase, 0, arcs);
                    }
                }
            }
            Shape::Quoted | Shape::Unclosed => {}
        }
    }

    fn push(&self, category: Category, start: usize, end: usize, text: &str, cost: u32, arcs: &mut Vec<Arc>) {
        let base = if category == Category::Comma { 2 } else { TOKEN };
        let token = self.token(category, start, end, text.to_owned(), cost);
        arcs.push(Arc { end, cost: base + cost, token: Some(Rc::new(token)) });
        // A comma may also mean nothing.
        if category == Category::Comma {
            arcs.push(Arc { end, cost: 4, token: None });
        }
    }

    fn literals(&mut self, start: usize, arcs: &mut Vec<Arc>) {
        let mut number_cost = 2;
        match dates::read(&self.words[start..]) {
            Some(Ok((period, count))) => {
                number_cost = if count == 1 { YEAR } else { number_cost };
                let text = format!("{} {}", period.first, period.last);
                let token = Token {
                    period: Some(period),
                    ..self.token(Category::Date, start, start + count, text, 0)
                };
                arcs.push(Arc { end: start + count, cost: TOKEN - 1, token: Some(Rc::new(token)) });
            }
            Some(Err(count)) => {
                let end = (start + count).min(self.words.len());
                self.impossible.push(self.words[start].span.to(self.words[end - 1].span));
            }
            None => {}
        }
        let word = &self.words[start];
        let numeric = word.folded.starts_with(|c: char| c.is_ascii_digit())
            && word.folded.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-'));
        let spelled = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        let spelled = spelled.iter().position(|s| *s == word.folded);
        if word.shape == Shape::Word && numeric {
            self.push(Category::Number, start, start + 1, &word.folded, number_cost, arcs);
        } else if let Some(at) = spelled {
            self.push(Category::Number, start, start + 1, &(at + 2).to_string(), 2, arcs);
        }
        // `No. 743` is the number 743.
        if matches!(word.folded.as_str(), "no" | "number" | "nr")
            && let Some(next) = self.words.get(start + 1)
            && next.folded.starts_with(|c: char| c.is_ascii_digit())
        {
            self.push(Category::Number, start, start + 2, &next.folded, 1, arcs);
        }
    }

    /// A month or a day that a preposition of time stands before and no year after: of which year nobody can tell.
    fn yearless(&self) -> Option<Span> {
        let timed = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| self.words.get(before));
            before.is_some_and(|word| BEFORE_TIMES.contains(&word.folded.as_str()))
        };
        (0..self.words.len()).filter(|at| timed(*at)).find_map(|at| {
            let count = dates::yearless(&self.words[at..])?;
            Some(self.words[at].span.to(self.words[at + count - 1].span))
        })
    }

    fn loose_runs(&self, start: usize, keys: &[String], lexicon: &dyn Lexicon, arcs: &mut Vec<Arc>) {
        if self.words[start].shape != Shape::Word || is_function_word(&self.words[start].folded) {
            return;
        }
        let chosen = self.chosen_from(start);
        let mut run: Vec<&str> = Vec::new();
        let mut content: Vec<&str> = Vec::new();
        for end in start + 1..=self.words.len().min(start + 16) {
            let word = &self.words[end - 1];
            // `the council the Government founded`: an article after a noun begins something else.
            let noun_before = end >= start + 2 && !is_function_word(&self.words[end - 2].folded);
            if noun_before && is_article(&word.folded) {
                return;
            }
            match word.shape {
                Shape::Word => run.extend(keys[end - 1].split(' ')),
                Shape::Possessive => run.push("s"),
                Shape::Comma => run.push(","),
                Shape::Quoted | Shape::Unclosed => return,
            }
            if word.shape != Shape::Word || is_function_word(&word.folded) {
                continue;
            }
            content.extend(keys[end - 1].split(' '));
            let senses = lexicon.senses(&content.join(" "));
            // `the latest law on X` chooses among laws: the kind is no part of a name.
            if chosen && senses.iter().any(|s| s.category == Category::Kind) {
                return;
            }
            // What has a meaning of its own is not a loose name, nor is a day.
            let day =
                matches!(dates::read(&self.words[start..]), Some(Ok((_, count))) if start + count == end);
            if !senses.is_empty() || day {
                continue;
            }
            let senses = lexicon.loose(&run);
            if senses.is_empty() {
                continue;
            }
            let cost = senses.iter().map(|s| s.cost).min().unwrap_or(0);
            let meanings = senses.iter().map(|s| s.meaning).collect();
            let token = Token { meanings, ..self.token(Category::Name, start, end, content.join(" "), cost) };
            arcs.push(Arc { end, cost: TOKEN + cost, token: Some(Rc::new(token)) });
        }
    }

    fn preposition_at(&self, at: usize) -> bool {
        let categories = self.words.get(at).and_then(|word| function_words().get(word.folded.as_str()));
        categories.is_some_and(|c| c.contains(&Category::Preposition) || c.contains(&Category::Of))
    }

    /// Whether the word before says that something is chosen or counted among things of a kind.
    fn chosen_from(&self, start: usize) -> bool {
        use Category::{Every, HowMany, No, NumberOf, Superlative, Which};
        let before: Vec<&str> = self.words[..start]
            .iter()
            .rev()
            .take_while(|word| word.shape == Shape::Word)
            .map(|word| word.folded.as_str())
            .filter(|word| !is_empty_word(word))
            .take(3)
            .collect();
        (1..=before.len()).any(|count| {
            let phrase = before[..count].iter().rev().copied().collect::<Vec<_>>().join(" ");
            function_words().get(phrase.as_str()).is_some_and(|categories| {
                let choose = [Which, HowMany, Every, No, NumberOf, Superlative];
                categories.iter().any(|category| choose.contains(category))
            })
        })
    }

    fn measure(&mut self) {
        let count = self.words.len();
        self.to_end = vec![u32::MAX; count + 1];
        self.to_end[count] = 0;
        for start in (0..count).rev() {
            let best = self.arcs[start].iter().filter_map(|a| self.to_end[a.end].checked_add(a.cost)).min();
            self.to_end[start] = best.unwrap_or(u32::MAX);
        }
    }

    /// The cuttings, cheapest first, at most `limit` of them.
    pub fn cuttings(&self, limit: usize) -> Cuttings<'_> {
        let mut heap = BinaryHeap::new();
        if let Some(cost) = self.to_end.first().filter(|c| **c < u32::MAX) {
            heap.push(Reverse(Open { estimate: *cost, order: 0, at: 0, spent: 0, path: None }));
        }
        Cuttings { lattice: self, heap, order: 0, left: limit }
    }

    /// The words that are unknown whatever the cutting.
    pub fn unknown(&self) -> Vec<Rc<Token>> {
        let best = self.cuttings(1).next().unwrap_or_default();
        best.into_iter().filter(|t| t.category == Category::Unknown).collect()
    }
}

fn is_noun(category: Category) -> bool {
    use Category::*;
    matches!(category, Kind | RelationNoun | PropertyNoun | EventNoun | Measure)
}

pub fn is_article(key: &str) -> bool {
    matches!(key, "the" | "a" | "an")
}

/// The word as names are folded: `2018-2020` becomes `2018 2020`, as it does in a name.
fn key_of(word: &Word) -> String {
    match word.shape {
        Shape::Comma | Shape::Unclosed => String::new(),
        // `employers’` is written `employers` in a name.
        Shape::Possessive if (word.span.end - word.span.start) % 2 == 1 => String::new(),
        Shape::Possessive => "s".into(),
        Shape::Word | Shape::Quoted => fold_words(&word.folded).join(" "),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    estimate: u32,
    order: u32,
    at: usize,
    spent: u32,
    path: Option<Rc<Link>>,
}

struct Link {
    token: Option<Rc<Token>>,
    before: Option<Rc<Link>>,
}

// The order of two open paths is decided by cost and age alone.
impl PartialEq for Link {
    fn eq(&self, _: &Link) -> bool {
        true
    }
}
impl Eq for Link {}
impl PartialOrd for Link {
    fn partial_cmp(&self, other: &Link) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Link {
    fn cmp(&self, _: &Link) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

/// Iterates over cuttings, cheapest first.
pub struct Cuttings<'l> {
    lattice: &'l Lattice,
    heap: BinaryHeap<Reverse<Open>>,
    order: u32,
    left: usize,
}

impl Iterator for Cuttings<'_> {
    type Item = Vec<Rc<Token>>;

    fn next(&mut self) -> Option<Vec<Rc<Token>>> {
        if self.left == 0 {
            return None;
        }
        while let Some(Reverse(open)) = self.heap.pop() {
            if open.at == self.lattice.words.len() {
                self.left -= 1;
                let mut tokens = Vec::new();
                let mut link = open.path;
                while let Some(l) = link {
                    tokens.extend(l.token.clone());
                    link = l.before.clone();
                }
                tokens.reverse();
                return Some(tokens);
            }
            // A bound on the frontier keeps a long question from eating memory.
            if self.heap.len() > 20_000 {
                return None;
            }
            for arc in &self.lattice.arcs[open.at] {
                let rest = self.lattice.to_end[arc.end];
                if rest == u32::MAX {
                    continue;
                }
                let spent = open.spent + arc.cost;
                self.order += 1;
                let path = Some(Rc::new(Link { token: arc.token.clone(), before: open.path.clone() }));
                self.heap.push(Reverse(Open {
                    estimate: spent + rest,
                    order: self.order,
                    at: arc.end,
                    spent,
                    path,
                }));
            }
        }
        None
    }
}
