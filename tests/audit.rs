//! The audit on the built-in graph and on a graph with planted faults.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use whichlaw::Session;
use whichlaw::audit::{self, Finding, Rule};
use whichlaw::base::Budget;
use whichlaw::load::{LoadOptions, Place};
use whichlaw::value::Date;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn audited(session: &Session, as_of: Option<&str>) -> Vec<Finding> {
    let rules = audit::builtin().unwrap();
    audit::audit(session, &rules, as_of.map(day), &Budget::default()).unwrap()
}

fn ids(session: &Session, finding: &Finding) -> BTreeSet<String> {
    finding.subjects.iter().filter_map(|node| session.graph.id(*node)).map(|id| id.to_string()).collect()
}

/// The findings of a rule, each as the ids of its subjects.
fn by(session: &Session, findings: &[Finding], rule: &str) -> Vec<BTreeSet<String>> {
    findings.iter().filter(|finding| finding.rule.name == rule).map(|finding| ids(session, finding)).collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn rules_are_complete_and_speak_of_what_they_return() {
    let rules = audit::builtin().unwrap();
    assert!(rules.len() >= 15);
    let mut session = Session::builtin().unwrap();
    for rule in &rules {
        for text in [&rule.title, &rule.why, &rule.advice, &rule.message] {
            assert!(!text.trim().is_empty(), "{}", rule.name);
        }
        let mut options = whichlaw::session::Options::default();
        options.parameters.insert(Arc::from("day"), whichlaw::Value::Date(day("2026-01-01")));
        let answer = session.run(&rule.query, &options).unwrap();
        let columns: Vec<&str> = answer.columns.iter().map(|column| &**column).collect();
        let places = rule.message.split('{').skip(1).filter_map(|rest| rest.split(['}', '|']).next());
        for place in places.chain(rule.subjects.iter().map(String::as_str)) {
            assert!(columns.contains(&place), "{}: {place}", rule.name);
        }
    }
}

#[test]
fn findings_on_the_built_in_graph_are_its_known_ambiguities() {
    let session = Session::builtin().unwrap();
    let findings = audited(&session, None);
    let by = |rule: &str| by(&session, &findings, rule);
    // Every finding rests on something, and is about something.
    for finding in &findings {
        assert!(!finding.subjects.is_empty() && !finding.facts.entities.is_empty(), "{}", finding.message);
        assert!(!finding.message.contains(['{', '}']), "{}", finding.message);
    }
    let gaps: Vec<&str> =
        findings.iter().filter(|f| f.rule.name == "series-gap").map(|f| f.message.as_str()).collect();
    assert_eq!(gaps.len(), 2);
    assert!(gaps[0].contains("2006-01-01 to 2007-12-31") && gaps[1].contains("2012-01-01 to 2016-12-31"));
    assert!(by("conflicting-claims").contains(&set(&["prot-trafficking"])));
    assert!(by("conflicting-claims").contains(&set(&["prot-smuggling"])));
    assert!(by("conflicting-claims").iter().any(|subjects| subjects.contains("obs-victims-total")));
    assert_eq!(by("overlap"), [set(&["mlsd", "ncgd", "gender-equality"])]);
    assert_eq!(by("missing-ordinal"), [set(&["series-national-plans", "nap-gender-2018"])]);
    let without_basis: BTreeSet<String> = by("task-without-basis").into_iter().flatten().collect();
    assert_eq!(
        without_basis,
        set(&[
            "law-enforcement",
            "t-le",
            "stat-authorities",
            "t-stat",
            "ncgd",
            "t-ncgd-0",
            "t-ncgd-1",
            "t-ncgd-2",
            "t-ncgd-3",
            "t-ncgd-4",
            "t-ncgd-5",
        ])
    );
    assert_eq!(by("operation-without-basis"), [set(&["mia", "mia-stats"])]);
    assert_eq!(by("share-without-base").len(), 1);
    let drafts: BTreeSet<String> = by("draft-not-approved").into_iter().flatten().collect();
    assert_eq!(drafts, set(&["draft-criteria", "draft-decree-nrm", "instructions-nrm", "nrm"]));
    assert!(by("one-implied-reading").contains(&set(&["children", "group-all-assisted"])));
    assert!(by("one-implied-reading").contains(&set(&["decree-743", "prog-2017"])));
    for rule in ["duplication", "fragmentation", "parts-do-not-sum", "party-without-ratification"] {
        assert!(by(rule).is_empty(), "{rule}");
    }
}

#[test]
fn an_audit_as_of_a_day_does_not_know_what_came_later() {
    let session = Session::builtin().unwrap();
    let findings = audited(&session, Some("2007-06-01"));
    assert_eq!(by(&session, &findings, "ended-without-successor"), [set(&["prog-2002"])]);
    assert!(by(&session, &findings, "series-gap").is_empty());
}

/// A folder of its own for a test.
fn folder(name: &str, file: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("whichlaw-audit-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join(file), text).unwrap();
    path
}

fn planted() -> Session {
    let path = folder("planted", "data.json", &graph());
    let opened = Session::open(&Place::Path(path.clone()), &LoadOptions::default());
    std::fs::remove_dir_all(path).unwrap();
    opened.unwrap().0
}

/// Nodes and relations without the evidence, which all but one have.
fn graph() -> String {
    let node = |(id, kind, properties): &(&str, &str, &str)| {
        let evidence = if *id == "untold" { "" } else { EVIDENCE };
        format!(
            r#"{{"id": "{id}", "kind": "{kind}", "name": "{id}", "properties": {{{properties}}}, "evidence": [{evidence}]}}"#
        )
    };
    let relation = |(from, relation, to, evidence): &(&str, &str, &str, &str)| {
        format!(r#"{{"from": "{from}", "relation": "{relation}", "to": "{to}", "evidence": [{evidence}]}}"#)
    };
    format!(
        r#"{{"sources": [{{"id": "s", "title": "Source"}}], "nodes": [{}], "relations": [{}]}}"#,
        NODES.iter().map(node).collect::<Vec<_>>().join(",\n"),
        RELATIONS.iter().map(relation).collect::<Vec<_>>().join(",\n")
    )
}

const EVIDENCE: &str = r#"{"source": "s", "locator": "P1.S1", "certainty": "stated"}"#;
const IMPLIED: &str = r#"{"source": "s", "locator": "P1.S2", "certainty": "implied"}"#;

const NODES: &[(&str, &str, &str)] = &[
    // What is in order.
    ("gov", "Government", ""),
    ("republic", "State", ""),
    ("law-a", "Law", r#""date": "2001-02-03""#),
    ("ministry-a", "Ministry", ""),
    ("ministry-b", "Ministry", ""),
    ("task-a", "Task", ""),
    ("task-b", "Task", ""),
    ("water", "Topic", ""),
    ("forests", "Topic", ""),
    ("plan-2", "Plan", r#""period": "2020/2199", "ordinal": 2"#),
    ("plan-1", "Plan", r#""period": "2015/2019", "ordinal": 1"#),
    ("plans", "Series", ""),
    ("treaty-a", "Treaty", r#""date": "1999-01-01""#),
    ("cases", "Indicator", ""),
    ("cases-all", "Observation", r#""value": 10, "unit": "cases", "period": "2019""#),
    ("cases-men", "Observation", r#""value": 6, "unit": "cases", "period": "2019", "sex": "male""#),
    ("cases-women", "Observation", r#""value": 4, "unit": "cases", "period": "2019", "sex": "female""#),
    // 1 to 15: one fault each.
    ("lost-task", "Task", ""),
    ("baseless-task", "Task", ""),
    ("unfounded-agency", "Agency", ""),
    ("shared-task", "Task", ""),
    ("air", "Topic", ""),
    ("ended-programme", "Programme", r#""period": "2010/2012""#),
    ("gap-later", "Programme", r#""period": "2015/2199", "ordinal": 3"#),
    ("gap-earlier", "Programme", r#""period": "2005/2010", "ordinal": 1"#),
    ("gap-series", "Series", ""),
    ("untold", "Topic", ""),
    ("draft-decree", "Decree", r#""status": "draft""#),
    ("repealed-law", "Law", r#""date": "1990-01-01""#),
    ("repealing-law", "Law", r#""date": "2005-01-01""#),
    ("stale-task", "Task", ""),
    ("unratified-treaty", "Treaty", r#""date": "1998-01-01""#),
    ("absent-law", "Law", r#""held": false"#),
    ("ring-1", "Decree", ""),
    ("ring-2", "Decree", ""),
    ("early-decree", "Decree", r#""date": "2000-05""#),
    ("deaths", "Indicator", ""),
    ("deaths-all", "Observation", r#""value": 9, "unit": "deaths", "period": "2019""#),
    ("deaths-men", "Observation", r#""value": 6, "unit": "deaths", "period": "2019", "sex": "male""#),
    ("deaths-women", "Observation", r#""value": 4, "unit": "deaths", "period": "2019", "sex": "female""#),
    (
        "disputed-law",
        "Law",
        r#""date": {"claims": [{"value": "2003-01-01", "preferred": true}, {"value": "2003-01-02"}]}"#,
    ),
];

const RELATIONS: &[(&str, &str, &str, &str)] = &[
    ("law-a", "establishes", "ministry-a", EVIDENCE),
    ("law-a", "establishes", "ministry-b", EVIDENCE),
    ("ministry-a", "has_task", "task-a", EVIDENCE),
    ("ministry-b", "has_task", "task-b", EVIDENCE),
    ("law-a", "assigns", "task-a", EVIDENCE),
    ("law-a", "assigns", "task-b", EVIDENCE),
    ("task-a", "concerns", "water", EVIDENCE),
    ("task-b", "concerns", "forests", EVIDENCE),
    ("plan-1", "in_series", "plans", EVIDENCE),
    ("plan-2", "in_series", "plans", EVIDENCE),
    ("law-a", "ratifies", "treaty-a", EVIDENCE),
    ("law-a", "jurisdiction", "republic", EVIDENCE),
    ("cases-all", "observation_of", "cases", EVIDENCE),
    ("cases-men", "observation_of", "cases", EVIDENCE),
    ("cases-women", "observation_of", "cases", EVIDENCE),
    // Faults.
    ("law-a", "assigns", "lost-task", EVIDENCE),
    ("ministry-a", "has_task", "baseless-task", EVIDENCE),
    ("unfounded-agency", "subordinate_to", "ministry-a", EVIDENCE),
    ("law-a", "assigns", "shared-task", EVIDENCE),
    ("ministry-a", "has_task", "shared-task", EVIDENCE),
    ("ministry-b", "has_task", "shared-task", EVIDENCE),
    ("ministry-a", "monitors", "air", EVIDENCE),
    ("ministry-b", "controls", "air", EVIDENCE),
    ("gap-earlier", "in_series", "gap-series", EVIDENCE),
    ("gap-later", "in_series", "gap-series", EVIDENCE),
    ("repealing-law", "repeals", "repealed-law", EVIDENCE),
    ("repealed-law", "assigns", "stale-task", EVIDENCE),
    ("ministry-b", "has_task", "stale-task", EVIDENCE),
    ("unratified-treaty", "concluded_between", "republic", EVIDENCE),
    ("law-a", "cites", "absent-law", EVIDENCE),
    ("ring-1", "based_on", "ring-2", EVIDENCE),
    ("ring-2", "based_on", "ring-1", EVIDENCE),
    ("early-decree", "based_on", "law-a", EVIDENCE),
    ("deaths-all", "observation_of", "deaths", EVIDENCE),
    ("deaths-men", "observation_of", "deaths", EVIDENCE),
    ("deaths-women", "observation_of", "deaths", EVIDENCE),
    ("law-a", "issued_by", "gov", ""),
    ("ring-1", "issued_by", "gov", IMPLIED),
];

/// Rule and one of the subjects of every fault that was planted.
const FAULTS: &[(&str, &[&str])] = &[
    ("task-without-body", &["lost-task"]),
    ("task-without-basis", &["ministry-a", "baseless-task"]),
    ("body-without-founding-instrument", &["unfounded-agency"]),
    ("duplication", &["ministry-a", "ministry-b", "shared-task"]),
    ("overlap", &["ministry-a", "ministry-b", "air"]),
    ("ended-without-successor", &["ended-programme"]),
    ("series-gap", &["gap-earlier", "gap-later"]),
    ("missing-ordinal", &["gap-series", "gap-earlier", "gap-later"]),
    ("draft-not-approved", &["draft-decree"]),
    ("basis-not-in-force", &["stale-task", "repealed-law"]),
    ("party-without-ratification", &["republic", "unratified-treaty"]),
    ("cited-not-held", &["absent-law", "law-a"]),
    ("cycle-in-legal-basis", &["ring-1", "ring-2"]),
    ("dated-before-basis", &["early-decree", "law-a"]),
    ("parts-do-not-sum", &["deaths-all", "deaths-men", "deaths-women"]),
    ("conflicting-claims", &["disputed-law"]),
    ("fact-without-evidence", &["law-a", "gov"]),
    ("thing-without-evidence", &["untold"]),
    ("one-implied-reading", &["ring-1", "gov"]),
];

#[test]
fn every_planted_fault_is_found_and_nothing_else() {
    let session = planted();
    let mut planted: Vec<(String, BTreeSet<String>)> =
        FAULTS.iter().map(|(rule, subjects)| ((*rule).to_owned(), set(subjects))).collect();
    planted.sort();
    for as_of in [None, Some("2035-01-01")] {
        let findings = audited(&session, as_of);
        let mut found: Vec<(String, BTreeSet<String>)> =
            findings.iter().map(|finding| (finding.rule.name.clone(), ids(&session, finding))).collect();
        found.sort();
        assert_eq!(found, planted);
    }
}

#[test]
fn rules_of_a_folder_join_the_others_and_may_be_questions() {
    let text = r#"{"name": "laws", "title": "Laws", "severity": "error", "why": "w", "do": "d", "query": "which laws are there?", "message": "a law"}"#;
    let path = folder("rules", "laws.json", text);
    let rules = audit::read_rules(Some(&path)).unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    let rules = audit::select(rules, Some("laws")).unwrap();
    let session = Session::builtin().unwrap();
    assert_eq!(audit::audit(&session, &rules, None, &Budget::default()).unwrap().len(), 4);
    let writing = Rule { query: "CREATE (n:X) RETURN n".into(), ..(*rules[0]).clone() };
    assert!(audit::audit(&session, &[Arc::new(writing)], None, &Budget::default()).is_err());
}
