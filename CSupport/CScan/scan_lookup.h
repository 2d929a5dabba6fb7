/// Code that the kernels share: loads, the exact look-up, and the variants that `scan_headers` chooses among.
#ifndef SCAN_LOOKUP_H
#define SCAN_LOOKUP_H

#include <stdbool.h>
#include <string.h>

#include "CScan.h"

static inline uint64_t scan_load_word(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

/// Returns whether the set holds `word`, which is not 0; `*number` becomes its number.
static inline bool scan_look_up(const struct scan_type_set *set, uint64_t word, uint32_t *number) {
  const uint64_t mask = (UINT64_C(1) << (64 - set->table_shift)) - 1;
  uint64_t slot = scan_hash(word) >> set->table_shift;
  while (set->addresses[slot] != 0 && set->addresses[slot] != word) slot = (slot + 1) & mask;
  if (set->addresses[slot] != word) return false;
  *number = set->numbers[slot];
  return true;
}

/// Returns the `size` bytes at `address`; NULL unless they are all in the segment that holds the first. `*last` is the
/// segment of the previous call.
static inline const uint8_t *scan_bytes_at(const struct scan_memory *memory, uint64_t address, size_t size, size_t *last) {
  size_t index = *last;
  if (index >= memory->count || address < memory->starts[index] || address >= memory->ends[index]) {
    size_t low = 0;
    for (size_t high = memory->count; low < high;) {
      const size_t middle = (low + high) / 2;
      if (memory->ends[middle] <= address) low = middle + 1;
      else high = middle;
    }
    if (low >= memory->count || address < memory->starts[low]) return NULL;
    *last = index = low;
  }
  if (memory->ends[index] - address < size) return NULL;
  return (const uint8_t *)memory->bases[index] + (address - memory->starts[index]);
}

/// Defined if the thread sanitizer is used: the loader would call it to choose a function, before it is ready.
#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define SCAN_FOR_THREAD_SANITIZER
#endif
#endif

/// Compiles a function several times, for processors with and without wide vectors; the loader chooses one of them.
#if defined(__x86_64__) && !defined(SCAN_FOR_THREAD_SANITIZER)
#define SCAN_FOR_EACH_PROCESSOR __attribute__((target_clones("avx512bw", "avx2", "default")))
#else
#define SCAN_FOR_EACH_PROCESSOR
#endif

#ifdef __x86_64__
size_t scan_headers_avx2(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule,
                         size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity);
size_t scan_headers_avx512(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule,
                           size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity);
#endif

#endif
