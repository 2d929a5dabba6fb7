#include "scan_lookup.h"

/// The number of positions that are compared before the results are checked, in a loop that compilers turn into
/// vectors.
enum { block_positions = 128 };

/// Returns roughly how often a byte occurs in the memory of programs: zeros, ends of pointers, small numbers, text.
static unsigned frequency(uint8_t byte) {
  if (byte == 0) return 9;
  if (byte == 0xFF || byte == 0x7F || byte == 0x55 || byte == 0x56) return 8;
  if (byte < 9) return 7;
  if (byte == ' ' || byte == 'e' || byte == 't' || byte == 'a' || byte == 'o' || byte == 'n') return 6;
  if (byte >= 'a' && byte <= 'z') return 5;
  if (byte >= '0' && byte <= '9') return 4;
  return byte < 128 ? 2 : 3;
}

/// Returns the index of the needle's rarest byte, other than `except`.
static size_t rarest(const uint8_t *needle, size_t count, size_t except) {
  size_t best = except == 0 && count > 1 ? 1 : 0;
  for (size_t index = 0; index < count; index++) {
    if (index != except && frequency(needle[index]) < frequency(needle[best])) best = index;
  }
  return best;
}

SCAN_FOR_EACH_PROCESSOR
size_t scan_bytes(const uint8_t *bytes, size_t size, size_t from, const uint8_t *needle, size_t needle_size) {
  if (from > size || needle_size == 0 || needle_size > size - from) return size;
  const size_t first_place = rarest(needle, needle_size, SIZE_MAX);
  const size_t second_place = rarest(needle, needle_size, first_place);
  const uint8_t first = needle[first_place];
  const uint8_t second = needle[second_place];
  const size_t positions = size - needle_size + 1;
  size_t position = from;
  while (position < positions) {
    size_t count = positions - position;
    if (count >= block_positions) {
      count = block_positions;
      const uint8_t *firsts = bytes + position + first_place;
      const uint8_t *seconds = bytes + position + second_place;
      uint8_t both = 0;
      for (size_t index = 0; index < block_positions; index++) {
        both |= (uint8_t)((firsts[index] == first) & (seconds[index] == second));
      }
      if (!both) {
        position += block_positions;
        continue;
      }
    }
    for (const size_t end = position + count; position < end; position++) {
      if (bytes[position + first_place] == first && bytes[position + second_place] == second &&
          memcmp(bytes + position, needle, needle_size) == 0)
        return position;
    }
  }
  return size;
}
