//! Writes a corpus as tables with the headers of graph importers, one file a kind and one a relation.

use super::{KINDS, Register};
use serde_json::Value as Json;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use whichlaw::value::Date;

pub fn write(register: &Register, parameters: &Json, folder: &Path) -> io::Result<()> {
    let graph = folder.join("graph");
    fs::create_dir_all(&graph)?;
    let date = |day: i64| Date { days: day };
    for (kind, name) in (0u8..).zip(KINDS) {
        let mut file = BufWriter::new(File::create(graph.join(format!("nodes_{name}.csv")))?);
        let properties = "title:string,number:string,date:date,in_force_from:date,in_force_to:date";
        writeln!(file, ":ID,id:int,{properties},jurisdiction:string,:LABEL")?;
        for id in (0..register.kinds.len()).filter(|id| register.kinds[*id] == kind) {
            let (title, number) = (&register.titles[id], &register.numbers[id]);
            let (on, from) = (date(register.days[id]), date(register.in_force_from[id]));
            let until = register.in_force_to[id].map(|day| date(day).to_string()).unwrap_or_default();
            let jurisdiction = register.jurisdictions[id];
            writeln!(file, "{id},{id},{title},{number},{on},{from},{until},{jurisdiction},{name}")?;
        }
        file.flush()?;
    }
    for relation in &register.relations {
        let name = relation.name;
        let mut file = BufWriter::new(File::create(graph.join(format!("edges_{name}.csv")))?);
        let cites = name == "CITES";
        writeln!(file, ":START_ID,:END_ID,date:date{},:TYPE", if cites { ",article:int" } else { "" })?;
        for (place, link) in relation.links.iter().enumerate() {
            let (from, to, on) = (link.from, link.to, date(link.day));
            match cites {
                true => writeln!(file, "{from},{to},{on},{},{name}", place * 7919 % 199 + 1)?,
                false => writeln!(file, "{from},{to},{on},{name}")?,
            }
        }
        file.flush()?;
    }
    fs::write(folder.join("params.json"), serde_json::to_string_pretty(parameters).map_err(io::Error::other)?)
}
