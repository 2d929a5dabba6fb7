package import CPython
package import HeapAnalysis
import MemoryImage

/// Draws the graph of tasks as a forest: what a node awaits is below it, two columns further in.
package struct AsyncForestWriter {
  private let graph: AsyncTaskGraph
  private let output: any AnswerOutput
  private let kinds: AsyncTaskGroups?
  private var text: AsyncNodeText
  private var isWritten: [Bool]

  /// Up to this many adjacent nodes of one look are written one by one.
  private static let apartLimit = 4

  /// - Parameter apart: whether each of the nodes that look the same is written.
  package init(_ graph: AsyncTaskGraph, in inferior: Inferior, output: any AnswerOutput, apart: Bool) {
    self.graph = graph
    self.output = output
    kinds = apart ? nil : AsyncTaskGroups(graph)
    text = AsyncNodeText(inferior)
    isWritten = [Bool](repeating: false, count: graph.nodes.count)
  }

  /// Writes everything: first the nodes that no other awaits, then the cycles.
  package mutating func write() throws(OutputProblem) {
    try write(graph.nodes.indices.filter { graph.awaitedBy[$0].isEmpty })
    for number in graph.nodes.indices where !isWritten[number] { try write([number]) }
  }

  /// Writes nodes and what is below them; without recursion, as chains are long.
  private mutating func write(_ roots: [Int]) throws(OutputProblem) {
    var open = grouped(roots, depth: 0)
    while let line = open.popLast() {
      let indentation = Self.indentation(line.depth)
      let node = graph.nodes[line.nodes[0]]
      if line.nodes.count > 1 {
        try output.writeLine(indentation + summary(of: line.nodes))
        // What they await looks the same too: that of the first represents all.
        hide(line.nodes)
      } else if isWritten[line.nodes[0]] {
        try output.writeLine("\(indentation)<!seen>@\(node.future.address)")
        continue
      } else {
        try output.writeLine(indentation + text.line(node))
        isWritten[line.nodes[0]] = true
        open += grouped(graph.awaits[line.nodes[0]], depth: line.depth + 1)
      }
    }
  }

  /// The indentation of a line. It is limited: in a chain of thousands of tasks, spaces would be most of the output.
  private static func indentation(_ depth: Int) -> String {
    String(repeating: "  ", count: min(depth, deepestIndentation)) + (depth > deepestIndentation ? "(depth \(depth)) " : "")
  }

  /// The depth from which lines are no further in.
  private static let deepestIndentation = 64

  private struct Line {
    let nodes: [Int]
    let depth: Int
  }

  /// The lines for some nodes, the last first. Nodes of one look are one line, if they are many.
  private func grouped(_ nodes: some BidirectionalCollection<Int>, depth: Int) -> [Line] {
    guard let kinds else { return nodes.reversed().map { Line(nodes: [$0], depth: depth) } }
    var places: [Int: Int] = [:]
    var groups: [[Int]] = []
    for node in nodes {
      let place = places[kinds.groups[node], default: groups.count]
      if place == groups.count {
        places[kinds.groups[node]] = place
        groups.append([])
      }
      groups[place].append(node)
    }
    return groups.reversed().flatMap { group -> [Line] in
      group.count > Self.apartLimit && group.allSatisfy { !isWritten[$0] }
        ? [Line(nodes: group, depth: depth)] : group.reversed().map { Line(nodes: [$0], depth: depth) }
    }
  }

  /// `9,812 tasks at 'pool.py':88 in acquire, all on Semaphore @ ADDRESS`.
  private mutating func summary(of nodes: [Int]) -> String {
    let first = graph.nodes[nodes[0]]
    let count = Self.grouped(nodes.count)
    guard let place = text.waitingPlace(of: first) else {
      return "\(count) \(first.future.isTask ? "tasks" : "futures") like \(text.line(first))"
    }
    var summary = "\(count) tasks at \(place.position)"
    if let object = first.synchronizer {
      summary += ", all on \(text.name(of: object))"
    } else if let awaited = graph.awaits[nodes[0]].first {
      let isOne = nodes.allSatisfy { graph.awaits[$0].elementsEqual(CollectionOfOne(awaited)) }
      let word = isOne ? "all on" : "each on one like"
      summary += ", \(word) \(text.node(graph.nodes[awaited]))"
    }
    return summary + ", the first \(text.node(first))"
  }

  /// Marks nodes and what is below them as written.
  private mutating func hide(_ nodes: [Int]) {
    var open = nodes
    while let number = open.popLast() {
      if isWritten[number] { continue }
      isWritten[number] = true
      open += graph.awaits[number]
    }
  }

  /// A number with commas between thousands.
  private static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.indices.reduce(into: "") { text, index in
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digits[index])
    }
  }
}
