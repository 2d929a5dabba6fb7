package import CPython
package import MemoryImage

extension AsyncTaskGraph {
  /// The nodes that wait for one another, each circle in the order of waiting, from a task that others wait for too, if there
  /// is one. Who waits for the first of several is in none as long as another of them can come.
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

  /// The futures that come as soon as one of those comes that they wait for.
  var alternatives: Set<Int> {
    Set(nodes.indices.lazy.filter { nodes[$0].waitsForFirst }.compactMap { number(of: nodes[$0].future.waiter) })
  }

  /// For each lock, queue or the like that somebody waits for: the tasks that wait, and those that hold it, by its own word or
  /// because their functions are in its block.
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
