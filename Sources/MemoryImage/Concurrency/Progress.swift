import Synchronization

/// How far long work has come, and whether it shall continue. Any thread may read it, add to it, or cancel the work.
public final class Progress: Sendable {
  private let done = Atomic(0)
  private let total: Int?
  private let stop = Atomic(false)
  private let report: (@Sendable (_ done: Int, _ total: Int?) -> Void)?

  /// Creates the progress of work that has not begun.
  ///
  /// - Parameters:
  ///   - total: the amount of work, in bytes; nil if it is not known.
  ///   - report: is called after each part of the work, by the thread that did it.
  public init(total: Int? = nil, report: (@Sendable (_ done: Int, _ total: Int?) -> Void)? = nil) {
    (self.total, self.report) = (total, report)
  }

  /// The amount of work that is done, in bytes.
  public var byteCount: Int { done.load(ordering: .relaxed) }

  /// Adds a part of the work.
  public func add(_ byteCount: Int) {
    let sum = done.wrappingAdd(byteCount, ordering: .relaxed).newValue
    report?(sum, total)
  }

  /// Ends the work as soon as its threads notice.
  public func cancel() { stop.store(true, ordering: .relaxed) }

  /// Whether the work was cancelled.
  public var isCancelled: Bool { stop.load(ordering: .relaxed) }

  /// - Throws: `Cancellation` if the work was cancelled.
  public func check() throws(Cancellation) {
    if isCancelled { throw Cancellation() }
  }
}

/// The error of work that was cancelled.
public struct Cancellation: Error, Sendable, CustomStringConvertible {
  public init() {}

  public var description: String { "cancelled" }
}

/// The cores that some work may use, and its progress.
public struct Workers: Sendable {
  /// The number of cores.
  public let count: Int
  /// The progress of the work.
  public let progress: Progress

  public init(count: Int, progress: Progress = Progress()) {
    (self.count, self.progress) = (count, progress)
  }

  /// Returns the results of `body(0)`, `body(1)`, …, `body(count - 1)` in this order: see `concurrentMap`.
  ///
  /// - Throws: `Cancellation` if the work is cancelled; calls of `body` that have begun are awaited.
  public func map<Result: Sendable>(count: Int, _ body: @Sendable (Int) -> Result) throws(Cancellation) -> [Result] {
    let progress = progress
    let results = concurrentMap(count: count, threadCount: self.count) { progress.isCancelled ? nil : body($0) }
    try progress.check()
    return results.compactMap { $0 }
  }
}
