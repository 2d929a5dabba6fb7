#define _GNU_SOURCE
#include "CTracer.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  MOST_THREADS = 1 << 16,
  // No process id is higher (PID_MAX_LIMIT).
  MOST_IDS = 1 << 22,
  // The most calls that may be in progress at once.
  SLOTS = 256,
};

static const int64_t MILLISECOND = 1000000;
// How long to wait for a thread to stop, in nanoseconds: the others are stopped meanwhile.
static const int64_t STOPPING = 1000000000;
// How long a call of ours may take to return after the process resumes, in nanoseconds.
static const int64_t RETURNING = 1000000000;

enum phase { BEGINNING, HOLDING, FAILED };

// The data that the child and we share.
struct shared {
  _Atomic int32_t phase, reason, asked;
  int32_t error, count;
  _Atomic int64_t first_stop;
  _Atomic uint64_t beat;
  _Atomic uint64_t slots[SLOTS];
  uint8_t known[MOST_IDS / 8];
  struct tracer_thread threads[MOST_THREADS];
};

struct tracer {
  struct shared *shared;
  int32_t process;
  int64_t limit, patience;
  pid_t child;
  _Atomic int32_t is_over, is_reaped, is_abandoned;
  pthread_t watch;
  char name[96];
};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 * MILLISECOND + time.tv_nsec;
}

static void pause_for(int64_t nanoseconds) {
  const struct timespec time = {.tv_sec = nanoseconds / (1000 * MILLISECOND),
                                .tv_nsec = nanoseconds % (1000 * MILLISECOND)};
  nanosleep(&time, NULL);
}

static int futex(_Atomic int32_t *word, int operation, int32_t value, int64_t timeout) {
  const struct timespec time = {.tv_sec = timeout / (1000 * MILLISECOND), .tv_nsec = timeout % (1000 * MILLISECOND)};
  return (int)syscall(SYS_futex, word, operation, value, operation == FUTEX_WAIT ? &time : NULL, NULL, 0);
}

// -- The child. It was forked from a process with other threads: nothing here allocates or takes a lock.

// Returns the letter of a thread's state, or 0 if the thread does not exist.
static char state_of(const char *path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[512];
  const ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return 0;
  text[size] = 0;
  // The state follows the program's name, which is in parentheses and may contain any.
  const char *end = strrchr(text, ')');
  return end && end[1] == ' ' ? end[2] : 0;
}

static bool has_ended(int32_t process, int32_t thread) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/stat", process, thread);
  const char state = state_of(path);
  return state == 0 || state == 'Z' || state == 'X';
}

// Returns whether all threads must be released because the time is over.
static bool is_late(const struct tracer *t) {
  const int64_t first = atomic_load(&t->shared->first_stop);
  return t->limit > 0 && first > 0 && now() - first >= t->limit;
}

static void take_registers(struct tracer_thread *thread) {
  struct iovec general = {thread->general, sizeof thread->general};
  if (ptrace(PTRACE_GETREGSET, thread->id, (void *)NT_PRSTATUS, &general) == 0) thread->general_size = (int)general.iov_len;
  struct iovec floating = {thread->floating, sizeof thread->floating};
  if (ptrace(PTRACE_GETREGSET, thread->id, (void *)NT_PRFPREG, &floating) == 0)
    thread->floating_size = (int)floating.iov_len;
}

// Returns whether the thread has stopped (1), has ended (-1), or neither (0). The stop is only observed: as it is not
// consumed, the kernel gives the thread the signal that it was about to receive when we end.
static int look(int32_t thread) {
  siginfo_t info = {0};
  if (waitid(P_PID, (id_t)thread, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) != 0)
    return errno == EINTR ? 0 : -1;
  if (info.si_pid == 0) return 0;
  return info.si_code == CLD_TRAPPED || info.si_code == CLD_STOPPED ? 1 : -1;
}

// Starts tracing a thread and asks it to stop. Returns 0 or an errno value.
static int seize(struct tracer *t, int32_t id) {
  struct shared *s = t->shared;
  if (s->count == MOST_THREADS) return E2BIG;
  // No options: PTRACE_O_EXITKILL would kill the target when we end.
  if (ptrace(PTRACE_SEIZE, id, NULL, NULL) != 0) {
    const int failure = errno;
    // A thread that has ended since it was listed is fine; so is a main thread that has ended before the others.
    return failure == ESRCH || has_ended(t->process, id) ? 0 : failure;
  }
  if (atomic_load(&s->first_stop) == 0) atomic_store(&s->first_stop, now());
  ptrace(PTRACE_INTERRUPT, id, NULL, NULL);
  s->threads[s->count++] = (struct tracer_thread){.id = id};
  return 0;
}

// Seizes new threads. Returns 0 or an errno value.
static int seize_newcomers(struct tracer *t, int folder) {
  char buffer[1 << 15];
  lseek(folder, 0, SEEK_SET);
  while (true) {
    const long size = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
    if (size < 0) return errno == ENOENT ? ESRCH : errno;
    if (size == 0) return 0;
    for (long position = 0; position < size;) {
      const struct dirent64 *entry = (const struct dirent64 *)(buffer + position);
      position += entry->d_reclen;
      const long id = strtol(entry->d_name, NULL, 10);
      if (id <= 0 || id >= MOST_IDS || t->shared->known[id / 8] & 1 << id % 8) continue;
      t->shared->known[id / 8] |= 1 << id % 8;
      const int failure = seize(t, (int32_t)id);
      if (failure) return failure;
    }
  }
}

// Waits until the threads from `first` on are stopped or have ended, or have slept in the kernel for too long.
static int wait_for(struct tracer *t, int32_t first) {
  struct shared *s = t->shared;
  const int64_t half = t->limit > 0 && t->limit / 2 < STOPPING ? t->limit / 2 : STOPPING;
  const int64_t deadline = now() + half;
  int64_t pause = 20000;
  while (true) {
    bool is_done = true;
    int32_t kept = first;
    for (int32_t i = first; i < s->count; i++) {
      struct tracer_thread thread = s->threads[i];
      const int found = thread.is_stopped ? 1 : look(thread.id);
      // The end of a main thread is not reported before the last of the others has ended.
      if (found < 0 || (found == 0 && pause >= MILLISECOND && has_ended(t->process, thread.id))) continue;
      if (found == 1 && !thread.is_stopped) {
        thread.is_stopped = 1;
        take_registers(&thread);
      }
      is_done = is_done && found == 1;
      s->threads[kept++] = thread;
    }
    s->count = kept;
    if (is_late(t)) return ETIMEDOUT;
    if (is_done || now() >= deadline) return 0;
    pause_for(pause);
    pause = pause < MILLISECOND ? 2 * pause : 2 * MILLISECOND;
  }
}

static int stop_all(struct tracer *t) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", t->process);
  const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return ESRCH;
  // A thread that is not stopped yet may start others: repeat until there are no new ones.
  while (true) {
    const int32_t before = t->shared->count;
    int failure = seize_newcomers(t, folder);
    if (failure) return failure;
    if (t->shared->count == before) return before > 0 ? 0 : ENOENT;
    failure = wait_for(t, before);
    if (failure) return failure;
  }
}

static uint64_t first_pending(const struct shared *s) {
  for (int i = 0; i < SLOTS; i++) {
    const uint64_t address = atomic_load(&s->slots[i]);
    if (address) return address;
  }
  return 0;
}

// Holds the threads until we are asked to release them, or have to.
static enum tracer_end hold(struct tracer *t, const char *parent) {
  struct shared *s = t->shared;
  uint64_t beat = 0;
  int64_t moved = now(), looked = moved;
  while (true) {
    int64_t time = now();
    int64_t timeout = 5 * MILLISECOND;
    if (t->limit > 0) {
      const int64_t left = atomic_load(&s->first_stop) + t->limit - time;
      if (left <= 0) return TRACER_DEADLINE;
      if (left < timeout) timeout = left;
    }
    futex(&s->asked, FUTEX_WAIT, 0, timeout);
    if (atomic_load(&s->asked)) return TRACER_HOLDS;
    time = now();
    const uint64_t found = atomic_load(&s->beat);
    if (found != beat || !first_pending(s)) {
      beat = found;
      moved = time;
    } else if (time - moved >= t->patience) {
      return TRACER_BLOCKED;
    }
    if (time - looked < 50 * MILLISECOND) continue;
    looked = time;
    const char state = state_of(parent);
    if (state == 'T' || state == 't') return TRACER_SUSPENDED;
  }
}

static _Noreturn void be_child(struct tracer *t, pid_t parent) {
  // If we outlived our parent, the process would be stopped for nothing.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/stat", parent);
  struct shared *s = t->shared;
  s->error = stop_all(t);
  atomic_store(&s->phase, s->error ? FAILED : HOLDING);
  if (!s->error) atomic_store(&s->reason, hold(t, path));
  // This releases all threads, stopped or not.
  _exit(0);
}

// -- The parent.

static const int ENDING[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static bool is_asked_to_end(sigset_t *pending) {
  sigpending(pending);
  for (size_t i = 0; i < sizeof ENDING / sizeof *ENDING; i++) {
    struct sigaction action;
    if (sigismember(pending, ENDING[i]) == 1 && sigaction(ENDING[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
      return true;
  }
  return false;
}

static void ask(struct tracer *t) {
  atomic_store(&t->shared->asked, 1);
  futex(&t->shared->asked, FUTEX_WAKE, 1, 0);
}

// Ends the program, one of whose threads is in a call that does not return.
static void give_up(struct tracer *t) {
  sigset_t pending;
  if (is_asked_to_end(&pending)) {
    for (size_t i = 0; i < sizeof ENDING / sizeof *ENDING; i++)
      if (sigismember(&pending, ENDING[i]) == 1) signal(ENDING[i], SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &pending, NULL);
  }
  char text[256];
  const int size = snprintf(text, sizeof text, "%s: a read at %016llX does not end, runs on, nothing is written\n", t->name,
                            (unsigned long long)first_pending(t->shared));
  if (size > 0) (void)!write(STDERR_FILENO, text, (size_t)size);
  _exit(1);
}

// A thread that prevents a call which does not return from holding the process or us.
static void *watch(void *argument) {
  struct tracer *t = argument;
  struct shared *s = t->shared;
  uint64_t beat = 0;
  int64_t moved = now();
  int64_t ran = 0;
  while (!atomic_load(&t->is_over)) {
    pause_for(10 * MILLISECOND);
    const int64_t time = now();
    const uint64_t found = atomic_load(&s->beat);
    if (found != beat || !first_pending(s)) {
      beat = found;
      moved = time;
    }
    sigset_t pending;
    // In other cases the readers check for signals between two reads.
    if (time - moved >= 50 * MILLISECOND && is_asked_to_end(&pending)) {
      atomic_store(&t->is_abandoned, 1);
      ask(t);
    }
    if (ran == 0 && (atomic_load(&s->asked) || tracer_state(t) != TRACER_HOLDS)) ran = time;
    if (ran && time - ran >= RETURNING && time - moved >= RETURNING) give_up(t);
  }
  return NULL;
}

static void free_tracer(struct tracer *t) {
  munmap(t->shared, sizeof *t->shared);
  free(t);
}

struct tracer *tracer_start(int32_t process, int64_t limit, int64_t patience, const char *name, int *error) {
  struct tracer *t = calloc(1, sizeof *t);
  if (!t) return *error = ENOMEM, NULL;
  t->process = process;
  t->limit = limit;
  t->patience = patience;
  snprintf(t->name, sizeof t->name, "%s", name);
  t->shared = mmap(NULL, sizeof *t->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (t->shared == MAP_FAILED) return *error = errno, free(t), NULL;
  sigset_t all, former;
  sigfillset(&all);
  // The child blocks all signals.
  pthread_sigmask(SIG_SETMASK, &all, &former);
  const pid_t parent = getpid();
  struct sigaction action;
  // Our parent may have had us ignore SIGCHLD, and then no child could be waited for.
  if (sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
  t->child = fork();
  if (t->child == 0) be_child(t, parent);
  *error = t->child < 0 ? errno : 0;
  while (*error == 0 && atomic_load(&t->shared->phase) == BEGINNING) {
    if (waitpid(t->child, NULL, WNOHANG) == t->child) {
      t->is_reaped = 1;
      // The child may have reported an error just before.
      if (atomic_load(&t->shared->phase) == BEGINNING) *error = ECHILD;
      break;
    }
    pause_for(100000);
  }
  if (*error == 0 && atomic_load(&t->shared->phase) == FAILED) *error = t->shared->error;
  // The thread inherits a mask of all signals.
  if (*error == 0) *error = pthread_create(&t->watch, NULL, watch, t);
  pthread_sigmask(SIG_SETMASK, &former, NULL);
  if (*error == 0) return t;
  if (t->child > 0 && !t->is_reaped) {
    ask(t);
    while (waitpid(t->child, NULL, 0) < 0 && errno == EINTR) {}
  }
  return free_tracer(t), NULL;
}

int32_t tracer_thread_count(const struct tracer *t) { return t->shared->count; }
const struct tracer_thread *tracer_thread_at(const struct tracer *t, int32_t index) { return &t->shared->threads[index]; }

int32_t tracer_begin(struct tracer *t, uint64_t address) {
  for (int32_t i = 0; i < SLOTS; i++) {
    uint64_t free_slot = 0;
    if (atomic_compare_exchange_strong(&t->shared->slots[i], &free_slot, address ? address : 1)) {
      atomic_fetch_add(&t->shared->beat, 1);
      return i;
    }
  }
  return -1;
}

void tracer_done(struct tracer *t, int32_t number) {
  atomic_fetch_add(&t->shared->beat, 1);
  if (number >= 0) atomic_store(&t->shared->slots[number], 0);
}

enum tracer_end tracer_state(struct tracer *t) {
  const int32_t reason = atomic_load(&t->shared->reason);
  if (reason != TRACER_HOLDS) return (enum tracer_end)reason;
  siginfo_t info = {0};
  // Only checks whether the child is there: `tracer_finish` reaps it.
  if (atomic_load(&t->is_reaped) || waitid(P_PID, (id_t)t->child, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid)
    return TRACER_LOST;
  return atomic_load(&t->is_abandoned) ? TRACER_LOST : TRACER_HOLDS;
}

uint64_t tracer_pending(const struct tracer *t) { return first_pending(t->shared); }

int64_t tracer_elapsed(const struct tracer *t) {
  const int64_t first = atomic_load(&t->shared->first_stop);
  return first ? now() - first : 0;
}

enum tracer_end tracer_finish(struct tracer *t) {
  const enum tracer_end state = tracer_state(t);
  ask(t);
  while (waitpid(t->child, NULL, 0) < 0 && errno == EINTR) {}
  atomic_store(&t->is_over, 1);
  pthread_join(t->watch, NULL);
  free_tracer(t);
  return state;
}
