import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `wait-graph`: who waits for whom, over threads and tasks.
struct WaitGraphCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait-graph",
    abstract: "Tells who waits for whom, over threads, locks, queues, futures and tasks; names deadlocks.",
    discussion: """
      A Lock does not know who holds it: it is inferred from the functions that are in a 'with' block of it, and said to \
      be. Of tasks only those are written that wait for a lock or queue or are part of a deadlock: see async-task-graph.
      """)

  @Flag(help: "Write every task and future that waits.")
  var all = false

  @OptionGroup var answer: AnswerArguments

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let index = try session.index()
    let threads = try session.threads().stacks(in: inferior)
    let tasks = try AsyncTaskGraph(index: index, inferior: inferior, threadCount: session.threadCount)
    let graph = WaitGraph(threads: threads, tasks: tasks, index: index, in: inferior)
    let deadlocks = graph.deadlocks
    var writer = WaitGraphWriter(graph, in: inferior)
    if answer.json { return try writeJSON(graph, deadlocks, &writer, output: output) }
    for number in graph.nodes.indices where isShown(graph.nodes[number], in: graph) {
      for line in writer.lines(from: number) { output.writeLine(line) }
    }
    if !all { for line in writer.taskLines() { output.writeLine(line) } }
    for deadlock in deadlocks {
      output.writeLine("")
      for line in writer.lines(deadlock: deadlock) { output.writeLine(line) }
    }
    output.note("\(graph.nodes.count) nodes, \(graph.edges.elementCount) edges, \(deadlocks.count) deadlocks")
  }

  private func isShown(_ node: WaitGraph.Node, in graph: WaitGraph) -> Bool {
    switch node {
    case .thread: true
    case .future: all
    case .object: false
    }
  }

  private func writeJSON(
    _ graph: WaitGraph, _ deadlocks: [[Int]], _ writer: inout WaitGraphWriter, output: CommandOutput
  ) throws {
    let json = JSONText()
    output.write("{\"deadlocks\":\(try json.text(of: deadlocks)),\"nodes\":[")
    for (number, node) in graph.nodes.enumerated() {
      let edges = graph.edges[number].map { edge in
        Edge(to: edge.to, how: edge.kind.rawValue, isInferred: edge.isInferred, at: writer.entry(of: number, edge))
      }
      let entry = Entry(
        number: number, kind: Self.kind(of: node, in: graph), address: writer.address(of: node), repr: writer.line(number),
        edges: edges)
      output.write((number > 0 ? ",\n" : "\n") + (try json.text(of: entry)))
    }
    output.writeLine("]}")
  }

  private static func kind(of node: WaitGraph.Node, in graph: WaitGraph) -> String {
    switch node {
    case .thread: "thread"
    case .future(let number): graph.tasks.nodes[number].future.isTask ? "task" : "future"
    case .object: "object"
    }
  }

  private struct Entry: Encodable {
    let number: Int
    let kind: String
    let address: String
    let repr: String
    let edges: [Edge]
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
