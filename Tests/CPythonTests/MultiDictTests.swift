import CPython
import MemoryImage
import TestSupport
import Testing

/// The sizes of multidicts whose table is consistent, and of those whose table is not.
struct MultiDictTests {
  /// A `MultiDict` of a release since 7.1, with one entry in a table of eight slots.
  private struct Parts {
    var heap = SyntheticHeap(.cpython3_13)
    let object: Address
    let keys: Address
    let key: Address

    init() {
      let layout = heap.layout
      let type = heap.type("multidict._multidict.MultiDict", basicSize: 64)
      let str = heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
      key = heap.string("key", of: str)
      heap.write(77, at: key + layout.unicode.hash.bytes)
      keys = heap.allocate(32 + 8 + 5 * 32)
      object = heap.object(of: type, size: 64)
      heap.write(keys, at: object + 24)
      heap.write(1, at: object + 40)
      heap.write(UInt8(3), at: keys)
      heap.write(UInt8(3), at: keys + 1)
      heap.write(4, at: keys + 8)
      heap.write(1, at: keys + 16)
      heap.write(UInt64(0xFFFF_FFFF_FFFF_FF00), at: keys + 32)
      write(entry: [key, key, key, Address(77)])
    }

    mutating func write(entry: [Address]) {
      for (index, word) in entry.enumerated() { heap.write(word, at: keys + 40 + 8 * index) }
    }

    /// The size and whether it is basic.
    func size() throws -> (Int, Bool) {
      let inferior = heap.inferior()
      let header = try #require(inferior.object(at: object))
      #expect(header.invalidReason(in: inferior) == nil)
      var sizes = TypeSizes(inferior)
      return (header.byteCount(in: inferior), sizes.isBasic(header))
    }
  }

  @Test func `a table is counted with the entries of its kind`() throws {
    var parts = Parts()
    #expect(try parts.size() == (64 + 32 + 8 + 5 * 32, false))
    parts.heap.write(UInt8(1), at: parts.keys + 2)
    parts.write(entry: [parts.key, parts.key, .null, .null])
    #expect(try parts.size() == (64 + 32 + 8 + 5 * 16, false))
  }

  @Test func `the highest bit of a hash is the table's own`() throws {
    var parts = Parts()
    parts.heap.write(UInt64(1) << 63 | 77, at: parts.keys + 40 + 24)
    #expect(try parts.size() == (64 + 32 + 8 + 5 * 32, false))
  }

  /// What is where in the table, and what it is replaced by.
  @Test(
    arguments: [
      (0, 0x0341), (0, 0x0403), (0, 0xFF_0303), (8, 5), (8, UInt64.max), (16, 6), (16, 0), (24, 8), (32, 5), (40 + 24, 78),
      (40 + 16, 0x10),
    ] as [(Int, UInt64)])
  func `a table that does not hold together leaves the size basic`(offset: Int, word: UInt64) throws {
    var parts = Parts()
    parts.heap.write(word, at: parts.keys + offset)
    #expect(try parts.size() == (64, true))
  }

  @Test(arguments: [0, 4, 0x7000_0000_0000, UInt64.max - 7])
  func `a table that is not there leaves the size basic`(address: UInt64) throws {
    var parts = Parts()
    parts.heap.write(address, at: parts.object + 24)
    #expect(try parts.size() == (64, true))
  }

  @Test func `a structure of another size is not known`() throws {
    var heap = SyntheticHeap(.cpython3_13)
    let type = heap.type("multidict._multidict.MultiDict", basicSize: 80)
    let object = heap.object(of: type, size: 80)
    let inferior = heap.inferior()
    let header = try #require(inferior.object(at: object))
    var sizes = TypeSizes(inferior)
    let isBasic = sizes.isBasic(header)
    #expect(isBasic)
    #expect(header.byteCount(in: inferior) == 80)
  }
}
