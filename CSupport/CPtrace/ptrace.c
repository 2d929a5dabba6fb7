#define _GNU_SOURCE
#include "CPtrace.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

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

// As in <linux/fs.h> since 6.7: struct pm_scan_arg, struct page_region, PAGEMAP_SCAN.
struct scan {
  uint64_t size, flags, start, end, walk_end, regions, count, most_pages, inverted, mask, any_of, returned;
};
struct scanned {
  uint64_t start, end, categories;
};
enum { PRESENT = 1 << 3, SWAPPED = 1 << 4, AT_ONCE = 1024 };

int32_t tracer_page_runs(int pagemap, uint64_t start, uint64_t end, struct tracer_page_run *runs, int32_t count,
                         uint64_t *walked) {
  struct scanned found[AT_ONCE];
  struct scan scan = {.size = sizeof scan,
                      .start = start,
                      .end = end,
                      .regions = (uintptr_t)found,
                      .count = count < AT_ONCE ? (uint64_t)count : AT_ONCE,
                      .any_of = PRESENT | SWAPPED,
                      .returned = PRESENT | SWAPPED};
  const int got = ioctl(pagemap, _IOWR('f', 16, struct scan), &scan);
  if (got < 0) return -1;
  for (int i = 0; i < got; i++)
    runs[i] = (struct tracer_page_run){found[i].start, found[i].end, (found[i].categories & PRESENT) != 0};
  *walked = scan.walk_end;
  return got;
}
