/// Memory whose bytes are made on first use. It needs the handler of a signal, SIGSEGV.
#ifndef CLAZY_PAGES_H
#define CLAZY_PAGES_H

#include <stddef.h>

/// Makes the byte at `offset` readable, and any others. Returns 0 or an `errno` value. On an error the program ends
/// with a message, as the read can be neither done nor skipped.
typedef int (*lazy_pages_maker)(void *_Nonnull context, size_t offset);

/// Has `make` called whenever a thread reads one of the `size` bytes at `start` while it is not readable. `make` runs
/// in that thread, which continues when `make` returns. As the thread is at a read of these bytes, and not in a library
/// call, `make` may call any function, but must not wait for that thread. Writes, and signals that a process sent, go
/// to the previous handler.
///
/// Returns a number for `lazy_pages_end`, or -1 if there is too much of such memory already.
int lazy_pages_begin(const void *_Nonnull start, size_t size, void *_Nonnull context, lazy_pages_maker _Nonnull make);

/// Ends that; nothing may read the bytes any more.
void lazy_pages_end(int number);

/// Returns an open file that is in memory and has no name (`memfd_create(2)`), or -1 with `errno`.
int lazy_pages_memory_file(void);

#endif
