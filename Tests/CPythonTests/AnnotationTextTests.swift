import MemoryImage
import TestSupport
import Testing

@testable import CPython

struct AnnotationTextTests {
  /// Makes an alias `list[…]` of a version, as `types.GenericAlias` is.
  private struct Annotations {
    var heap: SyntheticHeap
    let list: Address, tuple: Address, text: Address
    private let alias: Address
    private let structure: StructureLayout

    init(_ layout: Layout) throws {
      structure = try #require(StructureTable.of(layout)["types.GenericAlias"])
      heap = SyntheticHeap(layout)
      list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
      tuple = heap.type("tuple", basicSize: layout.tuple.ob_item.bytes, itemSize: 8, flags: [.ready, .tupleSubclass])
      alias = heap.type("types.GenericAlias", basicSize: structure.size)
      let str = heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
      text = heap.string("Later", of: str)
    }

    mutating func alias(of arguments: [Address]) throws -> Address {
      let items = heap.layout.tuple.ob_item.bytes
      let tuple = heap.object(of: tuple, size: items + 8 * arguments.count)
      heap.write(arguments.count, at: tuple + heap.layout.object.ob_size.bytes)
      for (index, argument) in arguments.enumerated() { heap.write(argument, at: tuple + items + 8 * index) }
      let address = heap.object(of: alias, size: structure.size)
      for (name, value) in [("origin", list), ("args", tuple)] {
        let field = try #require(structure.fields.first { $0.name == name })
        heap.write(value, at: address + field.place.offset)
      }
      return address
    }

    func text(of address: Address, limit: Int = 10) -> String {
      var text = AnnotationText(heap.inferior(), limit: limit)
      return text.text(of: address)
    }
  }

  private static let versions = Layout.supported.indices.filter {
    StructureTable.of(Layout.supported[$0])["types.GenericAlias"] != nil
  }

  @Test(arguments: versions)
  func `aliases, lists and texts are written as in a program`(version: Int) throws {
    var annotations = try Annotations(Layout.supported[version])
    let inner = try annotations.alias(of: [annotations.list])
    let list = annotations.heap.list([annotations.list, inner], of: annotations.list)
    let outer = try annotations.alias(of: [list, annotations.text, inner])
    let empty = try annotations.alias(of: [])

    #expect(annotations.text(of: outer) == "list[[list, list[list]], 'Later', list[list]]")
    #expect(annotations.text(of: outer, limit: 1) == "list[[list, ...<1 more>], ...<2 more>]")
    #expect(annotations.text(of: empty) == "list[()]")
    #expect(annotations.text(of: Address(0x10)) == "?")
  }

  @Test(arguments: versions)
  func `an alias of itself, and one of a thousand parts each, end`(version: Int) throws {
    var annotations = try Annotations(Layout.supported[version])
    var level = try annotations.alias(of: [annotations.list])
    for _ in 0..<7 { level = try annotations.alias(of: [Address](repeating: level, count: 100)) }
    #expect(annotations.text(of: level, limit: 100).utf8.count < 20_000)
  }
}
