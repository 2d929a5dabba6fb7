#include <string.h>

#include "CScanBlocks.h"

static inline uint64_t load(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

/// How far ahead lines are prefetched: the position of a header is known only once the previous one has been read, and
/// nearly every header is in a line of its own.
enum { lead = 6144, line = 64 };

size_t scan_malloc_chunks(const uint8_t *bytes, size_t end, uint64_t offset, uint64_t *bitmap) {
  size_t position = 0;
  size_t fetched = 0;
  for (;;) {
    if (fetched < position) fetched = position;
    for (const size_t wanted = end - position < lead ? end : position + lead; fetched < wanted; fetched += line)
      __builtin_prefetch(bytes + fetched);
    const uint64_t size = load(bytes + position + 8);
    // IS_MMAPPED (2) cannot occur in a chain; the lowest of the other two flags describes the previous chunk.
    if (size & 2 || (size & ~UINT64_C(7)) < 32 || size & 8 || (size & ~UINT64_C(7)) >= end - position) return position;
    const size_t next = position + (size_t)(size & ~UINT64_C(7));
    if (!(load(bytes + next + 8) & 1) && load(bytes + next) != (size & ~UINT64_C(7))) return position;
    const uint64_t bit = (offset + position) >> 4;
    bitmap[bit >> 6] |= UINT64_C(1) << (bit & 63);
    position = next;
  }
}
