#include "scan_lookup.h"

/// Returns the index of a granule's bit among the bits of all windows, or -1 outside of the windows.
static inline int64_t bit_of(const struct scan_marks *marks, uint64_t word) {
  const uint64_t window = (word >> SCAN_WINDOW_SHIFT) + 1;
  for (uint64_t slot = window * SCAN_WINDOW_FACTOR >> marks->table_shift;; slot = (slot + 1) & marks->table_mask) {
    if (marks->windows[slot] == window) {
      const uint64_t granule = (word & ((UINT64_C(1) << SCAN_WINDOW_SHIFT) - 1)) >> 4;
      return (int64_t)((uint64_t)marks->numbers[slot] << (SCAN_WINDOW_SHIFT - 4) | granule);
    }
    if (marks->windows[slot] == 0) return -1;
  }
}

void scan_mark(const struct scan_marks *marks, const uint8_t *bytes, size_t size) {
  const uint64_t reach = marks->highest - marks->lowest;
  for (size_t position = 0; position + 8 <= size; position += 8) {
    const uint64_t word = scan_load_word(bytes + position);
    if (word - marks->lowest > reach) continue;
    const int64_t bit = bit_of(marks, word);
    if (bit < 0) continue;
    const uint64_t mask = UINT64_C(1) << (bit & 63);
    if (!(marks->wanted[bit >> 6] & mask)) continue;
    // Other threads mark at the same time, and most words lead to granules that are already marked.
    if (!(__atomic_load_n(&marks->found[bit >> 6], __ATOMIC_RELAXED) & mask))
      __atomic_fetch_or(&marks->found[bit >> 6], mask, __ATOMIC_RELAXED);
  }
}

bool scan_is_marked(const struct scan_marks *marks, uint64_t address) {
  const int64_t bit = bit_of(marks, address);
  return bit >= 0 && marks->found[bit >> 6] >> (bit & 63) & 1;
}

void scan_want(const struct scan_marks *marks, uint64_t *wanted, uint64_t address) {
  const int64_t bit = bit_of(marks, address);
  if (bit >= 0) wanted[bit >> 6] |= UINT64_C(1) << (bit & 63);
}
