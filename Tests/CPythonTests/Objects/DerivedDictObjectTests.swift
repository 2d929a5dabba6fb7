import CPython
import MemoryImage
import TestSupport
import Testing

/// `collections.OrderedDict` and `collections.defaultdict`: dicts with more than a dict has.
struct DerivedDictObjectTests {
  private struct Ordered: ObjectParts {
    var heap: SyntheticHeap
    let keys: [Address]
    let values: [Address]
    let object: Address
    let nodes: [Address]

    /// The list of keys is in the opposite order of the dict.
    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.orderedDict
      let str = heap.strType()
      keys = [heap.string("one", of: str), heap.string("two", of: str)]
      values = heap.ints(2)
      let plain = heap.dict(zip(keys, values).map { (key: $0, value: $1) }, of: heap.dictType())
      let table = heap.pointer(at: plain + layout.dict.ma_keys.bytes)
      object = heap.object(of: heap.dictType("collections.OrderedDict", size: fields.size), size: fields.size)
      nodes = [heap.allocate(fields.nodeSize), heap.allocate(fields.nodeSize)]
      set(layout.dict.ma_used, to: 2)
      set(layout.dict.ma_keys, to: table)
      for (node, key) in zip(nodes, keys) { heap.write(key, in: fields.key, of: node) }
      heap.write(nodes[0], in: fields.next, of: nodes[1])
      heap.write(nodes[1], in: fields.prev, of: nodes[0])
      set(fields.od_first, to: nodes[1])
      set(fields.od_last, to: nodes[0])
      set(fields.od_fast_nodes_size, to: 32)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `an OrderedDict is in the order of its own list`(version: Int) throws {
    let layout = Layout.supported[version]
    let parts = Ordered(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.text == "OrderedDict({\(parts.keys[1]): \(parts.values[1]), \(parts.keys[0]): \(parts.values[0])})")
    #expect(Array(facts.references.prefix(2)) == parts.keys.reversed().map { .init($0, .visited) })
    for value in parts.values { #expect(facts.references.contains(.init(value, .visited))) }
  }

  @Test(arguments: Layout.supported.indices)
  func `an OrderedDict is as large as its dict, its nodes and the table of these`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Ordered(layout)
    let whole = try #require(parts.facts).byteCount
    parts.set(layout.orderedDict.od_fast_nodes_size, to: 0)
    #expect(try #require(parts.facts).byteCount == whole - 32 * 8)
    for field in [layout.orderedDict.od_first, layout.orderedDict.od_last] { parts.set(field, to: .null) }
    // Two nodes of four words: key, hash, and the links.
    #expect(try #require(parts.facts).byteCount == whole - 32 * 8 - 2 * 32)
  }

  @Test(arguments: Layout.supported.indices)
  func `an OrderedDict whose list does not hold together is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let fields = layout.orderedDict
    #expect(Ordered.reason(layout) { $0.set(layout.dict.ma_used, to: -1) } == .sizeOutOfRange)
    #expect(Ordered.reason(layout) { $0.set(fields.od_fast_nodes_size, to: -1) } == .sizeOutOfRange)
    #expect(Ordered.reason(layout) { $0.set(fields.od_fast_nodes_size, to: 1 << 40) } == .sizeOutOfRange)
    #expect(Ordered.reason(layout) { $0.set(fields.od_first, to: .null) } == .nullPointer)
    #expect(Ordered.reason(layout) { $0.set(fields.od_last, to: .misaligned) } == .misalignedPointer)
    #expect(Ordered.reason(layout) { $0.set(fields.od_last, to: $0.nodes[1]) } == .invalidTable)
    #expect(Ordered.reason(layout) { $0.heap.write(.null, in: fields.prev, of: $0.nodes[0]) } == .invalidTable)
    #expect(Ordered.reason(layout) { $0.heap.write($0.nodes[1], in: fields.next, of: $0.nodes[1]) } == .invalidTable)
  }

  private struct Default: ObjectParts {
    var heap: SyntheticHeap
    let key: Address
    let value: Address
    let factory: Address
    let object: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      key = heap.string("key", of: heap.strType())
      value = heap.ints(1)[0]
      factory = heap.listType()
      let plain = heap.dict([(key: key, value: value)], of: heap.dictType())
      let table = heap.pointer(at: plain + layout.dict.ma_keys.bytes)
      let size = layout.defaultDict.size
      object = heap.object(of: heap.dictType("collections.defaultdict", size: size), size: size)
      set(layout.dict.ma_used, to: 1)
      set(layout.dict.ma_keys, to: table)
      set(layout.defaultDict.default_factory, to: factory)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a defaultdict shows and refers to what makes its values`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Default(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.text == "defaultdict(<class 'list'>, {\(parts.key): \(parts.value)})")
    #expect(facts.references.first == .init(parts.factory, .visited))
    #expect(facts.references.contains(.init(parts.value, .visited)))
    parts.set(layout.defaultDict.default_factory, to: .null)
    #expect(try #require(parts.facts).text == "defaultdict(None, {\(parts.key): \(parts.value)})")
  }

  @Test(arguments: Layout.supported.indices)
  func `a defaultdict that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    #expect(Default.reason(layout) { $0.set(layout.defaultDict.default_factory, to: .misaligned) } == .misalignedPointer)
    #expect(Default.reason(layout) { $0.set(layout.dict.ma_used, to: 2) } == .sizeOutOfRange)
  }
}
