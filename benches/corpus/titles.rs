//! Titles of a few words and numbers a kind and year.

use super::KINDS;
use super::random::Random;
use rustc_hash::FxHashMap;
use whichlaw::value::Date;

/// A text that some titles hold.
pub const TEXT: &str = "wetland register";

const TOPICS: &[&str] = &[
    "wetland",
    "harbour",
    "pension",
    "forest",
    "railway",
    "census",
    "archive",
    "customs",
    "seed",
    "quarry",
    "school",
    "court",
    "ferry",
    "orchard",
    "museum",
    "hospital",
    "vaccine",
    "asylum",
    "tenancy",
    "patent",
    "fishery",
    "radio",
    "bridge",
    "mining",
    "irrigation",
    "glacier",
    "theatre",
    "notary",
    "insolvency",
    "water",
    "electricity",
    "data",
    "tax",
    "prison",
    "firearm",
    "veterinary",
    "consumer",
    "procurement",
    "standard",
    "tourism",
];
const ASPECTS: &[&str] = &[
    "register",
    "licence",
    "tariff",
    "council",
    "fund",
    "inspection",
    "permit",
    "fee",
    "agency",
    "scheme",
    "zone",
    "training",
    "subsidy",
    "plan",
    "safety",
    "report",
    "levy",
    "network",
    "quota",
    "standard",
];
const VERBS: &[&str] = &["on", "establishing", "amending", "implementing", "governing", "supplementing"];
const JURISDICTIONS: &[&str] = &["north", "south", "east", "west", "capital", "islands"];

pub fn title(random: &mut Random, kind: u8) -> String {
    let mut topic = || {
        // The first topics are the most frequent.
        let place = (random.unit().powf(1.5) * TOPICS.len() as f64) as usize;
        (TOPICS[place.min(TOPICS.len() - 1)], random.pick(ASPECTS))
    };
    let ((one, first), (other, second)) = (topic(), topic());
    let what = match KINDS[kind as usize] {
        "Body" => "National office",
        "Obligation" => "Duty to report",
        name => name,
    };
    format!("{what} {} the {one} {first} and {other} {second}", random.pick(VERBS))
}

pub fn jurisdiction(random: &mut Random) -> &'static str {
    if random.chance(0.7) { "national" } else { random.pick(JURISDICTIONS) }
}

/// Counts the things of each kind in each year.
#[derive(Default)]
pub struct Numbers(FxHashMap<(u8, i64), usize>);

impl Numbers {
    pub fn next(&mut self, kind: u8, day: i64) -> String {
        let year = Date { days: day }.year();
        let count = self.0.entry((kind, year)).or_default();
        *count += 1;
        let prefix = match KINDS[kind as usize] {
            "Obligation" => "OB",
            name => &name[..1],
        };
        format!("{prefix}-{year}/{count}")
    }
}
