import CPython
import HeapAnalysis

extension WaitGraphReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    var writer = writer
    for number in graph.nodes.indices where isShown(graph.nodes[number]) {
      try output.writeLines(writer.lines(from: number))
    }
    if !showsAll { try output.writeLines(writer.taskLines()) }
    for deadlock in deadlocks {
      try output.writeLine("")
      try output.writeLines(writer.lines(deadlock: deadlock))
    }
    if !graph.holderless.isEmpty { try output.writeLine("") }
    try output.writeLines(graph.holderless.map { writer.line($0) })
    try output.note(summary)
  }

  private func isShown(_ node: WaitGraph.Node) -> Bool {
    switch node {
    case .thread: true
    case .future: showsAll
    case .object, .child: false
    }
  }

  /// The numbers of nodes and deadlocks; and that there may be more, where the holder of a lock is not known.
  private var summary: String {
    let count = graph.holderless.count
    let rest =
      count == 0 ? "" : "; \(count) \(count == 1 ? "lock has" : "locks have") no known holder, so there may be more"
    return "\(graph.nodes.count) nodes, \(graph.edges.elementCount) edges, \(deadlocks.count) deadlocks\(rest)"
  }
}
