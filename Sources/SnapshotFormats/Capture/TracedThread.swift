import CPtrace

/// A thread of another process that we trace (`ptrace(2)`). All calls must come from the thread that seized it.
struct TracedThread: Equatable {
  /// The thread's id, unique in the machine or the container.
  let id: Int32
  /// Whether the thread stands still.
  private(set) var isStopped = false
  /// The signal that the thread was about to receive when it stopped, or 0; it gets it when it is released.
  private(set) var caughtSignal: Int32 = 0

  /// What `poll` found.
  enum State {
    /// The thread has not stopped yet.
    case running
    /// The thread stands still.
    case stopped
    /// The thread has ended.
    case gone
  }

  /// Begins to trace a thread, which runs on. If we die the kernel releases it.
  init(seizing id: Int32) throws(Errno) {
    let result = tracer_seize(id)
    guard result == 0 else { throw Errno(result) }
    self.id = id
  }

  /// Asks the thread to stop, without a signal. One that has ended meanwhile tells so when polled.
  func interrupt() {
    _ = tracer_interrupt(id)
  }

  /// Looks whether the thread has stopped.
  mutating func poll() -> State {
    if isStopped { return .stopped }
    var signal: Int32 = 0
    switch unsafe tracer_poll(id, &signal) {
    case TRACER_STOPPED:
      isStopped = true
      caughtSignal = signal
      return .stopped
    case TRACER_GONE: return .gone
    default: return .running
    }
  }

  /// Lets the thread run on, with the signal that it was about to receive. Whether one that has not stopped can be let
  /// go is for the kernel to say: otherwise it is when we end.
  mutating func release() {
    _ = tracer_detach(id, caughtSignal)
    isStopped = false
    caughtSignal = 0
  }
}
