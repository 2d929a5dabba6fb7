import CPtrace
import Glibc
import MemoryImage

/// The memory of another process, read while that process is stopped. Several threads may read at once.
final class ProcessMemory: Sendable {
  private let pid: Int32
  private let thread: Int32
  /// `/proc/PID/mem`, for containers whose seccomp filter forbids `process_vm_readv`; -1 if it cannot be opened.
  private let descriptor: Int32
  /// The process, if it is stopped.
  private let stopped: StoppedProcess?

  /// The size of a page, in bytes. Memory is readable or unreadable by whole pages.
  static let pageSize = Int(getpagesize())
  /// The most pages that are probed at once: the kernel takes no more pieces (`IOV_MAX`).
  static let probeLimit = 1024

  /// Opens the memory of process `pid` through its thread `thread`, which must not have ended.
  init(pid: Int32, thread: Int32, stopped: StoppedProcess? = nil) {
    self.stopped = stopped
    self.pid = pid
    self.thread = thread
    descriptor = unsafe open("/proc/\(thread)/mem", O_RDONLY | O_CLOEXEC)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Copies the bytes from `address` into `buffer`, as many as fit, up to the first page that cannot be read. Returns how
  /// many: none if `address` is in such a page.
  ///
  /// - Throws: `CaptureError` if the process has ended or may not be read.
  func read(at address: Address, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = guarded(at: address) {
      var count = unsafe tracer_read(thread, address.rawValue, buffer.baseAddress, buffer.count)
      if Self.isForbidden(-count), descriptor >= 0, let offset = off_t(exactly: address.rawValue) {
        // SAFETY: the kernel writes at most as many bytes as the buffer has.
        count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, offset)
        if count < 0 { count = -Int(errno) }
      }
      return count
    }
    if count >= 0 { return count }
    try check(Int32(-count))
    return 0
  }

  /// Fills all of `buffer` with the bytes from `address`, and with zeros for unreadable pages. Returns the number of
  /// unreadable bytes.
  ///
  /// - Throws: `CaptureError` if the process has ended or may not be read.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, from address: Address) throws -> Int {
    var done = 0
    var lost = 0
    while done < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let got = unsafe try read(at: address + done, into: rest)
      done += got
      if got == 0 {
        let hole = unsafe rest.prefix(Self.pageSize)
        unsafe UnsafeMutableRawBufferPointer(rebasing: hole).initializeMemory(as: UInt8.self, repeating: 0)
        done += unsafe hole.count
        lost += unsafe hole.count
      }
    }
    return lost
  }

  /// Returns whether each of the `count` pages from `address` can be read.
  ///
  /// - Throws: `CaptureError` if the process has ended or may not be read.
  func probe(at address: Address, count: Int) throws -> [Bool] {
    precondition(count <= Self.probeLimit, "too many pages at once")
    var failure: Int32 = 0
    let found = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // SAFETY: the shim writes a byte for each of the `count` pages, unless it fails.
      failure = guarded(at: address) {
        unsafe tracer_probe(thread, address.rawValue, Self.pageSize, count, buffer.baseAddress)
      }
      initialized = failure == 0 ? count : 0
    }
    guard Self.isForbidden(Int(failure)) else {
      try check(failure)
      return found.map { $0 != 0 }
    }
    var byte: UInt8 = 0
    return try (0..<count).map { index in
      let page = address + index * Self.pageSize
      return try unsafe withUnsafeMutableBytes(of: &byte) { try unsafe read(at: page, into: $0) } > 0
    }
  }

  /// Runs a call that may never return while the process is stopped.
  func guarded<Result>(at address: Address, _ body: () throws -> Result) rethrows -> Result {
    guard let stopped else { return try body() }
    return try stopped.guarded(at: address, body)
  }

  private static func isForbidden(_ errno: Int) -> Bool { errno == Int(ENOSYS) || errno == Int(EPERM) }

  /// Throws the error that an error number means, unless it only means an unreadable page.
  private func check(_ errno: Int32) throws {
    switch errno {
    case ESRCH: throw CaptureError.processEnded(pid: pid)
    case EPERM, EACCES: throw CaptureError.notPermitted(pid: pid, reason: PermissionReason(pid: pid, errno: errno))
    default: return
    }
  }
}
