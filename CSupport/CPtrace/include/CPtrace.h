/// Reads of another process's memory: a shim over Linux calls that the Glibc module does not show.
#ifndef CPTRACE_H
#define CPTRACE_H

#include <stddef.h>
#include <stdint.h>

#include "CTracer.h"

/// Copies up to `size` bytes at `address` of a process to `buffer`, up to the first page that cannot be read. Returns
/// how many, or a negated `errno` value if not even the first can be read.
ptrdiff_t tracer_read(int32_t process, uint64_t address, void *buffer, size_t size);

/// Determines which of `count` pages from `address`, at most 1024, can be read: `readable[i]` becomes 1 or 0. Returns
/// 0, or an `errno` value that does not mean an unreadable page.
int tracer_probe(int32_t process, uint64_t address, size_t page_size, size_t count, uint8_t *readable);

/// A run of pages that are in memory, or are swapped out, or hold another marker of the kernel's.
struct tracer_page_run {
  uint64_t start, end;
  /// Whether they are in memory.
  int32_t is_present;
};

/// Lists runs of pages between two addresses, in order, from `/proc/PID/pagemap` open as `pagemap`: at most `count` of
/// them. Returns how many, and in `*walked` the address that it reached; or -1 if the kernel has no such list (before
/// 6.7).
int32_t tracer_page_runs(int pagemap, uint64_t start, uint64_t end, struct tracer_page_run *runs, int32_t count,
                         uint64_t *walked);

#endif
