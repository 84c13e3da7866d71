//! What syntax errors say, and which language a text is in.

use super::{is_cypher, parse};

/// The report on `text`: its name and message, in brackets what is under the caret and the label, and the text as the
/// best suggestion would have it.
#[track_caller]
fn check(text: &str, expected: &str, corrected: &str) {
    let report = *parse(text).expect_err(text);
    let label = &report.labels[0];
    let detail = report.failure.map_or("", |failure| failure.detail);
    let found = format!("{detail}: {} [{}: {}]", report.message, label.span.of(text), label.text);
    assert_eq!((found.as_str(), report.corrected().unwrap_or_default().as_str()), (expected, corrected));
}

#[test]
fn syntax_errors() {
    check(
        "MATCH (n) WHERE n.x == 1 RETURN n",
        "UnexpectedSyntax: `==` is not Cypher [==: write `=`]",
        "MATCH (n) WHERE n.x = 1 RETURN n",
    );
    check(
        "MATCH (n) WHERE n.x != 1 RETURN n",
        "UnexpectedSyntax: `!=` is not Cypher [!=: write `<>`]",
        "MATCH (n) WHERE n.x <> 1 RETURN n",
    );
    check(
        "MATCH (n) WHERE n.x = 1 && n.y = 2 RETURN n",
        "UnexpectedSyntax: `&&` is not Cypher [&&: write `AND`]",
        "MATCH (n) WHERE n.x = 1 AND n.y = 2 RETURN n",
    );
    check(
        "MATCH (n) WHERE n.x = 1 || n.y = 2 RETURN n",
        "UnexpectedSyntax: `||` is not Cypher [||: write `OR`]",
        "MATCH (n) WHERE n.x = 1 OR n.y = 2 RETURN n",
    );
    check("SELECT * FROM n", "UnexpectedSyntax: `SELECT` is not Cypher [SELECT: not Cypher]", "");
    check(
        "MATCH (n) RETRUN n",
        "UnexpectedSyntax: `RETRUN` cannot stand here [RETRUN: expected a clause such as MATCH or RETURN, `,`, `-` or WHERE]",
        "MATCH (n) RETURN n",
    );
    check(
        "MATCH (n RETURN n",
        "UnexpectedSyntax: this bracket is not closed [(: `)` is missing]",
        "MATCH (n) RETURN n",
    );
    check(
        "MATCH (n) RETURN 'abc",
        "UnexpectedSyntax: this string is not closed [': `'` is missing]",
        "MATCH (n) RETURN 'abc'",
    );
    check(
        r#"MATCH (n:Law) WHERE n.name = "abc RETURN n"#,
        r#"UnexpectedSyntax: this string is not closed [": `"` is missing]"#,
        r#"MATCH (n:Law) WHERE n.name = "abc" RETURN n"#,
    );
    check(
        "MATCH (n)",
        "InvalidClauseComposition: a query cannot end with MATCH [: RETURN is missing here]",
        "MATCH (n) RETURN *",
    );
    check(
        "MATCH (n) RETURN n,",
        "UnexpectedSyntax: this statement is not finished [: expected an expression]",
        "",
    );
    check(
        "MATCH (a)-[r:X]>(b) RETURN a",
        "UnexpectedSyntax: `]>` is not Cypher []>: write `]->`]",
        "MATCH (a)-[r:X]->(b) RETURN a",
    );
    check(
        "MATCH (a)->(b) RETURN a",
        "UnexpectedSyntax: `->` is not Cypher [->: write `-->`]",
        "MATCH (a)-->(b) RETURN a",
    );
    check(
        "MATCH (a)-[:X*1-3]->(b) RETURN a",
        "InvalidRelationshipPattern: `1-3` is not Cypher [1-3: write `1..3`]",
        "MATCH (a)-[:X*1..3]->(b) RETURN a",
    );
    check(
        "MATCH (n) WHERE n.x IS NOT 3 RETURN n",
        "UnexpectedSyntax: a negation cannot stand here [IS NOT: write `<>`]",
        "MATCH (n) WHERE n.x <> 3 RETURN n",
    );
    check(
        "MATCH (n) WHERE n.x NOT IN [1] RETURN n",
        "UnexpectedSyntax: a negation cannot stand here [NOT: not here]",
        "",
    );
    check(
        "MATCH (n) RETURN n ORDER n.x",
        "UnexpectedSyntax: `n` cannot stand here [n: expected BY]",
        "MATCH (n) RETURN n ORDER BY n.x",
    );
    check(
        "MATCH (n) RETURN n LIMIT",
        "UnexpectedSyntax: this statement is not finished [: expected an expression]",
        "",
    );
    check(
        "MATCH (n) WHERE n.name LIKE 'x%' RETURN n",
        "UnexpectedSyntax: `LIKE` is not Cypher [LIKE: write `CONTAINS`]",
        "MATCH (n) WHERE n.name CONTAINS 'x%' RETURN n",
    );
    check(
        "MATCH (n) RETURN n GROUP BY n.x",
        "UnexpectedSyntax: `GROUP` is not Cypher [GROUP: not Cypher]",
        "",
    );
    check(
        "RETURN [1, 2",
        "UnexpectedSyntax: this bracket is not closed [[: `]` is missing]",
        "RETURN [1, 2]",
    );
    check("RETURN {a 1}", "UnexpectedSyntax: `1` cannot stand here [1: expected `:`]", "RETURN {a: 1}");
    check(
        "RETURN {a: 1, }",
        "UnexpectedSyntax: nothing follows this comma [,: one comma too many]",
        "RETURN {a: 1 }",
    );
    check("RETURN “a”", r#"InvalidUnicodeCharacter: `“` is not Cypher [“: write `"`]"#, r#"RETURN "a""#);
    check(
        "MATCH (n) SET n.x == 2",
        "UnexpectedSyntax: `==` is not Cypher [==: write `=`]",
        "MATCH (n) SET n.x = 2",
    );
    check(
        "RETURN 1 RETURN 2",
        "InvalidClauseComposition: RETURN ends a query, but more clauses follow [RETURN: not the last clause]",
        "",
    );
    check(
        "MATCH (n) RETURN n; MATCH (m) RETURN m",
        "UnexpectedSyntax: a second statement begins here [MATCH: not part of the first statement]",
        "",
    );
    check(
        "RETURN CASE WHEN true THEN 1",
        "UnexpectedSyntax: this statement is not finished [: expected an operator, ELSE, END or WHEN]",
        "",
    );
    check(
        "RETURN case",
        "UnexpectedSyntax: this statement is not finished [: expected an expression or WHEN]",
        "",
    );
    check(
        "RETURN all(x IN [1] | x > 0)",
        "UnexpectedSyntax: `|` cannot stand here [|: expected an operator, `)` or WHERE]",
        "",
    );
    check("RETURN 1 +", "UnexpectedSyntax: this statement is not finished [: expected an expression]", "");
    check(
        "RETURN (1 + 2",
        "UnexpectedSyntax: this bracket is not closed [(: `)` is missing]",
        "RETURN (1 + 2)",
    );
    check(
        "RETURN 1 2",
        "UnexpectedSyntax: `2` cannot stand here [2: expected a clause such as MATCH or RETURN, an operator, `,`, LIMIT, ORDER or SKIP]",
        "",
    );
    check("RETURN n. ", "UnexpectedSyntax: this statement is not finished [: expected a name]", "");
    check(
        "MATCH (n:Law {name: 'x' number: 3}) RETURN n",
        "UnexpectedSyntax: `number` cannot stand here [number: expected an operator, `,` or `}`]",
        "",
    );
    check(
        r#"RETURN 'a\d'"#,
        r#"UnexpectedSyntax: `\d` is not an escape [\d: not an escape]"#,
        r#"RETURN 'a\\d'"#,
    );
    check(
        "OPTIONAL (n) RETURN n",
        "UnexpectedSyntax: `(` cannot stand here [(: expected MATCH]",
        "OPTIONAL MATCH (n) RETURN n",
    );
    check(
        "MERGE (n) ON CREATE n.x = 1",
        "UnexpectedSyntax: `n` cannot stand here [n: expected SET]",
        "MERGE (n) ON CREATE SET n.x = 1",
    );
    check(
        "UNWIND [1] x RETURN x",
        "UnexpectedSyntax: `x` cannot stand here [x: expected an operator or AS]",
        "UNWIND [1] AS x RETURN x",
    );
    check(
        "FOREACH (x IN [1] | CREATE (n))",
        "UnexpectedSyntax: `FOREACH` is not Cypher [FOREACH: not Cypher]",
        "",
    );
    check("SHOW INDEXES", "UnexpectedSyntax: `SHOW` is not Cypher [SHOW: not Cypher]", "");
    check(
        "CREATE INDEX FOR (n:Law) ON (n.a, n.b)",
        "UnexpectedSyntax: an index is on one property [n.b: a second property]",
        "",
    );
    check(
        "RETURN 0777",
        "InvalidNumberLiteral: `0777` begins with a zero, which some read as octal and others as decimal [0777: not clear]",
        "RETURN 777",
    );
    check(
        "RETURN -08",
        "InvalidNumberLiteral: `08` begins with a zero, which some read as octal and others as decimal [08: not clear]",
        "RETURN -8",
    );
    for (text, at) in [
        ("CREATE CONSTRAINT FOR (n:X) REQUIRE n.a IS UNIQUE", "CONSTRAINT"),
        ("DROP CONSTRAINT x", "CONSTRAINT"),
        ("MATCH n RETURN n", "n"),
        ("MATCH (n) RETURN n WHERE n.x = 1", "WHERE"),
        ("MATCH (n) ORDER BY n.x RETURN n", "ORDER"),
        ("MATCH (n) LIMIT 1", "LIMIT"),
        ("CREATE RANGE INDEX FOR (n:Law) ON (n.a)", "RANGE"),
        ("CREATE INDEX ON :Law(a)", "ON"),
        ("CREATE INDEX FOR ()-[r:X]-() ON (r.a)", "()"),
        ("MATCH (n WHERE n.x = 1) RETURN n", "WHERE"),
        ("MATCH (a)-[r:R WHERE r.x = 1]->(b) RETURN a", "WHERE"),
        ("MATCH (n) RETURN n{.x}", "{"),
        ("MATCH (a)-[:R]->{1,3}(b) RETURN a", "{"),
        ("CALL { MATCH (n) RETURN n } RETURN n", "{"),
    ] {
        check(text, &format!("UnexpectedSyntax: `{at}` cannot stand here [{at}: not here]"), "");
    }
    check(
        "MATCH (n) WHERE EXISTS (n)-->() RETURN n",
        "UnexpectedSyntax: a pattern cannot stand here [-->: an arrow]",
        "",
    );
    check(
        "MATCH (n) WHERE (n)-->(m RETURN n",
        "UnexpectedSyntax: this bracket is not closed [(: `)` is missing]",
        "MATCH (n) WHERE (n)-->(m) RETURN n",
    );
    check(
        "RETURN 1 AS end",
        "UnexpectedSyntax: `end` cannot stand here [end: expected a name]",
        "RETURN 1 AS `end`",
    );
    check(
        "MATCH (a)<-(b) RETURN a",
        "UnexpectedSyntax: `<-` is not Cypher [<-: write `<--`]",
        "MATCH (a)<--(b) RETURN a",
    );
    check(
        "MATCH (n:Law {name 'x'}) RETURN n",
        "UnexpectedSyntax: `'x'` cannot stand here ['x': expected `:`]",
        "MATCH (n:Law {name: 'x'}) RETURN n",
    );
    check(
        "MATCH (n) WHERE n.name = ‘abc’ RETURN n",
        "InvalidUnicodeCharacter: `‘` is not Cypher [‘: write `'`]",
        "MATCH (n) WHERE n.name = 'abc' RETURN n",
    );
    check(
        "MATCH (n) WHERE n.y > RETURN n",
        "UnexpectedSyntax: `RETURN` cannot stand here [RETURN: expected an expression]",
        "",
    );
    check("RETURN 0x", "InvalidNumberLiteral: `0x` is not a number [0x: not a number]", "");
    check("RETURN 1.5x", "InvalidNumberLiteral: `1.5x` is not a number [1.5x: not a number]", "");
    check(
        "RETURN 9223372036854775808",
        "IntegerOverflow: this integer does not fit in 64 bits [9223372036854775808: too large]",
        "",
    );
    check(
        "RETURN 1e999",
        "FloatingPointOverflow: this number is too large for a float [1e999: too large]",
        "",
    );
    check(
        r#"RETURN '\u12'"#,
        r#"InvalidUnicodeLiteral: this is not the code of a Unicode character [\u: 4 hexadecimal digits of a character must follow]"#,
        "",
    );
    check("RETURN 42 — 41", "InvalidUnicodeCharacter: `—` is not Cypher [—: write `-`]", "RETURN 42 - 41");
    check(
        "MATCH (a)-[:X..]->(b) RETURN a",
        "InvalidRelationshipPattern: this is not a length of a relationship pattern [..: not a length]",
        "",
    );
    check(
        "RETURN /* comment",
        "UnexpectedSyntax: this comment is not closed [/*: `*/` is missing]",
        "RETURN /* comment*/",
    );
    check(
        "RETURN [x | x]",
        "UnexpectedSyntax: WHERE and `|` in brackets need `variable IN list` before them [x : not `variable IN list`]",
        "",
    );
    check(
        "CALL db.x() YIELD * RETURN 1",
        "UnexpectedSyntax: `YIELD *` can only stand in a CALL that is a whole statement [CALL db.x() YIELD *: other clauses stand beside this CALL]",
        "",
    );
    check(
        "CREATE INDEX FOR (n:Law) ON (m.x)",
        "UndefinedVariable: `m` is not the variable of this index [m: not defined]",
        "CREATE INDEX FOR (n:Law) ON (n.x)",
    );
}

#[test]
fn cypher_or_question() {
    for text in [
        "MATCH (n) RETURN n",
        "match p = (a)--(b) return p",
        "OPTIONAL MATCH (n) RETURN n",
        "UNWIND range(1, 3) AS x RETURN x",
        "WITH 1 AS x RETURN x",
        "RETURN DISTINCT true",
        "return 1",
        "RETURN x",
        "RETURN x AS y",
        "CREATE (n)",
        "CREATE INDEX FOR (n:A) ON (n.x)",
        "MERGE (n)",
        "SET n.x = 1",
        "DETACH DELETE n",
        "CALL db.labels()",
        "CALL db.labels YIELD label",
        "DROP INDEX x",
        "MATCH n RETURN n",
        "match n where n.x = 1 return n",
        "SHOW INDEXES",
        "SHOW FUNCTIONS",
        "SHOW BUILT IN FUNCTIONS",
        "show functions YIELD name",
        "EXPLAIN MATCH (n) RETURN n",
        "PROFILE AS OF $day MATCH (n) RETURN n",
        "AS OF date('2010-01-01') MATCH (n) RETURN n",
        "as of '2010-01-01' match (n) return n",
        "// comment\nMATCH (n) RETURN n",
        "MATCH",
    ] {
        assert!(is_cypher(text), "{text}");
    }
    for text in [
        "",
        "which decree created the council?",
        "show functions of the council",
        "Show functions",
        "with which bodies does the council work?",
        "with what right was it created?",
        "set of laws on trafficking",
        "return the laws of 2010",
        "call for proposals",
        "create a list of laws",
        "as of 2010-01-01, which programmes concern anti-trafficking?",
        "as of 2010, match",
        "match the laws",
        "explain the National Plan",
        "delete?",
        "call centre of the ministry",
        "'MATCH (n)'",
    ] {
        assert!(!is_cypher(text), "{text}");
    }
}
