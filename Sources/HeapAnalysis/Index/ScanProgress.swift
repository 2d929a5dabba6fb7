import Synchronization

/// How far a scan has come; it may be read at any time.
package final class ScanProgress: Sendable {
  private let done = Atomic(0)

  /// A scan that has not begun.
  package init() {}

  /// The number of bytes that have been scanned.
  package var byteCount: Int { done.load(ordering: .relaxed) }

  func add(_ byteCount: Int) { done.wrappingAdd(byteCount, ordering: .relaxed) }
}
