//! Gives out memory, and clears it when it is given back, so that no token, code or password that is over can be found in it.
//!
//! All of it, and not only what [`Secret`](crate::login::secret::Secret) holds: a text that grows, an answer that is taken
//! apart, a request that is put together and the border to JavaScript all leave copies behind that no code of ours can name.
//!
//! Pieces are of sizes that are powers of two, and each size has a list of those that are free: a login asks for few sizes
//! and gives everything back. The standard library's allocator, which also joins neighbours, weighs 1.9 KB (brotli) more.
#![expect(
    unsafe_code,
    reason = "only an allocator sees every piece of memory that is given back"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32;
use std::cell::Cell;
use std::ptr;

/// What memory grows by.
const PAGE: usize = 65_536;
/// The least piece: big enough for its place in a list, and as far apart as anything here has to be.
const LEAST: usize = 16;

struct Clearing {
    /// The first free piece of each size, by the power of two; the next one is written at its beginning.
    free: [Cell<*mut u8>; 32],
    /// Where memory begins that was never given out, and how much of it there is.
    new: Cell<(usize, usize)>,
}

// SAFETY: a page's wasm has one thread.
unsafe impl Sync for Clearing {}

#[global_allocator]
static MEMORY: Clearing = Clearing {
    free: [const { Cell::new(ptr::null_mut()) }; 32],
    new: Cell::new((0, 0)),
};

impl Clearing {
    /// The list for a layout, and the size of its pieces; nothing for what is never asked for here.
    fn list(&self, layout: Layout) -> Option<(&Cell<*mut u8>, usize)> {
        let size = layout.size().max(LEAST).checked_next_power_of_two()?;
        let list = self.free.get(size.trailing_zeros() as usize)?;
        (layout.align() <= LEAST).then_some((list, size))
    }

    /// Memory that was never given out; null where there is no more.
    fn fresh(&self, size: usize) -> *mut u8 {
        let (mut at, mut left) = self.new.get();
        while left < size {
            let pages = (size - left).div_ceil(PAGE);
            let end = wasm32::memory_grow::<0>(pages);
            if end == usize::MAX {
                return ptr::null_mut();
            }
            if at + left != end * PAGE {
                // The first time, or somebody else has grown it.
                (at, left) = (end * PAGE, 0);
            }
            left += pages * PAGE;
        }
        self.new.set((at + size, left - size));
        ptr::with_exposed_provenance_mut(at)
    }
}

// `realloc` is the trait's own: another piece, a copy, and the old piece given back as below.
//
// SAFETY: a piece is as large as its list says and begins at a multiple of 16; it is in a list or given out, never both. Whoever
// gives one back promises that it is theirs and of this layout, which leads to the list that it came from.
unsafe impl GlobalAlloc for Clearing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((list, size)) = self.list(layout) else {
            return ptr::null_mut();
        };
        let piece = list.get();
        if piece.is_null() {
            return self.fresh(size);
        }
        unsafe {
            list.set(piece.cast::<*mut u8>().read_unaligned());
            // With this gone, it is as clear as new memory.
            piece.cast::<*mut u8>().write_unaligned(ptr::null_mut());
        }
        piece
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // Free memory is clear already.
        unsafe { self.alloc(layout) }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if let Some((list, _)) = self.list(layout) {
            unsafe {
                piece.write_bytes(0, layout.size());
                piece.cast::<*mut u8>().write_unaligned(list.get());
            }
            list.set(piece);
        }
    }
}
