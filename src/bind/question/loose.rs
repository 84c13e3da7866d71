//! Names said loosely: a run of words that all belong to one name finds it.
//!
//! In: the words of a run, small words among them, and the names of the graph. Out: the nodes that are meant, and how much
//! of the name was left out. The words of substance may stand in any order; a small word between two of them must say
//! what it says in the name, so that no `not`, `but` or `after` is lost in one.

use crate::base::fold_words;
use crate::graph::NodeId;
use crate::language::question::morphology::plurals;
use crate::language::question::{is_empty_word, is_function_word};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::{HashMap, HashSet};

/// A possessive ending, as runs and folded names have it.
const POSSESSIVE: &str = "s";
/// Words that only tie two words together: in the name they may stand anywhere between the two.
const TIES: &[&str] = &["to", "by", "with", "from", "under", "into", "as"];
/// Ties that say what a thing is about: people put one for another.
const TOPICAL: &[&str] = &["of", "in", "on", "for", "about", "against", "at"];
/// Words that turn what follows into its opposite: a name is not said by leaving one out.
const TURNING: &[&str] = &["not", "no", "without", "except", "but", "never", "nor"];

/// A name of a node.
pub struct Named {
    pub node: NodeId,
    /// The name folded.
    pub key: String,
    /// The name folded with its commas, where it has some.
    listed: Option<Box<str>>,
}

/// Names by the stems of their words.
pub struct Stems {
    stemmer: Stemmer,
    postings: HashMap<String, Vec<u32>>,
    lengths: Vec<u32>,
}

/// A word of a run or a name.
struct Said {
    /// The stem of a word of substance, a small word as it is.
    text: String,
    small: bool,
}

impl Named {
    pub fn new(node: NodeId, key: String, name: &str) -> Named {
        let listed = name.contains(',').then(|| {
            let parts: Vec<String> = name.split(',').map(|part| fold_words(part).join(" ")).collect();
            parts.join(" , ").into_boxed_str()
        });
        Named { node, key, listed }
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.listed.as_deref().unwrap_or(&self.key).split(' ').filter(|word| !word.is_empty())
    }
}

impl Stems {
    pub fn new(named: &[Named]) -> Stems {
        let stemmer = Stemmer::create(Algorithm::English);
        let mut postings: HashMap<String, Vec<u32>> = HashMap::new();
        let mut lengths = Vec::with_capacity(named.len());
        for (at, name) in named.iter().enumerate() {
            let words: HashSet<String> = name
                .key
                .split(' ')
                .filter(|w| !is_function_word(w))
                .map(|w| stemmer.stem(w).into_owned())
                .collect();
            lengths.push(u32::try_from(words.len()).unwrap_or(u32::MAX));
            for word in words {
                postings.entry(word).or_default().push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        Stems { stemmer, postings, lengths }
    }

    /// The nodes that a run can mean, each with the share of its name that was left out, in eighths.
    pub fn find(&self, run: &[&str], named: &[Named]) -> HashMap<NodeId, u32> {
        // `trafficking in persons a crime`: before an article one thing ends and another begins.
        let inner = run.iter().skip(1).any(|word| matches!(*word, "a" | "an"));
        let lone = <[&str; 1]>::try_from(run).ok().map(|[word]| word);
        let run = self.said(run.iter().copied());
        let wanted: HashSet<&String> = run.iter().filter(|w| !w.small).map(|w| &w.text).collect();
        let lists: Option<Vec<&Vec<u32>>> = wanted.iter().map(|word| self.postings.get(*word)).collect();
        let mut lists = lists.unwrap_or_default();
        lists.sort_by_key(|l| l.len());
        let Some((first, rest)) = lists.split_first() else { return HashMap::new() };
        let mut best: HashMap<NodeId, u32> = HashMap::new();
        let mut held = Vec::new();
        for entry in first.iter().filter(|e| rest.iter().all(|l| l.binary_search(e).is_ok())) {
            let at = *entry as usize;
            let missing = self.lengths[at].saturating_sub(u32::try_from(wanted.len()).unwrap_or(0));
            let share = missing * 8 / self.lengths[at].max(1);
            best.insert(named[at].node, share);
            held.push((at, share));
            // One word that is in many names says nothing.
            if best.len() > 12 || (wanted.len() == 1 && best.len() > 3) {
                return HashMap::new();
            }
        }
        best.clear();
        for (at, share) in held {
            let name = &named[at];
            if lone.is_some_and(|word| !is_noun_of(word, &name.key)) {
                continue;
            }
            if inner && !name.words().any(|word| matches!(word, "a" | "an")) {
                continue;
            }
            if says(&run, &self.said(name.words()), &mut Vec::new()) {
                best.entry(name.node).and_modify(|b| *b = (*b).min(share)).or_insert(share);
            }
        }
        best
    }

    /// The words without those that mean nothing; `No. 74` is 74, and a comma in a list is an `and`.
    fn said<'w>(&self, words: impl Iterator<Item = &'w str>) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::new();
        for word in words.filter(|word| !is_empty_word(word)) {
            let number = word.starts_with(|c: char| c.is_ascii_digit());
            let last = said.last().filter(|last| last.small).map(|last| last.text.as_str());
            if number && last == Some("no") {
                said.pop();
            } else if matches!(word, "," | "and") && last == Some("and") {
                continue;
            }
            said.push(match word {
                "," => Said { text: "and".to_owned(), small: true },
                _ if word == POSSESSIVE || is_function_word(word) => {
                    Said { text: word.to_owned(), small: true }
                }
                _ => Said { text: self.stemmer.stem(word).into_owned(), small: false },
            });
        }
        said
    }
}

/// Whether a word alone says a name: it stands in it, or is another number of one of its heads. `models` is no `model
/// regulation`.
fn is_noun_of(word: &str, name: &str) -> bool {
    let mut words = name.split(' ').peekable();
    while let Some(held) = words.next() {
        let head = words.peek().is_none_or(|next| is_function_word(next));
        if held == word || (head && same_noun(word, held)) {
            return true;
        }
    }
    false
}

/// Whether two words are one noun, in singular or plural: a stem alone would take `base` for `based`.
fn same_noun(a: &str, b: &str) -> bool {
    a == b || plurals(a).iter().any(|many| many == b) || plurals(b).iter().any(|many| many == a)
}

/// Whether every word of a run has a place of its own in a name, and every small word between two says there what it says
/// here. `placed` holds the places found so far.
fn says(run: &[Said], name: &[Said], placed: &mut Vec<usize>) -> bool {
    let small = run.iter().take_while(|word| word.small).count();
    let Some(word) = run.get(small) else { return small == 0 };
    let between: Vec<&str> = run[..small].iter().map(|word| word.text.as_str()).collect();
    for (at, _) in name.iter().enumerate().filter(|(_, held)| !held.small && held.text == word.text) {
        let goes_on = match placed.last() {
            None => between.is_empty(),
            Some(before) => !placed.contains(&at) && ties(&between, *before, at, name),
        };
        if goes_on {
            placed.push(at);
            if says(&run[small + 1..], name, placed) {
                return true;
            }
            placed.pop();
        }
    }
    false
}

/// Whether these small words tie the word at one place of a name to the word at the other.
fn ties(between: &[&str], from: usize, to: usize, name: &[Said]) -> bool {
    let inside = &name[from.min(to) + 1..from.max(to)];
    let inside: Vec<&str> = inside.iter().filter(|word| word.small).map(|word| word.text.as_str()).collect();
    let forward = from < to;
    let turned = inside.iter().any(|word| TURNING.contains(word) && !between.contains(word));
    !turned
        && match between {
            [] => true,
            // `the council's members`: members of the council, council members.
            [POSSESSIVE] if !forward => inside == ["of"],
            [POSSESSIVE] => inside.is_empty() || inside == [POSSESSIVE],
            // `service of migration`: migration service.
            ["of"] if !forward => inside.is_empty() || inside == [POSSESSIVE],
            // `tasks and priorities`: priorities and tasks.
            ["and"] if !forward => !inside.is_empty() && inside.iter().all(|word| *word == "and"),
            [tie] if forward && TIES.contains(tie) => inside.contains(tie),
            [tie] if forward && TOPICAL.contains(tie) => inside.iter().any(|word| TOPICAL.contains(word)),
            _ => forward && follow(between, from, name),
        }
}

/// Whether a name goes on with these small words after a place.
fn follow(between: &[&str], from: usize, name: &[Said]) -> bool {
    let after = name[from + 1..].iter().take_while(|word| word.small);
    after.map(|word| word.text.as_str()).eq(between.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fold;

    fn finds(run: &str, name: &str) -> bool {
        let named = [Named::new(NodeId(0), fold(name), name)];
        let run: Vec<&str> = run.split(' ').collect();
        !Stems::new(&named).find(&run, &named).is_empty()
    }

    #[test]
    fn small_words_say_what_they_say_in_the_name() {
        let organs = "trafficking in organs and human tissues";
        for run in
            ["trafficking in organs", "organs trafficking", "organs and tissues", "trafficking in tissues"]
        {
            assert!(finds(run, organs), "{run}");
        }
        for run in [
            "trafficking but not organs",
            "organs but not trafficking",
            "trafficking or organs",
            "trafficking and organs",
            "trafficking and tissues",
            "organs without tissues",
            "trafficking after organs",
            "trafficking , organs",
        ] {
            assert!(!finds(run, organs), "{run}");
        }
    }

    #[test]
    fn order_is_free_where_it_means_the_same() {
        let tasks = "set priorities and tasks of national gender policy";
        assert!(finds("tasks and priorities of gender policy", tasks));
        assert!(finds("gender policy priorities", tasks));
        assert!(!finds("gender policy and what are their tasks", tasks));
        assert!(finds("ministry s tasks", "tasks of the ministry"));
        assert!(finds("service of migration", "State Migration Service"));
        assert!(finds("smuggling by sea , land", "Smuggling of Migrants by Land, Sea and Air"));
        assert!(finds("women and peace", "women, peace and security"));
    }

    #[test]
    fn every_word_has_a_place_of_its_own() {
        let decree = "Government Decree No. 743 of 15 November 2017";
        assert!(finds("decree 743 of 2017", decree));
        assert!(finds("decree no 743", decree));
        assert!(!finds("decree decree 743", decree));
        assert!(!finds("decree before decree 743", decree));
        assert!(!finds("decree 743 not of 2017", decree));
    }

    #[test]
    fn no_denial_is_left_out() {
        assert!(!finds(
            "measures count as discrimination",
            "special measures do not count as discrimination"
        ));
        assert!(finds("special measures", "special measures do not count as discrimination"));
    }
}
