/// Ends the program with a message where nothing else could: too late, out of its memory, or reading a file that has
/// become shorter. It needs a signal's handler, which may call next to nothing, and a thread of its own.
#ifndef CWATCH_H
#define CWATCH_H

#include <stdint.h>

/// Ends the program with exit code 1 and a message about `path` if a file that is mapped loses its end while it is read
/// (SIGBUS). The path is copied, and cut where it is very long.
void watch_mapped_files(const char *_Nonnull path);

/// Ends the program with exit code 1 and a message once `seconds` have passed, or once it has taken more than
/// `memory_limit` bytes of memory of its own, mapped files not counted. Zero is no limit. Returns 0 or an `errno` value.
int watch_limits(double seconds, uint64_t memory_limit);

/// The bytes that a thread's stack may have (`ulimit -s`); the largest number if there is no limit.
uint64_t watch_stack_size(void);

#endif
