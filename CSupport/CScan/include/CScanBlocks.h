/// Kernels that judge the contents of pymalloc's pools: they quickly accept the many objects about which there is no
/// doubt.
///
/// The caller, which knows more, decides about the rest. They allocate nothing, make no callbacks and keep no state.
#ifndef CSCAN_BLOCKS_H
#define CSCAN_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Memory as segments in ascending order and disjoint: the addresses of each, and the location of its bytes.
struct scan_memory {
  const uint64_t *starts;
  const uint64_t *ends;
  const void *const *bases;
  size_t count;
};

/// How the size of a type's instances follows from their fields. The caller handles `scan_size_unknown`.
enum scan_size_rule {
  scan_size_unknown,
  scan_size_fixed,   ///< only the base size
  scan_size_items,   ///< plus as many items as the signed word at `count_at` says
  scan_size_digits,  ///< the same with its magnitude, but at least `least_count` of them
  scan_size_tag,     ///< the same with the word without its lowest three bits
  scan_size_text,    ///< a `str`: see `scan_text`
  scan_size_dict     ///< a `dict`: see `scan_dict`
};

/// The properties of a type.
struct scan_type {
  int64_t before_size;   ///< bytes that belong to an instance and are before it
  int64_t base_size;     ///< bytes of an instance without items
  int64_t item_size;
  uint32_t least_block;  ///< the fewest bytes of an instance's block
  uint32_t before;       ///< from the beginning of the block to the instance
  uint16_t count_at;
  uint16_t least_count;
  uint8_t size_rule;     ///< a `scan_size_rule`
  bool is_linked;        ///< a head with the collector's links is before each instance
  bool is_judged;        ///< false: the caller decides about all candidates
  bool is_in_block;      ///< all of an instance is in its block
};

/// The offsets of the fields of a `str` that determine its size (`PyASCIIObject`, `PyCompactUnicodeObject`); 0 if a
/// field does not exist.
struct scan_text {
  uint32_t ascii_size, compact_size;
  uint32_t length_at, state_at, wstr_at, utf8_at;
  uint32_t kind_shift, compact_shift, ascii_shift;
  uint32_t ready_mask;  ///< the bit of `state` that must be set, or 0
};

/// The offsets of the fields of a `dict` and its keys (`PyDictKeysObject`) that determine its size; 0 if a field does
/// not exist.
struct scan_dict {
  uint32_t keys_at, values_at;
  uint32_t references_at, indices_at;
  uint32_t slots_at;       ///< before 3.11, a word
  uint32_t log2_slots_at;  ///< since 3.11, a byte, as the next two are
  uint32_t log2_bytes_at, kind_at;
};

/// The layout of pymalloc's pools (`struct pool_header`): fields have four bytes, but the one at `free_at` has eight.
struct scan_pool_layout {
  uint32_t pool_size, header_size, largest_block;
  uint32_t count_at, free_at, class_at, next_offset_at, largest_offset_at;
};

/// The properties of the process.
struct scan_process {
  struct scan_memory memory;
  const struct scan_type *types;  ///< by number
  struct scan_text text;
  struct scan_dict dict;
  uint64_t forbidden_count_bits;  ///< bits of `ob_refcnt` that no live object has
  uint64_t immortal_bit;          ///< the bit of `ob_refcnt` that immortal objects have, or 0
  uint64_t largest_size;          ///< the size of the largest possible object
  uint32_t largest_count;         ///< the caller decides about a larger count
  uint32_t link_head;             ///< the size of a head with links
  uint32_t next_at, previous_at;  ///< the offsets of the links in it
  struct scan_pool_layout pools;
};

/// A pool, with the blocks that are in use.
struct scan_pool {
  uint64_t address;
  uint32_t block_size;  ///< 0 if there is no pool
  uint64_t starts[16];  ///< a bit for each 16 bytes: whether a block in use begins there
};

/// The verdict on a candidate.
enum scan_verdict {
  scan_ask,      ///< the caller decides
  scan_live,     ///< a live object whose size is known
  scan_unsized   ///< a live object
};

/// Reads the pool whose `pool_size` bytes are at `bytes` and were at `address`. Returns false, and an empty pool, if it
/// is not a pool.
///
/// `pool_size` is at most 16 KiB, and blocks begin at multiples of 16.
bool scan_enter_pool(const struct scan_process *process, const uint8_t *bytes, uint64_t address,
                     struct scan_pool *pool);

/// Returns how many of the pages at `bytes`, from the first on, have a pool's header if `are_pools` is set, or do not
/// have one if it is not. The fields of the header are within the page.
size_t scan_pool_pages(const struct scan_pool_layout *pools, const uint8_t *bytes, size_t page_count, bool are_pools);

/// Judges candidates in a pool, in ascending order: `positions` are relative to `bytes`, which were at `address`.
///
/// Stops at the first that is not in the pool, and returns how many it judged. `sizes` are those that `sys.getsizeof`
/// returns.
size_t scan_judge(const struct scan_process *process, const struct scan_pool *pool, const uint8_t *bytes,
                  uint64_t address, const uint32_t *positions, const uint32_t *numbers, size_t count,
                  uint8_t *verdicts, uint64_t *sizes);

/// A number of objects and of their bytes.
struct scan_total {
  uint64_t objects, bytes;
};

/// Records live objects in a bitmap, whose bit 0 is for `offset` bytes before position 0 and in which each bit is for 1
/// << `shift` bytes. Adds each to its type's total, and writes the types' numbers to `kept`. Returns how many are live.
size_t scan_record(const uint32_t *positions, const uint32_t *numbers, const uint8_t *verdicts, const uint64_t *sizes,
                   size_t count, size_t offset, unsigned shift, uint64_t *bitmap, struct scan_total *totals,
                   uint32_t *kept);

/// Follows a chain of `malloc`'s chunks whose first header is at `bytes`, and sets a bit for the beginning of each. The
/// bit of the first chunk is number `offset` / 16.
///
/// Stops at the first chunk that is not plausible, or whose next one does not begin before `end`, and returns its
/// position. 16 bytes after `end` must be readable, and `bitmap` must extend up to it.
size_t scan_malloc_chunks(const uint8_t *bytes, size_t end, uint64_t offset, uint64_t *bitmap);

#endif
