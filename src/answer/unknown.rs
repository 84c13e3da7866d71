//! Names in a Cypher statement that are nowhere in the graph: they match nothing, and are mostly misspelt.
//!
//! In: a bound statement, the graph and its vocabulary. Out: notes. What a statement writes itself is known by that.

use super::unlike;
use crate::algebra::{
    BinaryOperator, Body, Bound, Clause, Expression, Identifier, Item, LabelExpression, Literal, Node,
    NodePattern, PathPattern, Projection, Query, SetItem, Slot, SlotKind, Statement, Yield,
};
use crate::base::nearest;
use crate::graph::Graph;
use crate::vocabulary::Vocabulary;

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Label,
    Type,
    Key,
}

/// A note for each name that neither the graph nor its vocabulary has.
pub fn unknown_names(statement: &Statement<Bound>, graph: &Graph, vocabulary: &Vocabulary) -> Vec<String> {
    let Body::Query(query) = &statement.body else { return Vec::new() };
    let mut mentioned = Mentioned {
        statement,
        read: Vec::new(),
        written: Vec::new(),
        writes_any_key: false,
        compared: Vec::new(),
        bare: Vec::new(),
    };
    mentioned.query(query);
    let Mentioned { read, written, writes_any_key, compared, bare, .. } = mentioned;
    let mut notes: Vec<String> = Vec::new();
    let compared = compared.into_iter().filter(|(key, _)| !written.contains(&(Sort::Key, *key)));
    let compared = compared.filter_map(|(key, value)| unlike::compared(key, value, vocabulary));
    let bare = bare.into_iter().filter(|(sort, name)| is_known(*sort, name, graph, vocabulary));
    let bare = bare.map(|(sort, name)| {
        unlike::variable(name, if sort == Sort::Label { "node" } else { "relationship" })
    });
    for note in compared.chain(bare) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    for (sort, name) in read {
        let is_written = written.contains(&(sort, name)) || (sort == Sort::Key && writes_any_key);
        if is_written || is_known(sort, name, graph, vocabulary) {
            continue;
        }
        let known = known(sort, graph, vocabulary);
        let what = match sort {
            Sort::Label => format!("no node has the label `{name}`"),
            Sort::Type => format!("no relationship has the type `{name}`"),
            Sort::Key => format!("nothing has a property `{name}`"),
        };
        let note = match nearest(name, known.iter().map(String::as_str), 1).first() {
            Some(near) => format!("{what}; did you mean `{near}`?"),
            None => what,
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

fn is_known(sort: Sort, name: &str, graph: &Graph, vocabulary: &Vocabulary) -> bool {
    match sort {
        Sort::Label => graph.label(name).is_some() || vocabulary.kinds.iter().any(|kind| kind.name == name),
        Sort::Type => {
            let relations = &vocabulary.relations;
            graph.relationship_type(name).is_some() || relations.iter().any(|r| r.type_name() == name)
        }
        Sort::Key => graph.key(name).is_some() || vocabulary.properties.iter().any(|p| p.name == name),
    }
}

/// All names of a sort, to find the nearest among them.
fn known(sort: Sort, graph: &Graph, vocabulary: &Vocabulary) -> Vec<String> {
    match sort {
        Sort::Label => {
            let kinds = vocabulary.kinds.iter().map(|kind| kind.name.clone());
            graph.all_labels().into_iter().map(|l| graph.label_name(l).to_string()).chain(kinds).collect()
        }
        Sort::Type => {
            let relations = vocabulary.relations.iter().map(|relation| relation.type_name());
            graph.types().into_iter().map(|t| graph.type_name(t).to_string()).chain(relations).collect()
        }
        Sort::Key => {
            let properties = vocabulary.properties.iter().map(|property| property.name.clone());
            graph.all_keys().into_iter().map(|k| graph.key_name(k).to_string()).chain(properties).collect()
        }
    }
}

/// The names of a statement, gathered on a walk over it.
struct Mentioned<'s> {
    statement: &'s Statement<Bound>,
    read: Vec<(Sort, &'s str)>,
    written: Vec<(Sort, &'s str)>,
    /// A map whose keys are not in the text becomes properties.
    writes_any_key: bool,
    /// Properties of nodes and relationships with the literals that they are compared with.
    compared: Vec<(&'s str, &'s Literal)>,
    /// Variables of patterns without a label or type.
    bare: Vec<(Sort, &'s str)>,
}

impl<'s> Mentioned<'s> {
    fn query(&mut self, query: &'s Query<Bound>) {
        let parts = std::iter::once(&query.first).chain(query.unions.iter().map(|(_, single)| single));
        parts.flat_map(|single| &single.clauses).for_each(|clause| self.clause(clause));
    }

    fn clause(&mut self, clause: &'s Clause<Bound>) {
        match clause {
            Clause::Match { patterns, filter, .. } => {
                patterns.iter().for_each(|pattern| self.pattern(pattern));
                self.expressions(filter);
            }
            Clause::Unwind { list, .. } => self.expression(list),
            Clause::Call(call) => {
                self.expressions(call.arguments.iter().flatten());
                if let Yield::Items { filter, .. } = &call.yields {
                    self.expressions(filter);
                }
            }
            Clause::With { projection, filter, .. } => {
                self.projection(projection);
                self.expressions(filter);
            }
            Clause::Return { projection, .. } => self.projection(projection),
            Clause::Create { patterns, .. } => patterns.iter().for_each(|pattern| self.made(pattern)),
            Clause::Merge { pattern, on_create, on_match, .. } => {
                self.made(pattern);
                on_create.iter().chain(on_match).for_each(|item| self.set(item));
            }
            Clause::Set { items, .. } => items.iter().for_each(|item| self.set(item)),
            // Removing makes the name known to the graph.
            Clause::Remove { .. } => {}
            Clause::Delete { targets, .. } => self.expressions(targets),
        }
    }

    fn projection(&mut self, projection: &'s Projection<Bound>) {
        let Projection { items, order, skip, limit, .. } = projection;
        self.expressions(items.iter().map(|Item { expression, .. }| expression));
        self.expressions(order.iter().map(|key| &key.expression));
        self.expressions(skip.iter().chain(limit));
    }

    /// A pattern that is looked for.
    fn pattern(&mut self, pattern: &'s PathPattern<Bound>) {
        for node in nodes(pattern) {
            node.labels.iter().for_each(|labels| self.labels(labels));
            self.keys(&node.properties);
            if node.labels.is_none() {
                self.bare(Sort::Label, node.variable);
            }
        }
        for step in &pattern.steps {
            if step.relationship.types.is_empty() {
                self.bare(Sort::Type, step.relationship.variable);
            }
            self.read.extend(step.relationship.types.iter().map(|name| (Sort::Type, &*name.name)));
            self.keys(&step.relationship.properties);
        }
    }

    fn bare(&mut self, sort: Sort, variable: Option<Slot>) {
        let slot = variable.and_then(|slot| self.statement.info.0.get(slot.0 as usize));
        self.bare.extend(slot.and_then(|slot| Some((sort, slot.name.as_deref()?))));
    }

    fn keys(&mut self, properties: &'s Option<Expression<Bound>>) {
        if let Some(Expression { node: Node::Map(entries), .. }) = properties {
            self.read.extend(entries.iter().map(|(key, _)| (Sort::Key, &*key.name)));
            for (key, value) in entries {
                self.compared.extend(literal(value).map(|value| (&*key.name, value)));
            }
        }
        self.expressions(properties);
    }

    /// A pattern that is made.
    fn made(&mut self, pattern: &'s PathPattern<Bound>) {
        for node in nodes(pattern) {
            let from = self.read.len();
            node.labels.iter().for_each(|labels| self.labels(labels));
            self.written.extend(self.read.drain(from..));
            self.map(&node.properties);
        }
        for step in &pattern.steps {
            self.written.extend(step.relationship.types.iter().map(|name| (Sort::Type, &*name.name)));
            self.map(&step.relationship.properties);
        }
    }

    /// A map that becomes properties.
    fn map(&mut self, properties: &'s Option<Expression<Bound>>) {
        match properties {
            Some(Expression { node: Node::Map(entries), .. }) => {
                self.written.extend(entries.iter().map(|(key, _)| (Sort::Key, &*key.name)));
            }
            Some(_) => self.writes_any_key = true,
            None => {}
        }
        self.expressions(properties);
    }

    fn set(&mut self, item: &'s SetItem<Bound>) {
        match item {
            SetItem::Property { subject, key, value } => {
                self.written.push((Sort::Key, &key.name));
                self.expressions([subject, value]);
            }
            SetItem::All { value, .. } => {
                self.writes_any_key = true;
                self.expression(value);
            }
            SetItem::Labels { labels, .. } => {
                self.written.extend(labels.iter().map(|label| (Sort::Label, &*label.name)));
            }
        }
    }

    fn labels(&mut self, labels: &'s LabelExpression) {
        match labels {
            LabelExpression::Label(label) => self.read.push((Sort::Label, &label.name)),
            LabelExpression::Any => {}
            LabelExpression::Not(inner) => self.labels(inner),
            LabelExpression::And(parts) | LabelExpression::Or(parts) => {
                parts.iter().for_each(|part| self.labels(part));
            }
        }
    }

    fn expressions(&mut self, expressions: impl IntoIterator<Item = &'s Expression<Bound>>) {
        expressions.into_iter().for_each(|expression| self.expression(expression));
    }

    fn expression(&mut self, expression: &'s Expression<Bound>) {
        match &expression.node {
            Node::Property { subject, key } => self.property(subject, key),
            Node::HasLabels { labels, .. } => self.labels(labels),
            Node::Binary { operator, left, right } if compares(*operator) => self.comparison(left, right),
            Node::Comparisons { first, rest } => {
                let sides = std::iter::once(&**first).chain(rest.iter().map(|(_, side)| side));
                sides.clone().zip(sides.skip(1)).for_each(|(left, right)| self.comparison(left, right));
            }
            Node::PatternComprehension { pattern, .. }
            | Node::PatternPredicate(pattern)
            | Node::ShortestPath(pattern) => self.pattern(pattern),
            Node::Exists(inner) | Node::Count(inner) | Node::Collect(inner) => self.query(&inner.query),
            _ => {}
        }
        self.expressions(expression.node.children());
    }

    fn comparison(&mut self, left: &'s Expression<Bound>, right: &'s Expression<Bound>) {
        for (side, other) in [(left, right), (right, left)] {
            if let Node::Property { subject, key } = &side.node
                && self.is_entity(subject)
            {
                self.compared.extend(literal(other).map(|value| (&*key.name, value)));
            }
        }
    }

    /// A key of a node or relationship; maps and dates have keys of their own.
    fn property(&mut self, subject: &'s Expression<Bound>, key: &'s Identifier) {
        if self.is_entity(subject) {
            self.read.push((Sort::Key, &key.name));
        }
    }

    fn is_entity(&self, subject: &Expression<Bound>) -> bool {
        let Node::Variable(slot) = &subject.node else { return false };
        let kind = self.statement.info.0.get(slot.0 as usize).map(|slot| slot.kind);
        matches!(kind, Some(SlotKind::Node | SlotKind::Relationship))
    }
}

fn compares(operator: BinaryOperator) -> bool {
    use BinaryOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    matches!(operator, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
}

fn literal(expression: &Expression<Bound>) -> Option<&Literal> {
    if let Node::Literal(literal) = &expression.node { Some(literal) } else { None }
}

fn nodes(pattern: &PathPattern<Bound>) -> impl Iterator<Item = &NodePattern<Bound>> {
    std::iter::once(&pattern.start).chain(pattern.steps.iter().map(|step| &step.node))
}

#[cfg(test)]
mod tests {
    use crate::session::{Options, Session};

    /// The remarks on a statement, after it has run.
    fn remarks(statement: &str) -> Vec<String> {
        let mut session = Session::builtin().unwrap_or_else(|report| panic!("{report:?}"));
        let answer = session.run(statement, &Options::default());
        let mut answer = answer.unwrap_or_else(|report| panic!("{statement}: {report:?}"));
        session.remark_names(&mut answer);
        answer.notes
    }

    #[test]
    fn names_that_are_nowhere_are_remarked_on() {
        for (statement, remark) in [
            ("MATCH (n:Lawz) RETURN n", "no node has the label `Lawz`; did you mean `Law`?"),
            (
                "MATCH (n) WHERE NOT n:Lawz RETURN count(n)",
                "no node has the label `Lawz`; did you mean `Law`?",
            ),
            (
                "MATCH ()-[:ISSUDE_BY]->() RETURN 1",
                "no relationship has the type `ISSUDE_BY`; did you mean `ISSUED_BY`?",
            ),
            ("MATCH (n:Law) RETURN n.titel", "nothing has a property `titel`; did you mean `title`?"),
            ("MATCH (n:Law {titel: 'x'}) RETURN n", "nothing has a property `titel`; did you mean `title`?"),
            (
                "MATCH (n:Law) RETURN n.name ORDER BY n.titel",
                "nothing has a property `titel`; did you mean `title`?",
            ),
            (
                "MATCH (n:Law) WITH n WHERE n.titel = 1 RETURN n",
                "nothing has a property `titel`; did you mean `title`?",
            ),
            (
                "MATCH (n) WHERE EXISTS { (n)-[:ISSUDE_BY]->() } RETURN n",
                "no relationship has the type `ISSUDE_BY`; did you mean `ISSUED_BY`?",
            ),
            (
                "MATCH (n:Law) RETURN [(n)--(m:Lawz) | m.name] AS m",
                "no node has the label `Lawz`; did you mean `Law`?",
            ),
            ("MATCH (n:Qqqqxx) CREATE (m:Zzzzyy)", "no node has the label `Qqqqxx`"),
            (
                "MATCH (n:Law) WHERE n.date >= '2003-04' RETURN n",
                "`date` holds dates, and the text '2003-04' is none: write `date('2003-04')`",
            ),
            (
                "MATCH (n:Law {date: '2003-04-15'}) RETURN n",
                "`date` holds dates, and the text '2003-04-15' is none: write `date('2003-04-15')`",
            ),
            (
                "MATCH (n:Law) WHERE 2003 = n.date RETURN n",
                "`date` holds dates, and the number 2003 is none: write `date.year` to compare with 2003",
            ),
            (
                "MATCH (d:Decree {number: 268}) RETURN d.name",
                "`number` holds texts, and the number 268 is none: write `'268'`",
            ),
            (
                "MATCH ()-[ESTABLISHES]->() RETURN count(*)",
                "`ESTABLISHES` is a variable here, which matches any relationship; the relationships of that name are \
                 `:ESTABLISHES`",
            ),
            (
                "MATCH (Law) RETURN count(*)",
                "`Law` is a variable here, which matches any node; the nodes of that name are `:Law`",
            ),
        ] {
            assert_eq!(remarks(statement), [remark], "{statement}");
        }
    }

    #[test]
    fn names_that_are_known_or_written_or_of_something_else_are_not() {
        for statement in [
            "MATCH (n:Law)-[r]->(m) WHERE n.date IS NOT NULL RETURN n.name, r.role, type(r), labels(m)",
            "CREATE (n:Lawz {titel: 'x'})-[:ISSUDE]->(:Other) RETURN n.titel",
            "MATCH (a {id: 'none'}) CREATE (a)-[:ISSUDE {since: 1}]->(b:Lawz) RETURN b.since",
            "MATCH (a {id: 'none'}) SET a:Lawz, a.titel = 1 WITH a MATCH (b:Lawz) RETURN b.titel",
            "MATCH (a {id: 'none'}) SET a += {titel: 1} RETURN a.titel",
            "MERGE (n:Lawz {titel: 'x'}) ON CREATE SET n.sience = 1 RETURN n.sience",
            "WITH {titel: 1} AS map, date('2010-01-01') AS day RETURN map.titel, day.year",
            "UNWIND [{titel: 1}] AS row RETURN row.titel",
            "MATCH (law:Law)-[r]->() WHERE law.date > date('2003') AND law.number <> '74' RETURN law.number + 1, law.date = null",
            "MATCH (n:Law {id: 'none'}) SET n.number = 1 WITH n WHERE n.number = 1 RETURN n",
        ] {
            assert_eq!(remarks(statement), [""; 0], "{statement}");
        }
    }
}
