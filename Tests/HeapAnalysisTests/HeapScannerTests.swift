import CPython
import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

@Suite("Heap scanner")
struct HeapScannerTests {
  private func heap(_ layout: Layout) -> (SyntheticHeap, list: Address, int: Address) {
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    return (heap, list, int)
  }

  @Test("every object put in is found, and nothing else", arguments: Layout.supported.indices)
  func findsAll(version: Int) throws {
    var (heap, list, int) = heap(Layout.supported[version])
    let numbers = (1...100).map { heap.int([UInt32($0)], of: int) }
    let holder = heap.list(numbers, of: list)

    let inferior = heap.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 2)).scan()

    #expect(index.contains(holder) && numbers.allSatisfy(index.contains))
    #expect(index.objectCount == 100 + 1 + 4, "numbers, list, types")
    #expect(!index.contains(holder + 16))
  }

  @Test("an object without references is no object", arguments: Layout.supported.indices)
  func dropsFreed(version: Int) throws {
    var (heap, _, int) = heap(Layout.supported[version])
    let freed = heap.int([7], of: int)
    let before = try HeapScanner(heap.inferior(), workers: Workers(count: 1)).scan()
    heap.write(UInt64(0), at: freed)

    let index = try HeapScanner(heap.inferior(), workers: Workers(count: 1)).scan()

    #expect(before.contains(freed) && !index.contains(freed))
    #expect(index.dropped[.invalidReferenceCount, default: 0] == before.dropped[.invalidReferenceCount, default: 0] + 1)
  }

  @Test("an immortal object whose count ran over is alive", arguments: Layout.supported.indices)
  func countsThatRanOver(version: Int) throws {
    let layout = Layout.supported[version]
    var (heap, _, int) = heap(layout)
    let immortal: UInt64 = layout.object.referenceCount == .lowHalfBesideFlags ? 0xC000_0000 : 0xFFFF_FFFF
    let counts: [UInt64] = [immortal, immortal - 24, immortal + 24, 0x1_0000_0000, 0x1_8000_0000]
    let numbers = counts.map { count in
      let number = heap.int([7], of: int)
      heap.write(count, at: number)
      return number
    }

    let index = try HeapScanner(heap.inferior(), workers: Workers(count: 1)).scan()

    let isCounted = layout.object.referenceCount == .wholeWord
    #expect(numbers.map(index.contains) == counts.map { !isCounted || $0 <= 1 << 31 })
    #expect(Liveness.referenceCount(immortal + 24, rule: .lowHalf) == nil)
  }

  @Test("sizes are those of sys.getsizeof", arguments: Layout.supported.indices)
  func sizes(version: Int) throws {
    let layout = Layout.supported[version]
    var (heap, list, int) = heap(layout)
    let big = heap.int([1, 2, 3], of: int)
    let holder = heap.list([big, big], of: list)

    let inferior = heap.inferior()

    let header = try #require(inferior.object(at: big))
    #expect(header.byteCount(in: inferior) == layout.long.ob_digit.bytes + 12)
    #expect(inferior.object(at: holder)?.byteCount(in: inferior) == layout.list.size + 16)
  }

  @Test("a list of 2 to the 60 items is invalid, and one being sorted is not", arguments: Layout.supported.indices)
  func hostileAndSortedLists(version: Int) {
    let layout = Layout.supported[version]
    var (heap, list, _) = heap(layout)
    let hostile = heap.list([], of: list)
    heap.write(1 << 60, at: hostile + layout.object.ob_size.bytes)
    heap.write(1 << 60, at: hostile + layout.list.allocated.bytes)
    let sorted = heap.list([], of: list)
    heap.write(-1, at: sorted + layout.list.allocated.bytes)

    let inferior = heap.inferior()

    #expect(LayoutValidation.reason(of: hostile, inferior: inferior) == .sizeOutOfRange)
    #expect(LayoutValidation.reason(of: sorted, inferior: inferior) == nil)
  }

  @Test("the result does not depend on the number of threads", arguments: [2, 3, 8])
  func threads(count: Int) throws {
    var (heap, list, int) = heap(.cpython3_10)
    // More pieces of memory than threads, each with objects that are live and some that are not.
    for piece in 0..<4 {
      for round in 0..<200 {
        let number = heap.int([UInt32(round + 1)], of: int)
        if round % 8 == piece { heap.write(UInt64(0), at: number) }
        _ = heap.list([number], of: list)
      }
      _ = heap.allocate(4 << 20)
    }
    let inferior = heap.inferior()

    let one = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let many = try HeapScanner(inferior, workers: Workers(count: count)).scan()

    #expect(one.objectCount == 1504 && one.dropped[.invalidReferenceCount, default: 0] >= 100)
    #expect(many.addresses == one.addresses && many.dropped == one.dropped && many.byteCount == one.byteCount)
    let difference = zip(kept(many, of: inferior), kept(one, of: inferior)).enumerated().first { $1.0 != $1.1 }?.offset
    #expect(difference == nil)
  }

  /// The whole content of an index, as the bytes of a file.
  private func kept(_ index: ObjectIndex, of inferior: Inferior) -> [UInt8] {
    var bytes: [UInt8] = []
    index.keep(identity: [], of: inferior) { unsafe $0.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) } }
    return bytes
  }
}
