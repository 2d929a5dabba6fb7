// States of a process in which a dumper must do no harm, for fixture_states.py.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Sleeps in the kernel so that nothing wakes it (state D): as the parent of a vfork.
int sleep_in_kernel(double seconds) {
  const struct timespec time = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
  const pid_t child = vfork();
  if (child == 0) {
    nanosleep(&time, NULL);
    _exit(0);
  }
  int status;
  return waitpid(child, &status, 0);
}

static volatile uint64_t *arrived;

static void take(int number) {
  (void)number;
  __atomic_fetch_add(arrived, 1, __ATOMIC_RELAXED);
}

// Counts the signals of a number that arrive: Python itself notes only that some did.
int count_signals(int number, uint64_t *counter) {
  arrived = counter;
  struct sigaction action = {.sa_handler = take, .sa_flags = SA_RESTART};
  return sigaction(number, &action, NULL);
}

static int server;

static void *serve(void *page) {
  struct uffd_msg message;
  while (read(server, &message, sizeof message) == sizeof message) {
    struct uffdio_copy copy = {.dst = message.arg.pagefault.address & ~4095ul, .src = (uintptr_t)page, .len = 4096};
    ioctl(server, UFFDIO_COPY, &copy);
  }
  return NULL;
}

// Maps a megabyte whose pages this process supplies itself when they are read first; every other page is there. With
// `is_served` 0 it never does. Returns the address, or 0 where the kernel does not allow it.
uintptr_t supplied(int is_shared, int is_served) {
  const size_t size = 1 << 20;
  static uint8_t page[4096];
  memset(page, 7, sizeof page);
  server = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  struct uffdio_api api = {.api = UFFD_API};
  if (server < 0 || ioctl(server, UFFDIO_API, &api) != 0) return 0;
  uint8_t *start = mmap(NULL, size, PROT_READ | PROT_WRITE, (is_shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return 0;
  for (size_t i = 0; i < size; i += 8192) start[i] = 1;
  struct uffdio_register all = {.range = {(uintptr_t)start, size}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (ioctl(server, UFFDIO_REGISTER, &all) != 0) return 0;
  pthread_t thread;
  if (is_served) pthread_create(&thread, NULL, serve, page);
  return (uintptr_t)start;
}
