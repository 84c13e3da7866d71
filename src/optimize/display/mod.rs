//! Plans as text, for EXPLAIN and PROFILE: one operator a line, the last to work on top, inner plans set in.

mod expression;
mod table;

use super::Plan;
use super::expression::Expression;
use super::plan::{
    Access, Aggregate, AggregateCall, Change, Creation, Expand, Operator, Reach, Shortest, Side, SortKey,
    Task, VarExpand,
};
use crate::algebra::{Direction, Search, Slot, SlotInfo};
use crate::base::{Allowance, Budget, Meter, Result};
use crate::execute::Profile;
use expression::word_of;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Instant;
use table::{Line, table};

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let meter = Meter::since(Instant::now(), &Budget::default());
        f.write_str(&self.drawn(None, &meter).map_err(|_| fmt::Error)?)
    }
}

impl Plan {
    /// The plan as text; with a profile, with what each operator did.
    ///
    /// # Errors
    /// Only when the limits of the statement are reached while it is drawn.
    pub fn drawn(&self, profile: Option<&Profile>, meter: &Meter) -> Result<String> {
        let drawing = Drawing { slots: &self.slots, profile, allowance: Allowance::new(meter) };
        let mut lines = Vec::new();
        drawing.lines(&self.root, "", &mut lines);
        let drawn = table(&lines, profile.is_some(), &drawing.allowance);
        drawing.allowance.end()?;
        Ok(drawn)
    }
}

/// Small steps that it takes to draw a line beside its expressions.
const LINE: usize = 32;

/// A plan that is being drawn.
struct Drawing<'p> {
    slots: &'p [SlotInfo],
    profile: Option<&'p Profile>,
    /// How long it may go on: when that is over, the rest is left out, and nobody sees what there is.
    allowance: Allowance<'p>,
}

impl Drawing<'_> {
    fn lines(&self, operator: &Operator, margin: &str, lines: &mut Vec<Line>) {
        let mut at = Some(operator);
        while let Some(operator) = at {
            if self.allowance.is_over(LINE) {
                return;
            }
            at = operator.input.as_deref();
            if matches!(operator.task, Task::Argument) && operator.input.is_none() {
                continue;
            }
            lines.push(self.line(operator, margin));
            let inset = format!("{margin}│ ");
            operator.inner(&mut |inner| self.lines(inner, &inset, lines));
            operator.expressions(&mut |expression| self.inside(expression, &inset, lines));
        }
    }

    fn line(&self, operator: &Operator, margin: &str) -> Line {
        let work = self.profile.map(|profile| {
            let work =
                profile.work.get(&(std::ptr::from_ref(operator) as usize)).cloned().unwrap_or_default();
            let time = format!("{:.3} ms", work.time.as_secs_f64() * 1e3);
            [work.rows.to_string(), work.touched.to_string(), time]
        });
        let mut rules: Vec<&str> = Vec::new();
        for rule in &operator.rules {
            if !rules.contains(rule) {
                rules.push(rule);
            }
        }
        Line {
            text: format!("{margin}{}", self.told(operator)),
            estimated: rounded(operator.rows),
            rules: rules.join(", "),
            work,
        }
    }

    /// The plans in an expression.
    fn inside(&self, expression: &Expression, margin: &str, lines: &mut Vec<Line>) {
        if self.allowance.is_over(1) {
            return;
        }
        match expression {
            Expression::Exists(subplan)
            | Expression::Count(subplan)
            | Expression::Collect { subplan, .. } => self.lines(&subplan.root, margin, lines),
            Expression::Member(members) => self.lines(&members.root, margin, lines),
            Expression::Ways(boughs) => {
                let mut condition = |condition| self.inside(condition, margin, lines);
                boughs.iter().for_each(|bough| bough.conditions(&mut condition));
            }
            other => other.operands(&mut |operand| self.inside(operand, margin, lines)),
        }
    }

    fn told(&self, operator: &Operator) -> String {
        match &operator.task {
            Task::Argument => "Argument".to_owned(),
            Task::Pattern(_) => "Pattern".to_owned(),
            Task::Scan { node, access } => self.scan(*node, access),
            Task::CountStore(store) => {
                let arrow = if store.both { "-" } else { "->" };
                let types = expression::bracketed(&store.types);
                format!("Count ()-{types}{arrow}() by type as {}", self.name(store.count))
            }
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
            Task::Sole(sole) => format!(
                "Distinct {}, {} of only one as {}",
                self.name(sole.node),
                self.name(sole.relationship),
                self.name(sole.sole)
            ),
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
            Access::Lookup(lookup) => {
                let label = lookup.label.as_ref().map(|label| format!(":{label}")).unwrap_or_default();
                let told = |(own, known): &(Expression, Expression)| {
                    format!("{} = {}", self.said(own), self.said(known))
                };
                let pairs: Vec<String> = lookup.pairs.iter().map(told).collect();
                format!("Look up ({name}{label}) by {}", pairs.join(", "))
            }
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
        let tests = expand.tests.iter().filter_map(|test| match &test.holds {
            Expression::Quantified { quantifier, variable, .. } => {
                Some(format!("{}({} …)", word_of(*quantifier), self.name(*variable)))
            }
            _ => None,
        });
        let tests: Vec<String> = tests.collect();
        let asked = if tests.is_empty() { String::new() } else { format!(" WHERE {}", tests.join(" AND ")) };
        format!("{word} {step}{asked}")
    }

    fn shortest(&self, shortest: &Shortest) -> String {
        let word = match shortest.search {
            Search::AllShortest => "All shortest paths",
            _ if shortest.measured => "Length of the shortest path",
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
                        let first = aggregate.first.map(|count| format!("[..{count}]")).unwrap_or_default();
                        let arguments = self.joined(&aggregate.arguments, ", ");
                        format!("{}({distinct}{arguments}){first}", function.0.name)
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
