import CPython
import MemoryImage

/// The objects that roots lead to, found by breadth: an object's parent is on a shortest path to it.
///
/// The result does not depend on the number of threads: of the references to an object that are equally short, the first in
/// the order of the parents counts.
struct ReachSearch {
  private let numbers: ObjectNumbers
  private let inferior: Inferior
  private let roots: GraphRoots
  private let threadCount: Int
  private let budget: ReferenceBudget

  /// For each object: 0 if it was not reached, the number of its parent and 1, or for one that a root refers to
  /// `numbers.count` and 1 and the number of the reference in `entries`.
  private(set) var parents: [UInt32]
  private(set) var entries: [RootReference] = []
  private var frontier: [UInt32] = []

  private static let chunkSize = 1 << 12
  private static let certain: Set<ReferentKind> = [.visited, .held]

  init(_ numbers: ObjectNumbers, _ roots: GraphRoots, in inferior: Inferior, threadCount: Int) {
    self.numbers = numbers
    self.roots = roots
    self.inferior = inferior
    self.threadCount = threadCount
    budget = ReferenceBudget(for: Heap(numbers.index, of: inferior, workers: Workers(count: threadCount)))
    parents = Array(repeating: 0, count: numbers.count)
  }

  /// Whether an object was reached.
  func isReached(_ number: Int) -> Bool { parents[number] != 0 }

  /// Follows certain references from the known roots, until `target` is reached, or to the end if it is nil.
  ///
  /// - Parameters:
  ///   - blocked: objects that no path may lead through.
  ///   - blockedRoots: roots whose references to the target itself do not count.
  /// - Throws: `ReferenceLimitExceeded`.
  mutating func searchFromRoots(
    to target: Int?, blocked: Set<Int>, blockedRoots: Set<Int>
  ) throws(ReferenceLimitExceeded) {
    for number in blocked { parents[number] = .max }
    for length in roots.references.indices {
      for reference in roots.references[length] {
        guard let number = numbers.number(of: reference.target), parents[number] == 0 else { continue }
        if number == target && blockedRoots.contains(reference.root) { continue }
        enter(number, reference)
      }
      if isDone(target) { return }
      try expand(Self.certain)
      if isDone(target) { return }
    }
    try run(to: target, Self.certain)
    if isDone(target) { return }
    for reference in roots.staticTypes {
      if let number = numbers.number(of: reference.target), parents[number] == 0 { enter(number, reference) }
    }
    try run(to: target, Self.certain)
  }

  /// Follows probable references too, from all that was reached.
  mutating func searchProbable() throws(ReferenceLimitExceeded) {
    frontier = parents.indices.filter { parents[$0] != 0 }.map { UInt32($0) }
    try expand([.probable])
    try run(to: nil, [.visited, .held, .probable])
  }

  /// Goes on from objects that something keeps that is no object.
  mutating func search(from references: [RootReference]) throws(ReferenceLimitExceeded) {
    for reference in references {
      if let number = numbers.number(of: reference.target), parents[number] == 0 { enter(number, reference) }
    }
    try run(to: nil, [.visited, .held, .probable])
  }

  private mutating func enter(_ number: Int, _ reference: RootReference) {
    entries.append(reference)
    parents[number] = UInt32(truncatingIfNeeded: numbers.count + entries.count)
    frontier.append(UInt32(number))
  }

  private mutating func run(to target: Int?, _ kinds: Set<ReferentKind>) throws(ReferenceLimitExceeded) {
    while !frontier.isEmpty && !isDone(target) { try expand(kinds) }
  }

  private func isDone(_ target: Int?) -> Bool { target.map(isReached) ?? false }

  /// Replaces the frontier by what it refers to and was not reached before.
  private mutating func expand(_ kinds: Set<ReferentKind>) throws(ReferenceLimitExceeded) {
    let found = references(of: frontier, kinds, besides: parents)
    try budget.check()
    frontier.removeAll(keepingCapacity: true)
    for (child, parent) in found.joined() where parents[Int(child)] == 0 {
      parents[Int(child)] = parent + 1
      frontier.append(child)
    }
  }

  /// The references of some objects to others that were not reached.
  private func references(
    of frontier: [UInt32], _ kinds: Set<ReferentKind>, besides reached: [UInt32]
  ) -> [[(child: UInt32, parent: UInt32)]] {
    let isWanted = ReferentKind.allCases.map { kinds.contains($0) }
    let count = (frontier.count + Self.chunkSize - 1) / Self.chunkSize
    return concurrentMap(count: count, threadCount: threadCount) { chunk in
      var found: [(child: UInt32, parent: UInt32)] = []
      var share = ReferenceBudget.Share(budget)
      for parent in frontier.dropFirst(chunk * Self.chunkSize).prefix(Self.chunkSize) where !share.isSpent {
        let header = numbers.object(Int(parent))
        var count = 0
        func add(_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) {
          count &+= 1
          guard isWanted[Int(kind.rawValue)], let child = numbers.number(of: referent), reached[child] == 0 else { return }
          found.append((UInt32(child), parent))
        }
        header.forEachReferent(in: inferior, add)
        for frame in roots.suspended[header.address] ?? [] { frame.forEachReferent(in: inferior, add) }
        share.take(count)
      }
      share.settle()
      return found
    }
  }
}

extension ReachSearch {
  /// The objects that were not reached and have more references than the others of them have to them.
  ///
  /// What was reached does not refer to them, or they would be reached.
  func heldByC() throws(ReferenceLimitExceeded) -> [GraphRoot] {
    let others = parents.indices.filter { parents[$0] == 0 }.map { UInt32($0) }
    var counts: [UInt32: Int] = [:]
    let found = references(of: others, Self.certain, besides: parents)
    try budget.check()
    for (child, _) in found.joined() { counts[child, default: 0] += 1 }
    return others.compactMap { number in
      let header = numbers.object(Int(number))
      guard !isTableOfInterned(header),
        let word: UInt64 = try? inferior.memory.load(at: header.address + inferior.layout.object.ob_refcnt.bytes)
      else { return nil }
      guard let count = Liveness.referenceCount(word, rule: inferior.layout.object.referenceCount) else {
        return .immortal(header)
      }
      let rest = count - counts[number, default: 0]
      return rest > 0 ? .heldByC(header, count: rest) : nil
    }
  }

  /// Whether an object is the interpreter's dict of interned strings (Objects/unicodeobject.c), in which each is its own
  /// value. Its references are not counted.
  private func isTableOfInterned(_ header: ObjectHeader) -> Bool {
    guard header.type.kind == .dict, let dict = try? PyDictObject(header, in: inferior), dict.count > 1 else { return false }
    var isOne = true
    var left = 64
    try? dict.forEachEntry(in: inferior) { key, value in
      isOne = key == value
      left -= 1
      return isOne && left > 0
    }
    return isOne
  }
}
