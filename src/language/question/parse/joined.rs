//! What is said of one subject in several ways: `is X older than Y and newer than Z`, `did X issue Y and approve Z`.

use super::{Builder, Joins, Node, Rule, children, empty_clause};
use crate::language::question::syntax::*;

impl Builder<'_> {
    /// A question for yes or no whose verb phrases share auxiliary and subject.
    pub fn inverted_joined(&self, node: Node<'_>) -> Clause {
        let span = self.span(&node);
        let mut clause = empty_clause(span);
        let mut negated = false;
        let mut joins = Joins::default();
        for inner in children(node) {
            self.join(&inner, &mut joins);
            negated |= inner.as_rule() == Rule::not;
            let verb = match inner.as_rule() {
                Rule::short | Rule::bare => {
                    clause.subject = Some(self.single(inner));
                    continue;
                }
                Rule::several_bare => {
                    clause.subject = Some(self.noun_phrase(inner));
                    continue;
                }
                Rule::be_core => self.be_core(inner),
                Rule::do_core => self.do_core(inner, span),
                _ => continue,
            };
            clause.verbs.push(verb);
        }
        clause.any = joins.or;
        if joins.or && joins.and {
            self.unclear(Unclear::Mixed(joins.last));
        }
        // What `not` reaches over cannot be told.
        if negated || clause.verbs.iter().any(|verb| verb.negated) {
            self.unclear(Unclear::Denied(joins.last));
        }
        clause
    }
}
