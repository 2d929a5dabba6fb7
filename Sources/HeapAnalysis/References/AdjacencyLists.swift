/// Lists of elements for the numbers from 0, all in one array: a graph's edges then take no allocation for each node.
package struct AdjacencyLists<Element: Sendable>: Sendable {
  /// Where each row begins in `elements`, and where the last one ends.
  private let starts: [Int]
  private let elements: [Element]

  /// The rows with the numbers below `count`, from entries in any order; the entries of one row keep their order.
  ///
  /// - Precondition: the rows of all entries are from 0 to `count - 1`.
  package init(count: Int, _ entries: [(row: Int, element: Element)]) {
    var places = [Int](repeating: 0, count: count + 1)
    for entry in entries { places[entry.row + 1] += 1 }
    for row in 0..<count { places[row + 1] += places[row] }
    starts = places
    elements = unsafe [Element](unsafeUninitializedCapacity: entries.count) { slots, initializedCount in
      // SAFETY: counted above: each entry has a place of its own below `entries.count`.
      for entry in entries {
        unsafe slots.initializeElement(at: places[entry.row], to: entry.element)
        places[entry.row] += 1
      }
      initializedCount = entries.count
    }
  }

  /// The number of rows.
  package var count: Int { starts.count - 1 }

  /// The numbers of the rows.
  package var indices: Range<Int> { 0..<count }

  /// The number of elements in all rows.
  package var elementCount: Int { elements.count }

  /// The elements of one row.
  package subscript(row: Int) -> ArraySlice<Element> { elements[starts[row]..<starts[row + 1]] }
}

extension AdjacencyLists<Int> {
  /// The edges of a graph, by the numbers of the nodes they go from: the ends in ascending order, each once.
  package init(count: Int, edges: [(row: Int, element: Int)]) {
    let given = AdjacencyLists(count: count, edges)
    // Most nodes have one edge, and few edges come in another order.
    if given.isAscending {
      self = given
      return
    }
    // Reversing twice sorts the ends; equal edges are then adjacent.
    let sorted = given.reversed.reversed
    self.init(
      count: count,
      sorted.indices.flatMap { row in
        var last: Int?
        return sorted[row].compactMap { element in
          defer { last = element }
          return element == last ? nil : (row, element)
        }
      })
  }

  private var isAscending: Bool {
    indices.allSatisfy { row in
      let places = starts[row]..<starts[row + 1]
      return places.count < 2 || zip(places, places.dropFirst()).allSatisfy { elements[$0] < elements[$1] }
    }
  }

  /// The rows of the graph with every edge reversed, the ends in ascending order.
  package var reversed: AdjacencyLists {
    var entries: [(row: Int, element: Int)] = []
    entries.reserveCapacity(elementCount)
    for row in indices { for place in starts[row]..<starts[row + 1] { entries.append((elements[place], row)) } }
    return AdjacencyLists(count: count, entries)
  }
}
