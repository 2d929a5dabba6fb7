/// Ends the program with a message in cases that nothing else can handle: a time limit, a memory limit, or a mapped
/// file that has become shorter. It needs a signal handler, which may call next to nothing, and a thread of its own.
#ifndef CWATCH_H
#define CWATCH_H

#include <stdint.h>

/// Ends the program with exit code 1 and a message about `path` if a mapped file loses its end while it is read
/// (SIGBUS). The path is copied, and truncated if it is very long.
void watch_mapped_files(const char *_Nonnull path);

/// Ends the program with exit code 1 and a message after `seconds`, or after it has taken more than `memory_limit`
/// bytes of memory of its own, not counting mapped files. Zero is no limit. Returns 0 or an `errno` value.
int watch_limits(double seconds, uint64_t memory_limit);

/// Returns the number of bytes that a thread's stack may have (`ulimit -s`); the largest number if there is no limit.
uint64_t watch_stack_size(void);

#endif
