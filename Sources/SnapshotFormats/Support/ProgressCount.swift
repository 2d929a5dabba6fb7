import Synchronization

/// A sum of the work of several cores, which is reported as it grows.
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
