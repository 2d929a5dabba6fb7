/// Opens files below a directory that must not be left. A shim over openat2(2), which has no function in glibc.
#ifndef COPEN_H
#define COPEN_H

/// Opens the file at `path` for reading, as a process would whose root is the open directory `root`: `..` and absolute
/// links end there (`RESOLVE_IN_ROOT`). Returns a descriptor, or -1 with `errno`; `ENOSYS` before Linux 5.6.
int rooted_open(int root, const char *path);

#endif
