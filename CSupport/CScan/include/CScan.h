/// Kernels that read whole regions of memory. They allocate nothing, make no callbacks and keep no state.
#ifndef CSCAN_H
#define CSCAN_H

#include <stddef.h>
#include <stdint.h>

#include "CScanBlocks.h"
#include "CScanMarks.h"

/// A set of type addresses, for checking every word of a dump.
///
/// A word passes if it is in [lowest, highest], its bit in `bloom` is set, and `addresses` holds it. `addresses` is an
/// open-addressed hash table with linear probing. Empty slots are zero, and there is at least one.
struct scan_type_set {
  uint64_t lowest;
  uint64_t highest;
  const uint64_t *bloom;
  const uint64_t *addresses;
  const uint32_t *numbers;
  uint32_t bloom_shift;  ///< 64 minus the log2 of the number of bits in `bloom`
  uint32_t table_shift;  ///< 64 minus the log2 of the number of slots in `addresses`
};

/// The hash of `bloom` and `addresses`, to be shifted right by `bloom_shift` or `table_shift`.
#define SCAN_HASH_FACTOR UINT64_C(0x9E3779B97F4A7C15)
static inline uint64_t scan_hash(uint64_t address) {
  return (address >> 3) * SCAN_HASH_FACTOR;
}

/// The instructions that a kernel may use.
enum scan_level { scan_portable, scan_avx2, scan_avx512 };

/// Returns the best level that this processor supports.
enum scan_level scan_best_level(void);

/// Finds every position whose second word (at +8, an object's `ob_type`) is in the set.
///
/// Checks positions `*resume`, `*resume + granule`, … of the `size` bytes at `bytes`; granule is 8 or 16. Writes the
/// position and the type's number of each hit, up to `capacity`, and returns how many. `*resume` becomes the position
/// at which to continue, or `size` at the end.
size_t scan_headers(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule, size_t *resume,
                    uint32_t *positions, uint32_t *numbers, size_t capacity);

/// The same with the instructions of `level`, which the processor must have; for tests.
size_t scan_headers_at_level(enum scan_level level, const struct scan_type_set *set, const uint8_t *bytes, size_t size,
                             size_t granule, size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity);

/// The same, word by word and with a linear search of the table; for tests.
size_t scan_headers_naive(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule,
                          size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity);

/// Finds every position, in steps of 8 from `*resume`, that holds `word`; otherwise as `scan_headers`.
size_t scan_words(const uint8_t *bytes, size_t size, uint64_t word, size_t *resume, uint32_t *positions,
                  size_t capacity);

/// Finds every position, in steps of 8 from `*resume`, whose second word is the position's own address: an object that
/// is its own type. `address` is where `bytes` were in the process.
size_t scan_self_typed(const uint8_t *bytes, size_t size, uint64_t address, size_t *resume, uint32_t *positions,
                       size_t capacity);

/// Finds every position, in steps of 8 from `*resume`, with a pointer that leads back to itself: the target has, at
/// offset `link_at`, a pointer to something that has, at offset `back_at`, the first pointer again. Otherwise as
/// `scan_words`. Pointers are multiples of 8 and lead beyond the first page.
size_t scan_links_back(const struct scan_memory *memory, uint64_t link_at, uint64_t back_at, const uint8_t *bytes,
                       size_t size, size_t *resume, uint32_t *positions, size_t capacity);

/// Returns a number that changes when any of the bytes does. It protects against accidents, not against forgery.
uint64_t scan_checksum(const uint8_t *bytes, size_t size);

/// Returns the largest of the numbers, 0 if there are none.
uint32_t scan_largest(const uint32_t *numbers, size_t count);

/// Returns the position of the first occurrence of `needle` at or after `from`, or `size` if there is none.
size_t scan_bytes(const uint8_t *bytes, size_t size, size_t from, const uint8_t *needle, size_t needle_size);

#endif
