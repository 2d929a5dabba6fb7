import CPython
import MemoryImage
import TestSupport
import Testing

/// Decimals: words of 19 digits, exponents, what is no number, and words that cannot be.
struct DecimalObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let data: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.decimal
      object = heap.object(of: heap.type("decimal.Decimal", basicSize: fields.size), size: fields.size)
      data = heap.allocate(32)
      set(fields.data, to: data)
      set(fields.alloc, to: 4)
      number([12345], exponent: -2)
    }

    mutating func number(_ words: [UInt64], exponent: Int, flags: UInt8 = 0) {
      for (index, word) in words.enumerated() { heap.write(word, at: data + 8 * index) }
      set(heap.layout.decimal.len, to: words.count)
      set(heap.layout.decimal.digits, to: words.map { String($0).count }.reduce(0, +))
      set(heap.layout.decimal.exp, to: exponent)
      set(heap.layout.decimal.flags, to: flags)
    }
  }

  /// As `str` writes them.
  @Test(
    arguments: Layout.supported.indices,
    [
      ([12345], -2, 0, "123.45"), ([12345], 0, 1, "-12345"), ([12345], 3, 0, "1.2345E+7"), ([5], -7, 0, "5E-7"),
      ([5], -6, 0, "0.000005"), ([7, 1], 0, 0, "10000000000000000007"), ([0], 0, 0, "0"), ([0], 0, 2, "Infinity"),
      ([0], 0, 3, "-Infinity"), ([0], 0, 4, "NaN"), ([12], 0, 8, "sNaN12"),
    ] as [([UInt64], Int, UInt8, String)])
  func `a decimal is written as Python writes it`(
    version: Int, number: (words: [UInt64], exponent: Int, flags: UInt8, text: String)
  ) throws {
    var parts = Parts(Layout.supported[version])
    parts.number(number.words, exponent: number.exponent, flags: number.flags)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.text == "Decimal('\(number.text)')")
  }

  @Test(arguments: Layout.supported.indices)
  func `digits in a block of their own are counted`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Parts(layout)
    #expect(try #require(parts.facts).byteCount == layout.decimal.size + 4 * 8)
    // MPD_STATIC_DATA: the digits are in the object. Before the collector's head of 3.15, sys.getsizeof(Decimal("123.45")) is 104.
    parts.number([12345], exponent: -2, flags: 0x40)
    #expect(try #require(parts.facts).byteCount == 104)
  }

  @Test(arguments: Layout.supported.indices)
  func `a decimal that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let fields = layout.decimal
    #expect(Parts.reason(layout) { $0.set(fields.len, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(fields.len, to: 5) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(fields.alloc, to: .max) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(fields.digits, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(fields.data, to: .null) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.set(fields.data, to: .unmapped) } == .unmappedItems)
    #expect(Parts.reason(layout) { $0.number([10_000_000_000_000_000_000], exponent: 0) } == .invalidData)
    #expect(Parts.reason(layout) { $0.set(fields.len, to: 0) } == .invalidData)
  }
}
