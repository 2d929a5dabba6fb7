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
    /// The context managers in whose `async with` and `with` blocks a task's functions are, each once.
    let managers: [Address]
    /// Whether a task waits for the first of several futures only.
    let waitsForFirst: Bool
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
    var nodes: [Node] = []
    nodes.reserveCapacity(found.reduce(0) { $0 + $1.0.count })
    for piece in found { nodes += piece.0 }
    let done = Dictionary(found.flatMap { $0.1 }.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    // The result of one that is done is on its way to a task that still waits.
    var functions = LibraryFunctions()
    var budget = AwaitChain.budget
    let late = Set(nodes.map(\.future.waiter)).compactMap { done[$0] }.map {
      Node($0, in: inferior, &functions, budget: &budget)
    }
    // The pieces of the index are in the order of addresses.
    if !late.isEmpty { nodes = (nodes + late).sorted { $0.future.address < $1.future.address } }
    var numbers = [Address: Int](minimumCapacity: nodes.count)
    for number in nodes.indices { numbers[nodes[number].future.address] = number }
    Self.connect(&nodes, numbers, in: inferior)
    disputed = Self.disputed(nodes, numbers, in: inferior)
    self.nodes = nodes
    self.numbers = numbers
    doneCount = done.count - late.count
  }

  private static func connect(_ nodes: inout [Node], _ numbers: [Address: Int], in inferior: Inferior) {
    var callbacks = FutureCallbacks(inferior)
    for number in nodes.indices {
      if let awaited = numbers[nodes[number].future.waiter] { nodes[number].awaits.append(awaited) }
      for waiting in callbacks.waiting(for: nodes[number].future.callbacks) {
        if let waiting = numbers[waiting] { nodes[waiting].awaits.append(number) }
      }
    }
    for number in nodes.indices {
      // Who waits for a future and is called by it is told twice.
      if nodes[number].awaits.count > 1 { nodes[number].awaits = Set(nodes[number].awaits).sorted() }
      for awaited in nodes[number].awaits { nodes[awaited].awaitedBy.append(number) }
    }
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
    var managers: [Address] = []
    for link in chain?.links ?? [] {
      if let frame = link.frame { managers += functions.enteredManagers(of: frame, in: inferior) }
    }
    self.managers = managers.count > 1 ? Set(managers).sorted() : managers
    waitsForFirst = chain.map { Self.waitsForFirst($0, &functions, in: inferior) } ?? false
  }

  /// Whether a task stands in `asyncio.wait` for the first of several, or in `asyncio.as_completed`.
  private static func waitsForFirst(
    _ chain: AwaitChain, _ functions: inout LibraryFunctions, in inferior: Inferior
  ) -> Bool {
    for link in chain.links.suffix(4) {
      guard let frame = link.frame else { continue }
      switch functions.role(of: frame.code, in: inferior) {
      case .next: return true
      case .wait:
        let when = frame.local("return_when", in: inferior)
        if when.flatMap({ inferior.string(at: $0, limit: 32) }) == "FIRST_COMPLETED" { return true }
      case .synchronizer, .future, .other: continue
      }
    }
    return false
  }
}
