//! JSON lines: the same object as `json`, on one line.

use super::json::answer_object;
use super::look::Look;
use crate::answer::Answer;
use crate::answer::Scene;
use std::io::{self, Write};

pub fn write(answer: &Answer, scene: &Scene<'_>, _: &Look, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &answer_object(answer, scene))?;
    writeln!(out)
}
