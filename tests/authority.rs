//! What rests on what, asked in English: against taking the thing away and following all chains anew.

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use whichlaw::answer::Verdict;
use whichlaw::graph::Entity;
use whichlaw::load::{LoadOptions, Place};
use whichlaw::session::Options;
use whichlaw::{Answer, Session, Value};

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A session on files that are gone afterwards.
fn opened(files: &[(&str, &str)]) -> Session {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path: PathBuf =
        std::env::temp_dir().join(format!("whichlaw-authority-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    for (name, text) in files {
        std::fs::write(path.join(name), text).unwrap();
    }
    let opened = Session::open(&Place::Path(path.clone()), &LoadOptions::default());
    std::fs::remove_dir_all(path).unwrap();
    opened.unwrap().0
}

fn ask(session: &mut Session, question: &str) -> Answer {
    let options = Options { trace: true, ..Options::default() };
    session.run(question, &options).unwrap_or_else(|report| panic!("{question}: {report:?}"))
}

/// The ids of the nodes in the first column.
fn ids(session: &Session, answer: &Answer) -> BTreeSet<String> {
    let first = answer.rows.iter().filter_map(|row| row.first());
    let node = |value: &Value| if let Value::Node(node) = value { session.graph.id(*node) } else { None };
    first.filter_map(node).map(|id| id.to_string()).collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// Kinds, those that need no authority first.
const KINDS: [(&str, bool); 5] =
    [("Law", true), ("Decree", true), ("Council", true), ("Task", false), ("Article", false)];
type Names = &'static [&'static str];

/// Relations, from what to what, and whether their `from` end gives authority.
const RELATIONS: [(&str, Names, Names, Option<bool>); 7] = [
    ("based_on", &["Law", "Decree", "Article"], &["Law", "Decree", "Article", "Task"], Some(false)),
    ("establishes", &["Law", "Decree"], &["Council"], Some(true)),
    ("assigns", &["Law", "Decree", "Article"], &["Task"], Some(true)),
    ("issued_by", &["Law", "Decree"], &["Council"], Some(false)),
    ("part_of", &["Article"], &["Law", "Decree"], Some(false)),
    ("cites", &["Law", "Decree", "Article"], &["Law", "Decree", "Article"], None),
    ("has_task", &["Council"], &["Task"], None),
];

struct Made {
    kinds: Vec<usize>,
    /// Giver and receiver.
    given: Vec<(usize, usize)>,
    text: String,
}

fn made(kinds: Vec<usize>, edges: &[(usize, usize, usize)]) -> Made {
    let count = kinds.len();
    let mut given = Vec::new();
    let mut relations = Vec::new();
    for (from, relation, to) in edges {
        let (from, to) = (from % count, to % count);
        let (name, starts, ends, giver) = RELATIONS[relation % RELATIONS.len()];
        if from == to || !starts.contains(&KINDS[kinds[from]].0) || !ends.contains(&KINDS[kinds[to]].0) {
            continue;
        }
        relations.push(format!(r#"{{"from": "n{from}", "relation": "{name}", "to": "n{to}"}}"#));
        given.extend(giver.map(|from_gives| if from_gives { (from, to) } else { (to, from) }));
    }
    let node = |(at, kind): (usize, &usize)| {
        format!(r#"{{"id": "n{at}", "kind": "{}", "name": "The number {at} of them"}}"#, KINDS[*kind].0)
    };
    let nodes: Vec<String> = kinds.iter().enumerate().map(node).collect();
    let text = format!(r#"{{"nodes": [{}], "relations": [{}]}}"#, nodes.join(","), relations.join(","));
    Made { kinds, given, text }
}

impl Made {
    fn reached(&self, without: &[usize]) -> Vec<bool> {
        let root = |n: &usize| KINDS[self.kinds[*n]].1 && self.given.iter().all(|(_, to)| to != n);
        let there = |n: &usize| !without.contains(n);
        let mut reached: Vec<bool> = (0..self.kinds.len()).map(|n| root(&n) && there(&n)).collect();
        for _ in 0..self.kinds.len() {
            for (from, to) in &self.given {
                reached[*to] |= reached[*from] && there(to);
            }
        }
        reached
    }

    fn lost(&self, without: &[usize]) -> BTreeSet<String> {
        let (before, after) = (self.reached(&[]), self.reached(without));
        let lost = (0..self.kinds.len()).filter(|n| !without.contains(n) && before[*n] && !after[*n]);
        lost.map(|n| format!("n{n}")).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn what_is_asked_to_go_takes_away_what_no_chain_reaches_any_more(
        kinds in prop::collection::vec(0usize..KINDS.len(), 2..7),
        edges in prop::collection::vec((0usize..7, 0usize..7, 0usize..7), 0..24),
    ) {
        let made = made(kinds, &edges);
        let mut session = opened(&[("data.json", &made.text)]);
        for at in 0..made.kinds.len() {
            let lost = made.lost(&[at]);
            for question in [format!("what depends on n{at}"), format!("what loses its legal basis if n{at} is repealed")] {
                let answer = ask(&mut session, &question);
                prop_assert_eq!(ids(&session, &answer), lost.clone(), "{}", question);
                // A chain of authority stands behind every row.
                for facts in answer.facts.iter() {
                    prop_assert!(facts.entities.iter().any(|fact| matches!(fact, Entity::Relationship(_))));
                }
            }
            let bodies = ask(&mut session, &format!("which bodies are affected if n{at} is repealed"));
            let councils = (0..made.kinds.len()).filter(|n| KINDS[made.kinds[*n]].0 == "Council");
            let councils: BTreeSet<String> = councils.map(|n| format!("n{n}")).collect();
            prop_assert_eq!(ids(&session, &bodies), lost.intersection(&councils).cloned().collect());
        }
        let both = ask(&mut session, "what loses its legal basis if n0 and n1 are repealed");
        prop_assert_eq!(ids(&session, &both), made.lost(&[0, 1]));
    }
}

const FORESTS: &str = r#"{"nodes": [
 {"id": "charter", "kind": "Constitution", "name": "Charter of the Realm"},
 {"id": "act", "kind": "Law", "name": "Forest Act", "properties": {"date": "1990-01-01"}},
 {"id": "new-act", "kind": "Law", "name": "Land Act", "properties": {"date": "2000-01-01"}},
 {"id": "decree", "kind": "Decree", "name": "Warden Decree", "properties": {"date": "1995-01-01"}},
 {"id": "second", "kind": "Decree", "name": "Second Decree", "properties": {"date": "1996-01-01"}},
 {"id": "wardens", "kind": "Council", "name": "Council of Wardens"},
 {"id": "office", "kind": "Agency", "name": "Timber Office"},
 {"id": "felling", "kind": "Task", "name": "licence felling"},
 {"id": "draft", "kind": "Decree", "name": "Seedling Draft", "properties": {"status": "draft", "date": "2001-01-01"}},
 {"id": "other-draft", "kind": "Decree", "name": "Nursery Draft", "properties": {"status": "draft"}},
 {"id": "nursery", "kind": "Council", "name": "Nursery Council"},
 {"id": "seedlings", "kind": "Council", "name": "Seedling Council"}],
"relations": [
 {"from": "act", "relation": "based_on", "to": "charter"},
 {"from": "decree", "relation": "based_on", "to": "act"},
 {"from": "decree", "relation": "establishes", "to": "wardens"},
 {"from": "decree", "relation": "assigns", "to": "felling"},
 {"from": "second", "relation": "assigns", "to": "felling"},
 {"from": "new-act", "relation": "repeals", "to": "act"},
 {"from": "office", "relation": "has_task", "to": "felling", "valid_from": "1996", "valid_to": "1998-06"},
 {"from": "wardens", "relation": "has_task", "to": "felling", "valid_from": "1998-07"},
 {"from": "draft", "relation": "repeals", "to": "second"},
 {"from": "draft", "relation": "would_establish", "to": "seedlings"},
 {"from": "other-draft", "relation": "would_establish", "to": "nursery"}]}"#;

#[test]
fn a_legal_basis_is_a_chain_that_says_where_it_breaks() {
    let mut session = opened(&[("data.json", FORESTS)]);
    let chain = |answer: &Answer, session: &Session| {
        let paths = answer.rows.iter().flatten().filter_map(|value| match value {
            Value::Path(path) => Some(path.nodes.clone()),
            _ => None,
        });
        let names = |nodes: Vec<_>| {
            nodes
                .into_iter()
                .map(|node| session.graph.id(node).unwrap().to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        paths.map(names).collect::<Vec<_>>()
    };
    let all = ask(&mut session, "legal basis of the Council of Wardens");
    assert_eq!(chain(&all, &session), ["wardens decree act charter"]);
    assert_eq!(ids(&session, &all), set(&["decree"]));
    assert!(all.notes.iter().all(|note| !note.contains("breaks")), "{:?}", all.notes);
    let broken = ask(&mut session, "as of 2005-01-01, legal basis of the Council of Wardens");
    assert_eq!(chain(&broken, &session), ["wardens decree"]);
    assert!(broken.notes.iter().any(|note| note.contains("breaks at Warden Decree")), "{:?}", broken.notes);
    let none = ask(&mut session, "what is the legal basis of the Timber Office?");
    assert!(
        matches!(&none.verdict, Some(Verdict::NotStated(why)) if why.contains("breaks at Timber Office itself"))
    );
    let several = ask(&mut session, "legal basis of licence felling");
    assert_eq!(chain(&several, &session), ["felling decree act charter", "felling second"]);
    assert!(several.notes.iter().any(|note| note.contains("row 2 breaks at Second Decree")));
}

#[test]
fn what_keeps_another_basis_or_is_merely_related_is_told_apart() {
    let mut session = opened(&[("data.json", FORESTS)]);
    let answer = ask(&mut session, "what loses its legal basis if the Warden Decree is repealed?");
    assert_eq!(ids(&session, &answer), set(&["wardens"]));
    assert!(answer.notes.iter().any(|note| note.contains("keeps another basis: licence felling")));
    assert!(
        answer
            .notes
            .iter()
            .any(|note| note.contains("does not rest on it: Forest Act") || note.contains("Forest Act"))
    );
    for (question, expected) in [
        ("which bodies depend on the Charter of the Realm", &["wardens"][..]),
        ("if the Forest Act expires, which bodies are left without a legal basis", &["wardens"]),
        ("bodies affected by the repeal of the Forest Act", &["wardens"]),
        ("what does the Forest Act affect", &["decree", "wardens"]),
        ("what has authority through the Warden Decree", &["wardens", "felling"]),
        (
            "what loses its basis if the Warden Decree and the Second Decree are repealed",
            &["wardens", "felling"],
        ),
        ("as of 2005-01-01, which bodies depend on the Charter of the Realm", &[]),
    ] {
        let answer = ask(&mut session, question);
        assert_eq!(ids(&session, &answer), set(expected), "{question}");
    }
}

#[test]
fn drafts_are_not_in_force_and_end_nothing_until_they_are_assumed_adopted() {
    let mut session = opened(&[("data.json", FORESTS)]);
    for (question, expected) in [
        ("MATCH (d:Draft) RETURN d", &["draft", "other-draft"][..]),
        ("which decrees are in force", &["decree", "second"]),
        ("assuming the Seedling Draft is approved, which decrees are in force", &["decree", "draft"]),
        ("which decrees are in force if the Nursery Draft is signed?", &["decree", "second", "other-draft"]),
        ("which decree establishes the Seedling Council", &[]),
        (
            "as of 2005-01-01, assuming the Seedling Draft is adopted, which decree establishes the Seedling Council",
            &["draft"],
        ),
        ("if the Seedling Draft and the Nursery Draft are adopted, which drafts are there", &[]),
        (
            "assuming the Seedling Draft is approved and the Nursery Draft is signed, which drafts are there",
            &[],
        ),
        (
            "assuming the adoption of the Nursery Draft, which councils depend on the Nursery Draft",
            &["nursery"],
        ),
        (
            "assuming the Nursery Draft is approved, MATCH (d)-[:ESTABLISHES]->(c) RETURN c",
            &["nursery", "wardens"],
        ),
    ] {
        let answer = ask(&mut session, question);
        assert_eq!(ids(&session, &answer), set(expected), "{question}");
    }
    let wrong = "assuming the Seedlig Draft is approved, which decrees are in force";
    let report = session.run(wrong, &Options::default()).unwrap_err();
    assert_eq!(report.labels.first().map(|label| label.span.of(wrong)), Some("Seedlig"), "{report:?}");
}

#[test]
fn what_holds_on_part_of_a_year_is_said() {
    let mut session = opened(&[("data.json", FORESTS)]);
    let note = |answer: &Answer, words: &str| {
        assert!(answer.notes.iter().any(|note| note.contains(words)), "{words}: {:?}", answer.notes);
    };
    let during = ask(&mut session, "which bodies had the task of licencing felling in 1998");
    assert_eq!(ids(&session, &during), set(&["office", "wardens"]));
    note(&during, "held only on part of 1998");
    note(&during, "until 1998-06-30");
    let before = ask(&mut session, "in 1997, which bodies had the task of licencing felling");
    assert_eq!(ids(&session, &before), set(&["office"]));
    let last = ask(&mut session, "as of 1998, which bodies have the task of licencing felling");
    assert_eq!(ids(&session, &last), set(&["wardens"]));
    note(&last, "held on part of 1998, but not on 1998-12-31: Timber Office (until 1998-06-30)");
    let force = ask(&mut session, "which laws were in force in 2000?");
    assert_eq!(ids(&session, &force), set(&["new-act"]));
    let force = ask(&mut session, "which decrees were in force in 1995");
    assert!(force.notes.iter().all(|note| !note.contains("part of")), "{:?}", force.notes);
    let force = ask(&mut session, "which decrees were in force in 1990-1996");
    note(&force, "held only on part of");
}

/// A vocabulary that marks authority and has no words of its own for it is spoken of in plain English.
#[test]
fn another_vocabulary_needs_only_its_marks() {
    let vocabulary = r#"{"kinds": [
      {"name": "Canon", "nouns": ["canon"], "sovereign": true}, {"name": "Guild", "nouns": ["guild"], "sovereign": true}],
     "properties": [],
     "relations": [{"name": "charters", "from": ["Canon"], "to": ["Guild"], "verbs": ["charter"], "authority": "from"},
                   {"name": "honours", "from": ["Guild"], "to": ["Canon"], "verbs": ["honour"]}]}"#;
    let data = r#"{"nodes": [{"id": "c1", "kind": "Canon", "name": "First Canon"}, {"id": "g1", "kind": "Guild", "name": "Bakers"},
      {"id": "g2", "kind": "Guild", "name": "Brewers"}],
     "relations": [{"from": "c1", "relation": "charters", "to": "g1"}, {"from": "g2", "relation": "honours", "to": "c1"}]}"#;
    let mut session = opened(&[("vocabulary.json", vocabulary), ("data.json", data)]);
    for question in [
        "what depends on the First Canon",
        "which guilds are affected if the First Canon is repealed",
        "which guilds lose their legal basis if the First Canon is abolished",
    ] {
        let answer = ask(&mut session, question);
        assert_eq!(ids(&session, &answer), set(&["g1"]), "{question}");
    }
    let basis = ask(&mut session, "legal basis of the Bakers");
    assert_eq!(ids(&session, &basis), set(&["c1"]));
}
