/// Finds the cycles in a graph of what waits for what.
package struct WaitCycles: Sendable {
  /// Each cycle once: the numbers of its nodes in the order of waiting, beginning with the lowest.
  package let cycles: [[Int]]

  /// - Parameters:
  ///   - awaits: for each node what it waits for.
  ///   - awaitedBy: for each node what waits for it, where that is known already.
  ///   - needsOne: whether a node waits only for any of them, and not for all.
  package init(awaits: AdjacencyLists<Int>, awaitedBy: AdjacencyLists<Int>? = nil, needsOne: (Int) -> Bool = { _ in false }) {
    let stuck = Self.stuck(awaits, awaitedBy ?? awaits.reversed, needsOne)
    guard stuck.contains(true) else {
      cycles = []
      return
    }
    let inner = awaits.indices.map { number in stuck[number] ? awaits[number].filter { stuck[$0] } : [] }
    cycles = Self.components(inner).compactMap { Self.cycle(in: $0, inner) }.sorted { $0[0] < $1[0] }
  }

  /// The nodes that will never continue. A node that waits for nothing will, and so will one that waits for such nodes.
  private static func stuck(_ awaits: AdjacencyLists<Int>, _ waiting: AdjacencyLists<Int>, _ needsOne: (Int) -> Bool) -> [Bool] {
    var missing = awaits.indices.map { needsOne($0) ? min(1, awaits[$0].count) : awaits[$0].count }
    var stuck = [Bool](repeating: true, count: awaits.count)
    var free = awaits.indices.filter { missing[$0] == 0 }
    while let number = free.popLast() {
      guard stuck[number] else { continue }
      stuck[number] = false
      for other in waiting[number] where missing[other] > 0 {
        missing[other] -= 1
        if missing[other] == 0 { free.append(other) }
      }
    }
    return stuck
  }

  /// The strongly connected components with a cycle (Tarjan's algorithm; without recursion, as chains are long).
  private static func components(_ awaits: [[Int]]) -> [[Int]] {
    var order = [Int](repeating: 0, count: awaits.count)
    var low = order
    var isOpen = [Bool](repeating: false, count: awaits.count)
    var next = 1
    var open: [Int] = []
    var found: [[Int]] = []
    for root in awaits.indices where order[root] == 0 && !awaits[root].isEmpty {
      var path = [(node: root, edge: 0)]
      while let (node, edge) = path.last {
        if edge == 0 {
          (order[node], low[node], isOpen[node]) = (next, next, true)
          next += 1
          open.append(node)
        }
        if edge < awaits[node].count {
          path[path.count - 1].edge += 1
          let other = awaits[node][edge]
          if order[other] == 0 { path.append((other, 0)) } else if isOpen[other] { low[node] = min(low[node], order[other]) }
          continue
        }
        path.removeLast()
        if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
        guard low[node] == order[node], let first = open.lastIndex(of: node) else { continue }
        let component = Array(open[first...])
        open.removeSubrange(first...)
        for member in component { isOpen[member] = false }
        if component.count > 1 || awaits[node].contains(node) { found.append(component) }
      }
    }
    return found
  }

  /// The shortest cycle from the lowest node of a component back to it.
  private static func cycle(in component: [Int], _ awaits: [[Int]]) -> [Int]? {
    guard let start = component.min() else { return nil }
    let members = Set(component)
    var origin: [Int: Int] = [:]
    var queue = [start]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for other in awaits[node] where members.contains(other) {
        if other == start {
          var path = [node]
          while let last = path.last, last != start, let previous = origin[last] { path.append(previous) }
          return path.reversed()
        }
        if origin[other] == nil {
          origin[other] = node
          queue.append(other)
        }
      }
    }
    return nil
  }
}
