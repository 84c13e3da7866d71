//! What is said where a question could be understood, but not soundly: what would be dropped or mistaken.

use super::trouble::or_list;
use crate::base::{Report, Result, Span};
use crate::language::question::Token;
use crate::language::question::syntax::{Modifier, ModifierKind};
use crate::value::Date;

type Trouble = Box<Report>;

/// `has the Government established`, where the verb does not go with the two.
pub fn perfect(span: Span) -> Trouble {
    Report::input("question.perfect", "what is had and what is done cannot be told apart here")
        .at(span, "does it do something, or is it had?")
        .help("Write `did X establish …` for what it does, `that was established` for what was done to it.")
}

/// `is implemented by X` read as a status.
pub fn status_by(said: &Token) -> Trouble {
    Report::input("question.status", format!("`{}` with `by` is a verb, and no verb fits here", said.text))
        .at(said.span, "as a status it takes no `by`")
        .help("Ask for the status alone, for example `whose status is X`, or use a verb that links the two.")
}

/// `is active in 2009`
pub fn status_at(said: &Token, time: Span) -> Trouble {
    let message = format!("`{}` is told of the day of the source, not of another time", said.text);
    Report::input("question.status", message)
        .at(time, "at this time?")
        .help("Write `in force in 2009` or `covering 2009`, or leave the time out.")
}

/// `in force` without a time of its own, and a time elsewhere.
pub fn two_times(span: Span) -> Trouble {
    Report::input("question.times", "this time and `in force` have to stand together")
        .at(span, "in force then, or today?")
        .help("Write `in force in 2019`, or `as of DAY` in front of the question.")
}

/// `in force during X`, where X is no single thing or its days are not stated.
pub fn untold_time(span: Span) -> Trouble {
    Report::input("question.date", "the days of this are not stated")
        .at(span, "when is this?")
        .help("Write the time itself, for example `in force on 2 May 2012`, `in force in 2019`.")
}

/// `after 2017 and before 2012`
pub fn no_day_between(span: Span) -> Trouble {
    Report::input("question.times", "no day is both")
        .at(span, "two times that exclude each other")
        .help("Join them by `or`: `before 2005 or after 2012`.")
}

/// `did X issue a decree in 2012 and 2013`
pub fn days_listed(span: Span) -> Trouble {
    Report::input(
        "question.times",
        "one thing happens on one day, so that `and` can mean both or either here",
    )
    .at(span, "at each of these times, or at any?")
    .help("Join them by `or`, or ask about each time by itself.")
}

/// `when, by the Ministry, was X established`
pub fn set_apart(span: Span) -> Trouble {
    Report::input("question.form", "what stands between commas here belongs to nothing")
        .at(span, "say it after the verb")
        .help("Write `when was X established by Y`, `when and by whom was X established`, or ask two questions.")
}

/// `no longer in force in 2012`
pub fn no_longer_then(span: Span) -> Trouble {
    Report::input("question.times", "what is no longer in force is so today, not at another time")
        .at(span, "today, or then?")
        .help("Write `that ended before 2012`, or `as of DAY` in front of the question.")
}

/// `how long is X`, `how many years does X take`
pub fn how_long(span: Span) -> Trouble {
    Report::input("question.lasting", "for how long this is cannot be told")
        .at(span, "has it a first and a last day?")
        .help("Ask what has a period: `how many years does X cover`, `how long did X last`; between two acts ask `how many days passed between X and Y`.")
}

/// `the longest law`, where no law has both days
pub fn without_length(said: &Token, things: &str) -> Trouble {
    let message = format!(
        "none of the {things} has a first and a last day that are stated, so that none is the {}",
        said.text
    );
    Report::input("question.lasting", message)
        .at(said.span, "how long it lasts is not known")
        .help("Ask of what has a period, for example `the longest programme`; `the oldest` and `the latest` go by the first day alone.")
}

/// `is Law 74 in force in Moscow`
pub fn in_force_where(span: Span) -> Trouble {
    Report::input("question.attach", "what is in force is so at a time, and where it applies is asked by itself")
        .at(span, "no time")
        .help("Write a time, `in force in 2012`, `in force on 2 May 2012`; of a place ask `which laws apply in X`, `does Law 74 apply in X`.")
}

/// `who joined first`, `did X join first or last`
pub fn foremost_of_whom(said: &Token, text: &str) -> Trouble {
    let word = said.span.of(text);
    Report::input("question.superlative", format!("`{word}` of which things?"))
        .at(said.span, "first or last among what?")
        .help("Say what is compared: `which treaty was ratified first`, `which was adopted first, X or Y`, `the first treaty that X joined`; the day of one is told by `when did X join Y`.")
}

/// `is the national body a plan`, where no body is a plan
pub fn never_is(span: Span) -> Trouble {
    Report::input("question.identity", "nothing of the one kind is of the other")
        .at(span, "never what is spoken of")
        .help("Put names in quotation marks, or ask with a verb for what links the two.")
}

/// `since when is X recorded`
pub fn no_day_of_stating(span: Span) -> Trouble {
    Report::input("question.verb", "since when something is stated is not recorded")
        .at(span, "stated, by whom?")
        .help("Ask with a verb for what is done to it, for example `since when are X collected`.")
}

/// `was a party to X since 2003`
pub fn held_when(span: Span) -> Trouble {
    Report::input("question.times", "this lasts, so that it cannot be compared with this time")
        .at(span, "on which day, in which year?")
        .help("Write `in 2004` or `on 1 May 2003`; for its beginning ask `since when …`.")
}

/// `must approve`: what is to be done is not what is done.
pub fn modal(said: &Token) -> Trouble {
    Report::input("question.modal", format!("what `{}` be done is not recorded as a duty or a right", said.text))
        .at(said.span, "not understood")
        .help("Ask for what is done (`which drafts did X approve`), what is open (`which drafts are not approved`), or for tasks (`which tasks does X have`).")
}

/// `will have`: what is to come is told of drafts alone.
pub fn to_come(said: &Token) -> Trouble {
    Report::input("question.modal", format!("what `{}` be is recorded only of what drafts would do", said.text))
        .at(said.span, "not understood")
        .help("Ask for what is (`which bodies have tasks`), or for what a draft would do (`which draft would establish X`).")
}

/// `which country had more than three victims`: people who are one thing here, and a number only in figures.
pub fn one_counted(span: Span) -> Trouble {
    Report::input("question.left", "this is the name of one thing, whose number only figures tell")
        .at(span, "a number is compared with this")
        .help("List the figures instead, for example `how many victims were there in each country`.")
}

/// `do the numbers in X add up`
pub fn of_property(span: Span) -> Trouble {
    Report::input("question.value", "nothing is said of a property but what it is")
        .at(span, "a property")
        .help("Say it of the thing itself, or ask `what is the date of X`, `whose status is …`.")
}

/// `the role of X`
pub fn told_beside(said: &Token) -> Trouble {
    let word = &said.text;
    Report::input("question.role", format!("`{word}` is told of what somebody does, not of who it is"))
        .at(said.span, "in doing what?")
        .help("Write `describe X`: each fact tells it where it is stated.")
}

/// `did X and Y ratify together`, counted or said of one
pub fn together(said: &Token) -> Trouble {
    Report::input("question.together", format!("it is not clear what `{}` joins here", said.text))
        .at(said.span, "who with whom?")
        .help("Write `both X and Y` for what both have in common, `X or Y` for what either has, or `together with X`.")
}

/// `the founder X`, where X has founded nothing
pub fn no_such_role(role: &Token, name: &Token) -> Trouble {
    let message = format!("nothing states that `{}` is a {}", name.text, role.text);
    Report::input("name.role", message)
        .at(role.span.to(name.span), "a role that it does not have")
        .help("Write the name alone.")
}

/// `where is the council mentioned`, where no one thing is named
pub fn mentioned(span: Span) -> Trouble {
    Report::input("question.place", "where something is mentioned is told of one thing that is named")
        .at(span, "what, by its name?")
        .help("Write the whole name, or ask `which documents mention X`.")
}

/// `in December`
pub fn yearless(span: Span, text: &str) -> Trouble {
    let said = span.of(text);
    Report::input("date.year", format!("`{said}` of which year?"))
        .at(span, "a year must follow")
        .help(format!("Write the year: `{said} 2012`."))
}

/// `Decree 268 of 3 May 2012`, where the decree is of another day.
pub fn other_date(name: impl std::fmt::Display, date: Date, span: Span) -> Trouble {
    Report::input("name.date", format!("nothing of that name and date is held: {name} is of {date}"))
        .at(span, "another date")
        .help("Leave the date out, or write the right one.")
}

/// `collect data on labour exploitation`: a value, where names are meant that it stands in.
pub fn part_of_names(said: &Token, names: Vec<String>) -> Trouble {
    let mut report = Report::input("name.part", format!("`{}` alone is the name of no thing", said.text))
        .at(said.span, "a name is needed here");
    let names: Vec<String> = names.into_iter().take(4).map(|name| format!("\"{name}\"")).collect();
    for name in &names {
        report = report.suggest(said.span, name.clone());
    }
    report.help(format!("Write {}.", or_list(&names)))
}

/// `from X but not from Y`, where X and Y are kinds: the second is denied of what is asked for.
pub fn said_again(span: Span) -> Trouble {
    Report::input("question.except", "what is denied here is not a part of what stands before it")
        .at(span, "denied of what?")
        .help("Repeat the verb: `that have members from X and do not have members from Y`.")
}

/// `on what legal basis does X promote Y`: the basis of what is done, which no relation gives.
pub fn basis_of_what(said: &Token) -> Trouble {
    Report::input("question.basis", format!("the `{}` of this alone is not recorded", said.text))
        .at(said.span, "the basis of what?")
        .help("Ask for that of a thing: `what is the legal basis of X`, or `under which law was X created`.")
}

/// `the oldest X or Y`, where X is one thing.
pub fn chosen_among(said: &Token) -> Trouble {
    Report::input("question.superlative", format!("`{}` chooses among several things, not one", said.text))
        .at(said.span, "the first of which?")
        .help("Name all that are compared, `which is older, X or Y`, or a kind: `the oldest law`.")
}

/// `what do the two latest decrees approve`
pub fn several_foremost(span: Span, text: &str) -> Trouble {
    let said = span.of(text);
    Report::input("question.superlative", format!("`{said}` can be listed, but nothing more be said of them"))
        .at(span, "several, in an order")
        .help("List them first, `the two oldest laws`, then ask about each by its name.")
}

/// `under what conditions was X approved`
pub fn conditions_of_what(said: &Token) -> Trouble {
    Report::input("question.gap", format!("under which `{}` something is done is not recorded", said.text))
        .at(said.span, "these are recorded of a thing")
        .help("Ask what a thing needs: `what does X require`, `what are the conditions of X`.")
}

/// `where do the members come from`, where members are no places
pub fn no_identity(kinds: &[String], said: &Token) -> Trouble {
    let told = or_list(kinds);
    Report::input(
        "question.identity",
        format!("`{}` tells of what is {told}, which is asked for otherwise", said.text),
    )
    .at(said.span, "what is asked for is never that")
    .help("Ask with a kind that it can be, for example `from which bodies do the members of X come`.")
}

/// `list the laws with their dates and topics`
pub fn beside_of_two_sorts(span: Span) -> Trouble {
    Report::input("question.beside", "properties and linked things are not shown in one list")
        .at(span, "both at once")
        .help("Ask for each by itself: `list the laws with their dates`, `list the laws with their topics`.")
}

/// `does X have two representatives in Y`
pub fn not_counted_there(said: &Token) -> Trouble {
    Report::input("question.there", format!("how many `{}` somebody has there is not recorded", said.text))
        .at(said.span, "only whether there are any")
        .help("Ask `does X have representatives in Y`, or `how many members does Y have`.")
}

/// `in which years was there no programme`
pub fn times_listed(span: Span) -> Trouble {
    Report::input("question.form", "at which times something is there, or is not, is not listed")
        .at(span, "a list of times")
        .help("Ask of one time, `was there no programme in 2006`, list all with their periods, `list the programmes with their periods`, or ask for numbers `per year`.")
}

/// `how was X created`
pub fn manner(span: Span) -> Trouble {
    Report::input("question.form", "how something is done is not recorded")
        .at(span, "in what manner?")
        .help("Ask who did it, when, or by which act: `who created X`, `when was X created`, `by which decree was X created`; `how is X connected to Y` shows what links two things.")
}

/// `the number of X and the date of Y`
pub fn values_listed(span: Span) -> Trouble {
    Report::input("question.value", "properties of different things are not listed together")
        .at(span, "a property")
        .help("Ask for each by itself, or for the same of several: `the dates of X and Y`.")
}

/// What is asked for is several things, of which only one could be shown.
pub fn several_at_once(span: Span) -> Trouble {
    Report::input("question.beside", "several things cannot be asked for at once here")
        .at(span, "more than one")
        .help("Ask about each by itself, or list them: `list X and Y`.")
}

/// `which was ratified first, X or Y`, `has X entered into force`, where nobody says when.
pub fn day_untold(name: &str, span: Span) -> Trouble {
    Report::input("question.date", format!("the day on which this happened to {name} is not stated"))
        .at(span, "no day is recorded")
        .help("Ask what is stated of it: `describe` and the name.")
}

/// `how many quarters between X and Y`
pub fn measures(unit: &Token) -> Result<()> {
    match unit.text.trim_end_matches('s') {
        "quarter" => Err(Report::input("question.unit", "a time is not measured in quarters")
            .at(unit.span, "no unit of length")
            .help("Ask for days, weeks, months or years: `how many months are there between X and Y`.")),
        _ => Ok(()),
    }
}

/// What goes with nothing: `tasks of X in 2012`, where nothing happens that a time could tell of.
pub fn left_over(modifier: &Modifier) -> Trouble {
    let help = match modifier.kind {
        ModifierKind::Time { .. } => {
            "Say what happened then (`issued in 2012`), or put the day in front: `as of 2012, …` asks for what held."
        }
        _ => "Say it with a verb, or leave it out.",
    };
    Report::input("question.attach", "this does not go with anything before it")
        .at(modifier.span, "what does it belong to?")
        .help(help)
}
