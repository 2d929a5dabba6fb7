#include "scan_lookup.h"

/// The number of words that are compared before the results are checked, in a loop that compilers turn into vectors.
enum { block_words = 32 };

/// Finds words that are equal to `wanted` plus `step` for each word of the position: a constant, or the word's own
/// address.
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
  // The words after the heads, each of which should be its head's address: positions are multiples of 8 from `*resume`.
  const size_t odd = *resume & 7;
  size_t position = *resume - odd;
  const size_t found = scan(bytes + odd + 8, size - odd - 8, address + odd, 8, &position, positions, capacity);
  for (size_t index = 0; index < found; index++) positions[index] += (uint32_t)odd;
  *resume = position + odd + 16 <= size ? position + odd : size;
  return found;
}

/// Returns the pointer at `address`; 0 if there is none that may lead to a structure.
static inline uint64_t load_pointer(const struct scan_memory *memory, uint64_t address, size_t *last) {
  const uint8_t *bytes = scan_bytes_at(memory, address, 8, last);
  const uint64_t word = bytes == NULL ? 0 : scan_load_word(bytes);
  return (word & 7) == 0 && word > 4096 ? word : 0;
}

size_t scan_links_back(const struct scan_memory *memory, uint64_t link_at, uint64_t back_at, const uint8_t *bytes,
                       size_t size, size_t *resume, uint32_t *positions, size_t capacity) {
  if (memory->count == 0) *resume = size;
  const uint64_t lowest = memory->count == 0 ? 0 : memory->starts[0];
  const uint64_t reach = memory->count == 0 ? 0 : memory->ends[memory->count - 1] - lowest;
  size_t found = 0, first = 0, second = 0;
  size_t position = *resume;
  for (; position + 8 <= size && found < capacity; position += 8) {
    const uint64_t word = scan_load_word(bytes + position);
    // Most words are not pointers.
    if (word + link_at - lowest >= reach || (word & 7) != 0 || word <= 4096) continue;
    const uint64_t link = load_pointer(memory, word + link_at, &first);
    if (link != 0 && load_pointer(memory, link + back_at, &second) == word) positions[found++] = (uint32_t)position;
  }
  *resume = position + 8 <= size ? position : size;
  return found;
}
