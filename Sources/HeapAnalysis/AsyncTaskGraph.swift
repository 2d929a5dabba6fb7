package import CPython
package import MemoryImage

/// The tasks and futures of a process that are not done, and who waits for whom.
package struct AsyncTaskGraph: Sendable {
  /// One of them.
  package struct Node: Sendable {
    package let future: AsyncFuture
    /// A task's coroutine and all that this awaits; nil for what is no task, and a task whose coroutine has ended.
    package let chain: AwaitChain?
    /// The lock, queue or the like that a task waits for, by its innermost functions; nil if it is no such thing.
    package let synchronizer: Address?
    /// What it waits for, and who waits for it: numbers of nodes, ascending.
    package fileprivate(set) var awaits: [Int] = []
    package fileprivate(set) var awaitedBy: [Int] = []
  }

  /// The nodes in the order of their addresses. Futures that are done are among them if a task is yet to take the result.
  package let nodes: [Node]
  /// How many futures and tasks are done, and not among the nodes.
  package let doneCount: Int
  /// The futures, 3.14 or later, that say to be awaited by something else than what waits for them by their callbacks.
  package let disputed: [Int]
  private let numbers: [Address: Int]

  /// The number of the node at an address; nil if there is none.
  package func number(of address: Address) -> Int? { numbers[address] }
}

extension AsyncTaskGraph {
  /// Finds all futures and tasks among the objects.
  package init(index: ObjectIndex, inferior: Inferior, threadCount: Int) {
    let types = AsyncFuture.typeNumbers(in: inferior)
    let found = index.mapPieces(threadCount: threadCount) { forEachObject in
      var pending: [Node] = []
      var done: [AsyncFuture] = []
      var functions = LibraryFunctions()
      var budget = AwaitChain.budget
      forEachObject { header in
        guard types.contains(Int(header.type.number)), let future = AsyncFuture(at: header.address, in: inferior) else {
          return
        }
        if future.state == .pending {
          pending.append(Node(future, in: inferior, &functions, budget: &budget))
        } else {
          done.append(future)
        }
      }
      return (pending, done)
    }
    var nodes = found.flatMap(\.0)
    let done = Dictionary(found.flatMap { $0.1 }.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    // The result of one that is done is on its way to a task that still waits.
    var functions = LibraryFunctions()
    var budget = AwaitChain.budget
    let late = Set(nodes.map(\.future.waiter)).compactMap { done[$0] }.map {
      Node($0, in: inferior, &functions, budget: &budget)
    }
    nodes = (nodes + late).sorted { $0.future.address < $1.future.address }
    let numbers = Dictionary(
      nodes.enumerated().map { ($1.future.address, $0) }, uniquingKeysWith: { first, _ in first })
    Self.connect(&nodes, numbers, in: inferior)
    disputed = Self.disputed(nodes, numbers, in: inferior)
    self.nodes = nodes
    self.numbers = numbers
    doneCount = done.count - late.count
  }

  private static func connect(_ nodes: inout [Node], _ numbers: [Address: Int], in inferior: Inferior) {
    var callbacks = FutureCallbacks(inferior)
    var edges = Set<Edge>()
    for number in nodes.indices {
      if let awaited = numbers[nodes[number].future.waiter] { edges.insert(Edge(from: number, to: awaited)) }
      for waiting in callbacks.waiting(for: nodes[number].future.callbacks) {
        if let waiting = numbers[waiting] { edges.insert(Edge(from: waiting, to: number)) }
      }
    }
    for edge in edges {
      nodes[edge.from].awaits.append(edge.to)
      nodes[edge.to].awaitedBy.append(edge.from)
    }
    for number in nodes.indices {
      nodes[number].awaits.sort()
      nodes[number].awaitedBy.sort()
    }
  }

  private struct Edge: Hashable {
    let from: Int
    let to: Int
  }

  /// The nodes that name somebody who does not wait for them, be it for a future between the two.
  private static func disputed(_ nodes: [Node], _ numbers: [Address: Int], in inferior: Inferior) -> [Int] {
    nodes.indices.filter { number in
      let word = nodes[number].future.awaitedBy
      guard !word.isNull else { return false }
      let names = inferior.object(at: word)?.type.kind == .set ? inferior.items(of: word) : [word]
      var waiting = Set(nodes[number].awaitedBy)
      var futures = nodes[number].awaitedBy.filter { !nodes[$0].future.isTask }
      // From a future between them to who waits for that.
      while let future = futures.popLast() {
        for next in nodes[future].awaitedBy where waiting.insert(next).inserted && !nodes[next].future.isTask {
          futures.append(next)
        }
      }
      return !names.allSatisfy { name in numbers[name].map(waiting.contains) ?? true }
    }
  }
}

extension AsyncTaskGraph.Node {
  fileprivate init(
    _ future: AsyncFuture, in inferior: Inferior, _ functions: inout LibraryFunctions, budget: inout Int
  ) {
    self.future = future
    chain = future.coroutine.isNull
      ? nil : AwaitChain(from: future.coroutine, in: inferior, &functions, budget: &budget)
    synchronizer = chain.flatMap { Synchronizer.awaited(by: $0, in: inferior, &functions) }
  }
}
