/* How fast the kernels are on a dump, beside their naive twins and merely reading it, with one thread.
   usage: kernels TYPES FILE...    TYPES has an address of a type in each line; a line of JSON for each kernel */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "CScan.h"

enum { piece = 4 << 20, batch = 2048, runs = 5, most_files = 1 << 16 };

static const uint8_t *files[most_files];
static size_t sizes[most_files];
static int file_count;
static struct scan_type_set set;
static uint64_t sum;

/* Many sums: with one, the additions would take longer than the memory. */
static size_t read_words(int file) {
  uint64_t sums[16] = {0};
  const uint64_t *words = (const uint64_t *)(const void *)files[file];
  for (size_t at = 0; at + 16 <= sizes[file] / 8; at += 16)
    for (size_t lane = 0; lane < 16; lane++) sums[lane] += words[at + lane];
  for (size_t lane = 0; lane < 16; lane++) sum += sums[lane];
  return 0;
}

static size_t headers(int file, int level) {
  static uint32_t positions[batch], numbers[batch];
  size_t hits = 0;
  for (size_t start = 0; start < sizes[file]; start += piece) {
    const size_t left = sizes[file] - start, size = left < piece + 8 ? left : piece + 8;
    for (size_t resume = 0; resume < size && resume < piece;)
      hits += level < 0 ? scan_headers_naive(&set, files[file] + start, size, 16, &resume, positions, numbers, batch)
                        : scan_headers_at_level((enum scan_level)level, &set, files[file] + start, size, 16, &resume,
                                                positions, numbers, batch);
  }
  return hits;
}

static size_t headers_portable(int file) { return headers(file, scan_portable); }
static size_t headers_avx2(int file) { return headers(file, scan_avx2); }
static size_t headers_avx512(int file) { return headers(file, scan_avx512); }

static size_t words(int file) {
  static uint32_t positions[batch];
  size_t hits = 0;
  for (size_t start = 0; start < sizes[file]; start += piece) {
    const size_t left = sizes[file] - start, size = left < piece ? left : piece;
    for (size_t resume = 0; resume < size;)
      hits += scan_words(files[file] + start, size, set.lowest, &resume, positions, batch);
  }
  return hits;
}

static size_t words_naive(int file) {
  size_t hits = 0;
  for (size_t at = 0; at + 8 <= sizes[file]; at += 8) {
    uint64_t word;
    memcpy(&word, files[file] + at, 8);
    if (word == set.lowest) hits++;
  }
  return hits;
}

static const char needle[] = "note 1000 to be read";

static size_t text(int file) {
  size_t hits = 0;
  for (size_t at = 0; (at = scan_bytes(files[file], sizes[file], at, (const uint8_t *)needle, sizeof needle - 1)) <
                      sizes[file]; at++)
    hits++;
  return hits;
}

static size_t text_memmem(int file) {
  size_t hits = 0;
  const uint8_t *end = files[file] + sizes[file];
  for (const uint8_t *at = files[file]; (at = memmem(at, (size_t)(end - at), needle, sizeof needle - 1)); at++) hits++;
  return hits;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void measure(const char *name, size_t (*kernel)(int), size_t total) {
  double seconds[runs];
  size_t hits = 0;
  for (int run = 0; run < runs; run++) {
    const double begin = now();
    hits = 0;
    for (int file = 0; file < file_count; file++) hits += kernel(file);
    seconds[run] = now() - begin;
  }
  qsort(seconds, runs, sizeof seconds[0], ascending);
  printf("{\"kernel\": \"%s\", \"GB/s\": %.2f, \"hits\": %zu}\n", name, (double)total / seconds[runs / 2] / 1e9, hits);
}

/* The set as the tool makes it: a quarter of the slots and a thirty-second of the filter's bits are taken at most. */
static int read_types(const char *path) {
  enum { most_types = 1 << 16 };
  static uint64_t types[most_types];
  size_t count = 0;
  FILE *list = fopen(path, "r");
  if (!list) return 0;
  while (count < most_types && fscanf(list, "%" SCNx64, &types[count]) == 1) count++;
  fclose(list);
  unsigned table_bits = 7;
  while ((size_t)1 << table_bits <= count * 4) table_bits++;
  const unsigned bloom_bits = table_bits + 3;
  uint64_t *bloom = calloc((size_t)1 << (bloom_bits - 6), 8), *addresses = calloc((size_t)1 << table_bits, 8);
  uint32_t *numbers = calloc((size_t)1 << table_bits, 4);
  if (!bloom || !addresses || !numbers) return 0;
  set = (struct scan_type_set){UINT64_MAX, 0, bloom, addresses, numbers, 64 - bloom_bits, 64 - table_bits};
  for (size_t number = 0; number < count; number++) {
    const uint64_t hash = scan_hash(types[number]), bit = hash >> set.bloom_shift;
    uint64_t slot = hash >> set.table_shift;
    while (addresses[slot] != 0) slot = (slot + 1) & (((uint64_t)1 << table_bits) - 1);
    addresses[slot] = types[number];
    numbers[slot] = (uint32_t)number;
    bloom[bit >> 6] |= UINT64_C(1) << (bit & 63);
    if (types[number] < set.lowest) set.lowest = types[number];
    if (types[number] > set.highest) set.highest = types[number];
  }
  return count > 0;
}

int main(int argc, char **argv) {
  if (argc < 3 || !read_types(argv[1])) return 64;
  size_t total = 0;
  for (int argument = 2; argument < argc && file_count < most_files; argument++) {
    struct stat facts;
    const int file = open(argv[argument], O_RDONLY);
    if (file < 0 || fstat(file, &facts) != 0) { perror(argv[argument]); return 1; }
    if (facts.st_size > 0) {
      const uint8_t *bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, file, 0);
      if (bytes == MAP_FAILED) { perror(argv[argument]); return 1; }
      files[file_count] = bytes;
      sizes[file_count++] = (size_t)facts.st_size;
      total += (size_t)facts.st_size;
    }
    close(file);
  }
  measure("read", read_words, total);
  measure("headers, portable", headers_portable, total);
  if (scan_best_level() >= scan_avx2) measure("headers, AVX2", headers_avx2, total);
  if (scan_best_level() >= scan_avx512) measure("headers, AVX-512", headers_avx512, total);
  measure("words", words, total);
  measure("words, naive", words_naive, total);
  measure("text", text, total);
  measure("text, memmem", text_memmem, total);
  fprintf(stderr, "%" PRIx64 "\n", sum);
  return 0;
}
