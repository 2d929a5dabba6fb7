import MemoryImage
import Testing

struct ConcurrentMapTests {
  @Test(arguments: [1, 2, 3, 16])
  func `results come in the order of their index`(threadCount: Int) {
    let results = concurrentMap(count: 1000, threadCount: threadCount) { index in
      // Early indices take longest.
      (0..<((1000 - index) * 10)).reduce(0, &+) &* 0 &+ index
    }

    #expect(results == Array(0..<1000))
  }

  @Test func `no work has no results`() {
    #expect(concurrentMap(count: 0, threadCount: 4) { $0 } == [])
    #expect(concurrentMap(count: -1, threadCount: 4) { $0 } == [])
  }

  @Test func `results that own memory are kept`() {
    let results = concurrentMap(count: 100, threadCount: 4) { index in [Int](repeating: index, count: index) }

    #expect(results.map(\.count) == Array(0..<100))
  }
}
