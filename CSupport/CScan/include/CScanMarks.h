/// A kernel that marks what is referred to: of some places in memory, to which of them any word leads.
#ifndef CSCAN_MARKS_H
#define CSCAN_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The log2 of a window's size in bytes.
#define SCAN_WINDOW_SHIFT 22
/// What a window's number plus one is multiplied by for the table; the product's highest bits are the slot.
#define SCAN_WINDOW_FACTOR 0x9E3779B97F4A7C15ULL

/// Places in memory, as bits: one for each 16 bytes of the windows that have such places.
///
/// The windows are an open-addressed hash table with linear probing: the window's number plus one, 0 where empty, at
/// least one slot empty; and the place of its bits among those of all windows.
struct scan_marks {
  uint64_t lowest, highest;  ///< between these all places lie
  const uint64_t *windows;
  const uint32_t *numbers;
  uint64_t table_mask;       ///< the number of slots less one
  uint32_t table_shift;      ///< 64 less the log2 of the number of slots
  const uint64_t *wanted;    ///< the places
  uint64_t *found;           ///< those to which a word leads
};

/// Marks each place to whose 16 bytes one of the words leads that lie at multiples of 8 from `bytes`. Several threads may
/// mark at the same time.
void scan_mark(const struct scan_marks *marks, const uint8_t *bytes, size_t size);

/// Makes `address` a place; `wanted` is the table's own. Nothing outside of the windows.
void scan_want(const struct scan_marks *marks, uint64_t *wanted, uint64_t address);

/// Whether the place at `address` is marked.
bool scan_is_marked(const struct scan_marks *marks, uint64_t address);

#endif
