import Testing

@testable import AnalysisShell

struct TokenizerTests {
  @Test(arguments: [
    ("", []), ("  \t ", []), ("repr 7F", ["repr", "7F"]), ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
    ("--type-name='dict'", ["--type-name=dict"]), ("a\\ b ''", ["a b", ""]), ("\"a\\\"b\\c\"", ["a\"b\\c"]),
  ])
  func splitsLikeAShell(line: String, expected: [String]) throws {
    #expect(try Tokenizer.words(of: line) == expected)
  }

  @Test("a quote is one before an accent too")
  func quoteBeforeAccent() throws {
    #expect(try Tokenizer.words(of: "'\u{321}a' b\r\nc") == ["\u{321}a", "b", "c"])
  }

  @Test(arguments: ["'a", "\"a", "a\\"])
  func refusesWhatIsNotClosed(line: String) {
    #expect(throws: Failure.self) { try Tokenizer.words(of: line) }
  }
}
