import CPtrace
import Glibc
import MemoryImage

/// The states of a process's pages: `/proc/PID/pagemap` (`proc_pid_pagemap(5)`).
///
/// Since Linux 6.7 the kernel lists the runs of pages that are present (`PAGEMAP_SCAN`), which takes no longer for a process
/// that has reserved terabytes. Before that, there is a 64-bit word for each page.
@safe
struct PageMap: ~Copyable {
  private let descriptor: Int32

  /// The state of a page.
  enum State {
    /// It is in memory, and can be read.
    case present
    /// It was never touched, and reads as zeros.
    case untouched
    /// It may be swapped out, in a file, or a guard (`MADV_GUARD_INSTALL`): only an attempt to read it decides.
    case uncertain
  }

  /// The most pages that are looked up at once.
  private static let windowSize = 1 << 16

  /// Opens the map of the process that `thread` belongs to. If it may not be read, every page is uncertain.
  init(thread: Int32) {
    descriptor = unsafe open("/proc/\(thread)/pagemap", O_RDONLY | O_CLOEXEC)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Calls `body` with each run of pages of `range` and its state, in order and without gaps. The indices count the pages of
  /// `range`.
  ///
  /// - Parameter isAnonymous: whether absent pages are zero, as opposed to being in a file.
  func forEachRun(
    of range: AddressRange, isAnonymous: Bool, _ body: (Range<Int>, State) throws -> Void
  ) throws {
    let total = range.count / ProcessMemory.pageSize
    var done = try isAnonymous ? forEachListedRun(of: range, total, body) : 0
    while done < total {
      let page = Int(range.start.rawValue) / ProcessMemory.pageSize + done
      let words = words(at: page, count: min(Self.windowSize, total - done))
      guard !words.isEmpty else { break }
      var start = 0
      while start < words.count {
        let state = Self.state(words[start], isAnonymous: isAnonymous)
        var end = start + 1
        while end < words.count, Self.state(words[end], isAnonymous: isAnonymous) == state { end += 1 }
        try body((done + start)..<(done + end), state)
        start = end
      }
      done += words.count
    }
    if done < total { try body(done..<total, .uncertain) }
  }

  /// Does the same with the kernel's list. Returns how many pages it covered: none if the kernel is too old.
  private func forEachListedRun(
    of range: AddressRange, _ total: Int, _ body: (Range<Int>, State) throws -> Void
  ) throws -> Int {
    let page = UInt64(ProcessMemory.pageSize)
    var runs = [tracer_page_run](repeating: tracer_page_run(), count: 1024)
    var next = range.start.rawValue
    var done = 0
    while done < total {
      var walked: UInt64 = 0
      // SAFETY: the shim writes at most as many runs as there is room for, and returns how many.
      let count = unsafe tracer_page_runs(descriptor, next, range.end.rawValue, &runs, Int32(runs.count), &walked)
      guard count >= 0, walked > next, walked <= range.end.rawValue else { break }
      for run in runs.prefix(Int(count)) {
        let start = Int((run.start - range.start.rawValue) / page)
        let end = Int((run.end - range.start.rawValue) / page)
        guard start >= done, end > start, end <= total else { continue }
        if start > done { try body(done..<start, .untouched) }
        try body(start..<end, run.is_present != 0 ? .present : .uncertain)
        done = end
      }
      next = walked
      let seen = Int((walked - range.start.rawValue) / page)
      if seen > done {
        try body(done..<seen, .untouched)
        done = seen
      }
    }
    return done
  }

  /// Returns the state of a page from its word. Bit 63: in memory; bit 62: swapped out, or a marker.
  private static func state(_ word: UInt64, isAnonymous: Bool) -> State {
    word >> 63 != 0 ? .present : word >> 62 == 0 && isAnonymous ? .untouched : .uncertain
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
