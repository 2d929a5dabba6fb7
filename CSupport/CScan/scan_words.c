#include "scan_lookup.h"

/// So many words are compared before it is asked whether one was equal: a loop that compilers turn into vectors.
enum { block_words = 32 };

/// Finds words that are `first` plus `step` for each word: a constant, or their own address.
static inline __attribute__((always_inline)) size_t scan(const uint8_t *bytes, size_t size, uint64_t wanted,
                                                         uint64_t step, size_t *resume, uint32_t *positions,
                                                         size_t capacity) {
  size_t found = 0;
  size_t position = *resume;
  while (position + 8 <= size && found < capacity) {
    size_t count = (size - position) / 8;
    if (count >= block_words) {
      uint64_t equal = 0;
      for (size_t index = 0; index < block_words; index++) {
        equal |= scan_load_word(bytes + position + 8 * index) == wanted + position / 8 * step + index * step;
      }
      count = block_words;
      if (!equal) {
        position += 8 * block_words;
        continue;
      }
    }
    for (size_t index = 0; index < count && found < capacity; index++, position += 8) {
      if (scan_load_word(bytes + position) == wanted + position / 8 * step) positions[found++] = (uint32_t)position;
    }
  }
  *resume = position + 8 <= size ? position : size;
  return found;
}

SCAN_FOR_EACH_PROCESSOR
size_t scan_words(const uint8_t *bytes, size_t size, uint64_t word, size_t *resume, uint32_t *positions,
                  size_t capacity) {
  return scan(bytes, size, word, 0, resume, positions, capacity);
}

SCAN_FOR_EACH_PROCESSOR
size_t scan_self_typed(const uint8_t *bytes, size_t size, uint64_t address, size_t *resume, uint32_t *positions,
                       size_t capacity) {
  if (size < 16 || *resume > size - 16) {
    *resume = size;
    return 0;
  }
  // The words behind the heads, each of which should be its head's address: positions are multiples of 8 from `*resume`.
  const size_t odd = *resume & 7;
  size_t position = *resume - odd;
  const size_t found = scan(bytes + odd + 8, size - odd - 8, address + odd, 8, &position, positions, capacity);
  for (size_t index = 0; index < found; index++) positions[index] += (uint32_t)odd;
  *resume = position + odd + 16 <= size ? position + odd : size;
  return found;
}
