import MemoryImage
import Presentation
import Testing

struct JSONTextTests {
  /// Characters that JSON allows and a terminal would obey; a lone surrogate, and characters beyond the first plane.
  private let text = "a\u{1B}\u{7F}\u{9B}\u{202E}\u{2066}\u{2028}\u{200F}\u{E0001}\"\\é😀\n" + ForeignText.text([0xDC80])
  private let written = #""a\u001b\u007f\u009b\u202e\u2066\u2028\u200f\udb40\udc01\"\\é😀\n\udc80""#

  @Test("what a terminal would obey is a number in JSON, and a lone surrogate stays one")
  func quotedText() {
    #expect(JSONText.quoted(text) == written)
  }

  @Test("the encoder's answers are written in the same way")
  func encodedText() throws {
    #expect(try JSONText().text(of: [text]).lowercased() == "[\(written)]")
    #expect(try JSONText().text(of: ["plain"]) == #"["plain"]"#)
  }
}
