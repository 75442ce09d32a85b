//! Clears memory when it is freed, so that no token, code or password that is no longer needed can be found in it.
//!
//! This covers all memory, not only what [`Secret`](crate::login::secret::Secret) holds: a string that grows, a response that is
//! parsed, a request that is built and every text that crosses to JavaScript leave copies behind that no code of ours can name.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);
