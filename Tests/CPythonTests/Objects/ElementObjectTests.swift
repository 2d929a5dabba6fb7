import CPython
import MemoryImage
import TestSupport
import Testing

/// Elements of `xml.etree`: children in the element's own room and elsewhere, and texts that are still to be joined.
struct ElementObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let extra: Address
    let texts: [Address]
    let attributes: Address
    let children: [Address]

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.element
      let type = heap.type("xml.etree.ElementTree.Element", basicSize: fields.size, flags: [.ready, .gc])
      object = heap.object(of: type, size: fields.size)
      let str = heap.strType()
      texts = [heap.string("tag", of: str), heap.string("text", of: str), heap.string("tail", of: str)]
      attributes = heap.dict([], of: heap.dictType())
      children = heap.ints(2)
      extra = heap.allocate(fields.extraSize)
      set(fields.tag, to: texts[0])
      set(fields.text, to: texts[1])
      // The lowest bit says that it is to be joined.
      set(fields.tail, to: texts[2] + 1)
      set(fields.extra, to: extra)
      heap.write(attributes, in: fields.attrib, of: extra)
      heap.write(2, in: fields.length, of: extra)
      heap.write(4, in: fields.allocated, of: extra)
      heap.write(extra + fields.ownChildren.bytes, in: fields.children, of: extra)
      for (index, child) in children.enumerated() { heap.write(child, at: extra + fields.ownChildren.bytes + 8 * index) }
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `an element refers to its texts, attributes and children`(version: Int) throws {
    let parts = Parts(Layout.supported[version])
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.references == (parts.texts + [parts.attributes] + parts.children).map { .init($0, .visited) })
    #expect(
      facts.text == "Element 'tag' {text: \(parts.texts[1]), tail: \(parts.texts[2]), attrib: \(parts.attributes), "
        + "[0]: \(parts.children[0]), [1]: \(parts.children[1])}")
  }

  @Test(arguments: Layout.supported.indices)
  func `children elsewhere are counted, and a bare element has none`(version: Int) throws {
    let layout = Layout.supported[version]
    let fields = layout.element
    var parts = Parts(layout)
    let inside = try #require(parts.facts).byteCount
    #expect(inside == 16 + fields.size + fields.extraSize)
    let array = parts.heap.words(parts.children + [.null, .null])
    parts.heap.write(array, in: fields.children, of: parts.extra)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == inside + 4 * 8)
    parts.set(fields.extra, to: .null)
    #expect(try #require(parts.facts).byteCount == 16 + fields.size)
    #expect(parts.facts?.invalidReason == nil)
  }

  @Test(arguments: Layout.supported.indices)
  func `an element that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let fields = layout.element
    #expect(Parts.reason(layout) { $0.set(fields.extra, to: .misaligned) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.set(fields.tag, to: .misaligned) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.set(fields.extra, to: .unmapped) } == .unmapped)
    #expect(Parts.reason(layout) { $0.heap.write(-1, in: fields.length, of: $0.extra) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.heap.write(5, in: fields.length, of: $0.extra) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.heap.write(1 << 32, in: fields.allocated, of: $0.extra) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.heap.write(.unmapped, in: fields.children, of: $0.extra) } == .unmappedItems)
  }
}
