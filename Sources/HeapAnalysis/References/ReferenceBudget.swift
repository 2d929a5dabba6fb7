import CPython
import MemoryImage
import Synchronization

/// Why an answer is not given: the objects say that they refer to more than there is memory for, as when in a damaged dump
/// a thousand lists have the same array, which would be walked for each.
package struct ReferenceLimitExceeded: Error, Sendable, CustomStringConvertible {
  /// How many references objects in so much memory may have.
  let limit: Int

  package var description: String {
    "the objects refer to more than there is memory for: expected at most \(limit) references, found more; the dump is "
      + "damaged, try find-all-objects and repr, which show a part of each"
  }
}

/// How many references are followed in one walk over all objects, on all threads together.
///
/// What all take does not depend on which thread comes first, so that a walk ends in the same way each time.
final class ReferenceBudget: Sendable {
  private let limit: Int
  private let left: Atomic<Int>

  /// Each reference takes a word, but an object's to its type, and the names in keys that many dicts share.
  init(for index: ObjectIndex, in inferior: Inferior) {
    limit = index.objectCount &+ inferior.addressSpace.byteCount / 2
    left = Atomic(limit)
  }

  /// - Throws: `ReferenceLimitExceeded` if all is taken.
  func check() throws(ReferenceLimitExceeded) {
    guard left.load(ordering: .relaxed) >= 0 else { throw ReferenceLimitExceeded(limit: limit) }
  }

  /// What one thread takes, which it tells the others of now and then.
  struct Share {
    private let budget: ReferenceBudget
    private var uncounted = 0
    /// Whether nothing is left, so that walking on is in vain.
    private(set) var isSpent = false

    private static let countedAtOnce = 1 << 12

    init(_ budget: ReferenceBudget) { self.budget = budget }

    @inline(__always)
    mutating func take(_ count: Int) {
      uncounted &+= count
      if uncounted > Self.countedAtOnce { settle() }
    }

    /// Tells of what was taken; the last thing that is done with a share.
    mutating func settle() {
      isSpent = budget.left.wrappingSubtract(uncounted, ordering: .relaxed).newValue < 0
      uncounted = 0
    }
  }
}
