import CPython
import MemoryImage
import TestSupport
import Testing

/// Picklers and unpicklers: the tables of what they have written or read.
struct PickleObjectTests {
  private struct Pickler: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let memo: Address
    let seen: Address
    let output: Address

    /// A table with room for four entries, one of which is in use.
    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.pickler
      object = heap.object(of: heap.type("_pickle.Pickler", basicSize: fields.size, flags: [.ready, .gc]), size: fields.size)
      seen = heap.ints(1)[0]
      output = heap.bytes([1, 2, 3], of: heap.bytesType())
      memo = heap.allocate(fields.memoSize)
      let table = heap.allocate(4 * fields.memoEntrySize)
      heap.write(4, in: fields.mt_allocated, of: memo)
      heap.write(table, in: fields.mt_table, of: memo)
      heap.write(seen, in: fields.me_key, of: table + 2 * fields.memoEntrySize)
      set(fields.memo, to: memo)
      set(fields.output_buffer, to: output)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a pickler is as large as its table and its output`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Pickler(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    // sys.getsizeof(b"123") is 36.
    let table = layout.pickler.memoSize + 4 * 16
    #expect(facts.byteCount == 16 + layout.pickler.size + table + 36)
    #expect(facts.references == [.init(parts.output, .held), .init(parts.seen, layout.pickler.memoKind)])
    parts.set(layout.pickler.output_buffer, to: parts.object)
    #expect(try #require(parts.facts).byteCount == 16 + layout.pickler.size + table)
    parts.set(layout.pickler.memo, to: .null)
    #expect(try #require(parts.facts).byteCount == 16 + layout.pickler.size)
  }

  @Test(arguments: Layout.supported.indices)
  func `a pickler whose table cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let fields = layout.pickler
    #expect(Pickler.reason(layout) { $0.set(fields.memo, to: .misaligned) } == .misalignedPointer)
    #expect(Pickler.reason(layout) { $0.set(fields.memo, to: .unmapped) } == .unmapped)
    #expect(Pickler.reason(layout) { $0.heap.write(-1, in: fields.mt_allocated, of: $0.memo) } == .unmapped)
    #expect(Pickler.reason(layout) { $0.heap.write(1 << 32, in: fields.mt_allocated, of: $0.memo) } == .unmapped)
    #expect(Pickler.reason(layout) { $0.heap.write(1 << 20, in: fields.mt_allocated, of: $0.memo) } == .unmappedItems)
    #expect(Pickler.reason(layout) { $0.heap.write(.unmapped, in: fields.mt_table, of: $0.memo) } == .unmappedItems)
  }

  private struct Unpickler: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let items: [Address]

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.unpickler
      let type = heap.type("_pickle.Unpickler", basicSize: fields.size, flags: [.ready, .gc])
      object = heap.object(of: type, size: fields.size)
      items = heap.ints(2)
      set(fields.memo, to: heap.words([items[0], .null, items[1], .null]))
      set(fields.memo_size, to: 4)
      set(fields.marks, to: heap.allocate(3 * 8))
      set(fields.marks_size, to: 3)
      set(fields.encoding, to: heap.text("ASCII"))
      set(fields.errors, to: heap.text("strict"))
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `an unpickler is as large as its arrays and its texts`(version: Int) throws {
    let layout = Layout.supported[version]
    let parts = Unpickler(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == 16 + layout.unpickler.size + 4 * 8 + 3 * 8 + 6 + 7)
    #expect(facts.references == parts.items.map { .init($0, layout.unpickler.memoKind) })
  }

  @Test(arguments: Layout.supported.indices)
  func `an unpickler whose arrays cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let fields = layout.unpickler
    #expect(Unpickler.reason(layout) { $0.set(fields.memo_size, to: -1) } == .sizeOutOfRange)
    #expect(Unpickler.reason(layout) { $0.set(fields.memo_size, to: 1 << 40) } == .sizeOutOfRange)
    #expect(Unpickler.reason(layout) { $0.set(fields.marks_size, to: -1) } == .sizeOutOfRange)
    #expect(Unpickler.reason(layout) { $0.set(fields.memo, to: .misaligned) } == .misalignedPointer)
    #expect(Unpickler.reason(layout) { $0.set(fields.stack, to: .misaligned) } == .misalignedPointer)
    #expect(Unpickler.reason(layout) { $0.set(fields.memo, to: .unmapped) } == .unmappedItems)
  }
}
