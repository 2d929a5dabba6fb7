import CPython
import MemoryImage
import Presentation
import TestSupport
import Testing

@Suite("Parts of objects in words")
struct ReferentPartTextTests {
  @Test("each part has its text", arguments: Layout.supported.indices)
  func texts(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    let number = heap.int([12], of: int)
    let holder = heap.list([number], of: list)
    let inferior = heap.inferior()
    let header = try #require(inferior.object(at: holder))
    let text = ReferentPartText(inferior)

    let parts: [ReferentPart] = [
      "func_closure", .item(3), .value(key: number), .key, .stack(1), .word(24), .attribute(9), .member(999),
      .variable(4), .value(key: Address(8)), .blockWord(24, 8), .itemField(1, 8),
    ]

    #expect(
      parts.map { text.text(of: $0, in: header) } == [
        "func_closure", "[3]", "[12]", "key", "stack[1]", "+24", ".?", ".?", "local 4",
        "[<!invalid_object>@0000000000000008]", "+24->+8", "+8",
      ])
  }

  @Test("JSON text is escaped")
  func json() {
    #expect(JSONText.quoted("a\"b\\c\n\u{1}é") == "\"a\\\"b\\\\c\\n\\u0001é\"")
  }
}
