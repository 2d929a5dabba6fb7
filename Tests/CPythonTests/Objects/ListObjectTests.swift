import CPython
import MemoryImage
import TestSupport
import Testing

/// Lists: their items, the slots that they keep, and lists that cannot be.
struct ListObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let items: [Address]
    let object: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      items = heap.ints(3)
      object = heap.list(items, of: heap.listType())
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a list refers to its items, and is as large as its slots`(version: Int) throws {
    var parts = Parts(Layout.supported[version])
    let whole = try #require(parts.facts)
    #expect(whole.invalidReason == nil)
    // sys.getsizeof([1, 2, 3]) where there is room for no more.
    #expect(whole.byteCount == 80)
    #expect(whole.references == parts.items.map { .init($0, .visited) })
    #expect(whole.text == "[\(parts.items[0]), \(parts.items[1]), \(parts.items[2])]")

    parts.set(parts.layout.object.ob_size, to: 2)
    let shorter = try #require(parts.facts)
    #expect(shorter.invalidReason == nil)
    #expect(shorter.byteCount == 80)
    #expect(shorter.references.map(\.address) == Array(parts.items.prefix(2)))
  }

  @Test(arguments: Layout.supported.indices)
  func `a list that is being sorted has lent its items away`(version: Int) throws {
    var parts = Parts(Layout.supported[version])
    parts.set(parts.layout.object.ob_size, to: 0)
    parts.set(parts.layout.list.allocated, to: -1)
    parts.set(parts.layout.list.ob_item, to: .null)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.references.isEmpty)
    #expect(facts.text == "[]")
  }

  @Test(arguments: Layout.supported.indices)
  func `a list that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    #expect(Parts.reason(layout) { $0.set(layout.object.ob_size, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.object.ob_size, to: 4) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.list.allocated, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.list.allocated, to: .max) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.list.allocated, to: 1 << 40) } == .unmappedItems)
    #expect(Parts.reason(layout) { $0.set(layout.list.ob_item, to: .null) } == .nullPointer)
    #expect(Parts.reason(layout) { $0.set(layout.list.ob_item, to: .misaligned) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.set(layout.list.ob_item, to: .unmapped) } == .unmappedItems)
  }
}
