import CPtrace
import Glibc

/// The memory of another process, read while the process stands still.
@safe
struct ProcessMemory: ~Copyable {
  private let pid: Int32
  private let thread: Int32
  /// `/proc/PID/mem`, for where a container's seccomp filter forbids `process_vm_readv`; -1 if it cannot be opened.
  private let descriptor: Int32
  private let buffer: UnsafeMutableRawBufferPointer

  /// The size of a page, in bytes: what is unreadable is so by pages.
  static let pageSize = Int(getpagesize())
  /// How many bytes are read at once. Larger reads fall out of the processor's cache before they are written.
  static let readSize = 1 << 20

  /// The memory of process `pid`, seen through its thread `thread`, which must not have ended.
  init(pid: Int32, thread: Int32) {
    self.pid = pid
    self.thread = thread
    descriptor = unsafe open("/proc/\(thread)/mem", O_RDONLY | O_CLOEXEC)
    unsafe buffer = .allocate(byteCount: Self.readSize, alignment: Self.pageSize)
  }

  deinit {
    unsafe buffer.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Gives `body` the bytes from `address` on, at most `limit` and at most up to the first page that cannot be read:
  /// none if `address` lies in such a page.
  ///
  /// - Throws: `CaptureError` if the process has ended or may not be read, and what `body` throws.
  func read(at address: UInt64, limit: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    let size = min(limit, Self.readSize)
    var count = unsafe tracer_read(thread, address, buffer.baseAddress, size)
    if count == -Int(ENOSYS) || count == -Int(EPERM), descriptor >= 0, let offset = off_t(exactly: address) {
      count = unsafe pread(descriptor, buffer.baseAddress, size, offset)
      if count < 0 { count = -Int(errno) }
    }
    switch -count {
    case Int(ESRCH): throw CaptureError.processEnded(pid: pid)
    case Int(EPERM), Int(EACCES):
      throw CaptureError.notPermitted(pid: pid, reason: PermissionReason(pid: pid, errno: Int32(-count)))
    case 1...: return 0
    default:
      // SAFETY: the kernel filled `count` bytes of the buffer.
      unsafe try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      return count
    }
  }
}
