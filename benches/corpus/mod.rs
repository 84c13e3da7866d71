//! The corpus that is measured on: a made-up country's law, of any size and the same every time.
//!
//! In: a scale, or a directory in `WHICHLAW_CORPUS` that holds `graph/*.csv` and `params.json`. Out: such a directory.
//! What was made lies in the temporary directory of the system and is removed in the end.

mod citations;
mod generate;
mod parameters;
mod random;
mod titles;
mod write;

use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::{env, fs, io};
use whichlaw::Value;
use whichlaw::value::Map;

/// Kinds of things, in the order in which files name them.
pub const KINDS: [&str; 8] =
    ["Constitution", "Law", "Decree", "Order", "Treaty", "Programme", "Body", "Obligation"];

/// Names of scales with their nodes; relationships are ten times as many.
pub const SCALES: [(&str, usize); 4] = [("XS", 1_000), ("S", 10_000), ("M", 100_000), ("L", 1_000_000)];

/// A relationship with its date as days since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    pub from: u32,
    pub to: u32,
    pub day: i64,
}

/// All relationships of one type.
pub struct Relation {
    pub name: &'static str,
    pub links: Vec<Link>,
}

/// Everything in the corpus; ids are places in these lists.
pub struct Register {
    pub kinds: Vec<u8>,
    pub titles: Vec<String>,
    pub numbers: Vec<String>,
    /// Days since 1970.
    pub days: Vec<i64>,
    pub in_force_from: Vec<i64>,
    pub in_force_to: Vec<Option<i64>>,
    pub jurisdictions: Vec<&'static str>,
    pub relations: Vec<Relation>,
}

/// A directory with a graph and the parameters of the questions about it.
pub struct Corpus {
    pub name: String,
    folder: PathBuf,
    parameters: Json,
    /// Made by this run, and removed by it.
    temporary: bool,
}

impl Corpus {
    /// The corpus of a scale, made anew.
    pub fn make(scale: &str) -> io::Result<Corpus> {
        let known = SCALES.iter().find(|(name, _)| *name == scale);
        let nodes = known.ok_or_else(|| io::Error::other(format!("there is no scale `{scale}`")))?.1;
        let folder = env::temp_dir().join(format!("whichlaw-bench-{scale}-{}", std::process::id()));
        // Removed also when what follows fails.
        let mut corpus = Corpus { name: scale.to_owned(), folder, parameters: Json::Null, temporary: true };
        let register = generate::register(nodes);
        corpus.parameters = parameters::of(&register);
        write::write(&register, &corpus.parameters, &corpus.folder)?;
        Ok(corpus)
    }

    /// A corpus that is there already.
    pub fn at(folder: &Path) -> io::Result<Corpus> {
        let text = fs::read_to_string(folder.join("params.json"))?;
        let parameters: Json = serde_json::from_str(&text).map_err(io::Error::other)?;
        let name = parameters.get("scale").and_then(Json::as_str).unwrap_or("given").to_owned();
        Ok(Corpus { name, folder: folder.to_path_buf(), parameters, temporary: false })
    }

    /// With the parameters.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// With the tables.
    pub fn graph(&self) -> PathBuf {
        self.folder.join("graph")
    }

    /// The parameters of one question.
    pub fn parameters(&self, question: &str) -> Map {
        let Some(Json::Object(given)) = self.parameters.get(question) else { return Map::new() };
        let value = |json: &Json| match json {
            Json::Number(number) => number.as_i64().map_or(Value::Null, Value::Integer),
            Json::String(text) => Value::string(text),
            _ => Value::Null,
        };
        given.iter().map(|(name, json)| (name.as_str().into(), value(json))).collect()
    }

    /// The labels that stand for the placeholders of one question.
    pub fn labels(&self, question: &str) -> Vec<(String, String)> {
        let Some(Json::Object(given)) = self.parameters.get("_label").and_then(|all| all.get(question))
        else {
            return Vec::new();
        };
        given.iter().filter_map(|(name, label)| Some((name.clone(), label.as_str()?.to_owned()))).collect()
    }
}

impl Drop for Corpus {
    fn drop(&mut self) {
        if self.temporary {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
