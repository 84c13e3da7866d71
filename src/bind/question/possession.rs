//! What things have: relation nouns, parts and properties.

use super::binder::Binder;
use super::clause::{Gap, head_token, plain};
use super::dictionary::Meaning;
use super::meaning::*;
use super::mistaken;
use super::owed::Mark;
use super::phrase::Phrase;
use super::trouble;
use crate::base::{Report, Result};
use crate::graph::NodeId;
use crate::language::question::morphology::plurals;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Lexicon, Sense, Token};

impl Binder<'_> {
    /// `X has Y`.
    pub fn have<'s>(
        &mut self,
        subject: Var,
        object: Option<&'s NounPhrase>,
        gap: Option<Gap<'s>>,
        verb: &'s VerbPhrase,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<()> {
        let left = match (object, gap) {
            (Some(object), _) if self.is_perfect(object) => {
                return Err(mistaken::perfect(object.span));
            }
            (Some(object), _) => self.owns(subject, object, group)?,
            (None, Some(gap)) => {
                self.gap_used = true;
                let token = plain(verb);
                self.owned(subject, gap.var, &token, group)?;
                Vec::new()
            }
            (None, None) => {
                return Err(Report::input("question.object", "`has` what?")
                    .at(verb.span, "something must follow here"));
            }
        };
        rest.splice(0..0, left);
        Ok(())
    }

    /// `has the Government established`: what could be had here is rather what does something.
    pub fn is_perfect(&self, object: &NounPhrase) -> bool {
        let Some(Simple { head, modifiers, .. }) = object.parts.last() else { return false };
        let definite = self.follows_the(object.span);
        let named = match head {
            Head::Name(_) | Head::Quoted(_) | Head::Apposition(..) => true,
            Head::Kind(token) => definite && self.is_singular(token),
            _ => false,
        };
        let when = |m: &Modifier| matches!(m.kind, ModifierKind::Time { .. });
        modifiers.iter().any(|modifier| match &modifier.kind {
            ModifierKind::Participle { complements, .. } => {
                named || (definite && complements.iter().all(when))
            }
            _ => false,
        })
    }

    /// Several things that are named together: where `taken`, any of them, unless the question says `both`.
    pub fn either<'s>(&mut self, phrase: &'s NounPhrase, taken: bool) -> Result<Phrase<'s>> {
        let plain = |part: &Simple| match part.head {
            Head::Name(_) => true,
            Head::Kind(_) => part.modifiers.is_empty(),
            _ => false,
        };
        let several = phrase.joined == Joined::And && phrase.parts.len() > 1;
        match taken && several && phrase.parts.iter().all(plain) && !self.says("both") {
            true => self.joined(&phrase.parts, Joined::Or, None),
            false => self.noun_phrase(phrase),
        }
    }

    /// `the tasks of X and Y`: those of either, where the noun stands in the plural.
    pub fn is_plural_noun(&self, thing: Var) -> bool {
        let (nouns, word) = (self.nouns_as_links(thing), &self.variables[thing.0].word);
        !nouns.is_empty() && !nouns.iter().any(|link| self.relation(link.relation).is_noun(word))
    }

    /// `X with Y`, `X has Y`: Y is what the relation noun denotes, or a thing that X has.
    pub fn owns<'s>(
        &mut self,
        owner: Var,
        object: &'s NounPhrase,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        // `with tasks and no members`: each is had, or not.
        let noun = |part: &Simple| matches!(part.head, Head::Noun { .. } | Head::Property(_));
        let denied = object.parts.iter().any(|part| part.negative);
        let apart = match object.joined {
            Joined::And => denied || object.parts.iter().any(noun),
            // What `no` reaches over cannot be told.
            Joined::Or => !denied && object.parts.iter().any(noun),
            Joined::Except => false,
        };
        if apart && object.parts.len() > 1 {
            let (mut ways, mut left) = (Vec::new(), Vec::new());
            for part in &object.parts {
                self.no_leftover(&left)?;
                let mut way = Group::default();
                left = self.owns_part(owner, part, &mut way)?;
                ways.push(way);
            }
            match object.joined {
                Joined::Or => group.conditions.push(Condition::Any(ways)),
                _ => group.conditions.extend(ways.into_iter().flat_map(|way| way.conditions)),
            }
            return Ok(left);
        }
        let mut phrase = match object.parts.as_slice() {
            [one] if noun(one) => return self.owns_part(owner, one, group),
            [Simple { head: Head::Value(_), .. }] => {
                self.rather_a_noun(object)?;
                self.owned_thing(owner, object)?
            }
            _ => self.owned_thing(owner, object)?,
        };
        let left = std::mem::take(&mut phrase.leftover);
        self.assert(phrase, Group::default(), group);
        Ok(left)
    }

    /// `X without Y and Z`, `X with no Y and no Z`: none of them.
    pub fn lacks<'s>(
        &mut self,
        owner: Var,
        object: &'s NounPhrase,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mut left = Vec::new();
        if object.joined == Joined::And && object.parts.len() > 1 {
            for part in &object.parts {
                self.no_leftover(&left)?;
                let mut inner = Group::default();
                left = self.owns_part(owner, part, &mut inner)?;
                self.assert_or_deny(!part.negative, inner, group);
            }
            return Ok(left);
        }
        let mut inner = Group::default();
        left = self.owns(owner, object, &mut inner)?;
        group.conditions.push(Condition::Not(inner));
        Ok(left)
    }

    fn owns_part<'s>(
        &mut self,
        owner: Var,
        part: &'s Simple,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mut phrase = match &part.head {
            Head::Noun { noun, .. } => self.owned_noun(owner, part, noun)?,
            Head::Property(token) => {
                return self.has_property(owner, token, part, group).map(|()| Vec::new());
            }
            _ => {
                self.object = Some(part.span);
                let mut phrase = self.simple(part, None, None)?;
                let span = NounPhrase { parts: vec![part.clone()], joined: Joined::And, span: part.span };
                for var in phrase.vars.clone() {
                    self.owned(owner, var, &head_token(&span), &mut phrase.group)?;
                }
                phrase
            }
        };
        let left = std::mem::take(&mut phrase.leftover);
        self.assert(phrase, Group::default(), group);
        Ok(left)
    }

    /// `has a coordinator`, `has no job`: what is had is what the noun of a relation denotes, and no value of the same words.
    pub fn rather_a_noun(&self, object: &NounPhrase) -> Result<()> {
        match object.parts.as_slice() {
            [Simple { head: Head::Value(token), .. }] if self.dictionary.has_relation_noun(&token.text) => {
                Err(trouble::out_of_place(token))
            }
            _ => Ok(()),
        }
    }

    /// Who owns what follows: `the council's tasks`, and `MLSD tasks` where nothing else is said and the name is none of
    /// a topic or a place. In a sentence a name before a noun may be a subject: `is X the body …`.
    pub fn possessing<'s>(&self, before: &'s Before) -> Option<&'s Token> {
        match before {
            Before::Possessor(token) => Some(token),
            // Words out of a longer name own nothing: `establishment of the National` before `Council`.
            Before::Adjunct(token)
                if self.tokens.len() == 2 && !self.dictionary.senses(&token.text).is_empty() =>
            {
                let nodes: Vec<_> = self.meanings(token).iter().filter_map(Meaning::entity).collect();
                let kinds = self.kinds_of_nodes(&nodes);
                let adjunct = self.vocabulary.relations.iter().filter(|relation| relation.adjunct);
                let topical = adjunct.into_iter().any(|relation| self.fits(&kinds, &relation.to));
                (!topical).then_some(token)
            }
            _ => None,
        }
    }

    pub fn possessor(&mut self, token: &Token) -> Result<Var> {
        match token.category {
            crate::language::question::Category::Pronoun => {
                self.mentioned.last().copied().ok_or_else(|| trouble::pronoun(token))
            }
            crate::language::question::Category::Kind => {
                let kinds = self.kind_names(token);
                Ok(self.variable(kinds, &token.text, token.span))
            }
            _ => self.name(token, &[]),
        }
    }

    /// `which body's tasks` asks for the body.
    pub fn asked_owner(&mut self, simple: &Simple) -> Option<Var> {
        let owner = simple.before.iter().find_map(|before| match before {
            Before::Possessor(token) if token.category == Category::Kind => Some(token.span),
            _ => None,
        })?;
        if simple.asked != Some(Asked::Which) {
            return None;
        }
        let at = self.variables.iter().rposition(|v| v.span.is_at(owner) && v.entities.is_empty())?;
        self.variables[at].asked = Some(Asked::Which);
        Some(Var(at))
    }

    /// `has a legal basis`: the noun's owner is the subject, unless an `of` phrase names another.
    pub fn owned_noun<'s>(&mut self, owner: Var, simple: &'s Simple, noun: &'s Token) -> Result<Phrase<'s>> {
        if let Some(phrase) = self.among_those_of(owner, simple, noun)? {
            return Ok(phrase);
        }
        let mut phrase = self.phrase_of(simple)?;
        phrase.rival = self.rival(simple)?;
        let mut modifiers: Vec<&'s Modifier> = simple.modifiers.iter().collect();
        let mut befores: Vec<&'s Before> = simple.before.iter().collect();
        let mut group = Group::default();
        let var = self.relation_noun(noun, None, Some(owner), &mut modifiers, &mut befores, &mut group)?;
        // `with members from X`: what the verb `have members from` links is what the noun denotes.
        if let Some(Modifier { kind: ModifierKind::Phrase { preposition, object }, .. }) = modifiers.first()
            && self.has_from(var, noun, preposition)
        {
            modifiers.remove(0);
            let bound = self.noun_phrase_onto(object, Some(var))?;
            modifiers.splice(0..0, bound.leftover.clone());
            self.assert(bound, Group::default(), &mut group);
        }
        for before in befores {
            match before {
                Before::Superlative(token) => phrase.superlative = Some(token.clone()),
                Before::Value(token) => self.value(var, token, &mut group)?,
                _ => return Err(trouble::out_of_place(noun)),
            }
        }
        self.owe_all(simple, simple.negative);
        if self.variables[var.0].entities.is_empty() {
            self.variables[var.0].asked = simple.asked;
        }
        phrase.leftover = self.attach_all(var, modifiers, &mut group);
        phrase.group = group;
        phrase.vars = vec![var];
        Ok(phrase)
    }

    /// `has representatives in Y`, as the vocabulary says it with `have`: its owner is one of those that Y has.
    fn among_those_of<'s>(
        &mut self,
        owner: Var,
        simple: &'s Simple,
        noun: &'s Token,
    ) -> Result<Option<Phrase<'s>>> {
        let Some((Modifier { kind: ModifierKind::Phrase { preposition, object }, .. }, further)) =
            simple.modifiers.split_first()
        else {
            return Ok(None);
        };
        let of_noun = |meaning: &Meaning| match meaning {
            Meaning::RelationNoun { relation, .. } => Some(*relation),
            _ => None,
        };
        let relations = self.meanings(noun).iter().filter_map(of_noun).collect::<Vec<usize>>();
        let inverse = |at: &usize| self.relation(*at).inverse_verbs.iter();
        let says = |at: &usize| inverse(at).any(|verb| is_said_with_have(verb, noun, preposition));
        let relations = relations.into_iter().filter(says);
        let links: Vec<Link> = relations.map(|relation| Link { relation, reversed: true, verb: 0 }).collect();
        if links.is_empty() {
            return Ok(None);
        }
        let counted = simple.compared.is_some() || simple.than.is_some() || !simple.before.is_empty();
        if counted || simple.every || simple.asked.is_some() {
            return Err(mistaken::not_counted_there(noun));
        }
        let mut whole = self.noun_phrase(object)?;
        let said = self.linked(owner, &mut whole, |_, _| links.clone(), false, noun)?;
        let mut leftover = std::mem::take(&mut whole.leftover);
        leftover.extend(further);
        let mut group = Group::default();
        self.assert(whole, said, &mut group);
        self.owe_all(simple, simple.negative);
        let (span, negative) = (simple.span, simple.negative);
        Ok(Some(Phrase { span, negative, group, leftover, ..Phrase::default() }))
    }

    /// `what legal basis does X have`: the legal basis of X.
    pub fn had_noun<'s>(&mut self, clause: &'s Clause, fronted: &'s Fronted) -> Result<Option<Phrase<'s>>> {
        let ([simple], None) = (fronted.phrase.parts.as_slice(), &fronted.preposition) else {
            return Ok(None);
        };
        let [VerbPhrase { core: Core::Have(None), negated: false, complements, .. }] =
            clause.verbs.as_slice()
        else {
            return Ok(None);
        };
        let (Head::Noun { noun, .. }, Some(subject), true) =
            (&simple.head, &clause.subject, complements.is_empty())
        else {
            return Ok(None);
        };
        if !self.is_basis(noun) {
            return Ok(None);
        }
        let owner = self.noun_phrase(subject)?;
        self.no_leftover(&owner.leftover)?;
        let ([var], true) = (owner.vars.as_slice(), owner.group.conditions.is_empty()) else {
            return Ok(None);
        };
        let mut answer = self.owned_noun(*var, simple, noun)?;
        self.no_leftover(&answer.leftover)?;
        answer.basis = true;
        self.settle_answer(&answer);
        Ok(Some(answer))
    }

    /// Whether the relation of a noun is said with `have`, the noun and this preposition.
    fn has_from(&self, var: Var, noun: &Token, preposition: &Token) -> bool {
        let said = |verb: &String| is_said_with_have(verb, noun, preposition);
        self.variables[var.0].nouns.iter().any(|at| self.relation(*at).verbs.iter().any(said))
    }

    pub fn owned_thing<'s>(&mut self, owner: Var, object: &'s NounPhrase) -> Result<Phrase<'s>> {
        self.object = Some(object.span);
        let mut phrase = self.noun_phrase(object)?;
        let token = head_token(object);
        for var in phrase.vars.clone() {
            self.owned(owner, var, &token, &mut phrase.group)?;
        }
        for other in std::mem::take(&mut phrase.but) {
            self.settle(Mark::But, other.span);
            let mut inner = other.group;
            for var in other.vars {
                self.owned(owner, var, &token, &mut inner)?;
            }
            phrase.group.conditions.push(Condition::Not(inner));
        }
        Ok(phrase)
    }

    /// Links an owner and a thing by whatever the vocabulary lets one have.
    pub fn owned(&mut self, owner: Var, thing: Var, said: &Token, group: &mut Group) -> Result<()> {
        let nouns: Vec<Link> = self
            .nouns_as_links(thing)
            .into_iter()
            .map(|l| Link { relation: l.relation, reversed: !l.reversed, verb: 0 })
            .collect();
        let nouns = self.fitting(&nouns, owner, thing, false);
        if !nouns.is_empty() {
            return self.link(group, &nouns, owner, thing, false, said);
        }
        let mut links = Vec::new();
        for (at, relation) in self.vocabulary.relations.iter().enumerate() {
            if relation.verbs.iter().any(|v| v == "have") {
                links.push(Link { relation: at, reversed: false, verb: 0 });
            }
            if relation.inverse_verbs.iter().any(|v| v == "have") {
                links.push(Link { relation: at, reversed: true, verb: 0 });
            }
        }
        let links = self.or_owned_of(links, owner, thing);
        self.link(group, &links, owner, thing, false, said)
    }

    /// `whose task is to promote X`, `the task to promote X`: the name of the thing says what is to be done.
    pub fn is_doing(&self, var: Var, preposition: &Token, object: &NounPhrase) -> bool {
        let [Simple { head: Head::Name(token), before, .. }] = object.parts.as_slice() else { return false };
        let first = token.text.split(' ').next().unwrap_or_default();
        let is_base = |sense: &Sense| sense.category == Category::Present;
        let of_kind = |node: NodeId| {
            let kinds: Vec<String> = self.kind_of(node).into_iter().collect();
            self.variables[var.0].kinds.iter().any(|kind| kinds.iter().any(|k| self.vocabulary.is_a(k, kind)))
        };
        preposition.text == "to"
            && before.is_empty()
            && self.dictionary.senses(first).iter().any(is_base)
            && self.meanings(token).iter().filter_map(Meaning::entity).any(of_kind)
    }

    /// What a thing before a noun means; where nothing is so linked, what `of` would: `MIA drafts`, drafts of the MIA.
    pub fn or_of(&self, links: Vec<Link>, thing: Var, owner: Var) -> Vec<Link> {
        let there = |links: &[Link]| {
            let mut fit = self.fitting(links, thing, owner, false);
            fit.retain(|link| self.occurs(link, thing, owner));
            fit
        };
        let agents = self.agents();
        let acts = |kind: &String| agents.iter().any(|agent| self.vocabulary.is_a(kind, agent));
        if !self.kinds(owner).iter().any(acts) || !there(&links).is_empty() {
            return links;
        }
        let of = there(&self.owner_links(thing, owner));
        if of.is_empty() { links } else { of }
    }

    /// What `have` means; where nothing is so linked, what `of` would the other way round.
    fn or_owned_of(&self, links: Vec<Link>, owner: Var, thing: Var) -> Vec<Link> {
        let turned = |links: Vec<Link>| -> Vec<Link> {
            links.into_iter().map(|link| Link { reversed: !link.reversed, ..link }).collect()
        };
        turned(self.or_of(turned(links), thing, owner))
    }
}

/// `which tasks do X and Y have`, `which treaties did X and Y not ratify`: what is asked for is that of either, of neither.
pub fn is_of_either(clause: &Clause) -> bool {
    let has = |verb: &VerbPhrase| match &verb.core {
        Core::Have(None) => true,
        Core::Active { verbs, object: None, .. } => verbs.iter().all(|said| said.text == "have"),
        _ => false,
    };
    clause.verbs.iter().all(has) || clause.verbs.iter().all(|verb| verb.negated)
}

/// Whether a modifier says what something has or lacks.
pub fn says_with(modifier: &Modifier) -> bool {
    match &modifier.kind {
        ModifierKind::Phrase { preposition, .. } => preposition.category == Category::With,
        ModifierKind::Without(_) => true,
        _ => false,
    }
}

/// Whether a verb phrase is `have`, the noun and this preposition.
fn is_said_with_have(verb: &str, noun: &Token, preposition: &Token) -> bool {
    let words = verb.strip_prefix("have ").and_then(|rest| rest.rsplit_once(' '));
    words.is_some_and(|(own, last)| {
        last == preposition.text && (own == noun.text || plurals(&noun.text).iter().any(|p| p == own))
    })
}
