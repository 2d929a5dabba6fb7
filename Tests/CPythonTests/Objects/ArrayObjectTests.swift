import CPython
import MemoryImage
import TestSupport
import Testing

/// Arrays of `array.array`: numbers and characters, and arrays whose type code or size cannot be.
struct ArrayObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let items: Address
    let descriptor: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.array
      object = heap.object(of: heap.type("array.array", basicSize: fields.size), size: fields.size)
      items = heap.allocate(16)
      for (index, number) in [Int32(-1), 2, 70_000].enumerated() { heap.write(number, at: items + 4 * index) }
      descriptor = heap.allocate(64)
      set(layout.object.ob_size, to: 3)
      set(fields.allocated, to: 4)
      set(fields.ob_item, to: items)
      set(fields.ob_descr, to: descriptor)
      describe("i", size: 4)
    }

    mutating func describe(_ code: Character, size: Int32) {
      heap.write(Int8(bitPattern: code.asciiValue ?? 0), in: heap.layout.array.typecode, of: descriptor)
      heap.write(size, in: heap.layout.array.itemsize, of: descriptor)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `an array shows its numbers, and is as large as its slots`(version: Int) throws {
    let facts = try #require(Parts(Layout.supported[version]).facts)
    #expect(facts.invalidReason == nil)
    // Without a collector's head, which arrays have since 3.10: sys.getsizeof(array("i", [-1, 2, 70000])) and a slot.
    #expect(facts.byteCount == 64 + 16)
    #expect(facts.references.isEmpty)
    #expect(facts.text == "array('i', [-1, 2, 70000])")
  }

  @Test(arguments: Layout.supported.indices)
  func `an array of characters is text, and an empty one has no items`(version: Int) throws {
    var parts = Parts(Layout.supported[version])
    parts.describe("u", size: 4)
    for (index, character) in "aé😀".unicodeScalars.enumerated() { parts.heap.write(character.value, at: parts.items + 4 * index) }
    #expect(try #require(parts.facts).text == "array('u', \"aé😀\" of 3)")
    parts.set(parts.layout.object.ob_size, to: 0)
    parts.set(parts.layout.array.ob_item, to: .null)
    let empty = try #require(parts.facts)
    #expect(empty.invalidReason == nil)
    #expect(empty.text == "array('u')")
  }

  @Test(arguments: Layout.supported.indices)
  func `an array that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    #expect(Parts.reason(layout) { $0.describe("?", size: 4) } == .invalidState)
    #expect(Parts.reason(layout) { $0.describe("i", size: 8) } == .invalidState)
    #expect(Parts.reason(layout) { $0.set(layout.object.ob_size, to: 5) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.object.ob_size, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.array.allocated, to: .max) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.array.ob_item, to: .null) } == .nullPointer)
    #expect(Parts.reason(layout) { $0.set(layout.array.ob_item, to: .unmapped) } == .unmappedItems)
    #expect(Parts.reason(layout) { $0.set(layout.array.ob_descr, to: .unmapped) } == .unmapped)
  }
}
