/// Stops the threads of another process and reads its memory. A shim over ptrace, which is variadic, and over what else
/// of Linux the Glibc module does not show.
///
/// ptrace knows its caller by thread: all calls about one tracee must come from one thread of ours.
#ifndef CPTRACE_H
#define CPTRACE_H

#include <stddef.h>
#include <stdint.h>

/// What became of a thread that we trace.
enum tracer_state {
  TRACER_RUNNING,  ///< nothing new
  TRACER_STOPPED,  ///< it stands still until we let it go
  TRACER_GONE,     ///< it has ended, or is not ours
};

/// Begins to trace a thread without stopping it. Should we die, the kernel lets it go. Returns 0 or an `errno` value.
int tracer_seize(int32_t thread);

/// Asks a seized thread to stop. Sends no signal. Returns 0 or an `errno` value.
int tracer_interrupt(int32_t thread);

/// Asks without waiting whether a seized thread has stopped. `*signal` becomes the signal that it was about to receive,
/// which `tracer_detach` must give back, or 0.
enum tracer_state tracer_poll(int32_t thread, int *signal);

/// Lets a stopped thread run on, with `signal` unless it is 0. Returns 0 or an `errno` value.
int tracer_detach(int32_t thread, int signal);

/// Copies up to `size` bytes at `address` of a process to `buffer`, up to the first page that cannot be read. Returns
/// how many, or a negated `errno` value where not even the first can be read.
ptrdiff_t tracer_read(int32_t process, uint64_t address, void *buffer, size_t size);

/// Finds out which of `count` pages from `address` on, 1024 at most, can be read: `readable[i]` becomes 1 or 0. Returns 0
/// or an `errno` value other than that of a page.
int tracer_probe(int32_t process, uint64_t address, size_t page_size, size_t count, uint8_t *readable);

/// Copies a register set (`NT_PRSTATUS`, `NT_PRFPREG`, …) of a stopped thread, at most `size` bytes. Returns how many, or
/// a negated `errno` value.
ptrdiff_t tracer_registers(int32_t thread, int32_t set, void *buffer, size_t size);

#endif
