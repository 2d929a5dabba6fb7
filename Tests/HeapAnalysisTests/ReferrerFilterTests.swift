import CPython
import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

@Suite("Quick reference search")
struct ReferrerFilterTests {
  @Test("a search that rules objects out finds what one finds that walks all", arguments: Layout.supported.indices)
  func sameReferrers(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let tuple = heap.type("tuple", basicSize: 24, itemSize: 8, flags: [.ready, .tupleSubclass])
    let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    let unknown = heap.type("unknown", basicSize: 48)
    let numbers = (1...40).map { heap.int([UInt32($0)], of: int) }
    var lists: [Address] = []
    for start in stride(from: 0, to: 40, by: 3) {
      lists.append(heap.list(Array(numbers[start...].prefix(start + 1)) + lists, of: list))
      let pair = heap.object(of: tuple, size: 40)
      heap.write(2, at: pair + layout.object.ob_size.bytes)
      heap.write(numbers[start], at: pair + layout.tuple.ob_item.bytes)
      heap.write(lists[0], at: pair + layout.tuple.ob_item.bytes + 8)
      let other = heap.object(of: unknown, size: 48)
      heap.write(numbers[start], at: other + 40)
      let owner = heap.object(of: unknown, size: 48)
      let block = start % 2 == 0 ? heap.mallocChunk(48) : heap.pool(ofBlocks: 48)
      heap.write(block, at: owner + 24)
      heap.write(numbers[start], at: block + 40)
    }
    let inferior = heap.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let targets = numbers + lists + [list, tuple, int, unknown, heap.typeObject]

    let searches = targets.map { ReferenceSearch(for: [$0], limit: 5) } + [ReferenceSearch(for: targets, limit: 5)]
    var count = 0
    for search in searches {
      let quick = try search.run(in: Heap(index, of: inferior, workers: Workers(count: 2)))
      let careful = try search.run(in: Heap(index, of: inferior, workers: Workers(count: 1)), isCareful: true)
      #expect(quick.map(facts) == careful.map(facts))
      count += quick.reduce(0) { $0 + $1.count }
    }
    #expect(count > 2 * targets.count)
  }

  private func facts(_ references: ReferencesToObject) -> [String] {
    references.groups.map { group in
      "\(group.kind) \(group.count) " + group.referrers.map { "\($0.address):\($0.partCount)" }.joined(separator: " ")
    }
  }
}
