#define _GNU_SOURCE
#include "CLazyPages.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

/// A piece of memory. It is unused if `size` is 0; otherwise the other fields do not change.
struct piece {
  _Atomic(size_t) size;
  uintptr_t start;
  void *context;
  lazy_pages_maker make;
};

enum { most_pieces = 256 };

static struct piece pieces[most_pieces];
static pthread_mutex_t changes = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before;

/// Returns whether a fault was a write, according to the kernel (bit 1 of the processor's error code on x86-64).
static bool is_write(const void *context) {
#if defined(__x86_64__)
  return (((const ucontext_t *)context)->uc_mcontext.gregs[REG_ERR] & 2) != 0;
#else
  (void)context;
  return false;
#endif
}

static void end_for(int problem) {
  char text[256];
  const int size = snprintf(text, sizeof text,
                            "python-memtools: no room for what the compressed dump holds: %s, try sysctl "
                            "vm.max_map_count=1000000 or a larger --memory-limit\n",
                            strerror(problem));
  const ssize_t written = write(STDERR_FILENO, text, size > 0 ? (size_t)size : 0);
  (void)written;
  _exit(1);
}

static void on_fault(int number, siginfo_t *info, void *context) {
  const uintptr_t address = (uintptr_t)info->si_addr;
  const int saved = errno;
  // SEGV_ACCERR: the mapping exists, and only its protection prevents the read.
  const bool may_be_ours = info->si_code == SEGV_ACCERR && !is_write(context);
  for (int index = 0; index < most_pieces && may_be_ours; index++) {
    const size_t size = atomic_load_explicit(&pieces[index].size, memory_order_acquire);
    if (size == 0 || address < pieces[index].start || address - pieces[index].start >= size) continue;
    const int problem = pieces[index].make(pieces[index].context, address - pieces[index].start);
    if (problem != 0) end_for(problem);
    errno = saved;
    return;
  }
  // Not ours: the access is retried, and reaches the previous handler. A signal that a process sent is raised again
  // instead.
  sigaction(number, &before, NULL);
  if (info->si_code <= 0) raise(number);
  errno = saved;
}

static void watch_faults(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, &before);
}

int lazy_pages_begin(const void *start, size_t size, void *context, lazy_pages_maker make) {
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

void lazy_pages_end(int number) {
  pthread_mutex_lock(&changes);
  if (number >= 0 && number < most_pieces) atomic_store_explicit(&pieces[number].size, 0, memory_order_release);
  pthread_mutex_unlock(&changes);
}

int lazy_pages_memory_file(void) {
  return memfd_create("python-memtools", MFD_CLOEXEC);
}
