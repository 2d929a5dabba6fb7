package import CPython
package import MemoryImage

extension AsyncTaskGraph {
  /// The cycles of nodes that wait for each other, each in the order of waiting. A cycle begins with a task that others
  /// wait for too, if there is one. A node that waits for the first of several is in no cycle as long as another of
  /// them can complete.
  package func deadlocks() -> [[Int]] {
    let needsOne = alternatives
    let cycles = WaitCycles(awaits: awaits, awaitedBy: awaitedBy, needsOne: needsOne.contains).cycles
    return cycles.map { cycle in
      let members = Set(cycle)
      let tasks = cycle.indices.filter { nodes[cycle[$0]].future.isTask }
      let entered = tasks.first { !members.isSuperset(of: awaitedBy[cycle[$0]]) }
      let start = entered ?? tasks.first ?? 0
      return Array(cycle[start...] + cycle[..<start])
    }
  }

  /// The futures that complete as soon as one of those completes that they wait for.
  var alternatives: Set<Int> {
    Set(nodes.indices.lazy.filter { nodes[$0].waitsForFirst }.compactMap { number(of: nodes[$0].future.waiter) })
  }

  /// For each lock, queue or the like that is waited for: the tasks that wait, and those that hold it, by its own
  /// record or because their functions are in its block.
  package func blocking(in inferior: Inferior) -> [(object: Address, waiting: [Int], holders: [Int])] {
    var waiting: [Address: [Int]] = [:]
    for number in nodes.indices {
      if let object = nodes[number].synchronizer { waiting[object, default: []].append(number) }
    }
    guard !waiting.isEmpty else { return [] }
    var held = HeldLocks(inferior, Awaitables(inferior))
    var holders: [Address: [Int]] = [:]
    for number in nodes.indices {
      for manager in managers[number] {
        for lock in held.held(by: manager) where waiting[lock.object] != nil && holders[lock.object]?.last != number {
          holders[lock.object, default: []].append(number)
        }
      }
    }
    for object in waiting.keys {
      guard let record = LockRecord(at: object, in: inferior), record.isOwnerRecorded else { continue }
      holders[object] = record.tasks.compactMap { self.number(of: $0) }.sorted()
    }
    return waiting.keys.sorted().map { ($0, waiting[$0] ?? [], holders[$0] ?? []) }
  }
}
