package import CPython
package import MemoryImage

extension AsyncTaskGraph {
  /// The nodes that wait for one another, each circle in the order of waiting, from a task that others wait for too, if there
  /// is one. Who waits for the first of several is in none as long as another of them can come.
  package func deadlocks(in inferior: Inferior) -> [[Int]] {
    let cycles = WaitCycles(awaits: nodes.map(\.awaits), needsOne: alternatives(in: inferior).contains).cycles
    return cycles.map { cycle in
      let members = Set(cycle)
      let tasks = cycle.indices.filter { nodes[cycle[$0]].future.isTask }
      let entered = tasks.first { !members.isSuperset(of: nodes[cycle[$0]].awaitedBy) }
      let start = entered ?? tasks.first ?? 0
      return Array(cycle[start...] + cycle[..<start])
    }
  }

  /// The futures that come as soon as one of those comes that they wait for.
  func alternatives(in inferior: Inferior) -> Set<Int> {
    var functions = LibraryFunctions()
    var found: Set<Int> = []
    for node in nodes where waitsForFirst(node, &functions, in: inferior) {
      if let waiter = number(of: node.future.waiter) { found.insert(waiter) }
    }
    return found
  }

  /// Whether a task stands in `asyncio.wait` for the first of several, or in `asyncio.as_completed`.
  private func waitsForFirst(_ node: Node, _ functions: inout LibraryFunctions, in inferior: Inferior) -> Bool {
    for frame in (node.chain?.links.suffix(4) ?? []).compactMap(\.frame) {
      switch functions.role(of: frame.code, in: inferior) {
      case .next: return true
      case .wait:
        let when = frame.local("return_when", in: inferior)
        if when.flatMap({ inferior.string(at: $0, limit: 32) }) == "FIRST_COMPLETED" { return true }
      case .synchronizer, .future, .other: continue
      }
    }
    return false
  }

  /// For each lock, queue or the like that somebody waits for: the tasks that wait, and those in whose `async with` block it
  /// is held.
  package func blocking(in inferior: Inferior) -> [(object: Address, waiting: [Int], holders: [Int])] {
    var waiting: [Address: [Int]] = [:]
    for (number, node) in nodes.enumerated() {
      if let object = node.synchronizer { waiting[object, default: []].append(number) }
    }
    guard !waiting.isEmpty else { return [] }
    var holders: [Address: [Int]] = [:]
    for (number, node) in nodes.enumerated() {
      let frames = node.chain?.links.compactMap(\.frame) ?? []
      for manager in Set(frames.flatMap { $0.enteredManagers(in: inferior) }) where waiting[manager] != nil {
        // Who waits for a condition has given its lock back.
        if manager == node.synchronizer, inferior.typeName(of: manager) == "Condition" { continue }
        holders[manager, default: []].append(number)
      }
    }
    return waiting.keys.sorted().map { ($0, waiting[$0] ?? [], holders[$0] ?? []) }
  }
}
