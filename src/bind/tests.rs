//! What the binder refuses, and what it makes of names.

use super::bind;
use crate::algebra::{Body, Bound, Clause, Statement};
use crate::functions::Procedures;
use crate::language::cypher::parse;

fn bound(text: &str) -> crate::base::Result<Statement<Bound>> {
    bind(&parse(text)?, &Procedures::default()).map_err(|report| report.in_text(text))
}

/// The report on `text`: its name and message, in brackets what is under the caret and the label, and the text as the
/// best suggestion would have it.
#[track_caller]
fn check(text: &str, expected: &str, corrected: &str) {
    let report = *bound(text).expect_err(text);
    let label = &report.labels[0];
    let detail = report.failure.map_or("", |failure| failure.detail);
    let found = format!("{detail}: {} [{}: {}]", report.message, label.span.of(text), label.text);
    assert_eq!((found.as_str(), report.corrected().unwrap_or_default().as_str()), (expected, corrected));
}

#[test]
fn errors() {
    check("MATCH (n) RETURN m", "UndefinedVariable: there is no variable `m` here [m: not defined]", "");
    check(
        "MATCH (law) RETURN lwa.name",
        "UndefinedVariable: there is no variable `lwa` here [lwa: not defined]",
        "MATCH (law) RETURN law.name",
    );
    check(
        "MATCH (n) RETURN coutn(n)",
        "UnknownFunction: there is no function `coutn` [coutn: not a function]",
        "MATCH (n) RETURN count(n)",
    );
    check(
        "CREATE (a)-[:X]-(b)",
        "RequiresDirectedRelationship: a relationship to be created needs a direction [-[:X]-: no direction]",
        "",
    );
    check(
        "MATCH (n) WHERE count(n) > 1 RETURN n",
        "InvalidAggregation: an aggregate cannot stand here [count(n): an aggregate]",
        "",
    );
    check(
        "MATCH (n) WITH n.name RETURN 1",
        "NoExpressionAlias: an expression in WITH needs a name [n.name: has no name]",
        "MATCH (n) WITH n.name AS value RETURN 1",
    );
    check(
        "MATCH (n) RETURN n.name as name, n.x as name",
        "ColumnNameConflict: two columns are called `name` [name: the same name again]",
        "",
    );
    check(
        "MATCH p = (a)--(b), p = (c) RETURN p",
        "VariableAlreadyBound: the variable `p` exists already: a path [p: already bound]",
        "",
    );
    check(
        "RETURN size(5)",
        "InvalidArgumentType: a list or a string is needed here, but this is an integer [5: is an integer]",
        "",
    );
    check(
        "RETURN substring()",
        "InvalidNumberOfArguments: `substring` takes 2 to 3 arguments, not 0 [substring: wrong number of arguments]",
        "",
    );
    check(
        "RETURN toUpper(5)",
        "InvalidArgumentType: a string is needed here, but this is an integer [5: is an integer]",
        "",
    );
    check(
        "RETURN 5 IN 5",
        "InvalidArgumentType: a list is needed here, but this is an integer [5: is an integer]",
        "",
    );
    check(
        "MATCH (n) DELETE n:Law",
        "InvalidDelete: DELETE takes nodes and relationships, not their labels [n:Law: a label]",
        "",
    );
    check(
        "WITH 1 AS x MATCH (x) RETURN x",
        "VariableTypeConflict: `x` is an integer and cannot be a node here [x: is an integer]",
        "",
    );
    check(
        "RETURN shortestPath((a)-->(b)-->(c))",
        "UnexpectedSyntax: a shortest path needs a pattern of exactly one relationship [shortestPath((a)-->(b)-->(c)): not one relationship]",
        "",
    );
    check(
        "MATCH (a) WHERE (a)-[r]->() RETURN a",
        "UndefinedVariable: there is no variable `r` here [r: not defined]",
        "",
    );
    check(
        "MATCH (a) RETURN (a)-->()",
        "UnexpectedSyntax: a pattern can only stand where a condition is expected [(a)-->(): a pattern]",
        "",
    );
    check(
        "MATCH (n) RETURN n.x + count(*)",
        "AmbiguousAggregationExpression: `n` stands beside an aggregate but is not a group of its own [n: differs within a group]",
        "",
    );
    check(
        "MATCH (n) RETURN count(count(n))",
        "NestedAggregation: an aggregate cannot stand inside an aggregate [count(n): inside another aggregate]",
        "",
    );
    check(
        "RETURN count(rand())",
        "NonConstantExpression: `rand()` cannot stand inside an aggregate [rand(): differs in each row]",
        "",
    );
    check(
        "MATCH (n) RETURN DISTINCT n.x ORDER BY n.y",
        "UndefinedVariable: there is no variable `n` here [n: not defined]",
        "",
    );
    check(
        "MATCH (n) RETURN n.x ORDER BY max(n.y)",
        "InvalidAggregation: an aggregate cannot stand here [max(n.y): an aggregate]",
        "",
    );
    check(
        "MATCH (n) RETURN n LIMIT n.x",
        "NonConstantExpression: the number of LIMIT cannot depend on the rows [n.x: not constant]",
        "",
    );
    check(
        "RETURN 1 LIMIT -1",
        "NegativeIntegerArgument: the number of LIMIT cannot be negative [-1: less than zero]",
        "",
    );
    check(
        "RETURN 1 SKIP 1.5",
        "InvalidArgumentType: a whole number is needed here, but this is a float [1.5: is a float]",
        "",
    );
    check(
        "MATCH () RETURN *",
        "NoVariablesInScope: there is no variable that `*` could return [RETURN: nothing to return]",
        "",
    );
    check(
        "RETURN 1 AS a UNION RETURN 2 AS b",
        "DifferentColumnsInUnion: the parts of a union have different columns: `a` and `b` [RETURN 2 AS b: other columns]",
        "",
    );
    check(
        "RETURN 1 AS a UNION RETURN 2 AS a UNION ALL RETURN 3 AS a",
        "InvalidClauseComposition: UNION and UNION ALL cannot be mixed [RETURN 3 AS a: joined by UNION ALL]",
        "",
    );
    check(
        "MATCH (n $p) RETURN n",
        "InvalidParameterUse: a parameter cannot stand for all properties here [$p: a parameter]",
        "",
    );
    check(
        "CREATE (n)-[:A|B]->(m)",
        "NoSingleRelationshipType: a relationship to be created needs exactly one type [-[:A|B]->: 2 types]",
        "",
    );
    check(
        "CREATE (n)-[:A*2]->(m)",
        "CreatingVarLength: a relationship of variable length cannot be created [-[:A*2]->: variable length]",
        "",
    );
    check(
        "MATCH (n) CREATE (n)",
        "VariableAlreadyBound: the variable `n` exists already: a node [n: already bound]",
        "",
    );
    check(
        "MATCH (n) CREATE (n:A)-[:X]->()",
        "VariableAlreadyBound: the variable `n` exists already: a node [n: already bound]",
        "",
    );
    check(
        "MATCH ()-[r]->()-[r]->() RETURN r",
        "RelationshipUniquenessViolation: the relationship `r` stands twice in one MATCH [r: the same relationship again]",
        "",
    );
    check(
        "MATCH (n) WHERE EXISTS { MATCH (n)-->(m) SET m.x = 1 } RETURN n",
        "InvalidClauseComposition: SET cannot stand in a subquery [SET: changes the graph]",
        "",
    );
    check(
        "MATCH (n) WHERE n RETURN n",
        "InvalidArgumentType: a condition is needed here, but this is a node [n: is a node]",
        "",
    );
    check(
        "RETURN NOT 1",
        "InvalidArgumentType: true or false is needed here, but this is an integer [1: is an integer]",
        "",
    );
    check(
        "RETURN 'a' - 1",
        "InvalidArgumentType: a number is needed here, but this is a string ['a': is a string]",
        "",
    );
    check(
        "WITH 1 AS x RETURN x.y",
        "InvalidArgumentType: an integer has no properties [x: is an integer]",
        "",
    );
    check(
        "WITH [1] AS x RETURN x['a']",
        "InvalidArgumentType: the number of an element is needed here, but this is a string ['a': is a string]",
        "",
    );
    check(
        "MATCH p = ()--() RETURN labels(p)",
        "InvalidArgumentType: a node is needed here, but this is a path [p: is a path]",
        "",
    );
    check(
        "CREATE (n) SET n.x = [{a: 1}]",
        "InvalidPropertyType: a property cannot hold a list with a map in it [[{a: 1}]: is a list]",
        "",
    );
    check(
        "RETURN all(x IN ['a'] WHERE x % 2 = 0)",
        "InvalidArgumentType: a number is needed here, but this is a string [x: is a string]",
        "",
    );
    check(
        "CALL nothing()",
        "ProcedureNotFound: there is no procedure `nothing` [nothing: not a procedure]",
        "",
    );
    check(
        "MATCH (n) RETURN toUpper(DISTINCT n.x)",
        "UnexpectedSyntax: DISTINCT means nothing in `toUpper` [toUpper: not an aggregate]",
        "",
    );
    check(
        "MATCH (n:A|B) CREATE (m:A|B)",
        "UnexpectedSyntax: a node to be created needs plain labels [(m:A|B): alternatives or negations]",
        "",
    );
    check(
        "MATCH (n) RETURN COLLECT { MATCH (n)-->(m) }",
        "InvalidClauseComposition: COLLECT needs a query that returns one column [COLLECT { MATCH (n)-->(m) }: not one column]",
        "",
    );
}

/// The columns of a query: each heading, and the name and kind of its slot.
#[track_caller]
fn check_columns(text: &str, expected: &str) {
    let statement = bound(text).unwrap_or_else(|report| panic!("{text}: {report}"));
    let Body::Query(query) = &statement.body else { panic!("{text} is no query") };
    let Some(Clause::Return { projection, .. }) = query.first.clauses.last() else {
        panic!("{text} returns nothing")
    };
    let columns: Vec<String> = projection
        .items
        .iter()
        .map(|item| {
            let slot = item.alias.expect("a bound item has a slot");
            format!("{} #{} {:?}", item.name, slot.0, statement.info.0[slot.0 as usize].kind)
        })
        .collect();
    assert_eq!(columns.join(", "), expected, "{text}");
}

#[test]
fn stars_are_spelled_out_in_the_order_of_names() {
    check_columns("MATCH p = (b)-[r]->(a) RETURN *", "a #2 Node, b #0 Node, p #3 Path, r #1 Relationship");
    check_columns("WITH 1 AS b, 2 AS a RETURN *, 3 AS c", "a #1 Value, b #0 Value, c #2 Value");
}

#[test]
fn variables_that_are_passed_on_keep_their_slots() {
    check_columns("MATCH (a) WITH a RETURN a", "a #0 Node");
    check_columns("MATCH (a) WITH a AS b RETURN b AS a", "a #2 Node");
    check_columns("WITH 1 AS x WITH x + 1 AS x RETURN x", "x #1 Value");
}

#[test]
fn headings_are_as_written() {
    check_columns("MATCH (n) RETURN n.x+1 , count( * )", "n.x+1 #1 Value, count( * ) #2 Value");
    check_columns("WITH 1 AS `a b` RETURN `a b` /* c */ , 'x' // d\n", "a b #0 Value, 'x' #1 Value");
}

#[test]
fn parts_of_a_union_have_their_columns_in_one_order() {
    let statement = bound("RETURN 1 AS a, 2 AS b UNION RETURN 3 AS b, 4 AS a").expect("a union");
    let Body::Query(query) = &statement.body else { panic!("no query") };
    let Some(Clause::Return { projection, .. }) = query.unions[0].1.clauses.last() else {
        panic!("no RETURN")
    };
    let names: Vec<&str> = projection.items.iter().map(|item| &*item.name).collect();
    assert_eq!(names, ["a", "b"]);
}

/// What is right although it looks like one of the errors above.
#[test]
fn allowed() {
    for text in [
        "MATCH (n) RETURN n.x AS x ORDER BY n.y, x",
        "MATCH (n) RETURN DISTINCT n ORDER BY n.y",
        "MATCH (n) RETURN n.x, count(*) ORDER BY n.x, count(*) + 1",
        "MATCH (n) RETURN n, n.x + count(*)",
        "MATCH (n) WITH n.x AS x WHERE n.y = 1 RETURN x",
        "MATCH (n) RETURN count([x IN n.list | x]), size(collect(n))",
        "MATCH (n) RETURN [x IN collect(n.x) | x + 1] AS xs",
        "MATCH (n) WHERE exists((n)-->()) AND NOT (n)--() OR (n)-[:A*]-() RETURN n",
        "MATCH (n) RETURN CASE WHEN (n)-->() THEN 1 ELSE 2 END",
        "MATCH (n) RETURN [(n)-[r]->(m) WHERE (m)--() | [n, r, m]] AS found",
        "MATCH (n) WHERE EXISTS { WITH 'x' AS x MATCH (n)-->(m {x: x}) WITH m.y AS y WHERE y = n.y RETURN n } RETURN n",
        "MATCH (n) RETURN COUNT { (n)--() } + COUNT { MATCH (n)-->(m) RETURN m UNION MATCH (m)-->(n) RETURN m }",
        "MATCH (a)-[r]->(b) MATCH (a)-[r]->(c) RETURN *",
        "MATCH (a)-[rs*]->(b) MATCH (c)-[rs*]->(d) RETURN *",
        "UNWIND [1, null] AS x MATCH (n {x: x}) RETURN n",
        "WITH null AS n MATCH (n) RETURN n",
        "UNWIND nodes($path) AS n MATCH (n)-->(m) RETURN m",
        "MATCH (a), (b {x: a.y}) RETURN b",
        "CREATE (a {x: 1}), (b {x: a.x})-[:R]->(a) RETURN a",
        "MATCH (a) MERGE (a)-[:R]-(b) ON CREATE SET b.x = a.x RETURN b",
        "MATCH () WITH * MATCH (n) RETURN n",
        "RETURN 1 AS x SKIP 1 + 1 LIMIT toInteger($limit)",
        "RETURN reduce(a = 0, x IN [1, 2] | a + x) + size('abc') + 1.0",
        "RETURN date('2010-01-01') + duration('P1D') - date('2009-01-01').year",
        "RETURN [1] + 'a', 'a' + 1, null AND true, [1, 'a'][0] + 1, {a: 1}['a'] % 2",
        "MATCH (n) SET n = {x: 1}, n += $map, n.y = [1, 2], n:A REMOVE n.x, n:A",
        "MATCH (n)-[r]->() DELETE n, r, $x.y",
    ] {
        if let Err(report) = bound(text) {
            panic!("{text}: {report}");
        }
    }
}
