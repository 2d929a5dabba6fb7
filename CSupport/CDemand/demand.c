#define _GNU_SOURCE
#include "CDemand.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>

/// A piece of memory. Where `size` is 0 there is none; the other fields do not change while it is not.
struct piece {
  _Atomic(size_t) size;
  uintptr_t start;
  void *context;
  demand_maker make;
};

enum { most_pieces = 256 };

static struct piece pieces[most_pieces];
static pthread_mutex_t changes = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before;

static void on_fault(int number, siginfo_t *info, void *unused) {
  (void)unused;
  const uintptr_t address = (uintptr_t)info->si_addr;
  const int saved = errno;
  for (int index = 0; index < most_pieces; index++) {
    const size_t size = atomic_load_explicit(&pieces[index].size, memory_order_acquire);
    if (size == 0 || address < pieces[index].start || address - pieces[index].start >= size) continue;
    pieces[index].make(pieces[index].context, address - pieces[index].start);
    errno = saved;
    return;
  }
  // Not ours: the read is tried again, and meets whoever was asked before.
  sigaction(number, &before, NULL);
  errno = saved;
}

static void watch_faults(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, &before);
}

int demand_begin(const void *start, size_t size, void *context, demand_maker make) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  int found = -1;
  pthread_once(&once, watch_faults);
  pthread_mutex_lock(&changes);
  for (int index = 0; index < most_pieces && found < 0; index++) {
    struct piece *piece = &pieces[index];
    if (atomic_load(&piece->size) != 0) continue;
    piece->start = (uintptr_t)start;
    piece->context = context;
    piece->make = make;
    atomic_store_explicit(&piece->size, size, memory_order_release);
    found = index;
  }
  pthread_mutex_unlock(&changes);
  return found;
}

void demand_end(int number) {
  pthread_mutex_lock(&changes);
  if (number >= 0 && number < most_pieces) atomic_store_explicit(&pieces[number].size, 0, memory_order_release);
  pthread_mutex_unlock(&changes);
}

int demand_memory_file(void) {
  return memfd_create("python-memtools", MFD_CLOEXEC);
}
