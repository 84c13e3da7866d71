//! `in force in X in 2010`: the time tells when something is in force, and nothing of the place before it.

use crate::language::question::syntax::*;

/// Among modifiers: the time goes to the words for being in force that stand before the place.
pub fn time_of_force(modifiers: &mut Vec<Modifier>) {
    let alone = |modifier: &Modifier| matches!(modifier.kind, ModifierKind::InForce { time: None, .. });
    let Some(at) = modifiers.iter().position(alone) else { return };
    let found = time_after_place(modifiers, at + 1).map(Box::new);
    if let Some(Modifier { kind: ModifierKind::InForce { time, .. }, .. }) = modifiers.get_mut(at) {
        *time = found;
    }
}

/// After a verb: `was in force in X in 2010` is `was in force in 2010 in X`.
pub fn time_before_place(mut verb: VerbPhrase) -> VerbPhrase {
    if matches!(verb.core, Core::InForce)
        && let Some(time) = time_after_place(&mut verb.complements, 0)
    {
        verb.complements.insert(0, time);
    }
    verb
}

/// Takes the time that stands after a place, which was read as said of the place or of what stands before it.
fn time_after_place(modifiers: &mut Vec<Modifier>, at: usize) -> Option<Modifier> {
    let is_time = |modifier: &Modifier| matches!(modifier.kind, ModifierKind::Time { .. });
    let ModifierKind::Phrase { object, .. } = &mut modifiers.get_mut(at)?.kind else { return None };
    let [place] = object.parts.as_mut_slice() else { return None };
    if let Some(time) = place.modifiers.pop_if(|last| is_time(last)) {
        return Some(time);
    }
    modifiers.get(at + 1).is_some_and(is_time).then(|| modifiers.remove(at + 1))
}
