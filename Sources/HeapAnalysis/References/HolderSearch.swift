package import CPython
package import MemoryImage

/// Who refers to some objects, who refers to those that do, and so on up to something that says where it is by itself: a
/// module, a class, a function, a frame.
///
/// Each level is one search through all objects (`ReferenceSearch`).
package struct HolderSearch: Sendable {
  /// Who refers to one object so that it stays alive.
  package struct Holders: Sendable {
    /// The first of them.
    package fileprivate(set) var referrers: [Referrer] = []
    /// How many there are.
    package fileprivate(set) var count = 0
  }

  /// The holders of each object that was asked for or met.
  package private(set) var holders: [Address: Holders] = [:]
  /// How many objects have holders that were not looked for, as there are too many.
  package private(set) var leftOut = 0

  /// How many levels there are: a closure's cell is in a tuple, that in a function, and this in a module's dict.
  private static let levels = 4
  /// How many objects are asked for at each level.
  private static let targetLimit = 1 << 14
  /// How many referrers of each object are told.
  private static let referrerLimit = 8

  /// Searches for those who hold some objects.
  ///
  /// - Parameters:
  ///   - signatures: see `ReferenceSearch.run`.
  ///   - isEnd: whether nobody asks who refers to an object.
  /// - Throws: `ReferenceLimitExceeded`.
  package init(
    of targets: [Address], index: ObjectIndex, signatures: ReferenceSignatures?, roots: [ReferenceRoot],
    inferior: Inferior, threadCount: Int, isEnd: (ObjectHeader) -> Bool
  ) throws(ReferenceLimitExceeded) {
    var open = targets
    for _ in 0..<Self.levels where !open.isEmpty {
      leftOut += max(0, open.count - Self.targetLimit)
      let search = ReferenceSearch(for: Array(open.prefix(Self.targetLimit)), limit: Self.referrerLimit)
      let found = try search.run(
        index: index, signatures: signatures, roots: roots, inferior: inferior, threadCount: threadCount)
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

  /// Those that keep an object alive; what only seems to refer to it counts where nobody else does.
  private static func holders(in references: ReferencesToObject) -> Holders {
    let strong = references.groups.filter { $0.kind == .visited || $0.kind == .held }
    let probable = references.groups.filter { $0.kind == .probable }
    let groups = strong.contains { $0.count > 0 } ? strong : probable
    return Holders(referrers: groups.flatMap(\.referrers), count: groups.reduce(0) { $0 + $1.count })
  }
}
