//! Golden questions: what each question is read as, which Cypher it means, and what it answers.
//!
//! `tests/golden/questions.txt` holds the questions with everything they gave when they were last accepted. Run with
//! `UPDATE_GOLDEN=1` to write it anew after a change, then read the difference. For every question the Cypher that it
//! means is run as well and has to give the same rows. Where it says TODAY, the day of the run stood.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use whichlaw::answer::Verdict;
use whichlaw::graph::Entity;
use whichlaw::session::{Language, Options, today};
use whichlaw::{Answer, Session, Value};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn options(language: Language) -> Options {
    Options { language, trace: true, ..Options::default() }
}

fn cell(value: &Value, session: &Session) -> String {
    match value {
        Value::Node(node) => session.graph.name(*node).to_string(),
        Value::Path(path) => {
            path.nodes.iter().map(|n| session.graph.name(*n).to_string()).collect::<Vec<_>>().join(" > ")
        }
        Value::Relationship(relationship) => {
            let ends = session.graph.ends(*relationship);
            let (start, end) = (session.graph.name(ends.start), session.graph.name(ends.end));
            format!("{start} {} {end}", session.graph.type_name(ends.kind))
        }
        other => other.to_string(),
    }
}

/// The places in the sources that a row rests on, most telling first.
fn places(answer: &Answer, row: usize, session: &Session) -> String {
    let mut places: Vec<String> = Vec::new();
    let facts = answer.facts.get(row).map(|f| f.entities).unwrap_or_default();
    let told = facts.iter().filter(|e| matches!(e, Entity::Relationship(_)));
    let nodes = facts.iter().filter(|e| matches!(e, Entity::Node(_)));
    for evidence in told.chain(nodes).flat_map(|e| session.graph.evidence(*e)) {
        let place = evidence.locator.to_string();
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.truncate(6);
    places.join(" ")
}

fn account(question: &str, session: &mut Session) -> String {
    let mut said = format!("? {question}\n");
    match session.run(question, &options(Language::Question)) {
        Err(report) => said.push_str(&format!("! {}: {}\n", report.code, report.message)),
        Ok(answer) => {
            said.push_str(&format!("= {}\n", answer.reading.as_deref().unwrap_or("")));
            for line in answer.cypher.as_deref().unwrap_or("").lines() {
                said.push_str(&format!("    {line}\n"));
            }
            for (at, row) in answer.rows.iter().enumerate() {
                let cells: Vec<String> = row.iter().map(|v| cell(v, session)).collect();
                said.push_str(&format!("- {} [{}]\n", cells.join(" | "), places(&answer, at, session)));
            }
            match &answer.verdict {
                Some(Verdict::Yes) => said.push_str("> yes\n"),
                Some(Verdict::No) => said.push_str("> no\n"),
                Some(Verdict::None(why) | Verdict::NotStated(why)) => said.push_str(&format!("> {why}\n")),
                None => {}
            }
            for note in &answer.notes {
                said.push_str(&format!("* {note}\n"));
            }
        }
    }
    // What is asked of today is the same question tomorrow.
    said.replace(&today().to_string(), "TODAY")
}

/// The questions of a golden file with their accounts.
fn read(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        if let Some(question) = line.strip_prefix("? ") {
            found.push((question.to_owned(), String::new()));
        }
        if let Some((_, account)) = found.last_mut() {
            account.push_str(line);
            account.push('\n');
        }
    }
    found
}

fn check(name: &str) {
    let path = golden(name);
    let text = std::fs::read_to_string(&path).expect("the golden file is there");
    let head: String = text.lines().take_while(|l| l.starts_with('#')).map(|l| format!("{l}\n")).collect();
    let mut session = Session::builtin().expect("the built-in graph loads");
    let entries = read(&text);
    assert!(!entries.is_empty());
    let mut written = head;
    let mut wrong = Vec::new();
    for (question, accepted) in &entries {
        let now = account(question, &mut session);
        if now != *accepted {
            wrong.push(format!("accepted:\n{accepted}now:\n{now}"));
        }
        written.push('\n');
        written.push_str(&now);
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, written).expect("the golden file can be written");
        return;
    }
    assert!(wrong.is_empty(), "{} of {} changed:\n\n{}", wrong.len(), entries.len(), wrong.join("\n"));
}

#[test]
fn questions_answer_as_accepted() {
    check("questions.txt");
}

#[test]
fn mistakes_are_explained_as_accepted() {
    check("mistakes.txt");
}

#[test]
fn the_cypher_of_a_question_gives_the_same_rows() {
    let text = std::fs::read_to_string(golden("questions.txt")).expect("the golden file is there");
    let mut session = Session::builtin().expect("the built-in graph loads");
    for (question, _) in read(&text) {
        let answer = session.run(&question, &options(Language::Question)).expect(&question);
        let cypher = answer.cypher.clone().expect("a question has its Cypher");
        let again = session
            .run(&cypher, &options(Language::Cypher))
            .unwrap_or_else(|r| panic!("{question}: {r}\n{cypher}"));
        assert_eq!(answer.columns, again.columns, "{question}");
        assert_eq!(answer.rows, again.rows, "{question}");
    }
}

/// Every row that rests on facts says where they stand.
#[test]
fn every_row_has_a_place() {
    let text = std::fs::read_to_string(golden("questions.txt")).expect("the golden file is there");
    let mut session = Session::builtin().expect("the built-in graph loads");
    for (question, _) in read(&text) {
        let answer = session.run(&question, &options(Language::Question)).expect(&question);
        for row in 0..answer.rows.len() {
            let searched = answer.notes.iter().any(|n| n.starts_with("searched"));
            assert!(
                searched || !places(&answer, row, &session).is_empty(),
                "{question}: row {} has no place",
                row + 1
            );
        }
    }
}

/// A word that nobody knows, put anywhere into a question that is understood, is refused with the caret under it.
#[test]
fn an_unknown_word_is_never_dropped() {
    let text = std::fs::read_to_string(golden("questions.txt")).expect("the golden file is there");
    let mut session = Session::builtin().expect("the built-in graph loads");
    // Every fifth question is enough here; the rule is the same for all.
    for (number, (question, _)) in read(&text).into_iter().enumerate().step_by(5) {
        let words: Vec<&str> = question.split(' ').collect();
        // Every third place in each question, another third in the next.
        for at in (number % 3..=words.len()).step_by(3) {
            // Inside quotation marks every word is part of a name.
            if words[..at].concat().matches('"').count() % 2 == 1 {
                continue;
            }
            let mut with = words.clone();
            with.insert(at, "qwxyzzy");
            let with = with.join(" ");
            let report = session.run(&with, &options(Language::Question)).err();
            let report = report.unwrap_or_else(|| panic!("understood: {with}"));
            let under = report.labels.first().map(|l| l.span.of(&with)).unwrap_or("");
            assert_eq!(under, "qwxyzzy", "{with}: {}", report.message);
        }
    }
}

/// What is offered instead of a word is a word that fits there, or nothing.
#[test]
fn suggestions_are_words_near_the_mark() {
    let mut session = Session::builtin().expect("the built-in graph loads");
    for (question, offered) in [
        ("Which decree establishd the council?", vec!["established", "establish", "establishes"]),
        ("Wich decree created the council?", vec!["which"]),
        ("Which decrees are older then Decree No. 268?", vec!["than"]),
        ("Which ministery has tasks?", vec!["ministry"]),
        ("Which minorsed are victims?", vec!["minors"]),
        ("Which treaties concern trafficking but not organs?", vec![]),
        ("Who chairs the National Council?", vec![]),
        ("Which source says more about the council?", vec![]),
        ("Did the number of cases decrease?", vec![]),
        ("Which decrees only concern trafficking?", vec![]),
        ("Is the council parts of the Government?", vec![]),
    ] {
        let report = session.run(question, &options(Language::Question)).expect_err(question);
        let texts: Vec<&str> = report.suggestions.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, offered, "{question}");
        assert!(!report.help.is_empty() || !offered.is_empty(), "{question}");
    }
}

/// Another question at the end adds a column or is refused; it never lets in a row.
#[test]
fn a_further_question_word_widens_nothing() {
    let text = std::fs::read_to_string(golden("questions.txt")).expect("the golden file is there");
    let mut session = Session::builtin().expect("the built-in graph loads");
    let first = |answer: &Answer, session: &Session| -> BTreeSet<String> {
        answer.rows.iter().filter_map(|row| row.first()).map(|value| cell(value, session)).collect()
    };
    let mut answered = 0;
    // Every fourth question is enough here.
    for (question, _) in read(&text).into_iter().step_by(4) {
        let plain = session.run(&question, &options(Language::Question)).expect(&question);
        let (heading, plain) = (plain.columns.first().cloned(), first(&plain, &session));
        for further in ["and when?", "and since when?", ", when?", "and who?", "or where?"] {
            let with = format!("{} {further}", question.trim_end_matches(['?', '.']));
            let Ok(answer) = session.run(&with, &options(Language::Question)) else { continue };
            // A number that is asked for by day comes after the day.
            if answer.columns.first() != heading.as_ref() {
                continue;
            }
            let firsts = first(&answer, &session);
            assert!(firsts.is_subset(&plain), "{with}: {firsts:?} are not among {plain:?}");
            answered += 1;
        }
    }
    assert!(answered > 20, "only {answered} were answered");
}

/// The questions of the first source with their answers, where they are at hand.
#[test]
fn the_seed_questions_name_their_answers() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/seed/questions.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no seed questions beside this checkout");
        return;
    };
    let questions: Vec<BTreeMap<String, serde_json::Value>> =
        serde_json::from_str(&text).expect("valid JSON");
    let mut session = Session::builtin().expect("the built-in graph loads");
    for entry in questions {
        let question = entry["question"].as_str().expect("a question");
        let answer =
            session.run(question, &options(Language::Question)).unwrap_or_else(|r| panic!("{question}: {r}"));
        let locators = entry["locators"].as_array().map(Vec::len).unwrap_or(0);
        let known: String = (0..answer.rows.len()).map(|r| places(&answer, r, &session) + " ").collect();
        let all = known + &answer.notes.join(" ") + &format!("{:?}", answer.verdict);
        let found = entry["locators"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|l| l.as_str().is_some_and(|l| all.contains(l.split('.').next().unwrap_or(l))));
        assert!(locators == 0 || found.count() > 0, "{question}: none of the places is shown: {all}");
    }
}
