import Testing

@testable import AnalysisShell

struct NameSuggestionTests {
  private let names = ["count-by-type", "repr", "find-all-objects", "find-all-types", "info"]

  @Test(arguments: [
    ("count-by-tpye", "count-by-type"), ("rerp", "repr"), ("find-objects", "find-all-objects"), ("INFO", "info"),
  ])
  func findsWhatWasMeant(wrong: String, right: String) {
    #expect(NameSuggestion.nearest(to: wrong, among: names) == right)
  }

  @Test func prefersTheCaseThatWasWritten() {
    #expect(NameSuggestion.nearest(to: "dcit", among: ["Dict", "dict"]) == "dict")
    #expect(NameSuggestion.nearest(to: "Dcit", among: ["dict", "Dict"]) == "Dict")
  }

  @Test func suggestsNothingFarAway() {
    #expect(NameSuggestion.nearest(to: "quicksilver", among: names) == nil)
    #expect(NameSuggestion.nearest(to: "a", among: []) == nil)
  }

  @Test func countsSwappedLettersOnce() {
    #expect(NameSuggestion.distance(from: Array("dcit".utf8), to: Array("dict".utf8)) == 1)
    #expect(NameSuggestion.distance(from: [], to: Array("abc".utf8)) == 3)
  }
}
