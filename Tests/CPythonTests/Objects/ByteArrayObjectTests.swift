import CPython
import MemoryImage
import TestSupport
import Testing

/// Bytearrays: a block with room for more, bytes deleted at the front, and blocks that cannot be.
struct ByteArrayObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let block: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let type = heap.type("bytearray", basicSize: layout.byteArray.size)
      object = heap.object(of: type, size: layout.byteArray.size)
      block = heap.text("abcdef")
      set(layout.object.ob_size, to: 6)
      // Since 3.15 the byte after the end is that of a `bytes`, which owns the block.
      set(layout.byteArray.ob_alloc, to: layout.byteArray.ob_bytes_object == nil ? 7 : 6)
      set(layout.byteArray.ob_bytes, to: block)
      set(layout.byteArray.ob_start, to: block)
    }
  }

  /// `sys.getsizeof(bytearray(b"abcdef"))`, and that of an empty one.
  private func sizes(_ layout: Layout) -> (whole: Int, empty: Int) { layout.version.minor < 15 ? (63, 56) : (103, 64) }

  @Test(arguments: Layout.supported.indices)
  func `a bytearray is as large as its block`(version: Int) throws {
    let layout = Layout.supported[version]
    let facts = try #require(Parts(layout).facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == sizes(layout).whole)
    #expect(facts.references.isEmpty)
    #expect(facts.text == "bytearray(b\(Array("abcdef".utf8)) of 6)")
  }

  @Test(arguments: Layout.supported.indices)
  func `bytes that were deleted at the front are not shown`(version: Int) throws {
    var parts = Parts(Layout.supported[version])
    parts.set(parts.layout.byteArray.ob_start, to: parts.block + 2)
    parts.set(parts.layout.object.ob_size, to: 4)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == sizes(parts.layout).whole)
    #expect(facts.text == "bytearray(b\(Array("cdef".utf8)) of 4)")
  }

  @Test(arguments: Layout.supported.indices)
  func `an empty bytearray needs no block`(version: Int) throws {
    var parts = Parts(Layout.supported[version])
    for field in [parts.layout.byteArray.ob_bytes, parts.layout.byteArray.ob_start] { parts.set(field, to: .null) }
    for field in [parts.layout.object.ob_size, parts.layout.byteArray.ob_alloc] { parts.set(field, to: 0) }
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == sizes(parts.layout).empty)
  }

  @Test(arguments: Layout.supported.indices)
  func `the bytes that owns the block is held`(version: Int) throws {
    var parts = Parts(Layout.supported[version])
    guard let field = parts.layout.byteArray.ob_bytes_object else { return }
    let owner = parts.heap.bytes(Array("abcdef".utf8), of: parts.heap.bytesType())
    parts.set(field, to: owner)
    #expect(try #require(parts.facts).references == [.init(owner, .held)])
  }

  @Test(arguments: Layout.supported.indices)
  func `a bytearray that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    #expect(Parts.reason(layout) { $0.set(layout.object.ob_size, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.byteArray.ob_alloc, to: 5) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.byteArray.ob_alloc, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.byteArray.ob_bytes, to: .null) } == .nullPointer)
    #expect(Parts.reason(layout) { $0.set(layout.byteArray.ob_start, to: $0.block - 8) } == .nullPointer)
    #expect(Parts.reason(layout) { $0.set(layout.byteArray.ob_start, to: Address(0x7FFF_0000_0000)) } == .unmappedItems)
  }
}
