//! The rules of the house that a compiler does not check: which room may know which, how long a file may be, and what
//! must not stand anywhere.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A word that only some places may use.
struct Rule {
    /// Any of these in a line of code.
    words: &'static [&'static str],
    /// Paths under which they may stand; all of `src` otherwise not.
    only_in: &'static [&'static str],
    /// Paths under which they must not stand; used where `only_in` is empty.
    not_in: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        words: &[
            "crate::graph",
            "crate::execute",
            "crate::session",
            "crate::render",
            "crate::repl",
            "crate::cli",
        ],
        only_in: &[],
        not_in: &["src/language"],
        why: "a language is read without any graph",
    },
    Rule {
        words: &["crate::language"],
        only_in: &[],
        not_in: &["src/execute", "src/graph", "src/value", "src/algebra", "src/optimize", "src/functions"],
        why: "what is meant does not depend on how it was asked",
    },
    Rule {
        words: &["pest::", "pest_derive"],
        only_in: &["src/language"],
        not_in: &[],
        why: "pest stays in language",
    },
    Rule { words: &["rustyline"], only_in: &["src/repl"], not_in: &[], why: "rustyline stays in repl" },
    Rule {
        words: &["clap::", "clap_complete"],
        only_in: &["src/cli"],
        not_in: &[],
        why: "clap stays in cli",
    },
    Rule {
        words: &["petgraph::graph::", "NodeIndex", "EdgeIndex"],
        only_in: &["src/graph"],
        not_in: &[],
        why: "indexes of petgraph stay in graph",
    },
    Rule {
        words: &["anstyle", "anstream", "annotate_snippets", "\\x1b[", "\\u{1b}["],
        only_in: &["src/render"],
        not_in: &[],
        why: "only render knows colour",
    },
    Rule {
        words: &["println!(", "print!(", "eprintln!(", "eprint!("],
        only_in: &["src/cli", "src/repl", "src/pipe.rs", "src/main.rs"],
        not_in: &[],
        why: "nothing under session prints",
    },
];

const LONGEST_FILE: usize = 500;

#[test]
fn every_room_knows_only_what_it_may() {
    let mut found = Vec::new();
    for (path, text) in texts(&["src"], &["rs"]) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for rule in RULES {
                let under = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
                let bound = if rule.only_in.is_empty() { under(rule.not_in) } else { !under(rule.only_in) };
                if bound && rule.words.iter().any(|word| code.contains(word)) {
                    found.push(format!("{path}:{}: {}: {}", number + 1, rule.why, line.trim()));
                }
            }
        }
    }
    assert_none(found);
}

#[test]
fn every_file_is_read_in_one_sitting_and_says_what_it_is_for() {
    let mut found = Vec::new();
    for (path, text) in texts(&["src", "tests", "benches"], &["rs"]) {
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            found.push(format!("{path}: {lines} lines"));
        }
        if !text.starts_with("//!") && !text.starts_with("#!") && !path.ends_with("/tests.rs") {
            found.push(format!("{path}: does not begin with its documentation"));
        }
        let name = Path::new(&path).file_stem().and_then(|n| n.to_str()).unwrap_or("");
        if matches!(name, "utils" | "util" | "helpers" | "helper" | "common" | "misc") {
            found.push(format!("{path}: a name that says nothing"));
        }
    }
    assert_none(found);
}

#[test]
fn nothing_is_left_to_do() {
    let words = [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("dbg", "!(")];
    let mut found = Vec::new();
    for (path, text) in texts(&["src", "tests", "benches"], &["rs"]) {
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert_none(found);
}

/// The repository speaks of the product alone.
#[test]
fn nothing_speaks_of_where_it_was_made() {
    let words = [concat!("/wo", "rk/"), concat!("/tmp/", "wt"), concat!("/ro", "ot/")];
    let mut found = Vec::new();
    let kinds = ["rs", "md", "json", "pest", "toml", "yml", "yaml", "sh", "txt"];
    for (path, text) in texts(&["."], &kinds) {
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert_none(found);
}

#[track_caller]
fn assert_none(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Every text file with one of the endings below the folders, by its path from the root.
fn texts(folders: &[&str], endings: &[&str]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in folders {
        collect(&Path::new(ROOT).join(folder), &mut files);
    }
    files.sort();
    files
        .into_iter()
        .filter(|path| path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e)))
        .filter_map(|path| {
            let shown = path.strip_prefix(ROOT).ok()?.to_string_lossy().replace('\\', "/");
            Some((shown.trim_start_matches("./").to_owned(), fs::read_to_string(&path).ok()?))
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if path.is_dir() {
            // What git does not keep is not ours to judge.
            if !matches!(&*name, "target" | ".git" | "corpus" | "artifacts") {
                collect(&path, files);
            }
        } else {
            files.push(path);
        }
    }
}
