import CPython
import MemoryImage
import TestSupport
import Testing

/// Sets: the items in the table inside the set or outside of it, deleted slots, and tables that contradict themselves.
struct SetObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let items: [Address]
    let object: Address
    let table: Address

    init(_ layout: Layout) { self.init(layout, slots: 8) }

    /// Every other slot has an item. A table of eight slots is inside the set.
    init(_ layout: Layout, slots: Int, name: String = "set") {
      heap = SyntheticHeap(layout)
      items = heap.ints(3)
      object = heap.object(of: heap.type(name, basicSize: layout.set.size, flags: [.ready, .gc]), size: layout.set.size)
      table = slots == 8 ? object + layout.set.smalltable.bytes : heap.allocate(slots * layout.set.entrySize)
      for (index, item) in items.enumerated() { put(item, hash: index + 1, at: 2 * index) }
      set(layout.set.used, to: 3)
      set(layout.set.fill, to: 3)
      set(layout.set.mask, to: slots - 1)
      set(layout.set.table, to: table)
    }

    mutating func put(_ item: Address, hash: Int, at slot: Int) {
      let fields = heap.layout.set
      heap.write(item, in: fields.entryKey, of: table + slot * fields.entrySize)
      heap.write(hash, in: fields.entryHash, of: table + slot * fields.entrySize)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a small set keeps its items in itself`(version: Int) throws {
    let parts = Parts(Layout.supported[version])
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    // sys.getsizeof({1, 2, 3})
    #expect(facts.byteCount == 216)
    #expect(facts.references == parts.items.map { .init($0, .visited) })
    #expect(facts.text == "{\(parts.items[0]), \(parts.items[1]), \(parts.items[2])}")
  }

  @Test(arguments: Layout.supported.indices)
  func `a large set has its table elsewhere`(version: Int) throws {
    let parts = Parts(Layout.supported[version], slots: 32, name: "frozenset")
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    // sys.getsizeof(frozenset(range(5)))
    #expect(facts.byteCount == 728)
    #expect(facts.text.hasPrefix("frozenset({\(parts.items[0])"))
  }

  @Test(arguments: Layout.supported.indices)
  func `a deleted slot holds no item`(version: Int) throws {
    var parts = Parts(Layout.supported[version])
    parts.put(parts.items[0], hash: -1, at: 0)
    parts.set(parts.layout.set.used, to: 2)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.references.map(\.address) == Array(parts.items.dropFirst()))
  }

  @Test(arguments: Layout.supported.indices)
  func `a set that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    #expect(Parts.reason(layout) { $0.set(layout.set.used, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.set.used, to: 4) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.set.fill, to: 9) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.set.mask, to: 6) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.set.mask, to: 1 << 41 - 1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.set.table, to: .null) } == .nullPointer)
    #expect(Parts.reason(layout) { $0.set(layout.set.table, to: .unmapped) } == .unmappedItems)
    #expect(Parts.reason(layout) { $0.put(.null, hash: 0, at: 0) } == .invalidTable)
    #expect(Parts.reason(layout) { $0.put($0.items[0], hash: 9, at: 1) } == .invalidTable)
  }
}
