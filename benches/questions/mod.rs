//! Fifteen questions that legal users ask, in Cypher.
//!
//! `@KIND@` and `@KIND2@` stand for the label of a start, which the corpus gives with the parameters.

use crate::corpus::Corpus;
use whichlaw::base::Budget;
use whichlaw::session::{Language, Options};

/// One question of the benchmark.
pub struct Question {
    pub name: &'static str,
    /// What is asked, in plain words.
    pub words: &'static str,
    cypher: &'static str,
}

pub const QUESTIONS: &[Question] = &[
    Question {
        name: "q1",
        words: "decree by number and date",
        cypher: "MATCH (n:Decree {number: $number}) WHERE n.date = date($date) RETURN n.id AS id, n.title AS title",
    },
    Question {
        name: "q2",
        words: "what created a body",
        cypher: "MATCH (d)-[:CREATES]->(b:Body {id: $id}) RETURN d.id AS id, d.number AS number",
    },
    Question {
        name: "q3",
        words: "bodies responsible under a law",
        cypher: "MATCH (l:Law {id: $id})<-[:BASED_ON]-(o:Obligation)<-[:RESPONSIBLE_FOR]-(b:Body)
                 RETURN DISTINCT b.id AS id ORDER BY id",
    },
    Question {
        name: "q4",
        words: "authority chain of a body",
        cypher: "MATCH (b:Body {id: $id})-[:BASED_ON*1..6]->(a) WHERE a:Law OR a:Constitution
                 RETURN DISTINCT a.id AS id ORDER BY id",
    },
    Question {
        name: "q5",
        words: "all that amends an instrument",
        cypher: "MATCH (x:@KIND@ {id: $id})<-[:AMENDS*1..30]-(y) WITH DISTINCT y
                 RETURN count(y) AS n, sum(y.id) AS s",
    },
    Question {
        name: "q6",
        words: "shortest connection of two things",
        cypher: "MATCH (a:@KIND@ {id: $a}), (b:@KIND2@ {id: $b}), p = shortestPath((a)-[*..12]-(b))
                 RETURN length(p) AS n",
    },
    Question {
        name: "q7",
        words: "citations of citations",
        cypher: "MATCH (x:@KIND@ {id: $id})<-[:CITES]-(a)<-[:CITES]-(b)
                 RETURN count(*) AS paths, count(DISTINCT b) AS n",
    },
    Question {
        name: "q8",
        words: "most cited in force on a date",
        cypher: "MATCH (a)-[c:CITES]->(b)
                 WHERE c.date <= date($date) AND b.in_force_from <= date($date)
                   AND (b.in_force_to IS NULL OR b.in_force_to > date($date))
                 RETURN b.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 20",
    },
    Question {
        name: "q9",
        words: "obligations nobody answers for",
        cypher: "MATCH (o:Obligation) WHERE NOT (o)<-[:RESPONSIBLE_FOR]-() RETURN count(o) AS n, sum(o.id) AS s",
    },
    Question {
        name: "q10",
        words: "open bodies, founder repealed",
        cypher: "MATCH (b:Body)<-[:CREATES]-(i)<-[r:REPEALS]-(j)
                 WHERE r.date <= date($date) AND b.in_force_to IS NULL
                 RETURN b.id AS bid, i.id AS iid, j.id AS jid ORDER BY bid, iid, jid",
    },
    Question {
        name: "q11",
        words: "citation triangles",
        cypher: "MATCH (a)-[:CITES]->(b)-[:CITES]->(c)<-[:CITES]-(a) RETURN count(*) AS n",
    },
    Question {
        name: "q12",
        words: "three-hop citation paths",
        cypher: "MATCH (a)-[:CITES]->(b)-[:CITES]->(c)-[:CITES]->(d) RETURN count(*) AS n",
    },
    Question {
        name: "q13",
        words: "newest titles with a text",
        cypher: "MATCH (n) WHERE n.title CONTAINS $text
                 RETURN n.id AS id, n.date AS date ORDER BY date DESC, id LIMIT 50",
    },
    Question {
        name: "q14",
        words: "everything by kind and decade",
        cypher: "MATCH (n) RETURN labels(n)[0] AS kind, n.date.year / 10 AS decade, count(*) AS n
                 ORDER BY kind, decade",
    },
    Question {
        name: "q15",
        words: "longest succession of programmes",
        cypher: "MATCH p = (a:Programme)-[:SUCCEEDS*1..30]->(b:Programme) RETURN max(length(p)) AS n",
    },
];

impl Question {
    /// The statement about one corpus.
    pub fn text(&self, corpus: &Corpus) -> String {
        let mut text = self.cypher.to_owned();
        for (placeholder, label) in corpus.labels(self.name) {
            text = text.replace(&format!("@{placeholder}@"), &label);
        }
        text
    }

    /// How it is asked: without limits, with so many threads (0 means all cores).
    pub fn options(&self, corpus: &Corpus, threads: usize) -> Options {
        Options {
            language: Language::Cypher,
            parameters: corpus.parameters(self.name),
            budget: Budget { rows: u64::MAX, memory: u64::MAX, threads, ..Budget::default() },
            ..Options::default()
        }
    }
}
