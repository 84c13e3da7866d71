use std::io::BufRead;
use whichlaw::functions::{Field, Procedure, Procedures};
fn main() {
    let render = std::env::args().nth(1).is_some();
    let (mut ok, mut bad, mut loose) = (0, 0, 0);
    for line in std::io::stdin().lock().lines() {
        let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let q = v["q"].as_str().unwrap();
        let mut procs = Procedures::default();
        for p in v["procs"].as_array().unwrap() {
            let f = |k: &str| {
                p[k].as_array()
                    .unwrap()
                    .iter()
                    .map(|x| Field {
                        name: x[0].as_str().unwrap().into(),
                        declared: x[1].as_str().unwrap().into(),
                    })
                    .collect()
            };
            procs.0.insert(
                p["name"].as_str().unwrap().into(),
                Procedure { inputs: f("in"), outputs: f("out"), rows: vec![] },
            );
        }
        let want = v["err"].as_str().unwrap_or("");
        let params: whichlaw::value::Map = Default::default();
        let r = whichlaw::language::cypher::parse(q)
            .and_then(|n| whichlaw::bind::bind(&n, &procs))
            .and_then(|b| whichlaw::bind::missing_parameters(&b, &params).map(|_| b));
        let got = match &r {
            Ok(_) => String::new(),
            Err(e) => {
                let f = e.failure.unwrap();
                format!("{} {}: {}", f.kind, f.phase.name(), f.detail)
            }
        };
        let runtime_ok = want.contains("runtime") && got.is_empty();
        let any = want.contains("any time")
            && (got.is_empty() || want.replace("any time", "compile time") == got || want.ends_with('*'));
        if got == want || runtime_ok || any {
            ok += 1
        } else if want.contains("runtime") || want.is_empty() || got.is_empty() || true {
            bad += 1;
            println!(
                "---- {}\n{q}\n  want: {want}\n  got:  {got} {}",
                v["path"],
                r.as_ref().err().map(|e| e.message.clone()).unwrap_or_default()
            );
        } else {
            loose += 1
        }
        if render {
            if let Err(e) = r {
                println!(
                    "== {q}\n   {} {:?} help={:?} suggest={:?}",
                    e.message,
                    e.labels.iter().map(|l| (l.span.of(q), &l.text)).collect::<Vec<_>>(),
                    e.help,
                    e.suggestions.iter().map(|s| &s.text).collect::<Vec<_>>()
                );
            }
        }
    }
    println!("ok {ok} bad {bad} loose {loose}");
}
