//! What fuzzing has found: inputs that once broke something or took too long. `fuzz/` says how to look for more.

use std::time::{Duration, Instant};
use whichlaw::session::{Language, Options, Session};

/// Questions for which every run of their words was compared with every name, place by place.
const SLOW_QUESTIONS: &[&str] = &[
    "who 2010 r_sponsiblewho r_sponsible r_sponsible for many for the ? 268 268 the articles? ?",
    "which ? National bodies are coordinated by  conucil that, 268 Decree No. 268 established?",
    "which - National bodies are coo%dinated established  council that, 268 Decree No. 268 established?",
    " 268 bodies ratify coordindabte y ? that the council that Decree No. 268 established? ? ?",
    "2003 ? 2010 members, approved the anti approved,  the 2010, . body?",
    "2003  law, members  concern decree ? crisis,  ?  concern",
    "how is the 7n National Plan connected to the Constit  ?  7n?",
];

#[test]
fn questions_that_took_too_long() {
    let mut session = Session::builtin().unwrap();
    for text in SLOW_QUESTIONS {
        let asked = Instant::now();
        let options = Options { language: Language::Question, ..Options::default() };
        let report = session.run(text, &options).map(|answer| answer.rows.len()).unwrap_err();
        assert!(!report.labels.is_empty(), "{text}: {report:?}");
        // Programs that are not optimized, beside others, may take this long.
        assert!(asked.elapsed() < Duration::from_secs(15), "{text}: {:?}", asked.elapsed());
    }
}
