import Glibc
import MemoryImage

/// Which pages of a process are there: `/proc/PID/pagemap` (`proc_pid_pagemap(5)`), a 64-bit word for each page.
@safe
struct PageMap: ~Copyable {
  private let descriptor: Int32

  /// What is known of a page.
  enum State {
    /// It is in memory, and can be read.
    case present
    /// Nobody has touched it: it reads as zeros.
    case untouched
    /// It may be swapped out, in a file, or a guard (`MADV_GUARD_INSTALL`): only an attempt tells.
    case uncertain
  }

  /// The map of the process that `thread` belongs to. Where it may not be read, every page is uncertain.
  init(thread: Int32) {
    descriptor = unsafe open("/proc/\(thread)/pagemap", O_RDONLY | O_CLOEXEC)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Calls `body` with the state of each page of `range`, in order.
  ///
  /// - Parameter isAnonymous: whether what is not there is zero, as opposed to what is in a file.
  func forEachPage(of range: AddressRange, isAnonymous: Bool, _ body: (State) -> Void) {
    let total = range.count / ProcessMemory.pageSize
    var done = 0
    while done < total {
      let page = Int(range.start.rawValue) / ProcessMemory.pageSize + done
      let words = words(at: page, count: min(1 << 16, total - done))
      guard !words.isEmpty else { break }
      for word in words {
        // Bit 63: in memory; bit 62: swapped out, or a marker.
        if word >> 63 != 0 {
          body(.present)
        } else {
          body(word >> 62 == 0 && isAnonymous ? .untouched : .uncertain)
        }
      }
      done += words.count
    }
    for _ in done..<max(done, total) { body(.uncertain) }
  }

  private func words(at page: Int, count: Int) -> [UInt64] {
    guard descriptor >= 0, let offset = off_t(exactly: page * 8) else { return [] }
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      // SAFETY: the kernel writes at most `count` words, and returns how many bytes.
      let got = unsafe pread(descriptor, buffer.baseAddress, count * 8, offset)
      initialized = max(0, got) / 8
    }
  }
}
