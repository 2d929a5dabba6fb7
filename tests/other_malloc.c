// An allocator that is neither glibc's nor pymalloc, loaded with LD_PRELOAD: blocks of one size lie side by side without
// headers, what is free is noted elsewhere and keeps its bytes, as with jemalloc.

#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { SLAB = 1 << 20, LARGEST = 1 << 16, CLASSES = 64 + 14, HEADER = 4096 };

// At the beginning of each slab, and of each block that is too large for one.
struct slab {
  size_t size;  // of each block
  uint32_t next, end;
};

static atomic_flag busy = ATOMIC_FLAG_INIT;
static struct slab *current[CLASSES];
// Free blocks of each class, by the places of their slots.
static struct {
  void **slots;
  size_t count, capacity;
} unused[CLASSES];

static void lock(void) {
  while (atomic_flag_test_and_set(&busy)) {}
}
static void unlock(void) { atomic_flag_clear(&busy); }

static void *map(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

// Aligned to a slab, so that the header is found from any address in the first SLAB bytes.
static struct slab *map_aligned(size_t size) {
  uint8_t *memory = map(size + SLAB);
  if (memory == NULL) return NULL;
  uint8_t *start = (uint8_t *)(((uintptr_t)memory + SLAB - 1) & ~(uintptr_t)(SLAB - 1));
  if (start > memory) munmap(memory, (size_t)(start - memory));
  if (memory + SLAB > start) munmap(start + size, (size_t)(memory + SLAB - start));
  return (struct slab *)start;
}

static struct slab *slab_of(void *block) { return (struct slab *)((uintptr_t)block & ~(uintptr_t)(SLAB - 1)); }

// Multiples of 16 up to 1 KiB, then powers of two.
static size_t class_of(size_t size) {
  if (size <= 1024) return size == 0 ? 0 : (size - 1) / 16;
  size_t number = 64, limit = 2048;
  for (; limit < size; limit *= 2) number++;
  return number;
}
static size_t size_of(size_t number) { return number < 64 ? (number + 1) * 16 : (size_t)2048 << (number - 64); }

static void *carve(size_t number) {
  struct slab *slab = current[number];
  if (slab == NULL || slab->next + slab->size > slab->end) {
    slab = map_aligned(SLAB);
    if (slab == NULL) return NULL;
    *slab = (struct slab){size_of(number), HEADER, SLAB};
    current[number] = slab;
  }
  void *block = (uint8_t *)slab + slab->next;
  slab->next += (uint32_t)slab->size;
  return block;
}

void *malloc(size_t size) {
  if (size > PTRDIFF_MAX - 2 * SLAB) return NULL;
  if (size > LARGEST) {
    struct slab *slab = map_aligned((size + HEADER + 4095) & ~(size_t)4095);
    if (slab == NULL) return NULL;
    slab->size = size;
    return (uint8_t *)slab + HEADER;
  }
  const size_t number = class_of(size);
  lock();
  void *block = unused[number].count > 0 ? unused[number].slots[--unused[number].count] : carve(number);
  unlock();
  return block;
}

void free(void *block) {
  if (block == NULL) return;
  const int error = errno;
  struct slab *slab = slab_of(block);
  if (slab->size > LARGEST) {
    munmap(slab, (slab->size + HEADER + 4095) & ~(size_t)4095);
  } else {
    const size_t number = class_of(slab->size);
    lock();
    if (unused[number].count == unused[number].capacity) {
      const size_t capacity = unused[number].capacity * 2 + 4096;
      void **slots = map(capacity * sizeof *slots);
      if (slots != NULL) {
        memcpy(slots, unused[number].slots, unused[number].count * sizeof *slots);
        if (unused[number].slots != NULL) munmap(unused[number].slots, unused[number].capacity * sizeof *slots);
        unused[number].slots = slots;
        unused[number].capacity = capacity;
      }
    }
    if (unused[number].count < unused[number].capacity) unused[number].slots[unused[number].count++] = block;
    unlock();
  }
  errno = error;
}

void *calloc(size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) return NULL;
  void *block = malloc(total);
  return block == NULL ? NULL : memset(block, 0, total);
}

size_t malloc_usable_size(void *block) { return block == NULL ? 0 : slab_of(block)->size; }

void *realloc(void *block, size_t size) {
  const size_t old = malloc_usable_size(block);
  // A block that shrinks stays where it is.
  if (block != NULL && size <= old && size > 0) return block;
  void *made = malloc(size);
  if (made == NULL || block == NULL) return made;
  memcpy(made, block, old < size ? old : size);
  free(block);
  return made;
}

void *aligned_alloc(size_t alignment, size_t size) {
  // Blocks of a power of two, from 4 KiB on, are aligned to it up to a page; nobody asks for more.
  return malloc(alignment <= 16 ? size : size < 4096 ? 4096 : size);
}
void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }
int posix_memalign(void **block, size_t alignment, size_t size) {
  *block = aligned_alloc(alignment, size);
  return *block == NULL ? ENOMEM : 0;
}
