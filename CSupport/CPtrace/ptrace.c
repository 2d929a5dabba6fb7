#define _GNU_SOURCE
#include "CPtrace.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

int tracer_seize(int32_t thread) {
  // No options: PTRACE_O_EXITKILL would let our death be the target's.
  return ptrace(PTRACE_SEIZE, thread, NULL, NULL) == 0 ? 0 : errno;
}

int tracer_interrupt(int32_t thread) {
  return ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) == 0 ? 0 : errno;
}

enum tracer_state tracer_poll(int32_t thread, int *signal) {
  int status = 0;
  *signal = 0;
  const pid_t reported = waitpid(thread, &status, __WALL | WNOHANG);
  if (reported == 0) return TRACER_RUNNING;
  if (reported < 0) return errno == EINTR ? TRACER_RUNNING : TRACER_GONE;
  if (!WIFSTOPPED(status)) return TRACER_GONE;
  // An event, ours or a group stop, carries no signal that is still to be delivered; a stop without one does.
  const bool is_event = (status >> 16) != 0;
  if (!is_event) *signal = WSTOPSIG(status);
  return TRACER_STOPPED;
}

int tracer_detach(int32_t thread, int signal) {
  return ptrace(PTRACE_DETACH, thread, NULL, (void *)(intptr_t)signal) == 0 ? 0 : errno;
}

ptrdiff_t tracer_read(int32_t process, uint64_t address, void *buffer, size_t size) {
  const struct iovec local = {.iov_base = buffer, .iov_len = size};
  const struct iovec remote = {.iov_base = (void *)(uintptr_t)address, .iov_len = size};
  const ssize_t count = process_vm_readv(process, &local, 1, &remote, 1, 0);
  return count >= 0 ? count : -(ptrdiff_t)errno;
}

int tracer_probe(int32_t process, uint64_t address, size_t page_size, size_t count, uint8_t *readable) {
  enum { LIMIT = 1024 };
  struct iovec remote[LIMIT];
  uint8_t bytes[LIMIT];
  if (count > LIMIT) return EINVAL;
  for (size_t i = 0; i < count; i++)
    remote[i] = (struct iovec){.iov_base = (void *)(uintptr_t)(address + i * page_size), .iov_len = 1};
  size_t next = 0;
  while (next < count) {
    const struct iovec local = {.iov_base = bytes, .iov_len = count - next};
    // One byte of each page, up to the first that cannot be read.
    const ssize_t got = process_vm_readv(process, &local, 1, remote + next, count - next, 0);
    if (got < 0 && errno != EFAULT && errno != EIO && errno != ENOMEM) return errno;
    const size_t good = got > 0 ? (size_t)got : 0;
    for (size_t i = 0; i < good; i++) readable[next++] = 1;
    if (next < count) readable[next++] = 0;
  }
  return 0;
}

ptrdiff_t tracer_registers(int32_t thread, int32_t set, void *buffer, size_t size) {
  struct iovec local = {.iov_base = buffer, .iov_len = size};
  if (ptrace(PTRACE_GETREGSET, thread, (void *)(intptr_t)set, &local) != 0) return -(ptrdiff_t)errno;
  return (ptrdiff_t)local.iov_len;
}
