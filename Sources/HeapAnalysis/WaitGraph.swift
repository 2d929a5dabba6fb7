package import CPython
package import MemoryImage

/// Who waits for whom: threads, tasks and futures, and the locks, queues and events between them.
package struct WaitGraph: Sendable {
  /// What waits or is waited for.
  package enum Node: Sendable {
    case thread(PythonThread)
    /// A task or future of asyncio, by its number in the graph of tasks; or a future of `concurrent.futures`.
    case future(Int)
    /// A lock, queue, event or the like.
    case object(Address)
  }

  /// That one waits for another.
  package struct Edge: Sendable {
    /// The number of the node.
    package let to: Int
    package let kind: Kind
    /// Whether this was concluded from what lies on stacks, and not recorded.
    package let isInferred: Bool
    /// Where a thread waits.
    package let place: Frame?

    /// How one waits for another.
    package enum Kind: String, Sendable {
      /// For a lock, queue, thread or future.
      case waits = "waits for"
      /// A lock for who holds it.
      case held = "held by"
      /// A future for the thread that computes it, or will.
      case computed = "computed by"
      /// A task or future for the thread that its event loop runs in.
      case runs = "runs in"
      /// A thread for who holds the GIL.
      case interpreter = "waits for the GIL"
    }
  }

  package private(set) var nodes: [Node] = []
  /// The edges from each node.
  package private(set) var edges: [[Edge]] = []
  /// Whether one of the edges is enough for a node to go on.
  private var needsOne: [Bool] = []
  private var numbers: [Key: Int] = [:]
  /// The tasks and futures, whose numbers nodes have.
  package let tasks: AsyncTaskGraph

  private enum Key: Hashable {
    case thread(Address)
    case future(Int)
    case object(Address)
  }

  init(tasks: AsyncTaskGraph) {
    self.tasks = tasks
  }

  /// Those that wait for one another, each circle in the order of waiting: from a task, or if there is none from a thread.
  package var deadlocks: [[Int]] {
    WaitCycles(awaits: edges.map { $0.map(\.to) }, needsOne: { needsOne[$0] }).cycles.map { cycle in
      let start = cycle.firstIndex { isTask(nodes[$0]) } ?? cycle.firstIndex { isThread(nodes[$0]) } ?? 0
      return Array(cycle[start...] + cycle[..<start])
    }
  }

  private func isTask(_ node: Node) -> Bool {
    if case .future(let number) = node { tasks.nodes[number].future.isTask } else { false }
  }

  private func isThread(_ node: Node) -> Bool {
    if case .thread = node { true } else { false }
  }

  /// The edge from one node to another.
  package func edge(from: Int, to: Int) -> Edge? { edges[from].first { $0.to == to } }

  /// The number of a node, which is added if it is new.
  mutating func number(of node: Node) -> Int {
    let key: Key =
      switch node {
      case .thread(let thread): .thread(thread.state.address)
      case .future(let number): .future(number)
      case .object(let address): .object(address)
      }
    if let number = numbers[key] { return number }
    numbers[key] = nodes.count
    nodes.append(node)
    edges.append([])
    needsOne.append(false)
    return nodes.count - 1
  }

  mutating func add(
    from: Int, to: Int, _ kind: Edge.Kind, isInferred: Bool = false, place: Frame? = nil, needsOne isOne: Bool = false
  ) {
    // Many edges are those of one list, without repetitions.
    if edges[from].count > 64 || !edges[from].contains(where: { $0.to == to }) {
      edges[from].append(Edge(to: to, kind: kind, isInferred: isInferred, place: place))
    }
    if isOne { needsOne[from] = true }
  }

  mutating func setNeedsOne(_ number: Int) { needsOne[number] = true }
}
