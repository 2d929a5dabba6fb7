import CPython
import MemoryImage

/// Which nodes of a graph of tasks look the same: they stand at the same places, wait for the same, and what they await looks
/// the same in turn.
package struct AsyncTaskGroups: Sendable {
  /// The number of each node's look.
  package let looks: [Int]

  package init(_ graph: AsyncTaskGraph) {
    var looks = [Int?](repeating: nil, count: graph.nodes.count)
    var numbers: [Look: Int] = [:]
    var isEntered = [Bool](repeating: false, count: graph.nodes.count)
    for root in graph.nodes.indices {
      // What a node awaits comes before it; without recursion, as chains are long.
      var path = [root]
      while let node = path.last {
        if looks[node] != nil {
          path.removeLast()
          continue
        }
        let missing = graph.nodes[node].awaits.filter { looks[$0] == nil }
        if !isEntered[node] {
          isEntered[node] = true
          path += missing.filter { !isEntered[$0] }
          continue
        }
        // A node of a cycle looks like no other.
        let look = missing.isEmpty ? Look(of: graph.nodes[node], looks) : Look(unique: node)
        looks[node] = numbers[look, default: numbers.count]
        numbers[look] = looks[node]
        path.removeLast()
      }
    }
    self.looks = looks.map { $0 ?? 0 }
  }

  private struct Look: Hashable {
    let number: Int
    let places: [CodeTexts.Place]
    let synchronizer: UInt64
    let awaits: [Int]

    init(unique number: Int) {
      (self.number, places, synchronizer, awaits) = (number, [], 0, [])
    }

    init(of node: AsyncTaskGraph.Node, _ looks: [Int?]) {
      number = node.future.isTask ? -1 : -2
      places = node.chain?.links.compactMap { $0.frame.map { CodeTexts.Place($0) } } ?? []
      synchronizer = node.synchronizer?.rawValue ?? 0
      // Many children of one look count as one.
      awaits = Set(node.awaits.compactMap { looks[$0] }).sorted()
    }
  }
}
