//! Proof: arguments behind rows, passages of documents, reasons of empty answers, readings and assumptions.

use std::fs;
use std::path::{Path, PathBuf};
use whichlaw::answer::passage::{Checked, Library};
use whichlaw::answer::why_all;
use whichlaw::graph::{Entity, Reading, Undated};
use whichlaw::load::{LoadOptions, Place};
use whichlaw::session::{Options, Session};
use whichlaw::{Answer, Value};

const ORDER: &str = r#"{
 "sources": [
  {"id": "act", "title": "The Act", "sha256": "SHA"},
  {"id": "memo", "title": "A memo"}],
 "nodes": [
  {"id": "law", "kind": "Law", "name": "Law on Water", "properties": {"date": "2001-05-01", "number": "12"},
   "evidence": [{"source": "act", "locator": "P2.S1"}]},
  {"id": "treaty", "kind": "Treaty", "name": "Rivers Convention", "evidence": [{"source": "act", "locator": "P2.S2"}]},
  {"id": "pact", "kind": "Treaty", "name": "Lakes Pact", "evidence": [{"source": "act", "locator": "P2.S2"}]},
  {"id": "land", "kind": "State", "name": "Landia", "evidence": [{"source": "act", "locator": "P1"}]},
  {"id": "office", "kind": "Agency", "name": "Water Office", "evidence": [{"source": "memo", "locator": "P1.S1"}]},
  {"id": "bill", "kind": "Decree", "labels": ["Draft"], "name": "Rivers Bill", "properties": {"status": "draft"},
   "evidence": [{"source": "memo", "locator": "P1.S2"}]}],
 "relations": [
  {"from": "law", "relation": "ratifies", "to": "treaty", "evidence": [{"source": "act", "locator": "P2.S2"}]},
  {"from": "law", "relation": "ratifies", "to": "pact", "evidence": [{"source": "act", "locator": "P2.S2", "reading": "wide"}]},
  {"from": "law", "relation": "jurisdiction", "to": "land", "evidence": [{"source": "act", "locator": "P1"}]},
  {"from": "bill", "relation": "would_establish", "to": "office", "evidence": [{"source": "memo", "locator": "P9.S1"}]}]}"#;

const ACT: &str =
    "LANDIA\n\nLaw No. 12 on Water is made. It ratifies the Rivers Convention and the Lakes Pact.\n";

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("whichlaw-proof-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn landia(name: &str) -> Session {
    let folder = folder(name);
    let sha = whichlaw::base::sha256(ACT.as_bytes());
    fs::write(folder.join("data.json"), ORDER.replace("SHA", &sha)).unwrap();
    let opened = Session::open(&Place::Path(folder.clone()), &LoadOptions::default());
    fs::remove_dir_all(folder).unwrap();
    opened.unwrap_or_else(|report| panic!("{report:?}")).0
}

fn traced() -> Options {
    Options { trace: true, ..Options::default() }
}

fn ask(session: &mut Session, text: &str, options: &Options) -> Answer {
    session.run(text, options).unwrap_or_else(|report| panic!("{text}: {report:?}"))
}

fn names(session: &Session, answer: &Answer) -> Vec<String> {
    let scene = session.scene_of(answer);
    let nodes = answer.rows.iter().filter_map(|row| match row.first() {
        Some(Value::Node(node)) => Some(scene.graph.name(*node).to_string()),
        _ => None,
    });
    let mut names: Vec<String> = nodes.collect();
    names.sort();
    names
}

#[test]
fn a_derived_fact_comes_after_its_premises() {
    let mut session = landia("derived");
    let answer = ask(&mut session, "MATCH (:State)-[r:PARTY_TO]->(t {id: 'treaty'}) RETURN t", &traced());
    let why = why_all(&answer, &session.scene_of(&answer), None);
    let said: Vec<&str> = why[0].steps.iter().map(|step| step.statement.as_str()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("Law on Water ratifies Rivers Convention"), "{said:?}");
    assert_eq!(why[0].steps[2].premises, [1, 2]);
    assert!(why[0].steps[2].rule.is_some());
}

#[test]
fn passages_are_quoted_and_documents_checked() {
    let session = landia("passages");
    let folder = folder("documents");
    fs::write(folder.join("act.txt"), ACT).unwrap();
    fs::write(folder.join("memo.txt"), "The Office. The Bill.\n").unwrap();
    let library = Library::open(&folder, session.graph.sources()).unwrap();
    let of = |library: &Library, source: &str, place: &str| library.passage(source, place).unwrap();
    let first = of(&library, "act", "P2.S1");
    assert_eq!(first.text.as_deref(), Ok("Law No. 12 on Water is made."));
    assert_eq!(first.checked, Checked::Same);
    let memo = of(&library, "memo", "P1.S2");
    assert_eq!((memo.text.as_deref(), memo.checked), (Ok("The Bill."), Checked::NotStated));
    assert!(of(&library, "memo", "P9.S1").text.is_err());
    assert!(library.passage("other", "P1").is_none());
    fs::write(folder.join("act.txt"), ACT.replace("Water", "Air")).unwrap();
    let library = Library::open(&folder, session.graph.sources()).unwrap();
    assert_eq!(of(&library, "act", "P1").checked, Checked::Changed);
    assert_eq!(library.changed().collect::<Vec<_>>(), ["act"]);
    fs::remove_dir_all(&folder).unwrap();
    assert!(Library::open(&folder, session.graph.sources()).is_err());
}

/// The document that the built-in graph was taken from, where it is at hand.
fn report() -> Option<(Session, Library)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed");
    let session = Session::builtin().unwrap();
    if !folder.join("report.txt").is_file() {
        println!("skipped: the document is not at hand");
        return None;
    }
    let library = Library::open(&folder, session.graph.sources()).unwrap();
    Some((session, library))
}

#[test]
fn every_place_of_the_report_is_found() {
    let Some((session, library)) = report() else { return };
    let graph = &session.graph;
    let entities = graph.nodes().map(Entity::Node).chain(graph.relationships().map(Entity::Relationship));
    let mut count = 0;
    for evidence in entities.flat_map(|entity| graph.evidence(entity)).filter(|e| &*e.source == "report") {
        let passage = library.passage("report", &evidence.locator).unwrap();
        assert_eq!(passage.checked, Checked::Same);
        assert!(passage.text.is_ok(), "{}: {:?}", evidence.locator, passage.text);
        count += 1;
    }
    assert!(count > 100);
    for (place, words) in [
        ("P4.S2", "Resolution 1325"),
        ("P5.S2", "No. 888"),
        ("P6.S1", "No. 268"),
        ("P7.I3", "general control"),
        ("P9.c1", "the Constitution"),
        ("P9.c2", "of November 15, 2000"),
        ("P9.c3", "Especially Women"),
        ("P9.c4", "Smuggling"),
        ("P9.c5", "№ 74"),
        ("P9.c6", "Moscow"),
        ("P9.c7", "No. 193"),
        ("P9.c8", "article 171"),
        ("P9.c9", "article 122"),
        ("P9.c10", "No. 743"),
        ("P9.c11", "third in a row"),
        ("P9.c12", "On Prevention and Combating"),
        ("P9.c13", "State Migration Service"),
        ("P10.S3", "statistics system"),
        ("P18.R11", "Finland"),
    ] {
        let text = library.passage("report", place).unwrap().text.unwrap();
        assert!(text.contains(words), "{place}: {text}");
    }
}

#[test]
fn a_reading_leaves_out_what_needs_the_other() {
    let mut session = landia("reading");
    let question = "MATCH (:State)-[:PARTY_TO]->(t) RETURN t";
    let all = ask(&mut session, question, &traced());
    assert_eq!(names(&session, &all), ["Lakes Pact", "Rivers Convention"]);
    let narrow = ask(&mut session, question, &Options { reading: Some(Reading::Narrow), ..traced() });
    assert_eq!(names(&session, &narrow), ["Rivers Convention"]);
    let wide = ask(&mut session, question, &Options { reading: Some(Reading::Wide), ..traced() });
    assert_eq!(names(&session, &wide), ["Lakes Pact", "Rivers Convention"]);
}

#[test]
fn a_draft_can_be_assumed_adopted() {
    let mut session = landia("assume");
    let question = "MATCH (i)-[r:ESTABLISHES]->(:Agency) RETURN i";
    assert!(ask(&mut session, question, &traced()).rows.is_empty());
    let assume = Options { assume: vec!["Rivers Bill".into()], ..traced() };
    let answer = ask(&mut session, question, &assume);
    assert_eq!(names(&session, &answer), ["Rivers Bill"]);
    let why = why_all(&answer, &session.scene_of(&answer), None);
    assert_eq!(why[0].steps[0].citations[0].certainty.name(), "assumed");
    let drafts = ask(&mut session, "MATCH (d:Draft) RETURN d", &assume);
    assert!(drafts.rows.is_empty());
    assert_eq!(ask(&mut session, "MATCH (d:Draft) RETURN d", &traced()).rows.len(), 1);
    let asked = "assuming the Rivers Bill is approved, which decrees established the Water Office";
    let answer = ask(&mut session, asked, &traced());
    assert_eq!(names(&session, &answer), ["Rivers Bill"]);
    let none = Options { assume: vec!["Law on Water".into()], ..traced() };
    assert_eq!(session.run(question, &none).unwrap_err().code, "assume.draft");
    let written = session.run("CREATE (:Law)", &assume);
    assert_eq!(written.unwrap_err().code, "assume.write");
    assert_eq!(session.graph.node_count(), 6);
}

#[test]
fn an_empty_answer_names_the_condition_that_emptied_it() {
    let mut session = landia("whynot");
    let asked = "MATCH (l:Law)-[:RATIFIES]->(t:Treaty) WHERE l.number = '12' AND t.id = 'none' RETURN t";
    let found = session.why_not(asked, &Options::default()).unwrap().unwrap();
    assert_eq!(found.last.as_ref().unwrap().condition, "`t.id = 'none'`");
    assert_eq!(found.nearest.len(), 1);
    assert_eq!(found.nearest[0].candidates.len(), 2);
    let asked = "MATCH (l:Decree)-[:RATIFIES]->(t) RETURN EXISTS { (l)-->(t) } AS there";
    let found = session.why_not(asked, &Options::default()).unwrap().unwrap();
    assert!(found.nearest.iter().any(|near| near.condition == "`l` is of the kind `decree`"), "{found:?}");
    assert!(session.why_not("MATCH (l:Law) RETURN l", &Options::default()).unwrap().is_none());
    let found = session.why_not("which decrees ratified the Rivers Convention", &Options::default());
    let found = found.unwrap().unwrap();
    assert!(found.nearest.iter().any(|near| near.candidates.len() == 1), "{found:?}");
    assert!(session.why_not("RETURN", &Options::default()).is_err());
}

#[test]
fn what_has_no_dates_is_marked_or_left_out() {
    let mut session = landia("undated");
    let day = whichlaw::graph::Day::parse("2010-01-01").unwrap().date;
    let options = Options { as_of: Some(day), ..traced() };
    let answer = ask(&mut session, "MATCH (t:Treaty) RETURN t", &options);
    assert_eq!((answer.rows.len(), answer.undated.len()), (2, 2));
    let answer = ask(&mut session, "AS OF date('2010-01-01') MATCH (l:Law) RETURN l", &traced());
    assert_eq!((answer.rows.len(), answer.undated.len()), (1, 0));
    assert_eq!(answer.as_of.as_deref(), Some("2010-01-01"));
    let leave_out = Options { undated: Undated::Hide, ..options };
    assert!(ask(&mut session, "MATCH (t:Treaty) RETURN t", &leave_out).rows.is_empty());
}
