//! Questions in controlled English.
