//! Rules of the audit, one a file: those built in, and those of a folder.

use crate::base::{Class, Report, Result, nearest};
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;

static RULES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data/audit");

/// How grave a finding is; the gravest is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// A rule as it stands in its file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub name: String,
    pub title: String,
    pub severity: Severity,
    /// Why it matters.
    pub why: String,
    /// What to do about a finding.
    #[serde(rename = "do")]
    pub advice: String,
    /// A question or a Cypher statement; its rows are the findings. `$day` is the day that is asked of, or today. In the
    /// file one text, or a list of lines.
    #[serde(deserialize_with = "lines")]
    pub query: String,
    /// What is said of a row: `{column}` stands for a value.
    pub message: String,
    /// The columns with what the finding is about; all columns where there are none.
    #[serde(default)]
    pub subjects: Vec<String>,
    /// The rule looks at all times even when asked as of a day, and compares with `$day` itself.
    #[serde(default)]
    pub all_times: bool,
}

impl Severity {
    pub const ALL: [Severity; 3] = [Severity::Info, Severity::Warning, Severity::Error];

    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// # Errors
    /// A report that names the severities there are.
    pub fn parse(text: &str) -> Result<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(text)).ok_or_else(
            || {
                Report::input("usage.severity", format!("there is no severity `{text}`"))
                    .help("Write `info`, `warning` or `error`.")
            },
        )
    }
}

impl Rule {
    /// Whether the nodes in a column are what a finding is about.
    pub fn concerns(&self, column: &str) -> bool {
        self.subjects.is_empty() || self.subjects.iter().any(|subject| subject == column)
    }
}

/// The rules that are built in, by name.
///
/// # Errors
/// Only when an embedded file does not read, which the tests rule out.
pub fn builtin() -> Result<Vec<Arc<Rule>>> {
    let mut rules = Vec::new();
    for file in RULES.files().filter(|file| file.path().extension().is_some_and(|e| e == "json")) {
        rules.push(read(&file.path().to_string_lossy(), file.contents_utf8().unwrap_or_default())?);
    }
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rules)
}

/// The rules built in and those of a folder; a rule of the folder takes the place of one of the same name.
///
/// # Errors
/// A file that is not readable or not a rule.
pub fn read_rules(folder: Option<&Path>) -> Result<Vec<Arc<Rule>>> {
    let mut rules = builtin()?;
    let Some(folder) = folder else { return Ok(rules) };
    let unreadable = |error: std::io::Error| {
        Report::input("audit.rules", format!("`{}` cannot be read: {error}", folder.display()))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
            paths.push(path);
        }
    }
    paths.sort();
    for path in paths {
        let rule = read(&path.to_string_lossy(), &std::fs::read_to_string(&path).map_err(unreadable)?)?;
        rules.retain(|known| known.name != rule.name);
        rules.push(rule);
    }
    Ok(rules)
}

/// All rules, or the one of a name.
///
/// # Errors
/// A report with the nearest names.
pub fn select(rules: Vec<Arc<Rule>>, name: Option<&str>) -> Result<Vec<Arc<Rule>>> {
    let Some(name) = name else { return Ok(rules) };
    if let Some(rule) = rules.iter().find(|rule| rule.name.eq_ignore_ascii_case(name)) {
        return Ok(vec![rule.clone()]);
    }
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    let mut report = Report::input("audit.rule", format!("there is no audit rule `{name}`"));
    if let Some(near) = nearest(name, names.iter().copied(), 1).first() {
        report = report.help(format!("Did you mean `{near}`?"));
    }
    Err(report.help(format!("The rules are {}.", names.join(", "))))
}

fn read(shown: &str, text: &str) -> Result<Arc<Rule>> {
    serde_json::from_str(text).map(Arc::new).map_err(|error| {
        Report::new(Class::Data, "audit.rule_file", format!("{shown}: not an audit rule: {error}"))
            .help("docs/audit.md shows a rule.")
    })
}

fn lines<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Lines(Vec<String>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Lines(lines) => lines.join("\n"),
    })
}
