//! What is said when a question cannot be understood: where, what, and what to write instead.

use super::binder::Binder;
use super::meaning::{Comparison, Link, Var};
use super::owed::Mark;
use super::verbs::{in_place_of, is_preposition};
use crate::base::{Candidate, Report, Result, Span, fold_words, with_article};
use crate::graph::NodeId;
use crate::language::question::morphology::{third_person, verb_forms};
use crate::language::question::syntax::{Modifier, NounPhrase, Unclear};
use crate::language::question::{Category, Token};
use std::sync::Arc;

type Trouble = Box<Report>;

pub fn or_list(words: &[String]) -> String {
    listed(words, "or")
}

pub fn and_list(words: &[String]) -> String {
    listed(words, "and")
}

fn listed(words: &[String], joined_by: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} {joined_by} {last}", before.join(", ")),
    }
}

/// A kind as people say it.
pub fn kind_noun(binder: &Binder<'_>, kind: &str) -> String {
    let noun = binder.vocabulary.kind(kind).and_then(|k| k.nouns.first().cloned());
    noun.unwrap_or_else(|| kind.to_lowercase())
}

pub fn kinds_text(binder: &Binder<'_>, kinds: &[String]) -> String {
    let mut nouns: Vec<String> = kinds.iter().map(|k| kind_noun(binder, k)).collect();
    nouns.dedup();
    nouns.truncate(6);
    or_list(&nouns)
}

/// The verb's relations exist, but none fits what stands at its ends.
pub fn does_not_fit(binder: &Binder<'_>, candidates: &[Link], from: Var, to: Var, said: &Token) -> Trouble {
    let (subject, object) = (binder.kinds(from).to_vec(), binder.kinds(to).to_vec());
    let verb = said.span.of(binder.text);
    let thing = matches!(said.category, Category::Name | Category::Quoted | Category::Kind);
    let message = match (subject.is_empty(), object.is_empty()) {
        (false, false) if thing => {
            format!("nothing says how {} belongs to `{verb}`", with_article(&kinds_text(binder, &subject)))
        }
        (false, false) => format!(
            "`{verb}` does not link {} to {}",
            with_article(&kinds_text(binder, &subject)),
            with_article(&kinds_text(binder, &object))
        ),
        (false, true) => format!("`{verb}` does not go with {}", with_article(&kinds_text(binder, &subject))),
        _ => format!("`{verb}` does not go with {}", with_article(&kinds_text(binder, &object))),
    };
    let mut report =
        Report::input("question.fit", message).at(said.span, "does not fit what stands around it");
    let mut shown = Vec::new();
    for link in candidates {
        let relation = binder.relation(link.relation);
        let line = format!(
            "`{}` goes from {} to {}.",
            relation
                .verbs
                .first()
                .or(relation.nouns.of_to.first())
                .cloned()
                .unwrap_or_else(|| relation.name.replace('_', " ")),
            with_article(&kinds_text(binder, &relation.from)),
            with_article(&kinds_text(binder, &relation.to))
        );
        if !shown.contains(&line) && shown.len() < 3 {
            shown.push(line);
        }
    }
    for line in shown {
        report = report.help(line);
    }
    // Verbs that do go between these two.
    let mut verbs: Vec<String> = Vec::new();
    for relation in &binder.vocabulary.relations {
        let fits = |a: &[String], b: &[String]| binder.fits(&subject, a) && binder.fits(&object, b);
        if !subject.is_empty() && !object.is_empty() && fits(&relation.from, &relation.to) {
            verbs.extend(relation.verbs.first().cloned());
        }
    }
    verbs.truncate(6);
    if !verbs.is_empty() {
        report = report.help(format!("Verbs that fit here: {}.", verbs.join(", ")));
        if let [only] = verbs.as_slice()
            && let Some(verb) = in_place_of(only, said, binder.text)
        {
            report = report.suggest(said.span, verb);
        }
    }
    report
}

/// A verb used with a preposition or in a voice that the vocabulary does not give it.
pub fn verb_does_not_go(binder: &Binder<'_>, said: &Token) -> Trouble {
    let verb = said.span.of(binder.text);
    let mut forms: Vec<String> = Vec::new();
    for meaning in binder.meanings(said) {
        if let super::dictionary::Meaning::Verb(verb) = meaning {
            let relation = binder.relation(verb.relation);
            let list = if verb.inverse { &relation.inverse_verbs } else { &relation.verbs };
            let word = said.text.split(' ').next().unwrap_or("");
            let of_word = |phrase: &&String| {
                phrase
                    .split(' ')
                    .any(|held| held == word || verb_forms(held).iter().any(|(form, _)| form == word))
            };
            forms.extend(list.iter().filter(of_word).cloned());
        }
    }
    forms.sort();
    forms.dedup();
    forms.truncate(4);
    let next = fold_words(&binder.text[said.span.end..]).into_iter().next();
    let message = match next.filter(|next| is_preposition(next)) {
        Some(next) => format!("`{verb}` does not go with `{next}`"),
        None => format!("`{verb}` cannot be used like this"),
    };
    let report = Report::input("question.verb", message).at(said.span, "this verb");
    let advice = super::spelling::advice(&said.text);
    if forms.is_empty() || advice.is_some() {
        return advice.into_iter().fold(report, |report, advice| report.help(advice));
    }
    let used = |form: &String| {
        let (first, rest) = form.split_once(' ').map_or((form.as_str(), ""), |(first, rest)| (first, rest));
        format!("`X {} Y`", format!("{} {rest}", third_person(first)).trim_end())
    };
    report.help(format!("Write {}.", or_list(&forms.iter().map(used).collect::<Vec<_>>())))
}

pub fn preposition(binder: &Binder<'_>, said: &Token, var: Var) -> Trouble {
    let kind = kinds_text(binder, binder.kinds(var));
    Report::input(
        "question.preposition",
        format!("`{}` does not say how this belongs to {}", said.text, with_article(&kind)),
    )
    .at(said.span, "no relation uses this word here")
    .help("Name the relation with a verb, for example `… that concerns X`.")
}

pub fn no_date(binder: &Binder<'_>, var: Var, modifier: &Modifier) -> Trouble {
    let kind = kinds_text(binder, binder.kinds(var));
    Report::input(
        "question.date",
        format!("{} has no date of its own to compare with this", with_article(&kind)),
    )
    .at(modifier.span, "this date")
    .help("Put `as of DAY` in front of the question, or ask for the instrument's date.")
}

pub fn role(preposition: &Token, object: &NounPhrase, known: &[Arc<str>]) -> Trouble {
    let report =
        Report::input("question.role", format!("nothing is recorded `{} …` like this", preposition.text))
            .at(object.span, "not recorded");
    if known.is_empty() {
        return report;
    }
    let known: Vec<String> = known.iter().take(4).map(|k| format!("`{k}`")).collect();
    report.help(format!("Recorded here: {}.", known.join(", ")))
}

/// `older` without what it is compared with.
pub fn than_what(said: &Token, text: &str) -> Trouble {
    let word = said.span.of(text);
    Report::input("question.compare", format!("`{word}` than what?"))
        .at(said.span, "a thing or a date must follow")
        .help(format!("Write `{word} than X` or `{word} than 2010`."))
}

/// `if X is repealed` after something that does not say what would follow.
pub fn nothing_supposed(phrase: &NounPhrase) -> Trouble {
    Report::input("question.supposed", "nothing here says what would follow from this")
        .at(phrase.span, "supposed to go")
        .help("Ask for example `which bodies lose their legal basis if …`, `what is affected if …`. For a time write the day: `in force on 2 May 2012`.")
}

pub fn pronoun(token: &Token) -> Trouble {
    Report::input("question.pronoun", format!("`{}` stands for nothing named before", token.text))
        .at(token.span, "what is meant?")
        .help("Write the name instead.")
}

pub fn whose(token: &Token) -> Trouble {
    Report::input("question.whose", format!("`{}` of what?", token.text))
        .at(token.span, "a name must follow")
        .help(format!("Write `{} of X`.", token.text))
}

pub fn out_of_place(token: &Token) -> Trouble {
    Report::input("question.place", format!("`{}` cannot stand here", token.text))
        .at(token.span, format!("{} is not expected here", token.category.describe()))
}

pub fn no_such_property(binder: &Binder<'_>, token: &Token, owner: Var) -> Trouble {
    let kinds = binder.kinds(owner).to_vec();
    let mut known: Vec<String> = binder
        .vocabulary
        .properties
        .iter()
        .filter(|p| binder.carries(&kinds, p))
        .filter_map(|p| p.words.first().cloned())
        .collect();
    known.truncate(8);
    Report::input(
        "question.property",
        format!("{} has no `{}`", with_article(&kinds_text(binder, &kinds)), token.text),
    )
    .at(token.span, "no such property")
    .help(format!("It may have: {}.", known.join(", ")))
}

pub fn unknown_name(binder: &Binder<'_>, token: &Token) -> Trouble {
    let mut report =
        Report::input("name.unknown", format!("nothing is called {}", token.span.of(binder.text)))
            .at(token.span, "unknown name");
    for (node, _, _) in binder.dictionary.nearest_names(&token.text, 3) {
        let name = binder.graph.name(node);
        report = report.suggest(token.span, format!("\"{name}\""));
    }
    if !report.suggestions.is_empty() {
        let names: Vec<String> = report.suggestions.iter().map(|s| s.text.clone()).collect();
        report = report.help(format!("Did you mean {}?", or_list(&names)));
    }
    report
}

/// `Decree 999`: the kind is known, the number is not.
pub fn no_such_number(
    binder: &Binder<'_>,
    kind: &Token,
    number: &Token,
    known: &[NodeId],
    key: &str,
) -> Trouble {
    let span = kind.span.to(number.span);
    let message = format!("no {} with the number {} is held", kind.text, number.text);
    let mut report = Report::input("name.unknown", message).at(span, "unknown number");
    let mut near: Vec<(f64, NodeId)> = known
        .iter()
        .filter_map(|n| Some((crate::base::similarity(&binder.text_of(*n, key)?, &number.text), *n)))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, node) in near.into_iter().take(3) {
        report = report.suggest(span, format!("\"{}\"", binder.graph.name(node)));
    }
    let names: Vec<String> = report.suggestions.iter().map(|s| s.text.clone()).collect();
    if names.is_empty() { report } else { report.help(format!("Held: {}.", or_list(&names))) }
}

/// `who issued X or when`: a question word where a thing should stand.
pub fn one_question(token: &Token) -> Trouble {
    Report::input("question.two", format!("`{}` begins another question", token.text))
        .at(token.span, "ask this by itself")
        .help(
            "At the end of a question only `… and when`, `… and since when` and `… and how many` go with it.",
        )
}

/// `and when` after what has no day, or where yes or no is asked.
pub fn no_day(said: &Token) -> Trouble {
    Report::input("question.when", format!("`{}` has nothing here to give the day of", said.text))
        .at(said.span, "the day of what?")
        .help("Ask `when …` by itself, for example `when was X established`.")
}

/// Something that is asked for inside what is denied, counted or an alternative.
pub fn asked_inside(span: Span) -> Trouble {
    Report::input(
        "question.asked",
        "this cannot be asked here: it is denied, counted or said of something else",
    )
    .at(span, "asked for inside another condition")
    .help("Begin with what you ask for, for example `which decrees created no council`.")
}

pub fn two_numbers(span: Span) -> Trouble {
    Report::input("question.numbers", "a question counts one thing")
        .at(span, "counted as well")
        .help("Ask `how many …` once; with `which …` beside it the number is given for each.")
}

/// Several things that are asked for where only one has a place: `the latest decree of which body`.
pub fn beside(span: Span) -> Trouble {
    Report::input("question.asked", "only one thing can be asked for together with this")
        .at(span, "asked for besides")
        .help("Ask for it in a question of its own.")
}

/// `which X`, `how many X`, `no X`, where X is the name of one thing.
pub fn one_thing(binder: &Binder<'_>, token: &Token, named: Var) -> Trouble {
    let nodes = &binder.variables[named.0].entities;
    let said = token.span.of(binder.text);
    let message = match nodes.as_slice() {
        [node] => format!("`{said}` is the name of one thing: {}", binder.graph.name(*node)),
        _ => format!("`{said}` is a name, not a kind of things"),
    };
    let kinds = or_list(&binder.kinds(named).iter().map(|k| kind_noun(binder, k)).collect::<Vec<_>>());
    Report::input("question.name", message)
        .at(token.span, "a name cannot be listed or counted")
        .help(format!("Write `describe {said}`, or ask for a kind of things, here {kinds}."))
}

/// A word of a noun phrase that the sentence around it does not take in.
pub fn left_over(mark: Mark, span: Span, text: &str) -> Trouble {
    let said = span.of(text);
    let (message, advice) = match mark {
        Mark::None => {
            ("nothing here can be denied of this", "Put the denial at the verb: `which bodies do not …`.")
        }
        Mark::Number => (
            "no number has a place here",
            "Numbers go with what is linked: `which bodies have more than two tasks`. A list is shown whole.",
        ),
        Mark::Every => (
            "`all` and `every` have no place here",
            "Say it of a verb's subject or object: `which decrees concern every topic`, or leave it out.",
        ),
        Mark::Superlative => (
            "this superlative has no place here",
            "Ask for it: `which bodies have the most tasks`, `what is the latest decree that …`.",
        ),
        Mark::Aggregate => (
            "only figures have a sum, an average, a greatest and a least",
            "Ask `how many …`, or for figures such as `average number of criminal cases per year`.",
        ),
        Mark::NumberOf => ("a number is not asked for here", "Ask `how many …`."),
        Mark::But => {
            ("nothing can be left out here", "Say it with a verb: `that concern X and do not concern Y`.")
        }
        Mark::Each => (
            "none of these is linked to both at once",
            "Say it of each: `which bodies have tasks on X and have tasks on Y`.",
        ),
        Mark::Literal => (
            "a date or a number has no place here",
            "Dates go with a preposition (`in 2012`, `before 2010`), numbers with what they count or name.",
        ),
    };
    Report::input("question.left", message).at(span, format!("`{said}` is not taken in")).help(advice)
}

/// `both laws`: two things that are not named.
pub fn both(text: &str) -> Trouble {
    let at = text.to_lowercase().find("both").unwrap_or(0);
    Report::input("question.both", "`both` goes with two things joined by `and`")
        .at(Span::new(at, at + 4), "both of which?")
        .help("Name the two, for example `which treaties do both X and Y concern`.")
}

/// Several times where one has a place.
pub fn several_times(modifier: &Modifier) -> Trouble {
    Report::input("question.times", "only one time has a place here")
        .at(modifier.span, "one day, month, year or span")
        .help("Write one time or a span such as `between 2004 and 2006`, or ask twice.")
}

/// `covers 2010 but not 2011`
pub fn one_value(span: Span) -> Trouble {
    Report::input("question.value", "only one value has a place here")
        .at(span, "several values")
        .help("Join sentences instead: `that cover 2010 and do not cover 2011`, or ask twice.")
}

/// What can be meant in two ways.
pub fn unclear(found: Unclear) -> Trouble {
    let (span, message, label, advice) = match found {
        Unclear::Mixed(span) => (
            span,
            "`and`, `or` and `but not` are mixed here",
            "which of them go together?",
            "Ask two questions, or join only by `and` or only by `or`.",
        ),
        Unclear::But(span) => (
            span,
            "`but` alone can mean `and` or `and not`",
            "one denied, the other not?",
            "Write a verb of its own for each, for example `that do not concern X and that concern Y`.",
        ),
        Unclear::Denied(span) => (
            span,
            "what is denied here can be one or both",
            "neither, or not the first?",
            "Write `that do not … and do not …`, or ask two questions.",
        ),
        Unclear::Again(span) => (
            span,
            "after `but not` stands another preposition than before",
            "not the same?",
            "Repeat the verb: `that were … and that were not …`.",
        ),
    };
    Report::input("question.unclear", message).at(span, label).help(advice)
}

/// `without X`, where X is the name of something that nothing is said to have.
pub fn without_name(span: Span) -> Trouble {
    Report::input("question.without", "`without` does not say how this is left out")
        .at(span, "a name")
        .help("Write it with a verb: `that were not developed by X`, or `but not X`.")
}

/// `the Government that have …`
pub fn plural(span: Span) -> Trouble {
    Report::input("question.number", "this is said of several, but one thing stands before it")
        .at(span, "of whom is this said?")
}

/// `bodies that have tasks, except ministries`: what is left out is no such thing.
pub fn not_among(binder: &Binder<'_>, span: Span, var: Var) -> Trouble {
    let kinds = with_article(&kinds_text(binder, binder.kinds(var)));
    Report::input("question.except", format!("this is not {kinds}"))
        .at(span, "left out of what?")
        .help("Put it beside what it belongs to: `bodies other than ministries that have tasks`.")
}

/// `after X` where nothing before it has a first day.
pub fn no_first_day(span: Span) -> Trouble {
    Report::input("question.date", "nothing here begins on a day that could be compared")
        .at(span, "before or after this")
        .help("Ask for instruments: `which decrees are newer than X`.")
}

/// A question word alone.
pub fn unfinished(token: &Token) -> Trouble {
    Report::input("question.incomplete", format!("`{}` what?", token.text))
        .at(token.span, "the question stops here")
        .help("Go on, for example `who issued …`, `which decrees …`, `when was … established`.")
}

pub fn candidates(binder: &Binder<'_>, nodes: &[NodeId]) -> Vec<Candidate> {
    nodes
        .iter()
        .map(|n| Candidate {
            id: binder.text_of(*n, "id").map(|t| t.to_string()).unwrap_or_default(),
            kind: binder.kind_of(*n).unwrap_or_default(),
            name: binder.graph.name(*n).to_string(),
        })
        .collect()
}

/// A name that several entities have.
pub fn ambiguous(binder: &Binder<'_>, span: Span, nodes: &[NodeId]) -> Trouble {
    let mut report = Report::input(
        "name.ambiguous",
        format!("`{}` could be {} things", span.of(binder.text), nodes.len()),
    )
    .at(span, "which one?")
    .among(candidates(binder, nodes));
    for node in nodes.iter().take(8) {
        report = report.suggest(span, format!("\"{}\"", binder.graph.name(*node)));
    }
    report.help("Write one of these names, or its number at the prompt.")
}

pub fn not_of_kind(binder: &Binder<'_>, token: &Token, nodes: &[NodeId], kinds: &[String]) -> Trouble {
    let actual = kinds_text(binder, &binder.kinds_of_nodes(nodes));
    let message = format!(
        "{} is {}, not {}",
        token.span.of(binder.text),
        with_article(&actual),
        with_article(&kinds_text(binder, kinds))
    );
    Report::input("name.kind", message).at(token.span, "of another kind").among(candidates(binder, nodes))
}

/// `more than 3`
pub fn compared(comparison: &Token, number: &Token) -> Result<(Comparison, i64)> {
    let count: i64 = match number.text.as_str() {
        "one" | "ones" => 1,
        other => other.parse().map_err(|_| out_of_place(number))?,
    };
    Ok(match comparison.text.as_str() {
        "more than" => (Comparison::Greater, count),
        "at least" | "no fewer than" => (Comparison::GreaterOrEqual, count),
        "fewer than" | "less than" => (Comparison::Less, count),
        "at most" | "no more than" => (Comparison::LessOrEqual, count),
        // A number alone: exactly so many.
        _ => (Comparison::Equal, count),
    })
}
