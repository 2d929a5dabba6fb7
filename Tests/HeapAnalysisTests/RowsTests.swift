import HeapAnalysis
import Testing

@Suite("AdjacencyLists of a graph")
struct RowsTests {
  @Test("entries of a row keep their order, rows without entries are empty")
  func entries() {
    let rows = AdjacencyLists(count: 4, [(2, "a"), (0, "b"), (2, "c")])

    #expect(rows.indices.map { Array(rows[$0]) } == [["b"], [], ["a", "c"], []])
    #expect(rows.elementCount == 3)
  }

  @Test("no rows, no entries")
  func empty() {
    let rows = AdjacencyLists<Int>(count: 0, edges: [])

    #expect(rows.indices.isEmpty)
    #expect(rows.reversed.elementCount == 0)
  }

  @Test("edges are in order, each once")
  func edges() {
    let rows = AdjacencyLists(count: 3, edges: [(1, 2), (1, 0), (1, 2), (0, 0), (1, 1), (1, 0)])

    #expect(rows.indices.map { Array(rows[$0]) } == [[0], [0, 1, 2], []])
  }

  @Test("backwards, each edge goes the other way")
  func reversed() {
    let rows = AdjacencyLists(count: 3, edges: [(0, 2), (1, 2), (2, 0), (2, 2)])

    #expect(rows.reversed.indices.map { Array(rows.reversed[$0]) } == [[2], [], [0, 1, 2]])
  }
}
