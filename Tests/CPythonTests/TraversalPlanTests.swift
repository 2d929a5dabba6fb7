import MemoryImage
import Testing

@testable import CPython

@Suite("Plans for walking instances")
struct TraversalPlanTests {
  private static let (ofBase, ofExtension, ofClasses) = (Address(0x100), Address(0x200), Address(0x300))
  private static let object = Address(0x1000)

  private func type(
    _ number: Int, base: Address = object, flags: TypeFlags, structure: StructureLayout?, traversal: Address,
    isClass: Bool = false
  ) -> TypeInfo {
    TypeInfo(
      address: Address(0x1000 + 0x100 * UInt64(number)), name: "type \(number)", shortName: "type \(number)", base: base,
      traits: TypeTraits(
        number: UInt32(number), kind: structure == nil ? .generic : .structure, flags: flags, basicSize: 40, itemSize: 0,
        dictOffset: 0, preheaderSize: flags.contains(.gc) ? 16 : 0),
      isBuiltin: false, isOfOwnKind: true, members: [], structure: structure, traversal: traversal,
      sharedKeys: isClass ? Address(0x9000) : .null, weakListOffset: 0)
  }

  /// `object`; a static type that the collector tracks, two types of C code and a class that derive from it; a static type
  /// that it does not track, and a class that derives from that.
  private func plans() throws -> [TraversalPlan] {
    let tracked = try #require(StructureLayout("property propertyobject 40 prop_get:16"))
    let plain = try #require(StructureLayout("sqlite3.Cursor pysqlite_Cursor 40 connection:16"))
    let (property, cursor) = (Address(0x1100), Address(0x1500))
    let made: TypeFlags = [.ready, .gc, .heapType]
    let types = [
      type(0, base: .null, flags: .ready, structure: nil, traversal: .null),
      type(1, flags: [.ready, .gc], structure: tracked, traversal: Self.ofBase),
      type(2, base: property, flags: made, structure: tracked, traversal: Self.ofExtension),
      type(3, base: property, flags: made, structure: tracked, traversal: Self.ofBase),
      type(4, base: property, flags: made, structure: tracked, traversal: Self.ofClasses, isClass: true),
      type(5, flags: .ready, structure: plain, traversal: .null),
      type(6, base: cursor, flags: made, structure: plain, traversal: Self.ofClasses, isClass: true),
    ]
    return TypeTable(types, layout: Layout.supported.last).walks
  }

  @Test func `fields of a base are visited by its own traversal alone, and by that of classes if it has one`() throws {
    #expect(try plans()[1...].map(\.visitsStructure) == [true, false, true, true, false, false])
  }

  @Test func `a type of C code with a traversal of its own visits itself, and one that inherits its traversal does not`() throws {
    #expect(try plans()[1...].map(\.visitsType) == [false, true, false, true, false, true])
  }
}
