//! The command line as a user sees it: what is typed, what comes out on which stream, and the exit code.

use std::io::Write;
use std::process::{Command, Stdio};

/// What happened, as text: exit code, standard output, standard error.
fn shown(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_whichlaw"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "90")
        .env("WHICHLAW_HISTORY", "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| without_times(&String::from_utf8_lossy(bytes));
    let code = output.status.code().map_or("none".to_owned(), |code| code.to_string());
    format!("exit {code}\n--- out\n{}--- err\n{}", text(&output.stdout), text(&output.stderr))
}

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        match line.find("\"elapsed_ms\":") {
            Some(place) => {
                let (before, after) = line.split_at(place + "\"elapsed_ms\":".len());
                let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
                out.push_str(&format!("{before} T{rest}"));
            }
            None => out.push_str(line),
        }
    }
    out
}

macro_rules! snapshots {
    ($($name:ident: $arguments:expr, $input:expr;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(shown(&$arguments, $input));
        }
    )*};
}

const TOWN: &str = "tests/cli/town";

snapshots! {
    checks_a_good_directory: ["check", TOWN], "";
    checks_a_broken_directory: ["check", "tests/cli/broken"], "";
    checks_for_programs: ["check", "tests/cli/broken", "--format", "json"], "";
    does_not_open_broken_data: ["ask", "RETURN 1", "--data", "tests/cli/broken"], "";
    unknown_format: ["ask", "RETURN 1", "--format", "jsn"], "";
    unknown_day: ["ask", "RETURN 1", "--as-of", "yesterday"], "";
    unknown_day_for_programs: ["ask", "RETURN 1", "--as-of", "yesterday", "--format", "json"], "";
    parameter_without_value: ["ask", "RETURN $x", "--param", "x"], "";
    missing_file: ["ask", "--file", "no/such/file"], "";
    question_and_file: ["ask", "RETURN 1", "--file", "x"], "";
    unknown_flag: ["ask", "--colour"], "";
    a_word_of_the_vocabulary: ["vocabulary", "establish", "--data", TOWN], "";
    an_unknown_word: ["vocabulary", "establsh", "--data", TOWN], "";
    a_script_of_commands: ["--data", TOWN], ":mode\n:nonsense\n:mode csv\n:schema\n:help why\n:why\n:quit\n:mode\n";

    one_row_with_evidence: ["ask", "MATCH (d:Decree)-[:ESTABLISHES]->(c) RETURN d AS decree, c AS council", "--data", TOWN], "";
    the_same_for_programs: ["ask", "MATCH (d:Decree)-[r:ESTABLISHES]->(c) RETURN d, r, c.name AS name", "--data", TOWN, "--format", "json"], "";
    the_same_for_spreadsheets: ["ask", "MATCH (d)-[:ESTABLISHES]->(c) RETURN d AS instrument, c.name AS council ORDER BY council", "--data", TOWN, "--format", "csv"], "";
    the_same_for_memos: ["ask", "MATCH (d)-[:ESTABLISHES]->(c) RETURN d AS instrument, c.name AS council ORDER BY council", "--data", TOWN, "--format", "markdown"], "";
    why: ["ask", "MATCH p = (:Decree)-[:BASED_ON]->(:Law) RETURN p", "--data", TOWN, "--why"], "";
    nothing_found: ["ask", "MATCH (d:Decree {number: 'none'}) RETURN d", "--data", TOWN], "";
    a_label_that_no_node_has: ["ask", "MATCH (d:Decre) RETURN d.numbr", "--data", TOWN], "";
    a_count_of_zero: ["ask", "MATCH (d:Decree {number: 'none'}) RETURN count(d) AS n", "--data", TOWN, "--format", "csv"], "";
    a_syntax_error: ["ask", "MATCH (d:Decree RETURN d", "--data", TOWN], "";
    a_syntax_error_for_programs: ["ask", "MATCH (d:Decree RETURN d", "--data", TOWN, "--format", "json"], "";
    parameters: ["ask", "RETURN $a AS a, $b AS b, $c AS c", "--param", "a=[1, 2.5]", "--param", "b=date('2010-01-01')", "--param", "c=plain text", "--format", "csv"], "";
    too_many_rows: ["ask", "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(a + b)", "--max-rows", "1000", "--timeout", "2000"], "";
    out_of_time: ["ask", "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(a + b) AS n", "--timeout", "50"], "";
    many_questions: ["ask", "--data", TOWN], "RETURN 1 AS one\nRETURN\nMATCH (d:Decree)\n  RETURN d.number AS number\n";
    a_question: ["ask", "which decree established the Council on Trees?", "--data", TOWN], "";
    a_question_with_an_unknown_name: ["ask", "which decree established the Council on Treez?", "--data", TOWN], "";
    a_card: ["describe", "tree council", "--data", TOWN], "";
    a_card_of_what_was_not_there_yet: ["describe", "decree 7", "--data", TOWN, "--as-of", "2010"], "";
    several_files_to_standard_output: ["export", "--format", "csv", "-"], "";
    an_option_that_means_nothing_to_a_command: ["check", TOWN, "--as-of", "2010"], "";
    the_same_before_the_command_and_for_programs: ["--as-of", "2010", "changes", "2011", "2012", "--format", "json"], "";
    a_format_that_a_command_does_not_write: ["vocabulary", "--format", "csv"], "";
    an_unknown_rule: ["ask", "RETURN 1", "--rules-off", "top,factr"], "";
    an_edit_that_is_not_saved: ["ask", "CREATE (:Law {id: 'law-9', name: 'Law 9'})", "--data", TOWN], "";
    edits_of_a_script_that_are_not_saved: ["--data", TOWN], "MATCH (d:Decree) SET d.number = '8'\n";
}

#[test]
fn tables_and_spreadsheets_name_the_same_places() {
    let asked =
        ["how many decrees were issued by the Government?", "how many treaties were ratified by laws?"];
    for question in asked {
        let table = shown(&["ask", question], "");
        let row = table.lines().find(|line| line.starts_with("1 ")).unwrap().rsplit_once("  ").unwrap().1;
        let places: Vec<String> =
            row.split(", ").map(|place| format!("report {}", place.trim_start_matches("report "))).collect();
        let csv = shown(&["ask", question, "--format", "csv"], "");
        assert!(csv.contains(&format!(",{}\n", places.join("; "))), "{table}\n{csv}");
    }
    // A table shortens and says by how much.
    let many = "MATCH (:Instrument)-[r]->() RETURN count(r) AS n";
    let csv = shown(&["ask", many, "--format", "csv"], "");
    let places = csv.lines().find(|line| line.contains("report ")).unwrap().matches("; ").count() + 1;
    let table = shown(&["ask", many], "");
    assert!(places > 6 && table.contains(&format!("+{}", places - 6)), "{table}\n{csv}");
}

#[test]
fn edits_are_written_where_that_is_asked_for() {
    let path = std::env::temp_dir().join(format!("whichlaw-cli-{}-commit.d", std::process::id()));
    let dir = path.to_str().unwrap();
    let edit = "CREATE (:Law {id: 'law-9', name: 'Law 9'})";
    let edited = shown(&["ask", edit, "--data", TOWN, "--commit", dir], "");
    assert!(edited.starts_with("exit 0\n") && edited.contains("Wrote "), "{edited}");
    let found =
        shown(&["ask", "MATCH (l:Law {id: 'law-9'}) RETURN l.name", "--data", dir, "--format", "csv"], "");
    assert!(found.contains("\nLaw 9\n"), "{found}");
    std::fs::remove_dir_all(&path).unwrap();
    // Without an edit nothing is written.
    shown(&["ask", "RETURN 1", "--data", TOWN, "--commit", dir], "");
    assert!(!path.exists());
}

#[test]
fn a_closed_pipe_is_nobodys_problem() {
    let binary = env!("CARGO_BIN_EXE_whichlaw");
    let script = format!(
        "'{binary}' ask 'UNWIND range(1, 100000) AS n RETURN n' --format csv | head -1; echo \"${{PIPESTATUS[0]}}\""
    );
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "n\n0\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
