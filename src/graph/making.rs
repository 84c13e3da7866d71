//! What is made of a graph beside, while it goes on being read.

use super::Graph;
use crate::base::{Budget, Cancel};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// A thing in the making. Who lets go of it does not wait for it any more.
#[derive(Debug)]
pub struct Making<T> {
    made: OnceLock<T>,
    cancel: Cancel,
}

impl<T> Drop for Making<T> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl<T: Clone + Send + Sync + 'static> Making<T> {
    /// Begins; nothing where no other thread can be had.
    pub fn begin(
        mut graph: Graph,
        make: impl FnOnce(&Graph) -> Option<T> + Send + 'static,
    ) -> Option<Arc<Making<T>>> {
        // What else is in the making is not waited for by the copy.
        graph.making = None;
        graph.laid.wait_no_more();
        let making = Arc::new(Making { made: OnceLock::new(), cancel: Cancel::default() });
        graph.watch(&Budget { cancel: making.cancel.clone(), ..Budget::default() }, Instant::now());
        let weak = Arc::downgrade(&making);
        let begun = move || {
            let made = make(&graph);
            // Who takes it should be alone with what was written.
            drop(graph);
            if let (Some(making), Some(made)) = (weak.upgrade(), made) {
                let _ = making.made.set(made);
            }
        };
        std::thread::Builder::new().spawn(begun).ok().map(|_| making)
    }

    /// What was made, if it is done.
    pub fn made(&self) -> Option<T> {
        self.made.get().cloned()
    }
}
