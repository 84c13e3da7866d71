//! Verb phrases and clauses whose verb stands before its subject.

use super::force::time_before_place;
use super::{Builder, Joins, Node, Rule, children, empty_clause};
use crate::base::Span;
use crate::language::question::lexicon::{Category, Token};
use crate::language::question::syntax::*;

impl Builder<'_> {
    pub fn verb_phrases(&self, node: Node<'_>) -> (Vec<VerbPhrase>, bool) {
        let mut joins = Joins::default();
        let mut verbs: Vec<VerbPhrase> = Vec::new();
        for inner in children(node) {
            self.join(&inner, &mut joins);
            if inner.as_rule() == Rule::verb_phrase {
                verbs.extend(children(inner).next().map(|v| self.verb_phrase(v)));
            }
        }
        if joins.or && (joins.and || joins.but) {
            self.unclear(Unclear::Mixed(joins.last));
        }
        // Whether `not` reaches over the `or` cannot be told.
        if joins.or && verbs.first().is_some_and(|v| v.negated) && verbs.iter().any(|v| !v.negated) {
            self.unclear(Unclear::Denied(joins.last));
        }
        share_object(&mut verbs);
        (verbs, joins.or)
    }

    pub fn verb_phrase(&self, node: Node<'_>) -> VerbPhrase {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut parts = self.verbal(node);
        let core = match rule {
            Rule::passive => {
                Core::Passive { verbs: parts.verbs, any: parts.any, preposition: parts.preposition }
            }
            Rule::copula => match parts.core.take() {
                Some(core) => core,
                None => Core::Stated,
            },
            Rule::exists => parts.core.take().unwrap_or(Core::InForce),
            Rule::have => Core::Have(parts.object),
            _ => Core::Active {
                verbs: parts.verbs,
                any: parts.any,
                preposition: parts.preposition,
                object: parts.object,
            },
        };
        time_before_place(VerbPhrase {
            negated: parts.negated,
            modal: parts.modal,
            transitive: parts.transitive,
            core,
            complements: parts.complements,
            span,
        })
    }

    pub fn gap_verb(&self, node: Node<'_>) -> VerbPhrase {
        let span = self.span(&node);
        let rule = node.as_rule();
        let parts = self.verbal(node);
        let first = parts.verbs.first().cloned();
        let core = match (rule, first) {
            (Rule::gap_passive, Some(verb)) if verb.category == Category::Predicate => {
                Core::Predicate { predicate: verb, preposition: parts.preposition, object: None }
            }
            (Rule::gap_passive, Some(verb)) if verb.category == Category::Gerund => Core::Active {
                verbs: parts.verbs,
                any: parts.any,
                preposition: parts.preposition,
                object: None,
            },
            (Rule::gap_passive, Some(_)) => {
                Core::Passive { verbs: parts.verbs, any: parts.any, preposition: parts.preposition }
            }
            (Rule::gap_passive, None) => Core::Stated,
            (Rule::gap_have, _) => Core::Have(None),
            _ => Core::Active {
                verbs: parts.verbs,
                any: parts.any,
                preposition: parts.preposition,
                object: None,
            },
        };
        VerbPhrase {
            negated: parts.negated,
            modal: parts.modal,
            transitive: parts.transitive,
            core,
            complements: parts.complements,
            span,
        }
    }

    /// The parts that verb phrases of every shape are made of.
    pub fn verbal(&self, node: Node<'_>) -> Verbal {
        let mut parts = Verbal::default();
        for inner in children(node) {
            self.verbal_part(inner, &mut parts);
        }
        match (parts.verbs.first().map(|verb| verb.category), &mut parts.object) {
            (Some(Category::Predicate), Some(object)) => {
                let agent = agent_in(object);
                parts.complements.extend(agent);
            }
            (Some(Category::Participle | Category::PastOrParticiple), None) => {
                hand_out_agent(&mut parts.complements);
            }
            _ => {}
        }
        parts
    }

    pub fn verbal_part(&self, inner: Node<'_>, parts: &mut Verbal) {
        match inner.as_rule() {
            Rule::be => {
                for part in children(inner) {
                    self.verbal_part(part, parts);
                }
            }
            Rule::not => parts.negated = true,
            Rule::modal => parts.modal = Some(self.token(&inner)),
            Rule::transitive => parts.transitive = true,
            Rule::finite
            | Rule::base
            | Rule::passive_verb
            | Rule::gerund
            | Rule::predicate
            | Rule::last_participle
            | Rule::last_base => parts.verbs.push(self.token(&inner)),
            Rule::join_or | Rule::join_and => {
                self.join(&inner, &mut parts.joins);
                parts.any = parts.joins.or;
                if parts.joins.or && (parts.joins.and || parts.joins.but) {
                    self.unclear(Unclear::Mixed(self.span(&inner)));
                }
                if parts.negated && parts.joins.but {
                    self.unclear(Unclear::But(self.span(&inner)));
                }
            }
            Rule::preposition => parts.preposition = Some(self.token(&inner)),
            Rule::noun_phrase => parts.object = Some(self.noun_phrase(inner)),
            Rule::complement => match self.complement(inner) {
                Some(Modifier { kind: ModifierKind::Transitive, .. }) => parts.transitive = true,
                other => parts.complements.extend(other),
            },
            Rule::event_time => parts.complements.extend(self.modifier_item(inner)),
            Rule::predicate_complement => {
                let mut own = self.verbal(inner);
                parts.transitive |= own.transitive;
                parts.complements.append(&mut own.complements);
                if let Some(predicate) = own.verbs.pop() {
                    parts.core =
                        Some(Core::Predicate { predicate, preposition: own.preposition, object: own.object });
                }
            }
            Rule::place_complement => {
                let own = self.verbal(inner);
                if let (Some(preposition), Some(object)) = (own.preposition, own.object) {
                    parts.core = Some(Core::Place { preposition, object });
                }
            }
            Rule::identity => {
                parts.core = children(inner).next().map(|n| Core::Identity(self.noun_phrase(n)))
            }
            Rule::in_force => {
                let exists = self.exists(&inner);
                if let Some(Modifier { kind: ModifierKind::InForce { negated, time }, .. }) =
                    self.modifier_item(inner)
                {
                    parts.negated |= negated;
                    parts.complements.extend(time.map(|t| *t));
                    parts.core = Some(if exists { Core::Exists } else { Core::InForce });
                }
            }
            Rule::stated => parts.core = Some(Core::Stated),
            _ => {}
        }
    }

    /// Whether the words for being in force say that something is there.
    fn exists(&self, in_force: &Node<'_>) -> bool {
        let start = in_force.as_span().start() + usize::from(Self::letters(in_force).starts_with('n'));
        says_exist(&self.token_at(start).text)
    }

    /// A clause whose verb stands before its subject.
    pub fn inverted(&self, node: Node<'_>) -> Clause {
        let span = self.span(&node);
        let mut clause = empty_clause(span);
        let Some(form) = children(node).next() else { return clause };
        let rule = form.as_rule();
        let mut outer = Verbal::default();
        let mut verb: Option<VerbPhrase> = None;
        for inner in children(form) {
            match inner.as_rule() {
                Rule::short | Rule::simple | Rule::bare | Rule::defined => {
                    clause.subject = Some(self.single(inner))
                }
                Rule::several | Rule::several_bare => clause.subject = Some(self.noun_phrase(inner)),
                Rule::be_core => verb = Some(self.be_core(inner)),
                Rule::have_noun => {
                    let parts = self.verbal(inner);
                    let core = Core::Have(parts.object);
                    let said = affirmed(core, parts.transitive, parts.complements, span);
                    verb = Some(VerbPhrase { negated: parts.negated, ..said });
                }
                Rule::modal_be => verb = children(inner).next().map(|n| self.be_core(n)),
                Rule::do_core | Rule::have_done => verb = Some(self.do_core(inner, span)),
                Rule::have_been => {
                    let parts = self.verbal(inner);
                    let core =
                        Core::Passive { verbs: parts.verbs, any: parts.any, preposition: parts.preposition };
                    verb = Some(affirmed(core, parts.transitive, parts.complements, span));
                }
                Rule::exists_core => {
                    let parts = self.verbal(inner);
                    let said = affirmed(parts.core.unwrap_or(Core::InForce), false, parts.complements, span);
                    verb = Some(VerbPhrase { negated: parts.negated, ..said });
                }
                _ => self.verbal_part(inner, &mut outer),
            }
        }
        let plain = VerbPhrase {
            negated: outer.negated,
            modal: outer.modal.clone(),
            transitive: outer.transitive,
            core: Core::Have(None),
            complements: Vec::new(),
            span,
        };
        let mut verb = match (verb, rule) {
            (Some(verb), _) => verb,
            // `From which bodies come the members …`: the noun phrase after the verb is its subject.
            (None, Rule::inverted_plain_short) => {
                clause.subject = outer.object.take();
                let core =
                    Core::Active { verbs: outer.verbs, any: outer.any, preposition: None, object: None };
                VerbPhrase { core, ..plain }
            }
            (None, Rule::inverted_last_be | Rule::inverted_last_do | Rule::inverted_last_have) => {
                let complements = std::mem::take(&mut outer.complements);
                VerbPhrase { core: last_core(rule, &mut outer), complements, ..plain }
            }
            (None, _) => plain,
        };
        verb.negated |= outer.negated;
        verb.transitive |= outer.transitive;
        verb.modal = verb.modal.or(outer.modal);
        clause.verbs.push(verb);
        clause
    }

    /// `establish X`, `have Y`: what follows `did` and its subject.
    pub fn do_core(&self, node: Node<'_>, span: Span) -> VerbPhrase {
        let has = Self::letters(&node).starts_with('v');
        let parts = self.verbal(node);
        let core = match has && parts.verbs.is_empty() {
            true => Core::Have(parts.object),
            false => Core::Active {
                verbs: parts.verbs,
                any: parts.any,
                preposition: parts.preposition,
                object: parts.object,
            },
        };
        affirmed(core, parts.transitive, parts.complements, span)
    }

    pub fn be_core(&self, node: Node<'_>) -> VerbPhrase {
        let span = self.span(&node);
        let mut parts = Verbal::default();
        for inner in children(node) {
            match inner.as_rule() {
                Rule::passive_core => {
                    let own = self.verbal(inner);
                    parts.transitive |= own.transitive;
                    parts.core =
                        Some(Core::Passive { verbs: own.verbs, any: own.any, preposition: own.preposition });
                }
                Rule::progressive_core => {
                    let own = self.verbal(inner);
                    parts.transitive |= own.transitive;
                    parts.core = Some(Core::Active {
                        verbs: own.verbs,
                        any: own.any,
                        preposition: own.preposition,
                        object: own.object,
                    });
                }
                Rule::predicate_core => {
                    let mut own = self.verbal(inner);
                    parts.transitive |= own.transitive;
                    parts.complements.append(&mut own.complements);
                    if let Some(predicate) = own.verbs.pop() {
                        parts.core = Some(Core::Predicate {
                            predicate,
                            preposition: own.preposition,
                            object: own.object,
                        });
                    }
                }
                _ => self.verbal_part(inner, &mut parts),
            }
        }
        let core = parts.core.unwrap_or(Core::Stated);
        if matches!(core, Core::Passive { .. }) {
            hand_out_agent(&mut parts.complements);
        }
        VerbPhrase {
            negated: parts.negated,
            modal: parts.modal,
            transitive: parts.transitive,
            core,
            complements: parts.complements,
            span,
        }
    }
}

fn says_exist(text: &str) -> bool {
    text.contains("exist") && !text.starts_with("still")
}

/// What the last verb of the line says, after that auxiliary.
fn last_core(rule: Rule, parts: &mut Verbal) -> Core {
    let (preposition, object) = (parts.preposition.take(), parts.object.take());
    let verbs = std::mem::take(&mut parts.verbs);
    match (verbs.first(), rule) {
        (Some(verb), _) if verb.category == Category::InForce => match says_exist(&verb.text) {
            true => Core::Exists,
            false => Core::InForce,
        },
        (Some(verb), Rule::inverted_last_be) if verb.category == Category::Predicate => {
            Core::Predicate { predicate: verb.clone(), preposition, object }
        }
        (Some(verb), Rule::inverted_last_be) if verb.category != Category::Gerund => {
            Core::Passive { verbs, any: false, preposition }
        }
        _ => Core::Active { verbs, any: false, preposition, object },
    }
}

/// What has been found of a verb phrase.
#[derive(Default)]
pub struct Verbal {
    pub negated: bool,
    pub modal: Option<Token>,
    pub transitive: bool,
    pub verbs: Vec<Token>,
    pub any: bool,
    pub preposition: Option<Token>,
    pub object: Option<NounPhrase>,
    pub complements: Vec<Modifier>,
    pub core: Option<Core>,
    joins: Joins,
}

/// `assigned to the Council by decree`: who or what did it, and not the decree of the Council.
fn hand_out_agent(complements: &mut Vec<Modifier>) {
    if complements.iter().any(Modifier::says_by) {
        return;
    }
    let agent = complements.last_mut().and_then(|last| match &mut last.kind {
        ModifierKind::Phrase { object, .. } => agent_in(object),
        _ => None,
    });
    complements.extend(agent);
}

/// Takes `by …` from the end of a noun phrase.
fn agent_in(phrase: &mut NounPhrase) -> Option<Modifier> {
    phrase.parts.last_mut()?.modifiers.pop_if(|last| last.says_by())
}

/// `coordinates but does not monitor X`: verbs without an object of their own share the one that follows.
fn share_object(verbs: &mut [VerbPhrase]) {
    for at in (1..verbs.len()).rev() {
        let (before, after) = verbs.split_at_mut(at);
        let (Some(earlier), Some(later)) = (before.last_mut(), after.first()) else { continue };
        if let (
            Core::Active { object: object @ None, preposition: None, .. },
            Core::Active { object: Some(shared), .. },
        ) = (&mut earlier.core, &later.core)
            && earlier.complements.is_empty()
        {
            *object = Some(shared.clone());
        }
    }
}

/// A verb phrase that neither denies nor has a modal.
fn affirmed(core: Core, transitive: bool, complements: Vec<Modifier>, span: Span) -> VerbPhrase {
    VerbPhrase { negated: false, modal: None, transitive, core, complements, span }
}
