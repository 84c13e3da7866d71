//! Chains of authority: from a thing to what gives it its legal basis, and so on up.

use super::ask::{Form, Meant};
use super::binder::Binder;
use super::emit::*;
use super::meaning::*;
use crate::algebra::*;
use crate::base::{Report, Result};
use crate::graph::{NodeId, RelationshipType, Way};
use crate::vocabulary::LegalBasis;

/// No chain of law is longer; a cycle ends sooner.
const LONGEST: usize = 24;

/// One step of a chain: along which relation, which way, to what kind.
type StepShape = (String, Way, Option<String>);

impl Binder<'_> {
    /// `legal basis chain of X`: one pattern for each shape of chain that the graph holds above X.
    pub fn chain(&mut self, basis: Var, group: &Group) -> Result<Meant> {
        let start = group.conditions.iter().find_map(|c| match c {
            Condition::Edge(e) if e.from == basis => Some(e.to),
            Condition::Edge(e) if e.to == basis => Some(e.from),
            _ => None,
        });
        let Some(start) = start else { return Err(Report::input("question.chain", "a chain of what?")) };
        let nodes = self.variables[start.0].entities.clone();
        let [node] = nodes.as_slice() else {
            return Err(Report::input("question.chain", "a chain is asked of one named thing")
                .at(self.variables[start.0].span, "write a name here"));
        };
        let mut shapes: Vec<Vec<StepShape>> = Vec::new();
        let mut path_so_far = Vec::new();
        self.climb(*node, &mut vec![*node], &mut path_so_far, &mut shapes);
        shapes.sort_by_key(|s| std::cmp::Reverse(s.len()));
        let mut kept: Vec<Vec<StepShape>> = Vec::new();
        for shape in shapes {
            if !kept.iter().any(|longer| longer.starts_with(&shape)) {
                kept.push(shape);
            }
        }
        let name = self.graph.name(*node);
        let reading = format!("the chain of legal bases of {name}, up to where the sources end");
        if kept.is_empty() {
            kept.push(Vec::new());
        }
        let mut queries = kept.into_iter().map(|shape| self.chain_query(*node, shape));
        let first = queries.next().unwrap_or(SingleQuery { clauses: Vec::new() });
        let unions = queries.map(|q| (UnionKind::Distinct, q)).collect();
        let mut made = statement(Vec::new());
        made.body = Body::Query(Query { first, unions });
        Ok(Meant {
            statement: made,
            form: Form::Path,
            reading,
            notes: Vec::new(),
            group: Group::default(),
            target: None,
            dated: Vec::new(),
            wider: Vec::new(),
            undated: None,
            impact: None,
        })
    }

    fn chain_query(&self, node: NodeId, shape: Vec<StepShape>) -> SingleQuery<Named> {
        let bare = |labels: Option<LabelExpression>| NodePattern {
            variable: None,
            labels,
            properties: None,
            span: Default::default(),
        };
        let (key, id) = self.id_literal(node);
        let mut start = bare(self.kind_of(node).map(|k| LabelExpression::Label(identifier(&k))));
        start.properties = Some(expr(Node::Map(vec![(identifier(key), id)])));
        let empty = shape.is_empty();
        let steps = shape
            .into_iter()
            .map(|(relation, way, kind)| Step {
                relationship: RelationshipPattern {
                    variable: None,
                    types: vec![identifier(&relation)],
                    direction: if way == Way::Out { Direction::Outgoing } else { Direction::Incoming },
                    length: None,
                    properties: None,
                    span: Default::default(),
                },
                node: bare(kind.map(|k| LabelExpression::Label(identifier(&k)))),
            })
            .collect();
        let mut pattern = path(start, steps);
        pattern.variable = Some(identifier("chain"));
        let filter = empty.then(|| expr(Node::Literal(Literal::Boolean(false))));
        let clauses = vec![
            match_clause(vec![pattern], filter),
            return_clause(projection(true, vec![item(variable("chain"), "chain")])),
        ];
        SingleQuery { clauses }
    }

    /// The links from a node to what gives it authority.
    fn above(&self, node: NodeId, first: bool) -> Vec<(RelationshipType, String, Way, NodeId)> {
        use crate::vocabulary::End;
        let mut found = Vec::new();
        for relation in &self.vocabulary.relations {
            let counts = match relation.legal_basis {
                LegalBasis::Yes => true,
                LegalBasis::Chain => !first,
                LegalBasis::No => false,
            };
            let (true, Some(end)) = (counts, relation.authority) else { continue };
            let Some(kind) = self.graph.relationship_type(&relation.type_name()) else { continue };
            // Authority at `from` means that the thing stands at `to`.
            let way = if end == End::From { Way::In } else { Way::Out };
            for other in self.graph.adjacent(node, way, kind).nodes {
                found.push((kind, relation.type_name(), way, *other));
            }
        }
        found
    }

    fn climb(
        &self,
        node: NodeId,
        visited: &mut Vec<NodeId>,
        steps: &mut Vec<StepShape>,
        shapes: &mut Vec<Vec<StepShape>>,
    ) {
        let above: Vec<_> = self
            .above(node, steps.is_empty())
            .into_iter()
            .filter(|(.., other)| !visited.contains(other))
            .collect();
        if above.is_empty() || steps.len() >= LONGEST || shapes.len() >= 200 {
            if !steps.is_empty() && !shapes.contains(steps) {
                shapes.push(steps.clone());
            }
            return;
        }
        for (_, relation, way, other) in above {
            visited.push(other);
            steps.push((relation, way, self.kind_of(other)));
            self.climb(other, visited, steps, shapes);
            steps.pop();
            visited.pop();
        }
    }
}
