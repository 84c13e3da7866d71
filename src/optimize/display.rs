//! Plans as text, for EXPLAIN and PROFILE.
