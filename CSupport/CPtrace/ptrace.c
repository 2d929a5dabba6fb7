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
