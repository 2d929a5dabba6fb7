/// Kernels that judge what lies in the pools of pymalloc: the quick yes to the many objects about which there is no doubt.
///
/// Everything else is left to the caller, who knows more. They allocate nothing, call nobody back and keep no state.
#ifndef CSCAN_BLOCKS_H
#define CSCAN_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Memory as segments in ascending order and apart: where each began and ended, and where its bytes are now.
struct scan_memory {
  const uint64_t *starts;
  const uint64_t *ends;
  const void *const *bases;
  size_t count;
};

/// How the size of a type's instances follows from their fields. `scan_size_unknown` is the caller's.
enum scan_size_rule {
  scan_size_unknown,
  scan_size_fixed,   ///< the base alone
  scan_size_items,   ///< as many items more as the signed word at `count_at` says
  scan_size_digits,  ///< the same for its magnitude, but at least `least_count` of them
  scan_size_tag,     ///< the same for the word without its lowest three bits
  scan_size_text,    ///< a `str`: see `scan_text`
  scan_size_dict     ///< a `dict`: see `scan_dict`
};

/// What is known of a type.
struct scan_type {
  int64_t before_size;   ///< bytes that belong to an instance and lie before it
  int64_t base_size;     ///< bytes of an instance without items
  int64_t item_size;
  uint32_t least_block;  ///< bytes that an instance's block has at least
  uint32_t before;       ///< from the beginning of the block to the instance
  uint16_t count_at;
  uint16_t least_count;
  uint8_t size_rule;     ///< a `scan_size_rule`
  bool is_linked;        ///< a head with the collector's links lies before each instance
  bool is_judged;        ///< false: all candidates are the caller's
  bool is_in_block;      ///< all of an instance lies in its block
};

/// Where a `str` has what its size follows from (`PyASCIIObject`, `PyCompactUnicodeObject`); a field at 0 does not exist.
struct scan_text {
  uint32_t ascii_size, compact_size;
  uint32_t length_at, state_at, wstr_at, utf8_at;
  uint32_t kind_shift, compact_shift, ascii_shift;
  uint32_t ready_mask;  ///< the bit of `state` that must be set, or 0
};

/// Where a `dict` and its keys (`PyDictKeysObject`) have what its size follows from; a field at 0 does not exist.
struct scan_dict {
  uint32_t keys_at, values_at;
  uint32_t references_at, indices_at;
  uint32_t slots_at;       ///< before 3.11, a word
  uint32_t log2_slots_at;  ///< since 3.11, a byte as the next two
  uint32_t log2_bytes_at, kind_at;
};

/// What pymalloc's pools look like (`struct pool_header`): their header's words of four bytes, that of `free_at` of eight.
struct scan_pool_layout {
  uint32_t pool_size, header_size, largest_block;
  uint32_t count_at, free_at, class_at, next_offset_at, largest_offset_at;
};

/// All that the kernels know of the process.
struct scan_process {
  struct scan_memory memory;
  const struct scan_type *types;  ///< by number
  struct scan_text text;
  struct scan_dict dict;
  uint64_t forbidden_count_bits;  ///< bits of `ob_refcnt` that no live object has
  uint64_t immortal_bit;          ///< the bit of `ob_refcnt` that immortal objects have, or 0
  uint64_t largest_size;          ///< no object is larger
  uint32_t largest_count;         ///< a larger count needs a closer look
  uint32_t link_head;             ///< the size of a head with links
  uint32_t next_at, previous_at;  ///< where in it the links are
  struct scan_pool_layout pools;
};

/// A pool, and which of its blocks are in use.
struct scan_pool {
  uint64_t address;
  uint32_t block_size;  ///< 0 where there is no pool
  uint64_t starts[16];  ///< a bit for each 16 bytes: whether a block in use begins there
};

/// What the kernel says of a candidate.
enum scan_verdict {
  scan_ask,      ///< nothing
  scan_live,     ///< it is a live object, and its size is known
  scan_unsized   ///< it is a live object
};

/// Reads the pool whose `pool_size` bytes are at `bytes` and were at `address`; false, and no pool, if it is none.
///
/// `pool_size` is at most 16 KiB, and blocks begin at multiples of 16.
bool scan_enter_pool(const struct scan_process *process, const uint8_t *bytes, uint64_t address,
                     struct scan_pool *pool);

/// How many of the pages at `bytes`, from the first on, have a pool's header, or do not have one: whichever `are_pools`
/// asks for. The fields of the header lie in the page.
size_t scan_pool_pages(const struct scan_pool_layout *pools, const uint8_t *bytes, size_t page_count, bool are_pools);

/// Judges candidates in a pool, in ascending order: `positions` count from `bytes`, which were at `address`.
///
/// Stops at the first that does not lie in the pool, and returns how many it judged. `sizes` are what `sys.getsizeof`
/// says.
size_t scan_judge(const struct scan_process *process, const struct scan_pool *pool, const uint8_t *bytes,
                  uint64_t address, const uint32_t *positions, const uint32_t *numbers, size_t count,
                  uint8_t *verdicts, uint64_t *sizes);

/// Objects and their bytes.
struct scan_total {
  uint64_t objects, bytes;
};

/// Enters what is live into a bitmap, whose bit 0 stands `offset` bytes before position 0 and each bit for
/// 1 << `shift` bytes; adds it to its type's total, and writes the types' numbers to `kept`. Returns how many are live.
size_t scan_record(const uint32_t *positions, const uint32_t *numbers, const uint8_t *verdicts, const uint64_t *sizes,
                   size_t count, size_t offset, unsigned shift, uint64_t *bitmap, struct scan_total *totals,
                   uint32_t *kept);

/// Follows a chain of `malloc`'s chunks whose first header is at `bytes`, and sets a bit for the beginning of each: that
/// of the first is number `offset` / 16.
///
/// Stops at the first chunk that is not plausible, or whose next one does not begin before `end`; where that is. 16 bytes
/// behind `end` must be readable, and `bitmap` reach up to it.
size_t scan_malloc_chunks(const uint8_t *bytes, size_t end, uint64_t offset, uint64_t *bitmap);

#endif
