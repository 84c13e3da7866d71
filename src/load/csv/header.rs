//! The header of a CSV file: which column is what.

use crate::base::nearest;
use std::collections::BTreeSet;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Nodes,
    Relationships,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// The id of a node, in an id space, with the property that keeps it.
    Id {
        space: String,
        property: Option<String>,
    },
    Start {
        space: String,
    },
    End {
        space: String,
    },
    Label,
    Type,
    Property {
        name: String,
        cell: Cell,
        list: bool,
    },
    Ignored,
}

/// The type of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Text,
    Integer,
    Float,
    Boolean,
    Date,
    /// A date that ends something: as a month or a year it means the last day.
    LastDay,
}

/// The names of cell types; the first of each is the one of the documents, the others are taken from other tools.
const CELLS: &[(&str, Cell)] = &[
    ("string", Cell::Text),
    ("int", Cell::Integer),
    ("float", Cell::Float),
    ("boolean", Cell::Boolean),
    ("date", Cell::Date),
    ("integer", Cell::Integer),
    ("long", Cell::Integer),
    ("short", Cell::Integer),
    ("byte", Cell::Integer),
    ("double", Cell::Float),
    ("number", Cell::Float),
    ("bool", Cell::Boolean),
    ("char", Cell::Text),
];

/// A fault of a header: the column, what is wrong, and the nearest right word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub column: usize,
    pub message: String,
    pub suggestion: Option<String>,
}

/// Reads the cells of a header.
pub fn read<'c>(cells: impl Iterator<Item = &'c str>) -> Result<(Content, Vec<Column>), Fault> {
    let columns: Vec<Column> =
        cells.enumerate().map(|(number, text)| column(number, text)).collect::<Result<_, _>>()?;
    let mut names = BTreeSet::new();
    for (number, column) in columns.iter().enumerate() {
        if let Column::Property { name, .. } | Column::Id { property: Some(name), .. } = column
            && !names.insert(name)
        {
            return Err(fault(number, &format!("two columns are called `{name}`"), None));
        }
    }
    let count = |wanted: fn(&Column) -> bool| columns.iter().filter(|column| wanted(column)).count();
    let starts = count(|column| matches!(column, Column::Start { .. }));
    let ends = count(|column| matches!(column, Column::End { .. }));
    let ids = count(|column| matches!(column, Column::Id { .. }));
    let types = count(|column| matches!(column, Column::Type));
    let fault = |message: &str| Err(Fault { column: 0, message: message.to_string(), suggestion: None });
    match (ids, starts, ends, types) {
        (0, 1, 1, 1) => Ok((Content::Relationships, columns)),
        (1, 0, 0, 0) => Ok((Content::Nodes, columns)),
        (0, 0, 0, _) => fault("the header has neither `:ID` (nodes) nor `:START_ID` (relationships)"),
        (0, _, _, 0) => fault("a relationship file needs a column `:TYPE`"),
        (0, _, _, _) => fault("a relationship file needs one `:START_ID`, one `:END_ID` and one `:TYPE`"),
        _ => fault("a node file has one `:ID` and neither `:START_ID` nor `:END_ID` nor `:TYPE`"),
    }
}

fn column(number: usize, text: &str) -> Result<Column, Fault> {
    let text = text.trim();
    let (name, role) = text.rsplit_once(':').unwrap_or((text, "string"));
    let (role, space) = match role.split_once('(') {
        Some((role, space)) => (role, space.trim_end_matches(')').to_string()),
        None => (role, String::new()),
    };
    let named = || (!name.is_empty()).then(|| name.to_string());
    Ok(match role.to_ascii_uppercase().as_str() {
        "ID" => Column::Id { space, property: named() },
        "START_ID" => Column::Start { space },
        "END_ID" => Column::End { space },
        "LABEL" => Column::Label,
        "TYPE" => Column::Type,
        "IGNORE" => Column::Ignored,
        _ => {
            let (kind, list) = role.strip_suffix("[]").map_or((role, false), |kind| (kind, true));
            let kind = kind.to_ascii_lowercase();
            match CELLS.iter().find(|(known, _)| *known == kind) {
                Some((_, Cell::Date)) if name == "valid_to" => {
                    Column::Property { name: name.to_string(), cell: Cell::LastDay, list }
                }
                Some((_, cell)) if !name.is_empty() => {
                    Column::Property { name: name.to_string(), cell: *cell, list }
                }
                Some(_) => {
                    return Err(fault(number, "a property column needs a name before the colon", None));
                }
                None => {
                    let roles = ["ID", "START_ID", "END_ID", "LABEL", "TYPE", "IGNORE"];
                    let known = CELLS.iter().map(|(known, _)| *known).chain(roles);
                    let near = nearest(role, known, 1).first().map(|near| format!("{name}:{near}"));
                    return Err(fault(number, &format!("there is no column type `{role}`"), near));
                }
            }
        }
    })
}

fn fault(column: usize, message: &str, suggestion: Option<String>) -> Fault {
    Fault { column, message: message.to_string(), suggestion }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let (content, columns) =
            read(["id:ID(Acts)", "title", "year:int", "tags:string[]", ":LABEL"].into_iter()).unwrap();
        assert_eq!(content, Content::Nodes);
        assert_eq!(columns[0], Column::Id { space: "Acts".into(), property: Some("id".into()) });
        assert_eq!(columns[2], Column::Property { name: "year".into(), cell: Cell::Integer, list: false });
        assert_eq!(columns[3], Column::Property { name: "tags".into(), cell: Cell::Text, list: true });
        assert_eq!(read([":START_ID", ":END_ID", ":TYPE"].into_iter()).unwrap().0, Content::Relationships);
        assert_eq!(read(["x:itn", ":ID"].into_iter()).unwrap_err().suggestion.as_deref(), Some("x:int"));
        assert!(read(["a", "b"].into_iter()).is_err());
        let twice = read([":ID", "n", "n:int"].into_iter()).unwrap_err();
        assert_eq!((twice.column, twice.message.as_str()), (2, "two columns are called `n`"));
        assert!(read([":START_ID", ":END_ID"].into_iter()).is_err());
    }
}
