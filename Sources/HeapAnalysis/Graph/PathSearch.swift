package import CPython
import MemoryImage
import Synchronization

/// Finds what keeps objects alive: paths from roots to them.
///
/// The first question walks over all objects that the roots lead to, and later ones use what it found.
package final class PathSearch: Sendable {
  private let numbers: ObjectNumbers
  private let inferior: Inferior
  private let roots: GraphRoots
  private let threadCount: Int
  /// Whether the dump lacks memory in which holders may be.
  private let isIncomplete: Bool
  /// All that certain references from the known roots lead to.
  private let certain: Mutex<ReachSearch?> = Mutex(nil)
  /// The same with all that probable references, C code and immortal objects keep, and its roots.
  private let uncertain: Mutex<(search: ReachSearch, roots: [GraphRoot])?> = Mutex(nil)

  /// The number of parts that are kept of one reference.
  private static let partLimit = 8

  package init(
    index: ObjectIndex, runtime: RuntimeState?, threads: ThreadList, in inferior: Inferior, isIncomplete: Bool,
    threadCount: Int
  ) {
    numbers = ObjectNumbers(index)
    roots = GraphRoots(of: runtime, threads: threads, index: index, in: inferior, threadCount: threadCount)
    self.inferior = inferior
    self.isIncomplete = isIncomplete
    self.threadCount = threadCount
  }

  /// Up to `limit` paths to an object, the shortest first. Each but the first takes a walk over the objects that are no
  /// further from the roots than the target.
  ///
  /// - Throws: `ReferenceLimitExceeded`.
  package func paths(to target: ObjectHeader, limit: Int) throws(ReferenceLimitExceeded) -> PathsToRoot {
    guard let number = numbers.number(of: target.address) else {
      return PathsToRoot(target: target, paths: [], absence: .missingMemory)
    }
    var search = try reached()
    guard search.isReached(number) else { return try uncertainPath(to: number, target) }
    // The dicts of the interpreter are the roots themselves: another path may begin there.
    let own = Set(roots.references[0].compactMap { numbers.number(of: $0.target) })
    var paths: [RootPath] = []
    var blocked: Set<Int> = []
    var blockedRoots: Set<Int> = []
    while true {
      let (path, root) = path(to: number, in: search, roots.roots)
      paths.append(path)
      let inner = path.steps.dropLast().compactMap { numbers.number(of: $0.object.address) }
      if inner.isEmpty { blockedRoots.insert(root) }
      let new = inner.filter { !own.contains($0) }
      guard paths.count < limit, path.omittedCount == 0, inner.isEmpty || !new.isEmpty else { break }
      blocked.formUnion(new)
      search = ReachSearch(numbers, roots, in: inferior, threadCount: threadCount)
      try search.searchFromRoots(to: number, blocked: blocked, blockedRoots: blockedRoots)
      guard search.isReached(number) else { break }
    }
    return PathsToRoot(target: target, paths: paths, absence: nil)
  }

  private func reached() throws(ReferenceLimitExceeded) -> ReachSearch {
    try certain.withLock { (certain) throws(ReferenceLimitExceeded) in
      if let certain { return certain }
      var search = ReachSearch(numbers, roots, in: inferior, threadCount: threadCount)
      try search.searchFromRoots(to: nil, blocked: [], blockedRoots: [])
      certain = search
      return search
    }
  }

  /// A path that is less certain: by words that may be pointers, or from an object that C code holds.
  private func uncertainPath(to number: Int, _ target: ObjectHeader) throws(ReferenceLimitExceeded) -> PathsToRoot {
    let (search, roots) = try everythingReached()
    guard search.isReached(number) else {
      return PathsToRoot(target: target, paths: [], absence: isIncomplete ? .missingMemory : .garbage)
    }
    return PathsToRoot(target: target, paths: [path(to: number, in: search, roots).path], absence: nil)
  }

  private func everythingReached() throws(ReferenceLimitExceeded) -> (search: ReachSearch, roots: [GraphRoot]) {
    let begun = try reached()
    return try uncertain.withLock { (uncertain) throws(ReferenceLimitExceeded) in
      if let uncertain { return uncertain }
      var search = begun
      try search.searchProbable()
      let held = try search.heldByC()
      let references = held.enumerated().compactMap { index, root -> RootReference? in
        switch root {
        case .heldByC(let header, _), .immortal(let header):
          RootReference(root: roots.roots.count + index, target: header.address, part: "ob_refcnt")
        default: nil
        }
      }
      try search.search(from: references)
      let all = (search, roots.roots + held)
      uncertain = all
      return all
    }
  }

  /// The path by which a search reached an object, and the number of its root.
  private func path(to number: Int, in search: ReachSearch, _ roots: [GraphRoot]) -> (path: RootPath, root: Int) {
    var chain: [Int] = [number]
    while let last = chain.last, Int(search.parents[last]) <= numbers.count, chain.count <= numbers.count {
      chain.append(Int(search.parents[last]) - 1)
    }
    chain.reverse()
    let entry = search.entries[Int(search.parents[chain[0]]) - numbers.count - 1]
    var steps = [RootPath.Step(object: numbers.object(chain[0]), parts: [entry.part], kind: .held, frame: nil)]
    let omitted = max(0, chain.count - 2 * RootPath.endCount)
    for index in chain.indices.dropFirst() {
      if omitted > 0 && index >= RootPath.endCount && index < RootPath.endCount + omitted { continue }
      steps.append(step(from: numbers.object(chain[index - 1]), to: numbers.object(chain[index])))
    }
    return (
      RootPath(root: roots[entry.root], steps: steps, omittedCount: omitted), entry.root
    )
  }

  /// How one object refers to another: by its most certain parts.
  private func step(from parent: ObjectHeader, to child: ObjectHeader) -> RootPath.Step {
    var parts: [ReferentPart] = []
    var (kind, frame): (ReferentKind, StackFrame?) = (.probable, nil)
    func add(_ referent: Address, _ next: ReferentKind, _ part: ReferentPart, of nextFrame: StackFrame?) {
      guard referent == child.address, next != .weak else { return }
      if parts.isEmpty || kind == .probable && next != .probable { (parts, kind, frame) = ([], next, nextFrame) }
      let isSame = (kind == .probable) == (next == .probable) && frame?.address == nextFrame?.address
      if parts.count < Self.partLimit && isSame { parts.append(part) }
    }
    parent.forEachReferent(in: inferior) { add($0, $1, $2, of: nil) }
    for frame in roots.suspended[parent.address] ?? [] {
      frame.forEachReferent(in: inferior) { add($0, $1, $2, of: frame) }
    }
    return RootPath.Step(object: child, parts: parts, kind: kind, frame: frame)
  }
}
