//! Heads of noun phrases: names, relation nouns, properties and values become variables.

use super::ask::Meant;
use super::binder::Binder;
use super::choice::UNSAID;
use super::dictionary::Meaning;
use super::fronted::covers;
use super::meaning::*;
use super::mistaken;
use super::trouble;
use super::verbs::is_said;
use crate::base::Result;
use crate::graph::NodeId;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Lexicon, Sense, Token};

/// The word for what is asked for with `what` alone.
pub const ANSWER: &str = "answer";

impl Binder<'_> {
    pub fn same_as(
        &mut self,
        known: Var,
        preset: Option<Var>,
        said: &Token,
        group: &mut Group,
    ) -> Result<Var> {
        let Some(var) = preset else { return Ok(known) };
        if !self.fits(self.kinds(known), self.kinds(var)) {
            let (nodes, kinds) = (self.variables[known.0].entities.clone(), self.kinds(var).to_vec());
            return Err(trouble::not_of_kind(self, said, &nodes, &kinds));
        }
        group.conditions.push(Condition::Same(var, known));
        Ok(var)
    }

    /// Whether a kind was said in the singular.
    pub fn is_singular(&self, token: &Token) -> bool {
        self.meanings(token).iter().any(|m| match m {
            Meaning::Kind(at) => {
                self.vocabulary.kinds[*at].nouns.iter().any(|n| crate::base::fold(n) == token.text)
            }
            _ => false,
        })
    }

    /// Whether a variable was said in the singular: by a name, or by a kind such as `government`.
    pub fn is_one_thing(&self, var: Var) -> bool {
        let variable = &self.variables[var.0];
        let singular = |kind: &String| {
            let nouns = self.vocabulary.kind(kind).map_or(&[][..], |kind| kind.nouns.as_slice());
            nouns.iter().any(|noun| crate::base::fold(noun) == variable.word)
        };
        variable.entities.len() == 1 || (variable.asked.is_none() && variable.kinds.iter().any(singular))
    }

    /// The entity of a name token; with `kinds`, only those of such a kind.
    pub fn name(&mut self, token: &Token, kinds: &[String]) -> Result<Var> {
        let mut nodes: Vec<_> = self.meanings(token).iter().filter_map(Meaning::entity).collect();
        if token.category == crate::language::question::Category::Quoted {
            return self.quoted(token);
        }
        if !kinds.is_empty() {
            let fitting: Vec<_> = nodes
                .iter()
                .copied()
                .filter(|n| self.kind_of(*n).is_some_and(|k| self.fits(&[k], kinds)))
                .collect();
            if fitting.is_empty() {
                return Err(trouble::not_of_kind(self, token, &nodes, kinds));
            }
            nodes = fitting;
        }
        Ok(self.entity(nodes, &token.text, token.span))
    }

    /// `268` alone: the card of the one thing of that number.
    pub fn by_number(&mut self, number: &Token) -> Result<Option<Meant>> {
        let keys = self.dictionary.senses("number").into_iter().filter_map(|s| {
            match self.dictionary.meaning(s.meaning) {
                Some(Meaning::Property(at)) => Some(self.property(at).name.clone()),
                _ => None,
            }
        });
        let keys: Vec<String> = keys.collect();
        let is = |node: NodeId, key: &String| self.text_of(node, key).is_some_and(|t| *t == *number.text);
        let numbered = |node: &NodeId| keys.iter().any(|key| is(*node, key));
        let nodes: Vec<NodeId> = self.graph.nodes().filter(numbered).collect();
        match nodes.as_slice() {
            [] => Ok(None),
            [node] => self.card(*node).map(Some),
            _ => Err(trouble::ambiguous(self, number.span, &nodes)),
        }
    }

    /// The things of a kind that have a number.
    pub fn numbered(&mut self, kinds: Vec<String>, kind: &Token, number: &Token) -> Result<Var> {
        use crate::language::question::Lexicon;
        let words = self.dictionary.senses("number");
        let key = words.iter().find_map(|s| match self.dictionary.meaning(s.meaning) {
            Some(Meaning::Property(at)) if self.carries(&kinds, self.property(at)) => {
                Some(self.property(at).name.clone())
            }
            _ => None,
        });
        let Some(key) = key else { return Err(trouble::out_of_place(number)) };
        let labels: Vec<_> = kinds.iter().filter_map(|k| self.graph.label(k)).collect();
        let all: Vec<NodeId> = labels.into_iter().flat_map(|l| self.graph.nodes_with(l)).collect();
        let numbered = |n: &NodeId| self.text_of(*n, &key).is_some_and(|t| *t == *number.text);
        let nodes: Vec<NodeId> = all.iter().copied().filter(numbered).collect();
        // `Table 10` is a name and no number of a table.
        if nodes.is_empty() && !self.lookup(&format!("{} {}", kind.text, number.text)).is_empty() {
            return Err(trouble::out_of_place(number));
        }
        if nodes.is_empty() {
            return Err(trouble::no_such_number(self, kind, number, &all, &key));
        }
        Ok(self.entity(nodes, &number.text, kind.span.to(number.span)))
    }

    pub fn quoted(&mut self, token: &Token) -> Result<Var> {
        let folded = crate::base::fold(&token.text);
        let nodes = self.lookup(&folded);
        if nodes.is_empty() {
            return Err(trouble::unknown_name(self, token));
        }
        Ok(self.entity(nodes, &token.text, token.span))
    }

    /// A name in a phrase. A collective name (a series) that is asked for stands for its members.
    pub fn named(
        &mut self,
        token: &Token,
        simple: &Simple,
        preset: Option<Var>,
        group: &mut Group,
    ) -> Result<Var> {
        if let Some(var) = self.kind_or_name(token, simple, preset, group)? {
            return Ok(var);
        }
        let known = self.name(token, &[])?;
        if simple.asked.is_some()
            || simple.negative
            || simple.every
            || preset.is_some()
            || !simple.before.is_empty()
        {
            let kinds = self.variables[known.0].kinds.clone();
            let links: Vec<Link> = self
                .vocabulary
                .relations
                .iter()
                .enumerate()
                .filter(|(_, r)| r.collective && self.fits(&kinds, &r.to))
                .map(|(at, _)| Link { relation: at, reversed: false, verb: 0 })
                .collect();
            if !links.is_empty() {
                let mut from: Vec<String> =
                    links.iter().flat_map(|l| self.relation(l.relation).from.clone()).collect();
                from.dedup();
                let member = preset.unwrap_or_else(|| {
                    let word = from.first().map(|k| trouble::kind_noun(self, k)).unwrap_or_default();
                    self.variable(from, &word, token.span)
                });
                self.link(group, &links, member, known, false, token)?;
                return Ok(member);
            }
            // `which <name>` asks for something else than the named thing itself.
            if simple.asked.is_some() || simple.negative {
                return Err(trouble::one_thing(self, token, known));
            }
        }
        self.same_as(known, preset, token, group)
    }

    /// Whether a named thing is what a relation noun denotes: `the founder X` has founded something.
    pub fn has_role(&mut self, noun: &Token, known: Var) -> bool {
        let anything = self.variable(Vec::new(), UNSAID, noun.span);
        let known_to = |link: Link| self.occurs(&link, known, anything);
        self.meanings(noun)
            .into_iter()
            .filter_map(|meaning| match meaning {
                Meaning::RelationNoun { relation, denotes_from } => {
                    Some(Link { relation, reversed: !denotes_from, verb: 0 })
                }
                _ => None,
            })
            .any(known_to)
    }

    /// `members of X`, `X's tasks`, or with `owner` as in `has a task`.
    pub fn relation_noun<'s>(
        &mut self,
        noun: &Token,
        preset: Option<Var>,
        owner: Option<Var>,
        modifiers: &mut Vec<&'s Modifier>,
        befores: &mut Vec<&'s Before>,
        group: &mut Group,
    ) -> Result<Var> {
        let ends: Vec<(usize, bool)> = self
            .meanings(noun)
            .into_iter()
            .filter_map(|m| match m {
                Meaning::RelationNoun { relation, denotes_from } => Some((relation, denotes_from)),
                _ => None,
            })
            .collect();
        let var = match preset {
            Some(var) => var,
            None => {
                let mut kinds: Vec<String> = Vec::new();
                for (relation, denotes_from) in &ends {
                    let relation = self.relation(*relation);
                    kinds.extend(if *denotes_from { relation.from.clone() } else { relation.to.clone() });
                }
                kinds.sort();
                kinds.dedup();
                let var = self.variable(kinds, &noun.text, noun.span);
                if self.who_is.is_some_and(|said| covers(said, noun.span)) {
                    self.variables[var.0].asked = Some(Asked::Who);
                }
                var
            }
        };
        // From what the noun denotes to its owner.
        let links: Vec<Link> = ends
            .iter()
            .map(|(relation, denotes_from)| Link { relation: *relation, reversed: !denotes_from, verb: 0 })
            .collect();
        if let Some(owner) = owner {
            self.link(group, &links, var, owner, false, noun)?;
            self.denote(var, preset, group);
            return Ok(var);
        }
        let possessor = befores.iter().position(|b| self.possessing(b).is_some());
        if let Some(at) = possessor {
            let Some(token) = self.possessing(befores.remove(at)) else { return Ok(var) };
            let owner = self.possessor(token)?;
            self.link(group, &links, var, owner, false, noun)?;
            self.denote(var, preset, group);
            return Ok(var);
        }
        let of = modifiers.iter().position(|m| match &m.kind {
            ModifierKind::Phrase { preposition, .. } => {
                preposition.text == "of"
                    || ends.iter().any(|(r, _)| {
                        let p = &self.relation(*r).prepositions;
                        p.active.iter().chain(&p.passive).any(|p| is_said(p, &preposition.text))
                    })
                    || matches!(preposition.text.as_str(), "for" | "in" | "to")
            }
            _ => false,
        });
        if let Some(0) = of
            && let ModifierKind::Phrase { object, .. } = &modifiers[0].kind
        {
            modifiers.remove(0);
            let mut owner = self.noun_phrase(object)?;
            let said = self.linked(var, &mut owner, |_, _| links.clone(), false, noun)?;
            self.denote(var, preset, &said);
            for left in owner.leftover.iter().rev() {
                modifiers.insert(0, left);
            }
            let start = group.conditions.len();
            self.assert(owner, said, group);
            self.or_of_others(var, &links, noun, modifiers, start, group)?;
            return Ok(var);
        }
        if let (None, Some(node)) = (preset, self.only_one(&ends, noun)) {
            self.variables[var.0].entities = vec![node];
            self.variables[var.0].kinds = self.kinds_of_nodes(&[node]);
            return Ok(var);
        }
        // Nobody in particular: the noun's relation only has to hold of something.
        let other = self.variable(Vec::new(), UNSAID, noun.span);
        self.link(group, &links, var, other, false, noun)?;
        self.denote(var, preset, group);
        Ok(var)
    }

    /// What a relation noun denotes takes its kinds from the relations that were chosen.
    pub fn denote(&mut self, var: Var, preset: Option<Var>, group: &Group) {
        let Some(Condition::Edge(edge)) =
            group.conditions.iter().rev().find(|c| matches!(c, Condition::Edge(e) if e.from == var))
        else {
            return;
        };
        let links = edge.relations.clone();
        self.variables[var.0].nouns = links.iter().map(|l| l.relation).collect();
        if preset.is_some() || !self.variables[var.0].entities.is_empty() {
            return;
        }
        let mut kinds: Vec<String> = Vec::new();
        for link in &links {
            let relation = self.relation(link.relation);
            kinds.extend(if link.reversed { relation.to.clone() } else { relation.from.clone() });
        }
        kinds.sort();
        kinds.dedup();
        self.variables[var.0].kinds = kinds;
    }

    /// `the date of X`: the variable for X and the property meant.
    pub fn property_of<'s>(
        &mut self,
        token: &Token,
        modifiers: &mut Vec<&'s Modifier>,
        befores: &mut Vec<&'s Before>,
        group: &mut Group,
    ) -> Result<(Var, String)> {
        let owner = match befores.iter().position(|b| self.possessing(b).is_some()) {
            Some(at) => match self.possessing(befores.remove(at)) {
                Some(possessor) => self.possessor(possessor)?,
                None => return Err(trouble::out_of_place(token)),
            },
            None => {
                let Some(ModifierKind::Phrase { object, .. }) = modifiers.first().map(|m| &m.kind) else {
                    return Err(trouble::whose(token));
                };
                modifiers.remove(0);
                // `the dates of X and Y`: that of each.
                let owner = self.each_listed(object)?;
                group.conditions.extend(owner.group.conditions);
                for left in owner.leftover.into_iter().rev() {
                    modifiers.insert(0, left);
                }
                owner.vars.first().copied().ok_or_else(|| trouble::whose(token))?
            }
        };
        match self.property_key(token, owner) {
            // `the aims of X`: the noun of a relation that is recorded of it.
            Some(key) if !self.is_told_by(owner, &key) && self.has_noun(token, owner) => {
                Err(trouble::out_of_place(token))
            }
            // Nothing is entitled otherwise: what it is called is its full name.
            Some(_) if self.asks_name(token, owner) => Ok((owner, "name".to_owned())),
            // A role stands beside what is done and not with who does it.
            Some(key) if self.is_told_beside(owner, &key) => Err(mistaken::told_beside(token)),
            Some(key) => Ok((owner, self.rather_a_period(token, key, owner))),
            None => Err(trouble::no_such_property(self, token, owner)),
        }
    }

    /// The property of a thing that a word means.
    pub fn property_key(&self, token: &Token, owner: Var) -> Option<String> {
        let kinds = self.kinds(owner);
        self.meanings(token).into_iter().find_map(|meaning| match meaning {
            Meaning::Property(at) | Meaning::Event(at) if self.carries(kinds, self.property(at)) => {
                Some(self.property(at).name.clone())
            }
            Meaning::KindOf => Some("kind".to_owned()),
            _ => None,
        })
    }

    /// `drafts`, `women`: things with that value.
    pub fn value_head(&mut self, token: &Token, preset: Option<Var>, group: &mut Group) -> Result<Var> {
        let of_value = |m: &Meaning| match m {
            Meaning::Value { property, .. } => Some(*property),
            _ => None,
        };
        let on: Vec<String> = self
            .meanings(token)
            .iter()
            .filter_map(of_value)
            .flat_map(|p| self.property(p).on.clone())
            .collect();
        let on: Vec<String> = on.into_iter().filter(|o| self.vocabulary.kind(o).is_some()).collect();
        let borne: Vec<String> = on.iter().filter(|kind| self.bears(kind, token)).cloned().collect();
        // `the authorized body for X`: a role, which somebody has in doing something.
        let role = |m: &Meaning| of_value(m).is_some_and(|p| self.is_of_relations(p, &[]));
        let kinds = match (borne.is_empty(), on.is_empty()) {
            (true, true) if self.is_answer(token) && self.meanings(token).iter().any(role) => self.agents(),
            (true, _) => on,
            (false, _) => borne,
        };
        // `labour exploitation` is rather what a name tells of than things with that value.
        let words: Vec<&str> = token.text.split(' ').collect();
        let other = |sense: &Sense| sense.category != Category::ValueWord;
        let only_value = words.len() > 1 && !self.dictionary.senses(&token.text).iter().any(other);
        let named = if only_value { self.dictionary.loose(&words) } else { Vec::new() };
        if preset.is_none() && !named.is_empty() {
            let meanings = named.iter().filter_map(|sense| self.dictionary.meaning(sense.meaning));
            let mut nodes: Vec<NodeId> = meanings.filter_map(|meaning| meaning.entity()).collect();
            nodes.sort_unstable();
            let names = nodes.iter().map(|node| self.graph.name(*node).to_string()).collect();
            return Err(mistaken::part_of_names(token, names));
        }
        if preset.is_none() && kinds.is_empty() {
            return Err(trouble::out_of_place(token));
        }
        let var = preset.unwrap_or_else(|| self.variable(kinds, &token.text, token.span));
        self.value(var, token, group)?;
        Ok(var)
    }

    /// Links from a thing to its owner by the relation nouns that its own word is one of.
    pub fn nouns_as_links(&self, var: Var) -> Vec<Link> {
        use crate::language::question::Lexicon;
        let word = crate::base::fold(&self.variables[var.0].word);
        // `answer` stands for what is asked for, and is said by nobody.
        if word != crate::base::fold(self.variables[var.0].span.of(self.text)) && word == ANSWER {
            return Vec::new();
        }
        self.dictionary
            .senses(&word)
            .iter()
            .filter_map(|s| match self.dictionary.meaning(s.meaning) {
                Some(Meaning::RelationNoun { relation, denotes_from }) => {
                    Some(Link { relation, reversed: !denotes_from, verb: 0 })
                }
                _ => None,
            })
            .collect()
    }

    /// Nodes by folded name: exact, else by all their words.
    pub fn lookup(&self, folded: &str) -> Vec<crate::graph::NodeId> {
        use crate::language::question::Lexicon;
        let nodes = |senses: Vec<crate::language::question::Sense>| {
            let mut nodes: Vec<_> = senses
                .iter()
                .filter_map(|s| match self.dictionary.meaning(s.meaning) {
                    Some(Meaning::Entity(node)) => Some(node),
                    _ => None,
                })
                .collect();
            nodes.sort_unstable();
            nodes.dedup();
            nodes
        };
        let exact = nodes(self.dictionary.senses(folded));
        if !exact.is_empty() {
            return exact;
        }
        let words: Vec<&str> =
            folded.split(' ').filter(|w| !crate::language::question::is_function_word(w)).collect();
        nodes(self.dictionary.loose(&words))
    }
}
