//! Plans as text, for EXPLAIN and PROFILE.

use super::plan::Plan;

impl Plan {
    pub(crate) fn profiled(&self, _profile: &crate::execute::Profile) -> String {
        String::new()
    }
}
