import CPython
import MemoryImage
import Synchronization

/// The objects claim more references than the memory can hold, so no answer is given. In a damaged dump a thousand
/// lists can have the same array, which would be walked for each.
package struct ReferenceLimitExceeded: Error, Sendable, CustomStringConvertible {
  /// The maximum number of references of objects in memory of that size.
  let limit: Int

  package var description: String {
    "the objects refer to more than there is memory for: expected at most \(limit) references, found more; the dump is "
      + "damaged, try find-all-objects and repr, which show a part of each"
  }
}

/// The number of references that are followed in one walk over all objects, on all threads together.
///
/// The total taken does not depend on the order of the threads, so a walk ends in the same way each time.
final class ReferenceBudget: Sendable {
  private let limit: Int
  private let left: Atomic<Int>

  /// Each reference takes a word, except an object's to its type, and the names in keys that many dicts share.
  init(for heap: Heap) {
    limit = heap.index.objectCount &+ heap.inferior.addressSpace.byteCount / 2
    left = Atomic(limit)
  }

  /// - Throws: `ReferenceLimitExceeded` if the budget is spent.
  func check() throws(ReferenceLimitExceeded) {
    guard left.load(ordering: .relaxed) >= 0 else { throw ReferenceLimitExceeded(limit: limit) }
  }

  /// What one thread takes, which it charges to the budget now and then.
  struct Share {
    private let budget: ReferenceBudget
    private var uncounted = 0
    /// Whether nothing is left, so that the walk can end.
    private(set) var isSpent = false

    private static let countedAtOnce = 1 << 12

    init(_ budget: ReferenceBudget) { self.budget = budget }

    @inline(__always)
    mutating func take(_ count: Int) {
      uncounted &+= count
      if uncounted > Self.countedAtOnce { settle() }
    }

    /// Charges what was taken; the last call on a share.
    mutating func settle() {
      isSpent = budget.left.wrappingSubtract(uncounted, ordering: .relaxed).newValue < 0
      uncounted = 0
    }
  }
}
