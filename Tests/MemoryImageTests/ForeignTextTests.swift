import MemoryImage
import Testing

/// Expected code points are those of Python's `bytes.decode("utf-8", "surrogateescape")`.
struct ForeignTextTests {
  @Test(
    "bytes are text and bytes again, whatever they are",
    arguments: [
      [UInt8]("plain".utf8), Array("é日😀".utf8), [], [0xFF], [0x61, 0xC3], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98],
      Array("\u{10FFFF}".utf8), Array("\u{10FFFF}\u{10F080}".utf8), [0xF4, 0x8F, 0xBF, 0xBF, 0xFF], [0xC0, 0x80],
    ])
  func bytesAreKept(bytes: [UInt8]) {
    #expect(ForeignText.bytes(of: ForeignText.text(utf8: bytes)) == bytes)
  }

  @Test("a byte that is no UTF-8 is a lone surrogate")
  func escapedBytes() {
    let text = ForeignText.text(utf8: [0x61, 0xED, 0xA0, 0x80, 0xFF])
    #expect(ForeignText.codePoints(of: text) == [0x61, 0xDCED, 0xDCA0, 0xDC80, 0xDCFF])
  }

  @Test("lone surrogates and the mark itself are kept")
  func surrogates() {
    let codePoints: [UInt32] = [0xD800, 0x61, 0xDFFF, 0x10_FFFF, 0x10_F000, 0xDC80, 0x10_FFFF]
    #expect(ForeignText.codePoints(of: ForeignText.text(codePoints)) == codePoints)
    #expect(ForeignText.codePoints(of: ForeignText.text([0x11_0000])) == [0xFFFD])
  }
}
