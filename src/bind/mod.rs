//! Names, phrases, scopes, types: what was written becomes what is meant.

use crate::algebra::{Bound, Named, Statement};
use crate::base::Result;
use crate::functions::Procedures;

/// Resolves the names of a statement and checks scopes and static types.
pub fn bind(_statement: &Statement<Named>, _procedures: &Procedures) -> Result<Statement<Bound>> {
    todo!()
}
