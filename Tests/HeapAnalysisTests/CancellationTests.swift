import MemoryImage
import TestSupport
import Testing

@testable import CPython
@testable import HeapAnalysis

struct CancellationTests {
  @Test func `every analysis of the whole heap can be cancelled`() throws {
    var heap = SyntheticHeap(.cpython3_14)
    let list = heap.type("list", basicSize: Layout.cpython3_14.list.size, flags: [.ready, .listSubclass])
    let object = heap.list([], of: list)
    let inferior = heap.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 2)).scan()
    let workers = Workers(count: 2)
    workers.progress.cancel()
    let cancelled = Heap(index, of: inferior, workers: workers)

    #expect(throws: Cancellation.self) { try HeapScanner(inferior, workers: workers).scan() }
    #expect(throws: Cancellation.self) { try ReferenceSearch(for: [object], limit: 1).run(in: cancelled) }
    #expect(throws: Cancellation.self) { try LayoutValidation.run(typeNumbers: nil, in: cancelled) }
    #expect(throws: Cancellation.self) { try SuspendedList(in: cancelled) }
    #expect(throws: Cancellation.self) { try LiveExceptions(in: cancelled) }
    #expect(throws: Cancellation.self) { try AsyncTaskGraph(in: cancelled) }
    #expect(throws: Cancellation.self) { try cancelled.keepReferences(identity: [1]) { _ in } }
    #expect(throws: Cancellation.self) { try MemorySearch(for: [1]).run(in: inferior.addressSpace, workers: workers) }
  }
}
