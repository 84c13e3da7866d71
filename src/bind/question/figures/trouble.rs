//! What is said when figures do not answer: where, what, and what to write instead.

use super::super::binder::Binder;
use super::statement::is_percent;
use super::wanted::Listener;
use super::{Condition, Dimension, Mark, Observation};
use crate::base::{Report, Span};
use crate::graph::{Entity, NodeId};
use crate::language::question::Category;
use crate::value::Value;
use std::collections::BTreeSet;

type Trouble = Box<Report>;

/// How many values a message lists.
const SHOWN: usize = 12;

/// A word that limits, denies or compares in a way that no sum of figures follows.
pub fn small_word(listener: &Listener<'_, '_>, at: usize) -> Trouble {
    use Category::*;
    let Some(token) = listener.tokens.get(at) else {
        return Report::input("figures.word", "this is no figure");
    };
    let said = listener.said(at);
    let (message, label, help) = match token.category {
        Not | No | Without => (
            "figures do not say how many there are not".to_owned(),
            "denied here",
            "Ask for what was counted instead, such as `men` for `not women`, or for both numbers.",
        ),
        Number if token.text.len() == 4 => (
            format!("`{said}` is not read as a year here"),
            "one of several years?",
            "Write two years with `and`, or `from … to …`, or ask for all of them `per year`.",
        ),
        Number | Comparative | As => (
            "figures are not compared with one another or with a number".to_owned(),
            "a comparison",
            "Ask for the figures, such as `criminal cases per year`, or for the most or the fewest.",
        ),
        Preposition if token.text == "than" => (
            "figures are not compared with one another".to_owned(),
            "a comparison",
            "Ask for each figure by itself, or list them: `per year`, `by country`.",
        ),
        Superlative => (
            format!("`{said}` does not choose a figure here"),
            "not a number",
            "Name the year, or ask for one thing: `the most`, `the fewest`, or all of them `per year`.",
        ),
        TimeUnit | PropertyNoun | Kind => (
            format!("`{said}` does not limit figures here"),
            "which one, or each of them?",
            "Name one, such as `in Turkey` or `in 2014`, or list all: `by country`, `per year`.",
        ),
        Preposition | From | To | Between | With | Per | EventNoun => (
            format!("`{said}` does not limit figures here"),
            "neither a time, a group nor a place follows",
            "Write a date after it, or name a group or a place: `in Turkey`, `in 2014`, `by sex`.",
        ),
        _ => (
            format!("`{said}` says nothing that figures can answer"),
            "not part of a question about figures",
            "Leave it out, or ask `how many …` with a group, a place or a year.",
        ),
    };
    Report::input("figures.word", message).at(token.span, label).help(help)
}

pub fn set_beside(listener: &Listener<'_, '_>, at: usize) -> Trouble {
    let span = listener.span(at);
    let message = format!("`{}` needs the name of a group or place beside it", listener.said(at));
    Report::input("figures.beside", message)
        .at(span, "what is set apart?")
        .help("Figures are not subtracted from one another: ask for each number by itself.")
}

pub fn yes_or_no(span: Span) -> Trouble {
    Report::input("figures.word", "whether a figure is the most or the fewest is not answered by yes or no")
        .at(span, "asks for yes or no")
        .help("Ask which: `which year had the most criminal cases`.")
}

pub fn as_of(span: Span) -> Trouble {
    Report::input("figures.time", "figures are for a time, and do not change with the day they are asked on")
        .at(span, "not a time of figures")
        .help("Write `in`, `since`, `before` or `until` and a date instead.")
}

pub fn no_unit(span: Span) -> Trouble {
    Report::input("figures.unit", "figures are not told apart by this unit of time")
        .at(span, "not a unit of figures")
        .help("Write `per year` or `per month`.")
}

pub fn lost_word(span: Span, word: &str) -> Trouble {
    Report::input("figures.word", format!("I do not know what `{word}` says of the figures here"))
        .at(span, "not understood as a whole")
        .help("Ask more simply: `how many criminal cases were instituted in 2014`.")
}

/// The sources hold no number for something.
pub fn no_figures(listener: &Listener<'_, '_>, at: usize) -> Trouble {
    let span = listener.span(at);
    let report =
        Report::input("figures.nothing", format!("there are no figures about `{}`", listener.said(at)))
            .at(span, "not counted in the sources");
    listed_help(report, "There are figures about", listener.binder.counted(listener.observations))
}

pub fn two_indicators(listener: &Listener<'_, '_>, span: Span) -> Trouble {
    let report = Report::input("figures.apart", "two different things are counted here, which do not add up")
        .at(span, "another count");
    listed_help(report, "Ask for one at a time", listener.binder.counting(listener.observations))
}

/// `were all victims women`
pub fn all_so(span: Span) -> Trouble {
    Report::input("figures.every", "figures do not say whether all were so")
        .at(span, "all of them?")
        .help("Ask for both numbers, such as `how many victims` and `how many women`.")
}

/// Shares are read from the sources and never worked out.
pub fn share(binder: &Binder<'_>, observations: &[Observation], span: Span) -> Trouble {
    let report = Report::input(
        "figures.share",
        "shares are not worked out: only those that a source states are known",
    )
    .at(span, "no share of this is stated")
    .help(
        "Ask for both numbers, such as `how many women were assisted` and `how many persons were assisted`.",
    );
    let stated = observations.iter().filter(|o| is_percent(o));
    let stated: BTreeSet<String> = stated.flat_map(|o| binder.names(o)).collect();
    listed_help(report, "Stated are shares of", stated)
}

/// Two things that were counted apart.
pub fn apart(listener: &Listener<'_, '_>, first: usize, second: usize) -> Trouble {
    let message = format!(
        "`{}` and `{}` are counted apart, and no figure is for both",
        listener.said(first),
        listener.said(second)
    );
    Report::input("figures.apart", message)
        .at(listener.span(first).to(listener.span(second)), "no figure is for both")
        .help("Ask for each by itself.")
}

pub fn preposition(listener: &Listener<'_, '_>, at: usize, relations: &BTreeSet<&String>) -> Trouble {
    let before = listener.before(at).map(|t| t.span).unwrap_or_default();
    let span = listener.span(at);
    let relation = listener.binder.vocabulary.relations.iter().find(|r| relations.contains(&r.type_name()));
    let fitting = relation.map(|r| r.prepositions.active.clone()).unwrap_or_default();
    let said = before.to(span).of(listener.binder.text);
    let report = Report::input("figures.preposition", format!("no figure is kept for `{said}`"))
        .at(before.to(span), "does not limit figures");
    match fitting.first() {
        Some(one) => report.help(format!("Figures are counted `{one} {}`.", listener.said(at))),
        None => report,
    }
}

pub fn no_agent(listener: &Listener<'_, '_>, at: usize) -> Trouble {
    let span = listener.span(at);
    let message = format!("the sources do not say how many of these `{}` did", listener.said(at));
    Report::input("figures.agent", message)
        .at(span, "the source of figures, not who acted")
        .help("Leave it out, or write `registered by` for the body that a figure comes from.")
}

/// A verb that the figures do not count.
pub fn verb(listener: &Listener<'_, '_>, at: usize) -> Trouble {
    let span = listener.span(at);
    let message = format!("no figures say how many were `{}`", listener.said(at));
    let report = Report::input("figures.verb", message).at(span, "not what is counted");
    listed_help(report, "Counted are", listener.binder.counting(listener.observations))
}

pub fn active(listener: &Listener<'_, '_>, at: usize) -> Trouble {
    let span = listener.span(at);
    Report::input("figures.verb", "figures say how many people or cases were counted, not who acted")
        .at(span, "said of those who acted")
        .help("Write `how many … were …`, such as `how many victims were assisted`.")
}

pub fn not_named(listener: &Listener<'_, '_>, at: usize) -> Trouble {
    let span = listener.span(at);
    Report::input("figures.named", format!("the sources count `{}` and do not name them", listener.said(at)))
        .at(span, "known as a number only")
        .help("Ask `how many` instead.")
}

/// The sources do not tell figures apart in this way.
pub fn no_grouping(listener: &Listener<'_, '_>, at: usize) -> Trouble {
    let span = listener.span(at);
    let report =
        Report::input("figures.grouping", format!("no figures are told apart by `{}`", listener.said(at)))
            .at(span, "not in the figures");
    let dimensions = listener.observations.iter().flat_map(|o| o.marks.keys());
    let words: BTreeSet<String> = dimensions.map(|d| d.words(listener.binder.vocabulary)).collect();
    listed_help(report, "They are told apart by", words)
}

/// People who are known as numbers only, asked for with something that no number is for.
pub fn numbers_only(said: &str, at: Span) -> Trouble {
    Report::input("figures.named", format!("`{said}` are known as numbers only, and no number is for this"))
        .at(at, "not what they were counted by")
        .help("Ask for a group, a place or a year, such as `how many women were assisted`.")
}

pub fn two_groupings(span: Span) -> Trouble {
    Report::input("figures.grouping", "figures are listed by one thing at a time")
        .at(span, "a further one")
        .help("Ask once for each, such as `victims by sex` and `victims by country`.")
}

/// A heading with values after it, where there are any.
pub fn listed_help(report: Trouble, heading: &str, values: impl IntoIterator<Item = String>) -> Trouble {
    let mut values: Vec<String> = values.into_iter().collect();
    let more = values.len().saturating_sub(SHOWN);
    values.truncate(SHOWN);
    match (values.is_empty(), more) {
        (true, _) => report,
        (false, 0) => report.help(format!("{heading}: {}.", values.join(", "))),
        (false, more) => report.help(format!("{heading}: {}, and {more} more.", values.join(", "))),
    }
}

/// The texts of a property.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.to_string()],
        Value::List(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

impl Binder<'_> {
    /// The names of the indicators and groups of an observation.
    fn names(&self, o: &Observation) -> Vec<String> {
        let nodes = self.indicators_of(o).into_iter().flatten();
        let named = nodes.map(|n| self.graph.name(*n).to_string());
        let texts = o.marks.values().flatten().filter_map(|m| match m {
            Mark::Text(text) => Some(text.to_string()),
            Mark::Node(_) => None,
        });
        named.chain(texts).collect()
    }

    /// What there are figures about, as people would ask for it.
    fn counted(&self, observations: &[Observation]) -> BTreeSet<String> {
        let indicators = observations.iter().filter_map(|o| self.indicators_of(o)).flatten();
        let group = |d: &Dimension| d.words(self.vocabulary) == "group";
        let groups = observations.iter().flat_map(|o| &o.marks).filter(|(d, _)| group(d));
        let groups = groups.flat_map(|(_, marks)| marks).filter_map(Mark::node);
        let nodes: BTreeSet<NodeId> = indicators.copied().chain(groups).collect();
        nodes.into_iter().map(|n| self.graph.name(n).to_string()).collect()
    }

    /// The indicators, each with the verbs that say it.
    fn counting(&self, observations: &[Observation]) -> BTreeSet<String> {
        let indicators = observations.iter().filter_map(|o| self.indicators_of(o)).flatten();
        let indicators: BTreeSet<NodeId> = indicators.copied().collect();
        let verbs = self.vocabulary.properties.iter().filter(|p| p.lexicon.as_deref() == Some("verb"));
        let keys: Vec<_> = verbs.filter_map(|p| self.graph.key(&p.name)).collect();
        let said = |node: NodeId| {
            let name = self.graph.name(node);
            let verbs: Vec<String> =
                keys.iter().flat_map(|k| texts(&self.graph.property(Entity::Node(node), *k))).collect();
            if verbs.is_empty() { name.to_string() } else { format!("{name} ({})", verbs.join(", ")) }
        };
        indicators.into_iter().map(said).collect()
    }

    /// No figure meets all conditions: the one that leaves none, and what there is without it.
    pub fn no_figure(
        &self,
        places: &[(Condition, Span)],
        fitting: impl Fn(&Condition) -> Vec<String>,
    ) -> Trouble {
        let report = Report::input("figures.none", "no figure in the sources answers this");
        // What is counted is the last to doubt.
        let (counted, others): (Vec<_>, Vec<_>) =
            places.iter().rev().partition(|(c, _)| *c == Condition::Indicator);
        let found =
            others.iter().chain(&counted).map(|(c, span)| (fitting(c), *span)).find(|(v, _)| !v.is_empty());
        match (found, others.first().or(counted.first())) {
            (Some((values, span)), _) => {
                listed_help(report.at(span, "no figure for this"), "There are figures for", values)
            }
            (None, Some((_, span))) => report
                .at(*span, "no figure for this together with the rest")
                .help("Leave out a condition, or ask for each by itself."),
            (None, None) => report.help("Name a group, a place or a year."),
        }
    }

    pub fn is_share(&self, indicator: NodeId, observations: &[Observation]) -> bool {
        let wanted = BTreeSet::from([indicator]);
        let mut of = observations.iter().filter(|o| o.is_of(&wanted)).peekable();
        of.peek().is_some() && of.all(is_percent)
    }
}
