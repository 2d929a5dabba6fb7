import CPython
import HeapAnalysis
import Presentation
import TestSupport
import Testing

@testable import MemoryImage

/// What is written of the objects of a heap: counts, lists, references, strings, and what is invalid.
struct HeapReportTests {
  /// A heap of a list, its three ints and a string with a newline.
  private struct SmallHeap {
    let inferior: Inferior
    let index: ObjectIndex
    let list: Address
    let items: [Address]
    let text: Address
    let types: (int: Address, list: Address, str: Address)

    init(change: (inout SyntheticHeap, Address) -> Void = { _, _ in }) throws {
      let layout = Layout.cpython3_10
      var heap = SyntheticHeap(layout)
      let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
      let listType = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
      let str = heap.strType()
      var made: [Address] = []
      for number in 1...3 { made.append(heap.int([UInt32(number)], of: int)) }
      items = made
      text = heap.string("line\nbreak", of: str)
      list = heap.list(items + [text], of: listType)
      types = (int, listType, str)
      _ = heap.list([list], of: listType)
      change(&heap, list)
      inferior = heap.inferior()
      index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    }

    var all: Heap { Heap(index, of: inferior, workers: Workers(count: 2)) }

    var printer: ObjectPrinter {
      var options = PrintingOptions()
      options.short = true
      return ObjectPrinter(inferior, options: options)
    }
  }

  @Test func `counts are by type, the largest last, with a total`() throws {
    let heap = try SmallHeap()
    let written = try Written(
      CountByTypeReport(heap.index, in: heap.inferior, order: .count, limit: 2, dropped: nil))
    #expect(written.lines.count == 3)
    #expect(written.lines[1].hasSuffix(" type @ \(heap.inferior.types.types[0].address)") || written.lines[1].contains("int"))
    #expect(
      written.lines.last?.hasPrefix("total: \(heap.index.objectCount) objects of \(heap.index.typeTotals.count) types, ")
        == true)
    let all = try Written(CountByTypeReport(heap.index, in: heap.inferior, order: .name, limit: nil, dropped: nil))
    #expect(all.lines.contains("(3 objects, 84 bytes) int @ \(heap.types.int)"))
    #expect(all.json.contains("{\"address\":\"\(heap.types.int)\",\"bytes\":84,\"count\":3,\"name\":\"int\"}"))
    let names = all.lines.dropLast().compactMap { $0.split(separator: " ").dropLast(2).last.map(String.init) }
    #expect(names == names.sorted() && names.contains("str"))
  }

  @Test func `what was dropped is written where it was asked for`() throws {
    let heap = try SmallHeap { heap, list in heap.write(UInt64(0), at: list) }
    let dropped = DroppedCandidates(heap.index, in: heap.inferior)
    let written = try Written(
      CountByTypeReport(heap.index, in: heap.inferior, order: .count, limit: nil, dropped: dropped))
    #expect(written.lines.contains { $0.hasPrefix("(1 dropped: ") && $0.hasSuffix(" list @ \(heap.types.list)") })
    #expect(written.lines.contains { $0.hasPrefix("dropped candidates: ") })
    #expect(written.json.contains("\"droppedByType\":[") && written.json.contains("\"dropped\":{"))
  }

  @Test func `objects are listed up to a limit, and all are counted`() throws {
    let heap = try SmallHeap()
    let numbers: Set<Int> = [try #require(heap.inferior.types.number(of: heap.types.int)).magnitude].reduce(into: []) {
      $0.insert(Int($1))
    }
    let report = ObjectListReport(heap.index, ofTypes: numbers, limit: 2, printer: heap.printer, in: heap.inferior)
    let written = try Written(report)
    #expect(written.lines == ["1@\(heap.items[0])", "2@\(heap.items[1])"])
    #expect(report.count == 3 && written.json.hasPrefix("{\"count\":3,\"objects\":[\n{\"address\":\"\(heap.items[0])\""))
    #expect(written.json.contains("\"size\":28,\"type\":\"int\",\"typeAddress\":\"\(heap.types.int)\""))
    let plain = try Written(
      ObjectListReport(heap.index, ofTypes: numbers, limit: 1, printer: nil, in: heap.inferior))
    #expect(plain.lines == ["\(heap.items[0]) 28 bytes int @ \(heap.types.int)"])
    #expect(try Written(ObjectCountReport(17)).lines == ["17"])
  }

  @Test func `references are written by what refers, and by which part`() throws {
    let heap = try SmallHeap()
    let found = try ReferenceSearch(for: [heap.items[1]], limit: 10)
      .run(in: heap.all)
    let written = try Written(ReferencesReport(found, missing: [], in: heap.inferior))
    #expect(written.lines.first?.hasSuffix(":") == true)
    #expect(written.lines.last?.hasPrefix("  ") == true && written.lines.last?.hasSuffix("@\(heap.list) [1]") == true)
    #expect(written.notes == ["1 referrers found"])
    #expect(written.json.hasPrefix("{\"missing\":[],\"objects\":[\n{\"address\":\"\(heap.items[1])\",\"count\":1,"))
    #expect(written.json.contains("\"by\":[\"[1]\"]"))
    let missing = try Written(ReferencesReport([], missing: [Address(0x10)], in: heap.inferior))
    #expect(missing.json == "{\"missing\":[\"0000000000000010\"],\"objects\":[]}")
  }

  @Test func `referents are written in the order of the structure`() throws {
    let heap = try SmallHeap()
    let header = try #require(heap.inferior.object(at: heap.list))
    let report = ReferentsReport(
      of: [header], missing: [], missingListed: [Address(0x10)], limit: 2, in: heap.all)
    let written = try Written(report)
    #expect(written.lines.contains("    [0] 1@\(heap.items[0])"))
    #expect(written.lines.contains("  ...<3 more>"))
    #expect(written.lines.last == "no object begins at 0000000000000010")
    #expect(written.json.contains("\"count\":5") && written.json.contains("\"by\":\"[0]\""))
  }

  @Test func `what is invalid is written with the reason`() throws {
    let report = ValidationReport(objects: [
      .init(address: "A", type: "list\u{1b}", reason: nil), .init(address: "B", type: "dict", reason: "a reason"),
      .init(address: "C", type: nil, reason: nil),
    ])
    let written = try Written(report)
    #expect(
      written.lines == [
        "object A type list\\x1b: ok", "object B type dict: invalid a reason", "no object at C", "invalid objects: 1",
      ])
    #expect(written.json.contains("{\"address\":\"C\",\"reason\":null,\"type\":null}"))
    #expect(written.json.hasPrefix("{\"invalidObjects\":1,"))
  }

  @Test func `types, occurrences and bytes are written line by line`() throws {
    let heap = try SmallHeap()
    let types = try Written(TypesReport(heap.inferior.types))
    #expect(types.lines.contains("int @ \(heap.types.int)") && types.lines == types.lines.sorted())
    let found = MemorySearch.Result(addresses: [Address(0x10), Address(0x20)], count: 3)
    #expect(try Written(FindReport(found, onlyCount: true)).lines == ["3"])
    let listed = try Written(FindReport(found, onlyCount: false))
    #expect(listed.lines == ["0000000000000010", "0000000000000020"])
    #expect(listed.notes == ["found 3 times, the first 2 are shown"])
    let range = try #require(AddressRange(start: Address(0x1008), count: 4))
    let context = try Written(
      ContextReport([0x41, 0, 0x42, 0xFF], of: range, around: Address(0x100A), place: "in a list"))
    #expect(context.lines[0] == "in a list" && context.lines[1].hasPrefix("0000000000001000 "))
    #expect(context.lines[1].contains(" 41 00>42 ff") && context.lines[1].contains("A.B."))
    #expect(context.json.contains("\"bytes\":\"410042ff\""))
  }
}
