package import CPython
package import HeapAnalysis
import MemoryImage

/// What `async-task-graph` reports.
package struct AsyncTaskGraphReport: Sendable {
  let graph: AsyncTaskGraph
  let deadlocks: [[Int]]
  let inferior: Inferior
  /// Whether each of the tasks that look the same is written.
  let showsEach: Bool

  package init(_ graph: AsyncTaskGraph, in inferior: Inferior, showsEach: Bool) {
    (self.graph, self.inferior, self.showsEach) = (graph, inferior, showsEach)
    deadlocks = graph.deadlocks()
  }

  package func writeMembers(to json: inout JSONStream) throws {
    var text = AsyncNodeText(inferior)
    let blocking = graph.blocking(in: inferior).map {
      Blocking(
        address: $0.object.description, type: inferior.typeName(of: $0.object) ?? "?",
        waiting: addresses($0.waiting), holders: addresses($0.holders))
    }
    try json.member("blocking", blocking)
    try json.member("deadlocks", deadlocks.map { addresses($0) })
    try json.member("disputed", addresses(graph.disputed))
    json.member("done", graph.doneCount)
    try json.list("nodes") { json in
      for number in graph.nodes.indices {
        try json.element(onLine: true, entry(of: number, &text))
        try json.flushIfLong()
      }
    }
  }

  private func addresses(_ numbers: some Sequence<Int>) -> [String] {
    numbers.map { graph.nodes[$0].future.address.description }
  }

  private func entry(of number: Int, _ text: inout AsyncNodeText) -> Entry {
    let node = graph.nodes[number]
    let (frames, shared) = text.ownFrames(of: node)
    return Entry(
      address: node.future.address.description, kind: node.future.isTask ? "task" : "future",
      type: inferior.typeName(of: node.future.address) ?? "?", state: node.future.state.rawValue,
      name: text.plainName(of: node.future),
      coroutine: node.future.coroutine.isNull ? nil : node.future.coroutine.description, frames: frames,
      sharedFrames: shared, on: node.synchronizer?.description, awaits: addresses(graph.awaits[number]),
      awaitedBy: addresses(graph.awaitedBy[number]))
  }

  /// A lock, queue or the like that is waited for.
  private struct Blocking: Encodable {
    let address: String
    let type: String
    let waiting: [String]
    let holders: [String]
  }

  /// A task or future.
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
