//! `top`: a sort of which only the first rows are wanted keeps only these.

use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::plan::{Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "top",
    doc: "Keeps the first rows of an order without sorting the rest.",
    when: When::After(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |_, operator| {
        let Task::Limit(limit) = &operator.task else { return };
        let limit = limit.clone();
        let Some(below) = operator.input.as_deref() else { return };
        let skip = match &below.task {
            Task::Skip(skip) => Some(skip.clone()),
            _ => None,
        };
        let mut sort = operator.take_input();
        if skip.is_some() {
            sort = sort.take_input();
        }
        match sort.task {
            Task::Sort(keys) => {
                let task = Task::Top { keys, limit, skip };
                *operator = Operator { task, input: sort.input, rows: 0.0, rules: vec![RULE.name] };
            }
            task => {
                // Not a sort: put everything back.
                let mut rows = Operator { task, ..sort };
                if let Some(skip) = skip {
                    rows = Operator::over(Task::Skip(skip), rows);
                }
                operator.input = Some(Box::new(rows));
            }
        }
    });
}
