import CPython
import MemoryImage

/// Finds which locks can be reached by one thread or task alone: nothing but its functions refers to them. No other can
/// release such a lock.
struct PrivateLocks {
  private let references: [Address: ReferencesToObject]
  private let inferior: Inferior

  /// The number of referrers of each kind that are read of each lock; a lock with more is not private.
  private static let limit = 64

  /// Searches for what refers to some locks. Without an answer, if the objects refer to more than there is memory for, none
  /// is private.
  ///
  /// - Throws: `Cancellation`.
  init(_ locks: [Address], roots: [ReferenceRoot], in heap: Heap) throws(Cancellation) {
    let search = ReferenceSearch(for: locks, limit: Self.limit)
    // Which lock has an owner is then unknown, and the answer says that of the lock.
    let found = (try? search.run(in: heap, roots: roots)) ?? []
    try heap.workers.progress.check()
    references = Dictionary(found.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
    inferior = heap.inferior
  }

  /// Whether only `own` refers to a lock: the frames of one thread, or the coroutines of one task. All references that the
  /// lock counts must be among them, as C code may keep further ones where no search finds them.
  func isPrivate(_ lock: Address, to own: Set<Address>) -> Bool {
    guard let found = references[lock], let count = Liveness.referenceCount(ofObjectAt: lock, in: inferior) else { return false }
    var seen = 0
    for group in found.groups {
      guard group.count == group.referrers.count, group.referrers.allSatisfy({ own.contains($0.address) }) else { return false }
      seen += group.referrers.reduce(0) { $0 + $1.partCount }
    }
    return count <= seen
  }
}
