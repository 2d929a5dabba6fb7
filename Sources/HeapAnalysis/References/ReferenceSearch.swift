package import CPython
package import MemoryImage

/// An object, or something that is none, that refers to a target in one way, by one or more of its parts.
package struct Referrer: Sendable {
  /// What refers.
  package enum Source: Sendable {
    case object(ObjectHeader)
    case root(ReferenceRoot)
  }

  package let source: Source
  /// Its first parts, in the order of its structure, at most `ReferenceSearch.partLimit` of them.
  package fileprivate(set) var parts: [ReferentPart]
  /// The number of parts by which it refers.
  package fileprivate(set) var partCount: Int

  /// The address of what refers.
  package var address: Address {
    switch source {
    case .object(let header): header.address
    case .root(let root): root.address
    }
  }
}

/// The referrers of one object.
package struct ReferencesToObject: Sendable {
  /// The object that was searched for.
  package let target: Address
  /// The referrers by how they refer, in the order of `ReferentKind.allCases` and of addresses.
  package fileprivate(set) var groups = ReferentKind.allCases.map { Group(kind: $0) }

  /// The referrers of one kind.
  package struct Group: Sendable {
    package let kind: ReferentKind
    /// The first of them, up to the limit.
    package fileprivate(set) var referrers: [Referrer] = []
    /// The number of all of them.
    package fileprivate(set) var count = 0
    /// The last one that was counted: its further parts are not further referrers.
    fileprivate var last = Address.null

    fileprivate init(kind: ReferentKind) { self.kind = kind }
  }

  /// The number of referrers of all kinds.
  package var count: Int { groups.reduce(0) { $0 + $1.count } }
}

/// Finds what refers to some objects: one walk over all objects, static ones included, and the frames of the threads.
package struct ReferenceSearch: Sendable {
  private let targets: [Address]
  private let numbers: TypeAddressSet
  private let limit: Int

  /// The maximum number of parts that are kept of one referrer; a list may hold an object a million times.
  package static let partLimit = 8

  /// A search for what refers to `targets`.
  ///
  /// - Parameter limit: the number of referrers of each kind that are kept for each target; all are counted.
  package init(for targets: [Address], limit: Int) {
    self.targets = targets
    numbers = TypeAddressSet(targets.enumerated().map { ($1, UInt32($0)) })
    self.limit = limit
  }

  /// The references to each target, in the order of the targets; a repeated target has its referrers only once.
  ///
  /// - Parameters:
  ///   - signatures: which objects may refer to the targets; without them the search finds that out itself.
  ///   - roots: what else refers to objects; comes after the objects.
  ///   - isCareful: whether every object is walked; slow, and with the same result: for tests.
  /// - Throws: `ReferenceLimitExceeded` or `Cancellation`.
  package func run(
    in heap: Heap, signatures: ReferenceSignatures? = nil, roots: [ReferenceRoot] = [], isCareful: Bool = false
  ) throws -> [ReferencesToObject] {
    let budget = ReferenceBudget(for: heap)
    let parts =
      try signatures?.mayRefer(to: targets).map { try search($0, in: heap, budget) }
      ?? search(in: heap, budget, isCareful: isCareful)
    try budget.check()
    var all = targets.map { ReferencesToObject(target: $0) }
    for part in parts {
      for (number, references) in part { all[number].merge(references, limit: limit) }
    }
    for root in roots {
      root.forEachReferent(in: heap.inferior) { referent, kind, part in
        guard let number = numbers.number(of: referent).map(Int.init) else { return }
        all[number].add(.root(root), root.address, kind, part, limit: limit)
      }
    }
    return all
  }

  /// The references found in a part of memory, by the number of the target.
  private typealias Found = [Int: ReferencesToObject]

  /// Searches all objects, in the order of the index's pieces.
  private func search(in heap: Heap, _ budget: ReferenceBudget, isCareful: Bool) throws(Cancellation) -> [Found] {
    let inferior = heap.inferior
    let filter = try ReferrerFilter(targets, numbers, in: inferior, workers: heap.workers, isCareful: isCareful)
    return try heap.mapPieces(ofTypes: filter.typesToAsk) { forEachObject in
      var found: Found = [:]
      var share = ReferenceBudget.Share(budget)
      forEachObject { header in
        if filter.mayRefer(header) { add(header, to: &found, &share, inferior) }
      }
      share.settle()
      return found
    }
  }

  /// Searches the objects of some ranges, in their order.
  private func search(
    _ ranges: [(first: Address, last: Address)], in heap: Heap, _ budget: ReferenceBudget
  ) throws(Cancellation) -> [Found] {
    let (index, inferior) = (heap.index, heap.inferior)
    let step = 64
    return try heap.workers.map(count: (ranges.count + step - 1) / step) { number in
      var found: Found = [:]
      var share = ReferenceBudget.Share(budget)
      for range in ranges.dropFirst(number * step).prefix(step) {
        index.forEachObject(from: range.first, through: range.last) { add($0, to: &found, &share, inferior) }
      }
      share.settle()
      return found
    }
  }

  /// Adds an object's references to the targets.
  private func add(
    _ header: ObjectHeader, to found: inout Found, _ share: inout ReferenceBudget.Share, _ inferior: Inferior
  ) {
    guard !share.isSpent else { return }
    let only = targets.count == 1 ? targets[0] : nil
    var count = 0
    defer { share.take(count) }
    header.forEachReferent(in: inferior) { referent, kind, part in
      count &+= 1
      if let only, referent.rawValue != only.rawValue { return }
      guard let number = numbers.number(of: referent).map(Int.init) else { return }
      found[number, default: ReferencesToObject(target: targets[number])]
        .add(.object(header), header.address, kind, part, limit: limit)
    }
  }
}

extension ReferencesToObject {
  fileprivate mutating func add(
    _ source: Referrer.Source, _ address: Address, _ kind: ReferentKind, _ part: ReferentPart, limit: Int
  ) {
    groups[Int(kind.rawValue)].add(source, address, part, limit: limit)
  }

  /// Adds the references found in a later piece of memory.
  fileprivate mutating func merge(_ other: ReferencesToObject, limit: Int) {
    for (number, group) in other.groups.enumerated() {
      groups[number].count += group.count
      groups[number].referrers += group.referrers.prefix(max(0, limit - groups[number].referrers.count))
    }
  }
}

extension ReferencesToObject.Group {
  fileprivate mutating func add(
    _ source: Referrer.Source, _ address: Address, _ part: ReferentPart, limit: Int
  ) {
    if address == last {
      guard let index = referrers.indices.last, referrers[index].address == last else { return }
      referrers[index].partCount += 1
      if referrers[index].parts.count < ReferenceSearch.partLimit { referrers[index].parts.append(part) }
      return
    }
    last = address
    count += 1
    if referrers.count < limit { referrers.append(Referrer(source: source, parts: [part], partCount: 1)) }
  }
}
