/* A process with much memory that may be read until somebody reads it. `withdrawing WAY`, where WAY says how:
   never       it may not be read at all
   stopped     as soon as it stands still, another process that shares its memory says that it may not be read
   flickering  it may be read, and may not, in turns
   executing   it becomes a new program all the time
   It writes where its memory is when it is ready, and a line when the permission was taken back while it stood still.
   The byte at INDEX of the memory is INDEX * INDEX / 128. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { megabytes = 200, pause_microseconds = 300 };

static pid_t self;
static char *memory;

static char state(void) {
  char path[64], letter = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", self);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%*d %*s %c", &letter) != 1) letter = 0;
  fclose(file);
  return letter;
}

/* Runs in a process of its own, which is not traced; whether a process may be read is a property of its memory. */
static int watch(void *unused) {
  (void)unused;
  while (getppid() == self) {
    if (state() == 't') {
      usleep(20000);
      prctl(PR_SET_DUMPABLE, 0);
      if (state() == 't') printf("withdrawn\n");
      fflush(stdout);
      return 0;
    }
    usleep(pause_microseconds);
  }
  return 0;
}

int main(int count, char **words) {
  const char *way = count > 1 ? words[1] : "";
  self = getpid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const size_t size = (size_t)(strcmp(way, "executing") == 0 ? 1 : megabytes) << 20;
  memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 1;
  for (size_t index = 0; index < size; index++) memory[index] = (char)(index * index >> 7);
  if (strcmp(way, "never") == 0) prctl(PR_SET_DUMPABLE, 0);
  if (strcmp(way, "stopped") == 0) {
    static char stack[1 << 16];
    if (clone(watch, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL) < 0) return 1;
  }
  if (count < 3) {
    printf("%p\n", (void *)memory);
    fflush(stdout);
  }
  for (unsigned turn = 0;; turn++) {
    usleep(pause_microseconds);
    if (strcmp(way, "flickering") == 0) prctl(PR_SET_DUMPABLE, turn % 2);
    if (strcmp(way, "executing") == 0) execl("/proc/self/exe", words[0], way, "again", (char *)NULL);
  }
}
