import CPython
package import MemoryImage

/// The tasks and futures of a process that are not done, and what each of them waits for.
package struct AsyncTaskGraph: Sendable {
  /// A task or future.
  package struct Node: Sendable {
    package let future: AsyncFuture
    /// The number of the suspension point of a task's coroutine and of all that it awaits, the same for all that are
    /// suspended at the same places; -1 for a future, and for a task whose coroutine has ended.
    fileprivate(set) var standing: Int32
    /// Whether a task waits for the first of several futures only.
    let waitsForFirst: Bool
    private let waitedFor: Address

    /// The lock, queue or the like that a task waits for, by its innermost functions; nil if there is none.
    package var synchronizer: Address? { waitedFor.isNull ? nil : waitedFor }

    init(_ future: AsyncFuture, standing: Int = -1, synchronizer: Address? = nil, waitsForFirst: Bool = false) {
      self.future = future
      self.standing = Int32(truncatingIfNeeded: standing)
      self.waitsForFirst = waitsForFirst
      waitedFor = synchronizer ?? .null
    }
  }

  /// The nodes in the order of their addresses. A future that is done is one if a task has yet to take its result.
  package let nodes: [Node]
  /// What each node waits for, and what waits for it: numbers of nodes, ascending.
  package let awaits: AdjacencyLists<Int>
  package let awaitedBy: AdjacencyLists<Int>
  /// For each node the context managers in whose `async with` and `with` blocks its functions are, each once.
  let managers: AdjacencyLists<Address>
  /// The number of done futures and tasks, which are not among the nodes.
  package let doneCount: Int
  /// The futures, 3.14 or later, whose record of what awaits them (`fut_awaited_by`) contradicts their callbacks.
  package let disputed: [Int]

  /// The number of the node at an address; nil if there is none.
  package func number(of address: Address) -> Int? { nodes.number(of: address) }
}

extension [AsyncTaskGraph.Node] {
  /// The number of the node at an address, by binary search.
  fileprivate func number(of address: Address) -> Int? {
    guard !address.isNull else { return nil }
    let index = firstIndex(sortedPast: { $0.future.address >= address })
    return index < count && self[index].future.address == address ? index : nil
  }
}

extension AsyncTaskGraph {
  /// Finds all futures and tasks among the objects.
  ///
  /// - Throws: `ReferenceLimitExceeded` or `Cancellation`.
  package init(in heap: Heap) throws {
    let inferior = heap.inferior
    let budget = ReferenceBudget(for: heap)
    var isWanted = [Bool](repeating: false, count: inferior.types.types.count)
    for number in AsyncFuture.typeNumbers(in: inferior) { isWanted[number] = true }
    let awaitables = Awaitables(inferior)
    // The pieces of the index are in the order of addresses.
    var pieces = try heap.mapPieces(ofTypes: isWanted) { forEachObject in
      var piece = AsyncPiece()
      var reader = AsyncPieceReader(inferior, awaitables, budget)
      forEachObject { reader.read($0, in: inferior, into: &piece) }
      reader.end()
      return piece
    }
    try budget.check()
    var nodes = Self.joined(pieces)
    let late = Self.late(nodes, pieces)
    doneCount = pieces.reduce(0) { $0 + $1.done.count } - late.count
    if !late.isEmpty {
      var piece = AsyncPiece()
      var reader = AsyncPieceReader(inferior, awaitables, budget)
      for header in late.compactMap({ inferior.object(at: $0) }) {
        reader.read(header, isLate: true, in: inferior, into: &piece)
      }
      reader.end()
      pieces.append(piece)
      nodes = Self.joined(pieces)
      nodes.sort { $0.future.address < $1.future.address }
    }
    let (found, parts) = (nodes, pieces)
    let edges = try heap.workers.map(count: parts.count) { Self.edges(of: parts[$0], among: found) }
    let held = parts.flatMap(\.managers).compactMap { entry in found.number(of: entry.task).map { ($0, entry.manager) } }
    self.nodes = nodes
    awaits = AdjacencyLists(count: nodes.count, edges: edges.flatMap { $0 })
    awaitedBy = awaits.reversed
    managers = AdjacencyLists(count: nodes.count, held)
    disputed = Self.disputed(nodes, awaitedBy, budget, in: inferior)
    try budget.check()
  }

  /// The nodes that are done and whose result is on its way to a task that still waits.
  private static func late(_ nodes: [Node], _ pieces: [AsyncPiece]) -> [Address] {
    guard pieces.contains(where: { !$0.done.isEmpty }) else { return [] }
    let missing = Set(nodes.lazy.map(\.future.waiter).filter { !$0.isNull && nodes.number(of: $0) == nil })
    return missing.isEmpty ? [] : missing.intersection(pieces.lazy.flatMap(\.done)).sorted()
  }

  /// The nodes of all pieces, with their suspension points numbered among those of all pieces.
  private static func joined(_ pieces: [AsyncPiece]) -> [Node] {
    var nodes: [Node] = []
    nodes.reserveCapacity(pieces.reduce(0) { $0 + $1.nodes.count })
    var known: [[CodeTexts.Place]: Int32] = [:]
    for piece in pieces {
      let numbers = piece.standings.map { standing in
        let number = known[standing.places, default: Int32(truncatingIfNeeded: known.count)]
        known[standing.places] = number
        return number
      }
      for var node in piece.nodes {
        if node.standing >= 0 { node.standing = numbers[Int(node.standing)] }
        nodes.append(node)
      }
    }
    return nodes
  }

  /// The edges from a task to what it records to wait for, and from what a future's callbacks name to that future.
  private static func edges(of piece: AsyncPiece, among nodes: [Node]) -> [(row: Int, element: Int)] {
    var edges: [(row: Int, element: Int)] = []
    for node in piece.nodes {
      if let to = nodes.number(of: node.future.waiter), let from = nodes.number(of: node.future.address) {
        edges.append((from, to))
      }
    }
    for (waiting, future) in piece.callers {
      // A node that waits for a future and is called by it has one edge.
      guard let from = nodes.number(of: waiting), nodes[from].future.waiter != future,
        let to = nodes.number(of: future)
      else { continue }
      edges.append((from, to))
    }
    return edges
  }

  /// The nodes that name something that does not wait for them, neither directly nor through other futures.
  private static func disputed(
    _ nodes: [Node], _ awaitedBy: AdjacencyLists<Int>, _ budget: ReferenceBudget, in inferior: Inferior
  ) -> [Int] {
    var share = ReferenceBudget.Share(budget)
    defer { share.settle() }
    return nodes.indices.filter { number in
      let word = nodes[number].future.awaitedBy
      guard !word.isNull, !share.isSpent else { return false }
      // Most often the named object is the one that waits.
      if awaitedBy[number].contains(where: { nodes[$0].future.address == word }) { return false }
      let names = inferior.object(at: word)?.type.kind == .set ? inferior.items(of: word) : [word]
      var waiting = Set(awaitedBy[number])
      var futures = awaitedBy[number].filter { !nodes[$0].future.isTask }
      // From a future in between to what waits for it.
      while let future = futures.popLast() {
        for next in awaitedBy[future] where waiting.insert(next).inserted && !nodes[next].future.isTask {
          futures.append(next)
        }
      }
      share.take(names.count + waiting.count)
      return !names.allSatisfy { name in nodes.number(of: name).map(waiting.contains) ?? true }
    }
  }
}
