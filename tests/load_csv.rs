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

/// Graphs of the same contents, whatever the line ends, quotes and marks of their files.
#[test]
fn line_ends_quotes_and_marks_change_nothing() {
    let plain = ":ID,title,year:int,:LABEL\n1,Water Code,2001,Law\n2,Forest Code,,Law;Old\n";
    let links = ":START_ID,:END_ID,:TYPE\n1,2,AMENDS\n";
    let told = |name: &str, acts: &str, links: &str| {
        let graph = open(name, &[("acts.csv", acts), ("links.csv", links)]);
        let node = |id: &str| {
            let node = graph.node_by_id(id).unwrap();
            let labels: Vec<String> =
                graph.labels(node).iter().map(|label| graph.label_name(*label).to_string()).collect();
            format!("{:?} {:?} {labels:?}", of(&graph, id, "title"), of(&graph, id, "year"))
        };
        (node("1"), node("2"), graph.relationship_count())
    };
    let expected = told("plain", plain, links);
    let quoted = "\":ID\",\"title\",\"year:int\",\":LABEL\"\n\"1\",\"Water Code\",\"2001\",\"Law\"\n\"2\",\"Forest Code\",\"\",\"Law;Old\"\n";
    let variants = [
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{plain}"),
        plain.trim_end().to_string(),
        plain.replace('\n', "\n\n"),
        plain.replace('\n', "\r"),
        quoted.to_string(),
        quoted.replace('\n', "\r\n"),
        quoted.trim_end().to_string(),
    ];
    for (number, acts) in variants.iter().enumerate() {
        assert_eq!(
            told(&format!("variant{number}"), acts, &links.replace('\n', "\r\n")),
            expected,
            "{acts:?}"
        );
    }
}

/// What `check` says about one file of nodes.
fn problems_of(name: &str, text: &str) -> Vec<String> {
    let path = directory(name, &[("acts.csv", text)]);
    load::check(&path)
        .errors
        .iter()
        .map(|p| format!("{}:{} {} {}", p.line, p.column, p.code, p.message))
        .collect()
}

#[test]
fn a_quote_that_is_never_closed_is_told_where_it_opens() {
    let never = "csv.quote the quote that opens here is never closed: everything behind it would be one cell";
    let rest = "3,z,Law\n".repeat(3);
    for (name, text, place) in [
        ("open", format!(":ID,title,:LABEL\n1,x,Law\n2,\"y,Law\n{rest}"), "3:3"),
        ("open-last", format!(":ID,title,:LABEL\n1,x,\"Law\n{rest}"), "2:5"),
        ("open-later", format!(":ID,title,:LABEL\n1,\"x\n\"\"y\",\"Law\n{rest}"), "3:6"),
        ("open-header", format!(":ID,\"title,:LABEL\n{rest}"), "1:5"),
    ] {
        assert_eq!(problems_of(name, &text), [format!("{place} {never}")], "{text}");
    }
    assert_eq!(
        problems_of("closed-late", ":ID,title,:LABEL\n1,\"x,Law\n2,y,Law\n3,\"z\",Law\n"),
        [
            "2:3 csv.quote the quote that opens here is closed only at line 4, column 3, in the middle of a cell: is one \
          missing? A quote within quotes is written twice"
        ]
    );
    assert!(problems_of("closed-inside", ":ID,title,:LABEL\n1,\"x\" y,Law\n2,\"a\nb\",Law\n").is_empty());
    assert!(problems_of("closed", ":ID,title,:LABEL\n1,x,\"La\"\"w\"").is_empty());
}

#[test]
fn quoted_cells_hold_anything() {
    let acts = ":ID,title,note,:LABEL\n1,\"two\nlines, and \"\"quotes\"\"\",\"\"\"\",Law\n2,plain,\"a,b\",Law\n3,x,,Law\n3,y,,Law\n";
    let path = directory("quoted", &[("acts.csv", acts)]);
    let options = LoadOptions { on_error: OnError::Skip, ..LoadOptions::default() };
    let loaded = load::open(&Place::Path(path), &options).unwrap();
    assert_eq!(of(&loaded.graph, "1", "title").as_str(), Some("two\nlines, and \"quotes\""));
    assert_eq!(of(&loaded.graph, "1", "note").as_str(), Some("\""));
    assert_eq!(of(&loaded.graph, "2", "note").as_str(), Some("a,b"));
    // The second line of a quoted cell counts.
    assert_eq!((loaded.skipped.len(), loaded.skipped[0].line), (1, 6));
    assert!(loaded.skipped[0].message.ends_with("acts.csv:5"), "{}", loaded.skipped[0].message);
}

#[test]
fn numbers_and_dates_of_all_shapes() {
    let acts = ":ID,n:int,d:date,x:float,b:boolean\n\
        a,-5,2012-02-29,1e3,TRUE\nb,+7,2012,.5,false\nc, 9 ,2012-03,-0.0,True\nd,9223372036854775807,0001-01-01,1,true\n\
        e,2147483648,9999-12-31,2,true\nf,9223372036854775808,2011-02-29,x,yes\n";
    let path = directory("shapes", &[("acts.csv", acts)]);
    let options = LoadOptions { on_error: OnError::Skip, ..LoadOptions::default() };
    let loaded = load::open(&Place::Path(path), &options).unwrap();
    let graph = &loaded.graph;
    let integers: Vec<Option<i64>> =
        ["a", "b", "c", "d", "e", "f"].iter().map(|id| of(graph, id, "n").as_integer()).collect();
    assert_eq!(integers, [Some(-5), Some(7), Some(9), Some(i64::MAX), Some(1 << 31), None]);
    let days = |id: &str| match of(graph, id, "d") {
        Value::Date(date) => Some(date.to_string()),
        _ => None,
    };
    let dates: Vec<Option<String>> = ["a", "b", "c", "d", "e", "f"].iter().map(|id| days(id)).collect();
    let expected = [
        Some("2012-02-29"),
        Some("2012-01-01"),
        Some("2012-03-01"),
        Some("0001-01-01"),
        Some("9999-12-31"),
        None,
    ];
    assert_eq!(dates, expected.map(|day| day.map(str::to_owned)));
    let b = Entity::Node(graph.node_by_id("b").unwrap());
    assert_eq!(graph.precision(b, graph.key("d").unwrap()), whichlaw::graph::Precision::Year);
    let wrong: Vec<(u32, u32)> =
        loaded.skipped.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(wrong, [(7, 3), (7, 23), (7, 34), (7, 36)]);
}

#[test]
fn id_spaces_are_apart() {
    let files = [
        ("acts.csv", "id:ID(Acts),:LABEL\n1,Law\n"),
        ("bodies.csv", "id:ID(Bodies),:LABEL\n1,Body\n"),
        ("links.csv", ":START_ID(Acts),:END_ID(Bodies),:TYPE\n1,1,CREATES\n"),
    ];
    let graph = open("spaces", &files);
    let law = graph.nodes_with(graph.label("Law").unwrap()).next().unwrap();
    let body = graph.nodes_with(graph.label("Body").unwrap()).next().unwrap();
    let creates = graph.relationship_type("CREATES").unwrap();
    assert_eq!(graph.adjacent(law, Way::Out, creates).nodes, [body]);
}

#[test]
fn all_problems_are_counted_and_many_are_told() {
    let rows: String = (0..12_000).map(|row| format!("1,{},T\n", row + 5)).collect();
    let files = [("acts.csv", ":ID\n1\n"), ("links.csv", &*format!(":START_ID,:END_ID,:TYPE\n{rows}"))];
    let path = directory("many", &files);
    let report = load::check(&path);
    assert_eq!(report.errors.len(), 10_001);
    let more = report.errors.iter().find(|problem| problem.code == "problems.more").unwrap();
    assert!(more.message.contains("12000") && more.message.contains("2000"), "{}", more.message);
    assert!(load::open(&Place::Path(path.clone()), &LoadOptions::default()).is_err());
    let options = LoadOptions { on_error: OnError::Skip, ..LoadOptions::default() };
    let graph = load::open(&Place::Path(path), &options).unwrap().graph;
    assert_eq!((graph.node_count(), graph.relationship_count()), (12_001, 12_000));
}

#[test]
fn bytes_that_are_no_text_are_placed() {
    let path = directory("foreign", &[]);
    fs::write(path.join("acts.csv"), b":ID,title,n:int\n1,ok,3\n2,\xff\xfe,4\n\xff,x,5\n").unwrap();
    let report = load::check(&path);
    let told: Vec<(&str, u32, u32)> = report.errors.iter().map(|p| (p.code, p.line, p.column)).collect();
    assert_eq!(told, [("file.encoding", 3, 3), ("file.encoding", 4, 1)]);
}

#[test]
fn rows_of_neighbours_are_in_order_whatever_the_order_of_the_file() {
    let nodes: String = (0..50).map(|id| format!("{id}\n")).collect();
    let mut links: Vec<(u32, u32)> =
        (0..50).flat_map(|from| (0..50).map(move |to| (from * 7 % 50, to * 11 % 50))).collect();
    links.extend([(3, 3), (3, 3), (0, 49)]);
    let rows: String = links.iter().map(|(from, to)| format!("{from},{to},T\n")).collect();
    let files =
        [("n.csv", &*format!(":ID\n{nodes}")), ("r.csv", &*format!(":START_ID,:END_ID,:TYPE\n{rows}"))];
    let graph = open("order", &files);
    let kind = graph.relationship_type("T").unwrap();
    for node in graph.nodes() {
        for way in [Way::Out, Way::In] {
            let adjacent = graph.adjacent(node, way, kind);
            let pairs: Vec<_> = adjacent.nodes.iter().zip(adjacent.relationships).collect();
            assert!(pairs.is_sorted() && pairs.len() >= 50);
            for (other, relationship) in pairs {
                let ends = graph.ends(*relationship);
                let expected = if way == Way::Out { (node, *other) } else { (*other, node) };
                assert_eq!((ends.start, ends.end), expected);
            }
        }
    }
}
