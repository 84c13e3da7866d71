//! CREATE INDEX and DROP INDEX.

use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::optimize::plan::Task;

/// The store makes an index for a key when it is first looked up, so that declaring one only says that it will be.
pub struct Index {
    task: Option<Task>,
}

impl Index {
    pub fn new(task: Task) -> Index {
        Index { task: Some(task) }
    }
}

impl Operator for Index {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if let Some(Task::CreateIndex { label, key, .. }) = self.task.take() {
            let (label, key) = (context.graph.intern_label(&label), context.graph.intern_key(&key));
            context.graph.seek(label, key, &crate::value::Value::Integer(0));
        }
        Ok(None)
    }

    fn reset(&mut self) {}
}
