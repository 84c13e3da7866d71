//! What stands beside the first of a list, though words could also draw it into what owns the first.

use crate::language::question::lexicon::Category;
use crate::language::question::syntax::*;

/// `the tasks of X and the members of Y`: what has an owner of its own stands beside what is owned, and is no owner.
pub fn beside_the_first(mut whole: NounPhrase) -> NounPhrase {
    let of = |modifier: &Modifier| match &modifier.kind {
        ModifierKind::Phrase { preposition, .. } => preposition.category == Category::Of,
        _ => false,
    };
    let noun = |part: &Simple| matches!(part.head, Head::Noun { .. } | Head::Kind(_) | Head::Property(_));
    let owned = |part: &Simple| noun(part) && part.modifiers.first().is_some_and(of);
    let beside = match whole.parts.last_mut() {
        Some(last) if whole.joined == Joined::And && noun(last) && last.modifiers.last().is_some_and(of) => {
            match last.modifiers.last_mut().map(|modifier| &mut modifier.kind) {
                Some(ModifierKind::Phrase { object, .. }) if object.joined == Joined::And => {
                    let named = |part: &Simple| matches!(part.head, Head::Name(_) | Head::Quoted(_));
                    let first = object.parts.iter().position(|part| !named(part)).filter(|at| *at > 0);
                    let first = first.filter(|at| object.parts[*at..].iter().all(owned));
                    first.map(|at| object.parts.split_off(at)).unwrap_or_default()
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    whole.parts.extend(beside);
    whole
}
