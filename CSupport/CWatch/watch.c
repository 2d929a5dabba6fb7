#define _GNU_SOURCE
#include "CWatch.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "python-memtools: ";
static char lost_file_message[1024];
static double time_limit;
static uint64_t most_bytes;

static void say_and_end(const char *message) {
  // The message is written on a best-effort basis.
  const ssize_t written = write(STDERR_FILENO, message, strlen(message));
  (void)written;
  _exit(1);
}

static void file_was_lost(int signal) {
  (void)signal;
  say_and_end(lost_file_message);
}

void watch_mapped_files(const char *path) {
  snprintf(lost_file_message, sizeof lost_file_message,
           "%s%.800s: the dump became shorter, or its disk failed, while it was read, try again with a copy\n", program,
           path);
  struct sigaction action = {.sa_handler = file_was_lost};
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}

/// Returns the bytes of memory in use that do not belong to files.
static uint64_t own_bytes(int statm) {
  char text[128];
  const ssize_t count = pread(statm, text, sizeof text - 1, 0);
  unsigned long long total = 0;
  unsigned long long resident = 0;
  unsigned long long shared = 0;
  if (count <= 0) return 0;
  text[count] = 0;
  if (sscanf(text, "%llu %llu %llu", &total, &resident, &shared) != 3 || resident < shared) return 0;
  return (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *watch(void *unused) {
  (void)unused;
  const struct timespec pause = {.tv_nsec = 10000000};
  const double deadline = now() + time_limit;
  const int statm = most_bytes > 0 ? open("/proc/self/statm", O_RDONLY | O_CLOEXEC) : -1;
  char message[256];
  for (;;) {
    nanosleep(&pause, NULL);
    if (time_limit > 0 && now() >= deadline) {
      snprintf(message, sizeof message, "%snot done after %g s (--timeout), the answer is not complete\n", program,
               time_limit);
      say_and_end(message);
    }
    if (statm >= 0 && own_bytes(statm) > most_bytes) {
      snprintf(message, sizeof message,
               "%smore than %llu bytes of memory would be needed, try a larger --memory-limit; the answer is not "
               "complete\n",
               program, (unsigned long long)most_bytes);
      say_and_end(message);
    }
  }
}

int watch_limits(double seconds, uint64_t memory_limit) {
  if (seconds <= 0 && memory_limit == 0) return 0;
  time_limit = seconds;
  most_bytes = memory_limit;
  pthread_t thread;
  const int problem = pthread_create(&thread, NULL, watch, NULL);
  if (problem == 0) pthread_detach(thread);
  return problem;
}

uint64_t watch_stack_size(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  return limit.rlim_cur;
}
