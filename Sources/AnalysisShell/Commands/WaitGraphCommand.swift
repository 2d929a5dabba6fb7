import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `wait-graph`: what waits for what, over threads and tasks.
struct WaitGraphCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait-graph",
    abstract: "Tells who waits for whom, over threads, locks, queues, futures and tasks; names deadlocks.",
    discussion: """
      A Lock does not know who holds it: it is inferred from the functions that are in a 'with' block of it or have called \
      its acquire, from context managers and generators that they have, and said to be. Where nobody is seen to hold a lock \
      that others wait for, that is said last, with how many wait: there may be more deadlocks then. Of tasks only those \
      are written that wait for a lock or queue or are part of a deadlock: see async-task-graph.
      """)

  @Flag(help: "Write every task and future that waits.")
  var all = false

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [.runtime, .allMemory] }

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let index = try session.index()
    let threads = try session.threads().stacks(in: inferior)
    let tasks = try AsyncTaskGraph(index: index, inferior: inferior, threadCount: session.threadCount)
    let graph = WaitGraph(threads: threads, tasks: tasks, index: index, in: inferior)
    let deadlocks = graph.deadlocks
    var writer = WaitGraphWriter(graph, in: inferior)
    if answer.json { return try writeJSON(graph, deadlocks, &writer, session, output: output) }
    for number in graph.nodes.indices where isShown(graph.nodes[number], in: graph) {
      for line in writer.lines(from: number) { try output.writeLine(line) }
    }
    if !all { for line in writer.taskLines() { try output.writeLine(line) } }
    for deadlock in deadlocks {
      try output.writeLine("")
      for line in writer.lines(deadlock: deadlock) { try output.writeLine(line) }
    }
    if !graph.holderless.isEmpty { try output.writeLine("") }
    for lock in graph.holderless { try output.writeLine(writer.line(lock)) }
    try output.note(Self.summary(graph, deadlocks))
  }

  /// The numbers of nodes and deadlocks; and that there may be more, where the holder of a lock is not known.
  private static func summary(_ graph: WaitGraph, _ deadlocks: [[Int]]) -> String {
    let count = graph.holderless.count
    let rest =
      count == 0 ? "" : "; \(count) \(count == 1 ? "lock has" : "locks have") no known holder, so there may be more"
    return "\(graph.nodes.count) nodes, \(graph.edges.elementCount) edges, \(deadlocks.count) deadlocks\(rest)"
  }

  private func isShown(_ node: WaitGraph.Node, in graph: WaitGraph) -> Bool {
    switch node {
    case .thread: true
    case .future: all
    case .object, .child: false
    }
  }

  private func writeJSON(
    _ graph: WaitGraph, _ deadlocks: [[Int]], _ writer: inout WaitGraphWriter, _ session: Session, output: CommandOutput
  ) throws {
    let json = JSONText()
    let holderless = graph.holderless.map { Lock($0, words: writer.words($0.reason)) }
    try output.write("{\"deadlocks\":\(try json.text(of: deadlocks)),\"nodes\":[")
    for (number, node) in graph.nodes.enumerated() {
      let edges = graph.edges[number].map { edge in
        Edge(to: edge.to, how: edge.kind.rawValue, isInferred: edge.isInferred, at: writer.entry(of: number, edge))
      }
      let entry = Entry(
        number: number, kind: Self.kind(of: node, in: graph), address: writer.address(of: node), repr: writer.line(number),
        pid: Self.pid(of: node), edges: edges)
      try output.write((number > 0 ? ",\n" : "\n") + (try json.text(of: entry)))
    }
    try output.writeLine("],\"withoutHolder\":\(try json.text(of: holderless))" + (try session.jsonEnding()))
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

  private struct Edge: Encodable {
    /// The number of the node that is waited for.
    let to: Int
    let how: String
    let isInferred: Bool
    /// Where a thread or task waits.
    let at: FrameEntry?
  }
}
