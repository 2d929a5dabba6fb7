import Testing

@testable import CPython

struct CValueFormatTests {
  /// The numbers that Python's `struct.unpack` gives for the bytes.
  @Test(
    arguments: [
      ("b", [0xFF], "-1"), ("B", [0xFF], "255"), ("c", [0x41], "b'A'"), ("c", [0x1B], "b'\\x1b'"), ("c", [0x07], "b'\\x07'"),
      ("c", [0x27], "b'\\x27'"), ("?", [2], "True"), ("?", [0], "False"), ("h", [0, 0x80], "-32768"), ("H", [0, 0x80], "32768"),
      ("i", [0xFE, 0xFF, 0xFF, 0xFF], "-2"), ("I", [0xFE, 0xFF, 0xFF, 0xFF], "4294967294"),
      ("q", [0, 0, 0, 0, 0, 0, 0, 0x80], "-9223372036854775808"), ("Q", [0, 0, 0, 0, 0, 0, 0, 0x80], "9223372036854775808"),
      ("e", [0x00, 0x3C], "1.0"), ("e", [0x00, 0xC4], "-4.0"), ("e", [0x01, 0x00], "5.960464477539063e-08"),
      ("e", [0x00, 0x7C], "inf"), ("e", [0x00, 0xFC], "-inf"), ("e", [0x01, 0x7C], "nan"), ("e", [0xFF, 0x7B], "65504.0"),
      ("f", [0, 0, 0x20, 0x41], "10.0"), ("d", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], "1.5"), ("P", [0, 0, 0, 0, 0, 0, 0, 0], "None"),
      ("P", [0x10, 0x32, 0, 0, 0, 0, 0, 0], "0x3210"),
    ] as [(Character, [UInt8], String)])
  func `a number is written as Python writes it`(code: Character, bytes: [UInt8], text: String) throws {
    let format = try #require(CValueFormat(structCode: code.asciiValue ?? 0, isNative: true))
    #expect(format.size == bytes.count)
    #expect(format.text(of: bytes) == text)
  }

  @Test func `a long has the machine's size or the standard one`() {
    #expect(CValueFormat(structCode: UInt8(ascii: "l"), isNative: true)?.size == 8)
    #expect(CValueFormat(structCode: UInt8(ascii: "L"), isNative: false)?.size == 4)
    #expect(CValueFormat(structCode: UInt8(ascii: "x"), isNative: true) == nil)
  }
}
