import Glibc
package import MemoryImage

/// A reason why a process could not be captured. Its message is one line that says what to try.
package enum CaptureError: Error, Equatable, Sendable {
  /// No process has this id, or it has ended.
  case noSuchProcess(pid: Int32)
  /// The process has no memory of its own: a kernel thread, or a zombie.
  case noMemory(pid: Int32)
  /// The kernel does not let us trace the process or read its memory.
  case notPermitted(pid: Int32, reason: PermissionReason)
  /// The process ended during the copy.
  case processEnded(pid: Int32)
  /// No byte of the process could be read.
  case nothingReadable(pid: Int32)
  /// The process could not be copied within the time that it may be stopped.
  case pauseExceeded(pid: Int32, limit: Duration)
  /// A read at an address, or a write of what is there, made no progress.
  case blocked(pid: Int32, address: Address)
  /// We were stopped ourselves (SIGSTOP).
  case suspended(pid: Int32)
  /// The child that held the process was killed.
  case released(pid: Int32)
  /// A signal asked us to exit.
  case interrupted
  /// The directory exists and is not empty.
  case directoryNotEmpty(path: String)
  /// A file or directory could not be created or written, for the reason that the C library's error number states.
  case unwritable(path: String, errno: Int32)
}

/// The reason why the kernel does not let us trace a process, as far as it can be determined.
package enum PermissionReason: Equatable, Sendable {
  /// It is this process.
  case ownProcess
  /// A debugger already traces it.
  case tracedBy(pid: Int32)
  /// It belongs to another user, and we are not root.
  case otherUser
  /// Yama's `ptrace_scope` permits it only to the process's ancestors (1), to root (2) or to nobody (3).
  case yama(scope: Int)
  /// We are root without CAP_SYS_PTRACE, as in most containers, or a security module forbids it.
  case missingCapability
  /// The kernel reported an error that is not about permission.
  case other(errno: Int32)
}

extension CaptureError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noSuchProcess(let pid):
      return "process \(pid): no such process, try its id as ps shows it in the same container"
    case .noMemory(let pid):
      return "process \(pid): no memory of its own, it is a kernel thread or has ended"
    case .notPermitted(let pid, let reason):
      return "process \(pid): may not be traced: \(reason)"
    case .processEnded(let pid):
      return "process \(pid): ended while it was copied"
    case .nothingReadable(let pid):
      return "process \(pid): none of its memory could be read, try as root"
    case .pauseExceeded(let pid, let limit):
      return "process \(pid): was not copied within \(limit), runs on, nothing is written, try a longer --max-pause"
    case .blocked(let pid, let address):
      let place = address.isNull ? "" : " at \(address)"
      return "process \(pid): a read\(place), or writing what it gave, took more than \(StoppedProcess.patience), runs on, "
        + "nothing is written"
    case .suspended(let pid):
      return "process \(pid): runs on since this program was stopped, nothing is written"
    case .released(let pid):
      return "process \(pid): runs on since what held it was killed, nothing is written"
    case .interrupted:
      return "interrupted, nothing is written"
    case .directoryNotEmpty(let path):
      return "\(path.onOneLine): expected an empty directory or none, found files in it, try another path"
    case .unwritable(let path, let errno):
      let advice =
        switch errno {
        case EEXIST, ENOTDIR, ELOOP: ", try another path"
        case ENOSPC, EDQUOT, EFBIG: ", nothing is left of the dump, try another disk or --compress zstd"
        default: ""
        }
      return "\(path.onOneLine): \(Errno(errno))\(advice)"
    }
  }
}

extension PermissionReason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .ownProcess: "a process cannot stop itself"
    case .tracedBy(let pid): "process \(pid) traces it already, try to end that debugger first"
    case .otherUser: "it belongs to another user, try sudo"
    case .yama(3): "/proc/sys/kernel/yama/ptrace_scope is 3, which forbids it to everybody until the next boot"
    case .yama(let scope):
      "/proc/sys/kernel/yama/ptrace_scope is \(scope), try sudo, or sysctl kernel.yama.ptrace_scope=0"
    case .missingCapability:
      "CAP_SYS_PTRACE is missing, try as root in the same container, or give the container --cap-add=SYS_PTRACE"
    case .other(let errno): "\(Errno(errno))"
    }
  }

  /// Determines why an attempt to trace a process failed with `errno`.
  init(pid: Int32, errno: Int32) {
    let scope = SystemFile.number("/proc/sys/kernel/yama/ptrace_scope") ?? 0
    let status = SystemFile.text("/proc/\(pid)/status") ?? ""
    if errno != EPERM && errno != EACCES {
      self = .other(errno: errno)
    } else if pid == getpid() {
      self = .ownProcess
    } else if let tracer = Self.number(after: "TracerPid:", in: status), tracer != 0 {
      // The kernel reports the id of the tracing thread.
      let tracerStatus = SystemFile.text("/proc/\(tracer)/status") ?? ""
      self = .tracedBy(pid: Int32(truncatingIfNeeded: Self.number(after: "Tgid:", in: tracerStatus) ?? tracer))
    } else if let owner = Self.number(after: "Uid:", in: status), geteuid() != 0, owner != Int(geteuid()) {
      self = .otherUser
    } else if scope > 0 {
      self = .yama(scope: scope)
    } else {
      self = .missingCapability
    }
  }

  private static func number(after key: String, in status: String) -> Int? {
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
    return line.split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst().first.flatMap { Int($0) }
  }
}
