package import CPython
package import MemoryImage

/// What waits for what: threads, tasks and futures, and the locks, queues and events between them.
package struct WaitGraph: Sendable {
  /// What waits or is waited for.
  package enum Node: Sendable, Hashable {
    /// A thread, by its number among those of the process.
    case thread(Int)
    /// A task or future of asyncio, by its number in the graph of tasks; or a future of `concurrent.futures`.
    case future(Int)
    /// A lock, queue, event or the like.
    case object(Address)
    /// A child of the process, by its number; -1 for any of them.
    case child(Int)
  }

  /// One node waiting for another.
  package struct Edge: Sendable {
    /// The number of the node.
    package let to: Int
    package let kind: Kind
    /// Whether this was inferred from the contents of stacks, and not recorded.
    package let isInferred: Bool
    /// Where a thread waits, by the number in `places`.
    fileprivate let place: Int?

    /// How one waits for another.
    package enum Kind: String, Sendable {
      /// For a lock, queue, thread or future.
      case waits = "waits for"
      /// A lock for what holds it.
      case held = "held by"
      /// A future for the thread that computes it, or will.
      case computed = "computed by"
      /// A task or future for the thread that its event loop runs in.
      case runs = "runs in"
      /// A thread for the one that holds the GIL.
      case interpreter = "waits for the GIL"
    }
  }

  /// A lock that is waited for, and that has no known living holder.
  package struct Holderless: Sendable {
    /// The number of its node.
    package let node: Int
    /// The nodes that wait for it.
    package let waiting: [Int]
    package let reason: Reason

    /// Why it has no holder.
    package enum Reason: Sendable {
      /// It does not record its holder, and no holder is found.
      case unknown
      /// Several may hold it, one of which does.
      case ambiguous([Int])
      /// Its owner has ended, and cannot release it.
      case ended(LostOwner)
      /// Its owner is a thread of the process that this one was forked from.
      case forked(LostOwner)
      /// It is shared between processes, and another process holds it.
      case otherProcess
      /// A suspended generator holds it, and the generator's owner is not known.
      case generator(Address)
    }
  }

  /// A thread that is not alive.
  package struct LostOwner: Sendable {
    /// The thread's identifier (`threading.get_ident()`).
    package let ident: UInt64
    /// Its name, if its `threading.Thread` is still there.
    package let name: String?
  }

  package private(set) var nodes: [Node] = []
  /// The locks without a known holder, in the order of their nodes.
  package internal(set) var holderless: [Holderless] = []
  /// The edges from each node.
  package private(set) var edges = GrowingAdjacencyLists<Edge>()
  /// For each node, whether one of its edges is enough for it to continue.
  private var needsOne: [Bool] = []
  private var places: [Frame] = []
  /// The threads, tasks and futures to whose numbers the nodes refer.
  package let threads: [PythonThread]
  package let tasks: AsyncTaskGraph
  /// The numbers of the nodes by the number of a thread or future, -1 for one without a node; and by an object's address.
  private var threadNodes: [Int]
  private var futureNodes: [Int]
  private var objectNodes: [Address: Int] = [:]
  private var childNodes: [Int: Int] = [:]

  init(threads: [PythonThread], tasks: AsyncTaskGraph) {
    self.threads = threads
    self.tasks = tasks
    threadNodes = Array(repeating: -1, count: threads.count)
    futureNodes = Array(repeating: -1, count: tasks.nodes.count)
  }

  /// The cycles, each in the order of waiting: from a task, or from a thread if there is none.
  package var deadlocks: [[Int]] {
    let ends = nodes.indices.lazy.flatMap { node in edges[node].lazy.map { (row: node, element: $0.to) } }
    let awaits = AdjacencyLists(count: nodes.count, edges: Array(ends))
    return WaitCycles(awaits: awaits, needsOne: { needsOne[$0] }).cycles.map { cycle in
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

  /// Where a thread waits; nil for an edge from anything else.
  package func place(of edge: Edge) -> Frame? { edge.place.map { places[$0] } }

  /// The number of a node, which is added if it is new.
  mutating func number(of node: Node) -> Int {
    let known: Int =
      switch node {
      case .thread(let number): threadNodes[number]
      case .future(let number): futureNodes[number]
      case .object(let address): objectNodes[address] ?? -1
      case .child(let number): childNodes[number] ?? -1
      }
    if known >= 0 { return known }
    switch node {
    case .thread(let number): threadNodes[number] = nodes.count
    case .future(let number): futureNodes[number] = nodes.count
    case .object(let address): objectNodes[address] = nodes.count
    case .child(let number): childNodes[number] = nodes.count
    }
    nodes.append(node)
    edges.appendRow()
    needsOne.append(false)
    return nodes.count - 1
  }

  mutating func add(
    from: Int, to: Int, _ kind: Edge.Kind, isInferred: Bool = false, place: Frame? = nil, needsOne isOne: Bool = false
  ) {
    // Many edges are those of one list, without repetitions.
    if !edges[from].prefix(64).contains(where: { $0.to == to }) {
      if let place { places.append(place) }
      edges.append(Edge(to: to, kind: kind, isInferred: isInferred, place: place.map { _ in places.count - 1 }), to: from)
    }
    if isOne { needsOne[from] = true }
  }

  mutating func setNeedsOne(_ number: Int) { needsOne[number] = true }
}
