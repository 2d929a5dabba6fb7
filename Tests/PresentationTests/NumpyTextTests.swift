import CPython
import MemoryImage
import Presentation
import TestSupport
import Testing

/// Arrays, dtypes and scalars of both generations of NumPy, as its own `repr` and `str` write their values.
struct NumpyTextTests {
  private func heap(_ generation: Int) throws -> NumpyHeap {
    try #require(NumpyHeap(generation == 1 ? .cpython3_8 : .cpython3_13, generation: generation))
  }

  /// The text without the address.
  private func text(_ address: Address, in numpy: NumpyHeap) -> String {
    let text = ObjectPrinter(numpy.heap.inferior(), options: PrintingOptions()).text(of: address)
    return text.replacing("@\(address)", with: "")
  }

  @Test(arguments: [1, 2])
  func `an array tells its type, shape and first items`(generation: Int) throws {
    var numpy = try heap(generation)
    let double = numpy.descriptor("float64", kind: "f", size: 8)
    let data = numpy.data([1.5, -2, 0, 1e300, .infinity, 0.25].map(\.bitPattern))
    let whole = numpy.array(double, shape: [2, 3], strides: [24, 8], data: data)
    let view = numpy.array(double, shape: [3], strides: [16], data: data, base: whole)
    let backwards = numpy.array(double, shape: [2], strides: [-8], data: data + 8, base: whole)
    let scalar = numpy.array(double, shape: [], strides: [], data: data)
    let none = numpy.array(double, shape: [0, 5], strides: [40, 8], data: data)

    #expect(
      text(whole, in: numpy).hasPrefix(
        "<numpy.ndarray dtype=float64 shape=(2, 3) strides=(24, 8) [1.5, -2.0, 0.0, 1e+300, inf, 0.25]"))
    #expect(text(view, in: numpy).hasPrefix("<numpy.ndarray dtype=float64 shape=(3,) strides=(16,) view [1.5, 0.0, inf]"))
    #expect(text(backwards, in: numpy).contains("strides=(-8,) view [-2.0, 1.5]"))
    #expect(text(scalar, in: numpy).contains("shape=() strides=() [1.5]"))
    #expect(text(none, in: numpy).contains("shape=(0, 5) strides=(40, 8) []"))
    let inferior = numpy.heap.inferior()
    for address in [whole, view, backwards, scalar, none] {
      #expect(inferior.object(at: address)?.invalidReason(in: inferior) == nil)
    }
    #expect(inferior.object(at: whole)?.byteCount(in: inferior) == 96 + 2 * 16 + 48)
    #expect(inferior.object(at: view)?.byteCount(in: inferior) == 96 + 16)
  }

  @Test(
    arguments: [
      ("int64", "i", 8, "<", [UInt64(bitPattern: -5), 7], "int64", "-5, 7"),
      ("int64", "i", 4, ">", [0x0100_0000_FFFF_FFFF], ">i4", "-1, 1"), ("int64", "u", 2, "<", [0xFFFF_0001], "int64", "1, 65535"),
      ("bool", "b", 1, "|", [0x0100], "bool", "False, True"), ("float64", "f", 2, "<", [0x3C00_C000], "float64", "-2.0, 1.0"),
      ("float64", "f", 4, "<", [0x3F80_0000_7FC0_0000], "float64", "nan, 1.0"),
      ("float64", "f", 16, "<", [0xC000_0000_0000_0000, 0x3FFF, 0xA000_0000_0000_0000, 0xC000], "float64", "1.5, -2.5"),
      ("float64", "f", 12, "<", [0, 0, 0], "float64", "<12 bytes>, <12 bytes>"),
      ("complex128", "c", 16, "<", [0x3FF0_0000_0000_0000, 0xC000_0000_0000_0000, 0, 0], "complex128", "(1.0-2.0j), (0.0+0.0j)"),
      ("bytes_", "S", 4, "|", [0x0027_6261_001B_0027], "|S4", "b'\\x27', b'ab\\x27'"),
      ("str_", "U", 8, "<", [0x62_0000_0061, 0x27], "<U2", "'ab', \"'\""),
      ("object_", "V", 3, "|", [0], "|V3", "<3 bytes>, <3 bytes>"),
    ] as [(String, Character, Int, Character, [UInt64], String, String)])
  func `items of every kind are written`(
    type: String, kind: Character, size: Int, order: Character, words: [UInt64], name: String, items: String
  ) throws {
    var numpy = try heap(2)
    let descriptor = numpy.descriptor(type, kind: kind, size: size, order: order)
    let array = numpy.array(descriptor, shape: [2], strides: [size], data: numpy.data(words))

    let text = text(array, in: numpy)

    #expect(text.contains("dtype=\(name) "), "\(text)")
    #expect(text.contains("[\(items)]"), "\(text)")
  }

  @Test(arguments: [1, 2])
  func `structures, arrays as items, and dates are named as NumPy does`(generation: Int) throws {
    var numpy = try heap(generation)
    let short = numpy.descriptor("int64", kind: "i", size: 2)
    let pair = numpy.subarray(of: short, shape: [2, 3], size: 12)
    let day = numpy.date(unit: 4, count: 1)
    let tens = numpy.date(unit: 8, count: 10)
    let record = numpy.structure([("count", short, 0), ("pair", pair, 2), ("\u{1B}[m", day, 16)], size: 24)
    let array = numpy.array(record, shape: [1], strides: [24], data: numpy.data([UInt64(5), 0, 20_000]))

    #expect(text(day, in: numpy) == "dtype(datetime64[D])")
    #expect(text(tens, in: numpy) == "dtype(datetime64[10ms])")
    #expect(text(pair, in: numpy) == "dtype(('<i2', (2, 3)))")
    #expect(text(record, in: numpy) == "dtype([('count', '<i2'), ('pair', '<i2', (2, 3)), ('\\x1b[m', '<M8[D]')])")
    #expect(text(array, in: numpy).contains("[(5, [[0, 0, 0], [0, 0, 0]], '2024-10-04')]"), "\(text(array, in: numpy))")
  }

  @Test(arguments: [1, 2])
  func `an array of objects refers to them, a view to its owner alone`(generation: Int) throws {
    var numpy = try heap(generation)
    let descriptor = numpy.descriptor("object_", kind: "O", size: 8, order: "|")
    let items = [numpy.heap.int([1], of: numpy.type("int")), numpy.heap.int([2], of: numpy.type("int"))]
    let data = numpy.data(items.map(\.rawValue))
    let owner = numpy.array(descriptor, shape: [2], strides: [8], data: data)
    let view = numpy.array(descriptor, shape: [2], strides: [8], data: data, base: owner)
    let inferior = numpy.heap.inferior()

    func referents(_ address: Address) throws -> [Address] {
      var found: [Address] = []
      try #require(inferior.object(at: address)).forEachReferent(in: inferior) { target, _, _ in
        if !target.isNull { found.append(target) }
      }
      return found
    }

    #expect(try referents(owner).starts(with: [descriptor] + items))
    #expect(try Set(referents(view)).isSuperset(of: [owner, descriptor]) && !referents(view).contains(items[0]))
    #expect(text(owner, in: numpy).contains("dtype=object shape=(2,)"))
  }

  @Test(arguments: [1, 2])
  func `structures hold what their fields refer to, at any place`(generation: Int) throws {
    var numpy = try heap(generation)
    let object = numpy.descriptor("object_", kind: "O", size: 8, order: "|")
    let byte = numpy.descriptor("int64", kind: "i", size: 1)
    let inner = numpy.structure([("a", byte, 0), ("o", object, 1)], size: 9)
    let pair = numpy.subarray(of: inner, shape: [2], size: 18)
    let record = numpy.structure([("in", pair, 0), ("k", object, 18), ("behind", object, 30)], size: 26)
    let items = (1...3).map { numpy.heap.int([UInt32($0)], of: numpy.type("int")) }
    let data = numpy.heap.allocate(52)
    for (item, place) in zip(items, [1, 26 + 10, 26 + 18]) { numpy.heap.write(item, at: data + place) }
    let owner = numpy.array(record, shape: [2], strides: [26], data: data)
    let void = numpy.void(record, data: data + 26)
    let inferior = numpy.heap.inferior()
    let names = ReferentPartText(inferior)

    func held(_ address: Address) throws -> [String] {
      var found: [String] = []
      let header = try #require(inferior.object(at: address))
      header.forEachReferent(in: inferior) { target, _, part in
        if items.contains(target) { found.append(names.text(of: part, in: header)) }
      }
      return found
    }

    #expect(try held(owner) == ["[0]['in'][0]['o']", "[1]['in'][1]['o']", "[1]['k']"])
    #expect(try held(void) == ["['in'][1]['o']", "['k']"])
    #expect(text(owner, in: numpy).contains("[([(0, 1), (0, None)], None, "), "\(text(owner, in: numpy))")
  }

  @Test(arguments: [1, 2])
  func `scalars have their value`(generation: Int) throws {
    var numpy = try heap(generation)
    let record = numpy.structure([("a", numpy.descriptor("int64", kind: "i", size: 8), 0)], size: 8)
    let scalars = [
      (numpy.scalar("float64", bytes: UInt64(0x3FF8_0000_0000_0000).bytes), "numpy.float64(1.5)"),
      (numpy.scalar("int64", bytes: UInt64(bitPattern: -3).bytes), "numpy.int64(-3)"),
      (numpy.scalar("bool", bytes: [1]), "numpy.bool(True)"),
      (numpy.scalar("datetime64", bytes: UInt64(20_000).bytes), "numpy.datetime64(20000)"),
    ]
    let dates: [(UInt64, UInt64, String)] = [
      (20_000, 1 << 32 | 4, "'2024-10-04'"), (UInt64(bitPattern: -1), 3 << 32 | 8, "'1969-12-31T23:59:59.997'"),
      (UInt64(bitPattern: -1), 1 << 32 | 13, "'1969-12-31T23:59:59.999999999999999999'"),
      (1 << 63, 1 << 32 | 7, "'NaT'"), (1 << 62, 2 << 32 | 7, "4611686018427387904"),
      (1 << 61, 1 << 32 | 2, "2305843009213693952"),
    ]
    let spans: [(UInt64, UInt64, String)] = [(5, 1 << 32 | 7, "5,'s'"), (7, 0, "7"), (7, 99 << 32 | 99, "7")]
    let units =
      dates.map { (numpy.scalar("datetime64", bytes: $0.bytes + $1.bytes), "numpy.datetime64(\($2))") }
      + spans.map { (numpy.scalar("timedelta64", bytes: $0.bytes + $1.bytes), "numpy.timedelta64(\($2))") }
    let void = numpy.void(record, data: numpy.data([UInt64(1)]))
    let broken = numpy.scalar("bool", bytes: [7])
    let inferior = numpy.heap.inferior()

    for (address, expected) in scalars + units { #expect(text(address, in: numpy) == expected) }
    #expect(text(void, in: numpy).hasPrefix("<numpy.void (1)"))
    #expect(inferior.object(at: void)?.byteCount(in: inferior) == 72 + 8)
    #expect(inferior.object(at: void)?.invalidReason(in: inferior) == nil)
    #expect(inferior.object(at: broken)?.invalidReason(in: inferior) == .invalidData)
  }

  @Test func `sizes and places that lie are refused`() throws {
    var numpy = try heap(2)
    let double = numpy.descriptor("float64", kind: "f", size: 8)
    let huge = numpy.descriptor("float64", kind: "f", size: 1 << 50)
    let letter = numpy.descriptor("float64", kind: "\u{7}", size: 8)
    let data = numpy.data([UInt64(0)])
    let arrays = [
      (numpy.array(double, shape: [-1], strides: [8], data: data), InvalidReason.sizeOutOfRange),
      (numpy.array(double, shape: [1 << 40, 1 << 40], strides: [8, 8], data: data), .sizeOutOfRange),
      (numpy.array(double, shape: [1 << 61], strides: [8], data: data), .sizeOutOfRange),
      (numpy.array(data, shape: [1], strides: [8], data: data), .wrongReferentType),
      (numpy.array(double, shape: [1], strides: [8], data: data, base: data), .invalidReferent),
    ]
    let outside = numpy.array(double, shape: [3], strides: [1 << 45], data: data)
    let inferior = numpy.heap.inferior()

    for (address, reason) in arrays {
      #expect(inferior.object(at: address)?.invalidReason(in: inferior) == reason)
      #expect(text(address, in: numpy).hasPrefix("<numpy.ndarray"))
    }
    #expect(inferior.object(at: huge)?.invalidReason(in: inferior) == .sizeOutOfRange)
    #expect(inferior.object(at: letter)?.invalidReason(in: inferior) == .invalidState)
    #expect(text(outside, in: numpy).contains("[0.0, ?, ?]"))
  }
}

extension FixedWidthInteger {
  fileprivate var bytes: [UInt8] { (0..<(bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}
