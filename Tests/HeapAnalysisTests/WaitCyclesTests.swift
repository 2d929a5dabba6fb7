import HeapAnalysis
import Testing

@Suite("Cycles of waiting")
struct WaitCyclesTests {
  @Test("a chain to something that waits for nothing has no cycle")
  func chain() {
    #expect(WaitCycles(awaits: graph([[1], [2], []])).cycles.isEmpty)
  }

  @Test("a cycle is told once, from its lowest node, in the order of waiting")
  func cycle() {
    // 0 waits for the cycle and is not in it.
    #expect(WaitCycles(awaits: graph([[2], [3], [1], [2]])).cycles == [[1, 3, 2]])
  }

  @Test("who waits for itself is a cycle")
  func loop() {
    #expect(WaitCycles(awaits: graph([[], [1]])).cycles == [[1]])
  }

  @Test("who needs all is stuck by one of them")
  func all() {
    #expect(WaitCycles(awaits: graph([[1, 2], [0], []])).cycles == [[0, 1]])
  }

  @Test("who needs one is not stuck as long as another can come")
  func one() {
    #expect(WaitCycles(awaits: graph([[1, 2], [0], []]), needsOne: { $0 == 0 }).cycles.isEmpty)
    #expect(WaitCycles(awaits: graph([[1, 2], [0], [0]]), needsOne: { $0 == 0 }).cycles == [[0, 1]])
  }

  @Test("two cycles are two")
  func two() {
    #expect(WaitCycles(awaits: graph([[1], [0], [3], [2]])).cycles == [[0, 1], [2, 3]])
  }

  @Test("a cycle of a hundred thousand is found")
  func long() {
    let count = 100_000
    let cycles = WaitCycles(awaits: graph((0..<count).map { [($0 + 1) % count] })).cycles

    #expect(cycles.count == 1)
    #expect(cycles.first?.count == count)
  }

  /// The edges of a graph, each node's list by its number.
  private func graph(_ awaits: [[Int]]) -> AdjacencyLists<Int> {
    AdjacencyLists(count: awaits.count, edges: awaits.enumerated().flatMap { from, ends in ends.map { (from, $0) } })
  }
}
