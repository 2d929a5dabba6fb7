/// Opens files below a directory that must not be left: a shim over openat2(2), for which glibc has no function.
#ifndef COPEN_H
#define COPEN_H

/// Opens the file at `path` for reading, as a process whose root is the open directory `root` would: `..` and absolute
/// links stop there (`RESOLVE_IN_ROOT`). Returns a descriptor, or -1 with `errno`; `ENOSYS` before Linux 5.6.
int rooted_open(int root, const char *path);

#endif
