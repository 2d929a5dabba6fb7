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
    Set(nodes.indices.filter { waitsForFirst(nodes[$0], in: inferior) }.compactMap { number(of: nodes[$0].future.waiter) })
  }

  /// Whether a task stands in `asyncio.wait` for the first of several, or in `asyncio.as_completed`.
  private func waitsForFirst(_ node: Node, in inferior: Inferior) -> Bool {
    for link in node.chain?.links.suffix(4).reversed() ?? [] {
      guard let frame = link.frame, let code = try? PyCodeObject(at: frame.code, in: inferior),
        code.filename(in: inferior)?.hasSuffix("asyncio/tasks.py") ?? false, let name = code.name(in: inferior)
      else { continue }
      if name.hasSuffix("_wait_for_one") { return true }
      if name == "_wait", let when = frame.local("return_when", in: inferior),
        inferior.string(at: when, limit: 32) == "FIRST_COMPLETED"
      {
        return true
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
