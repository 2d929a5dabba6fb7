package import CPython
package import HeapAnalysis
import MemoryImage

/// What `wait-graph` reports.
package struct WaitGraphReport: Sendable {
  let graph: WaitGraph
  let deadlocks: [[Int]]
  let writer: WaitGraphWriter
  /// Whether every task and future that waits is written.
  let showsAll: Bool

  package init(_ graph: WaitGraph, in inferior: Inferior, showsAll: Bool) {
    (self.graph, self.showsAll) = (graph, showsAll)
    deadlocks = graph.deadlocks
    writer = WaitGraphWriter(graph, in: inferior)
  }

  package func writeMembers(to json: inout JSONStream) throws {
    var writer = writer
    let holderless = graph.holderless.map { Lock($0, words: writer.words($0.reason)) }
    try json.member("deadlocks", deadlocks)
    try json.list("nodes") { json in
      for number in graph.nodes.indices {
        try json.element(onLine: true, entry(of: number, &writer))
        try json.flushIfLong()
      }
    }
    try json.member("withoutHolder", holderless)
  }

  private func entry(of number: Int, _ writer: inout WaitGraphWriter) -> Entry {
    let node = graph.nodes[number]
    let edges = graph.edges[number].map { edge in
      Edge(to: edge.to, how: edge.kind.rawValue, isInferred: edge.isInferred, at: writer.entry(of: number, edge))
    }
    return Entry(
      number: number, kind: Self.kind(of: node, in: graph), address: writer.address(of: node), repr: writer.line(number),
      pid: Self.pid(of: node), edges: edges)
  }

  private static func kind(of node: WaitGraph.Node, in graph: WaitGraph) -> String {
    switch node {
    case .thread: "thread"
    case .future(let number): graph.tasks.nodes[number].future.isTask ? "task" : "future"
    case .object: "object"
    case .child: "child"
    }
  }

  private static func pid(of node: WaitGraph.Node) -> Int? {
    if case .child(let number) = node { number } else { nil }
  }

  /// A node.
  private struct Entry: Encodable {
    let number: Int
    let kind: String
    /// Null for a child process.
    let address: String?
    let repr: String
    /// The number of a child process; -1 for any of them, absent for other nodes.
    let pid: Int?
    let edges: [Edge]
  }

  /// A lock that is waited for and whose holder is not known, or is not alive.
  private struct Lock: Encodable {
    let number: Int
    let waiting: [Int]
    /// Why, as one word and in words.
    let reason: String
    let text: String
    /// The thread that took it, where that is known; its name is null if nothing is left of it.
    let owner: UInt64?
    let ownerName: String?

    init(_ lock: WaitGraph.Holderless, words: String) {
      (number, waiting, text) = (lock.node, lock.waiting, words)
      switch lock.reason {
      case .unknown: (reason, owner, ownerName) = ("unknown", nil, nil)
      case .ambiguous: (reason, owner, ownerName) = ("ambiguous", nil, nil)
      case .ended(let lost): (reason, owner, ownerName) = ("ended", lost.ident, lost.name.map(PythonText.escaped))
      case .forked(let lost): (reason, owner, ownerName) = ("forked", lost.ident, lost.name.map(PythonText.escaped))
      case .otherProcess: (reason, owner, ownerName) = ("other process", nil, nil)
      case .generator: (reason, owner, ownerName) = ("generator", nil, nil)
      }
    }
  }

  /// What a node waits for, or what holds it.
  private struct Edge: Encodable {
    /// The number of the node that is waited for.
    let to: Int
    let how: String
    let isInferred: Bool
    /// Where a thread or task waits.
    let at: FrameEntry?
  }
}
