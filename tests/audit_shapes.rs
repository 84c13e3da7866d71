//! The audit on a graph whose faults have other shapes: a designation by an article of an expired law, a party that is
//! typed in, a reference that leads nowhere, a circle of three, two series of plans of which one goes on.

use std::collections::BTreeSet;
use whichlaw::Session;
use whichlaw::audit;
use whichlaw::base::Budget;
use whichlaw::load::{LoadOptions, OnError, Place};

const PORTS: &str = r#"{"sources":[{"id":"r","title":"R"},{"id":"q","title":"Q"}],
"nodes":[
{"id":"nation","kind":"State","name":"Nation","evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"pact","kind":"Protocol","name":"Sea Protocol","properties":{"date":"1999"},"evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"law","kind":"Law","name":"Port Law","properties":{"date":"2000-01-01","date_no_longer_in_force":"2009-12-31"},"evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"art","kind":"Article","name":"Article 5 of the Port Law","evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"port","kind":"Agency","name":"Port Agency","evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"dec","kind":"Decree","name":"Port Decree","properties":{"date":"2001"},"evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"duty","kind":"Obligation","name":"Duty to dredge","evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"duty2","kind":"Obligation","name":"Duty to light","evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"crew","kind":"BodyGroup","name":"harbour crews","evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"pl1","kind":"Plan","name":"Harbour Plan 1","properties":{"period":"2001/2003"},"evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"pl2","kind":"Plan","name":"Harbour Plan 2","properties":{"period":"2004/2050"},"evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"pl3","kind":"Strategy","name":"Harbour Strategy","properties":{"period":"2001/2006"},"evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"o1","kind":"Agency","name":"Office One","evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"o2","kind":"Agency","name":"Office Two","evidence":[{"source":"r","locator":"P1.S1"}]},
{"id":"o3","kind":"Agency","name":"Office Three","evidence":[{"source":"r","locator":"P1.S1"}]}
],
"relations":[
{"from":"nation","relation":"party_to","to":"pact","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"art","relation":"part_of","to":"law","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"art","relation":"designates","to":"port","properties":{"role":"dredging body"},"evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"dec","relation":"establishes","to":"port","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"dec","relation":"establishes","to":"o1","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"dec","relation":"establishes","to":"o2","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"dec","relation":"establishes","to":"o3","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"art","relation":"contains","to":"duty","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"dec","relation":"contains","to":"duty2","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"duty2","relation":"addressed_to","to":"crew","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"pl2","relation":"follows","to":"pl1","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"dec","relation":"cites","to":"lost-code","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"o1","relation":"subordinate_to","to":"o2","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"o2","relation":"subordinate_to","to":"o3","evidence":[{"source":"r","locator":"P1.S1"}]},
{"from":"o3","relation":"subordinate_to","to":"o1","evidence":[{"source":"r","locator":"P1.S1"}]}
]}"#;

#[test]
fn faults_of_other_shapes_are_found_and_nothing_else() {
    let path = std::env::temp_dir().join(format!("whichlaw-audit-shapes-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join("data.json"), PORTS).unwrap();
    let options = LoadOptions { on_error: OnError::Skip, ..LoadOptions::default() };
    let opened = Session::open(&Place::Path(path.clone()), &options);
    std::fs::remove_dir_all(path).unwrap();
    let session = opened.unwrap().0;
    let findings = audit::audit(&session, &audit::builtin().unwrap(), None, &Budget::default()).unwrap();
    let found: BTreeSet<(String, String)> = findings
        .iter()
        .map(|finding| {
            let ids = finding.subjects.iter().filter_map(|node| session.graph.id(*node));
            let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
            (finding.rule.name.clone(), ids.join(" "))
        })
        .collect();
    let expected = [
        ("basis-not-in-force", "port art law"),
        ("cited-not-held", "lost-code dec"),
        ("cycle-in-subordination", "o1 o2 o3"),
        ("ended-without-successor", "pl3"),
        ("party-without-ratification", "nation pact"),
        ("task-without-body", "duty"),
    ];
    let expected = expected.map(|(rule, ids)| (rule.to_owned(), ids.to_owned()));
    assert_eq!(found, BTreeSet::from(expected));
}
