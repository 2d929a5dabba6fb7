import Testing

@testable import AnalysisShell

struct ByteLimitTests {
  @Test(arguments: [("0", 0), ("1000", 1000), ("500M", 500 << 20), ("2g", 2 << 30), ("1T", 1 << 40)])
  func reads(text: String, byteCount: Int) {
    #expect(ByteLimit(argument: text)?.byteCount == byteCount)
  }

  @Test(arguments: ["", "M", "-1", "1.5G", "2GB", "1\u{DF}", "99999999T", "9223372036854775808"])
  func refuses(text: String) {
    #expect(ByteLimit(argument: text) == nil)
  }
}
