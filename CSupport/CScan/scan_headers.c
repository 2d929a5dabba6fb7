#include <string.h>

#include "CScan.h"

static inline uint64_t load_word(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

size_t scan_headers(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule, size_t *resume,
                    uint32_t *positions, uint32_t *numbers, size_t capacity) {
  const uint64_t lowest = set->lowest;
  const uint64_t span = set->highest - set->lowest;
  const uint64_t *bloom = set->bloom;
  const uint64_t table_mask = (UINT64_C(1) << (64 - set->table_shift)) - 1;
  size_t found = 0;
  size_t position = *resume;
  for (; position + 16 <= size && found < capacity; position += granule) {
    const uint64_t word = load_word(bytes + position + 8);
    if (word - lowest > span) continue;
    const uint64_t hash = scan_hash(word);
    const uint64_t bit = hash >> set->bloom_shift;
    if (!(bloom[bit >> 6] >> (bit & 63) & 1)) continue;
    uint64_t slot = hash >> set->table_shift;
    while (set->addresses[slot] != 0 && set->addresses[slot] != word) slot = (slot + 1) & table_mask;
    if (set->addresses[slot] != word) continue;
    positions[found] = (uint32_t)position;
    numbers[found] = set->numbers[slot];
    found++;
  }
  *resume = position + 16 <= size ? position : size;
  return found;
}

size_t scan_headers_naive(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule,
                          size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity) {
  const size_t slots = (size_t)1 << (64 - set->table_shift);
  size_t found = 0;
  size_t position = *resume;
  for (; position + 16 <= size && found < capacity; position += granule) {
    const uint64_t word = load_word(bytes + position + 8);
    for (size_t slot = 0; slot < slots; slot++) {
      if (word == 0 || set->addresses[slot] != word) continue;
      positions[found] = (uint32_t)position;
      numbers[found] = set->numbers[slot];
      found++;
      break;
    }
  }
  *resume = position + 16 <= size ? position : size;
  return found;
}

size_t scan_self_typed(const uint8_t *bytes, size_t size, uint64_t address, size_t *resume, uint32_t *positions,
                       size_t capacity) {
  size_t found = 0;
  size_t position = *resume;
  for (; position + 16 <= size && found < capacity; position += 8) {
    if (load_word(bytes + position + 8) != address + position) continue;
    positions[found++] = (uint32_t)position;
  }
  *resume = position + 16 <= size ? position : size;
  return found;
}
