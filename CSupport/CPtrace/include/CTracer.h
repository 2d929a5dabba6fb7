/// A child process of ours that does nothing but hold the threads of another process. Whatever happens to us, to the
/// child, or to the threads, the kernel releases all of them when the child ends. This includes threads that never
/// stopped because they slept in the kernel. Each receives the signal that it was about to receive.
#ifndef CTRACER_H
#define CTRACER_H

#include <stddef.h>
#include <stdint.h>

enum {
  /// The most bytes of a thread's general registers, and of its floating-point registers, that are kept.
  TRACER_GENERAL = 288,
  TRACER_FLOATING = 1024,
};

/// A thread that is held.
struct tracer_thread {
  int32_t id;
  /// Whether it is stopped; if not, it sleeps in the kernel.
  int32_t is_stopped;
  /// The sizes of the sets NT_PRSTATUS and NT_PRFPREG: as many bytes as the kernel provided.
  int32_t general_size, floating_size;
  uint8_t general[TRACER_GENERAL];
  uint8_t floating[TRACER_FLOATING];
};

/// The reason why threads were released before we asked for it.
enum tracer_end {
  TRACER_HOLDS,      ///< they were not released
  TRACER_DEADLINE,   ///< the time limit was reached
  TRACER_BLOCKED,    ///< a read or write of ours made no progress
  TRACER_SUSPENDED,  ///< we were stopped ourselves
  TRACER_LOST,       ///< the child was killed
};

/// The state of a held process.
struct tracer;

/// Stops all threads of a process. Returns null and an `errno` value in `*error` if that cannot be done: ESRCH if it
/// has no threads (any more), ETIMEDOUT if the time was over before all were stopped, and otherwise the error of
/// `ptrace`.
///
/// - limit: nanoseconds from the first stopped thread until all are released, 0 for none.
/// - patience: nanoseconds after which an unfinished read or write of ours makes all threads be released.
/// - name: the prefix of the message if we have to end the program: see `tracer_begin`.
struct tracer *tracer_start(int32_t process, int64_t limit, int64_t patience, const char *name, int *error);

/// Return the number of threads, and each of them.
int32_t tracer_thread_count(const struct tracer *tracer);
const struct tracer_thread *tracer_thread_at(const struct tracer *tracer, int32_t index);

/// Marks the beginning of a call that may never return, which reads at `address` (any number but 0) of the process or
/// writes what is there. Returns the number to pass to `tracer_done` when the call has returned. If a call has not
/// returned a second after all threads were released, the program ends with a message that names the address, or by the
/// signal that is pending for it.
int32_t tracer_begin(struct tracer *tracer, uint64_t address);
void tracer_done(struct tracer *tracer, int32_t number);

/// Returns whether the threads are still stopped, and if not why.
enum tracer_end tracer_state(struct tracer *tracer);
/// Returns the address of a call that has not returned, or 0.
uint64_t tracer_pending(const struct tracer *tracer);
/// Returns the nanoseconds since the first thread was asked to stop.
int64_t tracer_elapsed(const struct tracer *tracer);

/// Releases all threads and waits until they are. Returns TRACER_HOLDS if they were stopped until now.
enum tracer_end tracer_finish(struct tracer *tracer);

#endif
