/// Reads the memory of another process: a shim over what of Linux the Glibc module does not show.
#ifndef CPTRACE_H
#define CPTRACE_H

#include <stddef.h>
#include <stdint.h>

#include "CTracer.h"

/// Copies up to `size` bytes at `address` of a process to `buffer`, up to the first page that cannot be read. Returns
/// how many, or a negated `errno` value where not even the first can be read.
ptrdiff_t tracer_read(int32_t process, uint64_t address, void *buffer, size_t size);

/// Finds out which of `count` pages from `address` on, 1024 at most, can be read: `readable[i]` becomes 1 or 0. Returns 0
/// or an `errno` value other than that of a page.
int tracer_probe(int32_t process, uint64_t address, size_t page_size, size_t count, uint8_t *readable);

/// A run of pages that are in memory, or swapped out, or hold another mark of the kernel's.
struct tracer_page_run {
  uint64_t start, end;
  /// Whether they are in memory.
  int32_t is_present;
};

/// Lists runs of pages between two addresses, in order, by `/proc/PID/pagemap` open as `pagemap`: at most `count` of
/// them. Returns how many, and in `*walked` how far it came; or -1 where the kernel knows no such list (before 6.7).
int32_t tracer_page_runs(int pagemap, uint64_t start, uint64_t end, struct tracer_page_run *runs, int32_t count,
                         uint64_t *walked);

#endif
