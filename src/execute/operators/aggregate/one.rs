//! Rows of many groups that come slowly and are added up fast: all workers find them, and one adds them up, in the order
//! of the parts.
//!
//! To put the groups of several workers together would take longer than to find them in one place.

use super::{Addends, Aggregate, Gather};
use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::operator::Argument;
use crate::execute::parts::{Part, Queue, begin};
use crate::execute::spread::Spread;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes of rows that may wait, where there is memory for them.
const ROOM: u64 = 64 << 20;

/// Rows that wait to be added up, by the beginning of their part.
pub struct Pieces {
    room: u64,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    pieces: BTreeMap<u32, Piece>,
    bytes: u64,
    /// Bytes of pieces for which there was no room: they stay booked by whoever found them.
    beyond: u64,
}

/// The rows of one part.
struct Piece {
    end: u32,
    rows: Vec<Addends>,
    bytes: u64,
}

impl Pieces {
    fn new(room: u64) -> Pieces {
        Pieces { room, waiting: Mutex::default() }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether no more rows should be found before some are added up.
    fn is_full(&self) -> bool {
        self.waiting().bytes >= self.room
    }

    /// Takes a piece in, whose bytes the finder has booked.
    fn put(&self, begin: u32, piece: Piece, context: &mut Context<'_>) {
        let mut waiting = self.waiting();
        waiting.bytes += piece.bytes;
        let beyond = waiting.bytes.saturating_sub(self.room).min(piece.bytes);
        waiting.beyond += beyond;
        context.meter.release(piece.bytes - beyond);
        waiting.pieces.insert(begin, piece);
    }

    fn take(&self, begin: u32) -> Option<Piece> {
        let mut waiting = self.waiting();
        let piece = waiting.pieces.remove(&begin)?;
        waiting.bytes -= piece.bytes;
        Some(piece)
    }
}

/// What has been added up, and up to where.
struct Sums {
    gather: Gather,
    end: u32,
}

impl Aggregate {
    /// All groups, in the order of their first rows.
    pub(super) fn add_up_in_one_place(
        &mut self,
        spread: &Spread,
        queue: Queue,
        context: &mut Context<'_>,
    ) -> Result<Batch> {
        let room = ROOM.min(context.meter.budget().memory / 8);
        let mut sums = Sums { gather: self.empty(), end: queue.begins() };
        while !queue.is_done() {
            let pieces = Pieces::new(room);
            context.meter.hold(room)?;
            let own = |context: &mut Context<'_>| {
                self.add_pieces(&mut sums, &pieces, &queue, &spread.argument, context)
            };
            let another =
                |spread: &Spread, context: &mut Context<'_>| spread.pieces_of_parts(&pieces, &queue, context);
            spread.share(&queue, context, own, another)?;
            self.add_waiting(&mut sums, &pieces, context)?;
            context.meter.release(room + pieces.waiting().beyond);
        }
        queue.leave(context);
        self.finish(sums.gather, context)
    }

    /// Finds the rows of parts, as long as there is room for them.
    pub fn find_pieces(
        &mut self,
        pieces: &Pieces,
        queue: &Queue,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<()> {
        while !pieces.is_full()
            && let Some(part) = queue.next()
        {
            self.find_piece(part, pieces, argument, context)?;
        }
        Ok(())
    }

    fn find_piece(
        &mut self,
        part: Part,
        pieces: &Pieces,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let range = part.range.clone();
        let mut piece = Piece { end: range.end, rows: Vec::new(), bytes: 0 };
        self.each_of_part(part, argument, context, |_, rows, context| {
            context.meter.hold(rows.bytes())?;
            piece.bytes += rows.bytes();
            piece.rows.push(rows);
            Ok(())
        })?;
        pieces.put(range.start, piece, context);
        Ok(())
    }

    /// Finds the rows of a part, for `take` to do something with.
    fn each_of_part(
        &mut self,
        part: Part,
        argument: &Argument,
        context: &mut Context<'_>,
        mut take: impl FnMut(&Aggregate, Addends, &mut Context<'_>) -> Result<()>,
    ) -> Result<()> {
        begin(&mut *self.input, argument, part, context);
        while let Some(batch) = self.input.next(context)? {
            if batch.length > 0 {
                let rows = self.addends(&batch, context)?;
                take(self, rows, context)?;
            }
        }
        Ok(())
    }

    /// Adds up what is found, and finds rows where nothing waits.
    fn add_pieces(
        &mut self,
        sums: &mut Sums,
        pieces: &Pieces,
        queue: &Queue,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<()> {
        loop {
            self.add_waiting(sums, pieces, context)?;
            if pieces.is_full() {
                return Ok(());
            }
            let Some(part) = queue.next() else { return Ok(()) };
            if part.range.start != sums.end {
                self.find_piece(part, pieces, argument, context)?;
                continue;
            }
            sums.end = part.range.end;
            self.each_of_part(part, argument, context, |own, rows, context| {
                own.add_rows(&rows, &mut sums.gather, context).map(|_| ())
            })?;
        }
    }

    /// Adds up the pieces that come next, as long as they are there.
    fn add_waiting(&self, sums: &mut Sums, pieces: &Pieces, context: &mut Context<'_>) -> Result<()> {
        while let Some(piece) = pieces.take(sums.end) {
            // Of which part values are, is noted where their order matters.
            context.part = Some(Part { range: sums.end..piece.end, rows: None });
            sums.end = piece.end;
            for rows in piece.rows {
                context.meter.work(rows.keys.length as u32)?;
                self.add_rows(&rows, &mut sums.gather, context)?;
            }
        }
        Ok(())
    }
}
