//! The forms of English words, made from their base form.
//!
//! The vocabulary lists base forms; what people type is looked up among the forms made here. Making forms is stricter
//! than cutting endings off: *established* is a form of *establish*, *establishment* is not.

use super::lexicon::Category;

/// The forms of a verb that the grammar tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerbForm {
    /// `establish`, `establishes`
    Present,
    /// A past tense that cannot be a participle: `gave`.
    Past,
    /// `established`: past tense and participle alike.
    PastOrParticiple,
    /// `given`
    Participle,
    /// `establishing`
    Gerund,
}

impl VerbForm {
    /// The category of a verb in this form.
    pub fn category(self) -> Category {
        match self {
            VerbForm::Present => Category::Present,
            VerbForm::Past => Category::Past,
            VerbForm::PastOrParticiple => Category::PastOrParticiple,
            VerbForm::Participle => Category::Participle,
            VerbForm::Gerund => Category::Gerund,
        }
    }
}

/// Irregular verbs: base, past, participle.
const IRREGULAR: &[(&str, &str, &str)] = &[
    ("arise", "arose", "arisen"),
    ("be", "was", "been"),
    ("become", "became", "become"),
    ("begin", "began", "begun"),
    ("bind", "bound", "bound"),
    ("bring", "brought", "brought"),
    ("build", "built", "built"),
    ("buy", "bought", "bought"),
    ("choose", "chose", "chosen"),
    ("come", "came", "come"),
    ("cut", "cut", "cut"),
    ("deal", "dealt", "dealt"),
    ("do", "did", "done"),
    ("draw", "drew", "drawn"),
    ("fall", "fell", "fallen"),
    ("feed", "fed", "fed"),
    ("fight", "fought", "fought"),
    ("find", "found", "found"),
    ("forbid", "forbade", "forbidden"),
    ("get", "got", "got"),
    ("give", "gave", "given"),
    ("go", "went", "gone"),
    ("grow", "grew", "grown"),
    ("have", "had", "had"),
    ("hear", "heard", "heard"),
    ("hold", "held", "held"),
    ("keep", "kept", "kept"),
    ("know", "knew", "known"),
    ("lay", "laid", "laid"),
    ("lead", "led", "led"),
    ("leave", "left", "left"),
    ("lend", "lent", "lent"),
    ("let", "let", "let"),
    ("lie", "lay", "lain"),
    ("lose", "lost", "lost"),
    ("make", "made", "made"),
    ("mean", "meant", "meant"),
    ("meet", "met", "met"),
    ("oversee", "oversaw", "overseen"),
    ("pay", "paid", "paid"),
    ("put", "put", "put"),
    ("read", "read", "read"),
    ("rise", "rose", "risen"),
    ("run", "ran", "run"),
    ("say", "said", "said"),
    ("see", "saw", "seen"),
    ("seek", "sought", "sought"),
    ("sell", "sold", "sold"),
    ("send", "sent", "sent"),
    ("set", "set", "set"),
    ("show", "showed", "shown"),
    ("sit", "sat", "sat"),
    ("speak", "spoke", "spoken"),
    ("spend", "spent", "spent"),
    ("split", "split", "split"),
    ("stand", "stood", "stood"),
    ("take", "took", "taken"),
    ("teach", "taught", "taught"),
    ("tell", "told", "told"),
    ("think", "thought", "thought"),
    ("undergo", "underwent", "undergone"),
    ("undertake", "undertook", "undertaken"),
    ("uphold", "upheld", "upheld"),
    ("win", "won", "won"),
    ("withdraw", "withdrew", "withdrawn"),
    ("write", "wrote", "written"),
];

/// Nouns whose plural is not made by rule.
const PLURALS: &[(&str, &str)] = &[
    ("person", "people"),
    ("person", "persons"),
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("basis", "bases"),
    ("analysis", "analyses"),
    ("criterion", "criteria"),
    ("series", "series"),
    ("staff", "staff"),
    ("datum", "data"),
    ("index", "indices"),
    ("appendix", "appendices"),
];

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// `plan` doubles its last letter (`planned`); `develop` and `appear` do not.
fn doubles(base: &str) -> bool {
    const STRESSED: &[&str] = &[
        "refer", "prefer", "confer", "transfer", "occur", "admit", "permit", "commit", "submit", "omit",
        "compel", "control", "repel", "begin", "set", "put", "run", "cut", "label", "travel", "cancel",
        "equip", "program",
    ];
    let letters: Vec<char> = base.chars().rev().take(3).collect();
    let [last, middle, first] = letters[..] else { return false };
    let shape = !is_vowel(last) && !matches!(last, 'w' | 'x' | 'y') && is_vowel(middle) && !is_vowel(first);
    let syllables = base.split(|c| !is_vowel(c)).filter(|run| !run.is_empty()).count();
    shape && (syllables == 1 || STRESSED.contains(&base))
}

/// `base` + a regular ending that begins with a vowel.
fn with_ending(base: &str, ending: &str) -> String {
    let ends_silent =
        base.ends_with('e') && !(ending == "ing" && (base.ends_with("ee") || base.ends_with("oe")));
    if ends_silent {
        if ending == "ing" && base.ends_with("ie") {
            return format!("{}ying", &base[..base.len() - 2]);
        }
        return format!("{}{ending}", &base[..base.len() - 1]);
    }
    if ending == "ed" && base.ends_with('y') && !base[..base.len() - 1].ends_with(is_vowel) {
        return format!("{}ied", &base[..base.len() - 1]);
    }
    if doubles(base) {
        let last = &base[base.len() - 1..];
        return format!("{base}{last}{ending}");
    }
    format!("{base}{ending}")
}

/// The third person of a verb and the plural of a noun are made alike.
fn with_s(base: &str) -> String {
    if base.ends_with('y') && !base[..base.len() - 1].ends_with(is_vowel) {
        format!("{}ies", &base[..base.len() - 1])
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|e| base.ends_with(e))
        || matches!(base, "go" | "do" | "undergo")
    {
        format!("{base}es")
    } else {
        format!("{base}s")
    }
}

/// Every form of a verb given in base form (one lower-case word).
pub fn verb_forms(base: &str) -> Vec<(String, VerbForm)> {
    if base.is_empty() || !base.is_ascii() {
        return vec![(base.to_owned(), VerbForm::Present)];
    }
    let mut forms = vec![
        (base.to_owned(), VerbForm::Present),
        (with_s(base), VerbForm::Present),
        (with_ending(base, "ing"), VerbForm::Gerund),
    ];
    let irregular = IRREGULAR.iter().find(|(b, ..)| *b == base).or_else(|| {
        // `overtake` follows `take`: a prefix keeps the pattern of its verb.
        IRREGULAR.iter().find(|(b, ..)| {
            b.len() > 3
                && base.len() > b.len() + 1
                && base.ends_with(b)
                && ["over", "under", "out", "up", "re", "with"].contains(&&base[..base.len() - b.len()])
        })
    });
    match irregular {
        Some((b, past, participle)) => {
            let prefix = &base[..base.len() - b.len()];
            if past == participle {
                forms.push((format!("{prefix}{past}"), VerbForm::PastOrParticiple));
            } else {
                forms.push((format!("{prefix}{past}"), VerbForm::Past));
                forms.push((format!("{prefix}{participle}"), VerbForm::Participle));
            }
        }
        None => forms.push((with_ending(base, "ed"), VerbForm::PastOrParticiple)),
    }
    // The British and American spellings of -l: `cancelled`, and `canceled` after it.
    if base.ends_with('l') && doubles(base) {
        forms.push((format!("{base}ing"), VerbForm::Gerund));
        forms.push((format!("{base}ed"), VerbForm::PastOrParticiple));
    }
    forms
}

/// The plurals of a noun phrase: its last word, or the word before a preposition, takes the plural
/// (`legal bases`, `chains of authority`).
pub fn plural(noun: &str) -> String {
    plurals(noun).into_iter().next().unwrap_or_default()
}

/// Every plural of a noun phrase: *person* has two.
pub fn plurals(noun: &str) -> Vec<String> {
    let words: Vec<&str> = noun.split(' ').collect();
    let at = words
        .iter()
        .position(|w| matches!(*w, "of" | "for" | "in" | "to" | "on" | "under" | "at"))
        .unwrap_or(words.len());
    let at = at.saturating_sub(1);
    let Some(noun) = words.get(at) else { return Vec::new() };
    let with = |plural: String| {
        let mut made: Vec<&str> = words.clone();
        made[at] = &plural;
        made.join(" ")
    };
    plural_words(noun).into_iter().map(with).collect()
}

fn plural_words(word: &str) -> Vec<String> {
    let irregular: Vec<String> =
        PLURALS.iter().filter(|(one, _)| *one == word).map(|(_, many)| (*many).to_owned()).collect();
    if !irregular.is_empty() {
        return irregular;
    }
    let known = PLURALS.iter().any(|(_, many)| *many == word);
    if known || is_plural(word) || !word.is_ascii() || word.is_empty() {
        return vec![word.to_owned()];
    }
    vec![with_s(word)]
}

/// `minors`, not `basis`, `status` or `process`.
fn is_plural(word: &str) -> bool {
    word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end))
}

/// Whether words that name a value may be a noun, of which there can be several: `minor`, not `ended`, `in draft` or
/// `relevant`.
pub fn is_countable(phrase: &str) -> bool {
    const NO_NOUN: &[&str] =
        &["ed", "ing", "al", "ic", "ive", "ary", "ory", "ous", "able", "ible", "vant", "ete", "id", "wide"];
    const NO_START: &[&str] = &[
        "in",
        "under",
        "at",
        "through",
        "by",
        "with",
        "being",
        "not",
        "no",
        "still",
        "already",
        "previously",
    ];
    let first = phrase.split(' ').next().unwrap_or("");
    !NO_START.contains(&first) && !NO_NOUN.iter().any(|end| phrase.ends_with(end))
}

/// The past participle, for readings.
pub fn participle(base: &str) -> String {
    let forms = verb_forms(base);
    forms
        .iter()
        .find(|(_, form)| *form == VerbForm::Participle)
        .or_else(|| forms.iter().find(|(_, form)| *form == VerbForm::PastOrParticiple))
        .map_or_else(|| base.to_owned(), |(word, _)| word.clone())
}

/// The past tense, for suggestions.
pub fn past(base: &str) -> String {
    let forms = verb_forms(base);
    let past = forms.iter().find(|(_, form)| matches!(form, VerbForm::Past | VerbForm::PastOrParticiple));
    past.map_or_else(|| base.to_owned(), |(word, _)| word.clone())
}

/// The third person singular, for readings.
pub fn third_person(base: &str) -> String {
    match base {
        "be" => "is".into(),
        "have" => "has".into(),
        _ if base.is_ascii() => with_s(base),
        _ => base.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(base: &str, form: &str) {
        assert!(verb_forms(base).iter().any(|(f, _)| f == form), "{base}: {:?}", verb_forms(base));
    }

    #[test]
    fn forms_of_verbs() {
        for (base, form) in [
            ("establish", "establishes"),
            ("create", "created"),
            ("ratify", "ratified"),
            ("plan", "planned"),
            ("develop", "developing"),
            ("control", "controlled"),
            ("oversee", "overseen"),
            ("set", "setting"),
            ("apply", "applies"),
            ("agree", "agreeing"),
            ("give", "gave"),
            ("overtake", "overtaken"),
            ("die", "dying"),
            ("cancel", "canceled"),
            ("monitor", "monitored"),
            ("appear", "appeared"),
        ] {
            has(base, form);
        }
    }

    #[test]
    fn plurals() {
        for (one, many) in [
            ("body", "bodies"),
            ("legal basis", "legal bases"),
            ("form of exploitation", "forms of exploitation"),
            ("child", "children"),
            ("series", "series"),
            ("agency", "agencies"),
            ("programme", "programmes"),
            ("minors", "minors"),
            ("status", "statuses"),
        ] {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn values_that_are_nouns() {
        for noun in ["minor", "coordinator", "sale of a child", "forced marriage"] {
            assert!(is_countable(noun), "{noun}");
        }
        for other in ["ended", "already implemented", "in draft", "through representatives", "partial"] {
            assert!(!is_countable(other), "{other}");
        }
    }
}
