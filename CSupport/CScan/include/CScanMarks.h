/// A kernel that marks which of some places in memory are referred to by any word.
#ifndef CSCAN_MARKS_H
#define CSCAN_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The log2 of a window's size in bytes.
#define SCAN_WINDOW_SHIFT 22
/// The multiplier that hashes a window's number plus one; the product's highest bits are the slot in the table.
#define SCAN_WINDOW_FACTOR 0x9E3779B97F4A7C15ULL

/// Places in memory, as bits: one for each 16 bytes of the windows that have such places.
///
/// The windows are an open-addressed hash table with linear probing. A slot has the window's number plus one, or 0 if
/// it is empty, and the index of its bits among those of all windows. At least one slot is empty.
struct scan_marks {
  uint64_t lowest, highest;  ///< the bounds of all places
  const uint64_t *windows;
  const uint32_t *numbers;
  uint64_t table_mask;       ///< the number of slots minus one
  uint32_t table_shift;      ///< 64 minus the log2 of the number of slots
  const uint64_t *wanted;    ///< the places
  uint64_t *found;           ///< the places to which a word leads
};

/// Marks each place whose 16 bytes are the target of a word. The words are at multiples of 8 from `bytes`. Several
/// threads may mark at the same time.
void scan_mark(const struct scan_marks *marks, const uint8_t *bytes, size_t size);

/// Makes `address` a place; `wanted` is the table's own. Has no effect outside of the windows.
void scan_want(const struct scan_marks *marks, uint64_t *wanted, uint64_t address);

/// Returns whether the place at `address` is marked.
bool scan_is_marked(const struct scan_marks *marks, uint64_t address);

#endif
