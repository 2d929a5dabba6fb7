/// Lists of elements for the numbers from 0, to which rows and elements are added in any order; see `AdjacencyLists`.
package struct GrowingAdjacencyLists<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  /// For each element the index of the next one in its row; for each row those of its first and last. -1 if there is none.
  private var next: [Int] = []
  private var ends: [(first: Int, last: Int)] = []

  /// The number of rows, and of elements in all of them.
  package var count: Int { ends.count }
  package var elementCount: Int { elements.count }

  /// Adds a row without elements.
  mutating func appendRow() { ends.append((-1, -1)) }

  /// Adds an element to an existing row.
  mutating func append(_ element: Element, to row: Int) {
    let place = elements.count
    elements.append(element)
    next.append(-1)
    if ends[row].first < 0 { ends[row].first = place } else { next[ends[row].last] = place }
    ends[row].last = place
  }

  /// The elements of one row, in the order in which they were added.
  package subscript(row: Int) -> UnfoldSequence<Element, Int> {
    sequence(state: ends[row].first) { place in
      guard place >= 0 else { return nil }
      defer { place = next[place] }
      return elements[place]
    }
  }

  /// Whether a row has no elements.
  package func isEmpty(_ row: Int) -> Bool { ends[row].first < 0 }
}
