//! What the questions ask about: chosen by what is in the corpus, so that every question has something to find.

use super::titles::TEXT;
use super::{KINDS, Link, Register, SCALES};
use crate::reference::{Csr, Way};
use serde_json::{Value as Json, json};
use whichlaw::value::Date;

/// Closures deeper than this are not asked for, since the question stops at thirty steps.
const DEEPEST: usize = 25;

pub fn of(register: &Register) -> Json {
    let nodes = register.kinds.len();
    let kind = |id: u32| KINDS[register.kinds[id as usize] as usize];
    let all = |wanted: &str| -> Vec<u32> { (0..nodes as u32).filter(|id| kind(*id) == wanted).collect() };
    let lists = |name: &str, way: Way| Csr::new(nodes, links(register, name), way);
    let (decrees, bodies) = (all("Decree"), all("Body"));
    let decree = decrees[decrees.len() * 2 / 3];
    let based_on = lists("BASED_ON", Way::Into);
    let duties = |law: &u32| based_on.of(*law).iter().filter(|id| kind(**id) == "Obligation").count();
    let law = first_most(all("Law"), duties);
    let amends = lists("AMENDS", Way::Into);
    let amended = most_first(nodes, &amends)
        .into_iter()
        .find(|id| depth(&amends, *id, nodes) <= DEEPEST)
        .unwrap_or_default();
    let cited = most_first(nodes, &lists("CITES", Way::Into));
    let tenth = cited[9.min(cited.len() - 1)];
    let (start, end) = distant(register, &all("Obligation"));
    let scale = SCALES.iter().find(|(_, size)| *size == nodes).map_or("given", |(name, _)| name);
    json!({
        "scale": scale,
        "nodes": nodes,
        "edges": register.relations.iter().map(|relation| relation.links.len()).sum::<usize>(),
        "q1": {
            "number": register.numbers[decree as usize],
            "date": Date { days: register.days[decree as usize] }.to_string(),
        },
        "q2": {"id": bodies[bodies.len() / 2]},
        "q3": {"id": law},
        "q4": {"id": deepest_body(nodes, &lists("BASED_ON", Way::Out), bodies)},
        "q5": {"id": amended},
        "q6": {"a": start, "b": end},
        "q7": {"id": tenth},
        "q8": {"date": "2010-01-01"},
        "q10": {"date": "2020-01-01"},
        "q13": {"text": TEXT},
        "_label": {
            "q5": {"KIND": kind(amended)},
            "q6": {"KIND": kind(start), "KIND2": kind(end)},
            "q7": {"KIND": kind(tenth)},
        },
    })
}

fn links<'a>(register: &'a Register, name: &str) -> &'a [Link] {
    register.relations.iter().find(|relation| relation.name == name).map_or(&[], |relation| &relation.links)
}

/// The one with the most; of several the first.
fn first_most(ids: Vec<u32>, count: impl Fn(&u32) -> usize) -> u32 {
    ids.into_iter().rev().max_by_key(count).unwrap_or_default()
}

/// All nodes, those with the longest lists first.
fn most_first(nodes: usize, lists: &Csr) -> Vec<u32> {
    let mut ids: Vec<u32> = (0..nodes as u32).collect();
    ids.sort_by_key(|id| std::cmp::Reverse(lists.of(*id).len()));
    ids
}

/// How many steps away from a node the farthest node is.
fn depth(lists: &Csr, from: u32, nodes: usize) -> usize {
    distances(lists, from, nodes).into_iter().filter(|steps| *steps != u32::MAX).max().unwrap_or(0) as usize
}

fn distances(lists: &Csr, from: u32, nodes: usize) -> Vec<u32> {
    let mut steps = vec![u32::MAX; nodes];
    steps[from as usize] = 0;
    let mut open = vec![from];
    let mut next = 0;
    while let Some(node) = open.get(next).copied() {
        next += 1;
        for other in lists.of(node) {
            if steps[*other as usize] == u32::MAX {
                steps[*other as usize] = steps[node as usize] + 1;
                open.push(*other);
            }
        }
    }
    steps
}

/// The body with the longest chain of bases, of at most six steps.
fn deepest_body(nodes: usize, bases: &Csr, bodies: Vec<u32>) -> u32 {
    // Instruments rest on older ones, which have smaller ids.
    let mut height = vec![0usize; nodes];
    for id in 0..nodes {
        height[id] = bases.of(id as u32).iter().map(|base| height[*base as usize] + 1).max().unwrap_or(0);
    }
    first_most(bodies, |body| if height[*body as usize] <= 6 { height[*body as usize] } else { 0 })
}

/// A duty with few relationships and a thing that is as far from it as most are.
fn distant(register: &Register, obligations: &[u32]) -> (u32, u32) {
    let nodes = register.kinds.len();
    let both = register.relations.iter().flat_map(|relation| &relation.links);
    let all: Vec<Link> =
        both.flat_map(|link| [*link, Link { from: link.to, to: link.from, day: link.day }]).collect();
    let lists = Csr::new(nodes, &all, Way::Out);
    let start = obligations.iter().copied().min_by_key(|id| lists.of(*id).len()).unwrap_or_default();
    let steps = distances(&lists, start, nodes);
    let mut reached: Vec<u32> = (0..nodes as u32).filter(|id| steps[*id as usize] != u32::MAX).collect();
    reached.sort_by_key(|id| steps[*id as usize]);
    let usual = steps[reached[reached.len() / 2] as usize];
    reached.retain(|id| steps[*id as usize] == usual);
    (start, reached[reached.len() / 2])
}
