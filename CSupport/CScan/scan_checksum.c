#include <string.h>

#include "CScan.h"

uint64_t scan_checksum(const uint8_t *bytes, size_t size) {
  // Eight sums side by side, so that the processor need not wait for one multiplication before the next.
  uint64_t sums[8];
  for (unsigned lane = 0; lane < 8; lane++) sums[lane] = UINT64_C(0xCBF29CE484222325) + lane;
  size_t position = 0;
  for (; position + 64 <= size; position += 64) {
    for (unsigned lane = 0; lane < 8; lane++) {
      uint64_t word;
      memcpy(&word, bytes + position + 8 * lane, sizeof word);
      sums[lane] = (sums[lane] ^ word) * SCAN_HASH_FACTOR;
      sums[lane] ^= sums[lane] >> 32;
    }
  }
  uint64_t sum = size;
  for (; position < size; position++) sum = (sum ^ bytes[position]) * SCAN_HASH_FACTOR;
  for (unsigned lane = 0; lane < 8; lane++) sum = (sum ^ (sums[lane] >> 29) ^ sums[lane]) * SCAN_HASH_FACTOR;
  return sum ^ sum >> 32;
}

uint32_t scan_largest(const uint32_t *numbers, size_t count) {
  uint32_t largest = 0;
  for (size_t index = 0; index < count; index++) largest = numbers[index] > largest ? numbers[index] : largest;
  return largest;
}
