/// Memory whose bytes are made when somebody reads them first. It needs the handler of a signal, SIGSEGV.
#ifndef CDEMAND_H
#define CDEMAND_H

#include <stddef.h>

/// Makes the byte at `offset` readable, and whatever else it likes. Returns 0 or an `errno` value: then the program ends
/// with a message, as the read can neither be done nor left out.
typedef int (*lazy_pages_maker)(void *_Nonnull context, size_t offset);

/// Has `make` called whenever a thread reads one of the `size` bytes at `start` while that cannot be read: in that thread,
/// which goes on when `make` returns. As it stands at a read of these bytes, and in no call of a library, `make` may call
/// what it likes; what it waits for must not wait for that thread. A write, and a signal that somebody sent, are not ours:
/// they go to whoever was asked before.
///
/// Returns a number for `lazy_pages_end`, or -1 if there is too much of such memory already.
int lazy_pages_begin(const void *_Nonnull start, size_t size, void *_Nonnull context, lazy_pages_maker _Nonnull make);

/// Ends that: nobody reads the bytes any more.
void lazy_pages_end(int number);

/// An open file that lies in memory and has no name (`memfd_create(2)`), or -1 with `errno`.
int lazy_pages_memory_file(void);

#endif
