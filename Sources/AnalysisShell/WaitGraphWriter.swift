import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// Writes who waits for whom.
struct WaitGraphWriter {
  private let graph: WaitGraph
  private let inferior: Inferior
  private let printer: ObjectPrinter
  private var text: AsyncNodeText
  private var teller: FrameTeller

  init(_ graph: WaitGraph, in inferior: Inferior) {
    self.graph = graph
    self.inferior = inferior
    text = AsyncNodeText(inferior)
    teller = FrameTeller(inferior)
    var options = PrintingOptions()
    options.short = true
    printer = ObjectPrinter(inferior, options: options)
  }

  /// A node on one line.
  func line(_ number: Int) -> String {
    switch graph.nodes[number] {
    case .thread(let thread): ThreadEntry(graph.threads[thread]).line
    case .future(let number): text.node(graph.tasks.nodes[number])
    case .object(let address): printer.text(of: address)
    }
  }

  /// Where a thread or task stands that waits; nil for other nodes.
  mutating func entry(of number: Int, _ edge: WaitGraph.Edge?) -> FrameEntry? {
    switch graph.nodes[number] {
    case .thread: edge.flatMap { graph.place(of: $0) }.map { teller.entry(of: $0) }
    case .future(let number): text.waitingPlace(of: graph.tasks.nodes[number])
    case .object: nil
    }
  }

  /// The address of a thread's state, a future or an object.
  func address(of node: WaitGraph.Node) -> String {
    switch node {
    case .thread(let thread): graph.threads[thread].state.address.description
    case .future(let number): graph.tasks.nodes[number].future.address.description
    case .object(let address): address.description
    }
  }

  /// The same in words: ` at 'app.py':50 in main`, or nothing.
  private mutating func place(of number: Int, _ edge: WaitGraph.Edge?) -> String {
    guard let place = entry(of: number, edge) else { return "" }
    return " at \(PythonText.quoted(place.file)):\(place.line.map { "\($0)" } ?? "?") in \(place.function)"
  }

  /// What an edge says: `waits at 'app.py':50 in main for`, `held by (inferred)`.
  private mutating func words(from number: Int, _ edge: WaitGraph.Edge) -> String {
    let words: String =
      switch edge.kind {
      case .waits: "waits\(place(of: number, edge)) for"
      case .interpreter: "waits\(place(of: number, edge)) for the GIL, which is held by"
      case .held, .computed, .runs: edge.kind.rawValue
      }
    return words + (edge.isInferred ? " (inferred)" : "")
  }

  /// The lines for one that waits: what for, and who holds that.
  mutating func lines(from number: Int) -> [String] {
    var lines: [String] = []
    for edge in graph.edges[number] {
      lines.append("\(line(number)) \(words(from: number, edge)) \(line(edge.to))")
      for next in graph.edges[edge.to].prefix(8) { lines.append("  \(words(from: edge.to, next)) \(line(next.to))") }
    }
    return lines
  }

  /// The lines for tasks that wait for a lock, queue or the like: how many for each, and who holds it.
  mutating func taskLines() -> [String] {
    var waiting: [Address: Int] = [:]
    for node in graph.tasks.nodes { if let object = node.synchronizer { waiting[object, default: 0] += 1 } }
    return graph.nodes.indices.flatMap { number -> [String] in
      guard case .object(let address) = graph.nodes[number], let count = waiting[address] else { return [] }
      return ["\(count) \(count == 1 ? "task waits" : "tasks wait") for \(text.blocking(address))"]
        + graph.edges[number].prefix(8).map { "  \(words(from: number, $0)) \(line($0.to))" }
    }
  }

  /// A deadlock with its whole chain.
  mutating func lines(deadlock: [Int]) -> [String] {
    let kinds = deadlock.map { number in
      switch graph.nodes[number] {
      case .thread: "thread"
      case .future(let number): graph.tasks.nodes[number].future.isTask ? "task" : ""
      case .object: ""
      }
    }
    let counts = ["thread", "task"].compactMap { kind -> String? in
      let count = kinds.filter { $0 == kind }.count
      return count == 0 ? nil : "\(count) \(kind)\(count == 1 ? "" : "s")"
    }
    var lines = ["deadlock: a cycle of \(counts.joined(separator: " and "))"]
    for (index, number) in deadlock.enumerated() {
      guard let edge = graph.edge(from: number, to: deadlock[(index + 1) % deadlock.count]) else { continue }
      lines.append("  \(line(number))")
      lines.append("    \(words(from: number, edge))")
    }
    return lines + ["  the first again"]
  }
}
