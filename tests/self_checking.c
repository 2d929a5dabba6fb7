// A process that checks itself while it is dumped: whether its signals come in order, its timer loses no tick, its
// system calls end early, and how long it stands still. What it finds is in a file of counters, for capture_states.py.
//
// usage: self_checking COUNTERS STATE
//        self_checking trace PID
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// What the test reads, in this order; numbers of 8 bytes.
struct counters {
  uint64_t beats, largest_gap, sent, arrived, out_of_order, ticks, started, now;
  uint64_t interrupted[5];  // epoll_wait, read, clock_nanosleep, poll, futex
  uint64_t works;           // what the state does: forks, programs begun, threads ended, pages served
};

static volatile struct counters *found;
static const long tick = 5000000;
static char **arguments;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void add(volatile uint64_t *counter, uint64_t count) { __atomic_fetch_add(counter, count, __ATOMIC_SEQ_CST); }

static void start(void *(*work)(void *), void *argument) {
  pthread_t thread;
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 << 10);
  if (pthread_create(&thread, &small, work, argument) != 0) abort();
  pthread_detach(thread);
}

// Signals: one thread sends numbers in order, one takes them.

static void take(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)context;
  if ((uint64_t)info->si_value.sival_int != found->arrived) add(&found->out_of_order, 1);
  add(&found->arrived, 1);
}

static void take_tick(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)context;
  add(&found->ticks, 1 + (uint64_t)info->si_overrun);
  found->now = now();
}

static void *receive(void *unused) {
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGRTMIN + 1);
  sigaddset(&taken, SIGRTMIN + 2);
  pthread_sigmask(SIG_UNBLOCK, &taken, NULL);
  for (;;) pause();
  return unused;
}

static void *send_signals(void *unused) {
  for (;;) {
    while (found->sent - found->arrived < 50) {
      if (sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = (int)found->sent}) == 0) add(&found->sent, 1);
    }
    usleep(500);
  }
  return unused;
}

static void begin_ticks(void) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 2};
  timer_t timer;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) abort();
  found->started = now();
  const struct itimerspec often = {.it_interval = {0, tick}, .it_value = {0, tick}};
  timer_settime(timer, 0, &often, NULL);
}

// System calls that wait, and say when they end before their time.

static void *wait_in(void *which) {
  static int word, ends[2];
  const int events = epoll_create1(0);
  if (pipe(ends) != 0) abort();
  const int end = ends[0];
  for (;;) {
    int result = 0;
    char byte;
    switch ((intptr_t)which) {
      case 0: result = epoll_wait(events, &(struct epoll_event){0}, 1, -1); break;
      case 1: result = (int)read(end, &byte, 1); break;
      case 2: errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){3600, 0}, NULL), result = -1; break;
      case 3: result = poll(&(struct pollfd){end, POLLIN, 0}, 1, 3600000); break;
      default: result = (int)syscall(SYS_futex, &word, FUTEX_WAIT, 0, &(struct timespec){3600, 0}, NULL, 0);
    }
    if (result < 0 && errno == EINTR) add(&found->interrupted[(intptr_t)which], 1);
  }
}

// The states.

static void *fork_often(void *unused) {
  for (;;) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0 && waitpid(child, NULL, 0) == child) add(&found->works, 1);
  }
  return unused;
}

static void *exec_often(void *unused) {
  usleep(20000);
  add(&found->works, 1);
  execv("/proc/self/exe", arguments);
  return unused;
}

static void *end_soon(void *unused) { return add(&found->works, 1), unused; }

static void *begin_threads(void *unused) {
  for (;;) {
    start(end_soon, NULL);
    usleep(200);
  }
  return unused;
}

static void *sleep_in_kernel(void *unused) {
  for (;;) {
    const pid_t child = vfork();
    if (child == 0) {
      nanosleep(&(struct timespec){0, 400000000}, NULL);
      _exit(0);
    }
    waitpid(child, NULL, 0);
    add(&found->works, 1);
  }
  return unused;
}

static void *anywhere(size_t size, int flags) {
  void *place = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
  if (place == MAP_FAILED) abort();
  return place;
}

static int server;

static void *serve(void *page) {
  struct uffd_msg message;
  while (read(server, &message, sizeof message) == sizeof message) {
    struct uffdio_copy copy = {.dst = message.arg.pagefault.address & ~4095ul, .src = (uintptr_t)page, .len = 4096};
    ioctl(server, UFFDIO_COPY, &copy);
    add(&found->works, 1);
  }
  return NULL;
}

static void *read_supplied(void *start) {
  volatile uint8_t *place = start;
  for (size_t i = 0;; i = (i + 4096) % (1 << 20)) {
    (void)place[i];
    madvise((void *)(place + i), 4096, MADV_DONTNEED);
    usleep(1000);
  }
  return NULL;
}

static int supply(void) {
  static uint8_t page[4096] = {7};
  server = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  struct uffdio_api api = {.api = UFFD_API};
  if (server < 0 || ioctl(server, UFFDIO_API, &api) != 0) return 0;
  void *place = anywhere(1 << 20, MAP_PRIVATE);
  struct uffdio_register all = {.range = {(uintptr_t)place, 1 << 20}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (ioctl(server, UFFDIO_REGISTER, &all) != 0) return 0;
  start(serve, page);
  start(read_supplied, place);
  return 1;
}

static int have_secrets(void) {
  const int file = (int)syscall(447 /* memfd_secret */, 0);
  if (file < 0 || ftruncate(file, 1 << 20) != 0) return 0;
  char *place = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (place == MAP_FAILED) return 0;
  memset(place, 1, 1 << 20);
  return 1;
}

static void *obey_filter(void *unused) {
#define ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), ALLOW(SYS_clock_nanosleep), ALLOW(SYS_restart_syscall), ALLOW(SYS_rt_sigreturn),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};
  struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) abort();
  for (;;) {
    clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){0, 1000000}, NULL);
    add(&found->works, 1);
  }
  return unused;
}

static void *work_strictly(void *unused) {
  const int file = open("/dev/null", O_WRONLY);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) abort();
  while (write(file, "", 1) == 1) add(&found->works, 1);
  return unused;
}

// Enters a state; 0 where the kernel does not allow it.
static int enter(const char *state) {
  if (!strcmp(state, "forking")) start(fork_often, NULL);
  if (!strcmp(state, "executing")) start(exec_often, NULL);
  if (!strcmp(state, "asleep")) start(sleep_in_kernel, NULL);
  if (!strcmp(state, "filtered")) start(obey_filter, NULL);
  if (!strcmp(state, "strict")) start(work_strictly, NULL);
  if (!strcmp(state, "reserved"))
    memset(anywhere(1ul << 40, MAP_PRIVATE | MAP_NORESERVE), 1, 1 << 20);
  if (!strcmp(state, "mapped")) {
    char *place = anywhere(120000ul << 12, MAP_PRIVATE);
    for (size_t i = 0; i < 60000; i += 2) mprotect(place + (i << 12), 4096, PROT_READ);
  }
  if (!strcmp(state, "threads")) {
    for (int i = 0; i < 500; i += 1) start(wait_in, (void *)1);
    start(begin_threads, NULL);
  }
  if (!strcmp(state, "hidden") && prctl(PR_SET_DUMPABLE, 0) != 0) return 0;
  if (!strcmp(state, "supplied")) return supply();
  if (!strcmp(state, "secret")) return have_secrets();
  return 1;
}

static void *beat(void *unused) {
  for (uint64_t last = now();;) {
    usleep(200);
    const uint64_t time = now();
    if (time - last > found->largest_gap) found->largest_gap = time - last;
    last = time;
    add(&found->beats, 1);
  }
  return unused;
}

// The process stays as it is, traced by another, until that one has nothing more to read.
static int trace(pid_t pid) {
  if (ptrace(PTRACE_SEIZE, pid, 0, 0) != 0) return 1;
  if (write(1, "ready\n", 6) != 6) return 1;
  char byte;
  return (int)read(0, &byte, 1);
}

int main(int count, char **words) {
  if (count == 3 && !strcmp(words[1], "trace")) return trace(atoi(words[2]));
  if (count != 3) return 2;
  arguments = words;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int file = open(words[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, 4096) != 0) return 2;
  found = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (found == MAP_FAILED) return 2;
  const int begins = found->beats == 0;
  found->sent = found->arrived = 0;
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGRTMIN + 1);
  sigaddset(&taken, SIGRTMIN + 2);
  pthread_sigmask(SIG_BLOCK, &taken, NULL);
  sigaction(SIGRTMIN + 1, &(struct sigaction){.sa_sigaction = take, .sa_flags = SA_SIGINFO | SA_RESTART}, NULL);
  sigaction(SIGRTMIN + 2, &(struct sigaction){.sa_sigaction = take_tick, .sa_flags = SA_SIGINFO | SA_RESTART}, NULL);
  start(receive, NULL);
  start(send_signals, NULL);
  for (intptr_t which = 0; which < 5; which += 1) start(wait_in, (void *)which);
  found->ticks = 0;
  begin_ticks();
  if (!enter(words[2])) return 3;
  if (begins && write(1, "ready\n", 6) != 6) return 2;
  if (strcmp(words[2], "leaderless")) beat(NULL);
  start(beat, NULL);
  pthread_exit(NULL);
}
