//! Makes the things of a country's law and what connects them.
//!
//! Instruments come first and stand in the order of their dates, so that every relation among them leads back in time;
//! then programmes, bodies and obligations. Relations take their date from where they start.

use super::random::Random;
use super::titles::{Numbers, jurisdiction, title};
use super::{KINDS, Link, Register, Relation, citations};
use std::ops::Range;
use whichlaw::value::Date;

/// Shares of the kinds, in hundredths of all nodes; orders are the rest.
const SHARES: [(&str, usize); 6] =
    [("Law", 17), ("Decree", 35), ("Treaty", 1), ("Programme", 1), ("Body", 1), ("Obligation", 20)];
/// Programmes that follow each other in one field.
const FIELD: usize = 12;

pub fn register(nodes: usize) -> Register {
    Maker::new(nodes).make()
}

/// The place of a kind.
fn kind(name: &str) -> u8 {
    KINDS.iter().position(|known| *known == name).map_or(0, |place| place as u8)
}

fn day(year: i64) -> i64 {
    Date::from_ymd(year, 1, 1).map_or(0, |date| date.days)
}

/// Ids, ascending, with those that are chosen often standing many times.
struct Pool(Vec<u32>);

impl Pool {
    fn heavy(random: &mut Random, members: impl Iterator<Item = u32>) -> Pool {
        let times = |random: &mut Random| 1 + random.heavy(1.3).min(5_000.0) as usize;
        Pool(members.flat_map(|member| std::iter::repeat_n(member, times(random))).collect())
    }

    /// One that is older than `id`.
    fn before(&self, random: &mut Random, id: u32) -> Option<u32> {
        let older = self.0.partition_point(|member| *member < id);
        (older > 0).then(|| self.0[random.below(older)])
    }
}

struct Maker {
    random: Random,
    nodes: usize,
    kinds: Vec<u8>,
    days: Vec<i64>,
    relations: Vec<Relation>,
    instruments: usize,
    programmes: Range<u32>,
    bodies: Range<u32>,
    obligations: Range<u32>,
}

impl Maker {
    fn new(nodes: usize) -> Maker {
        let mut random = Random::new(7);
        let count =
            |name: &str| SHARES.iter().find(|(known, _)| *known == name).map_or(0, |s| nodes * s.1 / 100);
        let others = ["Programme", "Body", "Obligation"];
        let instruments = nodes - others.iter().map(|name| count(name)).sum::<usize>();
        let mut kinds: Vec<u8> = Vec::with_capacity(nodes);
        for name in ["Law", "Decree", "Treaty"] {
            kinds.extend(std::iter::repeat_n(kind(name), count(name)));
        }
        kinds.resize(instruments, kind("Order"));
        random.shuffle(&mut kinds);
        kinds.iter_mut().take(13).for_each(|first| *first = kind("Law"));
        for place in [0, instruments / 5, instruments / 2] {
            kinds[place] = kind("Constitution");
        }
        let (from, to) = (day(1950), day(2026));
        let mut days: Vec<i64> =
            (0..instruments).map(|_| from + (random.unit().powf(0.7) * (to - from) as f64) as i64).collect();
        days.sort_unstable();
        days.resize(nodes, 0);
        let mut next = instruments as u32;
        let mut range = |name: &str| {
            let range = next..next + count(name) as u32;
            next = range.end;
            kinds.extend(range.clone().map(|_| kind(name)));
            range
        };
        let (programmes, bodies, obligations) = (range("Programme"), range("Body"), range("Obligation"));
        let relations = Vec::new();
        Maker { random, nodes, kinds, days, relations, instruments, programmes, bodies, obligations }
    }

    fn make(mut self) -> Register {
        let (laws, decrees) = (self.of_kind("Law"), self.of_kind("Decree"));
        let heavy_laws = Pool::heavy(&mut self.random, laws.iter().copied());
        let heavy_decrees = Pool::heavy(&mut self.random, decrees.iter().copied());
        let mut based_on = self.bases(&heavy_laws, &heavy_decrees);
        based_on.extend(self.programmes_and_their_bases());
        let founders = self.founders(&laws, &decrees);
        based_on.extend(self.bodies.clone().zip(founders.iter().copied()));
        self.add("CREATES", founders.into_iter().zip(self.bodies.clone()).collect());
        let grounds = Pool([heavy_laws.0.clone(), heavy_decrees.0].concat());
        based_on.extend(self.obligations_and_their_bases(&grounds));
        self.add("BASED_ON", based_on);
        self.structure_of_bodies();
        self.succession();
        self.responsibility();
        self.later_instruments(&laws, &heavy_laws);
        let others: usize = self.relations.iter().map(|relation| relation.links.len()).sum();
        let wanted = (self.nodes * 10).saturating_sub(others);
        let cited = citations::citations(&mut self.random, self.instruments, wanted);
        self.add("CITES", cited);
        self.finish()
    }

    fn of_kind(&self, name: &str) -> Vec<u32> {
        let wanted = kind(name);
        (0..self.instruments as u32).filter(|id| self.kinds[*id as usize] == wanted).collect()
    }

    /// Adds a relation: each pair once, dated as its start is; what a body answers for, as the duty is.
    fn add(&mut self, name: &'static str, mut pairs: Vec<(u32, u32)>) {
        pairs.sort_unstable();
        pairs.dedup();
        let dated = |(from, to): (u32, u32)| {
            let of = if name == "RESPONSIBLE_FOR" { to } else { from };
            Link { from, to, day: self.days[of as usize] }
        };
        let links = pairs.into_iter().map(dated).collect();
        self.relations.push(Relation { name, links });
    }

    /// What each instrument rests on.
    fn bases(&mut self, laws: &Pool, decrees: &Pool) -> Vec<(u32, u32)> {
        let random = &mut self.random;
        let mut pairs = Vec::new();
        let mut constitution = 0;
        for (id, of_kind) in (0u32..).zip(&self.kinds[..self.instruments]) {
            let base = match KINDS[*of_kind as usize] {
                "Constitution" => {
                    constitution = id;
                    None
                }
                "Law" if random.chance(0.5) => Some(constitution),
                "Law" => laws.before(random, id),
                "Decree" if random.chance(0.12) => decrees.before(random, id),
                "Order" if random.chance(0.6) => decrees.before(random, id),
                "Treaty" => Some(constitution),
                _ => laws.before(random, id),
            };
            let second = if random.chance(0.1) { laws.before(random, id) } else { None };
            pairs.extend(base.into_iter().chain(second).map(|base| (id, base)));
        }
        pairs
    }

    /// Programmes of one field follow each other over the decades; each rests on an instrument of its time.
    fn programmes_and_their_bases(&mut self) -> Vec<(u32, u32)> {
        let span = (day(2025) - day(1955)) / FIELD as i64;
        let mut pairs = Vec::new();
        for (place, id) in self.programmes.clone().enumerate() {
            let on = day(1955) + (place % FIELD) as i64 * span + self.random.below(900) as i64;
            self.days[id as usize] = on;
            let then = self.days[..self.instruments].partition_point(|day| *day <= on);
            let back = self.random.below((self.instruments / 500).max(2));
            pairs.push((id, then.saturating_sub(1 + back) as u32));
        }
        pairs
    }

    /// The instrument that founds each body; bodies stand in the order of their dates, too.
    fn founders(&mut self, laws: &[u32], decrees: &[u32]) -> Vec<u32> {
        let random = &mut self.random;
        let founder = |_| {
            let from = if random.chance(0.7) { decrees } else { laws };
            random.pick(from)
        };
        let mut founders: Vec<u32> = self.bodies.clone().map(founder).collect();
        founders.sort_unstable();
        for (body, founder) in self.bodies.clone().zip(&founders) {
            self.days[body as usize] = self.days[*founder as usize];
        }
        founders
    }

    fn obligations_and_their_bases(&mut self, grounds: &Pool) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for id in self.obligations.clone() {
            let base = self.random.pick(&grounds.0);
            self.days[id as usize] = self.days[base as usize];
            pairs.push((id, base));
        }
        pairs
    }

    fn structure_of_bodies(&mut self) {
        let (first, count) = (self.bodies.start, self.bodies.len());
        let random = &mut self.random;
        let parent = |place: usize, random: &mut Random| (random.unit().powf(1.5) * place as f64) as u32;
        let tops = (count / 100).max(3) + 1;
        let part_of =
            (tops..count).map(|place| (first + place as u32, first + parent(place, random))).collect();
        let any = |random: &mut Random| first + random.below(count) as u32;
        let mut member_of: Vec<(u32, u32)> = (0..count / 2).map(|_| (any(random), any(random))).collect();
        member_of.retain(|(from, to)| from != to);
        self.add("PART_OF", part_of);
        self.add("MEMBER_OF", member_of);
    }

    fn succession(&mut self) {
        let random = &mut self.random;
        let mut pairs = Vec::new();
        for (place, id) in self.programmes.clone().enumerate() {
            let step = place % FIELD;
            if step >= 1 && random.chance(0.85) {
                pairs.push((id, id - 1));
            }
            if step >= 2 && random.chance(0.1) {
                pairs.push((id, id - 2));
            }
        }
        for id in self.bodies.clone().skip(6) {
            if random.chance(0.1) {
                pairs.push((id, id - 1 - random.below(5) as u32));
            }
        }
        self.add("SUCCEEDS", pairs);
    }

    /// A few bodies answer for most obligations; for one in twenty nobody does.
    fn responsibility(&mut self) {
        let random = &mut self.random;
        let mut pool = Pool::heavy(random, self.bodies.clone());
        random.shuffle(&mut pool.0);
        let mut pairs = Vec::new();
        for id in self.obligations.clone() {
            if random.chance(0.95) {
                pairs.push((random.pick(&pool.0), id));
            }
        }
        let designates = (0..self.nodes / 20)
            .map(|_| (random.below(self.instruments) as u32, random.pick(&pool.0)))
            .collect();
        self.add("RESPONSIBLE_FOR", pairs);
        self.add("DESIGNATES", designates);
    }

    /// What instruments do to older ones.
    fn later_instruments(&mut self, laws: &[u32], heavy_laws: &Pool) {
        let (nodes, instruments) = (self.nodes, self.instruments);
        let treaties = self.of_kind("Treaty");
        let random = &mut self.random;
        let later = |random: &mut Random| (20 + random.below(instruments - 20)) as u32;
        let mut ratifies = Vec::new();
        for treaty in treaties {
            let next = laws.partition_point(|law| *law <= treaty) + random.below(5);
            ratifies.extend(laws.get(next).filter(|_| random.chance(0.9)).map(|law| (*law, treaty)));
        }
        // What is amended much is amended more.
        let mut sources: Vec<u32> = (0..nodes * 2 / 5).map(|_| later(random)).collect();
        sources.sort_unstable();
        let mut amends: Vec<(u32, u32)> = Vec::with_capacity(sources.len());
        for source in sources {
            let fresh = (random.unit().powf(0.6) * f64::from(source)) as u32;
            let copied = match random.chance(0.55) && !amends.is_empty() {
                true => amends[random.below(amends.len())].1,
                false => fresh,
            };
            amends.push((source, if copied < source { copied } else { fresh.min(source - 1) }));
        }
        let mut repeals = Vec::new();
        for old in 10..instruments as u32 - 10 {
            if KINDS[self.kinds[old as usize] as usize] != "Constitution" && random.chance(0.128) {
                let rest = instruments as u32 - 1 - old;
                let new = old + 1 + (random.unit().powf(1.5) * f64::from(rest)) as u32;
                repeals.push((new.min(instruments as u32 - 1), old));
            }
        }
        let carries_out = |id: u32| matches!(KINDS[self.kinds[id as usize] as usize], "Decree" | "Order");
        let mut implements = Vec::new();
        while implements.len() < nodes * 3 / 10 {
            let source = later(random);
            if let Some(law) = heavy_laws.before(random, source).filter(|_| carries_out(source)) {
                implements.push((source, law));
            }
        }
        let mut supplements = Vec::new();
        for _ in 0..nodes / 5 {
            let source = later(random);
            let share = 1.0 - random.unit().powi(2) * 0.5;
            supplements.push((source, (f64::from(source) * share) as u32 - 1));
        }
        self.add("RATIFIES", ratifies);
        self.add("AMENDS", amends);
        self.add("REPEALS", repeals);
        self.add("IMPLEMENTS", implements);
        self.add("SUPPLEMENTS", supplements);
    }

    /// Periods of force, titles and numbers.
    fn finish(mut self) -> Register {
        let random = &mut self.random;
        let mut in_force_from = self.days.clone();
        let mut in_force_to: Vec<Option<i64>> = vec![None; self.nodes];
        for place in 0..self.nodes {
            let (on, from) = (self.days[place], &mut in_force_from[place]);
            let until = match KINDS[self.kinds[place] as usize] {
                "Programme" => Some(on + 365 * 3 + random.below(365 * 5) as i64),
                "Body" if random.chance(0.25) => Some(on + 365 + random.below(365 * 39) as i64),
                "Obligation" if random.chance(0.3) => Some(on + 3650),
                "Body" | "Obligation" => None,
                _ => {
                    *from += random.below(60) as i64;
                    random.chance(0.05).then(|| *from + 365 + random.below(365 * 14) as i64)
                }
            };
            in_force_to[place] = until;
        }
        for link in self.relations.iter().filter(|r| r.name == "REPEALS").flat_map(|r| &r.links) {
            let old = link.to as usize;
            in_force_to[old] = Some(link.day);
            in_force_from[old] = in_force_from[old].min(link.day);
        }
        let end = day(2026);
        in_force_to.iter_mut().for_each(|until| *until = until.filter(|day| *day < end));
        let mut numbers = Numbers::default();
        Register {
            titles: self.kinds.iter().map(|kind| title(random, *kind)).collect(),
            jurisdictions: self.kinds.iter().map(|_| jurisdiction(random)).collect(),
            numbers: self.kinds.iter().zip(&self.days).map(|(kind, day)| numbers.next(*kind, *day)).collect(),
            kinds: self.kinds,
            days: self.days,
            in_force_from,
            in_force_to,
            relations: self.relations,
        }
    }
}
