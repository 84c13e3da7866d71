//! The snapshot file: what goes in comes out, damage is an error, and an old file is noticed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use whichlaw::graph::{
    Annotation, Builder, Certainty, Claim, Entity, Evidence, Graph, NodeId, Origin as Where, Precision,
    Reading, Source,
};
use whichlaw::load::{self, LoadOptions, Origin, Place};
use whichlaw::session::{Options, Session};
use whichlaw::value::Date;
use whichlaw::{Value, Vocabulary, export};
use xxhash_rust::xxh3::xxh3_64;

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("whichlaw-snapshot-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn open(path: &Path) -> Result<Session, String> {
    match Session::open(&Place::Path(path.to_path_buf()), &LoadOptions::default()) {
        Ok((session, _)) => Ok(session),
        Err(report) => Err(format!("{} {:?}", report.message, report.help)),
    }
}

fn owning(graph: Graph) -> Session {
    let mut session = Session::empty();
    session.graph = graph;
    session
}

fn built(name: &str, graph: &Graph, vocabulary: &Vocabulary) -> PathBuf {
    let path = folder(name).join("graph.wlg");
    export::build(graph, vocabulary, &Origin::default(), &path).unwrap();
    path
}

/// Everything a graph holds, as text.
fn told(graph: &Graph) -> String {
    let mut text = format!("{:?}\n{:?}\n", graph.sources(), graph.files());
    let entity = |entity: Entity, text: &mut String| {
        for (key, value) in graph.properties(entity) {
            text.push_str(&format!("  {} {value:?} {:?}\n", graph.key_name(key), graph.claims(entity, key)));
        }
        text.push_str(&format!(
            "  {:?} {:?} {:?} {:?}\n",
            graph.evidence(entity),
            graph.origin(entity),
            graph.derivations(entity),
            graph.validity(entity)
        ));
    };
    for node in graph.nodes() {
        let labels: Vec<&str> = graph.labels(node).iter().map(|l| graph.label_name(*l).as_ref()).collect();
        text.push_str(&format!("{} {labels:?}\n", node.0));
        entity(Entity::Node(node), &mut text);
    }
    for relationship in graph.relationships() {
        let ends = graph.ends(relationship);
        let kind = graph.type_name(ends.kind);
        text.push_str(&format!("{} {} {kind} {}\n", relationship.0, ends.start.0, ends.end.0));
        entity(Entity::Relationship(relationship), &mut text);
    }
    for label in graph.all_labels() {
        let nodes: Vec<u32> = graph.nodes_with(label).map(|node| node.0).collect();
        text.push_str(&format!("{} {} {nodes:?}\n", graph.label_name(label), graph.count_with(label)));
    }
    let mut names: Vec<String> =
        graph.names().all().map(|(name, nodes)| format!("{name} {nodes:?}")).collect();
    names.sort();
    text.push_str(&names.join("\n"));
    text
}

fn run(session: &mut Session, text: &str) -> Result<String, String> {
    let answer = session.run(text, &Options::default()).map_err(|report| report.message.clone())?;
    Ok(format!("{:?} {:?}", answer.columns, answer.rows))
}

/// A graph with values of every type, common and rare types of relationships, evidence and a hole.
fn of_everything() -> Graph {
    let mut builder = Builder::new();
    let (law, body) = (builder.label("Law"), builder.label("Body"));
    let (cites, rare) = (builder.relationship_type("CITES"), builder.relationship_type("RARE"));
    let [id, name, number, share, binding, date, mixed, tags] =
        ["id", "name", "number", "share", "binding", "date", "mixed", "tags"].map(|key| builder.key(key));
    for place in 0..200u32 {
        let labels = [body, law];
        let node = builder.node(&labels[place as usize % 3..]);
        builder.node_column(id).push_integer(node.0, i64::from(place) + 1_000);
        builder.node_column(name).push_string(node.0, &format!("Закон № {place}"));
        if place % 7 == 0 {
            builder.node_column(share).push_float(node.0, f64::from(place) / 3.0);
            builder.node_column(binding).push_boolean(node.0, place % 2 == 0);
        }
        builder.node_column(number).push_integer(node.0, i64::from(place) << 40);
        builder.node_column(date).push_date(node.0, Date { days: i64::from(place) });
        if place > 2 {
            let one = builder.relationship(NodeId(place), cites, NodeId(place / 2));
            builder.relationship_column(name).push_string(one.0, &format!("r{place}"));
            builder.relationship(NodeId(place), cites, NodeId(place / 2));
        }
    }
    builder.relationship(NodeId(5), rare, NodeId(6));
    builder.node_column(tags).push(3, Value::from(vec![Value::from("a"), Value::Null, Value::from(2)]));
    builder.sources(vec![Source {
        id: "gazette".into(),
        title: "Gazette".into(),
        publisher: None,
        date: Some("2019".into()),
        language: None,
        sha256: Some("00".into()),
    }]);
    let evidence = Evidence {
        source: "gazette".into(),
        locator: "P1.S1".into(),
        certainty: Certainty::Implied,
        reading: Some(Reading::Wide),
        note: Some("see there".into()),
    };
    let claim = |value: i64, preferred| Claim {
        value: Value::from(value),
        evidence: vec![evidence.clone()],
        preferred,
    };
    builder.annotate(
        Entity::Node(NodeId(4)),
        Annotation {
            evidence: vec![evidence.clone()],
            claims: vec![(number, vec![claim(1, true), claim(2, false)])],
            precisions: vec![(date, Date { days: 4 }, Precision::Year)],
            origin: Where::File("facts.json".into(), 7),
            derivations: vec![vec![Entity::Node(NodeId(1)), Entity::Node(NodeId(2))].into()],
        },
    );
    let mut session = owning(builder.finish());
    for text in [
        "MATCH (n {id: 1009}) DETACH DELETE n",
        "MATCH (n {id: 1010}) SET n.mixed = localtime('10:11:12'), n.t = time('10:11:12+06:00')",
        "MATCH (n {id: 1011}) SET n.mixed = datetime('2011-01-02T03:04:05[Asia/Bishkek]')",
        "MATCH (n {id: 1012}) SET n.mixed = duration('P1Y2M3DT4.5S'), n.moment = localdatetime('2011-01-02T03:04')",
        "MATCH (n {id: 1013}) SET n.mixed = 'text'",
        "MATCH (n {id: 1014}) SET n.mixed = [1.5, true]",
    ] {
        run(&mut session, text).unwrap();
    }
    let _ = mixed;
    session.graph.fold();
    session.graph
}

const ASKED: &[&str] = &[
    "MATCH (n {id: 1042}) RETURN n.name, n.date, labels(n)",
    "MATCH (a)-[r:CITES]->(b)<-[:CITES]-(c) RETURN count(*), sum(a.id), min(r.name), max(c.name)",
    "MATCH (n:Body) WHERE n.binding RETURN n.id, n.share, n.number ORDER BY n.id",
    "MATCH (n) WHERE n.name CONTAINS '№ 19' RETURN n, n.mixed, n.tags",
    "MATCH (a)-[r:RARE]->(b) RETURN a, r, b, evidence(a)",
];

#[test]
fn what_goes_in_comes_out() {
    let mut graph = of_everything();
    graph.follow(&Vocabulary::default());
    let path = built("everything", &graph, &Vocabulary::default());
    let session = open(&path).unwrap();
    assert!(session.graph.is_mapped());
    assert_eq!(told(&session.graph), told(&graph));
    session.graph.verify().unwrap();
    // Written again from the mapped graph it is the same file.
    let again = built("again", &session.graph, &Vocabulary::default());
    assert!(fs::read(again).unwrap() == fs::read(path).unwrap());
}

#[test]
fn the_built_in_graph_with_evidence_validity_and_rules() {
    let session = Session::builtin().unwrap();
    let path = built("builtin", &session.graph, &session.vocabulary);
    let mapped = open(&path).unwrap();
    assert_eq!(mapped.vocabulary, session.vocabulary);
    assert_eq!(told(&mapped.graph), told(&session.graph));
}

#[test]
fn an_empty_graph() {
    let path = built("empty", &Graph::empty(), &Vocabulary::default());
    let mut session = open(&path).unwrap();
    assert_eq!(told(&session.graph), told(&Graph::empty()));
    run(&mut session, "CREATE (:A {id: 1})-[:T]->(:B)").unwrap();
    assert_eq!(
        run(&mut session, "MATCH (a:A {id: 1})-->(b) RETURN labels(b)").unwrap().matches("\"B\"").count(),
        1
    );
}

#[test]
fn edits_are_a_delta_over_the_file() {
    let path = built("edits", &of_everything(), &Vocabulary::default());
    let before = fs::read(&path).unwrap();
    let (mut mapped, mut owned) = (open(&path).unwrap(), owning(of_everything()));
    for text in [
        "MATCH (n {id: 1042}) SET n.name = 'other', n:Extra",
        "MATCH (n {id: 1100})-[r]->() DELETE r",
        "MATCH (a {id: 1000}), (b {id: 1199}) CREATE (a)-[:CITES {name: 'new'}]->(b)",
        "CREATE (:Law {id: 1042, name: 'twin'})",
    ] {
        for session in [&mut mapped, &mut owned] {
            run(session, text).unwrap();
        }
        assert_eq!(told(&mapped.graph), told(&owned.graph), "{text}");
        let twins = "MATCH (n:Law {id: 1042}) RETURN n.name ORDER BY n.name";
        assert_eq!(run(&mut mapped, twins), run(&mut owned, twins));
    }
    mapped.graph.fold();
    assert_eq!(told(&mapped.graph), told(&owned.graph));
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// Opens a changed file: either an error, now or by the statement that touches the damage, or the same answers.
fn check_damaged(bytes: &[u8], path: &Path, expected: &[String], what: &str) -> usize {
    fs::write(path, bytes).unwrap();
    let mut errors = 0;
    match open(path) {
        Err(message) => {
            assert!(message.contains("graph.wlg"), "{what}: {message}");
            errors += 1;
        }
        Ok(mut session) => {
            for (text, expected) in ASKED.iter().zip(expected) {
                match run(&mut session, text) {
                    Ok(answer) => assert_eq!(answer, *expected, "{what}: {text}"),
                    Err(message) => {
                        assert!(message.contains("damaged"), "{what}: {message}");
                        errors += 1;
                    }
                }
            }
            if session.graph.verify().is_err() {
                errors += 1;
                assert!(run(&mut session, "CREATE (:Lost)").is_err(), "{what}");
            }
        }
    }
    errors
}

fn damageable(name: &str) -> (PathBuf, Vec<u8>, Vec<String>) {
    let path = built(name, &of_everything(), &Vocabulary::default());
    let mut session = open(&path).unwrap();
    let expected = ASKED.iter().map(|text| run(&mut session, text).unwrap()).collect();
    drop(session);
    let bytes = fs::read(&path).unwrap();
    (path, bytes, expected)
}

#[test]
fn a_flipped_byte_is_an_error_or_changes_nothing() {
    let (path, bytes, expected) = damageable("flipped");
    let mut noticed = 0;
    let places: Vec<usize> = (0..bytes.len()).step_by(bytes.len() / 250).chain(0..64).collect();
    for place in &places {
        let mut changed = bytes.clone();
        changed[*place] ^= 1 << (place % 8);
        noticed += usize::from(check_damaged(&changed, &path, &expected, &format!("byte {place}")) > 0);
    }
    assert!(noticed * 10 > places.len() * 9, "{noticed} of {}", places.len());
}

/// Puts right checksums on a changed file, as no accident would.
fn sign(bytes: &mut [u8]) {
    let number = |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
    let (count, table) = (number(bytes, 24), number(bytes, 40));
    for entry in (0..count).map(|place| table + place * 32) {
        let (start, length) = (number(bytes, entry + 8), number(bytes, entry + 16));
        let checksum = xxh3_64(&bytes[start..start + length]);
        bytes[entry + 24..entry + 32].copy_from_slice(&checksum.to_le_bytes());
    }
    let checksum = xxh3_64(&bytes[table..table + count * 32]);
    bytes[32..40].copy_from_slice(&checksum.to_le_bytes());
    let checksum = xxh3_64(&bytes[..48]);
    bytes[48..56].copy_from_slice(&checksum.to_le_bytes());
}

#[test]
fn a_forged_file_stops_nothing() {
    const NAMES: u32 = 15;
    let (path, bytes, _) = damageable("forged");
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
    let (count, table) = (number(24), number(40));
    for entry in (0..count).map(|place| table + place * 32) {
        // The finite-state maps of the names have a checksum of their own, which is not forged here.
        if number(entry) as u32 == NAMES {
            continue;
        }
        let (start, length) = (number(entry + 8), number(entry + 16));
        for place in (start..start + length).step_by((length / 8).max(1)) {
            let mut forged = bytes.clone();
            forged[place] ^= [0x01, 0x80, 0xff][place % 3];
            sign(&mut forged);
            fs::write(&path, forged).unwrap();
            let Ok(mut session) = open(&path) else { continue };
            for text in ASKED {
                let _ = run(&mut session, text);
            }
            let graph = &session.graph;
            let inside = graph.relationships().filter(|r| graph.ends(*r).start.0 < graph.node_bound());
            let seen = graph.nodes().count() + inside.count();
            assert!(seen < 10_000);
        }
    }
}

#[test]
fn a_file_that_is_cut_short_or_foreign_is_refused() {
    let (path, bytes, _) = damageable("cut");
    for length in (0..bytes.len()).step_by(bytes.len() / 100).chain([0, 1, 7, 8, 63, 64, bytes.len() - 1]) {
        fs::write(&path, &bytes[..length]).unwrap();
        assert!(open(&path).is_err(), "{length}");
    }
    let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
    fs::write(&path, longer).unwrap();
    assert!(open(&path).err().unwrap().contains("cut short, or something was added"));
    fs::write(&path, "{\"nodes\": []}").unwrap();
    assert!(open(&path).err().unwrap().contains("not a snapshot"));
    let mut other = bytes;
    other[8] = 99;
    fs::write(&path, other).unwrap();
    assert!(open(&path).is_err());
}

fn whichlaw(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_whichlaw")).args(arguments).output().unwrap()
}

/// What the machine session replies to a line.
fn piped(line: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whichlaw"));
    let mut child = command.arg("pipe").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    said(&child.wait_with_output().unwrap()).0
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_builds_replaces_and_notices_what_is_stale() {
    let folder = folder("command");
    let (data, file) = (folder.join("data"), folder.join("town.wlg"));
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("acts.csv"), ":ID,title,:LABEL\n1,First,Law\n2,Second,Law\n").unwrap();
    fs::write(data.join("links.csv"), ":START_ID,:END_ID,:TYPE\n1,2,AMENDS\n").unwrap();
    let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
    let count = "MATCH (a:Law)-[:AMENDS]->(b) RETURN a.title, b.title";
    let built = whichlaw(&["build", data, "-o", file]);
    assert!(built.status.success() && said(&built).1.contains("2 nodes, 1 relationships"), "{built:?}");
    let asked = whichlaw(&["ask", "--data", file, "--format", "csv", count]);
    assert!(said(&asked).0.contains("First,Second"), "{asked:?}");
    assert!(!said(&asked).1.contains("out of date"), "{asked:?}");
    // The same contents at another time are no change.
    fs::write(folder.join("data/links.csv"), ":START_ID,:END_ID,:TYPE\n1,2,AMENDS\n").unwrap();
    assert!(!said(&whichlaw(&["ask", "--data", file, "--format", "csv", count])).1.contains("out of date"));
    fs::write(folder.join("data/links.csv"), ":START_ID,:END_ID,:TYPE\n2,1,AMENDS\n").unwrap();
    let asked = whichlaw(&["ask", "--data", file, "--format", "csv", count]);
    assert!(said(&asked).0.contains("First,Second"), "{asked:?}");
    let imported =
        piped(&format!("{{\"id\":1,\"op\":\"import\",\"format\":\"snapshot\",\"path\":{file:?}}}\n"));
    assert!(imported.contains("\"nodes\":2,\"rels\":1") && imported.contains("out of date"), "{imported}");
    let (_, notice) = said(&asked);
    assert!(notice.contains("links.csv was changed") && notice.contains("whichlaw build"), "{notice}");
    assert!(whichlaw(&["build", data, "-o", file]).status.success());
    let asked = whichlaw(&["ask", "--data", file, "--format", "csv", count]);
    assert!(said(&asked).0.contains("Second,First") && !said(&asked).1.contains("out of date"), "{asked:?}");
    // A build that fails leaves the file, and nothing beside it.
    fs::write(folder.join("data/links.csv"), ":START_ID,:END_ID,:TYPE\n2,9,AMENDS\n").unwrap();
    let failed = whichlaw(&["build", data, "-o", file]);
    assert_eq!(failed.status.code(), Some(3), "{failed:?}");
    assert!(said(&failed).1.contains("links.csv:2"), "{failed:?}");
    assert!(said(&whichlaw(&["ask", "--data", file, "--format", "csv", count])).0.contains("Second,First"));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    let nowhere = whichlaw(&["build", data, "--on-error", "skip", "-o", &format!("{file}/x/y.wlg")]);
    assert_eq!(nowhere.status.code(), Some(3), "{nowhere:?}");
}

#[test]
fn damage_is_told_by_the_command() {
    let (path, mut bytes, _) = damageable("told");
    let file = path.to_str().unwrap();
    assert!(whichlaw(&["check", file]).status.success());
    let place = bytes.windows(8).position(|eight| eight == "Закон".as_bytes().get(..8).unwrap()).unwrap();
    bytes[place] ^= 1;
    fs::write(&path, bytes).unwrap();
    let checked = whichlaw(&["check", file]);
    assert_eq!(checked.status.code(), Some(3), "{checked:?}");
    assert!(said(&checked).0.contains("snapshot.damaged"), "{checked:?}");
    let asked = whichlaw(&["ask", "--data", file, "MATCH (n {id: 1001}) RETURN n.name"]);
    assert_eq!((asked.status.code(), said(&asked).0.as_str()), (Some(3), ""), "{asked:?}");
    assert!(said(&asked).1.contains("whichlaw build DIR -o FILE"), "{asked:?}");
    let node = whichlaw(&["ask", "--data", file, "--format", "json", "MATCH (n {id: 1001}) RETURN n"]);
    assert_eq!(node.status.code(), Some(3), "{node:?}");
    let exported = whichlaw(&["export", "--data", file, "--format", "cypher", "-"]);
    assert_eq!((exported.status.code(), said(&exported).0.as_str()), (Some(3), ""), "{exported:?}");
    let checked = load::check(&path);
    assert_eq!(checked.errors.len(), 1);
}
