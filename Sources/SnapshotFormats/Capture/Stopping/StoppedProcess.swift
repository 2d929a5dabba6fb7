import CPtrace
import Glibc
import MemoryImage
import NativeProcess

/// A process whose threads are all stopped.
///
/// A child process that does nothing else holds them (`CTracer.h`). It releases them on request, at the time limit, when a
/// read of ours does not return, when we are stopped, and when we end for whatever reason. Then it ends, and the kernel
/// releases everything that it held, including a thread that sleeps in the kernel. No SIGSTOP is sent that would have to be
/// undone.
@safe
final class StoppedProcess: Sendable {
  /// The id of the process.
  let id: Int32
  /// The stopped threads, with their registers, and those that sleep in the kernel, which touch no memory until they return
  /// from it.
  let threads: [ThreadFacts]
  /// The ids of the threads that sleep in the kernel.
  let stuckThreads: [Int32]
  private let limit: Duration?
  // SAFETY: several threads may call the shim at once; it is finished once, by the last owner.
  private nonisolated(unsafe) let tracer: OpaquePointer

  /// The time that a read or a write may take before the process is released.
  static let patience = Duration.seconds(5)

  /// Stops all threads of a process.
  ///
  /// - Parameter limit: the longest time that they may be stopped, from the first one on.
  /// - Throws: `CaptureError` if there is no such process or we may not trace it.
  init(id: Int32, limit: Duration?) throws {
    self.id = id
    self.limit = limit
    var failure: Int32 = 0
    let name = "python-memtools: process \(id)"
    guard
      let tracer = unsafe tracer_start(id, limit.map { max(1, $0.nanoseconds) } ?? 0, Self.patience.nanoseconds, name, &failure)
    else { throw Self.error(failure, id: id, limit: limit) }
    unsafe self.tracer = tracer
    let held = unsafe (0..<tracer_thread_count(tracer)).compactMap { unsafe tracer_thread_at(tracer, $0) }
    threads = unsafe held.map { unsafe ThreadFacts($0) }
    stuckThreads = unsafe held.filter { unsafe $0.pointee.is_stopped == 0 }.map { unsafe $0.pointee.id }
  }

  deinit {
    unsafe tracer_finish(tracer)
  }

  /// The time since the first thread was stopped.
  var pause: Duration { unsafe .nanoseconds(tracer_elapsed(tracer)) }

  /// Throws if the process is running again.
  func check() throws {
    switch unsafe tracer_state(tracer) {
    case TRACER_HOLDS: return
    case TRACER_DEADLINE: throw CaptureError.pauseExceeded(pid: id, limit: limit ?? .zero)
    case TRACER_BLOCKED: throw CaptureError.blocked(pid: id, address: Address(unsafe tracer_pending(tracer)))
    case TRACER_SUSPENDED: throw CaptureError.suspended(pid: id)
    default: throw CaptureError.released(pid: id)
    }
  }

  /// Runs a call that may never return, such as a read of a page that the process itself or a dead server has to supply.
  func guarded<Result>(at address: Address, _ body: () throws -> Result) rethrows -> Result {
    let number = unsafe tracer_begin(tracer, address.rawValue)
    defer { unsafe tracer_done(tracer, number) }
    return try body()
  }
}

private extension StoppedProcess {
  static func error(_ failure: Int32, id: Int32, limit: Duration?) -> CaptureError {
    switch failure {
    case ESRCH: .noSuchProcess(pid: id)
    case ENOENT: .noMemory(pid: id)
    case ETIMEDOUT: .pauseExceeded(pid: id, limit: limit ?? .zero)
    default: .notPermitted(pid: id, reason: PermissionReason(pid: id, errno: failure))
    }
  }
}

extension ThreadFacts {
  /// Creates a thread from what the tracer found.
  fileprivate init(_ held: UnsafePointer<tracer_thread>) {
    let layout = RegisterLayout.ofThisMachine
    // SAFETY: the shim returns how many bytes of each set the kernel has given.
    let general = unsafe withUnsafeBytes(of: held.pointee.general) {
      unsafe Array($0.prefix(Int(held.pointee.general_size)).prefix(layout.count * 8))
    }
    let floating = unsafe withUnsafeBytes(of: held.pointee.floating) {
      unsafe Array($0.prefix(Int(held.pointee.floating_size)))
    }
    unsafe self.init(
      id: held.pointee.id, signal: 0,
      registers: (0..<(general.count / 8)).compactMap { general[...].integer(UInt64.self, at: $0 * 8) }, layout: layout,
      floatingPoint: floating)
  }
}

extension Duration {
  /// The duration in whole nanoseconds.
  fileprivate var nanoseconds: Int64 {
    let (seconds, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max / 2 : seconds &+ components.attoseconds / 1_000_000_000
  }
}
