package import MemoryImage

/// An object of a type without a structure of its own here: instances of Python classes, and C types not yet known.
/// It is read by what its type says of sizes, named fields and the `__dict__`.
package struct GenericObject: PythonObject {
  package let address: Address
  private let header: ObjectHeader

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    self.header = header
    _ = try inferior.memory.record(at: address, size: inferior.layout.object.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard inferior.memory.isMapped(address, byteCount: header.type.basicSize) else { return .unmapped }
    guard header.type.itemSize > 0, header.type.kind == .generic else { return nil }
    return inferior.memory.isMapped(address, byteCount: byteCount(in: inferior)) ? nil : .sizeOutOfRange
  }

  package func forEachReferent(in inferior: Inferior, _ body: (Address) -> Void) {}

  /// As `object.__sizeof__`: the basic size and the items of a variable-sized object. Inline values are not counted.
  package func byteCount(in inferior: Inferior) -> Int {
    let type = header.type
    guard type.itemSize > 0,
      let count: Int = try? inferior.memory.load(at: address + inferior.layout.object.ob_size.bytes)
    else { return type.basicSize }
    return type.basicSize &+ count &* type.itemSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .instance(
      typeName: inferior.types.types[Int(header.type.number)].name, value: nil,
      attributes: Instance(header).attributes(in: inferior, limit: limit))
  }
}
