//! The loops of the questions.

use super::{Csr, NEVER, Reference, date, written};
use crate::corpus::KINDS;
use std::cmp::Reverse;
use whichlaw::Value;
use whichlaw::value::Map;

type Rows = Vec<Vec<Value>>;

impl Reference {
    /// The rows of a question, if it is answered here.
    pub fn answer(&self, question: &str, parameters: &Map) -> Option<Rows> {
        let node = |name: &str| parameters.get(name)?.as_integer().map(|id| id as u32);
        let text = |name: &str| parameters.get(name)?.as_str();
        match question {
            "q1" => self.by_number(text("number")?, written(text("date")?)?),
            "q3" => self.responsible(node("id")?),
            "q5" => self.amending(node("id")?),
            "q6" => self.distance(node("a")?, node("b")?),
            "q7" => self.cited_twice(node("id")?),
            "q8" => self.most_cited(written(text("date")?)?),
            "q9" => self.unanswered(),
            "q11" => self.triangles(),
            "q12" => self.three_hops(),
            "q13" => self.titled(text("text")?),
            "q14" => Some(self.by_decade()),
            _ => None,
        }
    }

    fn out(&self, name: &str) -> Option<&Csr> {
        self.relations.get(name).map(|both| &both.out)
    }

    fn into(&self, name: &str) -> Option<&Csr> {
        self.relations.get(name).map(|both| &both.into)
    }

    fn by_number(&self, number: &str, day: u32) -> Option<Rows> {
        let found = self.numbers.get(number).filter(|id| self.days[**id as usize] == day);
        Some(found.map(|id| vec![whole(*id), Value::string(self.title(*id))]).into_iter().collect())
    }

    fn responsible(&self, law: u32) -> Option<Rows> {
        let (bases, answers) = (self.into("BASED_ON")?, self.into("RESPONSIBLE_FOR")?);
        let duties =
            bases.of(law).iter().filter(|id| KINDS[self.kinds[**id as usize] as usize] == "Obligation");
        let mut bodies: Vec<u32> = duties.flat_map(|duty| answers.of(*duty)).copied().collect();
        bodies.sort_unstable();
        bodies.dedup();
        Some(bodies.into_iter().map(|body| vec![whole(body)]).collect())
    }

    fn amending(&self, instrument: u32) -> Option<Rows> {
        let amends = self.into("AMENDS")?;
        let mut seen = Marks::new(self.kinds.len());
        seen.mark(instrument);
        let (mut count, mut sum) = (0, 0);
        let mut open = vec![instrument];
        while let Some(node) = open.pop() {
            for other in amends.of(node) {
                if seen.mark(*other) {
                    count += 1;
                    sum += i64::from(*other);
                    open.push(*other);
                }
            }
        }
        Some(vec![vec![Value::Integer(count), Value::Integer(sum)]])
    }

    /// From both ends, from the one with fewer open nodes first.
    fn distance(&self, from: u32, to: u32) -> Option<Rows> {
        let mut side = vec![0u8; self.kinds.len()];
        side[from as usize] = 1;
        side[to as usize] = 2;
        let (mut left, mut right) = (vec![from], vec![to]);
        for steps in 1..=12 {
            let (open, mine) = if left.len() <= right.len() { (&mut left, 1) } else { (&mut right, 2) };
            let mut next = Vec::new();
            for node in open.iter() {
                for other in self.any.of(*node) {
                    match &mut side[*other as usize] {
                        free @ 0 => {
                            *free = mine;
                            next.push(*other);
                        }
                        taken if *taken != mine => return Some(vec![vec![Value::Integer(steps)]]),
                        _ => {}
                    }
                }
            }
            *open = next;
        }
        Some(Vec::new())
    }

    fn cited_twice(&self, instrument: u32) -> Option<Rows> {
        let cites = self.into("CITES")?;
        let mut seen = Marks::new(self.kinds.len());
        let mut paths = 0;
        for first in cites.of(instrument) {
            let second = cites.of(*first);
            paths += second.len() as i64;
            for node in second {
                seen.mark(*node);
            }
        }
        Some(vec![vec![Value::Integer(paths), Value::Integer(seen.count())]])
    }

    fn most_cited(&self, day: u32) -> Option<Rows> {
        let cites = self.into("CITES")?;
        let mut counts: Vec<(Reverse<usize>, u32)> = (0..self.kinds.len() as u32)
            .filter(|id| self.from[*id as usize] <= day && self.to[*id as usize] > day)
            .map(|id| (Reverse(cites.days_of(id).iter().filter(|cited| **cited <= day).count()), id))
            .filter(|(count, _)| count.0 > 0)
            .collect();
        if counts.len() > 20 {
            counts.select_nth_unstable(19);
            counts.truncate(20);
        }
        counts.sort_unstable();
        Some(counts.into_iter().map(|(count, id)| vec![whole(id), Value::Integer(count.0 as i64)]).collect())
    }

    fn unanswered(&self) -> Option<Rows> {
        let answers = self.into("RESPONSIBLE_FOR")?;
        let obligation = KINDS.iter().position(|kind| *kind == "Obligation")? as u8;
        let (mut count, mut sum) = (0, 0);
        for (id, kind) in (0u32..).zip(&self.kinds) {
            if *kind == obligation && answers.of(id).is_empty() {
                count += 1;
                sum += i64::from(id);
            }
        }
        Some(vec![vec![Value::Integer(count), Value::Integer(sum)]])
    }

    fn triangles(&self) -> Option<Rows> {
        let cites = self.out("CITES")?;
        let mut marks = vec![NEVER; self.kinds.len()];
        let mut count = 0i64;
        for first in 0..self.kinds.len() as u32 {
            let cited = cites.of(first);
            if cited.len() < 2 {
                continue;
            }
            for node in cited {
                marks[*node as usize] = first;
            }
            for second in cited {
                for third in cites.of(*second) {
                    count += i64::from(marks[*third as usize] == first);
                }
            }
        }
        Some(vec![vec![Value::Integer(count)]])
    }

    /// For each citation in the middle: how many lead to it, times how many lead on.
    fn three_hops(&self) -> Option<Rows> {
        let (out, into) = (self.out("CITES")?, self.into("CITES")?);
        let mut count = 0i64;
        for second in 0..self.kinds.len() as u32 {
            let before = into.of(second).len() as i64;
            if before > 0 {
                count += before * out.of(second).iter().map(|third| out.of(*third).len() as i64).sum::<i64>();
            }
        }
        Some(vec![vec![Value::Integer(count)]])
    }

    fn titled(&self, text: &str) -> Option<Rows> {
        let finder = memchr::memmem::Finder::new(text);
        let mut found: Vec<(Reverse<u32>, u32)> = Vec::new();
        let mut at = 0;
        while let Some(place) = finder.find(&self.titles.as_bytes()[at..]) {
            let id = self.places.partition_point(|start| *start as usize <= at + place) - 1;
            found.push((Reverse(self.days[id]), id as u32));
            at = self.places[id + 1] as usize;
        }
        found.sort_unstable();
        found.truncate(50);
        found.into_iter().map(|(day, id)| Some(vec![whole(id), Value::Date(date(day.0)?)])).collect()
    }

    fn by_decade(&self) -> Rows {
        let mut counts = vec![[0i64; 300]; KINDS.len()];
        for (kind, day) in self.kinds.iter().zip(&self.days) {
            counts[*kind as usize][(*day / 100_000) as usize % 300] += 1;
        }
        let mut kinds: Vec<usize> = (0..KINDS.len()).collect();
        kinds.sort_by_key(|kind| KINDS[*kind]);
        let mut rows = Vec::new();
        for kind in kinds {
            for (decade, count) in (0i64..).zip(&counts[kind]).filter(|(_, count)| **count > 0) {
                rows.push(vec![Value::string(KINDS[kind]), Value::Integer(decade), Value::Integer(*count)]);
            }
        }
        rows
    }
}

fn whole(id: u32) -> Value {
    Value::Integer(i64::from(id))
}

/// A bit a node.
struct Marks(Vec<u64>);

impl Marks {
    fn new(nodes: usize) -> Marks {
        Marks(vec![0; nodes / 64 + 1])
    }

    /// Whether it was not marked before.
    fn mark(&mut self, node: u32) -> bool {
        let (word, bit) = (&mut self.0[node as usize / 64], 1u64 << (node % 64));
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    fn count(&self) -> i64 {
        self.0.iter().map(|word| i64::from(word.count_ones())).sum()
    }
}
