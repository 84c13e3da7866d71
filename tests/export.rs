//! What is written loads again as the same graph.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use whichlaw::export::{Commits, EXPORTERS, commit, export, exporter};
use whichlaw::graph::{Certainty, Entity, Evidence, Graph, NodeId};
use whichlaw::load::{self, LoadOptions, Loaded, Place};
use whichlaw::{Value, Vocabulary};

fn fresh(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("whichlaw-export-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

fn open(place: Place) -> Loaded {
    load::open(&place, &LoadOptions::default()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn write(format: &str, graph: &Graph, vocabulary: &Vocabulary, target: &Path) -> Vec<PathBuf> {
    export(exporter(format).unwrap(), graph, vocabulary, target)
        .unwrap_or_else(|report| panic!("{report:#?}"))
}

/// All that a graph says, in an order that does not depend on how it was read.
fn told(graph: &Graph, with_evidence: bool) -> Vec<String> {
    let carried = |entity: Entity| {
        let properties = graph.properties(entity).into_iter();
        let properties: Vec<String> = properties
            .map(|(key, value)| {
                let claims =
                    if with_evidence { format!("{:?}", graph.claims(entity, key)) } else { String::new() };
                format!("{}={value}{:?}{claims}", graph.key_name(key), graph.precision(entity, key))
            })
            .collect();
        let evidence = if with_evidence { format!("{:?}", graph.evidence(entity)) } else { String::new() };
        format!("{properties:?}{evidence}")
    };
    let nodes = graph.nodes().map(|node| {
        let labels: Vec<&str> =
            graph.labels(node).iter().map(|label| graph.label_name(*label).as_ref()).collect();
        format!("{labels:?}{}", carried(Entity::Node(node)))
    });
    let relationships = graph.relationships().map(|relationship| {
        let ends = graph.ends(relationship);
        let id = |node: NodeId| graph.id(node).unwrap_or_default();
        let carried = carried(Entity::Relationship(relationship));
        format!("{}-{}->{}{carried}", id(ends.start), graph.type_name(ends.kind), id(ends.end))
    });
    let mut told: Vec<String> = nodes.chain(relationships).collect();
    told.sort();
    told
}

#[test]
fn the_embedded_data_is_written_as_it_is() {
    let loaded = open(Place::Builtin);
    let target = fresh("same");
    let files = write("json", &loaded.graph, &loaded.vocabulary, &target);
    assert_eq!(files.len(), loaded.graph.files().len());
    for name in loaded.graph.files().keys() {
        let written = fs::read_to_string(target.join(name.as_ref())).unwrap();
        assert_eq!(Some(written), load::builtin_text(name), "{name}");
    }
    let again = open(Place::Path(target.clone()));
    assert_eq!(told(&again.graph, true), told(&loaded.graph, true));
    assert!(write("json", &again.graph, &again.vocabulary, &target).is_empty());
}

#[test]
fn new_files_hold_the_same_graph() {
    let mut loaded = open(Place::Builtin);
    loaded.graph.set_files(BTreeMap::new());
    let target = fresh("new");
    write("json", &loaded.graph, &loaded.vocabulary, &target);
    let again = open(Place::Path(target));
    assert_eq!(told(&again.graph, true), told(&loaded.graph, true));
}

#[test]
fn an_edit_changes_only_its_lines() {
    let loaded = open(Place::Builtin);
    let target = fresh("edit");
    write("json", &loaded.graph, &loaded.vocabulary, &target);
    let before = contents(&target);
    let mut graph = open(Place::Path(target.clone())).graph;
    let decree = graph.node_by_id("decree-268").unwrap();
    let (number, id, name) = (graph.intern_key("number"), graph.intern_key("id"), graph.intern_key("name"));
    graph.set_property(Entity::Node(decree), number, Value::from("269"));
    let labels: Vec<_> = graph.labels(decree).to_vec();
    let new =
        graph.create_node(&labels, vec![(id, Value::from("decree-x")), (name, Value::from("Decree X"))]);
    let amends = graph.intern_type("AMENDS");
    let relationship = graph.create_relationship(new, amends, decree, Vec::new());
    let source = graph.sources()[0].id.clone();
    let evidence =
        Evidence { source, locator: "P1".into(), certainty: Certainty::Implied, reading: None, note: None };
    graph.set_evidence(Entity::Relationship(relationship), vec![evidence]);
    let gone = graph.relationships().next().unwrap();
    graph.delete_relationship(gone);
    let files = write("json", &graph, &loaded.vocabulary, &target);
    assert!(files.len() <= 2, "{files:?}");
    let again = open(Place::Path(target.clone()));
    assert_eq!(told(&again.graph, true), told(&graph, true));
    let after = contents(&target);
    let untouched = before.iter().filter(|line| after.contains(line)).count();
    assert!(before.len() - untouched <= 6, "{} of {} lines", untouched, before.len());
}

/// All lines of all files.
fn contents(directory: &Path) -> Vec<String> {
    let files =
        fs::read_dir(directory).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    files.flat_map(|text| text.lines().map(str::to_string).collect::<Vec<_>>()).collect()
}

#[test]
fn a_file_that_somebody_else_changed_is_left_alone() {
    let loaded = open(Place::Builtin);
    let target = fresh("changed");
    write("json", &loaded.graph, &loaded.vocabulary, &target);
    let again = open(Place::Path(target.clone()));
    let file = target.join("tasks.json");
    let text = fs::read_to_string(&file).unwrap() + "\n";
    fs::write(&file, &text).unwrap();
    let outcome = export(exporter("json").unwrap(), &again.graph, &again.vocabulary, &target);
    assert_eq!(outcome.unwrap_err().code, "file.changed");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn of_writers_at_one_time_none_loses_what_another_wrote() {
    let loaded = open(Place::Builtin);
    for round in 0..4 {
        let target = fresh(&format!("together-{round}"));
        write("json", &loaded.graph, &loaded.vocabulary, &target);
        let (target, start) = (&target, &std::sync::Barrier::new(4));
        let written: Vec<String> = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..4)
                .map(|number| {
                    scope.spawn(move || {
                        let Loaded { mut graph, vocabulary, .. } = open(Place::Path(target.clone()));
                        let law = graph.node_by_id("law-74").unwrap();
                        let (id, name) = (graph.intern_key("id"), graph.intern_key("name"));
                        let labels: Vec<_> = graph.labels(law).to_vec();
                        let own = format!("law-of-writer-{number}");
                        let values = vec![(id, Value::from(own.clone())), (name, Value::from(own.clone()))];
                        graph.create_node(&labels, values);
                        start.wait();
                        let outcome = export(exporter("json").unwrap(), &graph, &vocabulary, target);
                        outcome.is_ok().then_some(own)
                    })
                })
                .collect();
            writers.into_iter().filter_map(|writer| writer.join().unwrap()).collect()
        });
        let after = open(Place::Path(target.clone())).graph;
        assert_eq!(written.len(), 1, "{written:?}");
        assert!(written.iter().all(|own| after.node_by_id(own).is_some()), "{written:?}");
    }
}

#[test]
fn what_would_not_load_again_is_not_written() {
    let mut loaded = open(Place::Builtin);
    loaded.graph.create_node(&[], Vec::new());
    let target = fresh("broken");
    let outcome = export(exporter("json").unwrap(), &loaded.graph, &loaded.vocabulary, &target);
    assert_eq!(outcome.unwrap_err().code, "data.broken");
    assert!(!target.exists());
}

#[test]
fn tables_hold_nodes_relationships_and_properties() {
    let loaded = open(Place::Builtin);
    let target = fresh("csv");
    write("csv", &loaded.graph, &loaded.vocabulary, &target);
    let again = open(Place::Path(target)).graph;
    let plain = |graph: &Graph| -> Vec<String> {
        // A column with both lists and single texts is one of texts, in which a list is one text with semicolons.
        let plain = |line: String| line.replace(';', ",").replace(['[', ']', '\''], "").replace(", ", ",");
        told(graph, false).into_iter().map(plain).collect()
    };
    assert_eq!(plain(&again), plain(&loaded.graph));
}

#[test]
fn one_session_writes_to_a_directory_again_and_again() {
    let source = fresh("again-source");
    let loaded = open(Place::Builtin);
    write("json", &loaded.graph, &loaded.vocabulary, &source);
    let Loaded { mut graph, vocabulary, .. } = open(Place::Path(source.clone()));
    let (id, name) = (graph.intern_key("id"), graph.intern_key("name"));
    let labels = graph.labels(graph.node_by_id("law-74").unwrap()).to_vec();
    let mut commits = Commits::default();
    for target in [source, fresh("again-other")] {
        let told_again = |graph: &Graph| {
            assert_eq!(told(&open(Place::Path(target.clone())).graph, true), told(graph, true));
        };
        let values = |text: &str| vec![(id, Value::from(text)), (name, Value::from(text))];
        let law = graph.create_node(&labels, values("law-again"));
        commit(&graph, &vocabulary, &target, &mut commits).unwrap();
        told_again(&graph);
        graph.set_property(Entity::Node(law), name, Value::from("Renamed"));
        let gone = graph.relationships().next().unwrap();
        graph.delete_relationship(gone);
        commit(&graph, &vocabulary, &target, &mut commits).unwrap();
        told_again(&graph);
        graph.delete_node(law).unwrap();
        commit(&graph, &vocabulary, &target, &mut commits).unwrap();
        told_again(&graph);
        assert!(commit(&graph, &vocabulary, &target, &mut commits).unwrap().is_empty());
        // What another wrote meanwhile is still not written over.
        let file = target.join("tasks.json");
        fs::write(&file, fs::read_to_string(&file).unwrap() + "\n").unwrap();
        let outcome = commit(&graph, &vocabulary, &target, &mut commits);
        assert_eq!(outcome.unwrap_err().code, "file.changed");
    }
}

#[test]
fn a_save_that_fails_changes_nothing_and_says_so() {
    let target = fresh("failing");
    let loaded = open(Place::Builtin);
    write("json", &loaded.graph, &loaded.vocabulary, &target);
    let Loaded { mut graph, vocabulary, .. } = open(Place::Path(target.clone()));
    let name = graph.intern_key("name");
    for id in ["law-74", "decree-268", "ncgd", "untoc"] {
        graph.set_property(Entity::Node(graph.node_by_id(id).unwrap()), name, Value::from("Renamed"));
    }
    // A folder where the new contents of one file would be written stands for a disk that is full.
    let blocked = target.join(format!(".treaties.json.{}.whichlaw-new", std::process::id()));
    fs::create_dir(&blocked).unwrap();
    let before = texts(&target);
    let report = export(exporter("json").unwrap(), &graph, &vocabulary, &target).unwrap_err();
    assert_eq!(
        (report.code, report.help[0].as_str()),
        ("file.unwritable", "Nothing was changed: all files are as they were.")
    );
    assert_eq!(texts(&target), before);
    fs::remove_dir(blocked).unwrap();
    write("json", &graph, &vocabulary, &target);
    assert_eq!(told(&open(Place::Path(target)).graph, true), told(&graph, true));
}

/// The texts of all files, those that are hidden too.
fn texts(directory: &Path) -> BTreeMap<PathBuf, String> {
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn what_would_be_mixed_up_with_other_data_is_not_written() {
    let loaded = open(Place::Builtin);
    let refused = |format: &str, target: &Path| {
        let before = contents(target);
        let outcome = export(exporter(format).unwrap(), &loaded.graph, &loaded.vocabulary, target);
        assert_eq!(contents(target), before);
        outcome.unwrap_err().code
    };
    let tables = fresh("mixed-tables");
    fs::create_dir_all(&tables).unwrap();
    fs::write(tables.join("acts.csv"), ":ID,:LABEL\n1,Law\n").unwrap();
    assert_eq!(refused("csv", &tables), "directory.mixed");
    assert_eq!(refused("json", &tables), "directory.mixed");
    let files = fresh("mixed-files");
    fs::create_dir_all(&files).unwrap();
    let other = r#"{"nodes": [{"id": "law-74", "kind": "Law", "name": "Another"}]}"#;
    fs::write(files.join("other.json"), other).unwrap();
    assert_eq!(refused("csv", &files), "directory.mixed");
    // What others put there is read together with what is written: it must go with it.
    assert_eq!(refused("json", &files), "data.broken");
    fs::write(files.join("other.json"), other.replace("law-74", "law-of-others")).unwrap();
    write("json", &loaded.graph, &loaded.vocabulary, &files);
    assert!(open(Place::Path(files)).graph.node_by_id("law-of-others").is_some());
    // The same tables again are no others.
    let twice = fresh("mixed-twice");
    write("csv", &loaded.graph, &loaded.vocabulary, &twice);
    write("csv", &loaded.graph, &loaded.vocabulary, &twice);
}

#[test]
fn a_list_that_tables_cannot_hold_is_not_changed_unnoticed() {
    let mut loaded = open(Place::Builtin);
    let aliases = loaded.graph.intern_key("aliases");
    let law = Entity::Node(loaded.graph.node_by_id("law-74").unwrap());
    loaded.graph.set_property(law, aliases, Value::from(vec![Value::from("one; two")]));
    let target = fresh("semicolon");
    let outcome = export(exporter("csv").unwrap(), &loaded.graph, &loaded.vocabulary, &target);
    let message = outcome.unwrap_err().message.clone();
    assert!(message.contains("the list `aliases` holds `one; two`"), "{message}");
    assert!(!target.exists());
}

#[test]
fn every_format_writes_something() {
    let loaded = open(Place::Builtin);
    for format in EXPORTERS {
        let target = fresh(&format!("every-{}", format.name));
        let files = export(format, &loaded.graph, &loaded.vocabulary, &target).unwrap();
        assert!(!files.is_empty() && files.iter().all(|file| file.exists()), "{}", format.name);
    }
    assert!(exporter("jsn").is_err_and(|report| report.help[0].contains("json")));
}
