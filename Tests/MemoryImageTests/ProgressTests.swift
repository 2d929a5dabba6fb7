import MemoryImage
import Synchronization
import Testing

struct ProgressTests {
  @Test func `work is added up and reported with its total`() {
    let reports = Mutex<[Int]>([])
    let progress = Progress(total: 10) { done, total in reports.withLock { $0 += [done, total ?? 0] } }
    progress.add(3)
    progress.add(4)
    #expect(progress.byteCount == 7 && reports.withLock { $0 } == [3, 10, 7, 10])
  }

  @Test(arguments: [1, 2, 8])
  func `cancelled work ends soon, and has no result`(count: Int) throws {
    let workers = Workers(count: count)
    let begun = Atomic(0)
    #expect(throws: Cancellation.self) {
      try workers.map(count: 1000) { number in
        begun.wrappingAdd(1, ordering: .relaxed)
        if number == 5 { workers.progress.cancel() }
        return number
      }
    }
    #expect(workers.progress.isCancelled && begun.load(ordering: .relaxed) <= 1000)
    #expect(count > 1 || begun.load(ordering: .relaxed) == 6)
    #expect(try Workers(count: count).map(count: 100) { $0 } == Array(0..<100))
  }
}
