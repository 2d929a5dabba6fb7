import CPython
import MemoryImage
import TestSupport
import Testing

/// Dicts with a table of their own, and dicts whose values are apart from keys that they share.
struct DictObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let keys: [Address]
    let values: [Address]
    let object: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let str = heap.strType()
      keys = [heap.string("one", of: str), heap.string("two", of: str)]
      values = heap.ints(2)
      object = heap.dict(zip(keys, values).map { (key: $0, value: $1) }, of: heap.dictType())
    }

    var table: Address { heap.pointer(at: object + heap.layout.dict.ma_keys.bytes) }
  }

  @Test(arguments: Layout.supported.indices)
  func `a dict refers to its keys and values`(version: Int) throws {
    let layout = Layout.supported[version]
    let parts = Parts(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    // sys.getsizeof(dict.fromkeys(range(11))), which has room for as many: the head of a table is smaller since 3.11.
    #expect(facts.byteCount == (layout.version.minor < 11 ? 640 : 632))
    #expect(facts.text == "{\(parts.keys[0]): \(parts.values[0]), \(parts.keys[1]): \(parts.values[1])}")
    for value in parts.values { #expect(facts.references.contains(.init(value, .visited))) }
    #expect(facts.references.map(\.address).filter(parts.keys.contains) == parts.keys)
  }

  @Test(arguments: Layout.supported.indices)
  func `a deleted entry is none`(version: Int) throws {
    var parts = Parts(Layout.supported[version])
    let entries = parts.table + parts.layout.dictKeys.dk_indices.bytes + 32
    parts.heap.write(.null, at: entries + 8)
    parts.heap.write(.null, at: entries + 16)
    parts.set(parts.layout.dict.ma_used, to: 1)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.text == "{\(parts.keys[1]): \(parts.values[1])}")
  }

  @Test(arguments: Layout.supported.indices)
  func `the value of a name is found`(version: Int) throws {
    let parts = Parts(Layout.supported[version])
    let inferior = parts.heap.inferior()
    let dict = try PyDictObject(at: parts.object, in: inferior)
    #expect(dict.value(forKey: "two", in: inferior) == parts.values[1])
    #expect(dict.value(forKey: "three", in: inferior) == nil)
  }

  @Test(arguments: Layout.supported.indices)
  func `shared keys are not counted`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Parts(layout)
    parts.heap.write(2, in: layout.dictKeys.dk_refcnt, of: parts.table)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == 16 + layout.dict.size)
  }

  @Test(arguments: Layout.supported.indices)
  func `a dict that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let keys = layout.dictKeys
    #expect(Parts.reason(layout) { $0.set(layout.dict.ma_used, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.dict.ma_used, to: 3) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.dict.ma_used, to: 1) } == .invalidTable)
    #expect(Parts.reason(layout) { $0.set(layout.dict.ma_keys, to: .null) } == .nullPointer)
    #expect(Parts.reason(layout) { $0.set(layout.dict.ma_keys, to: .misaligned) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.set(layout.dict.ma_keys, to: .unmapped) } == .unmappedItems)
    #expect(Parts.reason(layout) { $0.set(layout.dict.ma_values, to: .misaligned) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.heap.write(0, in: keys.dk_refcnt, of: $0.table) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.heap.write(22, in: keys.dk_nentries, of: $0.table) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.heap.write(22, in: keys.dk_usable, of: $0.table) } == .sizeOutOfRange)
    // An index of an entry that there is not.
    #expect(Parts.reason(layout) { $0.heap.write(Int8(2), at: $0.table + keys.dk_indices.bytes) } == .invalidTable)
    #expect(Parts.reason(layout) { $0.heap.write(Int8(-3), at: $0.table + keys.dk_indices.bytes) } == .invalidTable)
  }
}
