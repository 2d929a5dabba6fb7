package import CPython
package import MemoryImage

/// The objects that refer to some objects, those that refer to these, and so on up to something that shows by itself
/// where it is: a module, a class, a function, a frame.
///
/// Each level is one search through all objects (`ReferenceSearch`).
package struct HolderSearch: Sendable {
  /// The referrers that keep one object alive.
  package struct Holders: Sendable {
    /// The first of the referrers.
    package fileprivate(set) var referrers: [Referrer] = []
    /// How many there are.
    package fileprivate(set) var count = 0
  }

  /// The holders of each target, and of each object on the way.
  package private(set) var holders: [Address: Holders] = [:]
  /// The number of objects whose holders were not searched for, as there are too many.
  package private(set) var leftOut = 0

  /// The number of levels: a closure's cell is in a tuple, that in a function, and this in a module's dict.
  private static let levels = 4
  /// The maximum number of objects that are searched for at each level.
  private static let targetLimit = 1 << 14
  /// The maximum number of referrers that are kept for each object.
  private static let referrerLimit = 8

  /// Searches for the holders of some objects.
  ///
  /// - Parameters:
  ///   - signatures: see `ReferenceSearch.run`.
  ///   - isEnd: whether the search stops at an object.
  /// - Throws: `ReferenceLimitExceeded` or `Cancellation`.
  package init(
    of targets: [Address], in heap: Heap, signatures: ReferenceSignatures?, roots: [ReferenceRoot],
    isEnd: (ObjectHeader) -> Bool
  ) throws {
    var open = targets
    for _ in 0..<Self.levels where !open.isEmpty {
      leftOut += max(0, open.count - Self.targetLimit)
      let search = ReferenceSearch(for: Array(open.prefix(Self.targetLimit)), limit: Self.referrerLimit)
      let found = try search.run(in: heap, signatures: signatures, roots: roots)
      open = []
      var seen = Set<Address>()
      for references in found {
        let found = Self.holders(in: references)
        holders[references.target] = found
        for case .object(let header) in found.referrers.map(\.source) where !isEnd(header) {
          if holders[header.address] == nil && seen.insert(header.address).inserted { open.append(header.address) }
        }
      }
      open.removeAll { holders[$0] != nil }
    }
  }

  /// The referrers that keep an object alive; uncertain ones count only if there are no others.
  private static func holders(in references: ReferencesToObject) -> Holders {
    let strong = references.groups.filter { $0.kind == .visited || $0.kind == .held }
    let probable = references.groups.filter { $0.kind == .probable }
    let groups = strong.contains { $0.count > 0 } ? strong : probable
    return Holders(referrers: groups.flatMap(\.referrers), count: groups.reduce(0) { $0 + $1.count })
  }
}
