//! CREATE INDEX and DROP INDEX.

use crate::base::{Report, Result, Span};
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::optimize::plan::Task;

/// The store makes an index for a key when it is first looked up, so that declaring one only says that it will be; its name
/// is kept, to be dropped.
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
        let Some(task) = self.task.take() else { return Ok(None) };
        if let Task::DropIndex { name, if_exists, span } = &task
            && !context.graph.drop_index(name)
            && !if_exists
        {
            let help = match context.graph.declared_indexes() {
                [] => "None was made by a name in this session.".to_owned(),
                names => format!("There are: {}.", names.join(", ")),
            };
            return Err(trouble(format!("there is no index `{name}`"), *span).help(help));
        }
        if let Task::CreateIndex { name: Some(name), if_not_exists, span, .. } = &task
            && !context.graph.declare_index(name)
            && !if_not_exists
        {
            let message = format!("there is an index `{name}` already");
            return Err(trouble(message, *span)
                .help(format!("Drop it with `DROP INDEX {name}`, or write `IF NOT EXISTS`.")));
        }
        if let Task::CreateIndex { label, key, .. } = task {
            let (label, key) = (context.graph.intern_label(&label), context.graph.intern_key(&key));
            context.graph.seek(Some(label), key, &crate::value::Value::Integer(0));
        }
        Ok(None)
    }

    fn reset(&mut self) {}
}

fn trouble(message: String, span: Span) -> Box<Report> {
    Report::runtime("ArgumentError", "InvalidArgumentValue", message).at(span, "this name")
}
