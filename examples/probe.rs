use std::io::BufRead;
use whichlaw::bind::question::{Dictionary, understand};
use whichlaw::load;
fn main() {
    let loaded = match load::open(&load::Place::Builtin, &load::LoadOptions::default()) {
        Ok(l) => l,
        Err(problems) => { for p in problems.iter().take(20) { println!("{p:?}"); } return; }
    };
    let t = std::time::Instant::now();
    let dictionary = Dictionary::new(&loaded.vocabulary, &loaded.graph);
    eprintln!("dictionary {:?}, nodes {}", t.elapsed(), loaded.graph.node_count());
    let today = whichlaw::value::Date::from_ymd(2026, 11, 23).unwrap();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        println!("? {line}");
        let t = std::time::Instant::now();
        match understand(&line, &loaded.vocabulary, &loaded.graph, &dictionary, today) {
            Ok(m) => println!("  = {} [{:?}] {:?}\n{}\n  {:?}", m.reading, m.form, t.elapsed(), whichlaw::language::cypher::print(&m.statement).lines().map(|l| format!("    {l}")).collect::<Vec<_>>().join("\n"), m.notes),
            Err(r) => println!("  ! {} {} {:?} | {:?} {:?} {:?}", r.code, r.message, r.labels.first().map(|l| (l.span.of(&line).to_owned(), l.text.clone())), r.help, r.suggestions.iter().map(|s| &s.text).collect::<Vec<_>>(), t.elapsed()),
        }
    }
}
