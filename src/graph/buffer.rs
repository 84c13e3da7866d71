//! The one array type of the base. Beside lists that several workers fill, the only place that handles memory by hand.
//!
//! In: vectors, or places in a mapped file. Out: slices. A buffer either owns its array or shows one that lies in a
//! mapped file; whoever reads it sees a slice and does not know. Knows nothing of what the arrays mean.
//!
//! Why this is sound: an owned array is a boxed slice taken apart, put together again exactly once when the buffer is
//! dropped. A mapped array is handed out only for types that any bytes are a value of ([`Plain`]), inside the bounds
//! of the mapping, at an aligned address, and keeps the mapping alive. As with every mapped file, another program that
//! cuts the file short while it is mapped can stop this one; `build` therefore never writes into a file that is there
//! but puts a new one in its place.

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

/// A contiguous read-only array. Everything the base holds lies in buffers, so that where an array's bytes live is
/// decided in one place.
pub struct Buffer<T> {
    start: NonNull<T>,
    length: usize,
    /// The file in which the array lies; without one the array is owned.
    mapping: Option<Arc<Mapping>>,
    owned: PhantomData<T>,
}

/// A file mapped into memory, to be read only.
#[derive(Debug)]
pub struct Mapping(Mmap);

/// Types of which any bytes are a value, without padding.
///
/// # Safety
/// Implement it only for such types.
pub unsafe trait Plain: Copy + Send + Sync + 'static {}

unsafe impl Plain for u8 {}
unsafe impl Plain for u16 {}
unsafe impl Plain for u32 {}
unsafe impl Plain for u64 {}
unsafe impl Plain for i32 {}
unsafe impl Plain for i64 {}
unsafe impl Plain for f64 {}
unsafe impl Plain for super::NodeId {}
unsafe impl Plain for super::RelationshipId {}

// A buffer gives out shared slices only, as a boxed slice would.
unsafe impl<T: Send> Send for Buffer<T> {}
unsafe impl<T: Sync> Sync for Buffer<T> {}

impl Mapping {
    /// Maps a whole file.
    ///
    /// # Errors
    /// When the system does not map it; an empty file cannot be mapped.
    pub fn of(file: &File) -> io::Result<Mapping> {
        // The file is only read, and what is read is checked before it is used.
        unsafe { Mmap::map(file) }.map(Mapping)
    }
}

impl Deref for Mapping {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<T> Buffer<T> {
    /// Bytes held, also of an array in a mapped file.
    pub fn bytes(&self) -> usize {
        std::mem::size_of_val::<[T]>(self)
    }
}

impl<T: Plain> Buffer<T> {
    /// The array of `length` values that begins at a byte of a mapped file; `None` if it does not lie there whole and
    /// aligned.
    pub fn mapped(mapping: &Arc<Mapping>, offset: usize, length: usize) -> Option<Buffer<T>> {
        let size = length.checked_mul(size_of::<T>())?;
        let bytes = mapping.get(offset..offset.checked_add(size)?)?;
        if length == 0 {
            return Some(Buffer::default());
        }
        let start = bytes.as_ptr().cast::<T>();
        if !start.is_aligned() {
            return None;
        }
        let start = NonNull::new(start.cast_mut())?;
        Some(Buffer { start, length, mapping: Some(mapping.clone()), owned: PhantomData })
    }
}

/// The bytes of an array as they lie in memory.
pub fn bytes_of<T: Plain>(values: &[T]) -> &[u8] {
    // Plain types have no padding, and bytes may lie anywhere.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast::<u8>(), size_of_val(values)) }
}

impl<T> Deref for Buffer<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // Both ways of making a buffer take start and length from a slice that lives as long as the buffer.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl<T> Drop for Buffer<T> {
    fn drop(&mut self) {
        if self.mapping.is_none() {
            let slice = std::ptr::slice_from_raw_parts_mut(self.start.as_ptr(), self.length);
            // Without a mapping the array came out of a box in `from`, and nobody else has it.
            drop(unsafe { Box::from_raw(slice) });
        }
    }
}

impl<T> From<Vec<T>> for Buffer<T> {
    fn from(values: Vec<T>) -> Self {
        let slice = Box::leak(values.into_boxed_slice());
        let length = slice.len();
        Buffer { start: NonNull::from(slice).cast(), length, mapping: None, owned: PhantomData }
    }
}

impl<T> Default for Buffer<T> {
    fn default() -> Self {
        Buffer::from(Vec::new())
    }
}

impl<T: Clone> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        match &self.mapping {
            None => self.to_vec().into(),
            Some(mapping) => Buffer {
                start: self.start,
                length: self.length,
                mapping: Some(mapping.clone()),
                owned: PhantomData,
            },
        }
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.deref().fmt(f)
    }
}

impl<T> FromIterator<T> for Buffer<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        values.into_iter().collect::<Vec<T>>().into()
    }
}

impl AsRef<[u8]> for Buffer<u8> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owned_arrays_are_kept_and_dropped_once() {
        let counted = Arc::new(());
        let buffer: Buffer<Arc<()>> = vec![counted.clone(); 3].into();
        let copy = buffer.clone();
        assert_eq!((buffer.len(), copy.len(), Arc::strong_count(&counted)), (3, 3, 7));
        drop(buffer);
        drop(copy);
        assert_eq!(Arc::strong_count(&counted), 1);
    }

    #[test]
    fn mapped_arrays_stay_in_bounds() {
        let path = std::env::temp_dir().join(format!("whichlaw-buffer-{}", std::process::id()));
        std::fs::write(&path, [1u8, 0, 0, 0, 2, 0, 0, 0, 9]).unwrap();
        let mapping = Arc::new(Mapping::of(&File::open(&path).unwrap()).unwrap());
        let numbers = Buffer::<u32>::mapped(&mapping, 0, 2).unwrap();
        assert_eq!(&numbers[..], if cfg!(target_endian = "little") { [1, 2] } else { [1 << 24, 2 << 24] });
        for (offset, length) in [(0, 3), (8, 1), (1, 1), (usize::MAX, 1), (0, usize::MAX)] {
            assert!(Buffer::<u32>::mapped(&mapping, offset, length).is_none(), "{offset} {length}");
        }
        drop(mapping);
        assert_eq!(numbers.clone().len(), 2);
        std::fs::remove_file(path).unwrap();
    }
}
