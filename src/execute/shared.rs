//! What one statement works out once, whichever of its workers does.

use crate::algebra::Slot;
use crate::base::Result;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Things by the slot that stands for them in the plan.
pub struct Shared<T>(Mutex<FxHashMap<Slot, Once<T>>>);

/// A thing, once it is there. Who works it out holds it.
type Once<T> = Arc<Mutex<Option<Arc<T>>>>;

impl<T> Default for Shared<T> {
    fn default() -> Shared<T> {
        Shared(Mutex::default())
    }
}

impl<T> Shared<T> {
    /// What is kept in a place, if it is there.
    pub fn known(&self, place: Slot) -> Option<Arc<T>> {
        let once = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&place)?.clone();
        once.try_lock().ok()?.clone()
    }

    /// What is kept in a place; whoever comes first makes it, and others wait.
    pub fn get(&self, place: Slot, make: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
        let once = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(place).or_default().clone();
        let mut made = once.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = &*made {
            return Ok(made.clone());
        }
        let new = Arc::new(make()?);
        *made = Some(new.clone());
        Ok(new)
    }
}
