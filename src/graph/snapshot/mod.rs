//! The graph as one file that is mapped instead of read.
//!
//! In: a graph, or a file. Out: a file, or a graph whose arrays lie in the file. The file is a header, a table of
//! sections, and the sections: [`image`] knows that layout, [`write`] and [`read`] what the sections hold, [`lazy`]
//! when a section is looked at. Knows bytes, but neither folders nor formats of data; what it has to keep for others
//! (the vocabulary, what the file was made of) it takes and gives as bytes.
//!
//! A section is verified when it is touched first. One that is damaged is read as an empty one, and the damage is noted
//! in the image: whoever lets an answer out asks [`Graph::sound`](super::Graph::sound) first.

mod annotations;
mod codec;
mod image;
mod lazy;
mod paged;
mod read;
mod values;
mod write;

pub use image::{Image, MAGIC as SNAPSHOT_MAGIC, kind as sections};
pub use lazy::Lazy;
pub use paged::Paged;

pub(in crate::graph) use codec::{
    Fault, Reader, Writer, demand, demand_below, demand_offsets, demand_rising,
};
pub(in crate::graph) use image::kind;
pub(in crate::graph) use lazy::Section;
pub(in crate::graph) use values::{read as read_value, write as write_value};

use super::Graph;
use crate::base::Result;

impl Graph {
    /// Whether nothing that was read so far came from a damaged part of a snapshot. To be asked before an answer is let
    /// out.
    ///
    /// # Errors
    /// The damage, of class [`Class::Data`](crate::base::Class::Data).
    #[inline]
    pub fn sound(&self) -> Result<()> {
        self.image.as_ref().map_or(Ok(()), |image| image.sound())
    }
}
