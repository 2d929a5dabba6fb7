import CPython
import MemoryImage
import TestSupport
import Testing

/// Files in memory and buffers of files: `io.BytesIO`, `io.StringIO` and `io.BufferedReader`.
struct FileObjectTests {
  private struct BytesFile: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let buffer: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.bytesIO
      object = heap.object(of: heap.type("_io.BytesIO", basicSize: fields.size, flags: [.ready, .gc]), size: fields.size)
      buffer = heap.bytes(Array("abcdefgh".utf8), of: heap.bytesType())
      set(fields.buf, to: buffer)
      set(fields.string_size, to: 6)
      set(fields.pos, to: 2)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a BytesIO shows what was written of its buffer`(version: Int) throws {
    let parts = BytesFile(Layout.supported[version])
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.references.map(\.address) == [parts.buffer])
    #expect(facts.text == "_io.BytesIO size=6 position=2 {value: b\(Array("abcdef".utf8)) of 6}")
  }

  @Test(arguments: Layout.supported.indices)
  func `a BytesIO counts its buffer unless something else refers to it`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = BytesFile(layout)
    // sys.getsizeof(b"abcdefgh") is 41.
    #expect(try #require(parts.facts).byteCount == 16 + layout.bytesIO.size + 41)
    parts.heap.write(UInt32(2), at: parts.buffer + layout.object.ob_refcnt.bytes)
    #expect(try #require(parts.facts).byteCount == 16 + layout.bytesIO.size)
  }

  @Test(arguments: Layout.supported.indices)
  func `a BytesIO that cannot be is invalid`(version: Int) throws {
    let layout = Layout.supported[version]
    #expect(BytesFile.reason(layout) { $0.set(layout.bytesIO.string_size, to: -1) } == .sizeOutOfRange)
    #expect(BytesFile.reason(layout) { $0.set(layout.bytesIO.pos, to: -1) } == .sizeOutOfRange)
    #expect(BytesFile.reason(layout) { $0.set(layout.bytesIO.buf, to: $0.object) } == .wrongReferentType)
    var closed = BytesFile(layout)
    closed.set(layout.bytesIO.buf, to: .null)
    #expect(closed.facts?.invalidReason == nil)
    #expect(closed.facts?.text == "_io.BytesIO closed")
  }

  private struct TextFile: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let buffer: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.stringIO
      object = heap.object(of: heap.type("_io.StringIO", basicSize: fields.size, flags: [.ready, .gc]), size: fields.size)
      buffer = heap.allocate(32)
      for (index, character) in "aé😀xyz".unicodeScalars.enumerated() { heap.write(character.value, at: buffer + 4 * index) }
      set(fields.buf, to: buffer)
      set(fields.buf_size, to: 8)
      set(fields.string_size, to: 4)
      set(fields.pos, to: 1)
      set(fields.state, to: 1)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a StringIO shows the characters of its array`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = TextFile(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == 16 + layout.stringIO.size)
    #expect(facts.text == "_io.StringIO size=4 position=1 {value: \"aé😀x\" of 4}")
    parts.set(layout.stringIO.closed, to: 1)
    #expect(try #require(parts.facts).text == "_io.StringIO closed")
  }

  @Test(arguments: Layout.supported.indices)
  func `a StringIO that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let fields = layout.stringIO
    #expect(TextFile.reason(layout) { $0.set(fields.pos, to: -1) } == .sizeOutOfRange)
    #expect(TextFile.reason(layout) { $0.set(fields.string_size, to: -1) } == .sizeOutOfRange)
    #expect(TextFile.reason(layout) { $0.set(fields.buf_size, to: .max) } == .sizeOutOfRange)
    #expect(TextFile.reason(layout) { $0.set(fields.state, to: 3) } == .invalidState)
    #expect(TextFile.reason(layout) { $0.set(fields.closed, to: 2) } == .invalidState)
    #expect(TextFile.reason(layout) { $0.set(fields.buf, to: .misaligned) } == .misalignedPointer)
    #expect(TextFile.reason(layout) { $0.set(fields.buf, to: .unmapped) } == .unmappedItems)
  }

  private struct Reader: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let raw: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.buffered
      let type = heap.type("_io.BufferedReader", basicSize: fields.size, flags: [.ready, .gc])
      object = heap.object(of: type, size: fields.size)
      raw = heap.ints(1)[0]
      set(fields.raw, to: raw)
      set(fields.buffer, to: heap.allocate(8192))
      set(fields.buffer_size, to: 8192)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a buffered file is as large as its buffer, until it is closed`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Reader(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == 16 + layout.buffered.size + 8192)
    #expect(facts.references == [.init(parts.raw, .visited)])
    #expect(facts.text.contains("{raw: \(parts.raw), buffer_size: 8192}"))
    parts.set(layout.buffered.buffer, to: .null)
    #expect(try #require(parts.facts).byteCount == 16 + layout.buffered.size)
    #expect(parts.facts?.invalidReason == nil)
  }

  @Test(arguments: Layout.supported.indices)
  func `a buffered file that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    #expect(Reader.reason(layout) { $0.set(layout.buffered.buffer_size, to: -1) } == .sizeOutOfRange)
    #expect(Reader.reason(layout) { $0.set(layout.buffered.raw, to: .misaligned) } == .misalignedPointer)
    #expect(Reader.reason(layout) { $0.set(layout.buffered.buffer, to: .unmapped) } == .unmappedItems)
  }
}
