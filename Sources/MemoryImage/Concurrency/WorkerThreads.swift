import Glibc

/// The threads of this program.
///
/// Where the system starts no more of them (a limit of processes or of address space), their work is done with those there
/// are. libdispatch waits for ever in that case, and ends the program with a signal where it cannot open files of its own.
public enum WorkerThreads {
  /// Runs `work` on the calling thread, and at the same time on up to `count - 1` others. Returns when all have returned.
  static func run(_ count: Int, _ work: @Sendable () -> Void) {
    withoutActuallyEscaping(work) { work in
      var threads: [pthread_t] = []
      while threads.count < count - 1, let thread = start(work) { threads.append(thread) }
      work()
      for thread in threads { pthread_join(thread, nil) }
    }
  }

  /// Starts `work` on a thread that nobody waits for. Returns whether the system could start one.
  @discardableResult
  public static func detach(_ work: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = start(work) else { return false }
    return pthread_detach(thread) == 0
  }

  private static func start(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
    let work = unsafe Unmanaged.passRetained(Work(work))
    var thread = pthread_t()
    // SAFETY: the thread takes over the reference that was retained for it; it is released here if there is no thread.
    let problem = unsafe pthread_create(
      &thread, nil,
      { work in
        if let work = unsafe work { unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard problem != 0 else { return thread }
    unsafe work.release()
    return nil
  }

  /// A closure with an address.
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }
}
