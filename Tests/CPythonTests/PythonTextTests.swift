import MemoryImage
import Testing

@testable import CPython

/// Expected texts are what Python's `repr` prints.
struct PythonTextTests {
  @Test(arguments: [
    ("text", "'text'"), ("", "''"), ("it's", "\"it's\""), ("\"it's\"", "'\"it\\'s\"'"), ("a\\b", "'a\\\\b'"),
    ("\n\r\t\u{0}\u{1b}\u{7f}", "'\\n\\r\\t\\x00\\x1b\\x7f'"), ("\u{e9}\u{a0}\u{ad}", "'\u{e9}\\xa0\\xad'"),
    ("\u{2028}\u{200b}", "'\\u2028\\u200b'"), ("\u{1F600}\u{E0001}", "'\u{1F600}\\U000e0001'"),
  ])
  func quotesLikePython(text: String, expected: String) {
    #expect(PythonText.quoted(text) == expected)
  }

  @Test func escapesNumbersThatAreNoCharacters() {
    #expect(PythonText.quoted([0xD800, 0x61, 0xDFFF] as [UInt32]) == "'\\ud800a\\udfff'")
    #expect(PythonText.quoted([0x11_0000] as [UInt32]) == "'\\U00110000'")
  }

  @Test func quotesBytesLikePython() {
    #expect(PythonText.quoted([0x61, 0x27, 0xFF, 0x0A, 0x7F] as [UInt8]) == "\"a'\\xff\\n\\x7f\"")
  }

  @Test func namesStayOnOneLine() {
    #expect(PythonText.escaped("it's\n\u{1b}[31m") == "it's\\n\\x1b[31m")
  }

  @Test("several lines stay several, and nothing else is obeyed")
  func lines() {
    #expect(PythonText.escapedLines("a\nb\u{1b}[m\u{202e}\r\u{2028}") == "a\nb\\x1b[m\\u202e\\r\\u2028")
  }

  @Test("a lone surrogate is escaped in names and texts")
  func surrogates() {
    let text = ForeignText.text([0x61, 0xDCFF, 0x10_FFFF])
    #expect(PythonText.escaped(text) == "a\\udcff\\U0010ffff")
    #expect(PythonText.quoted(text) == "'a\\udcff\\U0010ffff'")
  }

  @Test("a message shows sixty characters of a text")
  func clipped() {
    #expect(PythonText.clipped(String(repeating: "x", count: 60)) == String(repeating: "x", count: 60))
    #expect(PythonText.clipped(String(repeating: "é", count: 61)) == String(repeating: "é", count: 60) + "...")
  }
}
