//! What the openCypher suite does not ask for and users of other engines expect.

use whichlaw::session::{Language, Options, Session};
use whichlaw::{Answer, Report};

fn options() -> Options {
    Options { language: Language::Cypher, ..Options::default() }
}

fn try_run(session: &mut Session, text: &str) -> Result<Answer, Box<Report>> {
    session.run(text, &options())
}

#[track_caller]
fn run(session: &mut Session, text: &str) -> Answer {
    try_run(session, text).unwrap_or_else(|report| panic!("{text}\n{report:?}"))
}

/// The rows as texts: values joined by `; `.
#[track_caller]
fn rows(session: &mut Session, text: &str) -> Vec<String> {
    let row = |row: &Vec<_>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    run(session, text).rows.iter().map(row).collect()
}

#[track_caller]
fn one(text: &str) -> String {
    rows(&mut laws(), text).join(" | ")
}

fn laws() -> Session {
    let mut session = Session::empty();
    run(
        &mut session,
        "CREATE (a:Law {name: 'a', number: 1}), (b:Decree {name: 'b', number: 2}), (c:Law:Draft {name: 'c', number: 3}), \
         (d:Body {name: 'd'}), (a)-[:AMENDS]->(b), (b)-[:AMENDS]->(c), (a)-[:REPEALS]->(c), (c)-[:CREATES]->(d), \
         (a)-[:CREATES]->(d)",
    );
    session
}

#[test]
fn label_expressions() {
    for (expression, names) in [
        ("Law|Decree", "'a' | 'b' | 'c'"),
        ("Law&Draft", "'c'"),
        ("Law&!Draft", "'a'"),
        ("!Law", "'b' | 'd'"),
        ("%", "'a' | 'b' | 'c' | 'd'"),
        ("!%", ""),
        ("(Law|Body)&!Draft", "'a' | 'd'"),
        ("Law:Draft", "'c'"),
    ] {
        assert_eq!(
            one(&format!("MATCH (n:{expression}) RETURN n.name ORDER BY n.name")),
            names,
            "{expression}"
        );
        let filter = format!("MATCH (n) WHERE n:{expression} RETURN n.name ORDER BY n.name");
        assert_eq!(one(&filter), names, "WHERE n:{expression}");
    }
    assert_eq!(
        one("MATCH (:Law {name: 'a'})-[r:AMENDS|REPEALS]->(n) RETURN n.name ORDER BY n.name"),
        "'b' | 'c'"
    );
    assert_eq!(one("MATCH (n {name: 'c'}) RETURN n:Law, n:Decree, n:Law|Decree"), "true; false; true");
}

#[test]
fn subqueries() {
    assert_eq!(
        one("MATCH (n) WHERE EXISTS { (n)-[:CREATES]->() } RETURN n.name ORDER BY n.name"),
        "'a' | 'c'"
    );
    assert_eq!(
        one("MATCH (n) WHERE EXISTS { MATCH (n)-->(m) WHERE m.number > n.number + 1 } RETURN n.name"),
        "'a'"
    );
    assert_eq!(one("MATCH (n) WHERE NOT EXISTS { (n)-->() } RETURN n.name"), "'d'");
    assert_eq!(
        one("MATCH (n) RETURN n.name AS name, COUNT { (n)-->() } AS out ORDER BY name"),
        "'a'; 3 | 'b'; 1 | 'c'; 1 | 'd'; 0"
    );
    assert_eq!(one("MATCH (n) WHERE COUNT { (n)--() } > 2 RETURN n.name ORDER BY n.name"), "'a' | 'c'");
    assert_eq!(
        one("MATCH (n {name: 'a'}) RETURN COUNT { MATCH (n)-->(m) RETURN DISTINCT m.name } AS c"),
        "3"
    );
    assert_eq!(
        one(
            "MATCH (n {name: 'a'}) RETURN COLLECT { MATCH (n)-->(m) RETURN m.name ORDER BY m.name DESC } AS names"
        ),
        "['d', 'c', 'b']"
    );
    assert_eq!(one("RETURN COUNT { MATCH (n:Law) } AS c"), "2");
    assert_eq!(one("MATCH (n:Body) RETURN EXISTS { MATCH (:Draft)-->(n) } AS e"), "true");
    assert_eq!(
        one("MATCH (n:Law) RETURN n.name, [(n)-[:CREATES]->(b) | b.name] AS created ORDER BY n.name"),
        "'a'; ['d'] | 'c'; ['d']"
    );
}

#[test]
fn shortest_paths() {
    let ends = "MATCH (a {name: 'a'}), (d {name: 'd'})";
    assert_eq!(one(&format!("{ends} MATCH p = shortestPath((a)-[*]->(d)) RETURN length(p)")), "1");
    assert_eq!(
        one(&format!("{ends} MATCH p = shortestPath((a)-[:AMENDS|CREATES*2..]->(d)) RETURN length(p)")),
        one(&format!("{ends} MATCH p = shortestPath((a)-[:AMENDS|CREATES*2..]->(d)) RETURN length(p)"))
    );
    assert_eq!(
        one("MATCH (a {name: 'b'}), (d {name: 'd'}), p = allShortestPaths((a)-[*]-(d)) \
             RETURN [n IN nodes(p) | n.name] AS names ORDER BY names"),
        "['b', 'a', 'd'] | ['b', 'c', 'd']"
    );
    assert_eq!(one(&format!("{ends} RETURN length(shortestPath((a)-[:AMENDS*]->(d)))")), "null");
    assert_eq!(
        one("MATCH p = shortestPath((:Decree)-[*..3]->(:Body)) RETURN [r IN relationships(p) | type(r)]"),
        "['AMENDS', 'CREATES']"
    );
}

#[test]
fn functions_of_other_engines() {
    let mut wrong = Vec::new();
    for (expression, value) in [
        ("toUpper('Law') + toLower('Law')", "'LAWlaw'"),
        ("upper('a') + lower('B')", "'Ab'"),
        ("split('a,b,,c', ',')", "['a', 'b', '', 'c']"),
        ("coalesce(null, null, 3, 4)", "3"),
        ("coalesce(null)", "null"),
        ("nullIf(1, 1)", "null"),
        ("'Decree 268' =~ 'Decree \\\\d+'", "true"),
        ("'Decree 268 of' =~ 'Decree \\\\d+'", "false"),
        ("'DECREE' =~ '(?i)decree'", "true"),
        ("null =~ 'a'", "null"),
        ("[1, 2, 3, 4][1..3]", "[2, 3]"),
        ("[1, 2, 3, 4][..-1]", "[1, 2, 3]"),
        ("[1, 2, 3, 4][-2..]", "[3, 4]"),
        ("[1, 2, 3][5..9]", "[]"),
        ("[1, 2, 3][-1]", "3"),
        ("substring('decree', 2, 2)", "'cr'"),
        ("trim('  a ') + ltrim(' b') + rtrim('c ')", "'abc'"),
        ("left('abc', 2) + right('abc', 1)", "'abc'"),
        ("replace('a-b', '-', '+')", "'a+b'"),
        ("reverse('abc')", "'cba'"),
        ("size('закон')", "5"),
        ("char_length('закон')", "5"),
        ("toInteger('12') + toInteger('x')", "null"),
        ("toIntegerOrNull('x')", "null"),
        ("toFloatOrNull(true)", "null"),
        ("toStringOrNull([1])", "null"),
        ("toBooleanOrNull('maybe')", "null"),
        ("toIntegerList(['1', 'x', 2.7])", "[1, null, 2]"),
        ("toFloatList(['1.5', 2])", "[1.5, 2.0]"),
        ("toStringList([1, true])", "['1', 'true']"),
        ("toBooleanList(['true', 'x'])", "[true, null]"),
        ("isEmpty('')", "true"),
        ("isEmpty([1])", "false"),
        ("isNaN(0.0 / 0.0)", "true"),
        ("abs(-3) + sign(-3)", "2"),
        ("round(2.345, 2)", "2.35"),
        ("ceil(1.2) + floor(1.8)", "3.0"),
        ("degrees(pi())", "180.0"),
        ("exp(0) + log10(100) + sqrt(4)", "5.0"),
        ("size(randomUUID())", "36"),
        ("randomUUID() <> randomUUID()", "true"),
        ("valueType(1)", "'INTEGER NOT NULL'"),
        ("valueType(null)", "'NULL'"),
        ("reduce(s = 0, x IN [1, 2, 3] | s + x)", "6"),
        ("date('2020-02-30') IS NULL", ""),
        ("1 <> 2 AND NOT 1 = 2", "true"),
        ("{a: 1, b: {c: 2}}.b.c", "2"),
        ("{a: 1}['a']", "1"),
        ("keys({a: 1, b: 2})", "['a', 'b']"),
        ("1 IN [1, null]", "true"),
        ("2 IN [1, null]", "null"),
        ("'abc' IS NOT NULL", "true"),
        ("point({x: 1, y: 2}) IS NULL", ""),
    ] {
        let told = match try_run(&mut laws(), &format!("RETURN {expression} AS v")) {
            Ok(answer) => answer.rows[0][0].to_string(),
            Err(report) => format!("error: {}", report.message),
        };
        if told != value && (!value.is_empty() || !told.starts_with("error")) {
            wrong.push(format!("{expression}: {told}, not {value}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(one("MATCH (n {name: 'a'}) MATCH (m) WHERE elementId(m) = elementId(n) RETURN m.name"), "'a'");
    assert_eq!(one("MATCH (n {name: 'a'}) MATCH (m) WHERE id(m) = id(n) RETURN m.name"), "'a'");
    assert_eq!(
        one("MATCH (n {name: 'a'})-[r:AMENDS]->() RETURN startNode(r).name, endNode(r).name"),
        "'a'; 'b'"
    );
    assert_eq!(
        one("MATCH (n:Law) RETURN count(*), max(n.name), collect(n.number), avg(n.number)"),
        "2; 'c'; [1, 3]; 2.0"
    );
}

#[test]
fn explain_and_profile() {
    let mut session = laws();
    let explained = run(&mut session, "EXPLAIN MATCH (n:Law) CREATE (:Copy) RETURN n.name");
    assert!(explained.plan.is_some() && explained.rows.is_empty());
    assert_eq!(session.graph.node_count(), 4, "EXPLAIN runs nothing");
    let profiled = run(&mut session, "PROFILE MATCH (n:Law) CREATE (:Copy) RETURN n.name");
    assert!(profiled.plan.is_some());
    assert_eq!((profiled.rows.len(), session.graph.node_count()), (2, 6));
}

#[test]
fn indexes() {
    let mut session = laws();
    run(&mut session, "UNWIND range(1, 200) AS i CREATE (:Article {number: i})");
    run(&mut session, "CREATE INDEX articles FOR (a:Article) ON (a.number)");
    run(&mut session, "CREATE INDEX articles IF NOT EXISTS FOR (a:Article) ON (a.number)");
    let seek = "MATCH (a:Article {number: 17}) RETURN a.number";
    assert!(
        run(&mut session, &format!("EXPLAIN {seek}")).plan.unwrap().contains("Seek"),
        "a seek uses the index"
    );
    assert_eq!(rows(&mut session, seek), ["17"]);
    assert_eq!(rows(&mut session, "MATCH (a:Article) WHERE a.number = 17 RETURN count(a)"), ["1"]);
    run(&mut session, "MATCH (a:Article {number: 17}) SET a.number = 1000");
    assert_eq!(rows(&mut session, seek), Vec::<String>::new());
    assert_eq!(rows(&mut session, "MATCH (a:Article {number: 1000}) RETURN count(a)"), ["1"]);
    assert_eq!(rows(&mut session, "MATCH (a:Article {number: 1000.0}) RETURN count(a)"), ["1"]);
    let again = session.run("CREATE INDEX articles FOR (a:Article) ON (a.title)", &Options::default());
    assert!(again.is_err_and(|report| report.message.contains("`articles` already")));
    run(&mut session, "DROP INDEX articles");
    let gone = session.run("DROP INDEX articles", &Options::default());
    assert!(gone.is_err_and(|report| report.message.contains("no index `articles`")));
    run(&mut session, "DROP INDEX articles IF EXISTS");
    assert_eq!(rows(&mut session, "MATCH (a:Article {number: 1000}) RETURN count(a)"), ["1"]);
}

#[test]
fn as_of_a_day() {
    let mut session = Session::builtin().unwrap();
    let now: i64 = rows(&mut session, "MATCH (n) RETURN count(n)")[0].parse().unwrap();
    let mut then = |day: &str| -> i64 {
        rows(&mut session, &format!("AS OF date('{day}') MATCH (n) RETURN count(n)"))[0].parse().unwrap()
    };
    assert!(then("1800-01-01") < then("2005-01-01"));
    assert!(then("2005-01-01") < now);
    assert!(try_run(&mut session, "AS OF 'yesterday' MATCH (n) RETURN n").is_err());
    assert!(try_run(&mut session, "AS OF date('2010-13-01') MATCH (n) RETURN n").is_err());
}
