/// A process of its own that holds another one still: a child of ours which does nothing else. Whatever becomes of us, of
/// it, or of the threads that it holds, the kernel lets all of them go when it ends, those too that never stopped
/// because they slept in the kernel, and each with the signal that it was about to receive.
#ifndef CTRACER_H
#define CTRACER_H

#include <stddef.h>
#include <stdint.h>

enum {
  /// The most bytes of a thread's general registers, and of those for floating point, that are kept.
  TRACER_GENERAL = 288,
  TRACER_FLOATING = 1024,
};

/// A thread that is held.
struct tracer_thread {
  int32_t id;
  /// Whether it stands still; one that does not sleeps in the kernel.
  int32_t is_stopped;
  /// The sets NT_PRSTATUS and NT_PRFPREG, as many bytes as the kernel gave.
  int32_t general_size, floating_size;
  uint8_t general[TRACER_GENERAL];
  uint8_t floating[TRACER_FLOATING];
};

/// Why threads were let go before we asked for it.
enum tracer_end {
  TRACER_HOLDS,      ///< they were not
  TRACER_DEADLINE,   ///< the time was over
  TRACER_BLOCKED,    ///< a read or write of ours made no progress
  TRACER_SUSPENDED,  ///< we were stopped ourselves
  TRACER_LOST,       ///< the child was killed
};

/// What holds a process.
struct tracer;

/// Stops all threads of a process. Returns null and an `errno` value in `*error` if that cannot be done: ESRCH if it has
/// no thread (more), ETIMEDOUT if the time was over before all stood still, and else what `ptrace` said.
///
/// - limit: nanoseconds from the first thread stopped until all are let go, 0 for none.
/// - patience: nanoseconds until a read or write of ours that does not end has all let go.
/// - name: what the message begins with should we have to end the program: see `tracer_begin`.
struct tracer *tracer_start(int32_t process, int64_t limit, int64_t patience, const char *name, int *error);

/// The number of threads, and each of them.
int32_t tracer_thread_count(const struct tracer *tracer);
const struct tracer_thread *tracer_thread_at(const struct tracer *tracer, int32_t index);

/// Marks the beginning of a call that may never return, which reads at `address` (any number but 0) of the process or
/// writes what is there; returns the number that `tracer_done` is given when it has returned. If one has not returned a
/// second after all threads were let go, the program ends with a message that names the address, or by the signal that
/// waits for it.
int32_t tracer_begin(struct tracer *tracer, uint64_t address);
void tracer_done(struct tracer *tracer, int32_t number);

/// Whether the threads still stand still, and if not why.
enum tracer_end tracer_state(struct tracer *tracer);
/// The address of a call that has not returned, or 0.
uint64_t tracer_pending(const struct tracer *tracer);
/// The nanoseconds since the first thread was asked to stop.
int64_t tracer_elapsed(const struct tracer *tracer);

/// Lets all threads go and waits until they are. Returns TRACER_HOLDS if they stood still until now.
enum tracer_end tracer_finish(struct tracer *tracer);

#endif
