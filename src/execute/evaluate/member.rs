//! Whether nodes are among those of which an EXISTS is true.

use super::select::kept;
use super::{Compiled, Frame, Test};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE};
use crate::execute::build::Build;
use crate::execute::context::Context;
use crate::execute::operator::Argument;
use crate::execute::operators::apart::Apart;
use crate::graph::Bits;
use crate::optimize::expression::Members;
use crate::value::{Truth, Value};
use std::cell::{Cell, OnceCell};
use std::sync::Arc;

/// A set of nodes, and what is asked of a node by itself.
pub struct Member {
    /// Which node is asked about, and the plan that has one row for each node of the set.
    members: Apart,
    key: Slot,
    /// What is asked of a node by itself, for one row and for many, as long as that is done.
    otherwise: Option<(Compiled, Test)>,
    /// How much is looked at for one row after another before the set is found, and how much has been.
    patience: f64,
    spent: Cell<u64>,
    set: OnceCell<Arc<Bits>>,
}

impl Build<'_, '_> {
    pub fn member(&mut self, members: &Members) -> Result<Member> {
        let otherwise = match members.patience > 0.0 {
            true => Some((self.compile(&members.otherwise)?, Test::of(self.compile(&members.otherwise)?))),
            false => None,
        };
        let argument = Argument::default();
        // The plan stands by itself: it begins with a row of its own, and all of its rows are wanted.
        let locals = std::mem::take(&mut self.locals);
        let (parted, asked) = (self.parted.take(), std::mem::take(&mut self.asked));
        let answered = self.answered.take();
        let first = self.first.replace(argument.clone());
        let drained = std::mem::replace(&mut self.drained, true);
        let around = self.members.replace(members.key);
        let plan = self.whole(&members.root, &[members.node].into_iter().collect(), &argument);
        (self.locals, self.parted, self.asked, self.answered) = (locals, parted, asked, answered);
        (self.first, self.drained, self.members) = (first, drained, around);
        Ok(Member {
            members: Apart::new(members.node, plan?, argument),
            key: members.key,
            otherwise,
            patience: members.patience,
            spent: Cell::new(0),
            set: OnceCell::new(),
        })
    }
}

impl Member {
    /// Whether the node of a row is in the set.
    pub fn holds(&self, frame: &mut Frame<'_>, context: &mut Context<'_>) -> Result<bool> {
        if let Some((otherwise, _)) = self.by_itself() {
            let ask = |context: &mut Context<'_>| otherwise.value(frame, context);
            return Ok(self.spend(1, context, ask)? == Value::Boolean(true));
        }
        let set = self.set(context)?;
        Ok(frame.batch.column(self.members.node).node(frame.row).is_some_and(|node| set.contains(node.0)))
    }

    /// Of some rows those whose node is in the set, or is not.
    pub fn select(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        let yes = wanted == Truth::True;
        let mut picked = Vec::new();
        // Ever more rows at a time: what one of them takes is not known beforehand.
        let (mut asked, mut some) = (0, 1);
        while asked < rows.len()
            && let Some((_, test)) = self.by_itself()
        {
            let next = rows.get(asked..rows.len().min(asked + some)).unwrap_or(&[]).to_vec();
            asked += next.len();
            some *= 2;
            self.spend(next.len(), context, |context| {
                picked.extend(test.select(batch, next, wanted, context)?);
                Ok(())
            })?;
        }
        if asked == rows.len() {
            return Ok(picked);
        }
        let set = self.set(context)?;
        context.meter.work((rows.len() - asked) as u32)?;
        let left = rows.get(asked..).unwrap_or(&[]).to_vec();
        let found = match batch.column(self.members.node) {
            Column::Nodes(ids) => kept(left, |row| {
                let id = ids[row as usize];
                (id != NONE && set.contains(id)) == yes
            }),
            column => {
                kept(left, |row| column.node(row as usize).is_some_and(|node| set.contains(node.0)) == yes)
            }
        };
        picked.extend(found);
        Ok(picked)
    }

    /// What is asked of each node by itself, while it is.
    fn by_itself(&self) -> Option<&(Compiled, Test)> {
        let is_patient = self.set.get().is_none() && (self.spent.get() as f64) < self.patience;
        self.otherwise.as_ref().filter(|_| is_patient)
    }

    /// Asks something about so many rows.
    fn spend<T>(
        &self,
        rows: usize,
        context: &mut Context<'_>,
        ask: impl FnOnce(&mut Context<'_>) -> Result<T>,
    ) -> Result<T> {
        let before = context.touched;
        let answer = ask(context)?;
        self.spent.set(self.spent.get() + rows as u64 + (context.touched - before));
        Ok(answer)
    }

    fn set(&self, context: &mut Context<'_>) -> Result<&Bits> {
        if let Some(set) = self.set.get() {
            return Ok(set);
        }
        let sets = context.sets.clone();
        let set = sets.get(self.key, || {
            let part = context.part.take();
            let set = self.find(context);
            context.part = part;
            set
        })?;
        Ok(self.set.get_or_init(|| set))
    }

    fn find(&self, context: &mut Context<'_>) -> Result<Bits> {
        let bound = context.graph.node_bound() as usize;
        context.can_hold(bound as u64 / 8)?;
        let mut set = Bits::with_bound(bound);
        self.members.batches(context, |batch, context| {
            self.members.nodes(batch).for_each(|(_, node)| _ = set.insert(node.0));
            context.meter.work(batch.length as u32)
        })?;
        Ok(set)
    }
}
