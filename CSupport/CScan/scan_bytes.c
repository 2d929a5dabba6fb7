#define _GNU_SOURCE
#include <string.h>

#include "CScan.h"

size_t scan_bytes(const uint8_t *bytes, size_t size, size_t from, const uint8_t *needle, size_t needle_size) {
  if (from > size || needle_size == 0 || needle_size > size - from) return size;
  const uint8_t *hit = memmem(bytes + from, size - from, needle, needle_size);
  return hit ? (size_t)(hit - bytes) : size;
}
