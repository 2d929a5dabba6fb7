import Presentation
import Testing

struct JSONTextTests {
  @Test("control characters and marks of direction are escaped in JSON")
  func controlCharacters() {
    #expect(JSONText.quoted("a\u{1B}\u{7F}\u{9B}\u{202E}\"é") == #""a\u001b\u007f\u009b\u202e\"é""#)
  }
}
