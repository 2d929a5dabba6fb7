#include "scan_lookup.h"

static size_t scan_headers_portable(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule,
                                    size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity) {
  const uint64_t lowest = set->lowest;
  const uint64_t span = set->highest - set->lowest;
  size_t found = 0;
  size_t position = *resume;
  for (; position + 16 <= size && found < capacity; position += granule) {
    const uint64_t word = scan_load_word(bytes + position + 8);
    if (word - lowest > span) continue;
    const uint64_t bit = scan_hash(word) >> set->bloom_shift;
    if (!(set->bloom[bit >> 6] >> (bit & 63) & 1)) continue;
    if (!scan_look_up(set, word, &numbers[found])) continue;
    positions[found++] = (uint32_t)position;
  }
  *resume = position + 16 <= size ? position : size;
  return found;
}

enum scan_level scan_best_level(void) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    return scan_avx512;
  if (__builtin_cpu_supports("avx2")) return scan_avx2;
#endif
  return scan_portable;
}

size_t scan_headers_at_level(enum scan_level level, const struct scan_type_set *set, const uint8_t *bytes, size_t size,
                             size_t granule, size_t *resume, uint32_t *positions, uint32_t *numbers,
                             size_t capacity) {
#ifdef __x86_64__
  if (level == scan_avx512)
    return scan_headers_avx512(set, bytes, size, granule, resume, positions, numbers, capacity);
  if (level == scan_avx2) return scan_headers_avx2(set, bytes, size, granule, resume, positions, numbers, capacity);
#else
  (void)level;
#endif
  return scan_headers_portable(set, bytes, size, granule, resume, positions, numbers, capacity);
}

size_t scan_headers(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule, size_t *resume,
                    uint32_t *positions, uint32_t *numbers, size_t capacity) {
  return scan_headers_at_level(scan_best_level(), set, bytes, size, granule, resume, positions, numbers, capacity);
}

size_t scan_headers_naive(const struct scan_type_set *set, const uint8_t *bytes, size_t size, size_t granule,
                          size_t *resume, uint32_t *positions, uint32_t *numbers, size_t capacity) {
  const size_t slots = (size_t)1 << (64 - set->table_shift);
  size_t found = 0;
  size_t position = *resume;
  for (; position + 16 <= size && found < capacity; position += granule) {
    const uint64_t word = scan_load_word(bytes + position + 8);
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
