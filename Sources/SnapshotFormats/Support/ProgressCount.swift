import Synchronization

/// Adds up what several cores have done, and tells it.
final class ProgressCount: Sendable {
  private let done = Atomic(0)
  private let total: Int
  private let report: (@Sendable (Int, Int?) -> Void)?

  init(total: Int, report: (@Sendable (Int, Int?) -> Void)?) {
    self.total = total
    self.report = report
  }

  /// Adds `count` bytes.
  func add(_ count: Int) {
    let sum = done.wrappingAdd(count, ordering: .relaxed).newValue
    report?(sum, total)
  }
}
