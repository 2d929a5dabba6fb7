/* Inflates a file of independent blocks, as python-memtools writes it, into fresh memory, and does nothing else: what
   opening a compressed dump is measured against.

   usage: inflate_blocks THREADS FILE          prints the seconds */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <zlib.h>
#include <zstd.h>

struct block {
  size_t source, source_size, target, target_size;
};

static const uint8_t *file;
static uint8_t *memory;
static struct block *blocks;
static size_t count;
static atomic_size_t next;
static int is_gzip;

static uint32_t word(size_t offset) {
  uint32_t value;
  memcpy(&value, file + offset, 4);
  return value;
}

static void add(size_t source_size, size_t target_size) {
  blocks = realloc(blocks, (count + 1) * sizeof *blocks);
  const struct block *last = count > 0 ? &blocks[count - 1] : NULL;
  blocks[count++] = (struct block){last ? last->source + last->source_size : 0, source_size,
                                   last ? last->target + last->target_size : 0, target_size};
}

static void read_index(size_t size) {
  if (is_gzip) {
    uint64_t start;
    memcpy(&start, file + size - 18, 8);
    for (size_t member = start; member + 34 < size;) {
      const size_t bytes = (size_t)file[member + 14] | (size_t)file[member + 15] << 8;
      for (size_t entry = 0; entry < bytes; entry += 8) add(word(member + 16 + entry), word(member + 20 + entry));
      member += 16 + bytes + 10;
    }
  } else {
    const size_t entries = word(size - 9);
    for (size_t i = 0; i < entries; i++) add(word(size - 9 - (entries - i) * 8), word(size - 5 - (entries - i) * 8));
  }
}

static void *inflate_all(void *unused) {
  ZSTD_DCtx *context = ZSTD_createDCtx();
  for (size_t i; (i = atomic_fetch_add(&next, 1)) < count;) {
    const struct block *b = &blocks[i];
    if (is_gzip) {
      z_stream stream = {.next_in = (Bytef *)file + b->source, .avail_in = (uInt)b->source_size,
                         .next_out = memory + b->target, .avail_out = (uInt)b->target_size};
      inflateInit2(&stream, 15 + 16);
      if (inflate(&stream, Z_FINISH) != Z_STREAM_END) exit(2);
      inflateEnd(&stream);
    } else {
      const size_t got = ZSTD_decompressDCtx(context, memory + b->target, b->target_size, file + b->source, b->source_size);
      if (got != b->target_size) exit(2);
    }
  }
  ZSTD_freeDCtx(context);
  return unused;
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  const int threads = atoi(argv[1]);
  const int descriptor = open(argv[2], O_RDONLY);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) != 0) return 1;
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  is_gzip = file[0] == 0x1F;
  read_index((size_t)status.st_size);
  const size_t total = blocks[count - 1].target + blocks[count - 1].target_size;
  memory = mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(memory, total, MADV_HUGEPAGE);
  pthread_t workers[64];
  for (int i = 0; i < threads; i++) pthread_create(&workers[i], NULL, inflate_all, NULL);
  for (int i = 0; i < threads; i++) pthread_join(workers[i], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.3f\n", (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
  return 0;
}
