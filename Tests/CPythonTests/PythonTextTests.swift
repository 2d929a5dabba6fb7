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
}
