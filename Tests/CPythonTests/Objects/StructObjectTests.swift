import CPython
import MemoryImage
import TestSupport
import Testing

/// `struct.Struct`: a format, and the codes that it was compiled to.
struct StructObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let format: Address
    let codes: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.structFormat
      object = heap.object(of: heap.type("_struct.Struct", basicSize: fields.size, flags: [.ready, .gc]), size: fields.size)
      format = heap.string("<ih", of: heap.strType())
      codes = heap.allocate(3 * fields.codeSize)
      for index in 0..<2 { heap.write(object, in: fields.fmtdef, of: codes + index * fields.codeSize) }
      set(fields.s_size, to: 6)
      set(fields.s_codes, to: codes)
      set(fields.s_format, to: format)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a struct is as large as its codes and the one that ends them`(version: Int) throws {
    let layout = Layout.supported[version]
    let parts = Parts(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == 16 + layout.structFormat.size + 3 * 32)
    #expect(facts.references.map(\.address) == [parts.format])
    #expect(facts.text == "_struct.Struct format='<ih' size=6")
  }

  @Test(arguments: Layout.supported.indices)
  func `a struct that was never initialised has no codes`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Parts(layout)
    parts.set(layout.structFormat.s_size, to: -1)
    parts.set(layout.structFormat.s_codes, to: .null)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == 16 + layout.structFormat.size + 32)
  }

  @Test(arguments: Layout.supported.indices)
  func `a struct that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    #expect(Parts.reason(layout) { $0.set(layout.structFormat.s_size, to: -2) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(layout.structFormat.s_codes, to: .misaligned) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.set(layout.structFormat.s_format, to: .misaligned) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.set(layout.structFormat.s_codes, to: .unmapped) } == .unmappedItems)
  }
}
