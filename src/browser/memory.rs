//! Clears memory when it is freed, so that tokens, codes and passwords do not stay in it after use.
//!
//! The allocator does this for all memory, not only for [`Secret`](crate::login::secret::Secret). Copies are also made when a
//! string grows, when an answer is parsed, when a request is built and when a text passes to JavaScript. A destructor of `Secret`
//! could not clear those.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);
