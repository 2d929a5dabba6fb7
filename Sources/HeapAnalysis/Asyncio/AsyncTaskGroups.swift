import MemoryImage

/// The groups of nodes of a task graph that look the same: they are suspended at the same places, wait for the same,
/// and what they await looks the same in turn.
package struct AsyncTaskGroups: Sendable {
  /// The group of each node.
  package let groups: [Int]

  package init(_ graph: AsyncTaskGraph) {
    var maker = Maker(graph)
    for node in graph.nodes.indices where maker.groups[node] < 0 { maker.look(at: node) }
    groups = maker.groups
  }

  private struct Look: Hashable {
    /// -1 for a task, -2 for a future, else the node's own number.
    let kind: Int
    let standing: Int32
    let synchronizer: Address?
    /// The groups of what is awaited, each once. The first has a field of its own, as most nodes await one.
    let awaited: Int?
    let others: [Int]
  }

  private struct Maker {
    let graph: AsyncTaskGraph
    /// The group of each node; -1 where it is not known yet.
    var groups: [Int]
    private var isEntered: [Bool]
    private var path: [Int] = []
    private var numbers: [Look: Int] = [:]
    /// The last look of a task and of a future: neighbours mostly look the same.
    private var last: [(look: Look, number: Int)?] = [nil, nil]

    init(_ graph: AsyncTaskGraph) {
      self.graph = graph
      groups = Array(repeating: -1, count: graph.nodes.count)
      isEntered = Array(repeating: false, count: graph.nodes.count)
    }

    /// Finds the group of a node, after those of all it awaits; without recursion, as chains are long.
    mutating func look(at root: Int) {
      path.append(root)
      while let node = path.last {
        if groups[node] < 0, !isEntered[node] {
          isEntered[node] = true
          let count = path.count
          for awaited in graph.awaits[node] where groups[awaited] < 0 && !isEntered[awaited] { path.append(awaited) }
          if path.count > count { continue }
        }
        path.removeLast()
        guard groups[node] < 0 else { continue }
        groups[node] = number(of: look(of: node), isTask: graph.nodes[node].future.isTask)
      }
    }

    private mutating func number(of look: Look, isTask: Bool) -> Int {
      if let last = last[isTask ? 0 : 1], last.look == look { return last.number }
      let number = numbers[look, default: numbers.count]
      numbers[look] = number
      last[isTask ? 0 : 1] = (look, number)
      return number
    }

    private func look(of number: Int) -> Look {
      let awaits = graph.awaits[number]
      // A node of a cycle has a group of its own.
      if awaits.contains(where: { groups[$0] < 0 }) {
        return Look(kind: number, standing: -1, synchronizer: nil, awaited: nil, others: [])
      }
      let node = graph.nodes[number]
      let others = awaits.count > 1 ? Set(awaits.map { groups[$0] }).sorted() : []
      return Look(
        kind: node.future.isTask ? -1 : -2, standing: node.standing, synchronizer: node.synchronizer,
        awaited: others.first ?? awaits.first.map { groups[$0] }, others: Array(others.dropFirst()))
    }
  }
}
