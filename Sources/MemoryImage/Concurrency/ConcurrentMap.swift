import Glibc
import Synchronization

/// Returns the results of `body(0)`, `body(1)`, …, `body(count - 1)`, computed on up to `threadCount` cores.
///
/// This is the one place that spreads work over cores. Results are in the order of their index, whatever order the threads
/// work in.
public func concurrentMap<Result: Sendable>(
  count: Int, threadCount: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  guard count > 0 else { return [] }
  guard threadCount > 1, count > 1 else { return (0..<count).map(body) }
  let next = Atomic(0)
  let isRecording = FaultLog.isRecording
  return unsafe [Result](unsafeUninitializedCapacity: count) { slots, initializedCount in
    // SAFETY: each index is drawn once, so one thread writes every slot exactly once, before the threads have returned. No
    // slot is read before that.
    nonisolated(unsafe) let slots = unsafe slots
    WorkerThreads.run(min(threadCount, count)) {
      FaultLog.$isRecording.withValue(isRecording) {
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          unsafe slots.initializeElement(at: index, to: body(index))
        }
      }
    }
    initializedCount = count
  }
}

/// The number of cores that this process may use.
public var availableCoreCount: Int {
  max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
