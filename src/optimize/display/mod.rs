//! Plans as text, for EXPLAIN and PROFILE: one operator a line, the last to work on top, inner plans set in.

mod expression;

use super::Plan;
use super::expression::Expression;
use super::plan::{
    Access, Aggregate, AggregateCall, Change, Creation, Expand, Operator, Reach, Shortest, Side, SortKey,
    Task, VarExpand,
};
use crate::algebra::{Direction, Search, Slot};
use crate::execute::Profile;
use std::fmt::{Display, Formatter, Result, Write};
use std::sync::Arc;

/// Characters of the column of operators; longer lines reach beyond it.
const WIDEST: usize = 1000;

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.table(None))
    }
}

/// One line of the table.
struct Line {
    text: String,
    estimated: String,
    rules: String,
    /// Rows, touched relationships and time, after running.
    work: Option<[String; 3]>,
}

impl Plan {
    /// The plan with what each operator did.
    pub(crate) fn profiled(&self, profile: &Profile) -> String {
        self.table(Some(profile))
    }

    fn table(&self, profile: Option<&Profile>) -> String {
        let mut lines = Vec::new();
        self.lines(&self.root, "", profile, &mut lines);
        let widest = |part: fn(&Line) -> usize| lines.iter().map(part).max().unwrap_or(0);
        // A line that is longer than any screen is wide does not make all others as long.
        let text = widest(|line| line.text.chars().count()).clamp("operator".len(), WIDEST);
        let estimated = widest(|line| line.estimated.len()).max("estimated".len());
        let mut out = format!("{:text$}  {:>estimated$}", "operator", "estimated");
        if profile.is_some() {
            let _ = write!(out, "  {:>10}  {:>10}  {:>10}", "rows", "touched", "time");
        }
        out.push_str("  rules\n");
        for line in &lines {
            let _ = write!(out, "{:text$}  {:>estimated$}", line.text, line.estimated);
            if let Some([rows, touched, time]) = &line.work {
                let _ = write!(out, "  {rows:>10}  {touched:>10}  {time:>10}");
            }
            let _ = write!(out, "  {}", line.rules);
            while out.ends_with(' ') {
                out.pop();
            }
            out.push('\n');
        }
        out
    }

    fn lines(&self, operator: &Operator, margin: &str, profile: Option<&Profile>, lines: &mut Vec<Line>) {
        let mut at = Some(operator);
        while let Some(operator) = at {
            at = operator.input.as_deref();
            if matches!(operator.task, Task::Argument) && operator.input.is_none() {
                continue;
            }
            let work = profile.map(|profile| {
                let work =
                    profile.work.get(&(std::ptr::from_ref(operator) as usize)).cloned().unwrap_or_default();
                [
                    work.rows.to_string(),
                    work.touched.to_string(),
                    format!("{:.3} ms", work.time.as_secs_f64() * 1e3),
                ]
            });
            let mut rules: Vec<&str> = Vec::new();
            for rule in &operator.rules {
                if !rules.contains(rule) {
                    rules.push(rule);
                }
            }
            lines.push(Line {
                text: format!("{margin}{}", self.told(operator)),
                estimated: rounded(operator.rows),
                rules: rules.join(", "),
                work,
            });
            let inset = format!("{margin}│ ");
            operator.inner(&mut |inner| self.lines(inner, &inset, profile, lines));
            operator.expressions(&mut |expression| {
                self.inside(expression, &inset, profile, lines);
            });
        }
    }

    /// The plans in an expression.
    fn inside(
        &self,
        expression: &Expression,
        margin: &str,
        profile: Option<&Profile>,
        lines: &mut Vec<Line>,
    ) {
        match expression {
            Expression::Exists(subplan)
            | Expression::Count(subplan)
            | Expression::Collect { subplan, .. } => {
                self.lines(&subplan.root, margin, profile, lines);
            }
            other => other.operands(&mut |operand| self.inside(operand, margin, profile, lines)),
        }
    }

    fn told(&self, operator: &Operator) -> String {
        match &operator.task {
            Task::Argument => "Argument".to_owned(),
            Task::Pattern(_) => "Pattern".to_owned(),
            Task::Scan { node, access } => self.scan(*node, access),
            Task::Expand(expand) => self.expand(expand),
            Task::Intersect(intersect) => {
                let told = |side: &Side| {
                    self.step(side.from, side.relationship, intersect.to, &side.types, side.direction, "")
                };
                format!("Intersect {} and {}", told(&intersect.left), told(&intersect.right))
            }
            Task::Held(held) => {
                format!(
                    "Follow {}",
                    self.step(held.from, held.relationship, held.to, &[], held.direction, "")
                )
            }
            Task::VarExpand(expand) => self.var_expand(expand),
            Task::Shortest(shortest) => self.shortest(shortest),
            Task::Filter(conjuncts) => format!("Filter {}", self.joined(conjuncts, " AND ")),
            Task::Project(items) => format!("Project {}", self.items(items)),
            Task::Aggregate { keys, aggregates } => self.aggregate(keys, aggregates),
            Task::Distinct(slots) => format!("Distinct {}", self.slots(slots)),
            Task::Sort(keys) => format!("Sort by {}", self.keys(keys)),
            Task::Top { keys, limit, skip } => {
                let skipped =
                    skip.as_ref().map(|skip| format!(" after {}", self.said(skip))).unwrap_or_default();
                format!("Top {}{skipped} by {}", self.said(limit), self.keys(keys))
            }
            Task::Skip(count) => format!("Skip {}", self.said(count)),
            Task::Limit(count) => format!("Limit {}", self.said(count)),
            Task::Unwind { list, slot } => format!("Unwind {} as {}", self.said(list), self.name(*slot)),
            Task::Optional { .. } => "Optional".to_owned(),
            Task::Union { distinct, .. } => if *distinct { "Union" } else { "Union all" }.to_owned(),
            Task::Create(creations) => format!("Create {}", self.creations(creations)),
            Task::Merge(merge) => format!("Merge {}", self.creations(&merge.creations)),
            Task::Change(changes) => format!("Change {}", self.changes(changes)),
            Task::Delete { targets, detach } => {
                let word = if *detach { "Detach delete" } else { "Delete" };
                format!("{word} {}", self.joined(targets, ", "))
            }
            Task::Call(call) => format!("Call {}", call.procedure),
            Task::CreateIndex { label, key, .. } => format!("Create index on :{label}({key})"),
            Task::DropIndex { name, .. } => format!("Drop index {name}"),
        }
    }

    fn scan(&self, node: Slot, access: &Access) -> String {
        let name = self.name(node);
        match access {
            Access::All => format!("Scan ({name})"),
            Access::Label(label) => format!("Scan ({name}:{label})"),
            Access::Seek { label, key, value } => {
                format!("Seek ({name}:{label} {{{key}: {}}})", self.said(value))
            }
            Access::Any { key, value } => format!("Seek ({name} {{{key}: {}}})", self.said(value)),
        }
    }

    fn expand(&self, expand: &Expand) -> String {
        let word = if expand.into { "Expand into" } else { "Expand" };
        let step =
            self.step(expand.from, expand.relationship, expand.to, &expand.types, expand.direction, "");
        format!("{word} {step}")
    }

    fn var_expand(&self, expand: &VarExpand) -> String {
        let word = match (&expand.levels, expand.reach, expand.into) {
            (Some(levels), ..) if levels.longest.is_some() => "Longest",
            (Some(levels), ..) if levels.together => "Hop by hop from all",
            (Some(_), ..) => "Hop by hop",
            (None, Some(Reach::FromAll), _) => "Reach from all",
            (None, Some(Reach::FromEach), _) => "Reach",
            (None, None, true) => "Expand all into",
            (None, None, false) => "Expand all",
        };
        let length = length(expand.min, expand.max);
        let step =
            self.step(expand.from, expand.relationships, expand.to, &expand.types, expand.direction, &length);
        format!("{word} {step}")
    }

    fn shortest(&self, shortest: &Shortest) -> String {
        let word = match shortest.search {
            Search::AllShortest => "All shortest paths",
            _ => "Shortest path",
        };
        let length = length(shortest.min, shortest.max);
        let step = self.step(
            shortest.from,
            shortest.relationships,
            shortest.to,
            &shortest.types,
            shortest.direction,
            &length,
        );
        format!("{word} {step}")
    }

    fn step(
        &self,
        from: Slot,
        relationship: Slot,
        to: Slot,
        types: &[Arc<str>],
        direction: Direction,
        length: &str,
    ) -> String {
        let types = if types.is_empty() { String::new() } else { format!(":{}", types.join("|")) };
        let (left, right) = match direction {
            Direction::Outgoing => ("-", "->"),
            Direction::Incoming => ("<-", "-"),
            Direction::Either => ("-", "-"),
        };
        let named =
            self.slots.get(relationship.0 as usize).and_then(|info| info.name.as_deref()).unwrap_or("");
        format!("({}){left}[{named}{types}{length}]{right}({})", self.name(from), self.name(to))
    }

    fn aggregate(&self, keys: &[(Slot, Expression)], aggregates: &[(Slot, Aggregate)]) -> String {
        let told: Vec<String> = aggregates
            .iter()
            .map(|(_, aggregate)| {
                let distinct = if aggregate.distinct { "DISTINCT " } else { "" };
                match aggregate.call {
                    AggregateCall::Rows => "count(*)".to_owned(),
                    AggregateCall::Total => format!("total({})", self.joined(&aggregate.arguments, ", ")),
                    AggregateCall::Function(function) => {
                        format!("{}({distinct}{})", function.0.name, self.joined(&aggregate.arguments, ", "))
                    }
                }
            })
            .collect();
        match (keys.is_empty(), told.is_empty()) {
            (true, _) => format!("Aggregate {}", told.join(", ")),
            (false, true) => format!("Group by {}", self.items(keys)),
            (false, false) => format!("Aggregate {} by {}", told.join(", "), self.items(keys)),
        }
    }

    fn creations(&self, creations: &[Creation]) -> String {
        let told: Vec<String> = creations
            .iter()
            .map(|creation| match creation {
                Creation::Node { slot, labels, .. } => {
                    let labels: String = labels.iter().map(|label| format!(":{label}")).collect();
                    format!("({}{labels})", self.name(*slot))
                }
                Creation::Relationship { slot, start, end, kind, .. } => {
                    self.step(*start, *slot, *end, std::slice::from_ref(kind), Direction::Outgoing, "")
                }
                Creation::Path { slot, .. } => self.name(*slot),
            })
            .collect();
        told.join(", ")
    }

    fn changes(&self, changes: &[Change]) -> String {
        let labels = |labels: &[Arc<str>]| labels.iter().map(|label| format!(":{label}")).collect::<String>();
        let told: Vec<String> = changes
            .iter()
            .map(|change| match change {
                Change::Property { subject, key, value, .. } => {
                    format!("{}.{key} = {}", self.said(subject), self.said(value))
                }
                Change::All { subject, value, merge, .. } => {
                    let sign = if *merge { "+=" } else { "=" };
                    format!("{} {sign} {}", self.name(*subject), self.said(value))
                }
                Change::AddLabels { subject, labels: added } => {
                    format!("{}{}", self.name(*subject), labels(added))
                }
                Change::RemoveLabels { subject, labels: removed } => {
                    format!("{} without {}", self.name(*subject), labels(removed))
                }
            })
            .collect();
        told.join(", ")
    }

    fn items(&self, items: &[(Slot, Expression)]) -> String {
        let told: Vec<String> = items
            .iter()
            .map(|(slot, expression)| {
                let (name, said) = (self.name(*slot), self.said(expression));
                if name == said { name } else { format!("{said} AS {name}") }
            })
            .collect();
        told.join(", ")
    }

    fn keys(&self, keys: &[SortKey]) -> String {
        let told: Vec<String> = keys
            .iter()
            .map(|key| format!("{}{}", self.said(&key.expression), if key.descending { " DESC" } else { "" }))
            .collect();
        told.join(", ")
    }

    fn joined(&self, expressions: &[Expression], between: &str) -> String {
        expressions.iter().map(|expression| self.said(expression)).collect::<Vec<_>>().join(between)
    }

    fn slots(&self, slots: &[Slot]) -> String {
        slots.iter().map(|slot| self.name(*slot)).collect::<Vec<_>>().join(", ")
    }

    /// The variable's name; a number for what nobody named.
    fn name(&self, slot: Slot) -> String {
        match self.slots.get(slot.0 as usize).and_then(|info| info.name.as_ref()) {
            Some(name) => name.to_string(),
            None => format!("#{}", slot.0),
        }
    }
}

fn length(min: u64, max: Option<u64>) -> String {
    match max {
        Some(max) if max == min => format!("*{min}"),
        Some(max) => format!("*{min}..{max}"),
        None => format!("*{min}.."),
    }
}

fn rounded(rows: f64) -> String {
    // Never `-0`.
    let rows = rows.max(0.0) + 0.0;
    if rows.is_finite() && rows < 1e15 { format!("{rows:.0}") } else { format!("{rows:.1e}") }
}
