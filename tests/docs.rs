//! The documentation, executed: every `console` and `whichlaw` block of README and docs shows what really happens.
//!
//! In a `console` block a line `$ COMMAND` is run by a shell, and what follows must be its output. In a `whichlaw` block
//! a line `whichlaw> INPUT` is typed at the prompt. A line `...` stands for any number of lines. Times are not compared.
//! With `UPDATE_DOCS=1` the blocks are rewritten instead.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const BINARY: &str = env!("CARGO_BIN_EXE_whichlaw");

#[test]
fn every_session_in_the_documentation_is_true() {
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut wrong = Vec::new();
    for path in pages() {
        let text = fs::read_to_string(&path).unwrap();
        let mut page = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            page.push_str(line);
            page.push('\n');
            let run: fn(&[Step]) -> Vec<String> = match line.trim() {
                "```console" => shell,
                "```whichlaw" => prompt,
                _ => continue,
            };
            let block: Vec<&str> = lines.by_ref().take_while(|l| l.trim() != "```").collect();
            let steps = steps(&block);
            for (step, actual) in steps.iter().zip(run(&steps)) {
                if !agrees(&step.output, &actual) {
                    wrong.push(format!(
                        "{}: {}\n--- written\n{}\n--- real\n{actual}",
                        path.display(),
                        step.typed,
                        step.output
                    ));
                }
                let kept = if agrees(&step.output, &actual) { &step.output } else { &actual };
                page.push_str(&format!("{}\n{}", step.typed, ended(kept)));
            }
            page.push_str("```\n");
        }
        if update {
            fs::write(&path, page).unwrap();
        }
    }
    assert!(update || wrong.is_empty(), "\n{}\n", wrong.join("\n\n"));
}

#[test]
fn every_rule_of_the_optimizer_is_in_the_documentation() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/performance.md")).unwrap();
    for rule in whichlaw::optimize::RULES {
        let proof = if rule.keeps_proof { "yes" } else { "no" };
        let row = format!("| `{}` | {} | {proof} |", rule.name, rule.doc);
        assert!(page.contains(&row), "docs/performance.md lacks the row\n{row}");
    }
}

/// One input with its output.
struct Step {
    /// With the prompt before it.
    typed: String,
    input: String,
    output: String,
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![Path::new(ROOT).join("README.md")];
    let docs = fs::read_dir(Path::new(ROOT).join("docs")).unwrap();
    pages.extend(docs.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "md")));
    pages.sort();
    pages
}

fn steps(block: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block {
        let input = line.strip_prefix("$ ").or_else(|| line.strip_prefix("whichlaw> "));
        match (input, steps.last_mut()) {
            (Some(input), _) => {
                steps.push(Step {
                    typed: (*line).to_owned(),
                    input: input.to_owned(),
                    output: String::new(),
                });
            }
            (None, Some(step)) => step.output.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    steps
}

/// Runs the steps in one shell, so that `$ echo $?` sees the step before.
fn shell(steps: &[Step]) -> Vec<String> {
    const MARK: &str = "=-=-= next =-=-=";
    let script: String =
        steps.iter().map(|s| format!("{{ {}\n}} 2>&1; s=$?; echo '{MARK}'; (exit $s)\n", s.input)).collect();
    let output = command("sh").arg("-c").arg(script).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split(&format!("{MARK}\n")).map(str::to_owned).collect()
}

/// What each step adds to the output of those before it.
fn prompt(steps: &[Step]) -> Vec<String> {
    let mut before = String::new();
    let mut outputs = Vec::new();
    for count in 1..=steps.len() {
        let typed: String = steps.iter().take(count).map(|s| format!("{}\n", s.input)).collect();
        let mut child = command("sh")
            .arg("-c")
            .arg("whichlaw 2>&1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        let all = String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned();
        outputs.push(all.strip_prefix(&before).unwrap_or(&all).to_owned());
        before = all;
    }
    outputs
}

fn command(program: &str) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let folder = Path::new(BINARY).parent().unwrap().display().to_string();
    let mut command = Command::new(program);
    command.current_dir(ROOT).env("PATH", format!("{folder}:{path}"));
    command.env("COLUMNS", "100").env("NO_COLOR", "1").env("WHICHLAW_HISTORY", "").env_remove("PAGER");
    command
}

fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// Line by line, without times and trailing space; `...` stands for any lines.
fn agrees(written: &str, actual: &str) -> bool {
    let clean = |text: &str| -> Vec<String> {
        text.trim_end().lines().map(|line| without_times(line.trim_end())).collect()
    };
    matches(&clean(written), &clean(actual))
}

fn matches(written: &[String], actual: &[String]) -> bool {
    match (written.split_first(), actual.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "..." => {
            (0..=actual.len()).any(|skipped| matches(rest, &actual[skipped..]))
        }
        (Some((first, rest)), Some((found, others))) => first == found && matches(rest, others),
        _ => false,
    }
}

/// `"elapsed_ms":0.31` and `0.3 ms` as `T`.
fn without_times(line: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
        match (word.split_once("\"elapsed_ms\":"), words.last_mut()) {
            (Some((before, after)), _) => {
                let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                words.push(format!("{before}\"elapsed_ms\":T{rest}"));
            }
            (None, Some(last)) if word == "ms" && number(last) => {
                *last = "T".to_owned();
                words.push(word.to_owned());
            }
            (None, Some(last)) if last.ends_with("\"elapsed_ms\":T") => {
                let rest = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                last.push_str(rest);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words.join(" ")
}
