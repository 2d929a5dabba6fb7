package import CPython
package import HeapAnalysis
import MemoryImage

/// Writes what waits for what.
package struct WaitGraphWriter {
  private let graph: WaitGraph
  private let inferior: Inferior
  private let printer: ObjectPrinter
  private var text: AsyncNodeText
  private var formatter: FrameFormatter

  package init(_ graph: WaitGraph, in inferior: Inferior) {
    self.graph = graph
    self.inferior = inferior
    text = AsyncNodeText(inferior)
    formatter = FrameFormatter(inferior)
    var options = PrintingOptions()
    options.short = true
    printer = ObjectPrinter(inferior, options: options)
  }

  /// A node on one line.
  package func line(_ number: Int) -> String {
    switch graph.nodes[number] {
    case .thread(let thread): ThreadEntry(graph.threads[thread]).line
    case .future(let number): text.node(graph.tasks.nodes[number])
    case .object(let address): object(address)
    case .child(let number): number < 0 ? "any child process" : "<child process pid=\(number)>"
    }
  }

  /// A lock, queue or the like. A lock of Python code that records its holder is written with that record.
  private func object(_ address: Address) -> String {
    let isOwnerSaid = LockRecord(at: address, in: inferior)?.isOwnerRecorded ?? false
    let isInstance = inferior.object(at: address)?.type.kind == .generic
    return isOwnerSaid && isInstance ? text.blocking(address) : printer.text(of: address)
  }

  /// Where a waiting thread or task is; nil for other nodes.
  package mutating func entry(of number: Int, _ edge: WaitGraph.Edge?) -> FrameEntry? {
    switch graph.nodes[number] {
    case .thread: edge.flatMap { graph.place(of: $0) }.map { formatter.entry(of: $0) }
    case .future(let number): text.waitingPlace(of: graph.tasks.nodes[number])
    case .object, .child: nil
    }
  }

  /// The address of a thread's state, a future or an object; nil for what has none.
  package func address(of node: WaitGraph.Node) -> String? {
    switch node {
    case .thread(let thread): graph.threads[thread].state.address.description
    case .future(let number): graph.tasks.nodes[number].future.address.description
    case .object(let address): address.description
    case .child: nil
    }
  }

  /// Why a lock has no known holder: `who holds it is not known`.
  package func words(_ reason: WaitGraph.Holderless.Reason) -> String {
    switch reason {
    case .unknown: "who holds it is not known: it does not record its holder, and nobody is seen in a block of it"
    case .ambiguous(let nodes):
      "which of \(nodes.count) holds it is not known: \(nodes.prefix(8).map { line($0) }.joined(separator: ", "))"
    case .ended(let owner): "no living thread has it: \(thread(owner)), which took it, has ended"
    case .forked(let owner): "no living thread has it: taken before the fork by \(thread(owner))"
    case .otherProcess: "another process has it"
    case .generator(let address): "it is held by \(printer.text(of: address)), and who goes on with that is not known"
    }
  }

  private func thread(_ owner: WaitGraph.LostOwner) -> String {
    "thread " + (owner.name.map { "\(PythonText.quoted(PythonText.escaped($0))) " } ?? "") + "ident=\(owner.ident)"
  }

  /// The line for a lock without a known holder, with the number of those that wait for it.
  package func line(_ lock: WaitGraph.Holderless) -> String {
    let count = lock.waiting.count
    return "\(count) \(count == 1 ? "waits" : "wait") for \(line(lock.node)): \(words(lock.reason))"
  }

  /// The same in words: ` at 'app.py':50 in main`, or nothing.
  private mutating func place(of number: Int, _ edge: WaitGraph.Edge?) -> String {
    guard let place = entry(of: number, edge) else { return "" }
    return " at \(place.position)"
  }

  /// An edge in words: `waits at 'app.py':50 in main for`, `held by (inferred)`.
  private mutating func words(from number: Int, _ edge: WaitGraph.Edge) -> String {
    let words: String =
      switch edge.kind {
      case .waits: "waits\(place(of: number, edge)) for"
      case .interpreter: "waits\(place(of: number, edge)) for the GIL, which is held by"
      case .held, .computed, .runs: edge.kind.rawValue
      }
    return words + (edge.isInferred ? " (inferred)" : "")
  }

  /// The lines for one that waits: what it waits for, and what holds that.
  package mutating func lines(from number: Int) -> [String] {
    var lines: [String] = []
    for edge in graph.edges[number] {
      lines.append("\(line(number)) \(words(from: number, edge)) \(line(edge.to))")
      for next in graph.edges[edge.to].prefix(8) { lines.append("  \(words(from: edge.to, next)) \(line(next.to))") }
    }
    return lines
  }

  /// The lines for tasks that wait for a lock, queue or the like: how many for each, and what holds it.
  package mutating func taskLines() -> [String] {
    var waiting: [Address: Int] = [:]
    for node in graph.tasks.nodes { if let object = node.synchronizer { waiting[object, default: 0] += 1 } }
    return graph.nodes.indices.flatMap { number -> [String] in
      guard case .object(let address) = graph.nodes[number], let count = waiting[address] else { return [] }
      return ["\(count) \(count == 1 ? "task waits" : "tasks wait") for \(text.blocking(address))"]
        + graph.edges[number].prefix(8).map { "  \(words(from: number, $0)) \(line($0.to))" }
    }
  }

  /// A deadlock with its whole chain.
  package mutating func lines(deadlock: [Int]) -> [String] {
    let kinds = deadlock.map { number in
      switch graph.nodes[number] {
      case .thread: "thread"
      case .future(let number): graph.tasks.nodes[number].future.isTask ? "task" : ""
      case .object, .child: ""
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
