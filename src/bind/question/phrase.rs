//! Noun phrases: from heads and modifiers to variables and conditions.

use super::binder::Binder;
use super::dictionary::Meaning;
use super::head::ANSWER;
use super::meaning::*;
use super::mistaken;
use super::owed::is_latest;
use super::possession::says_with;
use super::trouble;
use crate::base::{Report, Result, Span};
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};

/// A bound noun phrase. Its conditions wait in `group`, because only the verb knows whether they are asserted or denied.
#[derive(Clone, Debug, Default)]
pub struct Phrase<'s> {
    /// Several variables mean that what is said holds of each.
    pub vars: Vec<Var>,
    pub group: Group,
    /// Where it stands.
    pub span: Span,
    /// `no X`
    pub negative: bool,
    /// `every X`
    pub every: bool,
    /// `more than 3 X`
    pub compared: Option<(Comparison, i64)>,
    /// `more X than` there are of that
    pub rival: Option<(Comparison, Var)>,
    /// Modifiers that do not go with this phrase; they belong further out.
    pub leftover: Vec<&'s Modifier>,
    pub asked: Option<Asked>,
    /// Named things that are left out: `X but not Y`.
    pub but: Vec<Phrase<'s>>,
    /// What is asked for where it owns what the phrase denotes: `which body's tasks`.
    pub owner: Option<Var>,
    /// A property of the variable is meant, not the variable: `the date of X`.
    pub value: Option<String>,
    /// Further properties of it: `the number and date of X`.
    pub values: Vec<String>,
    /// `legal basis chain of X`
    pub chain: bool,
    /// `legal basis of X`
    pub basis: bool,
    pub superlative: Option<Token>,
    /// The superlative is said of the value: `the latest end date of the plans`.
    pub value_ranked: bool,
    pub number_of: bool,
    pub aggregate: Option<Token>,
    /// A literal day or period.
    pub date: Option<Token>,
    pub number: Option<Token>,
}

impl Phrase<'_> {
    /// The variable, where there is exactly one.
    pub fn var(&self) -> Option<Var> {
        self.vars.first().copied()
    }

    /// Whether it speaks neither of several nor of one that is asked for.
    fn is_plain(&self) -> bool {
        let several = self.every || self.negative || self.compared.is_some() || self.number_of;
        self.asked.is_none() && !several && self.superlative.is_none()
    }
}

impl<'b> Binder<'b> {
    /// What the words before the head say.
    pub fn phrase_of<'s>(&self, simple: &Simple) -> Result<Phrase<'s>> {
        self.no_year_counted(simple)?;
        let compared = simple.compared.as_ref();
        Ok(Phrase {
            asked: simple.asked,
            negative: simple.negative,
            every: simple.every,
            compared: compared.map(|(test, number)| trouble::compared(test, number)).transpose()?,
            span: simple.span,
            ..Phrase::default()
        })
    }

    pub fn noun_phrase<'s>(&mut self, phrase: &'s NounPhrase) -> Result<Phrase<'s>> {
        self.noun_phrase_onto(phrase, None)
    }

    /// Binds a noun phrase; with `preset`, as something said of that variable.
    pub fn noun_phrase_onto<'s>(
        &mut self,
        phrase: &'s NounPhrase,
        preset: Option<Var>,
    ) -> Result<Phrase<'s>> {
        match phrase.parts.as_slice() {
            [] => Err(Report::input("question.empty", "something is missing here").at(phrase.span, "")),
            [one] => self.simple(one, preset, None),
            parts => match phrase.joined {
                Joined::Except => self.except(parts, preset),
                joined => self.joined(parts, joined, preset),
            },
        }
    }

    /// `the number and date of X`
    pub fn properties_of<'s>(&mut self, before: &'s [Simple], last: &'s Simple) -> Result<Phrase<'s>> {
        let mut whole = self.simple(last, None, None)?;
        let (Some(owner), Some(own)) = (whole.var(), whole.value.take()) else { return Ok(whole) };
        for part in before {
            let (Head::Property(token) | Head::Event(token)) = &part.head else { continue };
            let key = self.property_key(token, owner);
            whole.values.push(key.ok_or_else(|| trouble::no_such_property(self, token, owner))?);
        }
        whole.values.push(own);
        whole.value = Some(whole.values.remove(0));
        whole.asked = before.first().and_then(|part| part.asked).or(whole.asked);
        Ok(whole)
    }

    /// The kinds that a phrase's head names.
    pub fn head_kinds(&self, simple: &Simple) -> Vec<String> {
        match &simple.head {
            Head::Kind(token) | Head::Apposition(token, _) => self.kind_names(token),
            Head::Name(token) => {
                let nodes: Vec<_> = self.meanings(token).iter().filter_map(Meaning::entity).collect();
                self.kinds_of_nodes(&nodes)
            }
            _ => Vec::new(),
        }
    }

    pub fn kind_names(&self, token: &Token) -> Vec<String> {
        let mut names: Vec<String> = self
            .meanings(token)
            .into_iter()
            .filter_map(|m| {
                if let Meaning::Kind(at) = m { Some(self.vocabulary.kinds[at].name.clone()) } else { None }
            })
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// One noun phrase without coordination.
    pub fn simple<'s>(
        &mut self,
        simple: &'s Simple,
        preset: Option<Var>,
        kinds: Option<Vec<String>>,
    ) -> Result<Phrase<'s>> {
        let acted_on = std::mem::take(&mut self.acted_on);
        let mut phrase = self.phrase_of(simple)?;
        phrase.rival = self.rival(simple)?;
        let mut modifiers: Vec<&'s Modifier> = simple.modifiers.iter().collect();
        let mut befores: Vec<&'s Before> = simple.before.iter().collect();
        let mut group = Group::default();
        let same_kinds = kinds.clone();
        let var = match &simple.head {
            Head::Kind(token) => {
                let kinds = kinds.unwrap_or_else(|| self.kind_names(token));
                // `the number of the decree` is its number; `the number of decrees` is how many.
                if simple.before.iter().any(|b| matches!(b, Before::NumberOf)) && self.is_singular(token) {
                    return Err(trouble::out_of_place(token));
                }
                let other = preset.is_some_and(|var| !self.fits(&kinds, self.kinds(var)));
                let noun = other && !modifiers.is_empty() && self.dictionary.has_relation_noun(&token.text);
                if noun || self.is_only_a_relation_noun(token, &kinds) {
                    return Err(trouble::out_of_place(token));
                }
                self.of_kind(kinds, preset, &token.text, simple, &mut group)
            }
            Head::Apposition(kind, name) => {
                let kinds = self.kind_names(kind);
                self.is_no_clause(kind, name, &simple.modifiers)?;
                let role = kind.category == Category::RelationNoun;
                let known = match name.category {
                    Category::Number => self.numbered(kinds, kind, name)?,
                    _ => self.name(name, &kinds).map_err(|report| {
                        report.help("For a clause write `that` before the name: `the X that Y …`.")
                    })?,
                };
                if simple.asked.is_some() {
                    let said = Token { span: kind.span.to(name.span), ..name.clone() };
                    return Err(trouble::one_thing(self, &said, known));
                }
                if role && !self.has_role(kind, known) {
                    return Err(mistaken::no_such_role(kind, name));
                }
                self.same_as(known, preset, name, &mut group)?
            }
            Head::Name(token) => self.named(token, simple, preset, &mut group)?,
            Head::Quoted(token) => {
                let named = self.quoted(token)?;
                self.same_as(named, preset, token, &mut group)?
            }
            Head::Noun { noun, chain } => {
                phrase.chain = *chain;
                phrase.basis = self.is_basis(noun);
                self.relation_noun(noun, preset, None, &mut modifiers, &mut befores, &mut group)?
            }
            Head::Property(token) => {
                let (var, key) = self.property_of(token, &mut modifiers, &mut befores, &mut group)?;
                phrase.value = Some(key);
                var
            }
            Head::Event(token) => {
                let (var, key) = self.property_of(token, &mut modifiers, &mut befores, &mut group)?;
                phrase.value = Some(key);
                var
            }
            Head::Thing(token) => {
                phrase.negative |= token.text.starts_with("no");
                let kinds = if token.text.ends_with("one") || token.text.ends_with("body") {
                    self.agents()
                } else {
                    Vec::new()
                };
                preset.unwrap_or_else(|| self.variable(kinds, "it", token.span))
            }
            Head::One(token) => preset.unwrap_or_else(|| self.variable(Vec::new(), "it", token.span)),
            Head::Pronoun(token) => {
                let known = self.mentioned.last().copied().ok_or_else(|| trouble::pronoun(token))?;
                self.same_as(known, preset, token, &mut group)?
            }
            Head::Value(token) => {
                self.no_agent(token, &modifiers)?;
                self.value_head(token, preset, &mut group)?
            }
            Head::Date(token) => {
                phrase.date = Some(token.clone());
                preset.unwrap_or_else(|| self.variable(Vec::new(), "date", token.span))
            }
            Head::Number(token) => {
                phrase.number = Some(token.clone());
                preset.unwrap_or_else(|| self.variable(Vec::new(), "number", token.span))
            }
            Head::Measure(token) | Head::Unit(token) => return Err(trouble::out_of_place(token)),
            Head::Asked(token) if simple.modifiers.is_empty() && self.tokens.len() == 1 => {
                return Err(trouble::unfinished(token));
            }
            Head::Asked(token) => {
                let (kinds, word) = match simple.asked {
                    // A legal basis may be that of an act as well.
                    Some(Asked::Who) if self.asks_what_is_based(simple) => (Vec::new(), "owner"),
                    Some(Asked::Who) => (self.agents(), "who"),
                    Some(Asked::Where) => (self.places(), "place"),
                    _ => (Vec::new(), ANSWER),
                };
                let var = preset.unwrap_or_else(|| self.variable(kinds, word, token.span));
                // `who without a task`: where nothing links it, it has to be there all the same.
                group.conditions.push(Condition::There(var));
                var
            }
        };
        for before in befores {
            self.before(var, before, &mut phrase, &mut group)?;
        }
        let of_value = matches!(simple.head, Head::Property(_) | Head::Event(_));
        phrase.value_ranked = of_value && phrase.superlative.is_some();
        phrase.owner = self.asked_owner(simple).filter(|owner| *owner != var);
        if preset.is_none() && self.variables[var.0].entities.is_empty() {
            self.variables[var.0].asked = simple.asked;
        }
        // A time narrows no single thing, and what it has does not either: both belong to what is told of it.
        let one = matches!(simple.head, Head::Name(_) | Head::Apposition(..) | Head::Quoted(_));
        if one {
            self.of_its_date(var, &modifiers)?;
        }
        let unique = one || matches!(&simple.head, Head::Kind(token) if self.is_the_only(token, simple.span));
        // Nor does a clause whose verb is not in the singular, where another thing was spoken of before.
        let named = one && var.0 > 0;
        let outer = |m: &&Modifier| {
            (one && happens(m)) || (unique && says_with(m)) || (named && self.tells_of_others(m))
        };
        let further = modifiers.iter().position(outer);
        let last = modifiers.len().saturating_sub(1);
        let happening = modifiers.last().is_some_and(|modifier| acted_on && happens(modifier));
        let further = further.or(happening.then_some(last));
        let further = modifiers.split_off(further.unwrap_or(modifiers.len()));
        let mut left = self.attach_all(var, modifiers, &mut group);
        left.extend(further);
        self.owe_all(simple, phrase.negative);
        let asked_for = simple.asked.is_some() || self.answers(simple);
        if let Some(said) = phrase.superlative.clone().filter(|_| !asked_for) {
            if phrase.compared.is_some() && is_latest(&said).is_some() {
                return Err(mistaken::several_foremost(simple.span, self.text));
            }
            self.latest(var, simple, &said, same_kinds, &mut group)?;
        }
        phrase.leftover = left;
        phrase.group = group;
        phrase.vars = vec![var];
        Ok(phrase)
    }

    /// Whether a phrase is asked for though no question word says so.
    pub fn answers(&self, simple: &Simple) -> bool {
        self.answering.is_some_and(|span| span.is_at(simple.span))
    }

    /// Whether a word stands in the phrase that is asked for.
    pub fn is_answer(&self, token: &Token) -> bool {
        self.answering.is_some_and(|span| super::fronted::covers(span, token.span))
    }

    pub fn agents(&self) -> Vec<String> {
        self.vocabulary.kinds.iter().filter(|k| k.agent).map(|k| k.name.clone()).collect()
    }

    pub fn places(&self) -> Vec<String> {
        self.vocabulary.kinds.iter().filter(|k| k.place).map(|k| k.name.clone()).collect()
    }

    /// A variable of a kind; a label-only kind becomes a condition.
    pub fn of_kind(
        &mut self,
        kinds: Vec<String>,
        preset: Option<Var>,
        word: &str,
        simple: &Simple,
        group: &mut Group,
    ) -> Var {
        let var = match preset {
            Some(var) => {
                if !kinds.is_empty() {
                    group.conditions.push(Condition::Label { var, labels: kinds.clone() });
                }
                if self.variables[var.0].kinds.is_empty() && self.variables[var.0].entities.is_empty() {
                    self.variables[var.0].kinds = kinds;
                }
                return var;
            }
            None => self.variable(kinds, word, simple.span),
        };
        group.conditions.push(Condition::There(var));
        var
    }

    /// Whether a name and the noun after it together are a name.
    fn is_one_name(&self, adjunct: &Token, noun: Var) -> bool {
        let noun = &self.variables[noun.0].word;
        !self.lookup(&format!("{} {noun}", adjunct.text)).is_empty()
    }

    /// What stands before the head.
    fn before<'s>(
        &mut self,
        var: Var,
        before: &'s Before,
        phrase: &mut Phrase<'s>,
        group: &mut Group,
    ) -> Result<()> {
        if let Some(token) = self.possessing(before) {
            let owner = self.possessor(token)?;
            let mut links = self.preposition_links("of");
            links.extend(self.nouns_as_links(var));
            return self.link(group, &links, var, owner, false, token);
        }
        match before {
            Before::Superlative(token) => phrase.superlative = Some(token.clone()),
            Before::Aggregate(token) => phrase.aggregate = Some(token.clone()),
            Before::NumberOf => phrase.number_of = true,
            Before::Value(token) => self.value(var, token, group)?,
            Before::Year(token) => self.of_year(var, token, group)?,
            Before::Valid(token) => {
                if !self.can_hold(self.kinds(var)) {
                    return Err(trouble::no_first_day(token.span));
                }
                self.in_force(var, &mut Vec::new(), group)?;
            }
            // `makes X the coordinating body`: what follows an article has nothing before it.
            Before::Adjunct(token) if self.article_follows(token) => {
                return Err(trouble::out_of_place(token));
            }
            // What is one name is not cut in two: `gender policy`, where something is called so.
            Before::Adjunct(token) if phrase.is_plain() && self.is_one_name(token, var) => {
                return Err(trouble::out_of_place(token));
            }
            Before::Adjunct(token) => {
                let name = self.name(token, &[])?;
                let links: Vec<Link> = self
                    .vocabulary
                    .relations
                    .iter()
                    .enumerate()
                    .filter(|(_, r)| r.adjunct)
                    .map(|(at, _)| Link { relation: at, reversed: false, verb: 0 })
                    .collect();
                let links = self.or_of(links, var, name);
                self.link(group, &links, var, name, false, token)?;
            }
            // Said already.
            Before::Possessor(_) => {}
            Before::Participle(token) => {
                let complements = Vec::new();
                self.participle(var, std::slice::from_ref(token), false, &complements, group)?;
            }
        }
        Ok(())
    }
}

/// Whether a modifier says when something happens; `of 2012` and `from 2012` can tell things apart.
fn happens(modifier: &Modifier) -> bool {
    match &modifier.kind {
        ModifierKind::Time { preposition, .. } => !matches!(preposition.text.as_str(), "of" | "from"),
        _ => false,
    }
}
