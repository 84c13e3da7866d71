//! What can be had at best: the questions that allow it, written by hand over plain arrays.
//!
//! Adjacency is one list of ends a type and direction (compressed sparse rows of 32-bit numbers), properties are columns.
//! Nothing is general here: each question has its own loop, and nothing can be changed. Reads the same tables.

mod answers;

use crate::corpus::{KINDS, Link};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::{fs, io};
use whichlaw::value::Date;

/// Stands for a day that is not there; later than all.
const NEVER: u32 = u32::MAX;

/// Which end of a relationship is at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Out,
    Into,
}

/// The ends and days of the relationships of each node, side by side.
#[derive(Default)]
pub struct Csr {
    starts: Vec<u32>,
    ends: Vec<u32>,
    /// As year × 10,000 + month × 100 + day.
    days: Vec<u32>,
}

impl Csr {
    /// Links of one node keep their order.
    pub fn new(nodes: usize, links: &[Link], way: Way) -> Csr {
        let turned = |link: &Link| match way {
            Way::Out => (link.from, link.to),
            Way::Into => (link.to, link.from),
        };
        let mut starts = vec![0u32; nodes + 1];
        for link in links {
            starts[turned(link).0 as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let (mut ends, mut days) = (vec![0; links.len()], vec![0; links.len()]);
        for link in links {
            let (here, there) = turned(link);
            let place = next[here as usize] as usize;
            next[here as usize] += 1;
            ends[place] = there;
            days[place] = link.day as u32;
        }
        Csr { starts, ends, days }
    }

    #[inline]
    pub fn of(&self, node: u32) -> &[u32] {
        &self.ends[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    fn days_of(&self, node: u32) -> &[u32] {
        &self.days[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }
}

#[derive(Default)]
struct Both {
    out: Csr,
    into: Csr,
}

/// A corpus in plain arrays.
#[derive(Default)]
pub struct Reference {
    kinds: Vec<u8>,
    days: Vec<u32>,
    from: Vec<u32>,
    to: Vec<u32>,
    /// All titles, a line each.
    titles: String,
    /// Where the title of each node begins.
    places: Vec<u32>,
    numbers: FxHashMap<String, u32>,
    relations: FxHashMap<String, Both>,
    /// Every neighbour of a node, once.
    any: Csr,
}

struct Node {
    id: u32,
    kind: u8,
    title: String,
    number: String,
    dates: [u32; 3],
}

impl Reference {
    /// Reads the tables of a corpus.
    ///
    /// # Errors
    /// When they are not as the generators write them.
    pub fn open(graph: &Path) -> io::Result<Reference> {
        let mut paths: Vec<_> =
            fs::read_dir(graph)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        paths.sort();
        let mut nodes: Vec<Node> = Vec::new();
        let mut relations: Vec<(String, Vec<Link>)> = Vec::new();
        for path in paths {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let text = fs::read_to_string(&path)?;
            let broken = || io::Error::other(format!("{stem}.csv is not as expected"));
            let rows = text.lines().skip(1);
            match stem.split_once('_') {
                Some(("nodes", _)) => {
                    for row in rows {
                        nodes.push(node(row).ok_or_else(broken)?);
                    }
                }
                Some(("edges", name)) => {
                    let links: Option<Vec<Link>> = rows.map(link).collect();
                    relations.push((name.to_owned(), links.ok_or_else(broken)?));
                }
                _ => {}
            }
        }
        nodes.sort_unstable_by_key(|node| node.id);
        if nodes.iter().zip(0u32..).any(|(node, place)| node.id != place) {
            return Err(io::Error::other("the ids are not the numbers from 0 on"));
        }
        Ok(Reference::of(nodes, relations))
    }

    fn of(nodes: Vec<Node>, relations: Vec<(String, Vec<Link>)>) -> Reference {
        let count = nodes.len();
        let mut reference = Reference { places: vec![0], ..Reference::default() };
        for node in nodes {
            reference.kinds.push(node.kind);
            let [day, from, to] = node.dates;
            reference.days.push(day);
            reference.from.push(from);
            reference.to.push(to);
            reference.titles.push_str(&node.title);
            reference.titles.push('\n');
            reference.places.push(reference.titles.len() as u32);
            reference.numbers.insert(node.number, node.id);
        }
        let mut all: Vec<(u32, u32)> = Vec::new();
        for (name, mut links) in relations {
            links.sort_unstable();
            all.extend(links.iter().flat_map(|link| [(link.from, link.to), (link.to, link.from)]));
            let both =
                Both { out: Csr::new(count, &links, Way::Out), into: Csr::new(count, &links, Way::Into) };
            reference.relations.insert(name, both);
        }
        all.sort_unstable();
        all.dedup();
        let links: Vec<Link> = all.into_iter().map(|(from, to)| Link { from, to, day: 0 }).collect();
        reference.any = Csr { days: Vec::new(), ..Csr::new(count, &links, Way::Out) };
        reference
    }

    /// The node of that number.
    fn title(&self, node: u32) -> &str {
        &self.titles[self.places[node as usize] as usize..self.places[node as usize + 1] as usize - 1]
    }
}

/// `:ID,id,title,number,date,in_force_from,in_force_to,jurisdiction,:LABEL`
fn node(row: &str) -> Option<Node> {
    let mut cells = row.split(',');
    let mut next = || cells.next();
    let (id, _, title, number) = (next()?, next()?, next()?, next()?);
    let dates = [written(next()?)?, written(next()?)?, written(next()?)?];
    let (_, label) = (next()?, next()?);
    let kind = KINDS.iter().position(|kind| *kind == label)? as u8;
    Some(Node { id: id.parse().ok()?, kind, title: title.to_owned(), number: number.to_owned(), dates })
}

/// `:START_ID,:END_ID,date,…`; the day as a number that shows year, month and day.
fn link(row: &str) -> Option<Link> {
    let mut cells = row.split(',');
    let (from, to) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
    Some(Link { from, to, day: i64::from(written(cells.next()?)?) })
}

/// `2010-01-31` as 20100131.
fn written(date: &str) -> Option<u32> {
    if date.is_empty() {
        return Some(NEVER);
    }
    let number = |range: std::ops::Range<usize>| date.get(range)?.parse::<u32>().ok();
    Some(number(0..4)? * 10_000 + number(5..7)? * 100 + number(8..10)?)
}

/// 20100131 as a date.
fn date(day: u32) -> Option<Date> {
    Date::from_ymd(i64::from(day / 10_000), day / 100 % 100, day % 100)
}
