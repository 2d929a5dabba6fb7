// A ledger of Python's own memory: every block that the allocator of objects gave out and did not get back.
//
// Loaded into an interpreter with LD_PRELOAD, it stands between Python and its allocator (`PyMem_SetAllocator`) and
// only notes what passes: addresses and sizes. What it writes down is independent of the tool and of what the blocks
// say of themselves. The child of a `fork` keeps the ledger of that moment, with the first words of each block.
//
// Addresses are kept inverted, so that the table itself has no word that is an object's address; it lies in shared
// memory, which no dump has.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// `PyMemAllocatorEx` and `PyMemAllocatorDomain` of Include/cpython/pymem.h, the same in all versions.
struct allocator {
  void *context;
  void *(*malloc)(void *, size_t);
  void *(*calloc)(void *, size_t, size_t);
  void *(*realloc)(void *, void *, size_t);
  void (*free)(void *, void *);
};
enum { DOMAIN_MEMORY = 1, DOMAIN_OBJECT = 2 };
enum { HEAD = 8 };
#define SLOT_BITS 24
#define SLOTS (UINT64_C(1) << SLOT_BITS)

struct entry {
  uint64_t inverted, size, serial;
};
struct block {
  uint64_t address, size, serial, words[HEAD];
};

static struct allocator original, original_memory;
static struct entry *table;
static struct block *frozen;
static uint64_t frozen_count;
static uint64_t used, serial;
static atomic_int *is_frozen;  // shared with the child
static atomic_flag is_changing = ATOMIC_FLAG_INIT;  // interpreters with locks of their own allocate at the same time

static uint64_t home(uint64_t inverted) { return (~inverted >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - SLOT_BITS); }

static uint64_t find(uint64_t inverted) {
  uint64_t slot = home(inverted);
  while (table[slot].inverted != 0 && table[slot].inverted != inverted) slot = (slot + 1) % SLOTS;
  return slot;
}

static void lock(void) {
  while (atomic_flag_test_and_set(&is_changing)) sched_yield();
}

static void unlock(void) { atomic_flag_clear(&is_changing); }

static void add(void *block, size_t size) {
  if (block == NULL) return;
  lock();
  if (used > SLOTS / 4 * 3) abort();
  const uint64_t slot = find(~(uint64_t)block);
  used += table[slot].inverted == 0;
  table[slot] = (struct entry){~(uint64_t)block, size, serial++};
  unlock();
}

// Linear probing without gaps: what follows and belongs before the gap is moved into it.
static void close_gap(uint64_t gap) {
  used--;
  for (uint64_t slot = (gap + 1) % SLOTS; table[slot].inverted != 0; slot = (slot + 1) % SLOTS) {
    if ((slot - home(table[slot].inverted)) % SLOTS < (slot - gap) % SLOTS) continue;
    table[gap] = table[slot];
    gap = slot;
  }
  table[gap].inverted = 0;
}

static void drop(void *block) {
  if (block == NULL) return;
  lock();
  const uint64_t slot = find(~(uint64_t)block);
  if (table[slot].inverted != 0) close_gap(slot);
  unlock();
}

static void *note_malloc(void *context, size_t size) {
  void *block = original.malloc(context, size);
  add(block, size);
  return block;
}

static void *note_calloc(void *context, size_t count, size_t size) {
  void *block = original.calloc(context, count, size);
  add(block, count * size);
  return block;
}

static void *note_realloc(void *context, void *old, size_t size) {
  void *block = original.realloc(context, old, size);
  if (block != NULL) {
    drop(old);
    add(block, size);
  }
  return block;
}

static void note_free(void *context, void *block) {
  drop(block);
  original.free(context, block);
}

// The domain of plain memory is served by the same allocator, and extensions exist that give an object's block back to
// it. None of its own blocks is an object's.
static void *forget_malloc(void *context, size_t size) {
  void *block = original_memory.malloc(context, size);
  drop(block);
  return block;
}

static void *forget_calloc(void *context, size_t count, size_t size) {
  void *block = original_memory.calloc(context, count, size);
  drop(block);
  return block;
}

static void *forget_realloc(void *context, void *old, size_t size) {
  void *block = original_memory.realloc(context, old, size);
  if (block != NULL) drop(old);
  drop(block);
  return block;
}

static void forget_free(void *context, void *block) {
  drop(block);
  original_memory.free(context, block);
}

__attribute__((constructor)) static void begin(void) {
  void (*get)(int, struct allocator *) = dlsym(RTLD_DEFAULT, "PyMem_GetAllocator");
  void (*set)(int, struct allocator *) = dlsym(RTLD_DEFAULT, "PyMem_SetAllocator");
  if (get == NULL || set == NULL) return;
  const size_t size = SLOTS * sizeof *table;
  table = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  is_frozen = mmap(NULL, sizeof *is_frozen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (table == MAP_FAILED || is_frozen == MAP_FAILED) return;
  madvise(table, size, MADV_DONTDUMP);
  get(DOMAIN_OBJECT, &original);
  struct allocator noting = {original.context, note_malloc, note_calloc, note_realloc, note_free};
  set(DOMAIN_OBJECT, &noting);
  get(DOMAIN_MEMORY, &original_memory);
  struct allocator forgetting = {original_memory.context, forget_malloc, forget_calloc, forget_realloc, forget_free};
  set(DOMAIN_MEMORY, &forgetting);
}

static void freeze(void) {
  struct entry *own = mmap(NULL, SLOTS * sizeof *own, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  frozen = mmap(NULL, used * sizeof *frozen + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (own == MAP_FAILED || frozen == MAP_FAILED) _exit(1);
  for (uint64_t slot = 0; slot < SLOTS; slot++) {
    if (table[slot].inverted == 0) continue;
    own[slot] = table[slot];
    struct block *block = &frozen[frozen_count++];
    block->address = ~table[slot].inverted;
    block->size = table[slot].size;
    block->serial = table[slot].serial;
    memcpy(block->words, (void *)block->address, block->size < sizeof block->words ? block->size : sizeof block->words);
  }
  // The child's own allocations must not reach the parent's table.
  table = own;
}

// In the child, and nowhere else, the ledger of the moment of the fork is there. The table is shared: until the child has
// its copy the parent stands still.
pid_t fork(void) {
  pid_t (*next)(void) = dlsym(RTLD_NEXT, "fork");
  if (table == NULL || table == MAP_FAILED) return next();
  lock();
  atomic_store(is_frozen, 0);
  const pid_t child = next();
  if (child == 0) {
    freeze();
    atomic_store(is_frozen, 1);
  } else if (child > 0) {
    siginfo_t ended = {0};
    while (!atomic_load(is_frozen) && waitid(P_PID, child, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0) {
      usleep(200);
    }
  }
  unlock();
  return child;
}

// Whether a block of the frozen ledger is still in use, and was not given back and out again.
int ledger_has(uint64_t address, uint64_t serial_number) {
  const struct entry now = table[find(~address)];
  return now.inverted != 0 && now.serial == serial_number;
}

// Whether a block that is in use begins at an address.
int ledger_knows(uint64_t address) { return table[find(~address)].inverted != 0; }

// Leaves out of the frozen ledger what was given back since.
void ledger_drop_freed(void) {
  uint64_t kept = 0;
  for (uint64_t index = 0; index < frozen_count; index++) {
    if (ledger_has(frozen[index].address, frozen[index].serial)) frozen[kept++] = frozen[index];
  }
  frozen_count = kept;
}

// The frozen ledger: each block's address, size, serial number and first `HEAD` words.
const void *ledger_blocks(uint64_t *count) {
  *count = frozen_count;
  return frozen;
}
