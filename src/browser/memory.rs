//! Clears memory when it is given back, so that no token, code or password that is over can be found in it.
//!
//! All of it, and not only what [`Secret`](crate::login::secret::Secret) holds: a text that grows, an answer that is taken
//! apart, a request that is put together and the border to JavaScript all leave copies behind that no code of ours can name.
#![expect(
    unsafe_code,
    reason = "only an allocator sees every piece of memory that is given back"
)]

use std::alloc::{GlobalAlloc, Layout, System};

struct Clearing;

#[global_allocator]
static MEMORY: Clearing = Clearing;

// `realloc` is the trait's own: another piece, a copy, and the old piece given back as below. The system's would leave the old
// piece as it is, and weighs more.
//
// SAFETY: the system's allocator keeps the promises; whoever gives a piece back promises that it is theirs and of this layout.
unsafe impl GlobalAlloc for Clearing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        unsafe {
            piece.write_bytes(0, layout.size());
            System.dealloc(piece, layout);
        }
    }
}
