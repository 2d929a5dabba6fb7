import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `async-task-graph`: the tasks and futures of asyncio, and what they wait for.
struct AsyncTaskGraphCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "async-task-graph",
    abstract: "Draws the tasks and futures of asyncio: who waits for whom, and who for one another.",
    discussion: """
      What a node awaits stands below it; behind > are the functions that its coroutine awaits itself. A node met again \
      is <!seen>. Tasks that look the same are one line.
      """)

  @Flag(help: "Write each of the tasks that look the same.")
  var all = false

  @OptionGroup var answer: AnswerArguments

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let graph = try AsyncTaskGraph(index: try session.index(), inferior: inferior, threadCount: session.threadCount)
    let deadlocks = graph.deadlocks()
    if answer.json { return try writeJSON(graph, deadlocks, in: inferior, session, output: output) }
    var forest = AsyncForestWriter(graph, in: inferior, output: output, apart: all)
    try forest.write()
    var text = AsyncNodeText(inferior)
    try writeBlocking(graph, &text, in: inferior, output: output)
    for deadlock in deadlocks { try writeDeadlock(deadlock, graph, &text, output: output) }
    let tasks = graph.nodes.reduce(0) { $1.future.isTask ? $0 + 1 : $0 }
    try output.note("\(tasks) tasks and \(graph.nodes.count - tasks) futures pending; \(graph.doneCount) are done")
    if !graph.disputed.isEmpty {
      try output.note("\(graph.disputed.count) futures say to be awaited by something that does not wait for them")
    }
  }

  /// Writes the locks, queues and the like that are waited for.
  private func writeBlocking(
    _ graph: AsyncTaskGraph, _ text: inout AsyncNodeText, in inferior: Inferior, output: CommandOutput
  ) throws {
    for (object, waiting, holders) in graph.blocking(in: inferior) {
      try output.writeLine("")
      try output.writeLine("\(waiting.count) wait on \(text.blocking(object))")
      let isRecorded = LockRecord(at: object, in: inferior)?.isOwnerRecorded ?? false
      for holder in holders.prefix(8) {
        try output.writeLine("  held \(isRecorded ? "by" : "in the async with block of") \(text.node(graph.nodes[holder]))")
      }
    }
  }

  private func writeDeadlock(
    _ deadlock: [Int], _ graph: AsyncTaskGraph, _ text: inout AsyncNodeText, output: CommandOutput
  ) throws {
    let tasks = deadlock.filter { graph.nodes[$0].future.isTask }
    try output.writeLine("")
    try output.writeLine("deadlock: a cycle of \(tasks.count) tasks that wait for one another")
    for number in tasks.isEmpty ? deadlock : tasks {
      let place = text.waitingPlace(of: graph.nodes[number])
      try output.writeLine("  \(text.node(graph.nodes[number]))")
      guard let place else { continue }
      try output.writeLine("    waits at \(place.position) for")
    }
    try output.writeLine("  the first again")
  }
}

extension AsyncTaskGraphCommand {
  private func writeJSON(
    _ graph: AsyncTaskGraph, _ deadlocks: [[Int]], in inferior: Inferior, _ session: Session, output: CommandOutput
  ) throws {
    let json = JSONText()
    var text = AsyncNodeText(inferior)
    func addresses(_ numbers: some Sequence<Int>) -> [String] { numbers.map { graph.nodes[$0].future.address.description } }
    let cycles = deadlocks.map { addresses($0) }
    let disputed = addresses(graph.disputed)
    let blocking = graph.blocking(in: inferior).map {
      Blocking(
        address: $0.object.description, type: inferior.typeName(of: $0.object) ?? "?",
        waiting: addresses($0.waiting), holders: addresses($0.holders))
    }
    try output.write("{\"blocking\":\(try json.text(of: blocking)),\"deadlocks\":\(try json.text(of: cycles)),")
    try output.write("\"disputed\":\(try json.text(of: disputed)),\"done\":\(graph.doneCount),\"nodes\":[")
    for (number, node) in graph.nodes.enumerated() {
      let (frames, shared) = text.ownFrames(of: node)
      let entry = Entry(
        address: node.future.address.description, kind: node.future.isTask ? "task" : "future",
        type: inferior.typeName(of: node.future.address) ?? "?", state: node.future.state.rawValue,
        name: text.plainName(of: node.future),
        coroutine: node.future.coroutine.isNull ? nil : node.future.coroutine.description, frames: frames,
        sharedFrames: shared, on: node.synchronizer?.description, awaits: addresses(graph.awaits[number]),
        awaitedBy: addresses(graph.awaitedBy[number])
      )
      try output.write((number > 0 ? ",\n" : "\n") + (try json.text(of: entry)))
    }
    try output.writeLine("]" + (try session.jsonEnding()))
  }

  private struct Blocking: Encodable {
    let address: String
    let type: String
    let waiting: [String]
    let holders: [String]
  }

  private struct Entry: Encodable {
    let address: String
    let kind: String
    let type: String
    let state: String
    let name: String?
    let coroutine: String?
    /// The innermost first.
    let frames: [FrameEntry]
    /// Those before `frames`; absent if there are none.
    let sharedFrames: SharedFrames?
    let on: String?
    let awaits: [String]
    let awaitedBy: [String]
  }
}
