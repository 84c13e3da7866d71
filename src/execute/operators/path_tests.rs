//! What all relationships or nodes of a walk must have.

use crate::algebra::{Quantifier, Slot};
use crate::base::{Class, Result};
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame, Test};
use crate::graph::{NodeId, RelationshipId};
use crate::optimize::expression::Expression;
use crate::optimize::plan;
use crate::value::Truth;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[derive(Default)]
pub struct PathTests(Vec<PathTest>);

struct PathTest {
    of_nodes: bool,
    /// The element that is asked.
    variable: Slot,
    condition: Compiled,
    wanted: Truth,
    /// Where nothing is asked but the element.
    together: Option<Together>,
}

/// The same asked of many elements at once, once there were some.
struct Together {
    test: Test,
    /// How many elements were asked for.
    asked: usize,
    passing: Option<Arc<Passing>>,
}

/// Which elements pass a test. All workers know the same.
pub struct Passing {
    /// Whether all elements that stand near each other have been asked.
    asked: Vec<AtomicBool>,
    /// One bit for each element.
    words: Vec<AtomicU64>,
}

/// So many elements are asked one by one.
const FEW: usize = 64;

/// Elements that stand near each other.
const NEAR: u32 = 1024;

impl PathTests {
    pub fn of(
        tests: &[plan::PathTest],
        mut compile: impl FnMut(&Expression) -> Result<Compiled>,
    ) -> Result<PathTests> {
        let mut all = Vec::with_capacity(tests.len());
        for test in tests {
            let Expression::Quantified { quantifier, variable, predicate: Some(predicate), .. } = &test.holds
            else {
                continue;
            };
            let wanted = if *quantifier == Quantifier::None { Truth::False } else { Truth::True };
            let is_alone = predicate.slots().iter().all(|slot| slot == *variable);
            let together = match is_alone {
                true => Some(Together { test: Test::of(compile(predicate)?), asked: 0, passing: None }),
                false => None,
            };
            let (of_nodes, variable, condition) = (test.of_nodes, *variable, compile(predicate)?);
            all.push(PathTest { of_nodes, variable, condition, wanted, together });
        }
        Ok(PathTests(all))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a walk from a row may take a relationship to a node.
    #[inline]
    pub fn hold(
        &mut self,
        (relationship, node): (RelationshipId, NodeId),
        batch: &Batch,
        row: usize,
        context: &mut Context<'_>,
    ) -> Result<bool> {
        for test in &mut self.0 {
            let id = if test.of_nodes { node.0 } else { relationship.0 };
            if !test.holds(id, batch, row, context)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl PathTest {
    fn holds(&mut self, id: u32, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<bool> {
        if !context.writes
            && let Some(together) = &mut self.together
        {
            together.asked += 1;
            if together.asked > FEW {
                let (of, wanted) = ((self.of_nodes, self.variable), self.wanted);
                match together.holds(id, of, wanted, context) {
                    Err(report) if !matches!(report.class, Class::Limit | Class::Interrupted) => {
                        // One of those near it fails, which may never be walked over.
                        self.together = None;
                    }
                    told => return told,
                }
            }
        }
        let mut one = batch.slice(row..row + 1);
        one.set(self.variable, column(self.of_nodes, vec![id]));
        Ok(self.condition.truth(&mut Frame::new(&one, 0), context)? == self.wanted)
    }
}

impl Together {
    /// Whether an element passes, as all do that stand near it.
    fn holds(
        &mut self,
        id: u32,
        (of_nodes, variable): (bool, Slot),
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<bool> {
        let passing = match &self.passing {
            Some(passing) => passing,
            None => {
                let bound = match of_nodes {
                    true => context.graph.node_bound(),
                    false => context.graph.relationship_bound(),
                };
                context.can_hold(u64::from(bound) / 8)?;
                self.passing.insert(context.passing.get(variable, || Ok(Passing::with_bound(bound)))?)
            }
        };
        let near = (id / NEAR) as usize;
        if passing.asked.get(near).is_some_and(|asked| !asked.load(Ordering::Acquire)) {
            passing.ask(near, &self.test, (of_nodes, variable), wanted, context)?;
        }
        Ok(passing.has(id))
    }
}

impl Passing {
    fn with_bound(bound: u32) -> Passing {
        let asked = (0..bound.div_ceil(NEAR)).map(|_| AtomicBool::new(false)).collect();
        let words = vec![0; bound.div_ceil(64) as usize].into_iter().map(AtomicU64::new).collect();
        Passing { asked, words }
    }

    #[inline]
    fn has(&self, id: u32) -> bool {
        let word = self.words.get(id as usize / 64);
        word.is_some_and(|word| word.load(Ordering::Relaxed) >> (id % 64) & 1 == 1)
    }

    /// Asks all elements that stand near each other. Whoever else does finds the same.
    fn ask(
        &self,
        near: usize,
        test: &Test,
        (of_nodes, variable): (bool, Slot),
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let graph = &context.graph;
        let is_there = |id: &u32| match of_nodes {
            true => graph.has_node(NodeId(*id)),
            false => graph.has_relationship(RelationshipId(*id)),
        };
        let first = near as u32 * NEAR;
        let ids: Vec<u32> = (first..first.saturating_add(NEAR)).filter(is_there).collect();
        let mut batch = Batch::of_length(ids.len());
        batch.set(variable, column(of_nodes, ids.clone()));
        let rows = (0..ids.len() as u32).collect();
        let mut words = [0u64; NEAR as usize / 64];
        for row in test.select(&batch, rows, wanted, context)? {
            let place = ids[row as usize] - first;
            words[place as usize / 64] |= 1 << (place % 64);
        }
        for (word, found) in self.words.iter().skip(first as usize / 64).zip(words) {
            word.store(found, Ordering::Relaxed);
        }
        if let Some(asked) = self.asked.get(near) {
            asked.store(true, Ordering::Release);
        }
        Ok(())
    }
}

fn column(of_nodes: bool, ids: Vec<u32>) -> Column {
    if of_nodes { Column::nodes(ids) } else { Column::relationships(ids) }
}
