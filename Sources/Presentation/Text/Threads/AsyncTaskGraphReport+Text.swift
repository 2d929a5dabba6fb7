import CPython
import HeapAnalysis
import MemoryImage

extension AsyncTaskGraphReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    var forest = AsyncForestWriter(graph, in: inferior, output: output, apart: showsEach)
    try forest.write()
    var text = AsyncNodeText(inferior)
    try writeBlocking(&text, to: output)
    for deadlock in deadlocks { try writeDeadlock(deadlock, &text, to: output) }
    let tasks = graph.nodes.reduce(0) { $1.future.isTask ? $0 + 1 : $0 }
    try output.note("\(tasks) tasks and \(graph.nodes.count - tasks) futures pending; \(graph.doneCount) are done")
    if !graph.disputed.isEmpty {
      try output.note("\(graph.disputed.count) futures say to be awaited by something that does not wait for them")
    }
  }

  /// Writes the locks, queues and the like that are waited for.
  private func writeBlocking(_ text: inout AsyncNodeText, to output: any AnswerOutput) throws {
    for (object, waiting, holders) in graph.blocking(in: inferior) {
      try output.writeLine("")
      try output.writeLine("\(waiting.count) wait on \(text.blocking(object))")
      let isRecorded = LockRecord(at: object, in: inferior)?.isOwnerRecorded ?? false
      for holder in holders.prefix(8) {
        try output.writeLine("  held \(isRecorded ? "by" : "in the async with block of") \(text.node(graph.nodes[holder]))")
      }
    }
  }

  private func writeDeadlock(_ deadlock: [Int], _ text: inout AsyncNodeText, to output: any AnswerOutput) throws {
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
