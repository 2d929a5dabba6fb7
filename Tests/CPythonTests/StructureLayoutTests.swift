import Testing

@testable import CPython

@Suite("Structures as the tables have them")
struct StructureLayoutTests {
  @Test("objects and plain numbers are told apart")
  func line() throws {
    let line: Substring = "list_iterator listiterobject 32 ob_type:8 it_seq:24 it_index:16=8 weakrefs:40~ items[].x:48*16"
    let layout = try #require(StructureLayout(line))

    #expect(layout.typeName == "list_iterator" && layout.name == "listiterobject" && layout.size == 32)
    #expect(layout.visitsType)
    #expect(layout.fields.map(\.name) == ["it_seq", "weakrefs", "x"])
    #expect(layout.fields.map(\.place.offset) == [24, 40, 48])
    #expect(layout.fields.map(\.place.stride) == [0, 0, 16])
    #expect(layout.numbers.map(\.name) == ["it_index"])
    #expect(layout.numbers.map(\.offset) == [16] && layout.numbers.map(\.size) == [8])
  }

  @Test("words that name no number give none", arguments: ["a:16", "a:x=8", "a:16=", "a:16=0", "a:16=9", "=", ""])
  func noNumber(word: String) {
    #expect(StructureNumber(Substring(word)) == nil)
  }
}
