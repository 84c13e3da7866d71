//! Directories of CSV files.

use std::fs;
use std::path::PathBuf;
use whichlaw::Value;
use whichlaw::graph::{Entity, Graph, Way};
use whichlaw::load::{self, LoadOptions, OnError, Place};

fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("whichlaw-csv-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    files.iter().for_each(|(name, text)| fs::write(path.join(name), text).unwrap());
    path
}

const ACTS: &str =
    "\u{feff}:ID,id:int,title:string,date:date,:LABEL,tags:string[],share:float,binding:boolean
1,1,\"Law, the \"\"first\"\"\",2001-02-03,Law;Instrument,a;b,0.5,true
2,2,Second,,Law,,,
";
const BODIES: &str = "id:ID,name,:LABEL,note:IGNORE\nncgd,Council,Body,x\n";
const LINKS: &str = ":START_ID,:END_ID,since:date,:TYPE\n1,2,2005,AMENDS\n1,ncgd,,CREATES\n2,2,,AMENDS\n";

fn open(name: &str, files: &[(&str, &str)]) -> Graph {
    let place = Place::Path(directory(name, files));
    load::open(&place, &LoadOptions::default()).unwrap_or_else(|problems| panic!("{problems:#?}")).graph
}

fn of(graph: &Graph, id: &str, key: &str) -> Value {
    graph.property(Entity::Node(graph.node_by_id(id).unwrap()), graph.key(key).unwrap())
}

#[test]
fn typed_columns_labels_and_relationships() {
    let graph = open("typed", &[("z.csv", ACTS), ("a_links.csv", LINKS), ("bodies.csv", BODIES)]);
    assert_eq!((graph.node_count(), graph.relationship_count()), (3, 3));
    let law = graph.node_by_id("1").unwrap();
    let labels: Vec<&str> = graph.labels(law).iter().map(|label| graph.label_name(*label).as_ref()).collect();
    assert_eq!(labels, ["Law", "Instrument"]);
    assert_eq!(of(&graph, "1", "title").as_str(), Some("Law, the \"first\""));
    assert_eq!(of(&graph, "1", "id").as_integer(), Some(1));
    assert!(matches!(of(&graph, "1", "tags"), Value::List(list) if list.len() == 2));
    assert!(matches!(of(&graph, "1", "share"), Value::Float(share) if share == 0.5));
    assert!(matches!(of(&graph, "1", "binding"), Value::Boolean(true)));
    assert!(matches!(of(&graph, "1", "date"), Value::Date(date) if date.days == 11_356));
    assert!(of(&graph, "2", "date").is_null() && of(&graph, "2", "tags").is_null());
    assert_eq!(of(&graph, "ncgd", "id").as_str(), Some("ncgd"));
    assert_eq!(graph.key("note"), None);
    let amends = graph.relationship_type("AMENDS").unwrap();
    assert_eq!(graph.degree(graph.node_by_id("2").unwrap(), Way::In, amends), 2);
}

#[test]
fn all_faults_are_placed() {
    let files = [
        ("acts.csv", ":ID,year:int,:LABEL\n1,x,Law\n1,2,Law\n3,4\n,5,Law\n"),
        ("bad.csv", "a:strng,:ID\n"),
        ("links.csv", ":START_ID,:END_ID,:TYPE\n1,9,T\n1,1,\n"),
        ("odd.csv", "a,b\n1,2\n"),
    ];
    let path = directory("faults", &files);
    let report = load::check(&path);
    let told: Vec<(String, &str, u32, u32, Option<&str>)> = report
        .errors
        .iter()
        .map(|p| {
            let file = p.file.rsplit('/').next().unwrap_or_default().to_string();
            (file, p.code, p.line, p.column, p.suggestion.as_deref())
        })
        .collect();
    let expected = [
        ("acts.csv", "property.type", 2, 3, None),
        ("acts.csv", "id.duplicate", 3, 1, None),
        ("acts.csv", "csv.columns", 4, 1, None),
        ("acts.csv", "csv.id", 5, 1, None),
        ("bad.csv", "csv.header", 1, 1, Some("a:string")),
        ("links.csv", "end.dangling", 2, 3, None),
        ("links.csv", "csv.type", 3, 5, None),
        ("odd.csv", "csv.header", 1, 1, None),
    ];
    assert_eq!(
        told,
        expected.map(|(file, code, line, column, near)| (file.to_string(), code, line, column, near))
    );
    assert!(report.errors[1].message.ends_with("acts.csv:2"), "{}", report.errors[1].message);
    let options = LoadOptions { on_error: OnError::Skip, ..LoadOptions::default() };
    let loaded = load::open(&Place::Path(path), &options).unwrap();
    assert_eq!((loaded.graph.node_count(), loaded.graph.relationship_count()), (2, 1));
    assert!(matches!(of(&loaded.graph, "9", "held"), Value::Boolean(false)));
}

#[test]
fn a_graph_without_vocabulary_suggests_one() {
    let path = directory("suggested", &[("z.csv", ACTS), ("links.csv", LINKS), ("bodies.csv", BODIES)]);
    let vocabulary = load::open(&Place::Path(path), &LoadOptions::default()).unwrap().vocabulary;
    assert!(vocabulary.kind("Law").is_some_and(|kind| kind.nouns == ["law"]));
    assert!(vocabulary.relation("creates").is_some_and(|relation| relation.type_name() == "CREATES"));
}
